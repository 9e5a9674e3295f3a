// SPDX-License-Identifier: GPL-2.0-only
/*
 * The order in which things happen: what is captured, and what is not; which
 * rules match; what becomes of it.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../module/core/automaton.h"
#include "core_sample.h"

#define NO_UID UINT_MAX

/**
 * struct verdict_case - an exec that is judged by the sample
 * @image: and so on: its fields; NULL: it has no such field
 * @args: arguments, separated by "|"
 * @uid: its user, or NO_UID
 * @fail: error that capturing the stage @fail_at ends with
 * @fail_at: which stage
 * @stages: bit n: stage n has to be captured
 * @rules: bit n: rule n has to match
 * @report: verdict in report mode
 * @block: verdict in block mode
 */
struct verdict_case {
	const char *image;
	const char *invoked;
	const char *args;
	const char *parent;
	u32 uid;
	int fail;
	u32 fail_at;
	u32 stages;
	u32 rules;
	enum pydetect_verdict report;
	enum pydetect_verdict block;
};

/* No rule of the sample asks for the origin or the environment. */
#define ASKED_STAGES (BIT(PYDETECT_STAGE_FILE) | BIT(PYDETECT_STAGE_ARGV) | \
		      BIT(PYDETECT_STAGE_PARENT_ARGV))
#define ALLOW PYDETECT_VERDICT_ALLOW
#define REPORT PYDETECT_VERDICT_REPORT
#define DENY PYDETECT_VERDICT_DENY

/* The last stages are always captured: rules can only be triggered there. */
static const struct verdict_case cases[] = {
	{ .image = "/bin/ls",
	  .args = "ls",
	  .uid = NO_UID,
	  .stages = ASKED_STAGES },
	{ .image = "/usr/bin/python3",
	  .args = "python3|x.py",
	  .uid = 7,
	  .stages = ASKED_STAGES },
	{ .image = "/usr/bin/python3",
	  .args = "python3|/bin/sh",
	  .uid = 7,
	  .stages = ASKED_STAGES,
	  .rules = BIT(SAMPLE_SHELL),
	  .report = REPORT,
	  .block = DENY },
	/* By the path that the caller gave. */
	{ .image = "/x",
	  .invoked = "./python3",
	  .args = "import|os",
	  .uid = NO_UID,
	  .stages = ASKED_STAGES,
	  .rules = BIT(SAMPLE_SHELL),
	  .report = REPORT,
	  .block = DENY },
	/* The same, but a negated predicate of the last stage holds. */
	{ .image = "/usr/bin/python3",
	  .args = "x|/bin/sh",
	  .parent = "/usr/sbin/cron|-f",
	  .uid = NO_UID,
	  .stages = ASKED_STAGES,
	  .rules = BIT(SAMPLE_CRON),
	  .report = REPORT,
	  .block = REPORT },
	/* Without any hit. */
	{ .image = "/bin/ls",
	  .args = "ls",
	  .uid = 1000,
	  .stages = ASKED_STAGES,
	  .rules = BIT(SAMPLE_USER),
	  .report = REPORT,
	  .block = REPORT },
	{ .image = "/bin/ls", .args = "ls", .uid = 999, .stages = ASKED_STAGES },
	/* Triggered late, by the arguments. */
	{ .image = "/bin/sh",
	  .args = "sh|-c|id",
	  .uid = NO_UID,
	  .stages = ASKED_STAGES,
	  .rules = BIT(SAMPLE_CODE),
	  .report = REPORT,
	  .block = REPORT },
	/* Everything at once. */
	{ .image = "/bin/python",
	  .args = "python|-c|import os",
	  .uid = 0,
	  .stages = ASKED_STAGES,
	  .rules = BIT(SAMPLE_SHELL) | BIT(SAMPLE_USER) | BIT(SAMPLE_CODE),
	  .report = REPORT,
	  .block = DENY },
	/* Where capturing fails, nothing is decided. */
	{ .image = "/bin/python",
	  .uid = 0,
	  .fail = -EFAULT,
	  .fail_at = 0,
	  .stages = 1 },
	{ .image = "/bin/python",
	  .uid = 0,
	  .fail = -EINTR,
	  .fail_at = 2,
	  .stages = 5 },
	{ .image = "/bin/ls",
	  .uid = NO_UID,
	  .fail = -EFAULT,
	  .fail_at = 4,
	  .stages = ASKED_STAGES },
};

