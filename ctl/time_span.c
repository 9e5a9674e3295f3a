// SPDX-License-Identifier: GPL-2.0-only
/*
 * Moments as people name them: how long ago, or a date.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "time_span.h"
#include "../module/core/env.h"

/* What is later does not fit into nanoseconds with a sign: the year 2262. */
#define SECONDS_MAX ((time_t)(INT64_MAX / NS_PER_SECOND))

/**
 * struct unit - a unit of time
 * @letter: how it is written
 * @seconds: how long it is
 */
struct unit {
	char letter;
	unsigned int seconds;
};

static const struct unit units[] = {
	{ 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 }, { 'w', 604800 },
};

static unsigned int unit_seconds(char letter)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(units); i++)
		if (units[i].letter == letter)
			return units[i].seconds;
	return 0;
}

/* "24h": so long before now. */
static bool read_span(const char *text, uint64_t now, uint64_t *time)
{
	const size_t digits = strspn(text, "0123456789");
	unsigned long long span;
	unsigned int unit;

	if (!digits || digits > 9 || !text[digits] || text[digits + 1])
		return false;
	unit = unit_seconds(text[digits]);
	span = strtoull(text, NULL, 10) * unit * NS_PER_SECOND;
	*time = span < now ? now - span : 0;
	return unit;
}

/* The longest form that is there; NULL where none is. */
static const char *read_clock(const char *text, struct tm *moment)
{
	static const char *const forms[] = { "%Y-%m-%dT%H:%M:%S",
					     "%Y-%m-%d %H:%M:%S",
					     "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M",
					     "%Y-%m-%d" };
	size_t i;

	/* strptime() would be content with a year of one digit. */
	if (strspn(text, "0123456789") != 4)
		return NULL;
	for (i = 0; i < ARRAY_SIZE(forms); i++) {
		const char *rest;

		memset(moment, 0, sizeof(*moment));
		rest = strptime(text, forms[i], moment);
		if (rest)
			return rest;
	}
	return NULL;
}

/* Z, or +02:00; seconds to take off. */
static bool read_zone(const char *text, long *offset)
{
	unsigned int hours, minutes;
	int used = 0;

	*offset = 0;
	if (!strcmp(text, "Z"))
		return true;
	if ((*text != '+' && *text != '-') ||
	    sscanf(text + 1, "%2u:%2u%n", &hours, &minutes, &used) < 2 ||
	    used != 5 || text[6])
		return false;
	*offset = (hours * 60L + minutes) * 60;
	if (*text == '-')
		*offset = -*offset;
	return true;
}

static bool read_date(const char *text, uint64_t *time)
{
	struct tm moment, asked;
	const char *rest = read_clock(text, &moment);
	time_t seconds;
	long offset;

	if (!rest)
		return false;
	asked = moment;
	moment.tm_isdst = -1;
	if (!*rest)
		seconds = mktime(&moment);
	else if (read_zone(rest, &offset))
		seconds = timegm(&moment) - offset;
	else
		return false;
	/* The 31st of a month with 30 days would be the 1st of the next. */
	if (moment.tm_mday != asked.tm_mday || seconds < 0 ||
	    seconds > SECONDS_MAX)
		return false;
	*time = seconds * NS_PER_SECOND;
	return true;
}

/**
 * time_span_read - read a moment from the command line
 * @text: how long ago, like 24h (s, m, h, d, w); or a date like 2026-11-20, with
 *	a time like 2026-11-20T10:00 or 2026-11-20T10:00:30, in local time, or
 *	with Z or +02:00 behind it
 * @now: ns since 1970
 * @time: set to it, ns since 1970
 *
 * Return: false where it is none of that.
 */
bool time_span_read(const char *text, uint64_t now, uint64_t *time)
{
	return read_span(text, now, time) || read_date(text, time);
}
