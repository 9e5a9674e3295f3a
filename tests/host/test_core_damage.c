// SPDX-License-Identifier: GPL-2.0-only
/*
 * Damaged images are refused; images that were changed by somebody who knows
 * how to make a checksum are refused, or harmless.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core_sample.h"

static struct pydetect_image_header *header_of(struct core_image *image)
{
	return image->bytes;
}

/* In a block of its own size, so that every byte beyond it is seen. */
static void make_cut(struct core_image *cut, const struct core_image *image,
		     size_t size)
{
	cut->size = size;
	cut->bytes = malloc(size);
	assert_true(cut->bytes || !size);
	memcpy(cut->bytes, image->bytes, size);
}

static bool verifies(const struct core_image *image)
{
	struct pydetect_fault fault = {};
	struct pydetect_view view;
	bool good = pydetect_verify(image->bytes, image->size, &view, &fault);

	assert_true(good || fault.reason);
	return good;
}

static void test_truncated(void **state)
{
	struct core_image image, cut;
	size_t size;

	(void)state;
	core_sample(&image);
	for (size = 0; size < image.size; size++) {
		make_cut(&cut, &image, size);
		assert_false(verifies(&cut));
		if (size % 4 == 0 && size >= sizeof(*header_of(&cut))) {
			header_of(&cut)->size = size;
			core_image_seal(&cut);
			assert_false(verifies(&cut));
		}
		core_image_free(&cut);
	}
	core_image_free(&image);
}

static void test_flipped(void **state)
{
	struct core_image image;
	u32 change;
	size_t i;

	(void)state;
	core_sample(&image);
	for (i = 0; i < image.size; i++)
		for (change = 1; change < 256; change++) {
			((u8 *)image.bytes)[i] ^= change;
			if (verifies(&image))
				fail_msg("byte %zu may be changed by %#x", i,
					 change);
			((u8 *)image.bytes)[i] ^= change;
		}
	core_image_free(&image);
}

/* Judge by an image whatever it is, if the verifier lets it through. */
static bool judge_by(const struct core_image *image, struct core_random *random,
		     u32 execs)
{
	struct pydetect_fault fault;
	struct pydetect_view view;
	struct pydetect_exec *exec;
	u32 i;

	if (!pydetect_verify(image->bytes, image->size, &view, &fault))
		return false;
	core_view_scatter(&view);
	exec = core_exec_new(&view);
	for (i = 0; i < execs; i++)
		core_judge_anything(exec, random);
	core_exec_free(exec);
	core_view_free(&view);
	return true;
}

/* The promise: what is accepted is harmless, however it came about. */
static void test_flipped_and_sealed(void **state)
{
	static const u8 changes[] = { 1, 2, 4, 8, 16, 32, 64, 128, 255 };
	struct core_random random = { 42 };
	u32 refused = 0, accepted = 0;
	struct core_image image;
	size_t i, j;

	(void)state;
	core_sample(&image);
	for (i = 0; i < image.size; i++)
		for (j = 0; j < ARRAY_SIZE(changes); j++) {
			((u8 *)image.bytes)[i] ^= changes[j];
			core_image_seal(&image);
			if (judge_by(&image, &random, 4))
				accepted++;
			else
				refused++;
			((u8 *)image.bytes)[i] ^= changes[j];
		}
	print_message("%u refused, %u harmless\n", refused, accepted);
	assert_true(refused && accepted);
	core_image_free(&image);
}

/* The same with several changes at once, which get past more checks. */
static void test_many_changes(void **state)
{
	struct core_random random = { 7 };
	struct core_image image, copy;
	u32 round, i, accepted = 0;

	(void)state;
	core_sample(&image);
	for (round = 0; round < 20000; round++) {
		make_cut(&copy, &image, image.size);
		for (i = core_random_below(&random, 4) + 2; i; i--) {
			u32 *words = copy.bytes;
			u32 at = core_random_below(&random, copy.size / 4);

			/* Numbers that are small, or next to another one. */
			words[at] =
				core_random_below(&random, 2) ?
					core_random_below(&random, 8) :
					words[core_random_below(
						&random, copy.size / 4)] +
						core_random_below(&random, 3) -
						1;
		}
		core_image_seal(&copy);
		accepted += judge_by(&copy, &random, 4);
		core_image_free(&copy);
	}
	print_message("%u of %u harmless\n", accepted, round);
	assert_true(accepted);
	core_image_free(&image);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_flipped),
		cmocka_unit_test(test_flipped_and_sealed),
		cmocka_unit_test(test_many_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
