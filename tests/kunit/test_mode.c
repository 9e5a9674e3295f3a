// SPDX-License-Identifier: GPL-2.0-only
/*
 * Modes: what ends them, and when exactly.
 */
#include <linux/delay.h>
#include <linux/kthread.h>

#define SECOND NSEC_PER_SEC

/* --- Denials within a minute ------------------------------------------------ */

/**
 * struct denials_step - a denial
 * @at: when, in tenths of a second
 * @counted: there was room for it
 * @recent: how many there are in the minute that ends with it
 */
struct denials_step {
	u32 at;
	bool counted;
	u32 recent;
};

static void denials_slide(struct kunit *test)
{
	static const struct denials_step steps[] = {
		{ 0, true, 1 },	   { 0, true, 2 },     { 300, true, 3 },
		{ 300, false, 3 }, { 599, false, 3 },  { 600, true, 2 },
		{ 600, true, 3 },  { 899, false, 3 },  { 900, true, 3 },
		{ 901, false, 3 }, { 1199, false, 3 }, { 1200, true, 2 },
		{ 9000, true, 1 },
	};
	struct denials *denials = denials_create(3);
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, denials);
	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		const u64 now = steps[i].at * (SECOND / 10);

		KUNIT_EXPECT_EQ_MSG(test, denials_add(denials, now),
				    steps[i].counted, "step %u", i);
		KUNIT_EXPECT_EQ_MSG(test, denials_recent(denials, now),
				    steps[i].recent, "step %u", i);
	}
	denials_forget(denials);
	KUNIT_EXPECT_EQ(test, denials_recent(denials, 9000 * SECOND), 0u);
	denials_destroy(denials);
}

/* The obvious way: look at all of them. */
static u32 count_recent(const u64 *times, u32 count, u64 now)
{
	u32 i, recent = 0;

	for (i = 0; i < count; i++)
		recent += times[i] + 60 * SECOND > now;
	return recent;
}

#define RANDOM_DENIALS 500

static void denials_random(struct kunit *test)
{
	struct denials *denials = denials_create(17);
	u32 i, count = 0, wrong = 0;
	u64 *times, now = 0;

	KUNIT_ASSERT_NOT_NULL(test, denials);
	times = kunit_kcalloc(test, RANDOM_DENIALS, sizeof(*times), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, times);
	for (i = 0; i < RANDOM_DENIALS; i++) {
		bool room;

		/* A multiplicative generator: the same numbers each time. */
		now += i * 2654435761u % 4 * SECOND;
		room = count_recent(times, count, now) < 17;
		if (room)
			times[count++] = now;
		wrong += denials_add(denials, now) != room;
		wrong += denials_recent(denials, now) !=
			 count_recent(times, count, now);
	}
	KUNIT_EXPECT_EQ(test, wrong, 0u);
	KUNIT_EXPECT_GT(test, count, 17u);
	KUNIT_EXPECT_LT(test, count, (u32)RANDOM_DENIALS);
	denials_destroy(denials);
}

static void denials_without_limit(struct kunit *test)
{
	u32 i;

	for (i = 0; i < 100; i++)
		KUNIT_EXPECT_TRUE(test, denials_add(NULL, 0));
	KUNIT_EXPECT_EQ(test, denials_recent(NULL, 0), 0u);
	denials_forget(NULL);
	denials_destroy(NULL);
}

/* --- The state, without a clock --------------------------------------------- */

/**
 * struct mode_case - mode block for some time
 * @confirm_within: s
 * @lasts: s
 * @confirmed_at: s, 0: never
 * @ends_at: s, 0: never
 * @reason: why it does
 */
struct mode_case {
	u32 confirm_within;
	u32 lasts;
	u32 confirmed_at;
	u32 ends_at;
	enum pydetect_reason reason;
};

