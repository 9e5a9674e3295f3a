// SPDX-License-Identifier: GPL-2.0-only
/*
 * The shipped rules about bursts of shell commands over recordings: what they
 * find, and what they leave alone. And the lineage of recorded processes.
 */
#include "test_rule.h"
#include "../../ctl/build.h"
#include "../../ctl/scan_correlate.h"

#define SHIPPED "rules/python_shell_burst.yml"
#define SECOND 1000000000ull
#define START (1700000040 * SECOND)

/**
 * struct run - a recording being judged
 * @reading: the rules
 * @image: what they became
 * @exec: memory of the core
 * @correlator: the windows
 * @lineages: the processes
 * @event: the program start
 * @nr_events: how many there were
 * @last: alerts of the last one, for the parent's and the lineage's burst
 * @alerts: all of them, likewise
 * @alert: the last alert
 */
struct run {
	struct reading reading;
	struct image image;
	struct pydetect_exec *exec;
	struct scan_correlator correlator;
	struct scan_lineages lineages;
	struct scan_event event;
	unsigned int nr_events;
	unsigned int last[2];
	unsigned int alerts[2];
	struct json_object *alert;
};

static void run_begin(struct run *run, const char *text)
{
	struct reading *reading = &run->reading;

	memset(run, 0, sizeof(*run));
	reading_init(reading);
	if (text)
		read_text(reading, text);
	else
		rule_read_path(&reading->set, SHIPPED, &reading->options,
			       &reading->diag);
	rule_set_link(&reading->set, &reading->diag);
	diag_print(&reading->diag, stderr, false);
	assert_int_equal(reading->diag.nr_errors, 0);
	assert_int_equal(build_image(&reading->set, &run->image,
				     &reading->diag),
			 0);
	run->exec = scan_exec_new(&run->image.view);
	assert_non_null(run->exec);
	scan_correlator_init(&run->correlator, &run->image.view);
	scan_lineages_init(&run->lineages, &run->image.view);
}

static void run_end(struct run *run)
{
	json_object_put(run->alert);
	scan_event_free(&run->event);
	scan_lineages_free(&run->lineages);
	scan_correlator_free(&run->correlator);
	free(run->exec);
	image_free(&run->image);
	reading_free(&run->reading);
}

static bool is_grouped_by(const struct run *run, uint32_t number,
			  enum pydetect_field field)
{
	const struct pydetect_view *view = &run->image.view;

	return view->groups[view->correlations[number].groups.first] == field;
}

static void take_alerts(struct run *run)
{
	uint32_t i;

	memset(run->last, 0, sizeof(run->last));
	for (i = 0; i < run->exec->nr_findings; i++) {
		const struct pydetect_finding *finding =
			&run->exec->findings[i];
		const bool is_lineage =
			is_grouped_by(run, finding->correlation,
				      PYDETECT_FIELD_LINEAGE_GUID);

		if (!finding->alert)
			continue;
		run->last[is_lineage]++;
		run->alerts[is_lineage]++;
		json_object_put(run->alert);
		run->alert = json_object_new_object();
		scan_alert(&run->correlator, run->exec, finding, run->alert);
	}
}

/* Judges the event that was put together. */
static void judge(struct run *run)
{
	run->nr_events++;
	pydetect_exec_reset(run->exec);
	scan_lineage_find(&run->lineages, run->exec, &run->event);
	scan_judge(run->exec, &run->event);
	assert_int_equal(scan_correlate(&run->correlator, run->exec,
					&run->event),
			 0);
	take_alerts(run);
	assert_int_equal(scan_lineage_keep(&run->lineages, run->exec,
					   &run->event),
			 0);
}

/**
 * struct start - a program start
 * @time: ns since START
 * @option: the shell's, NULL: -c
 * @command: what the shell is to do
 * @guid: identity of the parent, NULL: it has none
 * @ppid: number of the parent
 * @parent: its file, NULL: Python
 * @image: NULL: a shell
 */
struct start {
	uint64_t time;
	const char *option;
	const char *command;
	const char *guid;
	unsigned int ppid;
	const char *parent;
	const char *image;
};

