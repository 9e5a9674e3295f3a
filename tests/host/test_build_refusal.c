// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the back end refuses, in which words; and what it warns of.
 *
 * Rules are made by hand, because the front end has narrower bounds for most
 * of this.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../module/core/limits.h"
#include "built.h"

static struct rule_node *text_leaf(struct rule_set *set, const char *text)
{
	const struct rule_pattern pattern = make_glob(set, text, 0);

	return make_strings(set, PYDETECT_FIELD_COMMAND_LINE, &pattern, 1);
}

/* Builds; the first message has to be this one. */
static void expect(struct built *built, const char *message)
{
	build_image(&built->set, &built->image, &built->diag);
	assert_true(built->diag.nr_entries > 0);
	assert_string_equal(built->diag.entries[0].message, message);
}

static void end_without_image(struct built *built)
{
	diag_free(&built->diag);
	rule_set_free(&built->set);
}

/* Every level twice the one below, shared. */
static struct rule_node *doubled(struct rule_set *set, struct rule_node *node,
				 unsigned int times)
{
	while (times--) {
		struct rule_node *pair[] = { node, node };

		node = make_node(set, RULE_NODE_OR, pair, 2);
	}
	return node;
}

static void test_terms(void **state)
{
	struct built built;

	(void)state;
	built_begin(&built);
	make_rule(&built.set, doubled(&built.set, text_leaf(&built.set, "a"),
				      16));
	expect(&built, "rule '0': the condition has more than 60000 tests");
	assert_int_equal(built.diag.nr_errors, 1);
	assert_int_equal(built.image.view.nr_rules, 0);
	built_end(&built);
}

static void test_depth(void **state)
{
	struct rule_node *node;
	struct built built;
	unsigned int i;

	(void)state;
	built_begin(&built);
	node = text_leaf(&built.set, "a");
	for (i = 0; i < 200; i++)
		node = make_node(&built.set, RULE_NODE_NOT, &node, 1);
	make_rule(&built.set, node);
	expect(&built, "rule '0': the condition is nested deeper than 128");
	built_end(&built);
}

static void test_nul(void **state)
{
	struct rule_pattern pattern;
	struct built built;

	(void)state;
	built_begin(&built);
	pattern = make_glob(&built.set, "ab", 0);
	pattern.atoms[1] = 0;
	make_rule(&built.set, make_strings(&built.set, PYDETECT_FIELD_IMAGE,
					   &pattern, 1));
	expect(&built, "rule '0': a NUL byte never stands in a field");
	built_end(&built);
}

/* One value in more lists than a hit may walk through: the last one is named. */
static void test_outputs(void **state)
{
	struct built built;
	char text[16];
	unsigned int i;

	(void)state;
	built_begin(&built);
	for (i = 0; i <= PYDETECT_STATE_OUTPUTS_MAX; i++) {
		struct rule_pattern patterns[2];

		snprintf(text, sizeof(text), "*y%u", i);
		patterns[0] = make_glob(&built.set, text, 0);
		patterns[1] = make_glob(&built.set, "*x*", 0);
		patterns[1].place.file = "rules.yml";
		patterns[1].place.line = i + 1;
		make_rule(&built.set,
			  make_strings(&built.set, PYDETECT_FIELD_COMMAND_LINE,
				       patterns, 2));
	}
	expect(&built,
	       "rule '4096': one text belongs to 4097 value lists, at most 4096 are possible");
	assert_string_equal(built.diag.entries[0].place.file, "rules.yml");
	assert_int_equal(built.diag.entries[0].place.line, 4097);
	assert_string_equal(built.diag.entries[0].rule_id, "4096");
	assert_int_equal(built.diag.nr_errors, 1);
	end_without_image(&built);
}

/* Texts that have nothing in common: a state for nearly every byte of them. */
static void test_states(void **state)
{
	const size_t length = 1 << 20;
	struct dice dice = { .state = 1 };
	char *text = malloc(length + 3);
	struct built built;
	unsigned int i;
	size_t at;

	(void)state;
	assert_non_null(text);
	built_begin(&built);
	for (i = 0; i < 17; i++) {
		text[0] = '*';
		for (at = 1; at <= length; at++)
			text[at] = 'a' + dice_below(&dice, 26);
		memcpy(text + at, "*", 2);
		make_rule(&built.set, text_leaf(&built.set, text));
	}
	free(text);
	expect(&built,
	       "CommandLine: the strings need 17825789 states, at most 16777215 are possible");
	end_without_image(&built);
}

static void test_rules(void **state)
{
	struct rule_node *node;
	struct built built;
	unsigned int i;

	(void)state;
	built_begin(&built);
	node = text_leaf(&built.set, "a");
	for (i = 0; i <= PYDETECT_RULES_MAX; i++)
		make_rule(&built.set, node);
	expect(&built, "rule '65536': no room for a further rule");
	assert_int_equal(built.diag.nr_errors, 1);
	assert_int_equal(built.image.view.nr_rules, PYDETECT_RULES_MAX);
	built_end(&built);
}

