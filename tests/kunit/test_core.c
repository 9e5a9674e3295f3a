// SPDX-License-Identifier: GPL-2.0-only
/*
 * The matching core, with the rules that are shipped; and hostile images.
 */
#include <linux/prandom.h>
#include <linux/slab.h>

#include "vector.h"

/**
 * struct test_image - an image of vectors.h
 * @bytes: the image
 * @size: its size
 */
struct test_image {
	const u8 *bytes;
	size_t size;
};

static const struct test_image test_images[VECTOR_POLICIES] = {
	[VECTOR_SHIPPED] = { shipped_image, sizeof(shipped_image) },
	[VECTOR_SMALL] = { small_image, sizeof(small_image) },
};

/* In a block of its own size, where KASAN sees every byte beyond it. */
static u8 *copy_bytes(struct kunit *test, const void *bytes, size_t size)
{
	u8 *copy = kunit_kmalloc(test, size, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, copy);
	return memcpy(copy, bytes, size);
}

/* --- Judging --------------------------------------------------------------- */

/**
 * struct test_capture - context of a capture
 * @vector: the exec
 * @streams: for argv
 * @piece: bytes that argv is cut into; they are copied to @buffer
 * @buffer: so that nothing beside a piece can be read
 */
struct test_capture {
	const struct vector *vector;
	struct pydetect_stream *streams;
	size_t piece;
	u8 *buffer;
};

static void capture_text(struct pydetect_exec *exec, enum pydetect_field field,
			 const char *text)
{
	if (text)
		pydetect_walk(exec, field, text, strlen(text));
}

static void capture_path(struct pydetect_exec *exec, const char *text,
			 enum pydetect_field whole, enum pydetect_field name)
{
	if (text)
		walk_path(exec, text, strlen(text), whole, name);
}

/* argv as pages_walk() would hand it out, with smaller pages. */
static void capture_memory(struct pydetect_exec *exec,
			   const struct test_capture *context)
{
	const struct vector *vector = context->vector;
	struct walk walk = {
		.exec = exec,
		.streams = context->streams,
	};
	u32 nuls = vector->nr_args;
	size_t at = 0, count, wanted;

	if (!vector->memory)
		return;
	walk_start(&walk, PYDETECT_FIELD_COMMAND_LINE);
	walk_start(&walk, PYDETECT_FIELD_ARGS);
	do {
		count = min(context->piece, vector->memory_bytes - at);
		memcpy(context->buffer, vector->memory + at, count);
		at += count;
		wanted = pydetect_args_piece(context->buffer, count, &nuls);
		walk_piece(context->buffer, wanted, &walk);
	} while (wanted == count);
	walk_finish(&walk);
}

static void capture_numbers(struct pydetect_exec *exec,
			    const struct vector *vector)
{
	if (vector->has_uid) {
		pydetect_exec_present(exec, PYDETECT_FIELD_USER);
		pydetect_exec_number(exec, PYDETECT_NUMBER_UID, vector->uid);
	}
	if (vector->memory)
		capture_number(exec, PYDETECT_NUMBER_ARG_COUNT,
			       PYDETECT_FIELD_ARG_COUNT, vector->nr_args);
}

static int capture_vector(struct pydetect_exec *exec, enum pydetect_stage stage,
			  void *context)
{
	const struct test_capture *capture = context;
	const struct vector *vector = capture->vector;

	switch (stage) {
	case PYDETECT_STAGE_FILE:
		capture_path(exec, vector->image, PYDETECT_FIELD_IMAGE,
			     PYDETECT_FIELD_IMAGE_NAME);
		capture_path(exec, vector->invoked, PYDETECT_FIELD_INVOKED,
			     PYDETECT_FIELD_INVOKED_NAME);
		capture_numbers(exec, vector);
		break;
	case PYDETECT_STAGE_ORIGIN:
		capture_path(exec, vector->parent_image,
			     PYDETECT_FIELD_PARENT_IMAGE,
			     PYDETECT_FIELD_PARENT_IMAGE_NAME);
		capture_text(exec, PYDETECT_FIELD_CURRENT_DIRECTORY,
			     vector->directory);
		break;
	case PYDETECT_STAGE_ARGV:
		capture_memory(exec, capture);
		break;
	default:
		capture_text(exec, PYDETECT_FIELD_PARENT_COMMAND_LINE,
			     vector->parent_args);
		break;
	}
	return 0;
}

#define RESULT_BYTES 512

static void add_word(char *text, const char *word)
{
	strlcat(text, word, RESULT_BYTES);
	strlcat(text, " ", RESULT_BYTES);
}

