// SPDX-License-Identifier: GPL-2.0-only
/*
 * Times of records -> nanoseconds: seconds since 1970 with a fraction, or the
 * form of ISO 8601.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "scan.h"

/* Seconds beyond this do not fit into nanoseconds. */
#define SECONDS_MAX (UINT64_MAX / NS_PER_SECOND - 1)

static bool is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

/* ".25" -> 250000000; further digits are below what a clock tells. */
static const char *read_fraction(const char *text, uint64_t *nanoseconds)
{
	uint64_t digit = NS_PER_SECOND / 10;

	*nanoseconds = 0;
	if (*text != '.' && *text != ',')
		return text;
	for (text++; is_digit(*text); text++, digit /= 10)
		*nanoseconds += (*text - '0') * digit;
	return text;
}

/* Exact, unlike a floating-point number. */
static bool read_decimal(const char *text, uint64_t *time)
{
	uint64_t seconds = 0, fraction;

	if (!is_digit(*text))
		return false;
	for (; is_digit(*text); text++) {
		seconds = seconds * 10 + (*text - '0');
		if (seconds > SECONDS_MAX)
			return false;
	}
	text = read_fraction(text, &fraction);
	*time = seconds * NS_PER_SECOND + fraction;
	return !*text;
}

/* 1.7e9, which nobody writes but which is a number. */
static bool read_number(double number, uint64_t *time)
{
	if (!(number >= 0) || number > (double)(SECONDS_MAX / 2))
		return false;
	*time = (uint64_t)(number * 1e9);
	return true;
}

/* Z, +02:00, +0200, or nothing; seconds to take off. */
static bool read_zone(const char *text, long *offset)
{
	unsigned int hours, minutes = 0;
	const char sign = *text;
	int used = 0;

	*offset = 0;
	if (!sign || !strcmp(text, "Z") || !strcmp(text, "z"))
		return true;
	if (sign != '+' && sign != '-')
		return false;
	if (sscanf(text + 1, "%2u:%2u%n", &hours, &minutes, &used) < 2 &&
	    sscanf(text + 1, "%2u%2u%n", &hours, &minutes, &used) < 2)
		return false;
	if (text[1 + used])
		return false;
	*offset = (hours * 60L + minutes) * 60;
	if (sign == '-')
		*offset = -*offset;
	return true;
}

static bool read_iso(const char *text, uint64_t *time)
{
	struct tm parts = { 0 };
	const char *rest;
	uint64_t fraction;
	time_t seconds;
	long offset;

	rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &parts);
	if (!rest)
		rest = strptime(text, "%Y-%m-%d %H:%M:%S", &parts);
	if (!rest)
		return false;
	rest = read_fraction(rest, &fraction);
	if (!read_zone(rest, &offset))
		return false;
	seconds = timegm(&parts) - offset;
	if (seconds < 0 || (uint64_t)seconds > SECONDS_MAX)
		return false;
	*time = seconds * NS_PER_SECOND + fraction;
	return true;
}

/**
 * scan_time_of_text - read a time
 * @text: seconds since 1970, or ISO 8601
 * @time: set to nanoseconds since 1970
 *
 * Return: false where @text is neither.
 */
bool scan_time_of_text(const char *text, uint64_t *time)
{
	return read_decimal(text, time) || read_iso(text, time);
}

/**
 * scan_time_of - read a time out of JSON
 * @value: a number or a string
 * @time: set to nanoseconds since 1970
 *
 * Return: false where @value is no time.
 */
bool scan_time_of(struct json_object *value, uint64_t *time)
{
	const char *text = json_object_get_string(value);

	if (json_object_is_type(value, json_type_string))
		return scan_time_of_text(text, time);
	if (!json_object_is_type(value, json_type_int) &&
	    !json_object_is_type(value, json_type_double))
		return false;
	/* json-c remembers how a number was written. */
	return read_decimal(text, time) ||
	       read_number(json_object_get_double(value), time);
}
