// SPDX-License-Identifier: GPL-2.0-only
/*
 * The store's statements, and what SQLite's errors mean to the user.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "store_sql.h"

static const char *const texts[] = {
	[STORE_BEGIN] = "BEGIN IMMEDIATE",
	[STORE_COMMIT] = "COMMIT",
	[STORE_ADD_IMAGE] = "INSERT INTO image (path) VALUES (?1)"
			    " ON CONFLICT (path) DO NOTHING",
	[STORE_ADD_EVENT] = "INSERT INTO event (boot, number, time, verdict, level, uid,"
			    " parent_pid, parent_start, parent_image, raw)"
			    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8,"
			    " (SELECT image FROM image WHERE path = ?9), ?10)"
			    " ON CONFLICT (boot, number) DO NOTHING",
	[STORE_ADD_GAP] = "INSERT INTO gap (boot, first, count, time,"
			  " unstored, overwritten, late)"
			  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
			  " ON CONFLICT (boot, first) DO UPDATE"
			  " SET count = max(count, excluded.count),"
			  " unstored = max(unstored, excluded.unstored),"
			  " overwritten = max(overwritten, excluded.overwritten),"
			  " late = max(late, excluded.late)",
	[STORE_ADD_RULE] = "INSERT INTO rule (id, title) VALUES (?1, ?2)"
			   " ON CONFLICT (id, title) DO NOTHING",
	[STORE_ADD_EVENT_RULE] = "INSERT OR IGNORE INTO event_rule (rule, time, event)"
				 " SELECT rule, ?3, ?4 FROM rule WHERE id = ?1 AND title = ?2",
	[STORE_ADD_LABEL] = "INSERT INTO label (name) VALUES (?1)"
			    " ON CONFLICT (name) DO NOTHING",
	[STORE_ADD_EVENT_LABEL] = "INSERT OR IGNORE INTO event_label (label, time, event)"
				  " SELECT label, ?2, ?3 FROM label WHERE name = ?1",
	[STORE_SET_NEXT] = "UPDATE boot SET next = ?2 WHERE boot = ?1",
	[STORE_OLDEST] = "SELECT time FROM event ORDER BY time"
			 " LIMIT 1 OFFSET ?1",
	[STORE_OLDEST_GAP] = "SELECT min(time) FROM gap",
	[STORE_DROP_EVENTS] = "DELETE FROM event WHERE time < ?1",
	[STORE_DROP_EVENT_RULES] = "DELETE FROM event_rule WHERE time < ?1"
				   " AND rule IN (SELECT rule FROM rule)",
	[STORE_DROP_EVENT_LABELS] = "DELETE FROM event_label WHERE time < ?1"
				    " AND label IN (SELECT label FROM label)",
	[STORE_DROP_GAPS] = "DELETE FROM gap WHERE time < ?1",
	[STORE_DROP_IMAGES] = "DELETE FROM image WHERE NOT EXISTS (SELECT 1"
			      " FROM event WHERE event.parent_image = image.image)",
	[STORE_DROP_RULES] = "DELETE FROM rule WHERE NOT EXISTS (SELECT 1"
			     " FROM event_rule WHERE event_rule.rule = rule.rule)",
	[STORE_DROP_LABELS] = "DELETE FROM label WHERE NOT EXISTS (SELECT 1"
			      " FROM event_label WHERE event_label.label = label.label)",
	[STORE_DROP_BOOTS] = "DELETE FROM boot WHERE boot <> ?1 AND NOT EXISTS (SELECT 1"
			     " FROM event WHERE event.boot = boot.boot) AND NOT EXISTS"
			     " (SELECT 1 FROM gap WHERE gap.boot = boot.boot)",
	[STORE_USED_BYTES] = "SELECT (page_count - freelist_count) * page_size FROM"
			     " pragma_page_count, pragma_freelist_count, pragma_page_size",
	[STORE_FREE_PAGES] = "PRAGMA freelist_count",
	[STORE_VACUUM] = "PRAGMA incremental_vacuum(256)",
};

/**
 * store_say - keep what is wrong
 * @store: the store
 * @error: negative errno
 * @format: what is wrong, and what to do about it
 *
 * Return: @error.
 */
int store_say(struct store *store, int error, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(store->message, sizeof(store->message), format, arguments);
	va_end(arguments);
	return error;
}

/**
 * store_fail - keep what SQLite's last error means
 * @store: the store
 *
 * Return: a negative errno.
 */
