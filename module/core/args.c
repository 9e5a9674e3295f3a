// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finding the end of argv: strings that follow each other, each with its NUL.
 */
#include "args.h"

#define EACH_BYTE (~0ULL / 0xff)
#define LOW_BITS (EACH_BYTE * 0x7f)

/*
 * How many of eight bytes are zero. Adding 0x7f carries into the top bit of
 * every byte that has one of the lower bits set, and never beyond it, so the
 * count is exact. (H. Warren, "Hacker's Delight", "Find First 0-Byte")
 */
static u32 count_nuls(const u8 *bytes)
{
	u64 word, zero;

	memcpy(&word, bytes, sizeof(word));
	zero = ~(((word & LOW_BITS) + LOW_BITS) | word | LOW_BITS);
	return ((zero >> 7) * EACH_BYTE) >> 56;
}

/*
 * Is any of 32 bytes zero? Most arguments are longer than a few bytes, so most
 * of the time nothing has to be counted. The borrow may run into a byte above a
 * zero, never into one below: the answer for all of them together is exact.
 */
static bool any_nul(const u8 *bytes)
{
	u64 words[4], zero = 0;
	u32 i;

	memcpy(words, bytes, sizeof(words));
	for (i = 0; i < 4; i++)
		zero |= (words[i] - EACH_BYTE) & ~words[i];
	return zero & ~LOW_BITS;
}

/**
 * pydetect_args_piece - how much of a piece of memory belongs to argv
 * @bytes: the piece
 * @count: bytes of it
 * @nuls: how many NULs of argv are still to come; reduced by those found
 *
 * Return: @count if argv goes on behind the piece, else the bytes in front of
 * its last NUL, and @nuls is zero.
 */
size_t pydetect_args_piece(const u8 *bytes, size_t count, u32 *nuls)
{
	size_t i = 0;

	while (count - i >= 8) {
		u32 found;

		if (count - i >= 32 && !any_nul(bytes + i)) {
			i += 32;
			continue;
		}
		found = count_nuls(bytes + i);

		if (found >= *nuls)
			break;
		*nuls -= found;
		i += 8;
	}
	for (; i < count; i++)
		if (!bytes[i] && !--*nuls)
			return i;
	return count;
}
