// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rules as a whole: metadata, the key "pydetect", ids.
 */
#include "test_rule.h"

#define EVERYTHING "tests/vectors/rules/good/everything.yml"

static const struct rule *read_everything(struct reading *reading)
{
	reading_init(reading);
	rule_read_path(&reading->set, EVERYTHING, &reading->options,
		       &reading->diag);
	assert_int_equal(reading->diag.nr_entries, 0);
	return only_rule(reading);
}

static void test_metadata(void **state)
{
	struct reading reading;
	const struct rule *rule = read_everything(&reading);

	(void)state;
	assert_string_equal(rule->title, "Everything At Once");
	assert_string_equal(rule->id, "6b0cfe3c-5d2b-4f0d-9a43-0f2a1a6e7c11");
	assert_string_equal(rule->status, "experimental");
	assert_string_equal(rule->author, "somebody");
	assert_string_equal(rule->description, "Two lines of\ndescription.\n");
	assert_int_equal(rule->level, PYDETECT_LEVEL_CRITICAL);
	assert_int_equal(rule->action, PYDETECT_ACTION_BLOCK);
	assert_int_equal(rule->nr_tags, 2);
	assert_string_equal(rule->tags[1], "attack.t1059");
	assert_int_equal(rule->nr_references, 2);
	assert_string_equal(rule->references[0], "first reference");
	assert_int_equal(rule->nr_falsepositives, 1);
	assert_string_equal(rule->falsepositives[0], "None");
	assert_string_equal(rule->date, "2026-01-02");
	assert_string_equal(rule->modified, "2026-01-03");
	assert_int_equal(rule->nr_related, 1);
	assert_string_equal(rule->related[0].id,
			    "0d3c8a52-98ae-4a0e-8f2e-7a2e0d6a1b22");
	assert_string_equal(rule->related[0].type, "similar");
	assert_string_equal(rule->place.file, EVERYTHING);
	assert_int_equal(rule->place.line, 2);
	reading_free(&reading);
}

static void test_condition(void **state)
{
	struct reading reading;
	const struct rule *rule = read_everything(&reading);
	char *text = tree_text(rule->condition);

	(void)state;
	assert_string_equal(text,
			    "(and Image{*/sh} (not (or (and "
			    "CommandLine{*one*}{*two*} "
			    "(or (and Image{a} ParentImage{b}) Args{-c})) "
			    "(not ParentCommandLine!))))");
	free(text);
	reading_free(&reading);
}

static void test_labels(void **state)
{
	struct reading reading;
	const struct rule *rule = read_everything(&reading);
	char *text;

	(void)state;
	assert_int_equal(rule->nr_labels, 1);
	assert_string_equal(rule->labels[0].name, "Hidden");
	text = tree_text(rule->labels[0].node);
	assert_string_equal(text, "CurrentDirectory{/tmp/*}");
	free(text);
	reading_free(&reading);
}

static void assert_field(const struct rule_test *test,
			 enum pydetect_field field, const char *value)
{
	if (value)
		assert_string_equal(test->fields[field], value);
	else
		assert_null(test->fields[field]);
}

/* argv alone: an absolute path is the image as well. */
static void test_example_of_argv(void **state)
{
	struct reading reading;
	const struct rule *rule = read_everything(&reading);
	const struct rule_test *test = &rule->tests[0];

	(void)state;
	assert_int_equal(rule->nr_tests, 4);
	assert_true(test->match);
	assert_string_equal(test->argv[2], "echo  two");
	assert_null(test->argv[3]);
	assert_field(test, PYDETECT_FIELD_IMAGE, "/bin/sh");
	assert_field(test, PYDETECT_FIELD_IMAGE_NAME, "sh");
	assert_field(test, PYDETECT_FIELD_COMMAND_LINE, "/bin/sh -c echo  two");
	assert_field(test, PYDETECT_FIELD_ARG_COUNT, "3");
	assert_field(test, PYDETECT_FIELD_PARENT_IMAGE, NULL);
	assert_field(test, PYDETECT_FIELD_ARGS, NULL);
	test = &rule->tests[2];
	assert_false(test->match);
	assert_field(test, PYDETECT_FIELD_IMAGE, NULL);
	assert_field(test, PYDETECT_FIELD_COMMAND_LINE, "ls -l");
	reading_free(&reading);
}

static void test_example_of_fields(void **state)
{
	struct reading reading;
	const struct rule *rule = read_everything(&reading);
	const struct rule_test *test = &rule->tests[1];

	(void)state;
	assert_true(test->match);
	assert_string_equal(test->argv[1], "one");
	assert_field(test, PYDETECT_FIELD_COMMAND_LINE, "sh one");
	assert_field(test, PYDETECT_FIELD_PARENT_IMAGE_NAME, "b");
	test = &rule->tests[3];
	assert_false(test->match);
	assert_null(test->argv);
	assert_field(test, PYDETECT_FIELD_IMAGE, NULL);
	assert_field(test, PYDETECT_FIELD_IMAGE_NAME, "x");
	assert_field(test, PYDETECT_FIELD_COMMAND_LINE, "a   b");
	assert_field(test, PYDETECT_FIELD_ARG_COUNT, NULL);
	assert_field(test, PYDETECT_FIELD_USER, NULL);
	reading_free(&reading);
}

