// SPDX-License-Identifier: GPL-2.0-only
/*
 * Values and modifiers: a line of a detection -> a tree.
 */
#include "../../module/core/field.h"
#include "test_rule.h"

struct value_case {
	const char *line;
	const char *tree;
};

static const struct value_case strings[] = {
	{ "Image: /bin/sh", "Image{/bin/sh}" },
	{ "Image|endswith: /sh", "Image{*/sh}" },
	{ "Image|startswith: /bin/", "Image{/bin/*}" },
	{ "CommandLine|contains: ' -i'", "CommandLine{* -i*}" },
	{ "CommandLine|contains|cased: Ab", "CommandLineC{*Ab*}" },
	{ "CommandLine|cased|contains: Ab", "CommandLineC{*Ab*}" },
	{ "Image|cased: X", "ImageC{X}" },
	{ "Args: -c", "Args{-c}" },
	/* What YAML makes of plain scalars does not matter. */
	{ "ArgCount: 3", "ArgCount{3}" },
	{ "LogonId: 0x3e7", "LogonId{0x3e7}" },
	{ "CommandLine: true", "CommandLine{true}" },
	{ "CommandLine: 1.50", "CommandLine{1.50}" },
};

static const struct value_case wildcards[] = {
	{ "Image: '*'", "Image{*}" },
	{ "Image: '/usr/*/sh'", "Image{/usr/*/sh}" },
	{ "Image: 'a**b***c'", "Image{a*b*c}" },
	{ "Image: 'a?c'", "Image{a?c}" },
	{ "Image|contains: 'a*c'", "Image{*a*c*}" },
	{ "Image|endswith: '*c'", "Image{*c}" },
	{ "Image|contains: '*'", "Image{*}" },
	{ "Image|contains: ''", "Image{*}" },
};

static const struct value_case escapes[] = {
	{ "CommandLine: 'a\\*b'", "CommandLine{a\\*b}" },
	{ "CommandLine: 'a\\?b'", "CommandLine{a\\?b}" },
	{ "CommandLine: 'a\\\\b'", "CommandLine{a\\\\b}" },
	{ "CommandLine: 'a\\nb'", "CommandLine{a\\\\nb}" },
	{ "CommandLine: 'ab\\'", "CommandLine{ab\\\\}" },
	{ "CommandLine: '\\\\*'", "CommandLine{\\\\*}" },
	{ "CommandLine: '\\\\\\*'", "CommandLine{\\\\\\*}" },
	{ "CommandLine: '\\\\\\\\'", "CommandLine{\\\\\\\\}" },
	{ "CommandLine|contains: '\\*'", "CommandLine{*\\**}" },
	{ "CommandLine: \"a\\tb\"", "CommandLine{a\tb}" },
};

static const struct value_case absence[] = {
	{ "Image: null", "(not Image!)" },
	{ "Image: ~", "(not Image!)" },
	{ "Image:", "(not Image!)" },
	{ "Image: 'null'", "Image{null}" },
	{ "Image: !!str null", "Image{null}" },
	{ "Image: ''", "Image{}" },
	{ "Image: [null, '', x]", "(or Image{}{x} (not Image!))" },
	{ "Image: [null]", "(not Image!)" },
	{ "Image|exists: true", "Image!" },
	{ "Image|exists: false", "(not Image!)" },
	{ "User: null", "(not (or User! Uid[0-18446744073709551615]))" },
};

static const struct value_case lists[] = {
	{ "Image: [a, b]", "Image{a}{b}" },
	{ "Image: [a]", "Image{a}" },
	{ "Image|endswith: [/a, /b]", "Image{*/a}{*/b}" },
	{ "CommandLine|contains|all: [a, b]",
	  "(and CommandLine{*a*} CommandLine{*b*})" },
	{ "CommandLine|all|contains: [a, b]",
	  "(and CommandLine{*a*} CommandLine{*b*})" },
	{ "CommandLine|contains|all: a", "CommandLine{*a*}" },
	{ "Image|all: [null, '*a']", "(and (not Image!) Image{*a})" },
};

static const struct value_case regexes[] = {
	{ "CommandLine|re: '\\s-[a]*'", "CommandLine/\\s-[a]*/" },
	{ "CommandLine|re|i: a", "CommandLine/a/i" },
	{ "CommandLine|re|i|m|s: a", "CommandLine/a/ims" },
	{ "CommandLine|re|ignorecase|multiline|dotall: a",
	  "CommandLine/a/ims" },
	{ "CommandLine|re: [a, b]", "CommandLine/a//b/" },
	{ "CommandLine|re|all: [a, b]", "(and CommandLine/a/ CommandLine/b/)" },
};

