// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs made by hand, and sets of numbers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../module/core/condition.h"
#include "core_sample.h"

#define STEPS_MAX 8
#define YES PYDETECT_STEP_TRUE
#define NO PYDETECT_STEP_FALSE
#define PREDICATE PYDETECT_TEST_PREDICATE
#define NUMBER PYDETECT_TEST_NUMBER
#define PRESENT PYDETECT_TEST_PRESENT
#define STEP(_test, _operand, _true, _false)                                \
	{                                                                   \
		.operand = (_operand), .test = (_test), .if_true = (_true), \
		.if_false = (_false)                                        \
	}

/**
 * struct known - what is known of an exec
 * @holds: bit n: predicate n holds
 * @present: bit n: it has field n
 * @has_uid: its user is known
 * @uid: its user
 */
struct known {
	u32 holds;
	u32 present;
	bool has_uid;
	u64 uid;
};

/**
 * struct program_case - a program, and what comes of it
 * @steps: the program
 * @count: number of steps
 * @known: the exec
 * @expected: does the program hold?
 */
struct program_case {
	struct pydetect_image_step steps[STEPS_MAX];
	u32 count;
	struct known known;
	bool expected;
};

static const struct program_case programs[] = {
	/* An empty program is true. */
	{ .expected = true },
	/* One predicate, and its negation. */
	{ { STEP(PREDICATE, 1, YES, NO) }, 1, { .holds = 2 }, true },
	{ { STEP(PREDICATE, 1, YES, NO) }, 1, { .holds = 5 }, false },
	{ { STEP(PREDICATE, 1, NO, YES) }, 1, { .holds = 2 }, false },
	{ { STEP(PREDICATE, 1, NO, YES) }, 1, { .holds = 5 }, true },
	/* Both ends the same. */
	{ { STEP(PREDICATE, 0, YES, YES) }, 1, {}, true },
	{ { STEP(PREDICATE, 0, NO, NO) }, 1, { .holds = 1 }, false },
	/* And. */
	{ { STEP(PREDICATE, 0, 1, NO), STEP(PREDICATE, 1, YES, NO) },
	  2,
	  { .holds = 1 },
	  false },
	{ { STEP(PREDICATE, 0, 1, NO), STEP(PREDICATE, 1, YES, NO) },
	  2,
	  { .holds = 3 },
	  true },
	/* Or. */
	{ { STEP(PREDICATE, 0, YES, 1), STEP(PREDICATE, 1, YES, NO) },
	  2,
	  { .holds = 2 },
	  true },
	{ { STEP(PREDICATE, 0, YES, 1), STEP(PREDICATE, 1, YES, NO) },
	  2,
	  { .holds = 4 },
	  false },
	/* Jumps over steps: (0 and 1) or (not 0 and 2). */
	{ { STEP(PREDICATE, 0, 1, 2), STEP(PREDICATE, 1, YES, NO),
	    STEP(PREDICATE, 2, YES, NO) },
	  3,
	  { .holds = 3 },
	  true },
	{ { STEP(PREDICATE, 0, 1, 2), STEP(PREDICATE, 1, YES, NO),
	    STEP(PREDICATE, 2, YES, NO) },
	  3,
	  { .holds = 5 },
	  false },
	{ { STEP(PREDICATE, 0, 1, 2), STEP(PREDICATE, 1, YES, NO),
	    STEP(PREDICATE, 2, YES, NO) },
	  3,
	  { .holds = 4 },
	  true },
	/* A predicate in another word of the map. */
	{ { STEP(PREDICATE, 70, YES, NO) }, 1, { .holds = 64 }, false },
	/* Presence. */
	{ { STEP(PRESENT, PYDETECT_FIELD_USER, YES, NO) },
	  1,
	  { .present = BIT(PYDETECT_FIELD_USER) },
	  true },
	{ { STEP(PRESENT, PYDETECT_FIELD_USER, YES, NO) },
	  1,
	  { .present = ~(1u << PYDETECT_FIELD_USER) },
	  false },
	/* Numbers: known, unknown, and not even then by negation. */
	{ { STEP(NUMBER, 0, YES, NO) }, 1, { .has_uid = true }, true },
	{ { STEP(NUMBER, 0, YES, NO) }, 1, {}, false },
	{ { STEP(NUMBER, 0, YES, NO) },
	  1,
	  { .has_uid = true, .uid = 1 },
	  false },
	{ { STEP(NUMBER, 0, YES, NO) },
	  1,
	  { .has_uid = true, .uid = 65533 },
	  true },
	/* Another number is unknown, though the user is. */
	{ { STEP(NUMBER, 1, YES, NO) }, 1, { .has_uid = true }, false },
	/* An empty set holds nothing. */
	{ { STEP(NUMBER, 2, YES, NO) }, 1, { .has_uid = true }, false },
};

static void make_exec(struct pydetect_exec *exec, const struct known *known)
{
	pydetect_exec_reset(exec);
	exec->holds[0] = known->holds;
	exec->nr_held = __builtin_popcount(known->holds);
	exec->present = known->present;
	if (known->has_uid)
		pydetect_exec_number(exec, PYDETECT_NUMBER_UID, known->uid);
}

