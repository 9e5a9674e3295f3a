// SPDX-License-Identifier: GPL-2.0-only
/*
 * Conditions: what binds how, what names stand for, what is refused.
 */
#include "test_rule.h"

#define SEARCHES                 \
	TEST_HEAD                \
	"detection:\n"           \
	"  a: {Image: a}\n"      \
	"  b: {Image: b}\n"      \
	"  c: {Image: c}\n"      \
	"  _x1: {Image: x1}\n"   \
	"  _x2: {Image: x2}\n"   \
	"  sel_1: {Image: s1}\n" \
	"  sel_2: {Image: s2}\n" \
	"  condition: "

/* Column and line of the condition in SEARCHES. */
#define LINE 12
#define COLUMN 14

struct condition_case {
	const char *condition;
	const char *tree;
};

static const struct condition_case cases[] = {
	{ "a", "Image{a}" },
	{ "a and b", "(and Image{a} Image{b})" },
	{ "a or b or c", "(or Image{a} Image{b} Image{c})" },
	{ "a or b and c", "(or Image{a} (and Image{b} Image{c}))" },
	{ "a and b or c", "(or (and Image{a} Image{b}) Image{c})" },
	{ "(a or b) and c", "(and (or Image{a} Image{b}) Image{c})" },
	{ "not a and b", "(and (not Image{a}) Image{b})" },
	{ "not (a and b)", "(not (and Image{a} Image{b}))" },
	{ "not not a", "(not (not Image{a}))" },
	{ "a and not 1 of sel_*",
	  "(and Image{a} (not (or Image{s1} Image{s2})))" },
	{ "1 of sel_*", "(or Image{s1} Image{s2})" },
	{ "any of sel_*", "(or Image{s1} Image{s2})" },
	{ "all of sel_*", "(and Image{s1} Image{s2})" },
	{ "1 of s*_*", "(or Image{s1} Image{s2})" },
	{ "1 of *_2", "Image{s2}" },
	{ "all of *1", "Image{s1}" },
	{ "1 of a", "Image{a}" },
	{ "1 of _x1", "Image{x1}" },
	{ "all of them",
	  "(and Image{a} Image{b} Image{c} Image{s1} Image{s2})" },
	{ "1 of *", "(or Image{a} Image{b} Image{c} Image{s1} Image{s2})" },
	{ "all of _*", "(and Image{x1} Image{x2})" },
	{ "((a))", "Image{a}" },
	{ "(a)and(b)", "(and Image{a} Image{b})" },
	{ "[a, b and c]", "(or Image{a} (and Image{b} Image{c}))" },
	{ "[a]", "Image{a}" },
	{ ">\n    a\n    and\n\n    b", "(and Image{a} Image{b})" },
};

static const struct refusal_case refusals[] = {
	{ "''", LINE, COLUMN,
	  "expected a search identifier after this, where the condition ends",
	  NULL },
	{ "a and", LINE, COLUMN + 2,
	  "expected a search identifier after this, where the condition ends",
	  NULL },
	{ "and a", LINE, COLUMN, "expected a search identifier, not 'and'",
	  NULL },
	{ "a b", LINE, COLUMN + 2,
	  "expected 'and', 'or' or the end of the condition, not 'b'", NULL },
	{ "(a", LINE, COLUMN + 1,
	  "expected ')' after this, where the condition ends", NULL },
	{ "a)", LINE, COLUMN + 1,
	  "expected 'and', 'or' or the end of the condition, not ')'", NULL },
	{ "a AND b", LINE, COLUMN + 2, "'AND' has to be in lower case",
	  "write 'and'" },
	{ "NOT a", LINE, COLUMN, "'NOT' has to be in lower case",
	  "write 'not'" },
	{ "1 OF them", LINE, COLUMN + 2, "'OF' has to be in lower case",
	  "write 'of'" },
	{ "1 of THEM", LINE, COLUMN + 5, "'THEM' has to be in lower case",
	  "write 'them'" },
	{ "ALL of them", LINE, COLUMN, "'ALL' has to be in lower case",
	  "write 'all'" },
	{ "a | count() > 3", LINE, COLUMN + 2,
	  "Sigma no longer has '|' in conditions",
	  "counting is what correlation rules do" },
	{ "2 of them", LINE, COLUMN, "'2 of' is not part of Sigma",
	  "write '1 of', 'any of' or 'all of'" },
	{ "some of them", LINE, COLUMN,
	  "expected '1', 'any' or 'all', not 'some'", NULL },
	{ "1 of", LINE, COLUMN + 2,
	  "expected 'them' or a name like 'selection_*' after this, where the condition ends",
	  NULL },
	{ "1 of (a or b)", LINE, COLUMN + 5,
	  "expected 'them' or a name like 'selection_*', not '('", NULL },
	{ "them", LINE, COLUMN, "expected a search identifier, not 'them'",
	  NULL },
	{ "1 of z*", LINE, COLUMN + 5, "no search identifier matches 'z*'",
	  NULL },
	{ "1 of x*", LINE, COLUMN + 5, "no search identifier matches 'x*'",
	  NULL },
	{ "sel_3", LINE, COLUMN, "unknown search identifier 'sel_3'",
	  "did you mean 'sel_1'?" },
	{ "sel_*", LINE, COLUMN,
	  "'sel_*' stands for several search identifiers",
	  "write '1 of sel_*' or 'all of sel_*'" },
	{ "A", LINE, COLUMN, "unknown search identifier 'A'",
	  "known are a, b, c, _x1, _x2, sel_1, sel_2" },
	{ "[]", LINE, COLUMN, "a list without conditions", NULL },
	{ "[[a]]", LINE, COLUMN + 1,
	  "a condition should be a single value, not a list", NULL },
	{ "{a: b}", LINE, COLUMN,
	  "a condition should be a single value, not a map", NULL },
	{ "\"a\\0b\"", LINE, COLUMN, "a condition cannot contain a NUL byte",
	  NULL },
	/* Places in conditions of several lines. */
	{ ">\n    a and\n    nope", LINE + 2, 5,
	  "unknown search identifier 'nope'",
	  "known are a, b, c, _x1, _x2, sel_1, sel_2" },
	{ "'a and\n    nope'", LINE + 1, 5, "unknown search identifier 'nope'",
	  "known are a, b, c, _x1, _x2, sel_1, sel_2" },
};