static bool has_word(const char *text, const char *word)
{
	const size_t length = strlen(word);
	const char *at = text;

	for (; (at = strstr(at, word)); at++)
		if ((at == text || at[-1] == ' ') && at[length] == ' ')
			return true;
	return false;
}

/* Rules may have labels of the same name; it is told once. */
static void add_labels(const struct pydetect_exec *exec, u32 index, char *text)
{
	const struct pydetect_image_rule *rule = &exec->view->rules[index];
	u32 i;

	for (i = 0; i < rule->labels.count; i++) {
		const struct pydetect_image_label *label =
			&exec->view->labels[rule->labels.first + i];
		const char *name = pydetect_string(exec->view, label->name);

		if (pydetect_program_holds(exec, label->program) &&
		    !has_word(text, name))
			add_word(text, name);
	}
}

static void check_result(struct kunit *test, const struct pydetect_exec *exec,
			 const struct vector_expected *expected)
{
	char *rules = kunit_kzalloc(test, RESULT_BYTES, GFP_KERNEL);
	char *labels = kunit_kzalloc(test, RESULT_BYTES, GFP_KERNEL);
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, rules);
	KUNIT_ASSERT_NOT_NULL(test, labels);
	for (i = 0; i < exec->nr_candidates; i++) {
		u32 rule = exec->candidates[i];

		add_word(rules, pydetect_string(exec->view,
						exec->view->rules[rule].head.id));
		add_labels(exec, rule, labels);
	}
	KUNIT_EXPECT_EQ(test, pydetect_verdict(exec, true), expected->verdict);
	KUNIT_EXPECT_STREQ(test, rules, expected->rules);
	KUNIT_EXPECT_STREQ(test, labels, expected->labels);
}

static void check_vector(struct kunit *test, struct scratch_pool *pool,
			 const struct vector *vector,
			 const struct vector_expected *expected)
{
	static const size_t pieces[] = { 1, 2, 3, 7, 4096 };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(pieces); i++) {
		struct scratch *scratch = scratch_get(pool);
		struct test_capture capture = {
			.vector = vector,
			.streams = scratch->capture.streams,
			.piece = pieces[i],
			.buffer = kunit_kmalloc(test, pieces[i], GFP_KERNEL),
		};

		KUNIT_ASSERT_NOT_NULL(test, capture.buffer);
		KUNIT_EXPECT_EQ(test, 0,
				pydetect_judge(scratch->exec, capture_vector,
					       &capture));
		check_result(test, scratch->exec, expected);
		scratch_put(pool, scratch);
	}
}

static void verify_good(struct kunit *test, const void *image, size_t size,
			struct pydetect_view *view)
{
	struct pydetect_fault fault = {};

	if (!pydetect_verify(image, size, view, &fault))
		KUNIT_FAIL(test, "%s %u: %s",
			   pydetect_section_name(fault.section), fault.element,
			   fault.reason);
}

static void core_vectors(struct kunit *test)
{
	const struct vector *vector = test->param_value;
	u32 i;

	for (i = 0; i < VECTOR_POLICIES; i++) {
		struct pydetect_view *view =
			kunit_kzalloc(test, sizeof(*view), GFP_KERNEL);
		struct scratch_pool pool;

		KUNIT_ASSERT_NOT_NULL(test, view);
		verify_good(test,
			    copy_bytes(test, test_images[i].bytes,
				       test_images[i].size),
			    test_images[i].size, view);
		KUNIT_ASSERT_EQ(test, scratch_pool_init(&pool, view), 0);
		check_vector(test, &pool, vector, &vector->expected[i]);
		scratch_pool_destroy(&pool);
	}
}