static void make_draft(struct core_draft *draft)
{
	static const struct pydetect_image_range ranges[] = {
		{ 0, 0 },
		{ 1000, 65533 },
	};
	u32 i;

	*draft = (struct core_draft){};
	for (i = 0; i < 71; i++)
		core_add_predicate(draft, PYDETECT_FIELD_IMAGE, NULL, 0);
	core_add_number(draft, PYDETECT_NUMBER_UID, ranges, ARRAY_SIZE(ranges));
	core_add_number(draft, PYDETECT_NUMBER_ARG_COUNT, ranges, 1);
	core_add_number(draft, PYDETECT_NUMBER_UID, NULL, 0);
}

static void test_programs(void **state)
{
	struct pydetect_view view;
	struct pydetect_exec *exec;
	struct core_draft draft;
	struct core_image image;
	u32 i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(programs); i++) {
		const struct program_case *test = &programs[i];
		struct pydetect_image_extent program;

		make_draft(&draft);
		core_add_rule(&draft, "rule", PYDETECT_ACTION_REPORT);
		/* So that the program does not begin with the first step. */
		core_add_program(&draft, programs[1].steps, 1);
		program = core_add_program(&draft, test->steps, test->count);
		core_rule(&draft, 0)->programs[0] = program;
		core_settle_fields(&draft);
		core_image_make(&image, &draft);
		core_image_open(&image, &view);
		exec = core_exec_new(&view);
		make_exec(exec, &test->known);
		if (pydetect_program_holds(exec, program) != test->expected)
			fail_msg("program %u", i);
		core_exec_free(exec);
		core_image_free(&image);
		core_draft_free(&draft);
	}
}

/* The longest jump there is. */
static void test_long_jump(void **state)
{
	const struct pydetect_image_step step =
		STEP(PREDICATE, 0, PYDETECT_STEP_MAX, 1);
	const struct pydetect_image_step end = STEP(PREDICATE, 1, YES, NO);
	static struct pydetect_image_step steps[PYDETECT_STEP_MAX + 1];
	struct pydetect_image_extent program;
	struct core_draft draft;
	struct core_image image;
	struct pydetect_view view;
	struct pydetect_exec *exec;
	u32 i;

	(void)state;
	make_draft(&draft);
	steps[0] = step;
	for (i = 1; i < ARRAY_SIZE(steps); i++)
		steps[i] = end;
	program = core_add_program(&draft, steps, ARRAY_SIZE(steps));
	core_add_rule(&draft, "rule", PYDETECT_ACTION_REPORT);
	core_rule(&draft, 0)->programs[0] = program;
	core_settle_fields(&draft);
	core_image_make(&image, &draft);
	core_image_open(&image, &view);
	exec = core_exec_new(&view);
	for (i = 0; i < 4; i++) {
		make_exec(exec, &(struct known){ .holds = i });
		assert_int_equal(pydetect_program_holds(exec, program), i >> 1);
	}
	core_exec_free(exec);
	core_image_free(&image);
	core_draft_free(&draft);
}

static bool in_ranges(const struct pydetect_image_range *ranges, u32 count,
		      u64 value)
{
	u32 i;

	for (i = 0; i < count; i++)
		if (value >= ranges[i].low && value <= ranges[i].high)
			return true;
	return false;
}

/* Ascending ranges, some of one number, some that touch. */
static u32 random_ranges(struct core_random *random,
			 struct pydetect_image_range *ranges, u32 most)
{
	const u32 count = core_random_below(random, most + 1);
	u64 at = core_random_below(random, 3);
	u32 i;

	for (i = 0; i < count; i++) {
		ranges[i].low = at;
		at += core_random_below(random, 4);
		ranges[i].high = at;
		at += core_random_below(random, 3) + 1;
	}
	if (count && core_random_below(random, 2))
		ranges[count - 1].high = ~0ULL;
	return count;
}

static void check_ranges(const struct pydetect_image_range *ranges, u32 count)
{
	const struct pydetect_image_step step = STEP(NUMBER, 0, YES, NO);
	struct pydetect_image_extent program;
	struct core_draft draft = {};
	struct pydetect_view view;
	struct pydetect_exec *exec;
	struct core_image image;
	u64 value;

	core_add_number(&draft, PYDETECT_NUMBER_UID, ranges, count);
	program = core_add_program(&draft, &step, 1);
	core_image_make(&image, &draft);
	core_image_open(&image, &view);
	core_view_scatter(&view);
	exec = core_exec_new(&view);
	for (value = 0; value < 64; value++) {
		/* Near both ends of the numbers. */
		const u64 values[] = { value, ~value };
		u32 i;

		for (i = 0; i < ARRAY_SIZE(values); i++) {
			pydetect_exec_number(exec, PYDETECT_NUMBER_UID,
					     values[i]);
			assert_int_equal(pydetect_program_holds(exec, program),
					 in_ranges(ranges, count, values[i]));
		}
	}
	core_exec_free(exec);
	core_view_free(&view);
	core_image_free(&image);
	core_draft_free(&draft);
}

static void test_ranges(void **state)
{
	struct core_random random = { 11 };
	struct pydetect_image_range ranges[9];
	u32 round;

	(void)state;
	for (round = 0; round < 500; round++)
		check_ranges(ranges, random_ranges(&random, ranges,
						   ARRAY_SIZE(ranges)));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_programs),
		cmocka_unit_test(test_long_jump),
		cmocka_unit_test(test_ranges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
