// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is too old, or too much, goes: a bounded number of events at a time, so
 * that events that arrive never wait long.
 *
 * A step takes more events than come between two commits, or a store that is
 * full would grow for ever.
 */
#include "clock.h"
#include "store_sql.h"
#include "../module/core/env.h"

/* Events that go at a time, and together before somebody has to wait. */
#define SLICE 50
#define STEP 1000

/* When to look again for what is too old. */
#define INTERVAL (60 * NS_PER_SECOND)

/* Pages that may stay free: new events will take them. */
#define FREE_PAGES 512

/* All that happened before a moment, everywhere. */
static const enum store_statement drops[] = {
	STORE_DROP_EVENTS,
	STORE_DROP_EVENT_RULES,
	STORE_DROP_EVENT_LABELS,
	STORE_DROP_GAPS,
};

/* What nothing refers to any more. */
static const enum store_statement sweeps[] = {
	STORE_DROP_IMAGES,
	STORE_DROP_RULES,
	STORE_DROP_LABELS,
};

static int sweep_boots(struct store *store)
{
	sqlite3_stmt *statement;
	int error;

	error = store_statement(store, STORE_DROP_BOOTS, &statement);
	if (error)
		return error;
	sqlite3_bind_int64(statement, 1, store->boot);
	return store_run(store, statement);
}

static int drop(struct store *store, enum store_statement which,
		uint64_t before)
{
	sqlite3_stmt *statement;
	int error;

	error = store_statement(store, which, &statement);
	if (error)
		return error;
	sqlite3_bind_int64(statement, 1, before);
	return store_run(store, statement);
}

static int drop_before(struct store *store, uint64_t before)
{
	int error = 0;
	size_t i;

	for (i = 0; !error && i < ARRAY_SIZE(drops); i++)
		error = drop(store, drops[i], before);
	return error;
}

static int sweep(struct store *store)
{
	int error = 0;
	size_t i;

	for (i = 0; !error && i < ARRAY_SIZE(sweeps); i++)
		error = store_do(store, sweeps[i]);
	return error ? error : sweep_boots(store);
}

/* Time of the event that @nr are older than. */
static int oldest_but(struct store *store, unsigned int nr, uint64_t *time,
		      bool *found)
{
	sqlite3_stmt *statement;
	int64_t number = 0;
	int error;

	error = store_statement(store, STORE_OLDEST, &statement);
	if (error)
		return error;
	sqlite3_bind_int64(statement, 1, nr);
	error = store_number(store, statement, &number, found);
	*time = number;
	return error;
}

/* Drop what is older than @before, but not more than a slice. */
static int drop_slice(struct store *store, uint64_t before)
{
	uint64_t time;
	bool found;
	int error;

	error = oldest_but(store, SLICE, &time, &found);
	if (error)
		return error;
	return drop_before(store, found && time < before ? time : before);
}

static int ask(struct store *store, enum store_statement which, int64_t *number)
{
	sqlite3_stmt *statement;
	bool found;
	int error;

	*number = 0;
	error = store_statement(store, which, &statement);
	return error ? error : store_number(store, statement, number, &found);
}

/* A gap may be all that is old: what lies before it is gone already. */
static int is_older(struct store *store, uint64_t before, bool *older)
{
	uint64_t time;
	int64_t gap;
	bool found;
	int error;

	error = oldest_but(store, 0, &time, &found);
	*older = found && time < before;
	if (error || *older)
		return error;
	error = ask(store, STORE_OLDEST_GAP, &gap);
	*older = gap && (uint64_t)gap < before;
	return error;
}

static int is_too_large(struct store *store, bool *large)
{
	const uint64_t limit = store->limits.size;
	int64_t bytes;
	int error;

	*large = false;
	if (!limit)
		return 0;
	error = ask(store, STORE_USED_BYTES, &bytes);
	*large = (uint64_t)bytes > limit;
	return error;
}

/* Events older than that are too old; zero: do not look now. */
static uint64_t cutoff(const struct store *store)
{
	const uint64_t now = clock_read(CLOCK_REALTIME);
	const uint64_t age = store->limits.age;

	if (!age || now < age || clock_read(CLOCK_BOOTTIME) < store->keep_at)
		return 0;
	return now - age;
}

/* @before: what is older than that may go; zero: nothing has to. */
static int find_excess(struct store *store, uint64_t oldest, uint64_t *before)
{
	bool over = false;
	int error = 0;

	*before = oldest;
	if (oldest)
		error = is_older(store, oldest, &over);
	if (error || over)
		return error;
	error = is_too_large(store, &over);
	*before = over ? INT64_MAX : 0;
	return error;
}

static int drop_excess(struct store *store, bool *dropped)
{
	const uint64_t oldest = cutoff(store);
	uint64_t before = 0;
	int i, error = 0;

	for (i = 0; !error && i < STEP / SLICE; i++) {
		error = find_excess(store, oldest, &before);
		if (error || !before)
			break;
		*dropped = true;
		error = drop_slice(store, before);
	}
	if (before)
		store->keep_at = 0;
	else if (oldest || !store->limits.age)
		store->keep_at = clock_read(CLOCK_BOOTTIME) + INTERVAL;
	return error;
}

/* Free pages are mostly used again; more go back a bit at a time. */
static int give_back(struct store *store)
{
	int64_t pages;
	int error;

	error = ask(store, STORE_FREE_PAGES, &pages);
	if (error || pages < FREE_PAGES)
		return error;
	return store_do(store, STORE_VACUUM);
}

/**
 * store_keep - drop some of what is over the limits
 * @store: the store, within a transaction
 *
 * Return: 0 or a negative errno.
 */
int store_keep(struct store *store)
{
	bool dropped = false;
	int error = drop_excess(store, &dropped);

	if (!error && dropped)
		error = sweep(store);
	return error ? error : give_back(store);
}

/**
 * store_wait - when to call store_commit() although nothing came
 * @store: the store
 *
 * Return: ns until then; UINT64_MAX: never.
 */
uint64_t store_wait(const struct store *store)
{
	const uint64_t now = clock_read(CLOCK_BOOTTIME);

	if (!store->limits.age && !store->limits.size)
		return UINT64_MAX;
	return store->keep_at > now ? store->keep_at - now : NS_PER_SECOND;
}
