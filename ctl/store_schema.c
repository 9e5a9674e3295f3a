// SPDX-License-Identifier: GPL-2.0-only
/*
 * The tables of the store, and telling a store from other files.
 *
 * A row an event, with its netlink attributes as they came: event_decode()
 * gives back all there was to know. The other columns only serve to find it.
 * event_rule and event_label carry the time so that the newest events of a rule
 * are found without looking at the others; the indexes have it for the same
 * reason.
 *
 * A boot has several rows if the module was loaded several times, because its
 * numbers then start afresh.
 *
 * A time is what something is filed under, ns since 1970: of an event its own,
 * or a bit later than that of the event before; of a gap that of the event behind
 * it. Together with the id, which grows with the number, it is the order of a
 * listing.
 */
#include <errno.h>

#include "store_sql.h"

/* "pyde": what tells a store from other databases. */
#define APPLICATION "2037997669"
#define VERSION 1

static const char schema[] =
	"BEGIN;"
	"PRAGMA application_id = " APPLICATION ";"
	"PRAGMA user_version = 1;"
	"CREATE TABLE boot ("
	" boot INTEGER PRIMARY KEY,"
	" id TEXT NOT NULL,"
	" host TEXT NOT NULL,"
	" next INTEGER NOT NULL);" /* number of the event that comes next */
	"CREATE TABLE event ("
	" id INTEGER PRIMARY KEY,"
	" boot INTEGER NOT NULL,"
	" number INTEGER NOT NULL,"
	" time INTEGER NOT NULL,"
	" verdict INTEGER NOT NULL," /* bit n: enum history_verdict n */
	" level INTEGER NOT NULL,"   /* the highest; enum pydetect_level */
	" uid INTEGER,"
	" parent_pid INTEGER,"
	" parent_start INTEGER," /* ns since boot */
	" parent_image INTEGER,"
	" raw BLOB NOT NULL," /* PYDETECT_EVENT_ attributes */
	" UNIQUE (boot, number));"
	"CREATE INDEX event_time ON event (time, id);"
	"CREATE INDEX event_kind ON event (level, verdict, time, id);"
	"CREATE INDEX event_parent_pid ON event (parent_pid, time, id);"
	"CREATE INDEX event_parent_image ON event (parent_image, time, id);"
	"CREATE INDEX event_uid ON event (uid, time, id);"
	"CREATE TABLE image ("
	" image INTEGER PRIMARY KEY,"
	" path BLOB NOT NULL UNIQUE);"
	"CREATE TABLE gap ("
	" boot INTEGER NOT NULL,"
	" first INTEGER NOT NULL," /* number of the first that is missing */
	" count INTEGER NOT NULL,"
	" time INTEGER NOT NULL,"     /* of the event that came next */
	" unstored INTEGER NOT NULL," /* why, see struct event_gap */
	" overwritten INTEGER NOT NULL,"
	" late INTEGER NOT NULL,"
	" PRIMARY KEY (boot, first)) WITHOUT ROWID;"
	"CREATE INDEX gap_time ON gap (time, first);"
	"CREATE TABLE rule ("
	" rule INTEGER PRIMARY KEY,"
	" id TEXT NOT NULL,"
	" title TEXT NOT NULL,"
	" UNIQUE (id, title));"
	"CREATE TABLE event_rule ("
	" rule INTEGER NOT NULL,"
	" time INTEGER NOT NULL,"
	" event INTEGER NOT NULL,"
	" PRIMARY KEY (rule, time, event)) WITHOUT ROWID;"
	"CREATE TABLE label ("
	" label INTEGER PRIMARY KEY,"
	" name TEXT NOT NULL UNIQUE);"
	"CREATE TABLE event_label ("
	" label INTEGER NOT NULL,"
	" time INTEGER NOT NULL,"
	" event INTEGER NOT NULL,"
	" PRIMARY KEY (label, time, event)) WITHOUT ROWID;"
	"COMMIT;";

/* How a database is written is settled before its first table. */
static const char preparations[] = "PRAGMA auto_vacuum = INCREMENTAL;"
				   "PRAGMA journal_mode = WAL;";

static int ask(struct store *store, const char *sql, int64_t *number)
{
	sqlite3_stmt *statement;
	bool found;
	int error;

	*number = 0;
	error = store_prepare(store, sql, &statement);
	if (!error)
		error = store_number(store, statement, number, &found);
	sqlite3_finalize(statement);
	return error;
}

static int run_all(struct store *store, const char *sql)
{
	if (sqlite3_exec(store->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return store_fail(store);
	return 0;
}

/**
 * store_check - is this a store that we understand?
 * @store: the store
 *
 * Return: 0 or a negative errno.
 */
int store_check(struct store *store)
{
	int64_t application, version;
	int error;

	error = ask(store,
		    "SELECT application_id = " APPLICATION " FROM pragma_application_"
		    "id",
		    &application);
	if (!error)
		error = ask(store, "PRAGMA user_version", &version);
	if (error)
		return error;
	if (!application)
		return store_say(store, -EBADMSG,
				 "%s is not a store of events but another database; name another file",
				 store->path);
	if (version > VERSION)
		return store_say(store, -EPROTO,
				 "%s was made by a newer pydetectctl (its form is %lld, this one knows %d): use that one, or name another file",
				 store->path, (long long)version, VERSION);
	return 0;
}

/**
 * store_make - make the tables, unless they are there
 * @store: a store that may be written
 *
 * A database that somebody else made is left as it is.
 *
 * Return: 0 or a negative errno.
 */
int store_make(struct store *store)
{
	int64_t tables;
	int error;

	error = ask(store, "SELECT count(*) FROM sqlite_schema", &tables);
	if (error || tables)
		return error;
	error = run_all(store, preparations);
	return error ? error : run_all(store, schema);
}
