// SPDX-License-Identifier: GPL-2.0-only
/*
 * Warnings: rules that never or always match, and values from Windows.
 */
#include "../../ctl/build.h"
#include "../../ctl/rule_logic.h"
#include "test_rule.h"

static const char head[] =
	TEST_HEAD "detection:\n"
	"  a: {CommandLine|contains: a}\n"
	"  b: {CommandLine|contains: b}\n"
	"  slash_a: {Image|endswith: [/a, /aa]}\n"
	"  slash_b: {Image|endswith: /b}\n"
	"  whole: {Image: /bin/b}\n"
	"  other: {Image: /bin/c}\n"
	"  under: {Image|startswith: /usr}\n"
	"  cased: {Image|cased: /BIN/B}\n"
	"  glob: {Image: '/bin/?'}\n"
	"  any: {CommandLine|contains: ''}\n"
	"  absent: {ParentImage: null}\n"
	"  parent: {ParentImage|endswith: x}\n"
	"  arg_x: {Args: x}\n"
	"  arg_y: {Args: y}\n"
	"  few: {ArgCount|lt: 2}\n"
	"  many: {ArgCount|gt: 3}\n"
	"  none: {ArgCount|lt: 0}\n"
	"  regex: {Image|re: x}\n"
	"  condition: ";

static const struct {
	const char *condition;
	enum rule_logic logic;
} cases[] = {
	{ "a", RULE_LOGIC_OPEN },
	{ "not a", RULE_LOGIC_OPEN },
	{ "a and b", RULE_LOGIC_OPEN },
	{ "a and not b", RULE_LOGIC_OPEN },
	{ "a and not a", RULE_LOGIC_NEVER },
	{ "a or not a", RULE_LOGIC_ALWAYS },
	{ "(a or b) and not (a or b)", RULE_LOGIC_NEVER },
	{ "a and (b or not a) and not b", RULE_LOGIC_NEVER },
	{ "a and not 1 of a*", RULE_LOGIC_NEVER },
	{ "slash_a and slash_b", RULE_LOGIC_NEVER },
	{ "slash_a or slash_b", RULE_LOGIC_OPEN },
	{ "whole and slash_b", RULE_LOGIC_OPEN },
	{ "whole and slash_a", RULE_LOGIC_NEVER },
	{ "whole and other", RULE_LOGIC_NEVER },
	{ "whole and under", RULE_LOGIC_NEVER },
	{ "whole and cased", RULE_LOGIC_OPEN },
	{ "whole and glob", RULE_LOGIC_OPEN },
	{ "whole and regex", RULE_LOGIC_OPEN },
	{ "not whole or not other", RULE_LOGIC_ALWAYS },
	{ "any", RULE_LOGIC_ALWAYS },
	{ "any and a", RULE_LOGIC_OPEN },
	{ "not any", RULE_LOGIC_NEVER },
	{ "absent and parent", RULE_LOGIC_NEVER },
	{ "absent or parent", RULE_LOGIC_OPEN },
	{ "arg_x and arg_y", RULE_LOGIC_OPEN },
	{ "few and many", RULE_LOGIC_NEVER },
	{ "few or many", RULE_LOGIC_OPEN },
	{ "none", RULE_LOGIC_NEVER },
	{ "not none", RULE_LOGIC_ALWAYS },
	{ "none or a", RULE_LOGIC_OPEN },
};

static void test_logic(void **state)
{
	struct reading reading;
	char file[2048];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		snprintf(file, sizeof(file), "%s%s\n", head,
			 cases[i].condition);
		reading_init(&reading);
		read_text(&reading, file);
		if (rule_logic(only_rule(&reading)->condition) !=
		    cases[i].logic)
			fail_msg("%s", cases[i].condition);
		reading_free(&reading);
	}
}

/* Both through the compiler, which says so. */
static void test_words(void **state)
{
	static const char *const conditions[][2] = {
		{ "a and not a", "rule 'Test' can never match" },
		{ "any", "rule 'Test' matches everything" },
	};
	struct reading reading;
	struct image image;
	char file[2048];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(conditions); i++) {
		snprintf(file, sizeof(file), "%s%s\n", head, conditions[i][0]);
		reading_init(&reading);
		read_text(&reading, file);
		assert_int_equal(build_image(&reading.set, &image,
					     &reading.diag), 0);
		assert_int_equal(reading.diag.nr_entries, 1);
		assert_int_equal(reading.diag.entries[0].severity,
				 DIAG_WARNING);
		assert_string_equal(reading.diag.entries[0].message,
				    conditions[i][1]);
		image_free(&image);
		reading_free(&reading);
	}
}

static const struct {
	const char *line;
	bool windows;
} values[] = {
	{ "CommandLine|contains: 'C:\\Windows'", true },
	{ "CommandLine|contains: 'x c:\\\\temp'", true },
	{ "CommandLine|contains: '\\AppData\\Local'", true },
	{ "Image|endswith: '\\powershell.exe'", true },
	{ "Image|endswith: '\\bash'", true },
	{ "CommandLine|contains: '\\cmd.exe'", true },
	{ "ParentImage|endswith: ['/sh', '\\node']", true },
	{ "Image|endswith: /python.exe", false },
	{ "Image: python3.exe", false },
	{ "CommandLine|contains: '\\x41\\x42'", false },
	{ "CommandLine|contains: 'http:\\/\\/'", false },
	{ "CommandLine|contains: 'a\\nb'", false },
	{ "CommandLine|contains: '\\bash'", false },
	{ "CommandLine|contains: 's/\\*/x/'", false },
	{ "CommandLine|re: 'C:\\\\Windows\\\\System32'", false },
	{ "CommandLine|contains: 'abc:\\d'", false },
};

static void test_windows(void **state)
{
	struct reading reading;
	char file[512];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(values); i++) {
		snprintf(file, sizeof(file),
			 TEST_HEAD "detection:\n  a:\n    %s\n  condition: a\n",
			 values[i].line);
		reading_init(&reading);
		read_text(&reading, file);
		assert_int_equal(reading.diag.nr_errors, 0);
		if (reading.diag.nr_entries != values[i].windows)
			fail_msg("%s", values[i].line);
		if (values[i].windows) {
			assert_string_equal(reading.diag.entries[0].message,
					    "this looks like a path of Windows");
			assert_string_equal(reading.diag.entries[0].hint,
					    "paths of Linux have slashes, and no drive");
		}
		reading_free(&reading);
	}
}

/* A rule for Windows may have them, where such rules are wanted. */
static void test_any_product(void **state)
{
	struct reading reading;

	(void)state;
	reading_init(&reading);
	reading.options.any_product = true;
	read_text(&reading, TEST_HEAD
		  "detection: {a: {Image: 'C:\\Windows'}, condition: a}\n");
	assert_int_equal(reading.diag.nr_entries, 0);
	reading_free(&reading);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_logic),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_windows),
		cmocka_unit_test(test_any_product),
	};

	return cmocka_run_group_tests_name("rule_logic", tests, NULL, NULL);
}
