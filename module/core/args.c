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

	while (i + 8 <= count) {
		u32 found = count_nuls(bytes + i);

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
