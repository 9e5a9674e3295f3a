// SPDX-License-Identifier: GPL-2.0-only
/*
 * Opening and closing a store.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store_sql.h"

/* A reader waits for a writer that starts or ends, and the other way round. */
#define BUSY_MS 10000

/*
 * With WAL and synchronous=FULL, what was committed is on the disk, if the disk
 * does not lie: killing the writer loses nothing of it, nor does a loss of
 * power. What was not committed yet is lost then; after a kill the module still
 * has it.
 *
 * The log beside the database is cut back once it was long because of a reader
 * that took its time.
 */
static const char writer_settings[] = "PRAGMA synchronous = FULL;"
				      "PRAGMA journal_size_limit = 16777216;";

static const char *advice(int error)
{
	switch (error) {
	case ENOENT:
		return "; make its directory first";
	case EACCES:
	case EPERM:
		return "; run it as root, or name another file";
	case EROFS:
		return "; name another file";
	default:
		return "";
	}
}

static int cannot_open(struct store *store, int error)
{
	return store_say(store, -error, "%s cannot be opened: %s%s",
			 store->path, strerror(error), advice(error));
}

static int check_file(struct store *store, int file)
{
	struct stat status;

	if (fstat(file, &status))
		return cannot_open(store, errno);
	if (!S_ISREG(status.st_mode))
		return store_say(store, -EINVAL,
				 "%s is not a regular file; name another file",
				 store->path);
	return 0;
}

/*
 * There is one writer at a time: two would each note gaps where the other has
 * the events. flock() and the locks of SQLite do not see each other. The file
 * has to stay open as long as SQLite has it, or closing it would drop those.
 */
static int lock_file(struct store *store)
{
	int error;

	store->lock = open(store->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (store->lock < 0)
		return cannot_open(store, errno);
	error = check_file(store, store->lock);
	if (error)
		return error;
	if (!flock(store->lock, LOCK_EX | LOCK_NB))
		return 0;
	return store_say(store, -EBUSY,
			 "another pydetectctl writes to %s; end it, or name another file",
			 store->path);
}

static int look_for(struct store *store)
{
	const int file = open(store->path, O_RDONLY | O_CLOEXEC);
	int error;

	if (file < 0)
		return store_say(store, -errno, "%s cannot be opened: %s%s",
				 store->path, strerror(errno),
				 errno == ENOENT ? "" : advice(errno));
	error = check_file(store, file);
	close(file);
	return error;
}

static int connect_to(struct store *store, int flags)
{
	if (sqlite3_open_v2(store->path, &store->db, flags, NULL) != SQLITE_OK)
		return store->db ? store_fail(store) :
				   store_say(store, -ENOMEM, "out of memory");
	sqlite3_busy_timeout(store->db, BUSY_MS);
	/* A file from elsewhere may hold more than tables. */
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	return 0;
}

static int new_store(struct store **store, const char *path)
{
	*store = calloc(1, sizeof(**store));
	if (!*store)
		return -ENOMEM;
	(*store)->lock = -1;
	(*store)->path = strdup(path);
	return (*store)->path ? 0 : -ENOMEM;
}

static int add_boot(struct store *store, const struct print_origin *origin)
{
	sqlite3_stmt *statement;
	int error;

	error = store_prepare(store,
			      "INSERT INTO boot (id, host, next)"
			      " VALUES (?1, ?2, 0)",
			      &statement);
	if (error)
		return error;
	store_bind_text(statement, 1, bytes_of(origin->boot_id));
	store_bind_text(statement, 2, bytes_of(origin->host));
	error = store_run(store, statement);
	sqlite3_finalize(statement);
	store->boot = sqlite3_last_insert_rowid(store->db);
	store->next = 0;
	store->last_time = 0;
	return error;
}

/* The row of this boot, and how far its events are stored. */
static int find_boot(struct store *store, const struct print_origin *origin)
{
	sqlite3_stmt *statement;
	int step, error;

	error = store_prepare(store,
			      "SELECT boot, next, (SELECT time FROM event"
			      " WHERE event.boot = boot.boot"
			      " ORDER BY number DESC LIMIT 1)"
			      " FROM boot WHERE id = ?1"
			      " ORDER BY boot DESC LIMIT 1",
			      &statement);
	if (error)
		return error;
	store_bind_text(statement, 1, bytes_of(origin->boot_id));
	step = sqlite3_step(statement);
	if (step == SQLITE_ROW) {
		store->boot = sqlite3_column_int64(statement, 0);
		store->next = sqlite3_column_int64(statement, 1);
		store->last_time = sqlite3_column_int64(statement, 2);
	} else if (step != SQLITE_DONE) {
		error = store_fail(store);
	}
	sqlite3_finalize(statement);
	return error || step == SQLITE_ROW ? error : add_boot(store, origin);
}

static int set_up(struct store *store)
{
	if (sqlite3_exec(store->db, writer_settings, NULL, NULL, NULL) !=
	    SQLITE_OK)
		return store_fail(store);
	return 0;
}

/**
 * store_create - open a store for writing, and make it where there is none
 * @store: set to the store, which has to be closed with store_close(), on
 *	errors too
 * @path: its file; a new one only its owner may read
 * @origin: this machine
 * @limits: what is kept
 *
 * Return: 0 or a negative errno.
 */
int store_create(struct store **store, const char *path,
		 const struct print_origin *origin,
		 const struct store_limits *limits)
{
	int error = new_store(store, path);

	if (error)
		return error;
	(*store)->limits = *limits;
	error = lock_file(*store);
	if (!error)
		error = connect_to(*store, SQLITE_OPEN_READWRITE);
	if (!error)
		error = store_make(*store);
	if (!error)
		error = store_check(*store);
	if (!error)
		error = set_up(*store);
	return error ? error : find_boot(*store, origin);
}

/**
 * store_restart - the module was loaded again, and counts from 1 again
 * @store: a store that was opened for writing, and that nothing was put into yet
 * @origin: this machine
 *
 * Return: 0 or a negative errno.
 */
int store_restart(struct store *store, const struct print_origin *origin)
{
	return add_boot(store, origin);
}

/**
 * store_open - open a store for reading
 * @store: set to the store, which has to be closed with store_close(), on
 *	errors too
 * @path: its file
 *
 * Somebody else may write it meanwhile.
 *
 * Return: 0 or a negative errno; -ENOENT where there is no such file.
 */
int store_open(struct store **store, const char *path)
{
	int error = new_store(store, path);

	if (!error)
		error = look_for(*store);
	if (!error)
		error = connect_to(*store, SQLITE_OPEN_READONLY);
	return error ? error : store_check(*store);
}

/**
 * store_close - close a store
 * @store: the store; may be NULL
 *
 * What was not committed is dropped.
 */
void store_close(struct store *store)
{
	size_t i;

	if (!store)
		return;
	for (i = 0; i < STORE_STATEMENTS; i++)
		sqlite3_finalize(store->statements[i]);
	sqlite3_close(store->db);
	if (store->lock >= 0)
		close(store->lock);
	free(store->path);
	free(store);
}

/**
 * store_message - what is wrong with a store
 * @store: the store, on which something failed; may be NULL
 *
 * Return: a sentence that names the file.
 */
const char *store_message(const struct store *store)
{
	return store && store->message[0] ? store->message : "out of memory";
}