static const struct mode_case mode_case_table[] = {
	{ 0, 0, 0, 0, PYDETECT_REASON_COMMAND },
	{ 10, 0, 0, 10, PYDETECT_REASON_UNCONFIRMED },
	{ 10, 0, 5, 0, PYDETECT_REASON_COMMAND },
	{ 0, 20, 0, 20, PYDETECT_REASON_TIME_OVER },
	{ 10, 20, 0, 10, PYDETECT_REASON_UNCONFIRMED },
	{ 10, 20, 9, 20, PYDETECT_REASON_TIME_OVER },
	{ 20, 10, 0, 10, PYDETECT_REASON_TIME_OVER },
	{ 20, 10, 9, 10, PYDETECT_REASON_TIME_OVER },
};

static void try_mode_case(struct kunit *test, const struct mode_case *param)
{
	const struct mode_request request = {
		.set_mode = true,
		.mode = PYDETECT_MODE_BLOCK,
		.confirm_within = param->confirm_within,
		.lasts = param->lasts,
	};
	struct mode_state state = { .mode = PYDETECT_MODE_REPORT };
	const u64 start = 1000 * SECOND;
	u64 ends_at = 0, now;

	command_mode(&state, &request, start, 1);
	KUNIT_EXPECT_EQ(test, state.mode, PYDETECT_MODE_BLOCK);
	for (now = start; now <= start + 30 * SECOND; now += SECOND / 2) {
		if (now == start + param->confirmed_at * SECOND && now > start)
			state.confirm_by = 0;
		if (expire_mode(&state, now, 2))
			ends_at = now - start;
	}
	KUNIT_EXPECT_EQ(test, ends_at, param->ends_at * SECOND);
	KUNIT_EXPECT_EQ(test, state.reason, param->reason);
	KUNIT_EXPECT_EQ(test, state.since, param->ends_at ? 2ull : 1ull);
	KUNIT_EXPECT_EQ(test, state.mode,
			param->ends_at ? PYDETECT_MODE_REPORT :
					 PYDETECT_MODE_BLOCK);
	KUNIT_EXPECT_EQ(test, next_deadline(&state), 0ull);
}

static void mode_deadlines(struct kunit *test)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(mode_case_table); i++)
		try_mode_case(test, &mode_case_table[i]);
}

/* A command without times takes back those of the one before. */
static void mode_replaced(struct kunit *test)
{
	struct mode_request request = {
		.set_mode = true,
		.mode = PYDETECT_MODE_BLOCK,
		.confirm_within = 10,
		.lasts = 20,
	};
	struct mode_state state = {};

	command_mode(&state, &request, 0, 0);
	KUNIT_EXPECT_EQ(test, next_deadline(&state), 10 * SECOND);
	request.confirm_within = 0;
	request.lasts = 0;
	command_mode(&state, &request, 5 * SECOND, 0);
	KUNIT_EXPECT_EQ(test, next_deadline(&state), 0ull);
	KUNIT_EXPECT_FALSE(test, expire_mode(&state, 100 * SECOND, 0));
}

static void mode_denials(struct kunit *test)
{
	struct mode_state state = {
		.mode = PYDETECT_MODE_REPORT,
		.denials = denials_create(2),
		.ends = 1000 * SECOND,
	};

	KUNIT_ASSERT_NOT_NULL(test, state.denials);
	KUNIT_EXPECT_FALSE(test, take_denial(&state, 0, 0));
	KUNIT_EXPECT_EQ(test, state.reason, PYDETECT_REASON_START);
	state.mode = PYDETECT_MODE_BLOCK;
	KUNIT_EXPECT_TRUE(test, take_denial(&state, 0, 0));
	KUNIT_EXPECT_TRUE(test, take_denial(&state, 0, 0));
	KUNIT_EXPECT_EQ(test, state.mode, PYDETECT_MODE_BLOCK);
	KUNIT_EXPECT_FALSE(test, take_denial(&state, 0, 7));
	KUNIT_EXPECT_EQ(test, state.mode, PYDETECT_MODE_REPORT);
	KUNIT_EXPECT_EQ(test, state.reason, PYDETECT_REASON_TOO_MANY);
	KUNIT_EXPECT_EQ(test, state.since, 7ull);
	KUNIT_EXPECT_EQ(test, next_deadline(&state), 0ull);
	denials_destroy(state.denials);
}