#define SHORT                                       \
	"logsource: {category: process_creation}\n" \
	"detection: {a: {Image: x}, condition: a}\n"

static void test_defaults(void **state)
{
	struct reading reading;
	const struct rule *rule;

	(void)state;
	reading_init(&reading);
	read_text(&reading, "id: x\ntitle: t\nauthor:\ntags:\n" SHORT);
	rule = only_rule(&reading);
	assert_int_equal(rule->level, PYDETECT_LEVEL_MEDIUM);
	assert_int_equal(rule->action, PYDETECT_ACTION_REPORT);
	assert_null(rule->author);
	assert_null(rule->status);
	assert_null(rule->description);
	assert_int_equal(rule->nr_tags, 0);
	assert_int_equal(rule->nr_labels, 0);
	assert_int_equal(rule->nr_tests, 0);
	reading_free(&reading);
}

static void test_no_id(void **state)
{
	struct reading reading;

	(void)state;
	reading_init(&reading);
	read_text(&reading, "title: t\n" SHORT);
	assert_int_equal(reading.diag.nr_errors, 0);
	assert_int_equal(reading.diag.nr_entries, 1);
	assert_int_equal(reading.diag.entries[0].severity, DIAG_WARNING);
	assert_string_equal(reading.diag.entries[0].message,
			    "the rule has no 'id', its title stands in for it");
	assert_string_equal(reading.set.rules[0]->id, "t");
	reading_free(&reading);
}

/* Unknown keys are allowed; one that looks like a mistake gets a warning. */
static void test_unknown_key(void **state)
{
	struct reading reading;

	(void)state;
	reading_init(&reading);
	read_text(&reading, "id: x\ntitle: t\nlevle: high\nowner: me\n" SHORT);
	assert_int_equal(reading.diag.nr_errors, 0);
	assert_int_equal(reading.diag.nr_entries, 1);
	assert_entry(&reading.diag.entries[0],
		     &(struct refusal_case){ "", 3, 1, "key 'levle' is ignored",
					     "did you mean 'level'?" });
	reading_free(&reading);
}

static void test_any_product(void **state)
{
	struct reading reading;

	(void)state;
	reading_init(&reading);
	reading.options.any_product = true;
	read_text(&reading, "id: x\ntitle: t\n"
			    "logsource: {product: windows, service: y}\n"
			    "detection: {a: {Image: x}, condition: a}\n");
	only_rule(&reading);
	reading_free(&reading);
}

static void test_duplicate_id(void **state)
{
	struct reading reading;
	const struct diag_entry *entry;

	(void)state;
	reading_init(&reading);
	read_text(&reading, "id: x\ntitle: t\n" SHORT);
	read_text(&reading, "\nid: x\ntitle: u\n" SHORT);
	assert_int_equal(reading.diag.nr_errors, 1);
	assert_int_equal(reading.set.nr_rules, 1);
	assert_int_equal(reading.set.nr_refused, 1);
	entry = &reading.diag.entries[0];
	assert_entry(entry, &(struct refusal_case){
				    "", 2, 1, "another rule has the id 'x'",
				    "the other one is test.yml:1: t" });
	assert_string_equal(entry->source, "id: x");
	reading_free(&reading);
}

static char *with_list(const char *format, size_t count, const char *element)
{
	char *text = NULL;
	size_t n, size;
	FILE *stream = open_memstream(&text, &size);

	fprintf(stream, "%s", format);
	for (n = 0; n < count; n++)
		fprintf(stream, element, n);
	fputs("]\nid: x\ntitle: t\n" SHORT, stream);
	fclose(stream);
	return text;
}

static void test_tag_limit(void **state)
{
	char *file = with_list("tags: [", 65, "tag%zu, ");
	const struct refusal_case expected = { file, 1, 7, "more than 64 tags",
					       NULL };

	(void)state;
	assert_refused(file, &expected);
	free(file);
}

static void test_label_limit(void **state)
{
	char *file = with_list("pydetect: {labels: {", 33, "L%zu: a, ");
	const struct refusal_case expected = { file, 1, 20,
					       "more than 32 labels", NULL };

	(void)state;
	memcpy(strchr(file, ']') - 2, "}}", 2);
	*strchr(file, ']') = ' ';
	assert_refused(file, &expected);
	free(file);
}

static void test_long_title(void **state)
{
	char title[4097], *file;

	(void)state;
	memset(title, 'x', sizeof(title));
	title[4096] = '\0';
	assert_true(asprintf(&file, "id: x\ntitle: %s\n" SHORT, title) > 0);
	assert_refused(file,
		       &(struct refusal_case){
			       file, 2, 8, "'title' is longer than 4095 bytes",
			       NULL });
	free(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_metadata),
		cmocka_unit_test(test_condition),
		cmocka_unit_test(test_labels),
		cmocka_unit_test(test_example_of_argv),
		cmocka_unit_test(test_example_of_fields),
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_no_id),
		cmocka_unit_test(test_unknown_key),
		cmocka_unit_test(test_any_product),
		cmocka_unit_test(test_duplicate_id),
		cmocka_unit_test(test_tag_limit),
		cmocka_unit_test(test_label_limit),
		cmocka_unit_test(test_long_title),
	};

	return cmocka_run_group_tests_name("rule_sigma", tests, NULL, NULL);
}