int store_fail(struct store *store)
{
	const char *path = store->path;

	switch (sqlite3_errcode(store->db)) {
	case SQLITE_NOTADB:
		return store_say(store, -EBADMSG,
				 "%s is not a store of events; name another file",
				 path);
	case SQLITE_CORRUPT:
		return store_say(store, -EBADMSG,
				 "%s is damaged; move it away, a new one will be made (sqlite3 FILE .recover may still read it)",
				 path);
	case SQLITE_FULL:
		return store_say(store, -ENOSPC,
				 "%s: no space left; make some, or keep less with --keep and --keep-size",
				 path);
	case SQLITE_BUSY:
		return store_say(store, -EBUSY,
				 "%s is held by another program; try again when that is done",
				 path);
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_CANTOPEN:
		return store_say(store, -EACCES,
				 "%s: its directory cannot be written to, which a store needs; copy the store to where it can",
				 path);
	case SQLITE_NOMEM:
		return store_say(store, -ENOMEM, "%s: out of memory", path);
	default:
		return store_say(store, -EIO, "%s: %s", path,
				 sqlite3_errmsg(store->db));
	}
}

/**
 * store_prepare - make a statement
 * @store: the store
 * @sql: the statement
 * @to: set to it; has to be released with sqlite3_finalize()
 *
 * Return: 0 or a negative errno.
 */
int store_prepare(struct store *store, const char *sql, sqlite3_stmt **to)
{
	if (sqlite3_prepare_v2(store->db, sql, -1, to, NULL) != SQLITE_OK)
		return store_fail(store);
	return 0;
}

/**
 * store_statement - get one of the store's statements
 * @store: the store, which goes on owning the statement
 * @which: which one
 * @to: set to it
 *
 * Return: 0 or a negative errno.
 */
int store_statement(struct store *store, enum store_statement which,
		    sqlite3_stmt **to)
{
	sqlite3_stmt **kept = &store->statements[which];
	int error = 0;

	if (!*kept)
		error = store_prepare(store, texts[which], kept);
	*to = *kept;
	return error;
}

/**
 * store_run - run a statement to its end
 * @store: the store
 * @statement: the statement; may be run again afterwards
 *
 * Return: 0 or a negative errno.
 */
int store_run(struct store *store, sqlite3_stmt *statement)
{
	int step, error = 0;

	do
		step = sqlite3_step(statement);
	while (step == SQLITE_ROW);
	if (step != SQLITE_DONE)
		error = store_fail(store);
	sqlite3_reset(statement);
	return error;
}

/**
 * store_do - run one of the store's statements that takes no values
 * @store: the store
 * @which: which one
 *
 * Return: 0 or a negative errno.
 */
int store_do(struct store *store, enum store_statement which)
{
	sqlite3_stmt *statement;
	int error = store_statement(store, which, &statement);

	return error ? error : store_run(store, statement);
}

/**
 * store_number - ask for a number
 * @store: the store
 * @statement: a statement that finds one number at most
 * @number: set to it
 * @found: was there one?
 *
 * Return: 0 or a negative errno.
 */
int store_number(struct store *store, sqlite3_stmt *statement, int64_t *number,
		 bool *found)
{
	const int step = sqlite3_step(statement);
	int error = 0;

	*found = step == SQLITE_ROW &&
		 sqlite3_column_type(statement, 0) == SQLITE_INTEGER;
	if (*found)
		*number = sqlite3_column_int64(statement, 0);
	else if (step != SQLITE_ROW && step != SQLITE_DONE)
		error = store_fail(store);
	sqlite3_reset(statement);
	return error;
}

/**
 * store_bind_text - give a text to a statement
 * @statement: the statement
 * @place: where it goes, from 1
 * @text: the text, which has to outlive the running of the statement
 */
void store_bind_text(sqlite3_stmt *statement, int place, struct bytes text)
{
	sqlite3_bind_text(statement, place,
			  text.length ? (const char *)text.data : "",
			  text.length, SQLITE_STATIC);
}

/**
 * store_bind_blob - give bytes to a statement
 * @statement: the statement
 * @place: where they go, from 1
 * @blob: the bytes, which have to outlive the running of the statement
 */
void store_bind_blob(sqlite3_stmt *statement, int place, struct bytes blob)
{
	sqlite3_bind_blob(statement, place, blob.length ? blob.data : NULL,
			  blob.length, SQLITE_STATIC);
}
