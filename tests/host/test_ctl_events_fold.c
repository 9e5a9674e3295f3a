// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lists of events in which repeats are counted.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "make_event.h"
#include "../../ctl/clock.h"
#include "../../ctl/events_fold.h"

#define MS UINT64_C(1000000)

static const struct print_origin here = { .boot_id = "here" };
static const struct print_origin before = { .boot_id = "before" };

/* What was listed: "number+repeats " each. */
static char listed[8192];
static size_t length;

static int put_row(const struct event *event, const struct print_origin *origin,
		   uint64_t repeats, void *context)
{
	(void)origin;
	(void)context;
	length += snprintf(listed + length, sizeof(listed) - length,
			   "%llu+%llu ", (unsigned long long)event->number,
			   (unsigned long long)repeats);
	return 0;
}

static struct events_fold *begin(bool oldest_first)
{
	struct events_fold *listing;

	length = 0;
	listed[0] = '\0';
	listing = events_fold_new(oldest_first, put_row, NULL);
	assert_non_null(listing);
	return listing;
}

/* An alert of a parent, @at ms after some time, which folding goes by. */
static void add(struct events_fold *listing, const struct print_origin *origin,
		uint64_t number, uint64_t at, uint32_t parent)
{
	const struct make_event wanted = {
		.number = number,
		.rule = "id",
		.title = "title",
		.image = "/bin/x",
		.parent_pid = parent,
		.parent_image = "/bin/p",
	};
	struct message message = { 0 };
	struct event event;

	make_event(&message, &wanted);
	assert_int_equal(event_decode(&event, message_bytes(&message)), 0);
	event.boot_time = 100 * NS_PER_SECOND + at * MS;
	assert_int_equal(events_fold_event(listing, &event, origin), 0);
	event_free(&event);
	message_free(&message);
}

static void end(struct events_fold *listing, const char *expected)
{
	assert_int_equal(events_fold_flush(listing), 0);
	events_fold_free(listing);
	assert_string_equal(listed, expected);
}

static void test_newest_first(void **state)
{
	struct events_fold *listing = begin(false);

	(void)state;
	add(listing, &here, 9, 5000, 7);
	add(listing, &here, 8, 4900, 8);
	add(listing, &here, 7, 4500, 7);
	add(listing, &here, 6, 4001, 7);
	add(listing, &here, 5, 4000, 7);
	add(listing, &here, 4, 3950, 8);
	add(listing, &here, 3, 100, 7);
	end(listing, "9+2 8+1 5+0 3+0 ");
}

static void test_oldest_first(void **state)
{
	struct events_fold *listing = begin(true);

	(void)state;
	add(listing, &here, 1, 0, 7);
	add(listing, &here, 2, 10, 8);
	add(listing, &here, 3, 999, 7);
	add(listing, &here, 4, 1000, 7);
	assert_string_equal(listed, "1+1 ");
	end(listing, "1+1 2+0 4+0 ");
}

/* The same numbers, of another boot. */
static void test_boots(void **state)
{
	struct events_fold *listing = begin(false);

	(void)state;
	add(listing, &here, 2, 20, 7);
	add(listing, &here, 1, 10, 7);
	add(listing, &before, 2, 20, 7);
	add(listing, &before, 1, 10, 7);
	end(listing, "2+1 2+1 ");
}

/* More at once than there is room for: nothing is dropped, nor out of order. */
static void test_many(void **state)
{
	struct events_fold *listing = begin(true);
	char expected[8192];
	size_t bytes = 0;
	uint64_t i;

	(void)state;
	for (i = 1; i <= 600; i++) {
		add(listing, &here, i, 0, i);
		bytes += snprintf(expected + bytes, sizeof(expected) - bytes,
				  "%llu+0 ", (unsigned long long)i);
	}
	end(listing, expected);
}

static void test_dropped(void **state)
{
	struct events_fold *listing = begin(false);

	(void)state;
	add(listing, &here, 1, 0, 7);
	events_fold_free(listing);
	assert_string_equal(listed, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_newest_first),
		cmocka_unit_test(test_oldest_first),
		cmocka_unit_test(test_boots),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_dropped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
