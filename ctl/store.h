/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Events in a file: one SQLite database that one monitor writes and anybody who
 * may read it reads, at the same time.
 *
 * Functions return 0 or a negative errno; store_message() then says what is
 * wrong and what to do about it.
 */
#ifndef PYDETECT_CTL_STORE_H
#define PYDETECT_CTL_STORE_H

#include "history.h"

/* Where `pydetectctl events` looks if nobody says where. */
#define STORE_DEFAULT_PATH "/var/lib/pydetect/events.db"

/* Less than that holds hardly any events. */
#define STORE_SIZE_MIN (1u << 20)

struct store;

/**
 * struct store_limits - what is kept
 * @age: events that are older go, ns; zero: none
 * @size: of the database in bytes, what SQLite keeps beside it not counted;
 *	the oldest events go; zero: no limit
 */
struct store_limits {
	uint64_t age;
	uint64_t size;
};

int store_create(struct store **store, const char *path,
		 const struct print_origin *origin,
		 const struct store_limits *limits);
int store_restart(struct store *store, const struct print_origin *origin);
int store_open(struct store **store, const char *path);
void store_close(struct store *store);
const char *store_message(const struct store *store);

uint64_t store_next(const struct store *store);
int store_add(struct store *store, const struct event *event);
int store_add_gap(struct store *store, const struct event_gap *gap);
int store_commit(struct store *store);
uint64_t store_wait(const struct store *store);

int store_read(struct store *store, const struct history_query *query,
	       const struct history_visitor *visitor);

#endif /* PYDETECT_CTL_STORE_H */