/* --- All of it -------------------------------------------------------------- */

static int ask(enum pydetect_mode mode, u32 confirm_within, u32 lasts)
{
	const struct mode_request request = {
		.set_mode = true,
		.mode = mode,
		.confirm_within = confirm_within,
		.lasts = lasts,
	};
	const char *reason;
	int error = mode_request(&request, &reason);

	return !reason == !error ? error : -EDOM;
}

static int set_limit(u32 limit)
{
	const struct mode_request request = {
		.set_limit = true,
		.limit = limit,
	};
	const char *reason;

	return mode_request(&request, &reason);
}

static struct mode_status status_of_mode(void)
{
	struct mode_status status;

	mode_status(&status);
	return status;
}

static void mode_refused(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, ask(PYDETECT_MODE_REPORT, 1, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, ask(PYDETECT_MODE_OFF, 0, 1), -EINVAL);
	mode_state.highest = PYDETECT_MODE_REPORT;
	KUNIT_EXPECT_EQ(test, ask(PYDETECT_MODE_BLOCK, 0, 0), -EPERM);
	KUNIT_EXPECT_EQ(test, mode_now(), PYDETECT_MODE_REPORT);
	KUNIT_EXPECT_EQ(test, ask(PYDETECT_MODE_OFF, 0, 0), 0);
	KUNIT_EXPECT_EQ(test, ask(PYDETECT_MODE_REPORT, 0, 0), 0);
	mode_state.highest = PYDETECT_MODE_OFF;
	KUNIT_EXPECT_EQ(test, ask(PYDETECT_MODE_REPORT, 0, 0), -EPERM);
	KUNIT_EXPECT_EQ(test, ask(PYDETECT_MODE_OFF, 0, 0), 0);
	KUNIT_EXPECT_EQ(test, mode_now(), PYDETECT_MODE_OFF);
}

/* The timer alone has to do it: nobody asks. */
static void mode_timer_fires(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, ask(PYDETECT_MODE_BLOCK, 1, 0), 0);
	msleep(500);
	KUNIT_EXPECT_EQ(test, mode_now(), PYDETECT_MODE_BLOCK);
	KUNIT_EXPECT_TRUE(test, status_of_mode().unconfirmed);
	msleep(1000);
	KUNIT_EXPECT_EQ(test, mode_now(), PYDETECT_MODE_REPORT);
	KUNIT_EXPECT_EQ(test, status_of_mode().reason,
			PYDETECT_REASON_UNCONFIRMED);
}

static void mode_confirmed(struct kunit *test)
{
	const char *reason;

	KUNIT_EXPECT_EQ(test, mode_confirm(&reason), -ENODATA);
	KUNIT_EXPECT_NOT_NULL(test, reason);
	KUNIT_EXPECT_EQ(test, ask(PYDETECT_MODE_BLOCK, 1, 2), 0);
	KUNIT_EXPECT_EQ(test, mode_confirm(&reason), 0);
	KUNIT_EXPECT_EQ(test, mode_confirm(&reason), -ENODATA);
	msleep(1300);
	KUNIT_EXPECT_EQ(test, mode_now(), PYDETECT_MODE_BLOCK);
	msleep(1200);
	KUNIT_EXPECT_EQ(test, mode_now(), PYDETECT_MODE_REPORT);
	KUNIT_EXPECT_EQ(test, status_of_mode().reason,
			PYDETECT_REASON_TIME_OVER);
}

