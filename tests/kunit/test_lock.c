// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the lock lets pass. What a good signature is, is for the scenarios to
 * find out: here it is one by name.
 */

static const char good_signature[] = "good";
static bool certificate_built_in;

bool signature_possible(void)
{
	return certificate_built_in;
}

int signature_verify(const void *data, size_t size,
		     const struct signature *signature, const char **reason)
{
	if (signature->bytes == good_signature)
		return 0;
	*reason = "bad";
	return -EKEYREJECTED;
}

enum lock_signed {
	LOCK_UNSIGNED,
	LOCK_GOOD,
	LOCK_BAD,
};

/**
 * struct lock_step - a policy that is loaded
 * @lock: how far the module is locked by then
 * @policy: VECTOR_SHIPPED or VECTOR_SMALL
 * @serial: its version
 * @how: its signature
 * @error: what comes of it
 */
struct lock_step {
	enum pydetect_lock lock;
	u32 policy;
	u64 serial;
	enum lock_signed how;
	int error;
};

#define LOCK_STEPS_MAX 10

/**
 * struct lock_case - a course of loads
 * @name: what it is about
 * @highest: the version that has to be exceeded in the end
 * @steps: the loads
 */
struct lock_case {
	const char *name;
	u64 highest;
	struct lock_step steps[LOCK_STEPS_MAX];
};

#define OPEN PYDETECT_LOCK_OPEN
#define LOCKED PYDETECT_LOCK_SIGNED
#define FROZEN PYDETECT_LOCK_FROZEN
#define SHIPPED VECTOR_SHIPPED
#define SMALL VECTOR_SMALL

static const struct lock_case lock_case_table[] = {
	{ "open: everything but a bad signature", 9, {
		{ OPEN, SMALL, 7, LOCK_UNSIGNED },
		{ OPEN, SMALL, 9, LOCK_GOOD },
		{ OPEN, SMALL, 8, LOCK_GOOD },
		{ OPEN, SMALL, 10, LOCK_BAD, -EKEYREJECTED },
		{ OPEN, SHIPPED, 3, LOCK_UNSIGNED },
	} },
	{ "what an unsigned policy says of itself counts for nothing", 1, {
		{ OPEN, SMALL, ~0ULL, LOCK_UNSIGNED },
		{ LOCKED, SMALL, 1, LOCK_GOOD },
	} },
	{ "locked: only signed ones", 5, {
		{ OPEN, SMALL, 0, LOCK_UNSIGNED },
		{ LOCKED, SMALL, 5, LOCK_UNSIGNED, -EPERM },
		{ LOCKED, SMALL, 5, LOCK_BAD, -EKEYREJECTED },
		{ LOCKED, SMALL, 5, LOCK_GOOD },
	} },
	{ "locked: only newer ones, or the same", 6, {
		{ OPEN, SMALL, 5, LOCK_GOOD },
		{ LOCKED, SMALL, 4, LOCK_GOOD, -EPERM },
		{ LOCKED, SHIPPED, 5, LOCK_GOOD, -EPERM },
		{ LOCKED, SMALL, 5, LOCK_GOOD },
		{ LOCKED, SHIPPED, 6, LOCK_GOOD },
		{ LOCKED, SMALL, 5, LOCK_GOOD, -EPERM },
		{ LOCKED, SMALL, 6, LOCK_GOOD, -EPERM },
		{ LOCKED, SHIPPED, 6, LOCK_GOOD },
	} },
	{ "what came before the lock counts", 5, {
		{ OPEN, SHIPPED, 5, LOCK_GOOD },
		{ OPEN, SMALL, 2, LOCK_GOOD },
		{ LOCKED, SMALL, 2, LOCK_GOOD, -EPERM },
		{ LOCKED, SMALL, 4, LOCK_GOOD, -EPERM },
		{ LOCKED, SHIPPED, 5, LOCK_GOOD, -EPERM },
	} },
	{ "a policy without a version is older than any", 0, {
		{ LOCKED, SMALL, 0, LOCK_GOOD, -EPERM },
		{ OPEN, SMALL, 0, LOCK_GOOD },
		{ LOCKED, SMALL, 0, LOCK_GOOD, -EPERM },
	} },
	{ "the end of versions", ~0ULL, {
		{ LOCKED, SMALL, ~0ULL, LOCK_GOOD },
		{ LOCKED, SMALL, 1, LOCK_GOOD, -EPERM },
		{ LOCKED, SMALL, ~0ULL, LOCK_GOOD },
	} },
	{ "frozen: nothing", 1, {
		{ OPEN, SMALL, 1, LOCK_GOOD },
		{ FROZEN, SMALL, 1, LOCK_GOOD, -EPERM },
		{ FROZEN, SMALL, 2, LOCK_GOOD, -EPERM },
		{ FROZEN, SMALL, 2, LOCK_UNSIGNED, -EPERM },
		{ FROZEN, SMALL, 2, LOCK_BAD, -EPERM },
	} },
};

