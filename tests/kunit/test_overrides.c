// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rules that were set to something, over policies that come and go.
 */

/* The two rules of small.yml. */
#define FIRST_RULE "5a1b0a43-5a3f-4c4f-9a54-7d6f3f1a0001"
#define SECOND_RULE "5a1b0a43-5a3f-4c4f-9a54-7d6f3f1a0002"

static int set_to(const char *id, enum pydetect_override action)
{
	const char *reason;
	int error = policy_set_rule(id, action, &reason);

	return !reason == !error ? error : -EDOM;
}

static void expect_action(struct kunit *test, u32 number, u32 action, bool set)
{
	const struct pydetect_view *view = &in_force()->view;

	KUNIT_EXPECT_EQ(test, pydetect_action(view, number), action);
	KUNIT_EXPECT_EQ(test, pydetect_action_is_set(view, number), set);
}

static void overrides_refused(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, set_to(FIRST_RULE, PYDETECT_OVERRIDE_BLOCK),
			-ESRCH);
	replace(test, VECTOR_SMALL, 0);
	KUNIT_EXPECT_EQ(test, set_to("", PYDETECT_OVERRIDE_BLOCK), -ESRCH);
	KUNIT_EXPECT_EQ(test, set_to("nonsense", PYDETECT_OVERRIDE_NONE),
			-ESRCH);
	KUNIT_EXPECT_EQ(test, overrides_count(), 0u);
}

static void overrides_both_ways(struct kunit *test)
{
	const struct pydetect_view *view;
	u32 first, second;

	replace(test, VECTOR_SMALL, 0);
	view = &in_force()->view;
	first = find_rule(view, FIRST_RULE, 0);
	second = find_rule(view, SECOND_RULE, 0);
	expect_action(test, first, PYDETECT_ACTION_BLOCK, false);
	KUNIT_EXPECT_TRUE(test, pydetect_may_deny(view, first));
	KUNIT_EXPECT_EQ(test, set_to(FIRST_RULE, PYDETECT_OVERRIDE_REPORT), 0);
	expect_action(test, first, PYDETECT_ACTION_REPORT, true);
	KUNIT_EXPECT_FALSE(test, pydetect_may_deny(view, first));
	KUNIT_EXPECT_EQ(test, set_to(SECOND_RULE, PYDETECT_OVERRIDE_BLOCK), 0);
	expect_action(test, second, PYDETECT_ACTION_BLOCK, true);
	KUNIT_EXPECT_TRUE(test, pydetect_may_deny(view, second));
	KUNIT_EXPECT_EQ(test, overrides_count(), 2u);
	KUNIT_EXPECT_EQ(test, set_to(FIRST_RULE, PYDETECT_OVERRIDE_BLOCK), 0);
	expect_action(test, first, PYDETECT_ACTION_BLOCK, true);
	KUNIT_EXPECT_EQ(test, overrides_count(), 2u);
	KUNIT_EXPECT_EQ(test, set_to(FIRST_RULE, PYDETECT_OVERRIDE_NONE), 0);
	expect_action(test, first, PYDETECT_ACTION_BLOCK, false);
	KUNIT_EXPECT_EQ(test, set_to(FIRST_RULE, PYDETECT_OVERRIDE_NONE), 0);
	KUNIT_EXPECT_EQ(test, overrides_count(), 1u);
}

/* As long as policies have the id, and no longer. */
static void overrides_kept(struct kunit *test)
{
	u32 first;

	replace(test, VECTOR_SMALL, 0);
	first = find_rule(&in_force()->view, FIRST_RULE, 0);
	KUNIT_EXPECT_EQ(test, set_to(FIRST_RULE, PYDETECT_OVERRIDE_REPORT), 0);
	replace(test, VECTOR_SMALL, 0);
	expect_action(test, first, PYDETECT_ACTION_REPORT, true);
	replace(test, VECTOR_SMALL, 0);
	expect_action(test, first, PYDETECT_ACTION_REPORT, true);
	replace(test, VECTOR_SHIPPED, 0);
	KUNIT_EXPECT_EQ(test, overrides_count(), 0u);
	replace(test, VECTOR_SMALL, 0);
	expect_action(test, first, PYDETECT_ACTION_BLOCK, false);
}

static void overrides_limit(struct kunit *test)
{
	char id[16];
	u32 i;

	for (i = 0; i < PYDETECT_OVERRIDES_MAX; i++) {
		snprintf(id, sizeof(id), "%u", i);
		KUNIT_ASSERT_EQ(test, 0,
				overrides_set(id, PYDETECT_OVERRIDE_BLOCK));
	}
	KUNIT_EXPECT_EQ(test, -ENOSPC,
			overrides_set("x", PYDETECT_OVERRIDE_BLOCK));
	KUNIT_EXPECT_EQ(test, 0, overrides_set("7", PYDETECT_OVERRIDE_REPORT));
	KUNIT_EXPECT_EQ(test, 0, overrides_set("x", PYDETECT_OVERRIDE_NONE));
	KUNIT_EXPECT_EQ(test, 0, overrides_set("8", PYDETECT_OVERRIDE_NONE));
	KUNIT_EXPECT_EQ(test, 0, overrides_set("x", PYDETECT_OVERRIDE_BLOCK));
	overrides_destroy();
	KUNIT_EXPECT_EQ(test, overrides_count(), 0u);
}

static struct kunit_case overrides_cases[] = {
	KUNIT_CASE(overrides_refused),
	KUNIT_CASE(overrides_both_ways),
	KUNIT_CASE(overrides_kept),
	KUNIT_CASE(overrides_limit),
	{},
};

static struct kunit_suite overrides_suite = {
	.name = "pydetect_overrides",
	.init = policy_test_init,
	.exit = policy_test_exit,
	.test_cases = overrides_cases,
};
