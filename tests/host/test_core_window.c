// SPDX-License-Identifier: GPL-2.0-only
/*
 * Windows and correlations against the obvious way to count.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>
#include "timeline.h"

#define TIMELINES 1000000u

static void test_timelines(void **state)
{
	struct timeline *timeline = malloc(sizeof(*timeline));
	u32 seed, alerts = 0;
	int at;

	(void)state;
	assert_non_null(timeline);
	for (seed = 1; seed <= TIMELINES; seed++) {
		at = timeline_run(timeline, seed);
		if (at >= 0)
			fail_msg("timeline %u differs at event %d", seed, at);
		alerts += timeline->got[0].alert;
	}
	/* Both ways to be wrong would show: there are alerts, and silence. */
	assert_in_range(alerts, TIMELINES / 20, TIMELINES / 2);
	free(timeline);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_timelines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