static void record(struct run *run, const struct start *start)
{
	const char *argv[] = { "/bin/sh", start->option ? start->option : "-c",
			       start->command, NULL };
	const char *fields[PYDETECT_FIELD_COUNT] = {
		[PYDETECT_FIELD_IMAGE] = start->image ? start->image :
							"/usr/bin/dash",
		[PYDETECT_FIELD_PARENT_IMAGE] =
			start->parent ? start->parent : "/usr/bin/python3.11",
		[PYDETECT_FIELD_PARENT_PROCESS_GUID] = start->guid,
	};

	assert_true(scan_event_texts(&run->event, fields, argv));
	scan_event_pids(&run->event, 1000 + run->nr_events, start->ppid);
	run->event.time = START + start->time;
	run->event.has_time = true;
	judge(run);
}

/* Commands of one parent, at a distance of @step. */
static void record_all(struct run *run, const char *const *commands,
		       uint64_t step, const char *guid)
{
	uint64_t time;

	for (time = 0; *commands; commands++, time += step)
		record(run, &(struct start){ .time = time,
					     .command = *commands,
					     .guid = guid,
					     .ppid = 77 });
}

static const char *const five_in_four[] = {
	"whoami", "ps ax | grep ssh", "find / -perm -4000", "id",
	"cat /etc/passwd", NULL
};

static const char *const five_in_three[] = {
	"whoami", "uname -a", "hostname", "ps ax | grep ssh", "id", NULL
};

static const char *const four_in_four[] = {
	"whoami", "ps ax | grep ssh", "find / -perm -4000", "id", NULL
};

/**
 * struct burst_case - commands, and whether they are a burst
 * @commands: the commands
 * @step: time from one to the next
 * @alerts: how many there are
 */
struct burst_case {
	const char *const *commands;
	uint64_t step;
	unsigned int alerts;
};

static const char *const repeated[] = {
	"whoami", "whoami", "ps ax | grep ssh", "ps ax | grep ssh",
	"find / -perm -4000", "id", "id", NULL
};

/* Each has two classes, of which the first counts: grep and find. */
static const char *const first_class[] = {
	"find / | grep a", "curl a | grep b", "wget a | grep c",
	"find / -name curl", "find / -name wget", "find / -name env ", NULL
};

/* "env" by itself, and in capitals: other. */
static const char *const other_class[] = {
	"env", "WHOAMI", "UNAME -a", "GREP x", "whoami", "grep x", NULL
};

static const char *const all_classes[] = {
	"a | grep b", "find .", "curl x", "env | sort", "wget x", "uname",
	"id", NULL
};

static const struct burst_case bursts[] = {
	{ five_in_four, SECOND, 1 },
	{ five_in_three, SECOND, 0 },
	{ four_in_four, SECOND, 0 },
	{ repeated, SECOND, 0 },
	{ first_class, SECOND, 0 },
	{ other_class, SECOND, 0 },
	{ all_classes, SECOND, 1 },
	{ five_in_four, 0, 1 },
	/* The first one is 59.99 s old at the fifth, then 60 s and 61 s. */
	{ five_in_four, 14997500000, 1 },
	{ five_in_four, 15 * SECOND, 0 },
	{ five_in_four, 15250000000, 0 },
};

static void test_bursts(void **state)
{
	struct run run;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(bursts); i++) {
		run_begin(&run, NULL);
		record_all(&run, bursts[i].commands, bursts[i].step, "{a}");
		if (run.alerts[0] != bursts[i].alerts ||
		    run.alerts[1] != bursts[i].alerts)
			fail_msg("case %zu: %u and %u alerts", i,
				 run.alerts[0], run.alerts[1]);
		run_end(&run);
	}
}

/* It is the fifth, and its alert names all five. */
static void test_alert(void **state)
{
	struct json_object *part;
	struct run run;

	(void)state;
	run_begin(&run, NULL);
	record_all(&run, four_in_four, SECOND, "{a}");
	assert_null(run.alert);
	record(&run, &(struct start){ .time = 4250000000,
				      .command = "cat /etc/passwd",
				      .guid = "{a}" });
	assert_int_equal(run.last[0], 1);
	assert_int_equal(run.last[1], 1);
	json_object_object_get_ex(run.alert, "ts", &part);
	assert_string_equal(json_object_get_string(part), "1700000044.25");
	json_object_object_get_ex(run.alert, "group", &part);
	assert_string_equal(json_object_to_json_string_ext(part, 0),
			    "{\"LineageGuid\":\"{a}\"}");
	json_object_object_get_ex(run.alert, "count", &part);
	assert_int_equal(json_object_get_int(part), 2);
	json_object_object_get_ex(run.alert, "values", &part);
	assert_string_equal(
		json_object_to_json_string_ext(part,
					       JSON_C_TO_STRING_NOSLASHESCAPE),
		"[\"/bin/sh -c whoami\",\"/bin/sh -c ps ax | grep ssh\",\"/bin/sh -c find / -perm -4000\",\"/bin/sh -c id\",\"/bin/sh -c cat /etc/passwd\"]");
	json_object_object_get_ex(run.alert, "parts", &part);
	assert_int_equal(json_object_object_length(part), 2);
	run_end(&run);
}