/**
 * struct recorder - context of a capture
 * @test: what there is to be captured
 * @stages: bit n: stage n was captured
 * @calls: how often anything was
 */
struct recorder {
	const struct verdict_case *test;
	u32 stages;
	u32 calls;
};

static void walk(struct pydetect_exec *exec, enum pydetect_field field,
		 const char *value)
{
	char copy[64] = {};
	size_t i, length;

	if (!value)
		return;
	length = strlen(value);
	assert_true(length < sizeof(copy));
	for (i = 0; i < length; i++)
		copy[i] = value[i] == '|' ? 0 : value[i];
	pydetect_walk(exec, field, copy, length);
}

static void capture_file(struct pydetect_exec *exec,
			 const struct verdict_case *test)
{
	walk(exec, PYDETECT_FIELD_IMAGE, test->image);
	walk(exec, PYDETECT_FIELD_INVOKED, test->invoked);
	if (test->uid == NO_UID)
		return;
	pydetect_exec_present(exec, PYDETECT_FIELD_USER);
	pydetect_exec_number(exec, PYDETECT_NUMBER_UID, test->uid);
}

static int capture(struct pydetect_exec *exec, enum pydetect_stage stage,
		   void *context)
{
	struct recorder *recorder = context;
	const struct verdict_case *test = recorder->test;

	/* In order, and none of them twice. */
	assert_int_equal(recorder->stages >> stage, 0);
	recorder->stages |= BIT(stage);
	recorder->calls++;
	if (test->fail && stage == test->fail_at)
		return test->fail;
	switch (stage) {
	case PYDETECT_STAGE_FILE:
		capture_file(exec, test);
		break;
	case PYDETECT_STAGE_ARGV:
		walk(exec, PYDETECT_FIELD_COMMAND_LINE, test->args);
		walk(exec, PYDETECT_FIELD_ARGS, test->args);
		break;
	case PYDETECT_STAGE_PARENT_ARGV:
		walk(exec, PYDETECT_FIELD_PARENT_COMMAND_LINE, test->parent);
		break;
	default:
		break;
	}
	return 0;
}

static u32 matched(const struct pydetect_exec *exec)
{
	u32 i, rules = 0;

	for (i = 0; i < exec->nr_candidates; i++) {
		assert_true(!i ||
			    exec->candidates[i - 1] < exec->candidates[i]);
		rules |= BIT(exec->candidates[i]);
	}
	return rules;
}

static void check_case(struct pydetect_exec *exec,
		       const struct verdict_case *test)
{
	struct recorder recorder = { .test = test };

	assert_int_equal(pydetect_judge(exec, capture, &recorder), test->fail);
	assert_int_equal(recorder.stages, test->stages);
	if (test->fail)
		return;
	assert_int_equal(matched(exec), test->rules);
	assert_int_equal(pydetect_verdict(exec, false), test->report);
	assert_int_equal(pydetect_verdict(exec, true), test->block);
}

/* One exec for all, in both orders: a reset leaves no trace. */
static void test_cases(void **state)
{
	struct pydetect_view view;
	struct pydetect_exec *exec;
	struct core_image image;
	u32 i;

	(void)state;
	core_sample(&image);
	core_image_open(&image, &view);
	exec = core_exec_new(&view);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		check_case(exec, &cases[i]);
		pydetect_exec_reset(exec);
	}
	while (i--) {
		check_case(exec, &cases[i]);
		pydetect_exec_reset(exec);
	}
	core_exec_free(exec);
	core_image_free(&image);
}

/* --- What has to be captured ---------------------------------------------- */

/**
 * struct stage_case - one rule, and how far it is followed
 * @asks: bit n: the rule asks for a field of stage n
 * @late_stages: bit n: a hit in stage n triggers the rule
 * @always: the rule needs no hit
 * @hit_in: stage in which it is triggered, or PYDETECT_STAGE_COUNT
 * @false_in: stage whose program is false, or PYDETECT_STAGE_COUNT
 * @stages: bit n: stage n has to be captured
 * @matches: does the rule match in the end?
 */
struct stage_case {
	u32 asks;
	u32 late_stages;
	bool always;
	u32 hit_in;
	u32 false_in;
	u32 stages;
	bool matches;
};

