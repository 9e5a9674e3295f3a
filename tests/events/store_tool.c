// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes stores for tests, with the tool's own code.
 *
 *   store_tool fill DB COUNT SECONDS   COUNT events, evenly over the SECONDS up
 * to now store_tool append DB               goes on where DB ends, until it is
 * killed; prints the last number after every commit
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../ctl/clock.h"
#include "../../ctl/store.h"
#include "../../module/core/env.h"
#include "../../module/uapi/policy.h"
#include "../host/make_event.h"

#define COMMIT_AFTER 10000

static const struct print_origin origin = { .host = "test", .boot_id = "boot" };
static const struct store_limits no_limits;

static void check(struct store *store, int error)
{
	if (!error)
		return;
	fprintf(stderr, "%s\n", store_message(store));
	exit(1);
}

/* Most are alike; every thousandth is of a rule of its own, by another user. */
static void describe(struct make_event *event, uint64_t number, uint64_t time)
{
	static const char args[] = "python3\0-c\0import "
				   "socket,subprocess,os;s=socket.socket()";
	const bool rare = number % 1000 == 500;

	*event = (struct make_event){
		.number = number,
		.time = time,
		.rule = rare ? "rare-rule" : "common-rule",
		.title = rare ? "Rare" : "Suspicious Python command line",
		.label = rare ? "CodeExec" : "ReverseShell",
		.level = rare ? PYDETECT_LEVEL_LOW : PYDETECT_LEVEL_HIGH,
		.uid = rare ? 4242 : 0,
		.image = "/usr/bin/python3.11",
		.args = args,
		.args_length = sizeof(args) - 1,
		.parent_pid = 400 + number % 7,
		.parent_image = "/usr/bin/bash",
	};
}

static void add(struct store *store, uint64_t number, uint64_t time)
{
	struct message message = { 0 };
	struct make_event wanted;
	struct event event;

	describe(&wanted, number, time);
	make_event(&message, &wanted);
	if (event_decode(&event, message_bytes(&message)))
		exit(1);
	check(store, store_add(store, &event));
	event_free(&event);
	message_free(&message);
}

static struct store *create(const char *path)
{
	struct store *store;

	check(store, store_create(&store, path, &origin, &no_limits));
	return store;
}

static int fill(const char *path, uint64_t count, uint64_t seconds)
{
	struct store *store = create(path);
	const uint64_t step = seconds * NS_PER_SECOND / count;
	const uint64_t first = clock_read(CLOCK_REALTIME) - step * count;
	uint64_t number;

	for (number = 1; number <= count; number++) {
		add(store, number, first + number * step);
		if (number % COMMIT_AFTER == 0)
			check(store, store_commit(store));
	}
	check(store, store_commit(store));
	store_close(store);
	return 0;
}

/* Transactions of one event to a hundred, and a gap now and then. */
static void append_some(struct store *store, uint64_t number)
{
	const uint64_t end = number + 1 + rand() % 100;

	for (; number < end; number++)
		add(store, number, clock_read(CLOCK_REALTIME));
	if (rand() % 10 == 0)
		check(store,
		      store_add_gap(store, &(struct event_gap){
						   .first = number,
						   .count = 3,
					   }));
	check(store, store_commit(store));
}

static void append(const char *path)
{
	struct store *store = create(path);

	srand(getpid());
	if (!store_next(store))
		append_some(store, 1);
	for (;;) {
		printf("%llu\n", (unsigned long long)store_next(store));
		fflush(stdout);
		append_some(store, store_next(store));
	}
}

int main(int argc, char **argv)
{
	if (argc == 5 && !strcmp(argv[1], "fill"))
		return fill(argv[2], strtoull(argv[3], NULL, 10),
			    strtoull(argv[4], NULL, 10));
	if (argc == 3 && !strcmp(argv[1], "append"))
		append(argv[2]);
	fputs("see the head of tests/events/store_tool.c\n", stderr);
	return 2;
}
