// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events out of a store.
 *
 * Two statements take turns: one walks along the index that fits best and finds
 * which events may be asked for, in order of time; the other fetches them.
 * Whether they are asked for is up to history_matches(). A third one walks
 * along the gaps, which are put in between.
 */
#include <errno.h>
#include <stdlib.h>

#include "store_sql.h"

/* If that many rules are asked for, looking at each event is as quick. */
#define SOURCES_MAX 64

/**
 * struct reading - one walk through a store
 * @store: the store
 * @query: what is asked for
 * @visitor: who is told
 * @keys: finds events: id, time
 * @fetch: gets one: boot, number, attributes
 * @gaps: finds gaps: time, boot, first, count; NULL where nobody asks
 * @origins: gets a boot: host, id
 * @has_gap: does @gaps stand at a gap?
 * @boot: row of the boot that @origin is of; zero: none yet
 * @origin: where the event comes from
 * @left: events until the limit; UINT64_MAX where there is none
 */
struct reading {
	struct store *store;
	const struct history_query *query;
	const struct history_visitor *visitor;
	sqlite3_stmt *keys;
	sqlite3_stmt *fetch;
	sqlite3_stmt *gaps;
	sqlite3_stmt *origins;
	bool has_gap;
	int64_t boot;
	struct print_origin origin;
	uint64_t left;
};

static const char *direction(const struct reading *reading)
{
	return reading->query->oldest_first ? "" : " DESC";
}

static uint64_t end_of(const struct history_query *query)
{
	return query->until ? query->until : INT64_MAX;
}

static struct bytes column_bytes(sqlite3_stmt *row, int column)
{
	struct bytes bytes = { .data = sqlite3_column_blob(row, column) };

	bytes.length = sqlite3_column_bytes(row, column);
	return bytes;
}

static void column_text(sqlite3_stmt *row, int column, char *text, size_t size)
{
	const unsigned char *value = sqlite3_column_text(row, column);

	snprintf(text, size, "%s", value ? (const char *)value : "");
}

/* Everything of a span of time, with what the index itself can rule out. */
static void put_all(struct reading *reading, FILE *sql)
{
	fprintf(sql,
		"SELECT id, time FROM event WHERE time >= ?1 AND time < ?2"
		" AND level >= %u AND verdict >> %u & 1"
		" ORDER BY time%s, id%s",
		reading->query->level, reading->query->verdict,
		direction(reading), direction(reading));
}

static void put_user(struct reading *reading, FILE *sql)
{
	fprintf(sql,
		"SELECT id, time FROM event WHERE uid = %u"
		" AND time >= ?1 AND time < ?2 ORDER BY time%s, id%s",
		reading->query->user, direction(reading), direction(reading));
}

/**
 * struct places - rows of a table of names
 * @rows: the rows
 * @nr: how many
 */
struct places {
	int64_t rows[SOURCES_MAX];
	unsigned int nr;
};

/* One walk for each name, merged; an event with two of them comes once. */
static void put_named(struct reading *reading, FILE *sql, const char *name,
		      const struct places *places)
{
	unsigned int i;

	for (i = 0; i < places->nr || !i; i++)
		fprintf(sql,
			"%sSELECT event AS id, time FROM event_%s"
			" WHERE %s = %lld AND time >= ?1 AND time < ?2",
			i ? " UNION " : "", name, name,
			places->nr ? (long long)places->rows[i] : 0);
	fprintf(sql, " ORDER BY time%s, id%s", direction(reading),
		direction(reading));
}

static bool is_wanted(const struct history_query *query, sqlite3_stmt *row)
{
	const struct bytes first = column_bytes(row, 1);

	if (query->rule)
		return history_is_rule(first, column_bytes(row, 2),
				       query->rule);
	return history_is_label(first, query->label);
}

/* The rows of the names asked for; -E2BIG where they are too many. */
static int find_places(struct reading *reading, const char *sql,
		       struct places *places)
{
	struct store *store = reading->store;
	sqlite3_stmt *names;
	int step, error;