/* A clock minute ends in between: START is at a full one. */
static void test_minute(void **state)
{
	struct run run;
	size_t i;

	(void)state;
	assert_int_equal(START / SECOND % 60, 0);
	run_begin(&run, NULL);
	for (i = 0; five_in_four[i]; i++)
		record(&run, &(struct start){ .time = (56 + 2 * i) * SECOND,
					      .command = five_in_four[i],
					      .guid = "{a}" });
	assert_int_equal(run.alerts[0], 1);
	assert_int_equal(run.last[0], 1);
	run_end(&run);
}

static unsigned int alerts_with(const char *option, const char *image,
				const char *parent)
{
	unsigned int alerts;
	struct run run;
	size_t i;

	run_begin(&run, NULL);
	for (i = 0; five_in_four[i]; i++)
		record(&run, &(struct start){ .time = i * SECOND,
					      .option = option,
					      .command = five_in_four[i],
					      .guid = "{a}",
					      .image = image,
					      .parent = parent });
	alerts = run.alerts[0];
	assert_int_equal(run.alerts[1], alerts);
	run_end(&run);
	return alerts;
}

static void test_selection(void **state)
{
	(void)state;
	assert_int_equal(alerts_with("-c", NULL, NULL), 1);
	assert_int_equal(alerts_with("-cl", NULL, NULL), 1);
	assert_int_equal(alerts_with("-lc", NULL, NULL), 1);
	assert_int_equal(alerts_with("-xc", NULL, NULL), 0);
	assert_int_equal(alerts_with("-C", NULL, NULL), 0);
	assert_int_equal(alerts_with("--c", NULL, NULL), 0);
	assert_int_equal(alerts_with("-c", "/bin/busybox", NULL), 1);
	assert_int_equal(alerts_with("-c", "/usr/local/bin/fish", NULL), 1);
	assert_int_equal(alerts_with("-c", "/usr/bin/rbash", NULL), 0);
	assert_int_equal(alerts_with("-c", NULL, "/opt/PYTHON2"), 1);
	assert_int_equal(alerts_with("-c", NULL, "/usr/bin/perl"), 0);
	assert_int_equal(alerts_with("-c", NULL, "/opt/python3/bin/x"), 0);
	assert_int_equal(alerts_with("-c", NULL, "/usr/bin/ipython"), 0);
}

/* Two parents that had the same number, and one of another number. */
static void test_parents(void **state)
{
	struct run run;
	size_t i;

	(void)state;
	run_begin(&run, NULL);
	for (i = 0; five_in_four[i]; i++)
		record(&run, &(struct start){ .time = i * SECOND,
					      .command = five_in_four[i],
					      .guid = i % 2 ? "{a}" : "{b}",
					      .ppid = 77 });
	assert_int_equal(run.alerts[0], 0);
	run_end(&run);
	run_begin(&run, NULL);
	record_all(&run, five_in_four, SECOND, NULL);
	assert_int_equal(run.alerts[0], 1);
	run_end(&run);
	run_begin(&run, NULL);
	for (i = 0; five_in_four[i]; i++)
		record(&run, &(struct start){ .time = i * SECOND,
					      .command = five_in_four[i],
					      .ppid = 77 + i % 2 });
	assert_int_equal(run.alerts[0], 0);
	run_end(&run);
}

/* Hundreds of commands, all different, of three classes. */
static void test_ansible(void **state)
{
	char command[64];
	struct run run;
	unsigned int i;

	(void)state;
	run_begin(&run, NULL);
	for (i = 0; i < 900; i++) {
		snprintf(command, sizeof(command), "%s /etc/conf.d/%u",
			 i % 3 == 0 ? "grep -q x" :
			 i % 3 == 1 ? "find" :
				      "install -m 0644 x",
			 i);
		record(&run, &(struct start){ .time = i * SECOND / 10,
					      .command = command,
					      .guid = "{a}" });
	}
	assert_int_equal(run.alerts[0], 0);
	assert_int_equal(run.alerts[1], 0);
	run_end(&run);
}