static void mode_on_error(struct kunit *test)
{
	struct mode_request request = {
		.set_on_error = true,
		.on_error = PYDETECT_ON_ERROR_DENY,
	};
	const char *reason;

	KUNIT_EXPECT_FALSE(test, mode_denies_errors());
	KUNIT_EXPECT_EQ(test, mode_request(&request, &reason), 0);
	KUNIT_EXPECT_TRUE(test, mode_denies_errors());
	KUNIT_EXPECT_EQ(test, status_of_mode().on_error,
			PYDETECT_ON_ERROR_DENY);
	request.on_error = PYDETECT_ON_ERROR_ALLOW;
	KUNIT_EXPECT_EQ(test, mode_request(&request, &reason), 0);
	KUNIT_EXPECT_FALSE(test, mode_denies_errors());
}

#define DENIALS_EACH 500
#define DENIALS_LIMIT 700

static int deny_many(void *context)
{
	u32 *denied = context;
	u32 i;

	for (i = 0; i < DENIALS_EACH; i++) {
		*denied += mode_deny();
		if (i % 16 == 0)
			cond_resched();
	}
	while (!kthread_should_stop())
		msleep(1);
	return 0;
}

/* Whoever they are denied by, it is as many as there may be. */
static void mode_denials_at_once(struct kunit *test)
{
	struct task_struct *threads[4];
	u32 denied[ARRAY_SIZE(threads)] = {};
	u32 i, sum = 0;

	KUNIT_EXPECT_EQ(test, set_limit(DENIALS_LIMIT), 0);
	KUNIT_EXPECT_EQ(test, ask(PYDETECT_MODE_BLOCK, 0, 0), 0);
	for (i = 0; i < ARRAY_SIZE(threads); i++) {
		threads[i] = kthread_run(deny_many, &denied[i],
					 "pydetect_test/%u", i);
		KUNIT_ASSERT_FALSE(test, IS_ERR(threads[i]));
	}
	msleep(200);
	for (i = 0; i < ARRAY_SIZE(threads); i++) {
		kthread_stop(threads[i]);
		sum += denied[i];
	}
	KUNIT_EXPECT_EQ(test, sum, (u32)DENIALS_LIMIT);
	KUNIT_EXPECT_EQ(test, status_of_mode().reason,
			PYDETECT_REASON_TOO_MANY);
	KUNIT_EXPECT_EQ(test, status_of_mode().recent, (u32)DENIALS_LIMIT);
	KUNIT_EXPECT_EQ(test, set_limit(0), 0);
	KUNIT_EXPECT_EQ(test, status_of_mode().limit, 0u);
}

/* What is due when the module goes is not done any more. */
static void mode_stopped(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, ask(PYDETECT_MODE_BLOCK, 1, 0), 0);
	mode_stop();
	KUNIT_EXPECT_FALSE(test, hrtimer_active(&mode_timer));
	KUNIT_EXPECT_FALSE(test, work_pending(&mode_work));
}

static int mode_test_init(struct kunit *test)
{
	mode_state = (struct mode_state){
		.mode = PYDETECT_MODE_REPORT,
		.highest = PYDETECT_MODE_BLOCK,
	};
	mode_init();
	return 0;
}

static void mode_test_exit(struct kunit *test)
{
	mode_stop();
}

static struct kunit_case mode_cases[] = {
	KUNIT_CASE(denials_slide),
	KUNIT_CASE(denials_random),
	KUNIT_CASE(denials_without_limit),
	KUNIT_CASE(mode_deadlines),
	KUNIT_CASE(mode_replaced),
	KUNIT_CASE(mode_denials),
	KUNIT_CASE(mode_refused),
	KUNIT_CASE(mode_timer_fires),
	KUNIT_CASE(mode_confirmed),
	KUNIT_CASE(mode_on_error),
	KUNIT_CASE(mode_denials_at_once),
	KUNIT_CASE(mode_stopped),
	{},
};

static struct kunit_suite mode_suite = {
	.name = "pydetect_mode",
	.init = mode_test_init,
	.exit = mode_test_exit,
	.test_cases = mode_cases,
};