static void name_vector(const struct vector *vector, char *name)
{
	strscpy(name, vector->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(vector, vectors, name_vector);

/* --- Hostile images -------------------------------------------------------- */

static bool is_good(const void *image, size_t size)
{
	struct pydetect_fault fault = {};
	struct pydetect_view view;

	return pydetect_verify(image, size, &view, &fault);
}

static void core_truncated(struct kunit *test)
{
	struct pydetect_image_header *header;
	size_t size, accepted = 0;
	u8 *copy;

	for (size = 0; size < sizeof(small_image); size += 1 + size % 3) {
		copy = kmemdup(small_image, size, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, copy);
		accepted += is_good(copy, size);
		if (size % 8 == 0 && size >= sizeof(*header)) {
			header = (void *)copy;
			header->size = size;
			header->checksum = pydetect_image_checksum(copy, size);
			accepted += is_good(copy, size);
		}
		kfree(copy);
	}
	KUNIT_EXPECT_EQ(test, accepted, (size_t)0);
}

static void core_flipped(struct kunit *test)
{
	u8 *copy = copy_bytes(test, small_image, sizeof(small_image));
	size_t i, accepted = 0;
	u32 bit;

	KUNIT_EXPECT_TRUE(test, is_good(copy, sizeof(small_image)));
	for (i = 0; i < sizeof(small_image); i++)
		for (bit = 0; bit < 8; bit++) {
			copy[i] ^= 1u << bit;
			accepted += is_good(copy, sizeof(small_image));
			copy[i] ^= 1u << bit;
		}
	KUNIT_EXPECT_EQ(test, accepted, (size_t)0);
	KUNIT_EXPECT_TRUE(test, is_good(copy, sizeof(small_image)));
}

/*
 * Judge by an image whatever it is, if it is let through: every third of the
 * execs, from @first on.
 */
static bool judge_by(struct kunit *test, const void *image, size_t size,
		     u32 first)
{
	struct test_capture capture = { .piece = 64 };
	struct pydetect_fault fault;
	struct scratch *scratch;
	struct scratch_pool pool;
	struct pydetect_view view;
	u8 buffer[64];
	u32 i;

	if (!pydetect_verify(image, size, &view, &fault))
		return false;
	KUNIT_ASSERT_EQ(test, scratch_pool_init(&pool, &view), 0);
	scratch = scratch_get(&pool);
	KUNIT_ASSERT_NOT_NULL(test, scratch);
	capture.streams = scratch->capture.streams;
	capture.buffer = buffer;
	for (i = first; i < ARRAY_SIZE(vectors); i += 3) {
		if (vectors[i].memory_bytes > 256)
			continue;
		capture.vector = &vectors[i];
		KUNIT_EXPECT_EQ(test, 0,
				pydetect_judge(scratch->exec, capture_vector,
					       &capture));
		pydetect_exec_reset(scratch->exec);
	}
	scratch_put(&pool, scratch);
	scratch_pool_destroy(&pool);
	return true;
}

/*
 * What is accepted with a good checksum is harmless, however it came about. The
 * host tests go through all of it; here KASAN looks at a part.
 */
static void core_flipped_and_sealed(struct kunit *test)
{
	u8 *copy = copy_bytes(test, small_image, sizeof(small_image));
	struct pydetect_image_header *header = (void *)copy;
	size_t i, accepted = 0;
	u8 change;

	for (i = 0; i < sizeof(small_image); i += 1 + i % 3) {
		change = 1u << i % 8;
		copy[i] ^= change;
		header->checksum =
			pydetect_image_checksum(copy, sizeof(small_image));
		accepted += judge_by(test, copy, sizeof(small_image), i % 3);
		copy[i] ^= change;
		cond_resched();
	}
	KUNIT_EXPECT_GT(test, accepted, (size_t)0);
	KUNIT_EXPECT_LT(test, accepted, sizeof(small_image));
}

/* --- The end of argv ------------------------------------------------------- */

static size_t naive_piece(const u8 *bytes, size_t count, u32 *nuls)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (!bytes[i] && !--*nuls)
			return i;
	return count;
}

static void core_args_piece(struct kunit *test)
{
	struct rnd_state random;
	u32 round, i, align, nuls, expected, mistakes = 0;
	u8 *memory, *bytes;
	size_t count, end;

	prandom_seed_state(&random, 1);
	for (round = 0; round < 2000; round++) {
		align = prandom_u32_state(&random) % 8;
		count = prandom_u32_state(&random) % 80;
		memory = kmalloc(align + count, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, memory);
		bytes = memory + align;
		for (i = 0; i < count; i++)
			bytes[i] =
				prandom_u32_state(&random) % (round % 40 + 1);
		for (i = 1; i <= count + 1; i++) {
			nuls = i;
			expected = i;
			end = naive_piece(bytes, count, &expected);
			if (pydetect_args_piece(bytes, count, &nuls) != end ||
			    nuls != expected)
				mistakes++;
		}
		kfree(memory);
	}
	KUNIT_EXPECT_EQ(test, mistakes, 0u);
}

static struct kunit_case core_cases[] = {
	KUNIT_CASE_PARAM(core_vectors, vector_gen_params),
	KUNIT_CASE(core_truncated),
	KUNIT_CASE(core_flipped),
	KUNIT_CASE(core_flipped_and_sealed),
	KUNIT_CASE(core_args_piece),
	{},
};

static struct kunit_suite core_suite = {
	.name = "pydetect_core",
	.test_cases = core_cases,
};
