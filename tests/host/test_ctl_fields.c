// SPDX-License-Identifier: GPL-2.0-only
/*
 * Documents against the list of fields that they may have: every field is in
 * the list and of the type that it says, and every entry of the list occurs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <json-c/json.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "../../ctl/print.h"
#include "../../module/core/env.h"
#include "../../module/uapi/policy.h"
#include "../../module/uapi/pydetect.h"

#define LIST "tests/vectors/ecs-fields.txt"
#define FIELDS_MAX 256

#define TEXT(string)                                          \
	{                                                     \
		(const uint8_t *)(string), sizeof(string) - 1 \
	}
#define HAS(name) (1ull << PYDETECT_PROCESS_##name)

#define CONTAINER \
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/**
 * struct field - an entry of the list
 * @name: keys with dots between
 * @type: in Elasticsearch
 * @array: the value is an array
 * @seen: it occurred
 */
struct field {
	char name[64];
	char type[32];
	bool array;
	bool seen;
};

static struct field fields[FIELDS_MAX];
static size_t nr_fields;

static const struct print_origin origin = {
	.host = "host",
	.boot_id = "boot",
	.host_id = "machine",
	.agent_id = "agent",
};

static void read_line(char *line)
{
	struct field *field = &fields[nr_fields];
	char where[8], array[8];
	int words;

	line[strcspn(line, "#\n")] = '\0';
	words = sscanf(line, "%63s %31s %7s %7s", field->name, field->type,
		       where, array);
	if (words <= 0)
		return;
	assert_true(words >= 3);
	assert_int_equal(!strncmp(field->name, "pydetect.", 9),
			 !strcmp(where, "own"));
	field->array = words == 4;
	assert_true(!field->array || !strcmp(array, "array"));
	nr_fields++;
	assert_true(nr_fields < FIELDS_MAX);
}

static int read_list(void **state)
{
	FILE *stream = fopen(LIST, "re");
	char *line = NULL;
	size_t size = 0;

	(void)state;
	assert_non_null(stream);
	while (getline(&line, &size, stream) >= 0)
		read_line(line);
	free(line);
	fclose(stream);
	return 0;
}

static struct field *find(const char *name)
{
	size_t i;

	for (i = 0; i < nr_fields; i++)
		if (!strcmp(fields[i].name, name))
			return &fields[i];
	fail_msg("%s is not in " LIST, name);
	return NULL;
}

static bool matches(const char *text, const char *expression)
{
	regex_t regex;
	bool result;

	assert_int_equal(regcomp(&regex, expression, REG_EXTENDED), 0);
	result = !regexec(&regex, text, 0, NULL, 0);
	regfree(&regex);
	return result;
}

/* What a type of Elasticsearch asks of JSON. */
static bool fits(struct json_object *value, const char *type)
{
	const bool string = json_object_is_type(value, json_type_string);
	const bool whole = json_object_is_type(value, json_type_int);
	const char *text = json_object_get_string(value);

	if (!strcmp(type, "long"))
		return whole && json_object_get_uint64(value) <= INT64_MAX;
	if (!strcmp(type, "float"))
		return whole || json_object_is_type(value, json_type_double);
	if (!strcmp(type, "boolean"))
		return json_object_is_type(value, json_type_boolean);
	if (!strcmp(type, "date"))
		return string && matches(text, "^[0-9]{4}-[0-9]{2}-[0-9]{2}T"
					       "[0-9:]{8}\\.[0-9]{9}Z$");
	if (!strcmp(type, "binary"))
		return string && matches(text, "^[A-Za-z0-9+/]*=?=?$");
	if (!strcmp(type, "nested") || !strcmp(type, "flattened"))
		return json_object_is_type(value, json_type_object);
	return string &&
	       (!strcmp(type, "keyword") || !strcmp(type, "wildcard") ||
		!strcmp(type, "match_only_text"));
}

static void look_at(struct json_object *object, const char *prefix);

static void look_at_value(struct json_object *value, const struct field *field)
{
	if (!fits(value, field->type))
		fail_msg("%s is not %s: %s", field->name, field->type,
			 json_object_to_json_string(value));
	if (!strcmp(field->type, "nested"))
		look_at(value, field->name);
}

static void look_at_field(struct json_object *value, const char *name)
{
	struct field *field = find(name);
	size_t i;

	if (json_object_is_type(value, json_type_array) != field->array)
		fail_msg("%s: an array, or not", name);
	if (!field->array) {
		field->seen = true;
		look_at_value(value, field);
		return;
	}
	for (i = 0; i < json_object_array_length(value); i++) {
		field->seen = true;
		look_at_value(json_object_array_get_idx(value, i), field);
	}
}

/* Is there an entry for it, rather than for what is in it? */
static bool is_field(const char *name)
{
	size_t i;

	for (i = 0; i < nr_fields; i++)
		if (!strcmp(fields[i].name, name))
			return true;
	return false;
}

