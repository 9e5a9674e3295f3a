// SPDX-License-Identifier: GPL-2.0-only
/*
 * Regular expressions: a table of what they mean, and a table of what is
 * refused and why.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "built.h"

#define I RULE_REGEX_IGNORE_CASE
#define M RULE_REGEX_MULTI_LINE
#define S RULE_REGEX_DOT_ALL

static const struct meaning {
	const char *regex;
	unsigned int flags;
	const char *text;
	bool matches;
} meanings[] = {
	{ "", 0, "", true },
	{ "", 0, "a", true },
	{ "abc", 0, "xabcx", true },
	{ "abc", 0, "xaBcx", false },
	{ "abc", I, "xaBcx", true },
	{ "(?i)abc", 0, "xaBcx", true },
	{ "a(?i)b", 0, "aB", true },
	{ "a(?i)b", 0, "AB", false },
	{ "(a(?i)b)c", 0, "aBC", false },
	{ "(?i:a)b", 0, "Ab", true },
	{ "(?i:a)b", 0, "AB", false },
	{ "(?-i)a", I, "A", false },
	{ "^a", 0, "ba", false },
	{ "^a", 0, "ab", true },
	{ "^a", 0, "b\na", false },
	{ "^a", M, "b\na", true },
	{ "(?m)^a$", 0, "b\na\nc", true },
	{ "\\Aa", M, "b\na", false },
	{ "a$", 0, "ba", true },
	{ "a$", 0, "ab", false },
	{ "a$", 0, "a\n", true },
	{ "a$", 0, "a\n\n", false },
	{ "a\\Z", M, "a\n", true },
	{ "a\\z", M, "a\n", false },
	{ "^$", 0, "", true },
	{ "^$", 0, "a", false },
	{ "$^", 0, "", true },
	{ "a.c", 0, "abc", true },
	{ "a.c", 0, "a\nc", false },
	{ "a.c", S, "a\nc", true },
	{ "(?s)a.c", 0, "a\nc", true },
	{ "a.c", 0, "a\xc3\xa9" "c", true },
	{ "a..c", 0, "a\xc3\xa9" "c", false },
	{ "a[^b]c", 0, "a\xe2\x82\xac" "c", true },
	{ "a\\Wc", 0, "a\xe2\x82\xac" "c", true },
	{ "^.{3}$", 0, "\xc3\xa9\xc3\xa9\xc3\xa9", true },
	{ "^.{2}$", 0, "\xc3\xa9\xc3\xa9\xc3\xa9", false },
	{ "\xc3\xa9+x", 0, "\xc3\xa9\xc3\xa9x", true },
	{ "a*b", 0, "aaab", true },
	{ "^a+b", 0, "b", false },
	{ "^a?b$", 0, "ab", true },
	{ "^a?b$", 0, "aab", false },
	{ "^a{2}$", 0, "aa", true },
	{ "^a{2}$", 0, "aaa", false },
	{ "^a{2,}$", 0, "aaaa", true },
	{ "^a{2,3}$", 0, "aaaa", false },
	{ "^a{,2}$", 0, "aa", true },
	{ "a{x}", 0, "a{x}", true },
	{ "a{", 0, "a{", true },
	{ "a{,}", 0, "a{,}", true },
	{ "^a+?b$", 0, "aab", true },
	{ "^a{1,2}?b$", 0, "aab", true },
	{ "a|bc|", 0, "zzz", true },
	{ "^(a|bc)+$", 0, "abcbca", true },
	{ "^(?:a|bc)+$", 0, "abcb", false },
	{ "(?P<name>a)b", 0, "ab", true },
	{ "(?<name>a)b", 0, "ab", true },
	{ "a(?#comment)b", 0, "ab", true },
	{ "[a-c]x", 0, "bx", true },
	{ "[a-c]x", 0, "dx", false },
	{ "[a-c]x", I, "BX", true },
	{ "[^a-c]x", I, "Bx", false },
	{ "[]a]x", 0, "]x", true },
	{ "[^]a]x", 0, "]x", false },
	{ "[a-]x", 0, "-x", true },
	{ "[\\d_]x", 0, "5x", true },
	{ "[\\D]x", 0, "5x", false },
	{ "[[:alpha:]]5", 0, "z5", true },
	{ "[\\]]", 0, "]", true },
	{ "[\\x41-\\x43]", 0, "B", true },
	{ "\\x41", 0, "A", true },
	{ "\\d\\s\\w", 0, "1\tz", true },
	{ "\\D\\S\\W", 0, "x1.", true },
	{ "\\t\\n\\r\\f\\v\\a\\e", 0, "\t\n\r\f\v\a\033", true },
	{ "\\.\\/\\-", 0, "./-", true },
	{ "\\bfoo\\b", 0, "a foo.", true },
	{ "\\bfoo\\b", 0, "foo", true },
	{ "\\bfoo\\b", 0, "a_foo", false },
	{ "\\bfoo\\b", 0, "foo1", false },
	{ "\\Bfoo", 0, "xfoo", true },
	{ "\\Bfoo", 0, " foo", false },
	{ "foo\\B", 0, "foo", false },
	{ "\\b", 0, "", false },
	{ "\\B", 0, "", true },
	{ "()*", 0, "", true },
	{ "(a*)*b", 0, "aab", true },
	{ "(a|b)*?c", 0, "abac", true },
	{ "(^a|b$)", 0, "cb", true },
	{ "(.){5,}", 0, "abcd", false },
	{ "(.){5,}", 0, "abcde", true },
	{ "\\s-[^-\\s]{0,3}i", 0, "ls -lai", true },
	{ "\\s-[^-\\s]{0,3}i", 0, "ls -laai", true },
	{ "\\s-[^-\\s]{0,3}i", 0, "ls -laaai", false },
};

static void test_meaning(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(meanings); i++) {
		const struct meaning *meaning = &meanings[i];
		struct built built;

		built_begin(&built);
		built_regex(&built, PYDETECT_FIELD_COMMAND_LINE, meaning->regex,
		    meaning->flags);
		built_build(&built);
		if (built.diag.nr_errors)
			fail_msg("%s: %s", meaning->regex,
				 built.diag.entries[0].message);
		if (built_matches(&built, 0, PYDETECT_FIELD_COMMAND_LINE,
			    meaning->text, strlen(meaning->text)) !=
		    meaning->matches)
			fail_msg("%s on %s", meaning->regex, meaning->text);
		built_end(&built);
	}
}

/* Each argument is a text of its own; a command line has spaces instead. */
static void test_arguments(void **state)
{
	static const char text[] = "sh\0-c\0id -u";
	struct built built;
	size_t i;

	static const struct {
		const char *regex;
		bool argument;
		bool joined;
	} cases[] = {
		{ "^-c$", true, false },
		{ "h.-", false, true },
		{ "sh\\s-c\\sid", false, true },
		{ "^id", true, false },
		{ "-u$", true, true },
		{ "h[^x]-", false, true },
		{ "\\bc\\b", true, true },
		{ "^sh -c", false, true },
	};

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		built_begin(&built);
		built_regex(&built, PYDETECT_FIELD_ARGS, cases[i].regex, 0);
		built_regex(&built, PYDETECT_FIELD_COMMAND_LINE, cases[i].regex, 0);
		built_build(&built);
		assert_int_equal(built_matches(&built, 0, PYDETECT_FIELD_ARGS, text,
					 sizeof(text) - 1),
				 cases[i].argument);
		assert_int_equal(built_matches(&built, 1, PYDETECT_FIELD_COMMAND_LINE,
					 text, sizeof(text) - 1),
				 cases[i].joined);
		built_end(&built);
	}
}