static const struct value_case numbers[] = {
	{ "ArgCount|lt: 3", "ArgCount[0-2]" },
	{ "ArgCount|lte: 3", "ArgCount[0-3]" },
	{ "ArgCount|gt: 3", "ArgCount[4-18446744073709551615]" },
	{ "LogonId|gte: 3", "LogonId[3-18446744073709551615]" },
	{ "ArgCount|lt: 0", "ArgCount[]" },
	{ "ArgCount|lte: -1", "ArgCount[]" },
	{ "ArgCount|gt: -1", "ArgCount[0-18446744073709551615]" },
	{ "ArgCount|gte: -0", "ArgCount[0-18446744073709551615]" },
	{ "ArgCount|gt: 18446744073709551615", "ArgCount[]" },
	{ "ArgCount|lt: [3, 5]", "ArgCount[0-4]" },
	{ "ArgCount|gt: [3, 5]", "ArgCount[4-18446744073709551615]" },
	{ "ArgCount|lt|all: [3, 5]", "(and ArgCount[0-2] ArgCount[0-4])" },
};

static const struct value_case encodings[] = {
	{ "CommandLine|base64: foobar", "CommandLine{Zm9vYmFy}" },
	{ "CommandLine|base64|contains: fooba", "CommandLine{*Zm9vYmE=*}" },
	{ "CommandLine|base64|contains: foob", "CommandLine{*Zm9vYg==*}" },
	{ "CommandLine|base64offset|contains: '/bin/bash'",
	  "CommandLine{*L2Jpbi9iYXNo*}{*9iaW4vYmFza*}{*vYmluL2Jhc2*}" },
	{ "CommandLine|base64offset|contains: 'http://'",
	  "CommandLine{*aHR0cDovL*}{*h0dHA6Ly*}{*odHRwOi8v*}" },
	{ "CommandLine|base64offset|contains: 'ab'",
	  "CommandLine{*YW*}{*Fi*}{*hY*}" },
	{ "CommandLine|base64offset|contains: 'abcd'",
	  "CommandLine{*YWJjZ*}{*FiY2*}{*hYmNk*}" },
	{ "CommandLine|base64offset|contains: [ab, cd]",
	  "CommandLine{*YW*}{*Fi*}{*hY*}{*Y2*}{*Nk*}{*jZ*}" },
	{ "CommandLine|base64offset|contains|all: [ab, cd]",
	  "(and CommandLine{*YW*}{*Fi*}{*hY*} CommandLine{*Y2*}{*Nk*}{*jZ*})" },
	{ "CommandLine|wide|base64: 'a\342\202\254\360\237\230\200'",
	  "CommandLine{YQCsID3YAN4=}" },
	{ "CommandLine|utf16le|base64: 'a\342\202\254\360\237\230\200'",
	  "CommandLine{YQCsID3YAN4=}" },
	{ "CommandLine|utf16be|base64: 'a\342\202\254\360\237\230\200'",
	  "CommandLine{AGEgrNg93gA=}" },
	{ "CommandLine|utf16|base64: ping", "CommandLine{//5wAGkAbgBnAA==}" },
	{ "CommandLine|wide|base64offset|contains: ping",
	  "CommandLine{*cABpAG4AZw*}{*AAaQBuAGcA*}{*wAGkAbgBnA*}" },
	{ "CommandLine|windash: 'a -f'",
	  "CommandLine{a -f}{a /f}{a \342\200\223f}{a \342\200\224f}{a \342\200\225f}" },
	{ "CommandLine|windash|contains: '/x'",
	  "CommandLine{*-x*}{*/x*}{*\342\200\223x*}{*\342\200\224x*}{*\342\200\225x*}" },
	{ "CommandLine|windash|contains: 'a-b - /'", "CommandLine{*a-b - /*}" },
	{ "CommandLine|windash|contains: '*-x?'",
	  "CommandLine{*-x?*}{*/x?*}{*\342\200\223x?*}{*\342\200\224x?*}{*\342\200\225x?*}" },
	{ "CommandLine|windash: '-a -b'",
	  "CommandLine{-a -b}{/a -b}{\342\200\223a -b}{\342\200\224a -b}{\342\200\225a -b}{-a /b}{/a /b}{\342\200\223a /b}{\342\200\224a /b}{\342\200\225a /b}{-a \342\200\223b}{/a \342\200\223b}{\342\200\223a \342\200\223b}{\342\200\224a \342\200\223b}{\342\200\225a \342\200\223b}{-a \342\200\224b}{/a \342\200\224b}{\342\200\223a \342\200\224b}{\342\200\224a \342\200\224b}{\342\200\225a \342\200\224b}{-a \342\200\225b}{/a \342\200\225b}{\342\200\223a \342\200\225b}{\342\200\224a \342\200\225b}{\342\200\225a \342\200\225b}" },
	{ "CommandLine|windash|base64: '-a'",
	  "CommandLine{LWE=}{L2E=}{4oCTYQ==}{4oCUYQ==}{4oCVYQ==}" },
	{ "CommandLine|base64: 'a\\*b'", "CommandLine{YSpi}" },
};