static const struct stage_case stage_cases[] = {
	/* The common exec leaves after the cheapest stage. */
	{ 31, 0, false, 5, 5, 1, false },
	{ 31, 0, true, 5, 5, 31, true },
	{ 31, 0, true, 5, 0, 1, false },
	{ 31, 0, true, 5, 1, 3, false },
	{ 31, 0, true, 5, 3, 15, false },
	{ 31, 0, true, 5, 4, 31, false },
	{ 31, 0, false, 0, 5, 31, true },
	{ 31, 0, false, 0, 0, 1, false },
	{ 31, 0, false, 0, 1, 3, false },
	{ 31, 0, false, 0, 2, 7, false },
	/* A rule that is triggered late has to be waited for. */
	{ 31, 2, false, 5, 5, 3, false },
	{ 31, 4, false, 5, 5, 7, false },
	{ 31, 8, false, 5, 5, 15, false },
	{ 31, 16, false, 5, 5, 31, false },
	{ 31, 2, false, 1, 5, 31, true },
	{ 31, 4, false, 2, 5, 31, true },
	{ 31, 8, false, 3, 5, 31, true },
	{ 31, 16, false, 4, 5, 31, true },
	{ 31, 4, false, 2, 2, 7, false },
	{ 31, 20, false, 2, 2, 31, false },
	/* It is not dropped by programs of stages that came before. */
	{ 31, 4, false, 2, 0, 31, true },
	{ 31, 16, false, 4, 2, 31, true },
	/* Dropped once, it does not come back. */
	{ 31, 16, true, 4, 0, 31, false },
	/* What nobody asks for is passed over. */
	{ 4, 0, false, 0, 5, 5, true },
	{ 4, 0, false, 0, 2, 5, false },
	{ 16, 0, true, 5, 5, 17, true },
	{ 0, 0, true, 5, 5, 1, true },
	{ 0, 16, false, 5, 5, 17, false },
	{ 2, 16, false, 4, 5, 19, true },
	{ 16, 4, false, 2, 5, 21, true },
	{ 16, 4, false, 5, 5, 5, false },
};

static const enum pydetect_field stage_fields[PYDETECT_STAGE_COUNT] = {
	PYDETECT_FIELD_IMAGE,
	PYDETECT_FIELD_PARENT_IMAGE,
	PYDETECT_FIELD_ARGS,
	PYDETECT_FIELD_ENV,
	PYDETECT_FIELD_PARENT_COMMAND_LINE,
};

struct stage_recorder {
	const struct stage_case *test;
	u32 stages;
};

static int capture_stage(struct pydetect_exec *exec, enum pydetect_stage stage,
			 void *context)
{
	struct stage_recorder *recorder = context;
	const bool hit = recorder->test->hit_in == stage;

	assert_int_equal(recorder->stages >> stage, 0);
	recorder->stages |= BIT(stage);
	assert_int_equal(pydetect_field_stage(stage_fields[stage]), stage);
	pydetect_walk(exec, stage_fields[stage], "hit", hit ? 3 : 0);
	return 0;
}

/* True whatever there is of the stages. */
static struct pydetect_image_extent ask_for(struct core_draft *draft, u32 stages)
{
	struct pydetect_image_step steps[PYDETECT_STAGE_COUNT];
	u32 stage, count = 0;

	for (stage = 0; stage < PYDETECT_STAGE_COUNT; stage++)
		if (stages >> stage & 1)
			steps[count++] = (struct pydetect_image_step){
				.test = PYDETECT_TEST_PRESENT,
				.operand = stage_fields[stage],
				.if_true = 1,
				.if_false = 1,
			};
	if (!count)
		return (struct pydetect_image_extent){};
	steps[count - 1].if_true = PYDETECT_STEP_TRUE;
	steps[count - 1].if_false = PYDETECT_STEP_TRUE;
	return core_add_program(draft, steps, count);
}

static void add_trigger(struct core_draft *draft, u32 stage)
{
	static const u32 rule;
	const struct core_pattern pattern = {
		"hit", 0, core_add_predicate(draft, stage_fields[stage], &rule, 1)
	};

	core_add_automaton(draft, stage_fields[stage], &pattern, 1, 0);
}

