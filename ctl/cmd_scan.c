// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "json_text.h"
#include "print.h"
#include "progress.h"
#include "scan_correlate.h"
#include "../module/core/condition.h"

static const char help[] =
	"Usage: pydetectctl scan --rules PATH [OPTION]... [FILE]\n\n"
	"Judges recorded program starts as the kernel would, and prints a line of JSON\n"
	"for each that a rule matches, and one for each alert of a correlation. FILE is\n"
	"one of these; - is standard input:\n\n"
	"  ndjson  a JSON object a line with Sigma's field names (Image, CommandLine,\n"
	"          ParentImage, ParentCommandLine, CurrentDirectory, User, LogonId) and\n"
	"          optionally argv, Env, Invoked, uid and id; for correlations also ts\n"
	"          (seconds) and ParentProcessGuid and the like, or ppid and pid\n"
	"  ecs     a JSON object a line in the Elastic Common Schema, as monitor --json\n"
	"          prints; other records than starts of processes are passed over\n"
	"  audit   the log of auditd, as ausearch --raw prints it; a parent is known if\n"
	"          its own start is in the log as well\n\n"
	"  --rules PATH   rule file, directory or policy image; may be repeated\n"
	"  --json FILE    the same as FILE alone\n"
	"  --format FORM  one of the above, or auto (default): find out\n"
	"  --all          print every event, not only those with a match\n"
	"  --mode MODE    block (default): 'deny' where a matching rule blocks;\n"
	"                 report: never 'deny'\n"
	"  --any-product  take rules whatever their logsource says\n"
	"  --skip-unsupported\n"
	"                 go on with the other rules where some are refused\n"
	"  -h, --help     show this\n\n"
	"Exits with 1 where a line could not be read; a match is no error.\n";