/* Titles that are long and all different. */
static void test_image_size(void **state)
{
	const size_t length = PYDETECT_STRING_BYTES_MAX - 1;
	const unsigned int count = PYDETECT_IMAGE_BYTES_MAX / length + 1;
	struct rule_node *node;
	struct built built;
	unsigned int i;

	(void)state;
	built_begin(&built);
	node = text_leaf(&built.set, "a");
	for (i = 0; i < count; i++) {
		char *title = rule_memory_alloc(&built.set.memory, length + 1);

		memset(title, 'x', length);
		memcpy(title, &i, sizeof(i));
		/* No zeros within. */
		title[0] |= 1;
		title[1] = 1 + i % 200;
		title[2] = 1 + i / 200;
		title[3] = 1;
		make_rule(&built.set, node)->title = title;
	}
	build_image(&built.set, &built.image, &built.diag);
	assert_int_equal(built.diag.nr_errors, 1);
	assert_non_null(strstr(built.diag.entries[0].message,
			       "bytes, at most 67108864 are possible"));
	end_without_image(&built);
}

static void test_lists(void **state)
{
	struct rule_label labels[PYDETECT_RULE_LABELS_MAX + 1] = { 0 };
	const char *tags[PYDETECT_RULE_TAGS_MAX + 1] = { 0 };
	struct built built;
	struct rule *rule;

	(void)state;
	built_begin(&built);
	rule = make_rule(&built.set, text_leaf(&built.set, "a"));
	rule->labels = labels;
	rule->nr_labels = ARRAY_SIZE(labels);
	rule = make_rule(&built.set, text_leaf(&built.set, "a"));
	rule->tags = tags;
	rule->nr_tags = ARRAY_SIZE(tags);
	expect(&built, "rule '0': too many labels");
	assert_string_equal(built.diag.entries[1].message,
			    "rule '1': too many tags");
	assert_int_equal(built.image.view.nr_rules, 0);
	built_end(&built);
}

static void test_strings(void **state)
{
	static const char *const messages[] = {
		"the id is longer than 4095 bytes",
		"the title is longer than 4095 bytes",
		"the author is longer than 4095 bytes",
		"a tag is longer than 4095 bytes",
		"a label is longer than 4095 bytes",
	};
	char text[PYDETECT_STRING_BYTES_MAX + 1];
	struct rule_label label = { .name = text };
	const char *tag = text;
	struct built built;
	struct rule *rules[5];
	size_t i;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	built_begin(&built);
	label.node = text_leaf(&built.set, "a");
	for (i = 0; i < ARRAY_SIZE(rules); i++)
		rules[i] = make_rule(&built.set, label.node);
	rules[0]->id = text;
	rules[1]->title = text;
	rules[2]->author = text;
	rules[3]->tags = &tag;
	rules[3]->nr_tags = 1;
	rules[4]->labels = &label;
	rules[4]->nr_labels = 1;
	assert_int_equal(build_image(&built.set, &built.image, &built.diag), 0);
	assert_int_equal(built.diag.nr_errors, ARRAY_SIZE(rules));
	for (i = 0; i < ARRAY_SIZE(rules); i++)
		assert_non_null(strstr(built.diag.entries[i].message,
				       messages[i]));
	built_end(&built);
}

/* Those of build_regex.c that its own test does not have. */
static void test_regex(void **state)
{
	static const char *const cases[][2] = {
		{ "\\\xc3\xa9",
		  "character 1: a character beyond ASCII needs no backslash" },
		{ "\\x4", "character 3: two hexadecimal digits expected" },
		{ "(?&n)",
		  "character 1: recursion cannot be decided by an automaton" },
		{ "(?P>n)",
		  "character 1: recursion cannot be decided by an automaton" },
	};
	char expected[256], deep[200];
	struct built built;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		snprintf(expected, sizeof(expected),
			 "rule '0': regular expression, %s", cases[i][1]);
		built_begin(&built);
		built_regex(&built, PYDETECT_FIELD_IMAGE, cases[i][0], 0);
		expect(&built, expected);
		built_end(&built);
	}
	memset(deep, '(', sizeof(deep));
	deep[sizeof(deep) - 1] = '\0';
	built_begin(&built);
	built_regex(&built, PYDETECT_FIELD_IMAGE, deep, 0);
	expect(&built,
	       "rule '0': regular expression, character 65: groups are nested too deep");
	built_end(&built);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_terms),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_nul),
		cmocka_unit_test(test_outputs),
		cmocka_unit_test(test_states),
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_image_size),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_regex),
	};

	return cmocka_run_group_tests_name("build_refusal", tests, NULL, NULL);
}