/* As long as it goes on there is an alert each timespan, not each start. */
static void test_once_a_timespan(void **state)
{
	struct run run;
	unsigned int i;

	(void)state;
	run_begin(&run, NULL);
	for (i = 0; i < 130; i++)
		record(&run, &(struct start){ .time = i * SECOND,
					      .command = all_classes[i % 7],
					      .guid = "{a}" });
	assert_int_equal(run.alerts[0], 3);
	run_end(&run);
}

static void test_timeless(void **state)
{
	struct run run;
	size_t i;

	(void)state;
	run_begin(&run, NULL);
	record_all(&run, four_in_four, SECOND, "{a}");
	for (i = 0; i < 3; i++) {
		run.event.has_time = false;
		judge(&run);
	}
	assert_int_equal(run.correlator.nr_timeless, 3);
	assert_int_equal(run.alerts[0], 0);
	run_end(&run);
}

/* python -> bash -> sh: the shells have a lineage, and no Python for a parent. */
static void test_grandchildren(void **state)
{
	struct run run;
	size_t i;

	(void)state;
	run_begin(&run, NULL);
	record(&run, &(struct start){ .option = "x.py",
				      .guid = "{init}",
				      .parent = "/usr/sbin/cron",
				      .image = "/usr/bin/python3.11" });
	/* Number 1000 became Python. */
	for (i = 0; five_in_four[i]; i++) {
		record(&run, &(struct start){ .time = i * SECOND,
					      .option = "run.sh",
					      .ppid = 1000,
					      .parent = "/opt/renamed",
					      .image = "/usr/bin/bash" });
		record(&run, &(struct start){ .time = i * SECOND,
					      .command = five_in_four[i],
					      .ppid = 1000 + 2 * i + 1,
					      .parent = "/usr/bin/bash" });
	}
	assert_int_equal(run.alerts[0], 0);
	assert_int_equal(run.alerts[1], 1);
	run_end(&run);
}

#define LINEAGE                                                        \
	"title: L\nid: l\n"                                            \
	"logsource: {product: linux, category: process_creation}\n"    \
	"detection: {a: {LineageImage|endswith: /python}, condition: a}\n"

/**
 * struct step - a program start, and the lineage that it has
 */
struct step {
	const char *image;
	const char *pid;
	const char *parent_image;
	const char *ppid;
	const char *lineage;
};

static const struct step steps[] = {
	{ "/bin/ls", "2", "/bin/sh", "1", NULL },
	/* The parent is one. */
	{ "/bin/sh", "3", "/bin/python", "1", "1" },
	/* A child of that; and a grandchild. */
	{ "/bin/sh", "4", "/bin/sh", "3", "1" },
	{ "/bin/ls", "5", "/bin/sh", "4", "1" },
	/* In place: what it was, and what it is from then on. */
	{ "/bin/python", "4", "/bin/sh", "3", "1" },
	{ "/bin/ls", "4", "/bin/sh", "3", "4" },
	{ "/bin/ls", "6", "/bin/ls", "4", "4" },
	/* The nearest one, though the parent's image is not known. */
	{ "/bin/ls", "7", NULL, "4", "4" },
	/* Number 4 comes again, with another parent, and others after it. */
	{ "/bin/ls", "4", "/bin/sh", "1", NULL },
	{ "/bin/ls", "8", "/bin/ls", "4", NULL },
	{ "/bin/ls", "9", NULL, NULL, NULL },
	{ "/bin/ls", NULL, "/bin/sh", "3", "1" },
};

static void take_step(struct run *run, const struct step *step)
{
	const char *fields[PYDETECT_FIELD_COUNT] = {
		[PYDETECT_FIELD_IMAGE] = step->image,
		[PYDETECT_FIELD_PARENT_IMAGE] = step->parent_image,
		[PYDETECT_FIELD_PROCESS_GUID] = step->pid,
		[PYDETECT_FIELD_PARENT_PROCESS_GUID] = step->ppid,
	};
	struct bytes guid;

	assert_true(scan_event_texts(&run->event, fields, NULL));
	pydetect_exec_reset(run->exec);
	scan_lineage_find(&run->lineages, run->exec, &run->event);
	guid = run->event.fields[PYDETECT_FIELD_LINEAGE_GUID];
	scan_judge(run->exec, &run->event);
	assert_int_equal(scan_matched(run->exec, 0), !!step->lineage);
	if (step->lineage) {
		assert_int_equal(guid.length, strlen(step->lineage));
		assert_memory_equal(guid.data, step->lineage, guid.length);
	} else {
		assert_null(guid.data);
	}
	assert_int_equal(scan_lineage_keep(&run->lineages, run->exec,
					   &run->event),
			 0);
}

