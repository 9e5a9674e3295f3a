// SPDX-License-Identifier: GPL-2.0-only
/*
 * Strings one after the other, as argv and the environment lie in memory.
 */
#include <stdlib.h>
#include <string.h>

#include "scan.h"

static bool make_room(struct scan_strings *strings, size_t room)
{
	char *bytes;

	if (room <= strings->room)
		return true;
	bytes = realloc(strings->bytes, 2 * room);
	if (!bytes)
		return false;
	strings->bytes = bytes;
	strings->room = 2 * room;
	return true;
}

static bool append(struct scan_strings *strings, struct bytes text)
{
	if (!make_room(strings, strings->length + text.length + 1))
		return false;
	if (text.length)
		memcpy(strings->bytes + strings->length, text.data,
		       text.length);
	strings->length += text.length;
	strings->bytes[strings->length++] = '\0';
	return true;
}

/**
 * scan_strings_clear - drop all strings, and keep the memory
 * @strings: the strings
 */
void scan_strings_clear(struct scan_strings *strings)
{
	strings->length = 0;
	strings->count = 0;
}

/**
 * scan_strings_free - release strings
 * @strings: the strings
 */
void scan_strings_free(struct scan_strings *strings)
{
	free(strings->bytes);
	*strings = (struct scan_strings){ 0 };
}

/**
 * scan_strings_add - add a string
 * @strings: the strings
 * @text: the string, copied
 *
 * Return: false when out of memory.
 */
bool scan_strings_add(struct scan_strings *strings, struct bytes text)
{
	strings->count++;
	return append(strings, text);
}

/**
 * scan_strings_more - continue the last string
 * @strings: the strings, one at least
 * @part: what comes next in it, copied
 *
 * Return: false when out of memory.
 */
bool scan_strings_more(struct scan_strings *strings, struct bytes part)
{
	strings->length--;
	return append(strings, part);
}

/**
 * scan_strings_all - all strings, with a NUL between two of them
 * @strings: the strings; the result is good until they change
 * @all: set to them; no strings are the empty text
 *
 * Return: false when out of memory.
 */
bool scan_strings_all(struct scan_strings *strings, struct bytes *all)
{
	if (!make_room(strings, 1))
		return false;
	all->data = (const uint8_t *)strings->bytes;
	all->length = strings->count ? strings->length - 1 : 0;
	return true;
}
