// SPDX-License-Identifier: GPL-2.0-only
/*
 * Conditions, stages and triggers: image against oracle.
 *
 * Judging by an image reads a field only where some rule may still need it, so
 * a trigger that is missing, or an over-approximation that drops too much,
 * shows as a rule that should have matched.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../module/core/field.h"
#include "oracle.h"

#define DEPTH 6
#define VALUE_MAX 6

static const enum pydetect_field fields[] = {
	PYDETECT_FIELD_IMAGE,	     PYDETECT_FIELD_IMAGE_NAME,
	PYDETECT_FIELD_PARENT_IMAGE, PYDETECT_FIELD_COMMAND_LINE,
	PYDETECT_FIELD_ARGS,	     PYDETECT_FIELD_PARENT_COMMAND_LINE,
	PYDETECT_FIELD_ENV,
};

static struct rule_node *random_strings(struct rule_set *set,
					struct dice *dice)
{
	static const char *const texts[] = {
		"*a*", "*b", "c*", "ab", "*ca*", "", "*", "a*b", "?",
	};
	struct rule_pattern patterns[3];
	const uint32_t count = 1 + dice_below(dice, ARRAY_SIZE(patterns));
	uint32_t i;

	for (i = 0; i < count; i++)
		patterns[i] = make_glob(set,
			texts[dice_below(dice, ARRAY_SIZE(texts))], 0);
	return make_strings(set, fields[dice_below(dice, ARRAY_SIZE(fields))],
			    patterns, count);
}

static struct rule_node *random_leaf(struct rule_set *set, struct dice *dice)
{
	static const struct pydetect_image_range ranges[] = {
		{ 1, 2 }, { 4, 4 },
	};

	switch (dice_below(dice, 8)) {
	case 0:
		return make_numbers(set, dice_below(dice, 2), ranges,
				    dice_below(dice, 3));
	case 1:
		return make_present(set, fields[dice_below(dice,
						ARRAY_SIZE(fields))]);
	default:
		return random_strings(set, dice);
	}
}

static struct rule_node *random_node(struct rule_set *set, struct dice *dice,
				     uint32_t depth)
{
	struct rule_node *children[3];
	uint32_t i, count = 1 + dice_below(dice, ARRAY_SIZE(children));

	if (!depth || dice_chance(dice, 20))
		return random_leaf(set, dice);
	if (dice_chance(dice, 20)) {
		children[0] = random_node(set, dice, depth - 1);
		return make_node(set, RULE_NODE_NOT, children, 1);
	}
	for (i = 0; i < count; i++)
		children[i] = random_node(set, dice, depth - 1);
	return make_node(set, dice_chance(dice, 50) ? RULE_NODE_AND :
						      RULE_NODE_OR,
			 children, count);
}

static void try_exec(const struct rule_set *set, const struct image *image,
		     struct dice *dice)
{
	uint8_t values[PYDETECT_FIELD_COUNT][VALUE_MAX];
	struct oracle_exec exec = { 0 };
	size_t i, at;

	for (i = 0; i < PYDETECT_FIELD_COUNT; i++) {
		if (dice_chance(dice, 25))
			continue;
		exec.values[i] = values[i];
		exec.lengths[i] = dice_below(dice, VALUE_MAX + 1);
		for (at = 0; at < exec.lengths[i]; at++)
			values[i][at] = "abc"[dice_below(dice, 3)];
	}
	exec.number_present = dice_below(dice, 8);
	for (i = 0; i < PYDETECT_NUMBER_COUNT; i++)
		exec.numbers[i] = dice_below(dice, 6);
	oracle_compare(set, image, &exec, dice);
}

static void test_random(void **state)
{
	struct dice dice = { .state = 42 };
	uint32_t round, i;

	(void)state;
	for (round = 0; round < 400; round++) {
		struct rule_set set;
		struct image image;
		struct diag diag;

		rule_set_init(&set);
		diag_init(&diag);
		/* A single rule now and then: nothing else keeps stages. */
		for (i = 0; i <= round % 8; i++)
			make_rule(&set, random_node(&set, &dice, DEPTH));
		assert_int_equal(build_image(&set, &image, &diag), 0);
		assert_int_equal(diag.nr_errors, 0);
		for (i = 0; i < 60; i++)
			try_exec(&set, &image, &dice);
		image_free(&image);
		diag_free(&diag);
		rule_set_free(&set);
	}
}

static struct rule_node *text_node(struct rule_set *set,
				   enum pydetect_field field, const char *text)
{
	const struct rule_pattern pattern = make_glob(set, text, 0);

	return make_strings(set, field, &pattern, 1);
}