	places->nr = 0;
	error = store_prepare(store, sql, &names);
	if (error)
		return error;
	while ((step = sqlite3_step(names)) == SQLITE_ROW && !error) {
		if (!is_wanted(reading->query, names))
			continue;
		if (places->nr == SOURCES_MAX)
			error = -E2BIG;
		else
			places->rows[places->nr++] =
				sqlite3_column_int64(names, 0);
	}
	if (!error && step != SQLITE_DONE)
		error = store_fail(store);
	sqlite3_finalize(names);
	return error;
}

static int put_keys(struct reading *reading, FILE *sql)
{
	const struct history_query *query = reading->query;
	struct places places;
	int error = -E2BIG;

	if (query->rule)
		error = find_places(reading, "SELECT rule, id, title FROM rule",
				    &places);
	else if (query->label)
		error = find_places(reading, "SELECT label, name FROM label",
				    &places);
	if (error && error != -E2BIG)
		return error;
	if (!error)
		put_named(reading, sql, query->rule ? "rule" : "label",
			  &places);
	else if (query->has_user)
		put_user(reading, sql);
	else
		put_all(reading, sql);
	return 0;
}

static int bind_span(struct reading *reading, const char *sql,
		     sqlite3_stmt **to)
{
	int error = store_prepare(reading->store, sql, to);

	if (error)
		return error;
	sqlite3_bind_int64(*to, 1, reading->query->since);
	sqlite3_bind_int64(*to, 2, end_of(reading->query));
	return 0;
}

static int prepare_keys(struct reading *reading)
{
	char *text = NULL;
	size_t size;
	FILE *sql = open_memstream(&text, &size);
	int error;

	if (!sql)
		return store_say(reading->store, -ENOMEM, "out of memory");
	error = put_keys(reading, sql);
	if (fclose(sql) && !error)
		error = store_say(reading->store, -ENOMEM, "out of memory");
	if (!error)
		error = bind_span(reading, text, &reading->keys);
	free(text);
	return error;
}

static int prepare_gaps(struct reading *reading)
{
	if (!reading->visitor->gap)
		return 0;
	return bind_span(reading,
			 reading->query->oldest_first ?
				 "SELECT time, boot, first, count FROM gap"
				 " WHERE time >= ?1 AND time < ?2"
				 " ORDER BY time, first" :
				 "SELECT time, boot, first, count FROM gap"
				 " WHERE time >= ?1 AND time < ?2"
				 " ORDER BY time DESC, first DESC",
			 &reading->gaps);
}

static int prepare(struct reading *reading)
{
	int error;

	error = prepare_keys(reading);
	if (!error)
		error = prepare_gaps(reading);
	if (!error)
		error = store_prepare(reading->store,
				      "SELECT boot, number, raw FROM event "
				      "WHERE id = ?1",
				      &reading->fetch);
	if (error)
		return error;
	return store_prepare(reading->store,
			     "SELECT host, id FROM boot WHERE boot = ?1",
			     &reading->origins);
}

static int find_origin(struct reading *reading, int64_t boot)
{
	sqlite3_stmt *row = reading->origins;
	int error = 0;

	if (reading->boot == boot)
		return 0;
	memset(&reading->origin, 0, sizeof(reading->origin));
	sqlite3_bind_int64(row, 1, boot);
	if (sqlite3_step(row) == SQLITE_ROW) {
		column_text(row, 0, reading->origin.host,
			    sizeof(reading->origin.host));
		column_text(row, 1, reading->origin.boot_id,
			    sizeof(reading->origin.boot_id));
	} else {
		error = store_say(reading->store, -EBADMSG,
				  "%s is damaged: events of an unknown boot",
				  reading->store->path);
	}
	sqlite3_reset(row);
	reading->boot = boot;
	return error;
}

static int next_gap(struct reading *reading)
{
	int step;

	if (!reading->gaps)
		return 0;
	step = sqlite3_step(reading->gaps);
	reading->has_gap = step == SQLITE_ROW;
	return step == SQLITE_ROW || step == SQLITE_DONE ?
		       0 :
		       store_fail(reading->store);
}