static void stage_draft(struct core_draft *draft, const struct stage_case *test)
{
	/* False, whatever holds. */
	static const struct pydetect_image_step never = {
		.test = PYDETECT_TEST_PRESENT,
		.operand = PYDETECT_FIELD_USER,
		.if_true = PYDETECT_STEP_FALSE,
		.if_false = PYDETECT_STEP_FALSE,
	};
	static const u32 rule;
	struct pydetect_image_extent *programs;
	u32 stage;

	*draft = (struct core_draft){};
	core_add_rule(draft, "rule", PYDETECT_ACTION_BLOCK);
	for (stage = 0; stage < PYDETECT_STAGE_COUNT; stage++)
		if ((test->late_stages | 1) >> stage & 1)
			add_trigger(draft, stage);
	programs = core_rule(draft, 0)->programs;
	programs[test->false_in ? 0 : PYDETECT_STAGE_COUNT - 1] =
		ask_for(draft, test->asks);
	if (test->false_in < PYDETECT_STAGE_COUNT)
		programs[test->false_in] = core_add_program(draft, &never, 1);
	if (test->always)
		draft->always = core_add_triggers(draft, &rule, 1);
	core_settle_fields(draft);
}

static void test_stages(void **state)
{
	struct pydetect_view view;
	struct pydetect_exec *exec;
	struct core_draft draft;
	struct core_image image;
	u32 i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(stage_cases); i++) {
		struct stage_recorder recorder = { .test = &stage_cases[i] };

		stage_draft(&draft, recorder.test);
		core_image_make(&image, &draft);
		core_image_open(&image, &view);
		exec = core_exec_new(&view);
		assert_int_equal(pydetect_judge(exec, capture_stage, &recorder),
				 0);
		if (recorder.stages != recorder.test->stages ||
		    exec->nr_candidates != recorder.test->matches)
			fail_msg("case %u: stages %#x, %u rules", i,
				 recorder.stages, exec->nr_candidates);
		core_exec_free(exec);
		core_image_free(&image);
		core_draft_free(&draft);
	}
}

/* --- Many rules, many hits ------------------------------------------------ */

#define MANY 200u

static int capture_reversed(struct pydetect_exec *exec,
			    enum pydetect_stage stage, void *context)
{
	const u32 *step = context;
	u32 i;

	/* Hits in another order than that of the rules. */
	for (i = 0; stage == PYDETECT_STAGE_FILE && i < MANY; i++) {
		const struct pydetect_image_output output = {
			.predicate = (MANY - 1 - i) * *step % MANY,
			.length = i,
		};

		pydetect_exec_hold(exec, &output, 1000 + i);
	}
	return 0;
}

/*
 * MANY rules, each triggered by a predicate of its own; rules for which
 * @dropped says so do not match.
 */
static void many_draft(struct core_draft *draft, bool (*dropped)(u32 rule))
{
	static const struct pydetect_image_step never = {
		.if_true = PYDETECT_STEP_FALSE,
		.if_false = PYDETECT_STEP_FALSE,
	};
	u32 i;

	*draft = (struct core_draft){};
	for (i = 0; i < MANY; i++) {
		core_add_rule(draft, "rule",
			      i == MANY - 1 ? PYDETECT_ACTION_BLOCK :
					      PYDETECT_ACTION_REPORT);
		core_add_predicate(draft, PYDETECT_FIELD_IMAGE, &i, 1);
		if (dropped(i))
			core_rule(draft, i)->programs[0] =
				core_add_program(draft, &never, 1);
	}
	core_settle_fields(draft);
}

static bool drop_none(u32 rule)
{
	(void)rule;
	return false;
}

static bool drop_most(u32 rule)
{
	return rule % 63;
}

static bool drop_last(u32 rule)
{
	return rule == MANY - 1;
}

static bool drop_all_but_two(u32 rule)
{
	return rule != 63 && rule != 64;
}

static void check_many(struct pydetect_exec *exec, bool (*dropped)(u32 rule))
{
	u32 i, expected = 0;

	for (i = 0; i < MANY; i++)
		if (!dropped(i))
			assert_int_equal(exec->candidates[expected++], i);
	assert_int_equal(exec->nr_candidates, expected);
	assert_int_equal(exec->nr_triggered, MANY);
	assert_int_equal(pydetect_verdict(exec, true),
			 dropped(MANY - 1) ? REPORT : DENY);
	/* The first hits have a place, the others count. */
	assert_int_equal(exec->nr_held, MANY);
	assert_int_equal(exec->nr_hits, PYDETECT_HITS_MAX);
	for (i = 0; i < PYDETECT_HITS_MAX; i++) {
		assert_int_equal(exec->hits[i].end, 1000 + i);
		assert_int_equal(exec->hits[i].length, i);
	}
	for (i = 0; i < MANY; i++)
		assert_true(test_bit(i, exec->holds));
}

