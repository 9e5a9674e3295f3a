// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events -> a page.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../ctl/clock.h"
#include "../../ctl/report.h"
#include "../../ctl/utf8.h"
#include "make_week.h"

#define DAY (24 * 3600 * NS_PER_SECOND)
#define UNTIL (1763800000 * NS_PER_SECOND)

static const struct print_origin origin = {
	.host = "host<b>",
	.boot_id = "boot",
};

static int take(const struct event *event, void *context)
{
	return report_event(event, &origin, context);
}

static struct report *gather(uint64_t quiet)
{
	struct report *report = malloc(sizeof(*report));
	const struct make_week week = {
		.until = UNTIL,
		.quiet = quiet,
		.event = take,
		.context = report,
	};

	assert_non_null(report);
	assert_int_equal(report_init(report, UNTIL - 7 * DAY, UNTIL), 0);
	assert_int_equal(make_week(&week), 0);
	return report;
}

static void drop(struct report *report)
{
	report_free(report);
	free(report);
}

static char *page_of(const struct report *report)
{
	size_t size;
	char *page;
	FILE *stream = open_memstream(&page, &size);

	assert_non_null(stream);
	report_html(report, stream);
	assert_int_equal(fclose(stream), 0);
	return page;
}

static uint64_t on_line(const struct report *report, enum report_kind kind)
{
	uint64_t total = 0;
	size_t i;

	for (i = 0; i < report->nr_buckets; i++)
		total += report->buckets[i].kinds[kind];
	return total;
}

/* Six denied: two shells, four commands. */
static void test_figures(void **state)
{
	const struct event_gap gap = { .first = 10, .count = 40 };
	struct report *report = gather(300);

	(void)state;
	assert_int_equal(report_gap(&gap, &origin, report), 0);
	assert_int_equal(report->events, 300 + 3 + 1 + 6 + 9);
	assert_int_equal(report->errors, 1);
	assert_int_equal(report->alerts, report->events - 1);
	assert_int_equal(report->denied, 6);
	assert_int_equal(report->missing, 40);
	assert_int_equal(on_line(report, REPORT_DENIED), 6);
	assert_int_equal(on_line(report, REPORT_ERROR), 1);
	assert_int_equal(on_line(report, REPORT_WOULD_DENY),
			 report->would_deny);
	drop(report);
}

static void test_bursts(void **state)
{
	struct report *report = gather(0);
	const struct report_burst *watched = report->bursts[0];
	const struct report_burst *stopped = report->bursts[1];

	(void)state;
	assert_int_equal(report->nr_bursts, 2);
	assert_int_equal(watched->nr_lines, 5);
	assert_int_equal(watched->nr_marks, 5);
	assert_int_equal(watched->alerts, 1);
	assert_int_equal(stopped->nr_lines, 8);
	assert_int_equal(stopped->nr_marks, 8);
	assert_int_equal(stopped->alerts, 1);
	assert_int_equal(stopped->denied, 4);
	assert_false(stopped->marks[3].denied);
	assert_true(stopped->marks[4].denied);
	assert_int_equal(stopped->marks[1].time - stopped->marks[0].time,
			 3 * NS_PER_SECOND);
	drop(report);
}

static void expect_text(struct bytes text, size_t length, const char *expected)
{
	struct terminal page;
	size_t size;
	char *out;
	FILE *stream = open_memstream(&out, &size);

	assert_non_null(stream);
	terminal_init_html(&page, stream);
	report_text(&page, text, length);
	assert_int_equal(fclose(stream), 0);
	assert_string_equal(out, expected);
	free(out);
}

static void expect_same(const char *text, const char *expected)
{
	expect_text(bytes_of(text), strlen(text), expected);
}

static void test_text(void **state)
{
	(void)state;
	expect_same("a<b>&\"'", "a&#60;b&#62;&#38;&#34;&#39;");
	expect_same("\x1b[1m\n\x7f\xff", "\\x1b[1m\\n\\x7f\\xff");
	expect_same("\xe2\x80\xae"
		    "x",
		    "\\u202ex");
	expect_text(bytes_of("abc"), 9, "abc \xe2\x80\xa6 (9 bytes)");
}

