// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which bytes are a character.
 */
#include "utf8.h"

/* Bytes that a character takes by its first byte; 0: no character begins so. */
static size_t length_by_first(uint8_t first)
{
	if (first < 0x80)
		return 1;
	if (first < 0xc2)
		return 0;
	if (first < 0xe0)
		return 2;
	if (first < 0xf0)
		return 3;
	return first < 0xf5 ? 4 : 0;
}

/* Overlong forms, halves of surrogate pairs, beyond the last code point. */
static bool is_forbidden(uint32_t point, size_t length)
{
	return (length == 3 && point < 0x800) ||
	       (length == 4 && point < 0x10000) ||
	       (point >= 0xd800 && point < 0xe000) || point > 0x10ffff;
}

/**
 * utf8_decode - read the first character
 * @text: bytes, at least one
 * @point: set to its code point
 *
 * Return: how many bytes it takes; 0 where the bytes are not UTF-8.
 */
size_t utf8_decode(struct bytes text, uint32_t *point)
{
	size_t length = length_by_first(text.data[0]);
	size_t i;

	if (!length || length > text.length)
		return 0;
	*point = length == 1 ? text.data[0] : text.data[0] & (0x7f >> length);
	for (i = 1; i < length; i++) {
		if ((text.data[i] & 0xc0) != 0x80)
			return 0;
		*point = *point << 6 | (text.data[i] & 0x3f);
	}
	return is_forbidden(*point, length) ? 0 : length;
}

/**
 * utf8_is_valid - is all of it UTF-8?
 * @text: any bytes
 *
 * Return: true where every byte belongs to a character.
 */
bool utf8_is_valid(struct bytes text)
{
	while (text.length) {
		uint32_t point;
		size_t step = utf8_decode(text, &point);

		if (!step)
			return false;
		text.data += step;
		text.length -= step;
	}
	return true;
}