static void look_at(struct json_object *object, const char *prefix)
{
	json_object_object_foreach(object, key, value)
	{
		char name[128];

		snprintf(name, sizeof(name), "%s%s%s", prefix,
			 *prefix ? "." : "", key);
		if (json_object_is_type(value, json_type_object) &&
		    !is_field(name))
			look_at(value, name);
		else
			look_at_field(value, name);
	}
}

static struct json_object *member(struct json_object *record, const char *key)
{
	struct json_object *event, *value = NULL;

	assert_true(json_object_object_get_ex(record, "event", &event));
	json_object_object_get_ex(event, key, &value);
	return value;
}

static bool is_one_of(struct json_object *value, const char *const *allowed)
{
	for (; *allowed; allowed++)
		if (!strcmp(json_object_get_string(value), *allowed))
			return true;
	return false;
}

static void expect_one_of(struct json_object *value, const char *const *allowed)
{
	if (!is_one_of(value, allowed))
		fail_msg("ECS does not allow %s here",
			 json_object_to_json_string(value));
}

/* Types that ECS expects of a category, only the categories that we use. */
static const char *const process_types[] = { "access", "change", "end",
					     "info",   "start",	 NULL };
static const char *const detection_types[] = { "allowed", "denied", "info",
					       NULL };

static void look_at_types(struct json_object *types,
			  struct json_object *categories)
{
	static const char *const known[] = { "process", "intrusion_detection",
					     NULL };
	size_t i;

	for (i = 0; i < json_object_array_length(categories); i++)
		expect_one_of(json_object_array_get_idx(categories, i), known);
	assert_int_equal(json_object_array_length(categories), 2);
	assert_true(json_object_array_length(types) > 0);
	for (i = 0; i < json_object_array_length(types); i++) {
		struct json_object *type = json_object_array_get_idx(types, i);

		if (!is_one_of(type, process_types))
			expect_one_of(type, detection_types);
	}
}

/* The fields that put a document into a class. */
static void look_at_class(struct json_object *record)
{
	static const char *const kinds[] = {
		"alert",	  "asset",  "enrichment", "event", "metric",
		"pipeline_error", "signal", "state",	  NULL
	};
	static const char *const outcomes[] = { "failure", "success", "unknown",
						NULL };
	struct json_object *kind = member(record, "kind");

	expect_one_of(kind, kinds);
	if (!strcmp(json_object_get_string(kind), "pipeline_error"))
		return;
	expect_one_of(member(record, "outcome"), outcomes);
	look_at_types(member(record, "type"), member(record, "category"));
}

static void look_at_record(struct json_object *record)
{
	assert_non_null(record);
	look_at(record, "");
	look_at_class(record);
	json_object_put(record);
}

static struct bytes tags[] = { TEXT("attack.execution"), TEXT("attack.t1059."
							      "006") };
static struct bytes labels[] = { TEXT("ReverseShell") };
static struct bytes values[] = { TEXT("sh -c id"), TEXT("sh -c \xff") };
static uint64_t times[] = { 8000000000, 9000000000 };

static struct event_rule rules[] = {
	{
		.id = TEXT("0001"),
		.title = TEXT("A rule"),
		.author = TEXT("A. Author"),
		.level = PYDETECT_LEVEL_HIGH,
		.action = PYDETECT_ACTION_BLOCK,
		.file_action = PYDETECT_ACTION_REPORT,
		.overridden = true,
		.tags = tags,
		.nr_tags = ARRAY_SIZE(tags),
		.labels = labels,
		.nr_labels = 1,
	},
	{
		.id = TEXT("0002"),
		.title = TEXT("A correlation"),
		.correlation = true,
	},
};

static struct event_hit hits[] = {
	{
		.field = PYDETECT_FIELD_COMMAND_LINE,
		.offset = 2,
		.length = 1,
		.text = TEXT("CommandLine|contains: -"),
	},
};

static struct event_group groups[] = {
	{
		.field = PYDETECT_FIELD_PARENT_PROCESS_GUID,
		.pid = 400,
		.start = 7000000000,
	},
	{ .field = PYDETECT_FIELD_USER, .text = TEXT("root") },
};

static struct event_window windows[] = {
	{
		.id = TEXT("0002"),
		.title = TEXT("A correlation"),
		.count = 2,
		.needed = 2,
		.field = PYDETECT_FIELD_COMMAND_LINE,
		.alert = true,
		.first = 8000000000,
		.last = 9000000000,
		.timespan = 60000000000,
		.groups = groups,
		.nr_groups = ARRAY_SIZE(groups),
		.values = values,
		.times = times,
		.nr_values = ARRAY_SIZE(values),
	},
};

static struct event_piece whole[] = { { 0, TEXT("sh\0-c\0id") } };
static struct event_piece strange[] = { { 0, TEXT("sh\0-c\0\xff\n") } };
static struct event_piece parts[] = { { 0, TEXT("sh") }, { 90, TEXT("id") } };

