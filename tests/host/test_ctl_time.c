// SPDX-License-Identifier: GPL-2.0-only
/*
 * Moments as people name them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <time.h>

#include "../../ctl/clock.h"
#include "../../ctl/time_span.h"
#include "../../module/core/env.h"

/* 2026-11-22 12:00:00 UTC */
#define NOW 1795348800ull

/**
 * struct moment - a text and what it means
 * @text: the text
 * @seconds: since 1970; zero: nothing
 */
struct moment {
	const char *text;
	uint64_t seconds;
};

static void expect(const struct moment *moments, size_t nr)
{
	uint64_t time;
	size_t i;

	for (i = 0; i < nr; i++) {
		const struct moment *moment = &moments[i];
		bool good = time_span_read(moment->text, NOW * NS_PER_SECOND,
					   &time);

		if (good != !!moment->seconds)
			fail_msg("'%s': %s", moment->text, good ? "?" : "no");
		if (good)
			assert_int_equal(time, moment->seconds * NS_PER_SECOND);
	}
}

static void use_zone(const char *zone)
{
	setenv("TZ", zone, 1);
	tzset();
}

static void test_spans(void **state)
{
	static const struct moment moments[] = {
		{ "1s", NOW - 1 },
		{ "90m", NOW - 5400 },
		{ "24h", NOW - 86400 },
		{ "30d", NOW - 30 * 86400 },
		{ "2w", NOW - 14 * 86400 },
		{ "24", 0 },
		{ "h", 0 },
		{ "24hh", 0 },
		{ "24x", 0 },
		{ "-1h", 0 },
		{ "1.5h", 0 },
		{ "", 0 },
		{ " 1h", 0 },
		{ "9999999999s", 0 },
	};
	uint64_t time = 1;

	(void)state;
	expect(moments, ARRAY_SIZE(moments));
	/* Before 1970 there is nothing to be had. */
	assert_true(time_span_read("99999w", NOW * NS_PER_SECOND, &time));
	assert_int_equal(time, 0);
}

static void test_dates(void **state)
{
	static const struct moment moments[] = {
		{ "2026-11-22", 1795305600 },
		{ "2026-11-22T12:00", NOW },
		{ "2026-11-22 12:00", NOW },
		{ "2026-11-22T12:00:01", NOW + 1 },
		{ "2026-11-22T12:00:00Z", NOW },
		{ "2026-11-22T12:00Z", NOW },
		{ "2026-11-22T14:00+02:00", NOW },
		{ "2026-11-22T06:30-05:30", NOW },
		{ "2028-02-29", 1835395200 },
		{ "2026-02-29", 0 },
		{ "2026-02-31", 0 },
		{ "2026-11-31", 0 },
		{ "2026-13-01", 0 },
		{ "2026-11-22T24:30", 0 },
		{ "2026-11-22T12:60", 0 },
		{ "2026-11-22T12:00x", 0 },
		{ "2026-11-22T12:00+2", 0 },
		{ "2026-11", 0 },
		{ "26-11-22", 0 },
		{ "20261122", 0 },
		{ "yesterday", 0 },
		{ "1960-01-01", 0 },
		{ "2262-01-01", 9214646400 },
		{ "2263-01-01", 0 },
	};

	(void)state;
	use_zone("UTC0");
	expect(moments, ARRAY_SIZE(moments));
}

/* Without a zone it is local time, in summer as well. */
static void test_local(void **state)
{
	static const struct moment moments[] = {
		{ "2026-11-22T13:00", NOW },
		{ "2026-07-01T02:00", 1782864000 },
		{ "2026-07-01", 1782856800 },
		{ "2026-07-01T00:00Z", 1782864000 },
	};

	(void)state;
	use_zone("CET-1CEST,M3.5.0,M10.5.0/3");
	expect(moments, ARRAY_SIZE(moments));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_spans),
		cmocka_unit_test(test_dates),
		cmocka_unit_test(test_local),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
