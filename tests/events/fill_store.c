// SPDX-License-Identifier: GPL-2.0-only
/*
 * Usage: fill_store STORE UNTIL COUNT
 *
 * Makes a store with the week that ends UNTIL, in seconds since 1970, with so
 * many events besides its incidents, and a gap of 40 behind the last one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../ctl/clock.h"
#include "../../ctl/store.h"
#include "../host/make_week.h"

/* Committing each by itself would take as long as a disk does. */
#define BATCH 10000

static int add(const struct event *event, void *context)
{
	struct store *store = context;
	int error = store_add(store, event);

	if (!error && event->number % BATCH == 0)
		error = store_commit(store);
	return error;
}

static int fill(struct store *store, const char *until, const char *count)
{
	const struct make_week week = {
		.until = strtoull(until, NULL, 10) * NS_PER_SECOND,
		.quiet = strtoull(count, NULL, 10),
		.event = add,
		.context = store,
	};
	struct event_gap gap = { .count = 40 };
	int error = make_week(&week);

	gap.first = store_next(store);
	if (!error)
		error = store_add_gap(store, &gap);
	return error ? error : store_commit(store);
}

int main(int argc, char **argv)
{
	const struct print_origin origin = { "web-1.example", "boot" };
	const struct store_limits limits = { 0 };
	struct store *store;
	int error;

	if (argc != 4)
		return 2;
	error = store_create(&store, argv[1], &origin, &limits);
	if (!error)
		error = fill(store, argv[2], argv[3]);
	if (error)
		fprintf(stderr, "%s\n", store_message(store));
	store_close(store);
	return error ? 1 : 0;
}