static void test_many(void **state)
{
	bool (*const drops[])(u32 rule) = {
		drop_none,
		drop_most,
		drop_last,
		drop_all_but_two,
	};
	/* 1: backwards; the others jump about (they share no factor). */
	u32 steps[] = { 1, 7, 199 };
	struct pydetect_view view;
	struct pydetect_exec *exec;
	struct core_draft draft;
	struct core_image image;
	u32 i, j;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(drops); i++) {
		many_draft(&draft, drops[i]);
		core_image_make(&image, &draft);
		core_image_open(&image, &view);
		exec = core_exec_new(&view);
		for (j = 0; j < ARRAY_SIZE(steps); j++) {
			assert_int_equal(pydetect_judge(exec, capture_reversed,
							&steps[j]),
					 0);
			check_many(exec, drops[i]);
			pydetect_exec_reset(exec);
		}
		core_exec_free(exec);
		core_image_free(&image);
		core_draft_free(&draft);
	}
}

/* A predicate that becomes true twice is one hit, where it was first. */
static void test_hold_twice(void **state)
{
	const struct pydetect_image_output outputs[] = {
		{ .predicate = SAMPLE_HAS_CODE,
		  .length = 2,
		  .flags = PYDETECT_OUTPUT_EDGE_END },
		{ .predicate = SAMPLE_HAS_CODE, .length = 3 },
	};
	struct pydetect_view view;
	struct pydetect_exec *exec;
	struct core_image image;

	(void)state;
	core_sample(&image);
	core_image_open(&image, &view);
	exec = core_exec_new(&view);
	pydetect_exec_hold(exec, &outputs[0], 10);
	pydetect_exec_hold(exec, &outputs[1], 20);
	assert_int_equal(exec->nr_held, 1);
	assert_int_equal(exec->nr_hits, 1);
	assert_int_equal(exec->hits[0].end, 9);
	assert_int_equal(exec->hits[0].length, 2);
	assert_int_equal(exec->nr_candidates, 1);
	core_exec_free(exec);
	core_image_free(&image);
}

/* After a reset, memory is as it was given, but for what is no state. */
static void test_reset(void **state)
{
	struct core_random random = { 99 };
	struct pydetect_exec *exec, *fresh;
	struct pydetect_view view;
	struct core_image image;
	u32 i;

	(void)state;
	core_sample(&image);
	core_image_open(&image, &view);
	exec = core_exec_new(&view);
	fresh = core_exec_new(&view);
	for (i = 0; i < 1000; i++) {
		core_judge_anything(exec, &random);
		assert_int_equal(exec->present, fresh->present);
		assert_int_equal(exec->number_present, fresh->number_present);
		assert_int_equal(exec->nr_candidates, fresh->nr_candidates);
		assert_int_equal(exec->nr_triggered, fresh->nr_triggered);
		assert_int_equal(exec->nr_hits, fresh->nr_hits);
		assert_int_equal(exec->nr_held, fresh->nr_held);
	}
	core_exec_free(fresh);
	core_exec_free(exec);
	core_image_free(&image);
}

/* The maps that pydetect_exec_init() lays out do not overlap, and end in time. */
static void test_memory(void **state)
{
	struct pydetect_view view;
	struct pydetect_exec *exec;
	struct core_draft draft;
	struct core_image image;
	u32 i, step = 1;
	u8 *memory;

	(void)state;
	many_draft(&draft, drop_none);
	/* No multiple of the bits of a word. */
	core_add_predicate(&draft, PYDETECT_FIELD_IMAGE, NULL, 0);
	core_image_make(&image, &draft);
	core_image_open(&image, &view);
	memory = calloc(1, pydetect_exec_bytes(&view));
	exec = pydetect_exec_init(memory, &view);
	assert_int_equal(pydetect_judge(exec, capture_reversed, &step), 0);
	check_many(exec, drop_none);
	assert_false(test_bit(MANY, exec->holds));
	pydetect_exec_reset(exec);
	for (i = 0; i < BITS_TO_LONGS(MANY + 1); i++)
		assert_int_equal(exec->holds[i], 0);
	free(memory);
	core_image_free(&image);
	core_draft_free(&draft);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases), cmocka_unit_test(test_stages),
		cmocka_unit_test(test_many),  cmocka_unit_test(test_hold_twice),
		cmocka_unit_test(test_reset), cmocka_unit_test(test_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
