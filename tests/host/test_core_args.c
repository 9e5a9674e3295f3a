// SPDX-License-Identifier: GPL-2.0-only
/*
 * The end of argv, found eight bytes at a time, against one byte at a time.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../module/core/args.h"
#include "core_sample.h"

#define LENGTH_MAX 100

static size_t naive_piece(const u8 *bytes, size_t count, u32 *nuls)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (!bytes[i] && !--*nuls)
			return i;
	return count;
}

static void compare(const u8 *bytes, size_t count, u32 nuls)
{
	u32 expected_nuls = nuls, found_nuls = nuls;
	const size_t expected = naive_piece(bytes, count, &expected_nuls);

	assert_int_equal(pydetect_args_piece(bytes, count, &found_nuls),
			 expected);
	assert_int_equal(found_nuls, expected_nuls);
}

static void fill(struct core_random *random, u8 *bytes, size_t count)
{
	/* The bytes that a word at a time could take for a NUL. */
	static const u8 likely_mistakes[] = { 0, 1, 0x7f, 0x80, 0x81, 0xff };
	const u32 of =
		core_random_below(random, ARRAY_SIZE(likely_mistakes)) + 1;
	/* NULs everywhere, or few between many other bytes. */
	const u32 others = core_random_below(random, 2) ? 60 : 0;
	size_t i;

	for (i = 0; i < count; i++)
		bytes[i] =
			core_random_below(random, 64) < others ?
				core_random_below(random, 255) + 1 :
				likely_mistakes[core_random_below(random, of)];
}

/* Every length at every alignment, up to the last byte of the memory. */
static void test_random(void **state)
{
	struct core_random random = { 3 };
	u32 round, align, count, nuls;
	u8 *memory, *bytes;

	(void)state;
	for (round = 0; round < 20; round++)
		for (align = 0; align < 8; align++)
			for (count = 0; count <= LENGTH_MAX; count++) {
				memory = malloc(align + count);
				assert_true(memory || !(align + count));
				bytes = memory + align;
				fill(&random, bytes, count);
				for (nuls = 1; nuls <= count + 1; nuls++)
					compare(bytes, count, nuls);
				compare(bytes, count, UINT_MAX);
				free(memory);
			}
}

/* All ways to have NULs in the bytes of a word. */
static void test_words(void **state)
{
	static const u8 others[] = { 1, 0x7f, 0x80, 0xff };
	u32 nul_map, other, i, nuls;
	u8 bytes[8];

	(void)state;
	for (other = 0; other < ARRAY_SIZE(others); other++)
		for (nul_map = 0; nul_map < 256; nul_map++) {
			for (i = 0; i < 8; i++)
				bytes[i] = nul_map >> i & 1 ? 0 : others[other];
			for (nuls = 1; nuls <= 9; nuls++)
				compare(bytes, sizeof(bytes), nuls);
		}
}

/* However argv is cut into pieces, it ends at the same byte. */
static void test_pieces(void **state)
{
	static const u8 argv[] = "sh\0-c\0\0exit 0\0PATH=/bin\0HOME=/";
	const size_t end = sizeof("sh\0-c\0\0exit 0") - 1;
	size_t first, second, got;
	u32 nuls;

	(void)state;
	for (first = 0; first <= sizeof(argv); first++)
		for (second = first; second <= sizeof(argv); second++) {
			nuls = 4;
			got = pydetect_args_piece(argv, first, &nuls);
			if (nuls)
				got += pydetect_args_piece(
					argv + first, second - first, &nuls);
			if (nuls)
				got += pydetect_args_piece(
					argv + second, sizeof(argv) - second,
					&nuls);
			assert_int_equal(nuls, 0);
			assert_int_equal(got, end);
		}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