static int put_gap(struct reading *reading)
{
	const struct event_gap gap = {
		.first = sqlite3_column_int64(reading->gaps, 2),
		.count = sqlite3_column_int64(reading->gaps, 3),
	};
	int error;

	error = find_origin(reading, sqlite3_column_int64(reading->gaps, 1));
	if (!error)
		error = reading->visitor->gap(&gap, &reading->origin,
					      reading->visitor->context);
	return error ? error : next_gap(reading);
}

/* Does the gap come before an event of that time and number? */
static bool gap_is_next(const struct reading *reading, uint64_t time,
			uint64_t number)
{
	uint64_t gap_time, first;
	bool before;

	if (!reading->has_gap)
		return false;
	gap_time = sqlite3_column_int64(reading->gaps, 0);
	first = sqlite3_column_int64(reading->gaps, 2);
	before = gap_time < time || (gap_time == time && first < number);
	return before == reading->query->oldest_first;
}

static int put_gaps(struct reading *reading, uint64_t time, uint64_t number)
{
	int error = 0;

	while (!error && gap_is_next(reading, time, number))
		error = put_gap(reading);
	return error;
}

static int put_event(struct reading *reading, const struct event *event)
{
	int error;

	if (!history_matches(reading->query, event, &reading->origin))
		return 0;
	error = put_gaps(reading, event->time, event->number);
	if (error)
		return error;
	/* A gap may be of another boot. */
	error = find_origin(reading, sqlite3_column_int64(reading->fetch, 0));
	if (error)
		return error;
	reading->left--;
	return reading->visitor->event(event, &reading->origin,
				       reading->visitor->context);
}

static int decode(struct reading *reading)
{
	struct event event;
	int error;

	error = find_origin(reading, sqlite3_column_int64(reading->fetch, 0));
	if (error)
		return error;
	error = event_decode(&event, column_bytes(reading->fetch, 2));
	if (error)
		store_say(reading->store, error, "out of memory");
	else
		error = put_event(reading, &event);
	event_free(&event);
	return error;
}

static int visit(struct reading *reading)
{
	int step, error = 0;

	sqlite3_bind_int64(reading->fetch, 1,
			   sqlite3_column_int64(reading->keys, 0));
	step = sqlite3_step(reading->fetch);
	if (step == SQLITE_ROW)
		error = decode(reading);
	else if (step != SQLITE_DONE)
		error = store_fail(reading->store);
	sqlite3_reset(reading->fetch);
	return error;
}

static int walk(struct reading *reading)
{
	int step = SQLITE_ROW, error = next_gap(reading);

	while (!error && reading->left) {
		step = sqlite3_step(reading->keys);
		if (step != SQLITE_ROW)
			break;
		error = visit(reading);
	}
	if (error)
		return error;
	if (step != SQLITE_ROW && step != SQLITE_DONE)
		return store_fail(reading->store);
	while (!error && step == SQLITE_DONE && reading->has_gap)
		error = put_gap(reading);
	return error;
}

static void finish(struct reading *reading)
{
	sqlite3_finalize(reading->keys);
	sqlite3_finalize(reading->fetch);
	sqlite3_finalize(reading->gaps);
	sqlite3_finalize(reading->origins);
}

/**
 * store_read - show events of a store
 * @store: the store
 * @query: which ones, in which order
 * @visitor: who is shown them; what is written meanwhile is not among them
 *
 * Return: 0, an error of @visitor, or a negative errno.
 */
int store_read(struct store *store, const struct history_query *query,
	       const struct history_visitor *visitor)
{
	struct reading reading = {
		.store = store,
		.query = query,
		.visitor = visitor,
		.left = query->limit ? query->limit : UINT64_MAX,
	};
	int error;

	/* All statements have to see the same moment. */
	if (sqlite3_exec(store->db, "BEGIN", NULL, NULL, NULL) != SQLITE_OK)
		return store_fail(store);
	error = prepare(&reading);
	if (!error)
		error = walk(&reading);
	finish(&reading);
	sqlite3_exec(store->db, "COMMIT", NULL, NULL, NULL);
	return error;
}
