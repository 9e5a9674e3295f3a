// SPDX-License-Identifier: GPL-2.0-only
/*
 * SipHash-2-4 against the vectors of its authors, in pieces of every length.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "../../module/core/siphash.h"

/* Key 00 01 … 0f, input 00 01 … of 0, 1, … bytes (SipHash paper, appendix A). */
static const struct {
	u32 length;
	u64 hash;
} vectors[] = {
	{ 0, 0x726fdb47dd0e0e31 }, { 1, 0x74f839c593dc67fd },
	{ 2, 0x0d6c8009d9a94f5a }, { 7, 0xab0200f58b01d137 },
	{ 8, 0x93f5f5799a932462 }, { 15, 0xa129ca6149be45e5 },
	{ 16, 0x3f2acc7f57c29bdb },
};

static const struct pydetect_secret secret = {
	{ 0x0706050403020100, 0x0f0e0d0c0b0a0908 },
};

static void test_vectors(void **state)
{
	struct pydetect_siphash hash;
	u8 input[16];
	u32 i, cut;

	(void)state;
	for (i = 0; i < sizeof(input); i++)
		input[i] = i;
	for (i = 0; i < ARRAY_SIZE(vectors); i++)
		for (cut = 0; cut <= vectors[i].length; cut++) {
			pydetect_siphash_start(&hash, &secret);
			pydetect_siphash_bytes(&hash, input, cut);
			pydetect_siphash_bytes(&hash, input + cut,
					       vectors[i].length - cut);
			assert_int_equal(pydetect_siphash_end(&hash),
					 vectors[i].hash);
		}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
