// SPDX-License-Identifier: GPL-2.0-only
/*
 * Replacing policies under those who use them, and the memory for judging.
 */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/preempt.h>

#define REPLACEMENTS 50

/* Put a copy of one of the images in force. */
static void *replace(struct kunit *test, u32 number, int expected)
{
	const struct test_image *source = &test_images[number];
	struct pydetect_fault fault = {};
	void *image = vmalloc(source->size);

	KUNIT_ASSERT_NOT_NULL(test, image);
	memcpy(image, source->bytes, source->size);
	KUNIT_ASSERT_EQ(test, expected,
			policy_replace(image, source->size, false, &fault));
	return image;
}

/* A census is a user of the policy, too. */
static void wait_for_replaced(void)
{
	flush_work(&census_work);
	wait_for_unused();
}

static struct policy *in_force(void)
{
	return rcu_dereference_protected(policy_in_force, true);
}

static void policy_none(struct kunit *test)
{
	struct policy *policy;

	KUNIT_EXPECT_FALSE(test, policy_loaded());
	policy = policy_get();
	policy_put(policy);
	KUNIT_EXPECT_PTR_EQ(test, policy, (struct policy *)NULL);
}

static void policy_first(struct kunit *test)
{
	void *image = replace(test, VECTOR_SHIPPED, 0);
	struct policy *policy;
	u32 i;

	KUNIT_EXPECT_TRUE(test, policy_loaded());
	policy = policy_get();
	KUNIT_EXPECT_EQ(test, policy->generation, 1ULL);
	KUNIT_EXPECT_PTR_EQ(test, policy->image, image);
	KUNIT_EXPECT_PTR_EQ(test, (const void *)policy->view.header,
			    (const void *)image);
	KUNIT_EXPECT_GT(test, policy->loaded_at, 0ULL);
	for (i = 0; i < policy->view.nr_rules; i++) {
		KUNIT_EXPECT_EQ(test, 0LL,
				atomic64_read(&policy->counters[i].matched));
		KUNIT_EXPECT_EQ(test, 0LL,
				atomic64_read(&policy->counters[i].denied));
	}
	policy_put(policy);
}

/* Whatever is wrong with it, a refused image changes nothing. */
static void policy_refused(struct kunit *test)
{
	static const size_t cuts[] = { 0, 1, 16, 4 };
	struct policy *before;
	u8 *image;
	u32 i;

	replace(test, VECTOR_SMALL, 0);
	before = in_force();
	for (i = 0; i < ARRAY_SIZE(cuts); i++) {
		const size_t size = sizeof(small_image) - cuts[i];
		struct pydetect_fault fault = {};

		image = vmalloc(size);
		KUNIT_ASSERT_NOT_NULL(test, image);
		memcpy(image, small_image, size);
		image[size / 2] ^= 1;
		KUNIT_EXPECT_EQ(test, -EINVAL,
				policy_replace(image, size, false, &fault));
		KUNIT_EXPECT_NOT_NULL(test, fault.reason);
		/* It is still the caller's. */
		image[0] ^= 1;
		vfree(image);
	}
	KUNIT_EXPECT_PTR_EQ(test, in_force(), before);
	KUNIT_EXPECT_EQ(test, in_force()->generation, 1ULL);
	replace(test, VECTOR_SMALL, 0);
	KUNIT_EXPECT_EQ(test, in_force()->generation, 2ULL);
	wait_for_replaced();
	KUNIT_EXPECT_EQ(test, atomic_read(&images_freed), 1);
}

/* Judge what vectors.h has by a policy that somebody holds. */
static void judge_all(struct kunit *test, struct policy *policy, u32 number)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(vectors); i++)
		check_vector(test, &policy->pool, &vectors[i],
			     &vectors[i].expected[number]);
}