static const struct event everything = {
	.number = 17,
	.time = 1700000000123456789,
	.boot_time = 9000000000,
	.mode = PYDETECT_MODE_BLOCK,
	.pass = 1,
	.exempt = true,
	.brief = true,
	.rules = rules,
	.nr_rules = ARRAY_SIZE(rules),
	.hits = hits,
	.nr_hits = ARRAY_SIZE(hits),
	.windows = windows,
	.nr_windows = ARRAY_SIZE(windows),
	.process = {
		.has = HAS(PID) | HAS(START) | HAS(THREAD) | HAS(UID) |
		       HAS(EUID) | HAS(GID) | HAS(LOGIN_UID) | HAS(SESSION) |
		       HAS(ARG_COUNT) | HAS(ARGS_LENGTH) |
		       HAS(PID_NAMESPACE) | HAS(MOUNT_NAMESPACE),
		.pid = 412,
		.start = 8000000000,
		.name = TEXT("python3"),
		.image = TEXT("/usr/bin/dash"),
		.invoked = TEXT("/bin/sh"),
		.directory = TEXT("/root"),
		.deleted = true,
		.arg_count = 3,
		.args_length = 8,
		.build_id = TEXT("\1\2\3"),
		.cgroup = TEXT("/system.slice/docker-" CONTAINER ".scope"),
		.pieces = whole,
		.nr_pieces = 1,
	},
	.parent = {
		.has = HAS(PID) | HAS(START) | HAS(ARGS_LENGTH),
		.pid = 400,
		.start = 7000000000,
		.name = TEXT("python3"),
		.image = TEXT("/usr/bin/python3.11"),
		.directory = TEXT("/tmp"),
		.deleted = true,
		.unverified = true,
		.build_id = TEXT("\4"),
		.args_length = 8,
		.pieces = whole,
		.nr_pieces = 1,
	},
	.lineage = {
		.has = HAS(PID) | HAS(START) | HAS(ARGS_LENGTH),
		.pid = 300,
		.start = 6000000000,
		.image = TEXT("/usr/bin/python3.11"),
		.unverified = true,
		.build_id = TEXT("\4"),
		.args_length = 8,
		.pieces = whole,
		.nr_pieces = 1,
	},
};

static void set_args(struct event_process *process, struct event_piece *pieces,
		     size_t nr, uint64_t length)
{
	process->pieces = pieces;
	process->nr_pieces = nr;
	process->args_length = length;
}

/* Nothing of it is UTF-8. */
static void test_strange(void **state)
{
	static const struct bytes path = TEXT("/tmp/\xff");
	struct event event = everything;

	(void)state;
	event.process.image = path;
	event.process.invoked = path;
	event.process.directory = path;
	event.parent.image = path;
	event.parent.directory = path;
	event.lineage.image = path;
	set_args(&event.process, strange, 1, 8);
	set_args(&event.parent, strange, 1, 8);
	set_args(&event.lineage, strange, 1, 8);
	look_at_record(print_ecs(&event, &origin));
}

static void test_everything(void **state)
{
	(void)state;
	look_at_record(print_ecs(&everything, &origin));
}

static void test_incomplete(void **state)
{
	struct event event = everything;

	(void)state;
	set_args(&event.process, parts, 2, 100);
	set_args(&event.parent, parts, 2, 100);
	set_args(&event.lineage, parts, 2, 100);
	look_at_record(print_ecs(&event, &origin));
}

/* What is there when the module had no memory for more, and no machine id. */
static void test_least(void **state)
{
	const struct print_origin unknown = { .host = "host" };
	const struct event event = { .number = 1, .error = 12 };

	(void)state;
	look_at_record(print_ecs(&event, &unknown));
}

static void test_denied(void **state)
{
	struct event event = everything;

	(void)state;
	event.denied = true;
	look_at_record(print_ecs(&event, &origin));
	event.error = 12;
	event.nr_rules = 0;
	look_at_record(print_ecs(&event, &origin));
}

static void test_gap(void **state)
{
	const struct event_gap gap = {
		.first = 40,
		.count = 12,
		.unstored = 3,
		.overwritten = 4,
		.late = 5,
	};

	(void)state;
	look_at_record(print_ecs_gap(&gap, &origin));
}

/* Runs last: all there is was shown before. */
static void test_nothing_more(void **state)
{
	size_t i, unused = 0;

	(void)state;
	for (i = 0; i < nr_fields; i++)
		if (!fields[i].seen) {
			print_error("%s never occurs\n", fields[i].name);
			unused++;
		}
	assert_int_equal(unused, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_everything),
		cmocka_unit_test(test_strange),
		cmocka_unit_test(test_incomplete),
		cmocka_unit_test(test_least),
		cmocka_unit_test(test_denied),
		cmocka_unit_test(test_gap),
		cmocka_unit_test(test_nothing_more),
	};

	return cmocka_run_group_tests(tests, read_list, NULL);
}
