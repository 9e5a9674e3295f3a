// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bytes and numbers as JSON.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "json_text.h"
#include "utf8.h"

static const char replacement[] = "\357\277\275"; /* U+FFFD */

/*
 * Copy text, with U+FFFD for every byte that is not part of a character.
 * Returns what was written to @copy, which has room for three bytes a byte.
 */
static size_t copy_valid(char *copy, struct bytes text)
{
	char *at = copy;

	while (text.length) {
		uint32_t point;
		size_t length = utf8_decode(text, &point);

		if (length)
			memcpy(at, text.data, length);
		else
			memcpy(at, replacement, 3);
		at += length ? length : 3;
		length = length ? length : 1;
		text.data += length;
		text.length -= length;
	}
	return at - copy;
}

/**
 * json_text - bytes as a JSON string
 * @text: any bytes; what is not UTF-8 becomes U+FFFD
 *
 * Return: the string, owned by the caller, or NULL.
 */
struct json_object *json_text(struct bytes text)
{
	struct json_object *string;
	char *copy;

	if (utf8_is_valid(text))
		return json_object_new_string_len((const char *)text.data,
						  text.length);
	copy = malloc(3 * text.length);
	if (!copy)
		return NULL;
	string = json_object_new_string_len(copy, copy_valid(copy, text));
	free(copy);
	return string;
}

static void encode_group(char *out, const uint8_t *in, size_t length)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	uint32_t group = in[0] << 16 | (length > 1 ? in[1] : 0) << 8 |
			 (length > 2 ? in[2] : 0);

	out[0] = digits[group >> 18];
	out[1] = digits[group >> 12 & 63];
	out[2] = length > 1 ? digits[group >> 6 & 63] : '=';
	out[3] = length > 2 ? digits[group & 63] : '=';
}

/**
 * json_base64 - bytes as a JSON string that gives them back exactly
 * @text: any bytes
 *
 * Return: the string, owned by the caller, or NULL.
 */
struct json_object *json_base64(struct bytes text)
{
	const size_t length = (text.length + 2) / 3 * 4;
	struct json_object *string;
	char *encoded = malloc(length + 1);
	size_t i;

	if (!encoded)
		return NULL;
	for (i = 0; 3 * i < text.length; i++)
		encode_group(encoded + 4 * i, text.data + 3 * i,
			     text.length - 3 * i);
	string = json_object_new_string_len(encoded, length);
	free(encoded);
	return string;
}

/**
 * json_time - a point in time
 * @time: ns since 1970
 *
 * Return: a string in the form of RFC 3339, in UTC, owned by the caller.
 */
struct json_object *json_time(uint64_t time)
{
	const time_t seconds = time / NS_PER_SECOND;
	char text[64], all[96];
	struct tm utc;

	gmtime_r(&seconds, &utc);
	strftime(text, sizeof(text), "%FT%T", &utc);
	snprintf(all, sizeof(all), "%s.%09lluZ", text,
		 (unsigned long long)(time % NS_PER_SECOND));
	return json_object_new_string(all);
}

/**
 * json_append_once - add a string to an array, unless it is there already
 * @array: an array of strings
 * @text: the string
 */
void json_append_once(struct json_object *array, const char *text)
{
	const size_t nr = json_object_array_length(array);
	size_t i;

	for (i = 0; i < nr; i++) {
		struct json_object *known = json_object_array_get_idx(array, i);

		if (!strcmp(json_object_get_string(known), text))
			return;
	}
	json_object_array_add(array, json_object_new_string(text));
}

/**
 * json_add_text - add bytes to an object
 * @object: the object
 * @key: name of the member
 * @text: any bytes; where there are none, nothing is added
 */
void json_add_text(struct json_object *object, const char *key,
		   struct bytes text)
{
	if (text.length)
		json_object_object_add(object, key, json_text(text));
}

/**
 * json_add_string - add a string of our own to an object
 * @object: the object
 * @key: name of the member
 * @text: the string
 */
void json_add_string(struct json_object *object, const char *key,
		     const char *text)
{
	json_object_object_add(object, key, json_object_new_string(text));
}

/**
 * json_add_number - add a number to an object
 * @object: the object
 * @key: name of the member
 * @number: the number
 */
void json_add_number(struct json_object *object, const char *key,
		     uint64_t number)
{
	json_object_object_add(object, key, json_object_new_uint64(number));
}

/**
 * json_add_id - add a user's or group's id, which ECS wants as a string
 * @object: the object
 * @key: name of the member
 * @id: the id
 */
void json_add_id(struct json_object *object, const char *key, uint32_t id)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", id);
	json_add_string(object, key, text);
}