static void lock_case_name(const struct lock_case *one, char *name)
{
	strscpy(name, one->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(lock_case, lock_case_table, lock_case_name);

/* A copy of one of the images with another version. */
static void *image_of_version(struct kunit *test, u32 number, u64 serial)
{
	const struct test_image *source = &test_images[number];
	struct pydetect_image_header *image = vmalloc(source->size);

	KUNIT_ASSERT_NOT_NULL(test, image);
	memcpy(image, source->bytes, source->size);
	image->serial = serial;
	image->checksum = pydetect_image_checksum(image, source->size);
	return image;
}

static int load_step(struct kunit *test, const struct lock_step *step)
{
	const struct signature signature = {
		.bytes = step->how == LOCK_GOOD ? good_signature : "bad",
	};
	void *image = image_of_version(test, step->policy, step->serial);
	struct pydetect_fault fault = {};
	const char *reason = NULL;
	int error;

	lock_in_force = step->lock;
	error = lock_load(image, test_images[step->policy].size,
			  step->how == LOCK_UNSIGNED ? NULL : &signature,
			  &fault, &reason);
	KUNIT_EXPECT_EQ(test, error < 0, reason != NULL);
	if (error)
		vfree(image);
	return error;
}

static void lock_course(struct kunit *test)
{
	const struct lock_case *one = test->param_value;
	u64 generation = 0;
	struct policy *policy;
	u32 i;

	for (i = 0; i < LOCK_STEPS_MAX; i++) {
		const struct lock_step *step = &one->steps[i];

		if (!step->serial && !step->how && !step->error && i)
			break;
		KUNIT_EXPECT_EQ_MSG(test, load_step(test, step), step->error,
				    "step %u", i);
		if (step->error)
			continue;
		policy = policy_get();
		KUNIT_ASSERT_NOT_NULL(test, policy);
		KUNIT_EXPECT_EQ(test, policy->generation, ++generation);
		KUNIT_EXPECT_EQ(test, policy->is_signed,
				step->how == LOCK_GOOD);
		policy_put(policy);
	}
	KUNIT_EXPECT_EQ(test, last_generation, generation);
	KUNIT_EXPECT_EQ(test, lock_highest_serial(), one->highest);
}

/* Signed, but not an image: the version is not looked for beyond its end. */
static void lock_short(struct kunit *test)
{
	const struct signature signature = { .bytes = good_signature };
	struct pydetect_fault fault = {};
	const char *reason = NULL;
	void *image = vzalloc(8);

	KUNIT_ASSERT_NOT_NULL(test, image);
	lock_in_force = OPEN;
	KUNIT_EXPECT_EQ(test, -EINVAL,
			lock_load(image, 8, &signature, &fault, &reason));
	KUNIT_EXPECT_NOT_NULL(test, fault.reason);
	lock_in_force = LOCKED;
	KUNIT_EXPECT_EQ(test, -EPERM,
			lock_load(image, 8, &signature, &fault, &reason));
	KUNIT_EXPECT_EQ(test, lock_highest_serial(), 0ULL);
	vfree(image);
}

/* What a command wants, and whether it is refused under a lock. */
struct lock_mode_case {
	struct mode_request wanted;
	bool refused;
};

static void lock_modes(struct kunit *test)
{
	static const struct lock_mode_case cases[] = {
		{ { .set_mode = true, .mode = PYDETECT_MODE_BLOCK } },
		{ { .set_mode = true, .mode = PYDETECT_MODE_REPORT } },
		{ { .set_mode = true, .mode = PYDETECT_MODE_OFF }, true },
		{ { .set_mode = true, .mode = PYDETECT_MODE_BLOCK,
		    .confirm_within = 1 }, true },
		{ { .set_mode = true, .mode = PYDETECT_MODE_BLOCK, .lasts = 1 },
		  true },
		{ { .set_limit = true, .limit = 1 }, true },
		{ { .set_limit = true } },
		{ { .set_on_error = true, .on_error = PYDETECT_ON_ERROR_DENY } },
		{ { .set_on_error = true, .on_error = PYDETECT_ON_ERROR_ALLOW } },
	};
	const enum pydetect_lock locks[] = { OPEN, LOCKED, FROZEN };
	u32 i, n;

	for (n = 0; n < ARRAY_SIZE(locks); n++)
		for (i = 0; i < ARRAY_SIZE(cases); i++) {
			const char *reason = NULL;
			int expected = locks[n] && cases[i].refused ? -EPERM : 0;

			lock_in_force = locks[n];
			KUNIT_EXPECT_EQ_MSG(test, expected,
					    lock_permits_mode(&cases[i].wanted,
							      &reason),
					    "case %u, lock %d", i, locks[n]);
			KUNIT_EXPECT_EQ(test, expected != 0, reason != NULL);
		}
}

static void lock_rules(struct kunit *test)
{
	const char *reason = NULL;

	KUNIT_EXPECT_EQ(test, 0, lock_permits_rule(PYDETECT_OVERRIDE_REPORT,
						   &reason));
	lock_in_force = LOCKED;
	KUNIT_EXPECT_EQ(test, 0, lock_permits_rule(PYDETECT_OVERRIDE_BLOCK,
						   &reason));
	KUNIT_EXPECT_EQ(test, -EPERM, lock_permits_rule(PYDETECT_OVERRIDE_REPORT,
							&reason));
	KUNIT_EXPECT_EQ(test, -EPERM, lock_permits_rule(PYDETECT_OVERRIDE_NONE,
							&reason));
	KUNIT_EXPECT_NOT_NULL(test, reason);
}

/* Somebody could still be waited for, or denied too often. */
static void lock_waits_for_mode(struct kunit *test)
{
	static const struct mode_request open_ended = {
		.set_mode = true,
		.mode = PYDETECT_MODE_BLOCK,
		.confirm_within = 3600,
	};
	static const struct mode_request plain = {
		.set_mode = true,
		.mode = PYDETECT_MODE_REPORT,
	};
	const char *reason = NULL;

	certificate_built_in = true;
	KUNIT_ASSERT_EQ(test, 0, mode_request(&open_ended, &reason));
	KUNIT_EXPECT_EQ(test, -EBUSY, lock_set(LOCKED, &reason));
	KUNIT_EXPECT_NOT_NULL(test, reason);
	KUNIT_EXPECT_FALSE(test, lock_is_set());
	KUNIT_ASSERT_EQ(test, 0, mode_request(&plain, &reason));
}

/* Only what does not lock: that would keep a module with these tests loaded. */
static void lock_refused(struct kunit *test)
{
	const char *reason = NULL;

	certificate_built_in = false;
	KUNIT_EXPECT_EQ(test, lock_set(LOCKED, &reason), -ENOKEY);
	KUNIT_EXPECT_NOT_NULL(test, reason);
	KUNIT_EXPECT_EQ(test, lock_set(FROZEN, &reason), -ENODATA);
	KUNIT_EXPECT_FALSE(test, lock_is_set());
}

static void lock_tightened(struct kunit *test)
{
	const char *reason = NULL;

	certificate_built_in = true;
	replace(test, VECTOR_SMALL, 0);
	lock_in_force = LOCKED;
	KUNIT_EXPECT_EQ(test, lock_set(LOCKED, &reason), 0);
	KUNIT_EXPECT_EQ(test, (int)lock_state(), (int)LOCKED);
	KUNIT_EXPECT_EQ(test, lock_set(FROZEN, &reason), 0);
	KUNIT_EXPECT_EQ(test, lock_set(LOCKED, &reason), 0);
	KUNIT_EXPECT_EQ(test, (int)lock_state(), (int)FROZEN);
	KUNIT_EXPECT_TRUE(test, lock_is_set());
}

static int lock_test_init(struct kunit *test)
{
	lock_in_force = PYDETECT_LOCK_OPEN;
	highest_serial = 0;
	mode_test_init(test);
	return policy_test_init(test);
}

static void lock_test_exit(struct kunit *test)
{
	lock_in_force = PYDETECT_LOCK_OPEN;
	policy_test_exit(test);
	mode_test_exit(test);
}

#undef OPEN
#undef LOCKED
#undef FROZEN
#undef SHIPPED
#undef SMALL

static struct kunit_case lock_cases[] = {
	KUNIT_CASE_PARAM(lock_course, lock_case_gen_params),
	KUNIT_CASE(lock_short),
	KUNIT_CASE(lock_modes),
	KUNIT_CASE(lock_rules),
	KUNIT_CASE(lock_waits_for_mode),
	KUNIT_CASE(lock_refused),
	KUNIT_CASE(lock_tightened),
	{},
};

static struct kunit_suite lock_suite = {
	.name = "pydetect_lock",
	.init = lock_test_init,
	.exit = lock_test_exit,
	.test_cases = lock_cases,
};