static void policy_held(struct kunit *test)
{
	struct policy *held, *next;

	replace(test, VECTOR_SMALL, 0);
	held = policy_get();
	/* Does not wait for the reader, who is this very task. */
	replace(test, VECTOR_SHIPPED, 0);
	next = policy_get();
	KUNIT_EXPECT_PTR_NE(test, next, held);
	KUNIT_EXPECT_EQ(test, next->generation, 2ULL);
	policy_put(next);
	msleep(50);
	KUNIT_EXPECT_EQ(test, atomic_read(&images_freed), 0);
	judge_all(test, held, VECTOR_SMALL);
	KUNIT_EXPECT_EQ(test, held->generation, 1ULL);
	policy_put(held);
	wait_for_replaced();
	KUNIT_EXPECT_EQ(test, atomic_read(&images_freed), 1);
	judge_all(test, in_force(), VECTOR_SHIPPED);
}

static void policy_destroyed(struct kunit *test)
{
	u32 i;

	for (i = 0; i < 3; i++)
		replace(test, VECTOR_SMALL, 0);
	census_stop();
	policy_destroy();
	KUNIT_EXPECT_EQ(test, atomic_read(&images_freed), 3);
	KUNIT_EXPECT_FALSE(test, policy_loaded());
}

/**
 * struct reading - a thread that judges by whatever policy is in force
 * @judged: how many execs
 * @wrong: how many had another result than they should
 */
struct reading {
	u32 judged;
	u32 wrong;
};

static bool judge_one(struct policy *policy, const struct vector *vector)
{
	const bool small = policy->view.header->size == sizeof(small_image);
	const u32 number = small ? VECTOR_SMALL : VECTOR_SHIPPED;
	struct scratch *scratch = scratch_get(&policy->pool);
	u8 buffer[32];
	struct test_capture capture = {
		.vector = vector,
		.streams = scratch->capture.streams,
		.piece = sizeof(buffer),
		.buffer = buffer,
	};
	bool right = !pydetect_judge(scratch->exec, capture_vector, &capture) &&
		     pydetect_verdict(scratch->exec, true) ==
			     vector->expected[number].verdict;

	scratch_put(&policy->pool, scratch);
	return right;
}

static int read_policies(void *context)
{
	struct reading *reading = context;
	u32 i;

	for (i = 0; !kthread_should_stop(); i = (i + 1) % ARRAY_SIZE(vectors)) {
		struct policy *policy = policy_get();

		reading->wrong += !judge_one(policy, &vectors[i]);
		reading->judged++;
		cond_resched();
		policy_put(policy);
	}
	return 0;
}

/* Policies change as fast as they can, and nobody notices. */
static void policy_storm(struct kunit *test)
{
	struct task_struct *threads[3];
	struct reading readings[ARRAY_SIZE(threads)] = {};
	u32 i;

	replace(test, VECTOR_SMALL, 0);
	for (i = 0; i < ARRAY_SIZE(threads); i++) {
		threads[i] = kthread_run(read_policies, &readings[i],
					 "pydetect_test/%u", i);
		KUNIT_ASSERT_FALSE(test, IS_ERR(threads[i]));
	}
	for (i = 0; i < REPLACEMENTS; i++) {
		replace(test, i % VECTOR_POLICIES, 0);
		usleep_range(1000, 2000);
	}
	for (i = 0; i < ARRAY_SIZE(threads); i++) {
		kthread_stop(threads[i]);
		KUNIT_EXPECT_GT(test, readings[i].judged, 0u);
		KUNIT_EXPECT_EQ(test, readings[i].wrong, 0u);
	}
	wait_for_replaced();
	KUNIT_EXPECT_EQ(test, atomic_read(&images_freed), REPLACEMENTS);
}

/* --- Memory for judging ---------------------------------------------------- */

