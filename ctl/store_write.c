// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events into a store: any number in one transaction, which is what makes them
 * safe.
 */
#include "clock.h"
#include "store_sql.h"
#include "../module/uapi/pydetect.h"

static int begin(struct store *store)
{
	int error;

	if (store->writing)
		return 0;
	error = store_do(store, STORE_BEGIN);
	store->writing = !error;
	return error;
}

static uint32_t highest_level(const struct event *event)
{
	uint32_t highest = 0;
	size_t i;

	for (i = 0; i < event->nr_rules; i++)
		if (event->rules[i].level > highest)
			highest = event->rules[i].level;
	return highest;
}

static void bind_parent(sqlite3_stmt *statement,
			const struct event_process *parent)
{
	sqlite3_clear_bindings(statement);
	if (event_process_has(parent, PYDETECT_PROCESS_PID))
		sqlite3_bind_int64(statement, 7, parent->pid);
	if (event_process_has(parent, PYDETECT_PROCESS_START))
		sqlite3_bind_int64(statement, 8, parent->start);
	store_bind_blob(statement, 9, parent->image);
}

static int add_image(struct store *store, struct bytes path)
{
	sqlite3_stmt *statement;
	int error;

	if (!path.length)
		return 0;
	error = store_statement(store, STORE_ADD_IMAGE, &statement);
	if (error)
		return error;
	store_bind_blob(statement, 1, path);
	return store_run(store, statement);
}

static int add_event(struct store *store, const struct event *event)
{
	sqlite3_stmt *statement;
	int error;

	error = store_statement(store, STORE_ADD_EVENT, &statement);
	if (error)
		return error;
	bind_parent(statement, &event->parent);
	sqlite3_bind_int64(statement, 1, store->boot);
	sqlite3_bind_int64(statement, 2, event->number);
	sqlite3_bind_int64(statement, 3, store->last_time);
	sqlite3_bind_int64(statement, 4, history_verdicts(event));
	sqlite3_bind_int64(statement, 5, highest_level(event));
	if (event_process_has(&event->process, PYDETECT_PROCESS_UID))
		sqlite3_bind_int64(statement, 6, event->process.uid);
	sqlite3_bind_blob(statement, 10, event->raw.data, event->raw.length,
			  SQLITE_STATIC);
	return store_run(store, statement);
}

static int add_rule(struct store *store, const struct event_rule *rule)
{
	sqlite3_stmt *statement;
	int error;

	error = store_statement(store, STORE_ADD_RULE, &statement);
	if (error)
		return error;
	store_bind_text(statement, 1, rule->id);
	store_bind_text(statement, 2, rule->title);
	return store_run(store, statement);
}

static int link_rule(struct store *store, const struct event_rule *rule,
		     int64_t row)
{
	sqlite3_stmt *statement;
	int error;

	error = store_statement(store, STORE_ADD_EVENT_RULE, &statement);
	if (error)
		return error;
	store_bind_text(statement, 1, rule->id);
	store_bind_text(statement, 2, rule->title);
	sqlite3_bind_int64(statement, 3, store->last_time);
	sqlite3_bind_int64(statement, 4, row);
	return store_run(store, statement);
}

static int add_label(struct store *store, struct bytes label)
{
	sqlite3_stmt *statement;
	int error;

	error = store_statement(store, STORE_ADD_LABEL, &statement);
	if (error)
		return error;
	store_bind_text(statement, 1, label);
	return store_run(store, statement);
}

static int link_label(struct store *store, struct bytes label, int64_t row)
{
	sqlite3_stmt *statement;
	int error;

	error = store_statement(store, STORE_ADD_EVENT_LABEL, &statement);
	if (error)
		return error;
	store_bind_text(statement, 1, label);
	sqlite3_bind_int64(statement, 2, store->last_time);
	sqlite3_bind_int64(statement, 3, row);
	return store_run(store, statement);
}

static int add_labels(struct store *store, const struct event_rule *rule,
		      int64_t row)
{
	int error = 0;
	size_t i;

	for (i = 0; !error && i < rule->nr_labels; i++) {
		error = add_label(store, rule->labels[i]);
		if (!error)
			error = link_label(store, rule->labels[i], row);
	}
	return error;
}

static int add_rules(struct store *store, const struct event *event,
		     int64_t row)
{
	int error = 0;
	size_t i;

	for (i = 0; !error && i < event->nr_rules; i++) {
		const struct event_rule *rule = &event->rules[i];

		error = add_rule(store, rule);
		if (!error)
			error = link_rule(store, rule, row);
		if (!error)
			error = add_labels(store, rule, row);
	}
	return error;
}

