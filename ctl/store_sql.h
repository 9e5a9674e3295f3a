/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the parts of the store share; nobody else knows SQLite.
 */
#ifndef PYDETECT_CTL_STORE_SQL_H
#define PYDETECT_CTL_STORE_SQL_H

#include <sqlite3.h>

#include "clock.h"
#include "store.h"

/* Events are filed under a time that is not their own, but nearer than that. */
#define STORE_SLACK (10 * NS_PER_SECOND)

/* Statements that run again and again. */
enum store_statement {
	STORE_BEGIN,
	STORE_COMMIT,
	STORE_ADD_IMAGE,
	STORE_ADD_EVENT,
	STORE_ADD_GAP,
	STORE_ADD_RULE,
	STORE_ADD_EVENT_RULE,
	STORE_ADD_LABEL,
	STORE_ADD_EVENT_LABEL,
	STORE_SET_NEXT,
	STORE_OLDEST,
	STORE_OLDEST_GAP,
	STORE_DROP_EVENTS,
	STORE_DROP_EVENT_RULES,
	STORE_DROP_EVENT_LABELS,
	STORE_DROP_GAPS,
	STORE_DROP_IMAGES,
	STORE_DROP_RULES,
	STORE_DROP_LABELS,
	STORE_DROP_BOOTS,
	STORE_USED_BYTES,
	STORE_FREE_PAGES,
	STORE_VACUUM,
	STORE_STATEMENTS,
};

/**
 * struct store - an open store
 * @db: the database
 * @lock: its file, locked against other writers; -1 for a reader
 * @statements: prepared when first needed
 * @limits: what is kept
 * @boot: row of the boot that events are written for
 * @next: number that comes after all that was handed over
 * @gap: a gap that was not written yet, because it goes before an event
 * @last_time: that the last event of this boot is filed under; zero: none
 * @keep_at: when to look for events that are too old, ns of CLOCK_BOOTTIME
 * @writing: a transaction is under way
 * @path: as the user named it
 * @message: what is wrong
 */
struct store {
	sqlite3 *db;
	int lock;
	sqlite3_stmt *statements[STORE_STATEMENTS];
	struct store_limits limits;
	int64_t boot;
	uint64_t next;
	struct event_gap gap;
	uint64_t last_time;
	uint64_t keep_at;
	bool writing;
	char *path;
	char message[512];
};

int store_fail(struct store *store);
int store_say(struct store *store, int error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
int store_prepare(struct store *store, const char *sql, sqlite3_stmt **to);
int store_statement(struct store *store, enum store_statement which,
		    sqlite3_stmt **to);
int store_run(struct store *store, sqlite3_stmt *statement);
int store_do(struct store *store, enum store_statement which);
int store_number(struct store *store, sqlite3_stmt *statement, int64_t *number,
		 bool *found);
void store_bind_text(sqlite3_stmt *statement, int place, struct bytes text);
void store_bind_blob(sqlite3_stmt *statement, int place, struct bytes blob);
int store_make(struct store *store);
int store_check(struct store *store);
int store_keep(struct store *store);

#endif /* PYDETECT_CTL_STORE_SQL_H */
