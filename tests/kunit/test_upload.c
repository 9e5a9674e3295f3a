// SPDX-License-Identifier: GPL-2.0-only
/*
 * Uploads: whose, in which order, how much.
 */
#include <linux/err.h>

#define PORT 7
#define OTHER_PORT 8

enum upload_call {
	UPLOAD_END,
	UPLOAD_BEGIN, /* @number bytes */
	UPLOAD_CHUNK, /* at @number, as much of @data as there is */
	UPLOAD_TAKE, /* gives @data */
	UPLOAD_ABORT,
	UPLOAD_DROP,
};

/**
 * struct upload_step - one call, and what comes of it
 * @call: which
 * @port: who calls
 * @number: size or offset
 * @data: the bytes
 * @error: what it returns
 */
struct upload_step {
	enum upload_call call;
	u32 port;
	u32 number;
	const char *data;
	int error;
};

#define UPLOAD_STEPS_MAX 12

/**
 * struct upload_case - a course of calls
 * @name: what it is about
 * @freed: images that are freed on the way
 * @steps: the calls
 */
struct upload_case {
	const char *name;
	int freed;
	struct upload_step steps[UPLOAD_STEPS_MAX];
};

static const struct upload_case upload_case_table[] = {
	{ "in chunks", 1, {
		{ UPLOAD_BEGIN, PORT, 6 },
		{ UPLOAD_CHUNK, PORT, 0, "ab" },
		{ UPLOAD_CHUNK, PORT, 2, "" },
		{ UPLOAD_CHUNK, PORT, 2, "c" },
		{ UPLOAD_CHUNK, PORT, 3, "def" },
		{ UPLOAD_CHUNK, PORT, 6, "" },
		{ UPLOAD_TAKE, PORT, 0, "abcdef" },
		{ UPLOAD_TAKE, PORT, 0, NULL, -ENODATA },
		{ UPLOAD_ABORT, PORT, 0, NULL, -ENODATA },
	} },
	{ "sizes", 1, {
		{ UPLOAD_BEGIN, PORT, 0, NULL, -EINVAL },
		{ UPLOAD_BEGIN, PORT, PYDETECT_IMAGE_BYTES_MAX + 1, NULL,
		  -EINVAL },
		{ UPLOAD_BEGIN, PORT, UINT_MAX, NULL, -EINVAL },
		{ UPLOAD_CHUNK, PORT, 0, "a", -ENODATA },
		{ UPLOAD_BEGIN, PORT, 1 },
		{ UPLOAD_CHUNK, PORT, 0, "a" },
		{ UPLOAD_TAKE, PORT, 0, "a" },
	} },
	{ "without a begin", 0, {
		{ UPLOAD_CHUNK, PORT, 0, "a", -ENODATA },
		{ UPLOAD_TAKE, PORT, 0, NULL, -ENODATA },
		{ UPLOAD_ABORT, PORT, 0, NULL, -ENODATA },
		{ UPLOAD_CHUNK, 0, 0, "a", -ENODATA },
		{ UPLOAD_TAKE, 0, 0, NULL, -ENODATA },
		{ UPLOAD_ABORT, 0, 0, NULL, -ENODATA },
		{ UPLOAD_DROP },
	} },
	{ "two at once", 2, {
		{ UPLOAD_BEGIN, PORT, 2 },
		{ UPLOAD_BEGIN, OTHER_PORT, 2, NULL, -EBUSY },
		{ UPLOAD_CHUNK, OTHER_PORT, 0, "x", -ENODATA },
		{ UPLOAD_TAKE, OTHER_PORT, 0, NULL, -ENODATA },
		{ UPLOAD_ABORT, OTHER_PORT, 0, NULL, -ENODATA },
		{ UPLOAD_CHUNK, PORT, 0, "ab" },
		{ UPLOAD_TAKE, PORT, 0, "ab" },
		{ UPLOAD_BEGIN, OTHER_PORT, 1 },
		{ UPLOAD_CHUNK, OTHER_PORT, 0, "x" },
		{ UPLOAD_TAKE, OTHER_PORT, 0, "x" },
	} },
	{ "out of order", 1, {
		{ UPLOAD_BEGIN, PORT, 4 },
		{ UPLOAD_CHUNK, PORT, 2, "cd", -EINVAL },
		{ UPLOAD_CHUNK, PORT, 0, "ab" },
		{ UPLOAD_CHUNK, PORT, 0, "ab", -EINVAL },
		{ UPLOAD_CHUNK, PORT, 1, "b", -EINVAL },
		{ UPLOAD_CHUNK, PORT, 2, "cd" },
		{ UPLOAD_TAKE, PORT, 0, "abcd" },
	} },
	{ "over the size", 1, {
		{ UPLOAD_BEGIN, PORT, 4 },
		{ UPLOAD_CHUNK, PORT, 0, "abcde", -EINVAL },
		{ UPLOAD_CHUNK, PORT, 0, "abc" },
		{ UPLOAD_CHUNK, PORT, 3, "de", -EINVAL },
		{ UPLOAD_CHUNK, PORT, UINT_MAX, "de", -EINVAL },
		{ UPLOAD_CHUNK, PORT, 3, "d" },
		{ UPLOAD_CHUNK, PORT, 4, "e", -EINVAL },
		{ UPLOAD_TAKE, PORT, 0, "abcd" },
	} },
	{ "taken too early", 1, {
		{ UPLOAD_BEGIN, PORT, 4 },
		{ UPLOAD_CHUNK, PORT, 0, "abc" },
		{ UPLOAD_TAKE, PORT, 0, NULL, -ENODATA },
		/* It is given up, so that another may begin. */
		{ UPLOAD_CHUNK, PORT, 3, "d", -ENODATA },
		{ UPLOAD_ABORT, PORT, 0, NULL, -ENODATA },
	} },
	{ "begun anew", 2, {
		{ UPLOAD_BEGIN, PORT, 4 },
		{ UPLOAD_CHUNK, PORT, 0, "abc" },
		{ UPLOAD_BEGIN, PORT, 2 },
		{ UPLOAD_CHUNK, PORT, 0, "xy" },
		{ UPLOAD_TAKE, PORT, 0, "xy" },
	} },
	{ "given up", 2, {
		{ UPLOAD_BEGIN, PORT, 4 },
		{ UPLOAD_CHUNK, PORT, 0, "abc" },
		{ UPLOAD_ABORT, PORT },
		{ UPLOAD_CHUNK, PORT, 3, "d", -ENODATA },
		{ UPLOAD_BEGIN, OTHER_PORT, 4 },
		{ UPLOAD_DROP },
		{ UPLOAD_CHUNK, OTHER_PORT, 0, "abcd", -ENODATA },
	} },
};