static int put_gap(struct store *store, uint64_t time)
{
	sqlite3_stmt *statement;
	int error;

	if (!store->gap.count)
		return 0;
	error = store_statement(store, STORE_ADD_GAP, &statement);
	if (error)
		return error;
	sqlite3_bind_int64(statement, 1, store->boot);
	sqlite3_bind_int64(statement, 2, store->gap.first);
	sqlite3_bind_int64(statement, 3, store->gap.count);
	sqlite3_bind_int64(statement, 4, time);
	sqlite3_bind_int64(statement, 5, store->gap.unstored);
	sqlite3_bind_int64(statement, 6, store->gap.overwritten);
	sqlite3_bind_int64(statement, 7, store->gap.late);
	store->gap.count = 0;
	return store_run(store, statement);
}

static void move_on(struct store *store, uint64_t next)
{
	if (next > store->next)
		store->next = next;
}

/*
 * The time that an event is filed under. On several processors the module may
 * number events in another order than it read the clock for them; the order of
 * the numbers holds. Where the clock was set back, that of the clock. No two
 * have the same one, so that a slice of events can be told by time alone.
 */
static uint64_t file_under(const struct store *store, uint64_t time)
{
	const uint64_t last = store->last_time;

	return time <= last && last - time < STORE_SLACK ? last + 1 : time;
}

/**
 * store_add - put an event into a store
 * @store: the store
 * @event: the event; one that is there already is passed over
 *
 * It is only safe after store_commit().
 *
 * Return: 0 or a negative errno.
 */
int store_add(struct store *store, const struct event *event)
{
	int error = begin(store);

	store->last_time = file_under(store, event->time);
	if (!error)
		error = put_gap(store, store->last_time);
	if (!error)
		error = add_image(store, event->parent.image);
	if (!error)
		error = add_event(store, event);
	if (!error && sqlite3_changes(store->db))
		error = add_rules(store, event,
				  sqlite3_last_insert_rowid(store->db));
	move_on(store, event->number + 1);
	return error;
}

/* Without an event on either side, all that is known is when it was told. */
static uint64_t time_of_gap(const struct store *store)
{
	return store->last_time ? store->last_time : clock_read(CLOCK_REALTIME);
}

/**
 * store_add_gap - note in a store that events will not come
 * @store: the store
 * @gap: which ones
 *
 * It gets the time of the event that comes next, if that comes in the same
 * transaction, so that whoever reads finds it before that one.
 *
 * Return: 0 or a negative errno.
 */
int store_add_gap(struct store *store, const struct event_gap *gap)
{
	const uint64_t end = gap->first + gap->count;
	int error = begin(store);

	if (error)
		return error;
	if (store->gap.count &&
	    store->gap.first + store->gap.count == gap->first) {
		store->gap.count += gap->count;
		store->gap.unstored += gap->unstored;
		store->gap.overwritten += gap->overwritten;
		store->gap.late += gap->late;
	} else {
		error = put_gap(store, time_of_gap(store));
		store->gap = *gap;
	}
	move_on(store, end);
	return error;
}

static int set_next(struct store *store)
{
	sqlite3_stmt *statement;
	int error;

	error = store_statement(store, STORE_SET_NEXT, &statement);
	if (error)
		return error;
	sqlite3_bind_int64(statement, 1, store->boot);
	sqlite3_bind_int64(statement, 2, store->next);
	return store_run(store, statement);
}

static int finish(struct store *store)
{
	int error;

	if (!store->writing)
		return 0;
	error = put_gap(store, time_of_gap(store));
	return error ? error : set_next(store);
}

/**
 * store_commit - make safe what was handed over
 * @store: the store
 *
 * Also drops a bounded number of events that are over the limits.
 *
 * Return: 0 or a negative errno.
 */
int store_commit(struct store *store)
{
	const bool limited = store->limits.age || store->limits.size;
	int error = finish(store);

	if (!error && limited)
		error = begin(store);
	if (!error && limited)
		error = store_keep(store);
	if (error || !store->writing)
		return error;
	error = store_do(store, STORE_COMMIT);
	store->writing = !!error;
	return error;
}

/**
 * store_next - where to go on
 * @store: a store that was opened for writing
 *
 * Return: number of the event that comes after all that were handed over in
 * this boot; zero: none was.
 */
uint64_t store_next(const struct store *store)
{
	return store->next;
}
