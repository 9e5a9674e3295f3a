// SPDX-License-Identifier: GPL-2.0-only
/*
 * Words, numbers and times of the page.
 */
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "report.h"
#include "rule.h"
#include "../module/core/env.h"

#define HOUR 3600u
#define DAY (24 * HOUR)

/* What people count time in, s. */
static const uint32_t widths[] = {
	1,	 2,	   5,	     10,       15,	  30,
	60,	 2 * 60,   5 * 60,   10 * 60,  15 * 60,	  30 * 60,
	HOUR,	 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY,
	2 * DAY, 7 * DAY,  14 * DAY, 28 * DAY, 91 * DAY,  364 * DAY,
};

/**
 * report_zone - how far local time is ahead
 * @time: when, ns since 1970
 *
 * Return: ns; some whole days more, for it not to be negative.
 */
uint64_t report_zone(uint64_t time)
{
	const time_t seconds = time / NS_PER_SECOND;
	struct tm local;

	localtime_r(&seconds, &local);
	return (7 * DAY + local.tm_gmtoff) * NS_PER_SECOND;
}

/**
 * report_width - divide a time into equal parts
 * @span: the time, ns
 * @max: how many parts there may be, not counting one that is cut at both ends
 *
 * Return: the length of a part, ns: a second, a minute, or the like.
 */
uint64_t report_width(uint64_t span, uint64_t max)
{
	size_t i = 0;

	while (i < ARRAY_SIZE(widths) - 1 &&
	       span / (widths[i] * NS_PER_SECOND) >= max - 1)
		i++;
	return widths[i] * NS_PER_SECOND;
}

/**
 * report_time - write a time
 * @stream: the page
 * @time: ns since 1970
 * @format: as for strftime(); the result is short
 */
void report_time(FILE *stream, uint64_t time, const char *format)
{
	const time_t seconds = time / NS_PER_SECOND;
	struct tm local;
	char text[64];

	localtime_r(&seconds, &local);
	if (strftime(text, sizeof(text), format, &local))
		fputs(text + strspn(text, " "), stream);
}

/**
 * report_number - write a number that people can read
 * @stream: the page
 * @number: the number
 */
void report_number(FILE *stream, uint64_t number)
{
	if (number < 1000) {
		fprintf(stream, "%" PRIu64, number);
		return;
	}
	report_number(stream, number / 1000);
	fprintf(stream, ",%03u", (unsigned int)(number % 1000));
}

/* At most @max bytes, and no character cut in the middle. */
static size_t cut(struct bytes text, size_t max)
{
	size_t at = max;

	while (max - at < 3 && (text.data[at] & 0xc0) == 0x80)
		at--;
	return at;
}

/**
 * report_text - write bytes from anywhere
 * @page: the page
 * @text: the bytes, or the beginning of them
 * @length: how many there are
 *
 * Long ones are cut, and their length told.
 */
void report_text(struct terminal *page, struct bytes text, size_t length)
{
	if (text.length > REPORT_TEXT_MAX)
		text.length = cut(text, REPORT_TEXT_MAX);
	terminal_bytes(page, STYLE_PLAIN, text);
	if (text.length < length)
		fprintf(page->stream, " %s (%zu bytes)",
			terminal_ellipsis(page), length);
}

/**
 * report_name - write a name or path from anywhere
 * @page: the page
 * @name: all its bytes, which read from left to right whatever they are
 */
void report_name(struct terminal *page, struct bytes name)
{
	fputs("<span class=\"any\">", page->stream);
	report_text(page, name, name.length);
	fputs("</span>", page->stream);
}

/**
 * report_level - write the level of a rule
 * @stream: the page
 * @level: enum pydetect_level
 */
void report_level(FILE *stream, uint32_t level)
{
	fprintf(stream, " <span class=\"level\">%s</span>",
		rule_level_name(level));
}

/**
 * report_kind_name - what a kind is called
 * @kind: what became of a start
 *
 * Return: words.
 */
const char *report_kind_name(enum report_kind kind)
{
	static const char *const names[] = {
		[REPORT_DENIED] = "denied",
		[REPORT_WOULD_DENY] = "would have been denied",
		[REPORT_SEVERE] = "reported, high or critical",
		[REPORT_MILD] = "reported, medium or less",
		[REPORT_ERROR] = "could not be judged",
	};

	return names[kind];
}

/**
 * report_kind_short - what a kind is called where there is little room
 * @kind: what became of a start
 *
 * Return: a word or two.
 */
const char *report_kind_short(enum report_kind kind)
{
	static const char *const names[] = {
		[REPORT_DENIED] = "denied",    [REPORT_WOULD_DENY] = "would be",
		[REPORT_SEVERE] = "high",      [REPORT_MILD] = "lower",
		[REPORT_ERROR] = "not judged",
	};

	return names[kind];
}

/**
 * report_kind_class - what a kind is called in the style sheet
 * @kind: what became of a start
 *
 * Return: the name of a class.
 */
const char *report_kind_class(enum report_kind kind)
{
	static const char *const classes[] = {
		[REPORT_DENIED] = "denied", [REPORT_WOULD_DENY] = "would",
		[REPORT_SEVERE] = "severe", [REPORT_MILD] = "mild",
		[REPORT_ERROR] = "error",
	};

	return classes[kind];
}