static void build_one(struct image *image, struct rule_set *set,
		      struct rule_node *condition, const char *warning)
{
	struct diag diag;

	diag_init(&diag);
	make_rule(set, condition);
	assert_int_equal(build_image(set, image, &diag), 0);
	assert_int_equal(diag.nr_entries, warning ? 1 : 0);
	if (warning)
		assert_string_equal(diag.entries[0].message, warning);
	diag_free(&diag);
}

/* The key comes from the cheapest stage, and programs are not repeated. */
static void test_stages(void **state)
{
	struct rule_node *children[2];
	struct rule_set set;
	struct image image;

	(void)state;
	rule_set_init(&set);
	children[0] = text_node(&set, PYDETECT_FIELD_COMMAND_LINE, "*abcdef*");
	children[1] = text_node(&set, PYDETECT_FIELD_IMAGE, "*/a");
	build_one(&image, &set,
		  make_node(&set, RULE_NODE_AND, children, 2), NULL);
	assert_int_equal(image.view.late_stage, PYDETECT_STAGE_FILE);
	assert_int_equal(image.view.header->always.count, 0);
	assert_int_equal(image.view.rules[0].programs[0].count, 1);
	assert_int_equal(image.view.rules[0].programs[1].count, 0);
	assert_int_equal(image.view.rules[0].programs[2].count, 2);
	assert_int_equal(image.view.rules[0].programs[3].count, 0);
	image_free(&image);
	rule_set_free(&set);
}

/* A rule that is triggered late was not through the programs before. */
static void test_late_stage(void **state)
{
	struct rule_node *children[2];
	struct rule_set set;
	struct image image;

	(void)state;
	rule_set_init(&set);
	children[0] = text_node(&set, PYDETECT_FIELD_PARENT_COMMAND_LINE, "a*");
	children[1] = text_node(&set, PYDETECT_FIELD_IMAGE, "*/a");
	build_one(&image, &set,
		  make_node(&set, RULE_NODE_OR, children, 2), NULL);
	assert_int_equal(image.view.late_stage, PYDETECT_STAGE_PARENT_ARGV);
	assert_int_equal(image.view.late_fields,
			 pydetect_with_invoked(1u << PYDETECT_FIELD_IMAGE) |
				 1u << PYDETECT_FIELD_PARENT_COMMAND_LINE);
	assert_int_equal(image.view.rules[0]
				 .programs[PYDETECT_STAGE_PARENT_ARGV]
				 .count,
			 2);
	image_free(&image);
	rule_set_free(&set);
}

static void test_constant(void **state)
{
	struct rule_node *never;
	struct rule_set set;
	struct image image;

	(void)state;
	rule_set_init(&set);
	never = make_numbers(&set, PYDETECT_NUMBER_UID, NULL, 0);
	build_one(&image, &set, never, "rule '0' can never match");
	assert_int_equal(image.view.header->always.count, 0);
	image_free(&image);
	rule_set_free(&set);

	rule_set_init(&set);
	never = make_numbers(&set, PYDETECT_NUMBER_UID, NULL, 0);
	build_one(&image, &set, make_node(&set, RULE_NODE_NOT, &never, 1),
		  "rule '0' matches everything");
	assert_int_equal(image.view.header->always.count, 1);
	image_free(&image);
	rule_set_free(&set);
}

/* The same list in another order, in another rule, is the same predicate. */
static void test_sharing(void **state)
{
	struct rule_pattern patterns[2];
	struct rule_node *node;
	struct rule_set set;
	struct image image;
	struct diag diag;

	(void)state;
	rule_set_init(&set);
	diag_init(&diag);
	patterns[0] = make_glob(&set, "*/Bash", 0);
	patterns[1] = make_glob(&set, "*/sh", 0);
	make_rule(&set, make_strings(&set, PYDETECT_FIELD_IMAGE, patterns, 2));
	patterns[0] = make_glob(&set, "*/sh", MAKE_WORD);
	patterns[1] = make_glob(&set, "**/bash", 0);
	make_rule(&set, make_strings(&set, PYDETECT_FIELD_IMAGE, patterns, 2));
	patterns[0].word = false;
	node = make_strings(&set, PYDETECT_FIELD_IMAGE, patterns, 2);
	make_rule(&set, node);
	make_rule(&set, make_node(&set, RULE_NODE_NOT, &node, 1));
	assert_int_equal(build_image(&set, &image, &diag), 0);
	/* With word edges, without, and without the invoked path. */
	assert_int_equal(image.view.nr_predicates, 3);
	image_free(&image);
	diag_free(&diag);
	rule_set_free(&set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_stages),
		cmocka_unit_test(test_late_stage),
		cmocka_unit_test(test_constant),
		cmocka_unit_test(test_sharing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