static void test_lineage(void **state)
{
	struct run run;
	size_t i;

	(void)state;
	run_begin(&run, LINEAGE);
	for (i = 0; i < ARRAY_SIZE(steps); i++)
		take_step(&run, &steps[i]);
	run_end(&run);
}

/* What the recording itself says is taken as it is. */
static void test_given_lineage(void **state)
{
	const char *fields[PYDETECT_FIELD_COUNT] = {
		[PYDETECT_FIELD_PARENT_IMAGE] = "/bin/python",
		[PYDETECT_FIELD_PARENT_PROCESS_GUID] = "1",
		[PYDETECT_FIELD_LINEAGE_IMAGE] = "/bin/perl",
	};
	struct run run;

	(void)state;
	run_begin(&run, LINEAGE);
	assert_true(scan_event_texts(&run.event, fields, NULL));
	scan_lineage_find(&run.lineages, run.exec, &run.event);
	scan_judge(run.exec, &run.event);
	assert_false(scan_matched(run.exec, 0));
	run_end(&run);
}

/**
 * struct time_case - a time and what it is in ns
 */
struct time_case {
	const char *json;
	bool good;
	uint64_t time;
};

static const struct time_case times[] = {
	{ "0", true, 0 },
	{ "12", true, 12 * SECOND },
	{ "1700000000.123456789", true, 1700000000123456789 },
	{ "1700000000.1234567891", true, 1700000000123456789 },
	{ "1795292113.29555", true, 1795292113295550000 },
	{ "0.5", true, SECOND / 2 },
	{ "1.7e9", true, 1700000000 * SECOND },
	{ "-1", false, 0 },
	{ "1e30", false, 0 },
	{ "99999999999999999999", false, 0 },
	{ "true", false, 0 },
	{ "{}", false, 0 },
	{ "\"\"", false, 0 },
	{ "\"t1\"", false, 0 },
	{ "\"1700000000.25\"", true, 1700000000 * SECOND + SECOND / 4 },
	{ "\"1970-01-01T00:01:00Z\"", true, 60 * SECOND },
	{ "\"1970-01-01T00:01:00.5Z\"", true, 60 * SECOND + SECOND / 2 },
	{ "\"1970-01-01 00:01:00,25\"", true, 60 * SECOND + SECOND / 4 },
	{ "\"2023-11-14T22:13:20.123456789Z\"", true, 1700000000123456789 },
	{ "\"2023-11-15T00:13:20+02:00\"", true, 1700000000 * SECOND },
	{ "\"2023-11-14T17:13:20-0500\"", true, 1700000000 * SECOND },
	{ "\"2023-11-14T22:13:20 GMT\"", false, 0 },
	{ "\"2023-11-14T22:13:20+2\"", false, 0 },
	{ "\"2023-11-14T22:13\"", false, 0 },
	{ "\"1960-01-01T00:00:00Z\"", false, 0 },
};

static void test_times(void **state)
{
	struct json_object *value;
	uint64_t time;
	bool good;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(times); i++) {
		value = json_tokener_parse(times[i].json);
		time = 0;
		good = scan_time_of(value, &time);
		if (good != times[i].good ||
		    (good && time != times[i].time))
			fail_msg("%s: %d, %llu", times[i].json, good,
				 (unsigned long long)time);
		json_object_put(value);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bursts),
		cmocka_unit_test(test_alert),
		cmocka_unit_test(test_minute),
		cmocka_unit_test(test_selection),
		cmocka_unit_test(test_parents),
		cmocka_unit_test(test_ansible),
		cmocka_unit_test(test_once_a_timespan),
		cmocka_unit_test(test_timeless),
		cmocka_unit_test(test_grandchildren),
		cmocka_unit_test(test_lineage),
		cmocka_unit_test(test_given_lineage),
		cmocka_unit_test(test_times),
	};

	return cmocka_run_group_tests_name("scan_correlate", tests, NULL,
					   NULL);
}
