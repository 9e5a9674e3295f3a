// SPDX-License-Identifier: GPL-2.0-only
/*
 * Literals with every anchor, word edges and case: image against oracle.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "oracle.h"

#define TEXT_MAX 64

static const enum pydetect_field fields[] = {
	PYDETECT_FIELD_IMAGE_NAME,
	PYDETECT_FIELD_COMMAND_LINE,
	PYDETECT_FIELD_ARGS,
	PYDETECT_FIELD_ENV,
	PYDETECT_FIELD_PARENT_COMMAND_LINE,
};

/**
 * struct family - what random patterns and texts are made of
 * @bytes: the alphabet
 * @length: longest pattern
 * @rules: how many, each with a pattern or two
 * @rounds: how many images
 */
struct family {
	const char *bytes;
	uint32_t length;
	uint32_t rules;
	uint32_t rounds;
};

static char random_byte(const struct family *family, struct dice *dice)
{
	return family->bytes[dice_below(dice, strlen(family->bytes))];
}

static struct rule_pattern random_pattern(const struct family *family,
					  struct rule_set *set,
					  struct dice *dice)
{
	const uint32_t length = dice_below(dice, family->length + 1);
	const uint32_t kind = dice_below(dice, 5);
	unsigned int flags = dice_chance(dice, 30) ? MAKE_CASED : 0;
	char text[2 * TEXT_MAX];
	uint32_t i, at = 0;

	if (kind == 4)
		flags |= MAKE_WORD;
	if (kind & 1 || kind == 4)
		text[at++] = '*';
	for (i = 0; i < length; i++)
		text[at++] = random_byte(family, dice);
	if (kind & 2 || kind == 4)
		text[at++] = '*';
	text[at] = 0;
	return make_glob(set, text, flags);
}

static size_t random_text(const struct family *family, struct dice *dice,
			  enum pydetect_field field, uint8_t *text)
{
	const size_t length = dice_below(dice, TEXT_MAX);
	const bool has_nul = field == PYDETECT_FIELD_ARGS ||
			     field == PYDETECT_FIELD_ENV ||
			     field == PYDETECT_FIELD_COMMAND_LINE ||
			     field == PYDETECT_FIELD_PARENT_COMMAND_LINE;
	size_t i;

	for (i = 0; i < length; i++)
		text[i] = has_nul && dice_chance(dice, 20) ?
				  0 :
				  random_byte(family, dice);
	return length;
}

static void try_texts(const struct family *family, const struct rule_set *set,
		      const struct image *image, enum pydetect_field field,
		      struct dice *dice)
{
	uint8_t text[TEXT_MAX];
	uint32_t i;

	for (i = 0; i < 20; i++) {
		struct oracle_exec exec = { 0 };

		exec.values[field] = text;
		exec.lengths[field] = random_text(family, dice, field, text);
		oracle_compare(set, image, &exec, dice);
	}
}

static void run_round(const struct family *family, struct dice *dice)
{
	const enum pydetect_field field =
		fields[dice_below(dice, ARRAY_SIZE(fields))];
	struct image image;
	struct rule_set set;
	struct diag diag;
	uint32_t i;

	rule_set_init(&set);
	diag_init(&diag);
	for (i = 0; i < family->rules; i++) {
		const struct rule_pattern patterns[] = {
			random_pattern(family, &set, dice),
			random_pattern(family, &set, dice),
		};

		make_rule(&set, make_strings(&set, field, patterns,
					     dice_chance(dice, 70) ? 1 : 2));
	}
	assert_int_equal(build_image(&set, &image, &diag), 0);
	assert_int_equal(diag.nr_errors, 0);
	try_texts(family, &set, &image, field, dice);
	image_free(&image);
	diag_free(&diag);
	rule_set_free(&set);
}

static void run_family(const struct family *family)
{
	struct dice dice = { .state = 20240229 };
	uint32_t i;

	for (i = 0; i < family->rounds; i++)
		run_round(family, &dice);
}

static void test_short(void **state)
{
	const struct family family = { "aB. ", 3, 12, 400 };

	(void)state;
	run_family(&family);
}

static void test_two_bytes(void **state)
{
	const struct family family = { "a.", 5, 20, 400 };

	(void)state;
	run_family(&family);
}

static void test_any_bytes(void **state)
{
	const struct family family = { "aA1_- /\x80\xff", 6, 30, 100 };

	(void)state;
	run_family(&family);
}

/* Large enough that most states are sparse. */
static void test_sparse(void **state)
{
	const struct family family = {
		"abcdefghijklmnopqrstuvwxyzABC0123-._ /", 30, 900, 6
	};
	const struct family deep = { "ab", 30, 600, 6 };
	const struct family word = { "a. ", 12, 900, 6 };

	(void)state;
	run_family(&family);
	run_family(&deep);
	run_family(&word);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_short),
		cmocka_unit_test(test_two_bytes),
		cmocka_unit_test(test_any_bytes),
		cmocka_unit_test(test_sparse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