static const struct refusal {
	const char *regex;
	const char *message;
} refusals[] = {
	{ "a\\1", "regular expression, character 2: references to groups cannot be decided by an automaton" },
	{ "(?=a)", "regular expression, character 1: lookahead cannot be decided by an automaton here" },
	{ "(?!a)", "regular expression, character 1: lookahead cannot be decided by an automaton here" },
	{ "x(?<=a)", "regular expression, character 2: lookbehind cannot be decided by an automaton here" },
	{ "x(?<!a)", "regular expression, character 2: lookbehind cannot be decided by an automaton here" },
	{ "(?>a)", "regular expression, character 1: atomic groups are not supported" },
	{ "(?|a)", "regular expression, character 1: groups with shared numbers are not supported" },
	{ "(?(1)a)", "regular expression, character 1: conditional groups are not supported" },
	{ "(?P=n)", "regular expression, character 1: references to groups cannot be decided by an automaton" },
	{ "(?R)", "regular expression, character 1: recursion cannot be decided by an automaton" },
	{ "(*FAIL)", "regular expression, character 1: verbs are not supported" },
	{ "(?x)a", "regular expression, character 3: unknown kind of group, or unknown flag" },
	{ "(?i", "regular expression, character 3: the group is not closed by ')'" },
	{ "(?<n", "regular expression, character 4: '>' expected behind the name" },
	{ "(?#n", "regular expression, character 4: the comment is not closed by ')'" },
	{ "(a", "regular expression, character 1: the group is not closed by ')'" },
	{ "a)", "regular expression, character 2: no group is open here" },
	{ "[a", "regular expression, character 1: the set is not closed by ']'" },
	{ "[\\", "regular expression, character 2: backslash at the end" },
	{ "[a-\\d]", "regular expression, character 2: not a range" },
	{ "[b-a]", "regular expression, character 2: not a range" },
	{ "[[:no:]]", "regular expression, character 2: unknown name of a set" },
	{ "[\xc3\xa9]", "regular expression, character 2: a set can name characters of ASCII only" },
	{ "a\\", "regular expression, character 2: backslash at the end" },
	{ "\\q", "regular expression, character 1: unknown escape" },
	{ "\\xg0", "regular expression, character 3: two hexadecimal digits expected" },
	{ "\\xe9", "regular expression, character 3: only characters of ASCII can be given by number" },
	{ "*a", "regular expression, character 1: nothing to repeat" },
	{ "a**", "regular expression, character 3: nothing to repeat" },
	{ "a++", "regular expression, character 2: possessive repetitions are not supported" },
	{ "a{3,2}", "regular expression, character 2: the bounds of the repetition are swapped" },
	{ "a{99999}", "regular expression, character 2: repeated more than 10000 times" },
	{ "((a{100}){100}){100}", "the repetitions in the pattern need more than 20000 states" },
	{ "((){10000}){10000}", "the repetitions in the pattern need more than 20000 states" },
	{ "a.{20}$", "the pattern needs an automaton of more than 10000 states" },
};

static void test_refusals(void **state)
{
	char expected[256];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(refusals); i++) {
		struct built built;

		built_begin(&built);
		built_regex(&built, PYDETECT_FIELD_COMMAND_LINE, refusals[i].regex, 0);
		built_build(&built);
		snprintf(expected, sizeof(expected), "rule '0': %s",
			 refusals[i].message);
		assert_int_equal(built.diag.nr_errors, 1);
		assert_string_equal(built.diag.entries[0].message, expected);
		assert_string_equal(built.diag.entries[0].rule_id, "0");
		assert_int_equal(built.image.view.nr_rules, 0);
		assert_int_equal(built.image.view.nr_predicates, 0);
		built_end(&built);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_meaning),
		cmocka_unit_test(test_arguments),
		cmocka_unit_test(test_refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
