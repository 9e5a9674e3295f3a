// SPDX-License-Identifier: GPL-2.0-only
/*
 * Wildcards within values: image against oracle.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "oracle.h"

#define TEXT_MAX 24

static const enum pydetect_field fields[] = {
	PYDETECT_FIELD_IMAGE_NAME,
	PYDETECT_FIELD_COMMAND_LINE,
	PYDETECT_FIELD_ARGS,
	PYDETECT_FIELD_ENV,
};

static struct rule_pattern random_glob(struct rule_set *set, const char *bytes,
				       struct dice *dice)
{
	const uint32_t length = dice_below(dice, 7);
	char text[16];
	uint32_t i;

	for (i = 0; i < length; i++) {
		const uint32_t kind = dice_below(dice, 4);

		text[i] = kind == 0 ? '*' :
			  kind == 1 ? '?' :
				      bytes[dice_below(dice, strlen(bytes))];
	}
	text[length] = 0;
	return make_glob(set, text, dice_chance(dice, 30) ? MAKE_CASED : 0);
}

static void try_text(const struct rule_set *set, const struct image *image,
		     enum pydetect_field field, const char *bytes,
		     struct dice *dice)
{
	const size_t length = dice_below(dice, TEXT_MAX);
	struct oracle_exec exec = { 0 };
	uint8_t text[TEXT_MAX];
	size_t i;

	for (i = 0; i < length; i++)
		text[i] = bytes[dice_below(dice, strlen(bytes))];
	for (i = 0; field != PYDETECT_FIELD_IMAGE_NAME && i < length; i++)
		if (dice_chance(dice, 15))
			text[i] = 0;
	exec.values[field] = text;
	exec.lengths[field] = length;
	oracle_compare(set, image, &exec, dice);
}

static void run_round(const char *bytes, struct dice *dice)
{
	const enum pydetect_field field =
		fields[dice_below(dice, ARRAY_SIZE(fields))];
	struct rule_set set;
	struct image image;
	struct diag diag;
	uint32_t i;

	rule_set_init(&set);
	diag_init(&diag);
	for (i = 0; i < 8; i++) {
		const struct rule_pattern patterns[] = {
			random_glob(&set, bytes, dice),
			random_glob(&set, bytes, dice),
		};

		make_rule(&set, make_strings(&set, field, patterns,
					     1 + dice_below(dice, 2)));
	}
	assert_int_equal(build_image(&set, &image, &diag), 0);
	assert_int_equal(diag.nr_errors, 0);
	for (i = 0; i < 40; i++)
		try_text(&set, &image, field, bytes, dice);
	image_free(&image);
	diag_free(&diag);
	rule_set_free(&set);
}

static void test_ascii(void **state)
{
	struct dice dice = { .state = 7 };
	uint32_t i;

	(void)state;
	for (i = 0; i < 120; i++)
		run_round("aB ", &dice);
}

/* Characters of several bytes, whole and in pieces. */
static void test_utf8(void **state)
{
	struct dice dice = { .state = 11 };
	uint32_t i;

	(void)state;
	for (i = 0; i < 120; i++)
		run_round("a\xc3\xa9\xe2\x82", &dice);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ascii),
		cmocka_unit_test(test_utf8),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