static void check(const struct value_case *cases, size_t count)
{
	char file[1024];
	size_t n;

	for (n = 0; n < count; n++) {
		snprintf(file, sizeof(file),
			 TEST_HEAD "detection:\n  a:\n    %s\n"
				   "  condition: a\n",
			 cases[n].line);
		assert_tree(file, cases[n].tree);
	}
}

#define CHECK(cases) check(cases, ARRAY_SIZE(cases))

static void test_strings(void **state)
{
	(void)state;
	CHECK(strings);
}

static void test_wildcards(void **state)
{
	(void)state;
	CHECK(wildcards);
}

static void test_escapes(void **state)
{
	(void)state;
	CHECK(escapes);
}

static void test_absence(void **state)
{
	(void)state;
	CHECK(absence);
}

static void test_lists(void **state)
{
	(void)state;
	CHECK(lists);
}

static void test_regexes(void **state)
{
	(void)state;
	CHECK(regexes);
}

static void test_numbers(void **state)
{
	(void)state;
	CHECK(numbers);
}

/* The expected texts were made with another base64 and another UTF-16. */
static void test_encodings(void **state)
{
	(void)state;
	CHECK(encodings);
}

/* Maps are AND, lists of maps are OR of these. */
static void test_structure(void **state)
{
	(void)state;
	assert_tree(TEST_HEAD "detection:\n"
			      "  a:\n"
			      "    - {Image: x, User|cased: y}\n"
			      "    - Image: z\n"
			      "  condition: a\n",
		    "(or (and Image{x} (or UserC{y} Uid[])) Image{z})");
}

static void test_every_field(void **state)
{
	enum pydetect_field field;
	const char *name;

	(void)state;
	for (field = 0; field < PYDETECT_FIELD_COUNT; field++) {
		name = rule_field_name(field);
		if (pydetect_is_alias(field))
			assert_string_equal(name, "");
		else
			assert_int_equal(rule_field_by_name(name), field);
	}
	assert_int_equal(rule_field_by_name(""), -1);
	assert_int_equal(rule_field_by_name("image"), -1);
}

static const char terms_rule[] = TEST_HEAD
	"detection:\n"
	"  a: {CommandLine|contains: import os, Image|endswith: /p}\n"
	"  condition: a\n"
	"pydetect: {terms: true}\n";

/* Only "contains" gets the edges of words. */
static void test_terms(void **state)
{
	(void)state;
	assert_tree(terms_rule, "(and CommandLineW{*import os*} Image{*/p})");
}

/* The longest value, and its escapes, are within their room. */
static void test_longest(void **state)
{
	char file[8192], value[4097], expected[4200];

	(void)state;
	memset(value, 'x', sizeof(value));
	value[4096] = '\0';
	snprintf(file, sizeof(file),
		 TEST_HEAD
		 "detection: {a: {Image|contains: %s}, condition: a}\n",
		 value);
	snprintf(expected, sizeof(expected), "Image{*%s*}", value);
	assert_tree(file, expected);
}

static void test_readable_text(void **state)
{
	struct reading reading;
	const struct rule_node *node;

	(void)state;
	reading_init(&reading);
	read_text(&reading, TEST_HEAD
		  "detection: {a: {Image|endswith: [/a, /b]}, condition: a}\n");
	node = only_rule(&reading)->condition;
	assert_string_equal(node->match->text, "Image|endswith: /a (2 values)");
	assert_int_equal(node->place.line, 4);
	assert_int_equal(node->place.column, 17);
	assert_int_equal(node->match->patterns[1].place.column, 38);
	reading_free(&reading);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_wildcards),
		cmocka_unit_test(test_escapes),
		cmocka_unit_test(test_absence),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_regexes),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_encodings),
		cmocka_unit_test(test_structure),
		cmocka_unit_test(test_every_field),
		cmocka_unit_test(test_terms),
		cmocka_unit_test(test_longest),
		cmocka_unit_test(test_readable_text),
	};

	return cmocka_run_group_tests_name("rule_value", tests, NULL, NULL);
}