static const struct option options[] = {
	{ "rules", required_argument, NULL, 'r' },
	{ "json", required_argument, NULL, 'j' },
	{ "format", required_argument, NULL, 'f' },
	{ "all", no_argument, NULL, 'l' },
	{ "mode", required_argument, NULL, 'm' },
	{ "any-product", no_argument, NULL, 'a' },
	{ "skip-unsupported", no_argument, NULL, 's' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

/* A file in the wrong format is bad from end to end: do not say so for ever. */
#define COMPLAINTS_MAX 20

/**
 * struct scan - one run
 * @rules: rule files and directories, as many as were given
 * @nr_rules: how many
 * @rule_options: how to read them
 * @file: where events come from, "-" for standard input
 * @format: what they look like
 * @skip_unsupported: go on where rules are refused
 * @all: print every event
 * @blocking: may verdicts be "deny"?
 * @exec: memory of the core, used again for each event
 * @correlator: the windows
 * @lineages: which processes descend from which
 * @progress: how far it is
 * @nr_malformed: lines that could not be read
 */
struct scan {
	char **rules;
	size_t nr_rules;
	struct rule_options rule_options;
	const char *file;
	enum scan_format format;
	bool skip_unsupported;
	bool all;
	bool blocking;
	struct pydetect_exec *exec;
	struct scan_correlator correlator;
	struct scan_lineages lineages;
	struct progress progress;
	unsigned long long nr_malformed;
};

static const char *verdict_name(enum pydetect_verdict verdict)
{
	static const char *const names[] = {
		[PYDETECT_VERDICT_ALLOW] = "allow",
		[PYDETECT_VERDICT_REPORT] = "report",
		[PYDETECT_VERDICT_DENY] = "deny",
	};

	return names[verdict];
}

static const struct pydetect_image_rule *
matched_rule(const struct pydetect_exec *exec, uint32_t index)
{
	return &exec->view->rules[exec->candidates[index]];
}

static struct json_object *rules_json(const struct pydetect_exec *exec)
{
	struct json_object *array = json_object_new_array();
	uint32_t i;

	for (i = 0; i < exec->nr_candidates; i++) {
		const struct pydetect_image_head *head =
			&matched_rule(exec, i)->head;
		const char *id = pydetect_string(exec->view, head->id);

		if (!pydetect_is_silent(head))
			json_object_array_add(array,
					      json_object_new_string(id));
	}
	return array;
}

static void add_labels(struct json_object *array,
		       const struct pydetect_exec *exec,
		       struct pydetect_image_extent run)
{
	const struct pydetect_view *view = exec->view;
	uint32_t i;

	for (i = run.first; i < run.first + run.count; i++) {
		const struct pydetect_image_label *label = &view->labels[i];

		if (pydetect_program_holds(exec, label->program))
			json_append_once(array,
					 pydetect_string(view, label->name));
	}
}

/* Rules may carry the same label; it is printed once. */
static struct json_object *labels_json(const struct pydetect_exec *exec)
{
	struct json_object *array = json_object_new_array();
	uint32_t i;

	for (i = 0; i < exec->nr_candidates; i++)
		if (!pydetect_is_silent(&matched_rule(exec, i)->head))
			add_labels(array, exec, matched_rule(exec, i)->labels);
	return array;
}

/* What every line begins with. */
static struct json_object *line_json(const struct scan_event *event,
				     unsigned long long line)
{
	struct json_object *object = json_object_new_object();

	json_object_object_add(object, "id",
			       event->id ? json_object_get(event->id) :
					   json_object_new_uint64(line));
	return object;
}

static void put_result(const struct scan *scan, const struct scan_event *event,
		       unsigned long long line, enum pydetect_verdict verdict)
{
	const struct pydetect_exec *exec = scan->exec;
	struct json_object *object = line_json(event, line);

	json_object_object_add(object, "rules", rules_json(exec));
	json_object_object_add(object, "labels", labels_json(exec));
	json_add_string(object, "verdict", verdict_name(verdict));
	print_json(object, stdout);
}

static void put_alert(const struct scan *scan, const struct scan_event *event,
		      unsigned long long line,
		      const struct pydetect_finding *finding)
{
	struct json_object *object = line_json(event, line);

	scan_alert(&scan->correlator, scan->exec, finding, object);
	print_json(object, stdout);
}

static void put_alerts(struct scan *scan, const struct scan_event *event,
		       unsigned long long line)
{
	const struct pydetect_exec *exec = scan->exec;
	uint32_t i;

	for (i = 0; i < exec->nr_findings; i++) {
		if (!exec->findings[i].alert)
			continue;
		progress_hide(&scan->progress);
		put_alert(scan, event, line, &exec->findings[i]);
	}
}

/* What a rule says by itself; an alert of a correlation has its own line. */
static bool is_worth_a_line(const struct scan *scan,
			    enum pydetect_verdict verdict)
{
	const struct pydetect_exec *exec = scan->exec;
	uint32_t i;

	if (scan->all || verdict == PYDETECT_VERDICT_DENY)
		return true;
	for (i = 0; i < exec->nr_candidates; i++)
		if (!pydetect_is_silent(&matched_rule(exec, i)->head))
			return true;
	return false;
}

static void put_event(struct scan *scan, const struct scan_event *event,
		      unsigned long long line)
{
	const enum pydetect_verdict verdict =
		pydetect_verdict(scan->exec, scan->blocking);

	if (is_worth_a_line(scan, verdict)) {
		progress_hide(&scan->progress);
		put_result(scan, event, line, verdict);
	}
	put_alerts(scan, event, line);
}

/* False when out of memory. */
static bool judge(struct scan *scan, struct scan_event *event,
		  unsigned long long line)
{
	pydetect_exec_reset(scan->exec);
	scan_lineage_find(&scan->lineages, scan->exec, event);
	scan_judge(scan->exec, event);
	if (scan_correlate(&scan->correlator, scan->exec, event))
		return false;
	put_event(scan, event, line);
	return !scan_lineage_keep(&scan->lineages, scan->exec, event);
}

static void complain(struct scan *scan, const struct scan_reader *reader)
{
	if (scan->nr_malformed++ < COMPLAINTS_MAX) {
		progress_hide(&scan->progress);
		fflush(stdout);
		fprintf(stderr, "%s:%llu: %s\n", scan->file, reader->number,
			reader->error);
	}
}

static void warn_timeless(const struct scan *scan)
{
	const unsigned long long nr = scan->correlator.nr_timeless;

	if (nr)
		cmd_error("%s: %llu event%s without a time (ts) that correlations would count",
			  scan->file, nr, nr == 1 ? "" : "s");
}

static int finish(const struct scan *scan, enum scan_read last)
{
	warn_timeless(scan);
	if (last == SCAN_FAILED) {
		cmd_error("%s: %s", scan->file, strerror(errno));
		return CMD_FAILED;
	}
	if (!scan->nr_malformed)
		return CMD_DONE;
	cmd_error("%s: %llu line%s could not be read", scan->file,
		  scan->nr_malformed, scan->nr_malformed == 1 ? "" : "s");
	return CMD_FAILED;
}

static int scan_stream(struct scan *scan, FILE *stream)
{
	struct scan_event event = { 0 };
	struct scan_reader reader;
	enum scan_read last = SCAN_FAILED;
	int result;

	errno = ENOMEM;
	if (!scan_reader_init(&reader, stream)) {
		reader.format = scan->format;
		progress_start(&scan->progress, stream);
		while ((last = scan_read(&reader, &event)) < SCAN_END) {
			if (last != SCAN_EVENT) {
				complain(scan, &reader);
			} else if (!judge(scan, &event, reader.number)) {
				last = SCAN_FAILED;
				errno = ENOMEM;
				break;
			}
			progress_step(&scan->progress, reader.bytes);
		}
		progress_hide(&scan->progress);
	}
	result = finish(scan, last);
	scan_event_free(&event);
	scan_reader_free(&reader);
	return result;
}

static int scan_with(struct scan *scan, const struct image *image, FILE *stream)
{
	int result;

	scan->exec = scan_exec_new(&image->view);
	if (!scan->exec) {
		cmd_error("out of memory");
		return CMD_FAILED;
	}
	scan_correlator_init(&scan->correlator, &image->view);
	scan_lineages_init(&scan->lineages, &image->view);
	result = scan_stream(scan, stream);
	scan_lineages_free(&scan->lineages);
	scan_correlator_free(&scan->correlator);
	free(scan->exec);
	return result;
}

static int scan_file(struct scan *scan, FILE *stream)
{
	struct cmd_policy policy;
	int result = CMD_FAILED;

	cmd_compile(&policy, scan->rules, scan->nr_rules, &scan->rule_options);
	cmd_print_diag(&policy);
	if (cmd_policy_usable(&policy, scan->skip_unsupported))
		result = scan_with(scan, &policy.image, stream);
	cmd_policy_free(&policy);
	return result;
}

static int run(struct scan *scan)
{
	FILE *stream = stdin;
	int result;

	if (strcmp(scan->file, "-"))
		stream = fopen(scan->file, "re");
	else
		scan->file = "standard input";
	if (!stream) {
		cmd_error("%s: %s", scan->file, strerror(errno));
		return CMD_FAILED;
	}
	result = scan_file(scan, stream);
	if (stream != stdin)
		fclose(stream);
	return result;
}

static bool read_mode(struct scan *scan, const char *name)
{
	scan->blocking = !strcmp(name, "block");
	return scan->blocking || !strcmp(name, "report");
}

static int read_format(struct scan *scan, const char *name)
{
	const int format = scan_format_by_name(name);

	if (format < 0)
		return cmd_usage("scan: '%s' is not auto, ndjson, audit or ecs",
				 name);
	scan->format = format;
	return CMD_DONE;
}

static int read_option(struct scan *scan, int option)
{
	switch (option) {
	case 'r':
		scan->rules[scan->nr_rules++] = optarg;
		return CMD_DONE;
	case 'j':
		scan->file = optarg;
		return CMD_DONE;
	case 'l':
		scan->all = true;
		return CMD_DONE;
	case 'f':
		return read_format(scan, optarg);
	case 'm':
		if (read_mode(scan, optarg))
			return CMD_DONE;
		return cmd_usage("scan: '%s' is not block or report", optarg);
	case 'a':
		scan->rule_options.any_product = true;
		return CMD_DONE;
	case 's':
		scan->skip_unsupported = true;
		return CMD_DONE;
	default:
		return cmd_bad_option();
	}
}

static int read_options(struct scan *scan, int argc, char **argv)
{
	int option, result = CMD_DONE;

	while (result == CMD_DONE &&
	       (option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (option == 'h')
			exit(cmd_finish_output(cmd_help(help)));
		result = read_option(scan, option);
	}
	if (result != CMD_DONE)
		return result;
	if (!scan->nr_rules)
		return cmd_usage("scan: name rules with --rules");
	if (argc - optind + !!scan->file > 1)
		return cmd_usage("scan: only one file at a time");
	if (optind < argc)
		scan->file = argv[optind];
	if (!scan->file)
		return cmd_usage("scan: name a file with events, or -");
	return CMD_DONE;
}

/**
 * cmd_scan - pydetectctl scan
 * @argc: number of arguments
 * @argv: arguments
 *
 * Return: enum cmd_result.
 */
int cmd_scan(int argc, char **argv)
{
	struct scan scan = { .blocking = true };
	int result;

	scan.rules = calloc(argc, sizeof(*scan.rules));
	if (!scan.rules) {
		cmd_error("out of memory");
		return CMD_FAILED;
	}
	result = read_options(&scan, argc, argv);
	if (result == CMD_DONE)
		result = run(&scan);
	free(scan.rules);
	return result;
}