static char *file_with(const char *condition)
{
	char *file;

	assert_true(asprintf(&file, "%s%s\n", SEARCHES, condition) > 0);
	return file;
}

static void test_trees(void **state)
{
	char *file;
	size_t n;

	(void)state;
	for (n = 0; n < ARRAY_SIZE(cases); n++) {
		file = file_with(cases[n].condition);
		assert_tree(file, cases[n].tree);
		free(file);
	}
}

static void test_refusals(void **state)
{
	char *file;
	size_t n;

	(void)state;
	for (n = 0; n < ARRAY_SIZE(refusals); n++) {
		file = file_with(refusals[n].text);
		assert_refused(file, &refusals[n]);
		free(file);
	}
}

/* All unknown names are reported, not just the first. */
static void test_all_errors(void **state)
{
	struct reading reading;
	char *file = file_with("one and (two or not three) and a");

	(void)state;
	reading_init(&reading);
	read_text(&reading, file);
	assert_int_equal(reading.diag.nr_errors, 3);
	reading_free(&reading);
	free(file);
}

static char *repeated(const char *text, size_t times, const char *end)
{
	size_t size = strlen(text), n;
	char *all = malloc(size * times + strlen(end) + 1);

	assert_non_null(all);
	for (n = 0; n < times; n++)
		memcpy(all + size * n, text, size);
	strcpy(all + size * times, end);
	return all;
}

static void refuse_repeated(const char *text, size_t times, const char *end,
			    unsigned int column, const char *message)
{
	char *condition = repeated(text, times, end);
	char *file = file_with(condition);

	assert_refused(file, &(struct refusal_case){ file, LINE, column,
						     message, NULL });
	free(file);
	free(condition);
}

static void test_bounds(void **state)
{
	(void)state;
	refuse_repeated("(", 5000, "a", COLUMN + 64,
			"condition nested deeper than 64");
	refuse_repeated("not ", 4000, "a", COLUMN + 64 * 4,
			"condition nested deeper than 64");
	refuse_repeated("a or ", 4000, "a", COLUMN,
			"condition longer than 16384 bytes");
}

/* A shared subtree counts each time, so that no tree gets out of hand. */
static void test_weight(void **state)
{
	char *list = repeated("x,", 1000, "x");
	char *uses = repeated("a or ", 100, "a");
	struct reading reading;
	char *file;

	(void)state;
	assert_true(asprintf(&file,
			     TEST_HEAD "detection:\n"
				       "  a: {Image|all: [%s]}\n"
				       "  condition: %s\n",
			     list, uses) > 0);
	reading_init(&reading);
	read_text(&reading, file);
	assert_int_equal(reading.diag.nr_errors, 1);
	assert_string_equal(reading.diag.entries[0].message,
			    "the condition has more than 65536 terms");
	reading_free(&reading);
	free(file);
	free(uses);
	free(list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_trees),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_all_errors),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_weight),
	};

	return cmocka_run_group_tests_name("rule_condition", tests, NULL, NULL);
}