static void fill_scratch(struct kunit *test, struct scratch *scratch,
			 const struct pydetect_view *view)
{
	const u32 streams = stage_streams(view);
	u8 *end = (u8 *)scratch + scratch_bytes(view);
	u32 i;

	KUNIT_EXPECT_TRUE(test,
			  (u8 *)(scratch->capture.streams + streams) <= end);
	KUNIT_EXPECT_TRUE(test,
			  IS_ALIGNED((unsigned long)scratch->capture.streams,
				     __alignof__(struct pydetect_stream)));
	KUNIT_EXPECT_TRUE(test,
			  (u8 *)(scratch->exec->candidates + view->nr_rules) <=
				  (u8 *)scratch->capture.streams);
	for (i = 0; i < streams; i++)
		memset(&scratch->capture.streams[i], 0xff,
		       sizeof(struct pydetect_stream));
}

static void expect_idle(struct kunit *test, const struct scratch *scratch)
{
	const struct pydetect_exec *exec = scratch->exec;
	u32 i;

	KUNIT_EXPECT_EQ(test, exec->present | exec->number_present, 0u);
	KUNIT_EXPECT_EQ(test, exec->nr_candidates | exec->nr_triggered, 0u);
	KUNIT_EXPECT_EQ(test, exec->nr_hits | exec->nr_held, 0u);
	for (i = 0; i < BITS_TO_LONGS(exec->view->nr_predicates); i++)
		KUNIT_EXPECT_EQ(test, exec->holds[i], 0ul);
	for (i = 0; i < BITS_TO_LONGS(exec->view->nr_rules); i++)
		KUNIT_EXPECT_EQ(test, exec->seen[i], 0ul);
}

static void scratch_reused(struct kunit *test)
{
	struct scratch *first, *second;
	struct scratch_pool *pool;

	replace(test, VECTOR_SMALL, 0);
	pool = &in_force()->pool;
	/* The idle scratch is that of this CPU. */
	migrate_disable();
	first = scratch_get(pool);
	second = scratch_get(pool);
	KUNIT_EXPECT_NOT_NULL(test, first);
	KUNIT_EXPECT_NOT_NULL(test, second);
	KUNIT_EXPECT_PTR_NE(test, first, second);
	fill_scratch(test, first, &in_force()->view);
	pydetect_exec_trigger(first->exec, (struct pydetect_image_extent){
						   .count = 1,
					   });
	scratch_put(pool, first);
	/* There is room for one; the other one is freed. */
	scratch_put(pool, second);
	KUNIT_EXPECT_PTR_EQ(test, scratch_get(pool), second);
	expect_idle(test, second);
	scratch_put(pool, second);
	migrate_enable();
}

static void scratch_reset(struct kunit *test)
{
	struct policy *policy;
	u32 i;

	replace(test, VECTOR_SHIPPED, 0);
	policy = in_force();
	for (i = 0; i < ARRAY_SIZE(vectors); i++) {
		struct scratch *scratch;

		KUNIT_EXPECT_TRUE(test, judge_one(policy, &vectors[i]));
		scratch = scratch_get(&policy->pool);
		expect_idle(test, scratch);
		scratch_put(&policy->pool, scratch);
	}
}

static int policy_test_init(struct kunit *test)
{
	last_generation = 0;
	atomic_set(&images_freed, 0);
	/* Policies that follow processes have a census taken. */
	memset(buckets, 0, sizeof(buckets));
	track_init();
	buildid_init();
	return 0;
}

static void policy_test_exit(struct kunit *test)
{
	census_stop();
	policy_destroy();
	track_destroy();
}

static struct kunit_case policy_cases[] = {
	KUNIT_CASE(policy_none),
	KUNIT_CASE(policy_first),
	KUNIT_CASE(policy_refused),
	KUNIT_CASE(policy_held),
	KUNIT_CASE(policy_destroyed),
	KUNIT_CASE(policy_storm),
	KUNIT_CASE(scratch_reused),
	KUNIT_CASE(scratch_reset),
	{},
};

static struct kunit_suite policy_suite = {
	.name = "pydetect_policy",
	.init = policy_test_init,
	.exit = policy_test_exit,
	.test_cases = policy_cases,
};
