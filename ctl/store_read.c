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
#include "../module/uapi/policy.h"

/* If that many names are asked for, looking at each event is as quick. */
#define WALKS_MAX 64

/**
 * struct reading - one walk through a store
 * @store: the store
 * @query: what is asked for
 * @visitor: who is told
 * @keys: finds events: id, time
 * @fetch: gets one: boot, number, attributes
 * @gaps: finds gaps, see GAPS; NULL where nobody asks
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

/* What events are filed under; history_matches() looks at their own times. */
static uint64_t end_of(const struct history_query *query)
{
	return query->until && query->until < INT64_MAX - STORE_SLACK ?
		       query->until + STORE_SLACK :
		       INT64_MAX;
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

static void put_all(FILE *sql)
{
	fputs("SELECT id, time FROM event WHERE time >= ?1 AND time < ?2", sql);
}

static void put_kind(FILE *sql, uint32_t level, uint32_t verdicts)
{
	fprintf(sql,
		"%sSELECT id, time FROM event WHERE level = %u"
		" AND verdict = %u AND time >= ?1 AND time < ?2",
		ftell(sql) ? " UNION " : "", level, verdicts);
}

/* Walks are told apart by what stands in one column. */
static void put_walk(FILE *sql, const char *table, const char *id,
		     const char *column, int64_t value)
{
	fprintf(sql,
		"%sSELECT %s AS id, time FROM %s WHERE %s = %lld"
		" AND time >= ?1 AND time < ?2",
		ftell(sql) ? " UNION " : "", id, table, column,
		(long long)value);
}

/**
 * struct names - a table of names that events are found by
 * @sql: all names: their rows, and what is_wanted() looks at
 * @table: where events stand with these rows
 * @id: the column with the event
 * @column: the column with the row
 * @is_wanted: is this name asked for?
 */
struct names {
	const char *sql;
	const char *table;
	const char *id;
	const char *column;
	bool (*is_wanted)(const struct history_query *query,
			  sqlite3_stmt *name);
};

static bool is_rule(const struct history_query *query, sqlite3_stmt *name)
{
	return history_is_rule(column_bytes(name, 1), column_bytes(name, 2),
			       query->rule);
}

static bool is_label(const struct history_query *query, sqlite3_stmt *name)
{
	return history_is_label(column_bytes(name, 1), query->label);
}

static bool is_parent(const struct history_query *query, sqlite3_stmt *name)
{
	return history_is_parent(column_bytes(name, 1), query->parent);
}

static const struct names rule_names = {
	.sql = "SELECT rule, id, title FROM rule",
	.table = "event_rule",
	.id = "event",
	.column = "rule",
	.is_wanted = is_rule,
};

static const struct names label_names = {
	.sql = "SELECT label, name FROM label",
	.table = "event_label",
	.id = "event",
	.column = "label",
	.is_wanted = is_label,
};

static const struct names parent_names = {
	.sql = "SELECT image, path FROM image",
	.table = "event",
	.id = "id",
	.column = "parent_image",
	.is_wanted = is_parent,
};

/* -E2BIG where too many are asked for. */
static int put_names(struct reading *reading, FILE *sql,
		     const struct names *names)
{
	sqlite3_stmt *name;
	int step, error;
	unsigned int nr = 0;

	error = store_prepare(reading->store, names->sql, &name);
	while (!error && (step = sqlite3_step(name)) == SQLITE_ROW) {
		if (!names->is_wanted(reading->query, name))
			continue;
		if (nr++ == WALKS_MAX)
			error = -E2BIG;
		else
			put_walk(sql, names->table, names->id, names->column,
				 sqlite3_column_int64(name, 0));
	}
	if (!error && step != SQLITE_DONE)
		error = store_fail(reading->store);
	sqlite3_finalize(name);
	/* Where there is no such name, no event has number 0. */
	if (!error && !nr)
		put_walk(sql, names->table, names->id, names->column, 0);
	return error;
}

/* A number is the parent's id, or the last but one part of its entity id. */
static void put_parent_pid(struct reading *reading, FILE *sql)
{
	const char *wanted = reading->query->parent;
	const char *digits = strrchr(wanted, '-');
	char *end;
	long long pid;

	while (digits && digits > wanted && digits[-1] != '-')
		digits--;
	pid = strtoll(digits ? digits : wanted, &end, 10);
	if (pid && (!*end || *end == '-'))
		put_walk(sql, "event", "id", "parent_pid", pid);
}

static int put_parent(struct reading *reading, FILE *sql)
{
	put_parent_pid(reading, sql);
	return put_names(reading, sql, &parent_names);
}

/* All that a verdict can be together with, at all levels that suffice. */
static void put_kinds(struct reading *reading, FILE *sql)
{
	const struct history_query *query = reading->query;
	uint32_t level, verdicts;

	for (level = query->level; level < PYDETECT_LEVEL_COUNT; level++)
		for (verdicts = 0; verdicts < 1u << (HISTORY_ERROR + 1);
		     verdicts++)
			if (verdicts & 1u << HISTORY_ANY &&
			    verdicts >> query->verdict & 1)
				put_kind(sql, level, verdicts);
}

/* The walk that looks at fewest events. */
static int put_source(struct reading *reading, FILE *sql)
{
	const struct history_query *query = reading->query;

	if (query->rule)
		return put_names(reading, sql, &rule_names);
	if (query->label)
		return put_names(reading, sql, &label_names);
	if (query->parent)
		return put_parent(reading, sql);
	if (query->has_user)
		put_walk(sql, "event", "id", "uid", query->user);
	else if (query->level || query->verdict != HISTORY_ANY)
		put_kinds(reading, sql);
	else
		put_all(sql);
	return 0;
}

static int put_keys(struct reading *reading, FILE *sql)
{
	int error = put_source(reading, sql);

	if (error == -E2BIG) {
		rewind(sql);
		put_all(sql);
		error = 0;
	}
	fprintf(sql, " ORDER BY time%s, id%s", direction(reading),
		direction(reading));
	/* What stood there before may have been longer. */
	fputc('\0', sql);
	return error;
}

static int bind_span(struct reading *reading, const char *sql, uint64_t end,
		     sqlite3_stmt **to)
{
	int error = store_prepare(reading->store, sql, to);

	if (error)
		return error;
	sqlite3_bind_int64(*to, 1, reading->query->since);
	sqlite3_bind_int64(*to, 2, end);
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
		error = bind_span(reading, text, end_of(reading->query),
				  &reading->keys);
	free(text);
	return error;
}

#define GAPS                                                            \
	"SELECT time, boot, first, count, unstored, overwritten, late" \
	" FROM gap WHERE time >= ?1 AND time < ?2"

static int prepare_gaps(struct reading *reading)
{
	const uint64_t until = reading->query->until;

	if (!reading->visitor->gap)
		return 0;
	return bind_span(reading,
			 reading->query->oldest_first ?
				 GAPS " ORDER BY time, first" :
				 GAPS " ORDER BY time DESC, first DESC",
			 until ? until : INT64_MAX, &reading->gaps);
}

static const char fetch[] = "SELECT boot, number, raw FROM event WHERE id = ?1"
			    " AND level >= ?2 AND verdict >> ?3 & 1"
			    " AND (?4 OR uid = ?5)";

/* What can be ruled out without the event itself. */
static void bind_filters(struct reading *reading)
{
	const struct history_query *query = reading->query;

	sqlite3_bind_int64(reading->fetch, 2, query->level);
	sqlite3_bind_int64(reading->fetch, 3, query->verdict);
	sqlite3_bind_int64(reading->fetch, 4, !query->has_user);
	sqlite3_bind_int64(reading->fetch, 5, query->user);
}

static int prepare(struct reading *reading)
{
	int error;

	error = prepare_keys(reading);
	if (!error)
		error = prepare_gaps(reading);
	if (!error)
		error = store_prepare(reading->store, fetch, &reading->fetch);
	if (error)
		return error;
	bind_filters(reading);
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
		.unstored = sqlite3_column_int64(reading->gaps, 4),
		.overwritten = sqlite3_column_int64(reading->gaps, 5),
		.late = sqlite3_column_int64(reading->gaps, 6),
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
	error = put_gaps(reading, sqlite3_column_int64(reading->keys, 1),
			 event->number);
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