static int take_step(struct kunit *test, const struct upload_step *step,
		     const char **reason)
{
	size_t size = 0;
	u8 *image = upload_take(step->port, &size, reason);

	if (IS_ERR(image))
		return PTR_ERR(image);
	KUNIT_EXPECT_EQ(test, size, strlen(step->data));
	KUNIT_EXPECT_EQ(test, 0,
			memcmp(image, step->data, strlen(step->data)));
	free_image(image);
	return 0;
}

static int run_step(struct kunit *test, const struct upload_step *step,
		    const char **reason)
{
	switch (step->call) {
	case UPLOAD_BEGIN:
		return upload_begin(step->port, step->number, reason);
	case UPLOAD_CHUNK:
		return upload_chunk(step->port, step->number, step->data,
				    strlen(step->data), reason);
	case UPLOAD_TAKE:
		return take_step(test, step, reason);
	case UPLOAD_ABORT:
		return upload_abort(step->port);
	default:
		upload_drop();
		return 0;
	}
}

static void upload_cases(struct kunit *test)
{
	const struct upload_case *course = test->param_value;
	const struct upload_step *step;

	for (step = course->steps; step->call; step++) {
		const char *reason = NULL;
		u32 number = step - course->steps;

		KUNIT_EXPECT_EQ_MSG(test, run_step(test, step, &reason),
				    step->error, "step %u", number);
		/* Only an abort has nothing to explain. */
		KUNIT_EXPECT_EQ_MSG(test, !!reason,
				    step->error && step->call != UPLOAD_ABORT,
				    "step %u", number);
	}
	KUNIT_EXPECT_EQ(test, atomic_read(&images_freed), course->freed);
}

static void name_upload_case(const struct upload_case *course, char *name)
{
	strscpy(name, course->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(upload_case, upload_case_table, name_upload_case);

/* A size that a chunk cannot have must not wrap around. */
static void upload_huge_chunk(struct kunit *test)
{
	const char *reason;

	KUNIT_ASSERT_EQ(test, upload_begin(PORT, 4, &reason), 0);
	KUNIT_EXPECT_EQ(test, upload_chunk(PORT, 0, "ab", 2, &reason), 0);
	KUNIT_EXPECT_EQ(test, -EINVAL,
			upload_chunk(PORT, 2, "x", UINT_MAX, &reason));
	KUNIT_EXPECT_EQ(test, -EINVAL,
			upload_chunk(PORT, 2, "x", UINT_MAX - 1, &reason));
	KUNIT_EXPECT_EQ(test, upload_abort(PORT), 0);
}

static int upload_test_init(struct kunit *test)
{
	atomic_set(&images_freed, 0);
	return 0;
}

static void upload_test_exit(struct kunit *test)
{
	upload_drop();
}

static struct kunit_case upload_test_cases[] = {
	KUNIT_CASE_PARAM(upload_cases, upload_case_gen_params),
	KUNIT_CASE(upload_huge_chunk),
	{},
};

static struct kunit_suite upload_suite = {
	.name = "pydetect_upload",
	.init = upload_test_init,
	.exit = upload_test_exit,
	.test_cases = upload_test_cases,
};