/* A character stands where the text is cut: it goes as a whole. */
static void test_cut(void **state)
{
	char text[REPORT_TEXT_MAX + 8], expected[sizeof(text) + 32];

	(void)state;
	memset(text, 'x', sizeof(text));
	memcpy(text + REPORT_TEXT_MAX - 2, "\xe2\x82\xac", 3);
	snprintf(expected, sizeof(expected), "%.*s \xe2\x80\xa6 (%zu bytes)",
		 REPORT_TEXT_MAX - 2, text, sizeof(text));
	expect_text((struct bytes){ (uint8_t *)text, sizeof(text) },
		    sizeof(text), expected);
}

static void expect_number(uint64_t number, const char *expected)
{
	char text[64];
	FILE *stream = fmemopen(text, sizeof(text), "w");

	assert_non_null(stream);
	report_number(stream, number);
	assert_int_equal(fclose(stream), 0);
	assert_string_equal(text, expected);
}

static void test_number(void **state)
{
	(void)state;
	expect_number(0, "0");
	expect_number(999, "999");
	expect_number(1000, "1,000");
	expect_number(1020003, "1,020,003");
}

/* Rows are counted exactly, and there is an end to how many there are. */
static void test_tally(void **state)
{
	const struct tally_row *top[3];
	struct tally tally;
	struct tally_row *row;
	char key[16];
	size_t i;

	(void)state;
	assert_int_equal(tally_init(&tally), 0);
	for (i = 0; i < TALLY_KEYS_MAX + 5; i++) {
		snprintf(key, sizeof(key), "%zu", i);
		assert_int_equal(tally_row(&tally, key, &row), 0);
		if (row)
			row->count = i;
	}
	assert_int_equal(tally.beyond, 5);
	assert_int_equal(tally_keys(&tally), TALLY_KEYS_MAX);
	assert_int_equal(tally_row(&tally, "7", &row), 0);
	assert_int_equal(row->count, 7);
	assert_int_equal(tally_top(&tally, top, 3), 3);
	assert_int_equal(top[0]->count, TALLY_KEYS_MAX - 1);
	assert_int_equal(top[1]->count, TALLY_KEYS_MAX - 2);
	assert_int_equal(top[2]->count, TALLY_KEYS_MAX - 3);
	tally_free(&tally);
}

/* The time line covers all of the time, in no more pieces than there may be. */
static void test_buckets(void **state)
{
	static const uint64_t spans[] = {
		1,
		NS_PER_SECOND,
		90 * NS_PER_SECOND,
		DAY / 24 + 1,
		31 * DAY / 10,
		7 * DAY,
		60 * DAY,
		20 * 365 * DAY,
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(spans) / sizeof(spans[0]); i++) {
		struct report *report = malloc(sizeof(*report));

		assert_non_null(report);
		assert_int_equal(report_init(report, UNTIL - spans[i], UNTIL),
				 0);
		assert_in_range(report->nr_buckets, 1, REPORT_BUCKETS_MAX);
		assert_true(report->start <= UNTIL - spans[i]);
		assert_true(report->start +
				    report->nr_buckets * report->width >=
			    UNTIL);
		drop(report);
	}
}

/* Whatever comes, the page is UTF-8, without controls, and bounded. */
static void test_page(void **state)
{
	struct report *report = gather(3000);
	char *page = page_of(report);
	const char *byte;

	(void)state;
	assert_true(utf8_is_valid(bytes_of(page)));
	for (byte = page; *byte; byte++)
		assert_true((unsigned char)*byte >= ' ' || *byte == '\n');
	assert_null(strstr(page, "<script"));
	assert_null(strstr(page, "<b>"));
	assert_non_null(strstr(page, "host&#60;b&#62;"));
	assert_true(strlen(page) < 256 * 1024);
	free(page);
	drop(report);
}

static void test_nothing(void **state)
{
	struct report *report = malloc(sizeof(*report));
	char *page;

	(void)state;
	assert_non_null(report);
	assert_int_equal(report_init(report, UNTIL - DAY, UNTIL), 0);
	page = page_of(report);
	assert_non_null(strstr(page, "Nothing was recorded"));
	assert_null(strstr(page, "nan"));
	free(page);
	drop(report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_figures), cmocka_unit_test(test_bursts),
		cmocka_unit_test(test_text),	cmocka_unit_test(test_cut),
		cmocka_unit_test(test_number),	cmocka_unit_test(test_tally),
		cmocka_unit_test(test_buckets), cmocka_unit_test(test_page),
		cmocka_unit_test(test_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
