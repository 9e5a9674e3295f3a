// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "cmd.h"
#include "events_column.h"
#include "events_fold.h"
#include "history.h"
#include "store.h"
#include "time_span.h"
#include "../module/core/env.h"

static const char help[] =
	"Usage: pydetectctl events [OPTION]...\n\n"
	"Lists events of the past, the newest first, from a store that 'monitor --store'\n"
	"writes; where there is none, those that the module still holds. Says which on\n"
	"standard error. Events that were lost are named.\n\n"
	"  --since TIME      from then on: so long ago, like 30m, 24h or 7d, or a date,\n"
	"                    like 2026-11-20 or 2026-11-20T10:00 (local time, or with Z)\n"
	"  --until TIME      until then\n"
	"  --rule RULE       id of a rule, or part of its title\n"
	"  --level LEVEL     that level or a higher one: informational, low, medium,\n"
	"                    high, critical\n"
	"  --label LABEL     with a label that a rule gave, like ReverseShell\n"
	"  --user USER       of that user, by name or number\n"
	"  --parent PARENT   id or entity id of the parent, or part of its path\n"
	"  --verdict VERDICT deny: denied. would-deny: the same, and what mode block\n"
	"                    would have denied. report: let go. error: not judged\n"
	"  --limit N         at most N events, 0: all; 100 where it is a table\n"
	"  --oldest-first    the other way round\n"
	"  --no-fold         a row for each alert, also where those of one parent say the\n"
	"                    same within a second; files have a row for each anyway\n"
	"  --store DB        the store; " STORE_DEFAULT_PATH "\n"
	"                    if there is one\n"
	"  --columns LIST    the columns, with commas between; 'sentinel' and 'elastic'\n"
	"                    are sets, 'help' lists all\n"
	"  --csv             comma-separated (RFC 4180). What a spreadsheet would take\n"
	"                    for a formula gets an apostrophe in front\n"
	"  --json            the lines of JSON that 'monitor --json' prints\n"
	"  -h, --help        show this\n";

enum {
	OPTION_SINCE = 256,
	OPTION_UNTIL,
	OPTION_RULE,
	OPTION_LEVEL,
	OPTION_LABEL,
	OPTION_USER,
	OPTION_PARENT,
	OPTION_VERDICT,
	OPTION_LIMIT,
	OPTION_OLDEST_FIRST,
	OPTION_NO_FOLD,
	OPTION_STORE,
	OPTION_COLUMNS,
	OPTION_CSV,
	OPTION_JSON,
};

static const struct option options[] = {
	{ "since", required_argument, NULL, OPTION_SINCE },
	{ "until", required_argument, NULL, OPTION_UNTIL },
	{ "rule", required_argument, NULL, OPTION_RULE },
	{ "level", required_argument, NULL, OPTION_LEVEL },
	{ "label", required_argument, NULL, OPTION_LABEL },
	{ "user", required_argument, NULL, OPTION_USER },
	{ "parent", required_argument, NULL, OPTION_PARENT },
	{ "verdict", required_argument, NULL, OPTION_VERDICT },
	{ "limit", required_argument, NULL, OPTION_LIMIT },
	{ "oldest-first", no_argument, NULL, OPTION_OLDEST_FIRST },
	{ "no-fold", no_argument, NULL, OPTION_NO_FOLD },
	{ "store", required_argument, NULL, OPTION_STORE },
	{ "columns", required_argument, NULL, OPTION_COLUMNS },
	{ "csv", no_argument, NULL, OPTION_CSV },
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

/* Rows of a table, when nobody says how many. */
#define TABLE_ROWS 100u

/**
 * struct listing - what is listed, and how
 * @query: which events
 * @store: where from; NULL: not said
 * @column_list: the columns as the user named them, or NULL
 * @columns: the columns
 * @terminal: where a table goes
 * @no_fold: rows for what repeats itself, too?
 * @fold: makes one row of them; NULL: nobody does
 * @csv: comma-separated?
 * @json: documents?
 * @limited: did the user say how many?
 * @nr: events that were listed
 * @more: there are more than that
 * @lost: events that are missing
 */
struct listing {
	struct history_query query;
	const char *store;
	const char *column_list;
	struct events_columns columns;
	struct terminal terminal;
	bool no_fold;
	struct events_fold *fold;
	bool csv;
	bool json;
	bool limited;
	uint64_t nr;
	bool more;
	uint64_t lost;
};

static int check_output(void)
{
	return ferror(stdout) ? -EPIPE : 0;
}

static int put_row(const struct event *event, const struct print_origin *origin,
		   uint64_t repeats, void *context)
{
	struct listing *listing = context;
	struct events_row row = { .event = event, .origin = origin };

	if (listing->csv)
		events_csv_row(stdout, &listing->columns, &row);
	else
		events_table_row(&listing->terminal, &listing->columns, &row);
	if (repeats)
		terminal_print(&listing->terminal, STYLE_DIM,
			       "    and %llu more that say the same, within a second\n",
			       (unsigned long long)repeats);
	events_row_free(&row);
	return check_output();
}

static int put_document(const struct event *event,
			const struct print_origin *origin)
{
	print_json(print_ecs(event, origin), stdout);
	return check_output();
}

static int on_event(const struct event *event,
		    const struct print_origin *origin, void *context)
{
	struct listing *listing = context;

	/* One more was asked for than is shown, to know if there is more. */
	if (!listing->limited && listing->nr == TABLE_ROWS) {
		listing->more = true;
		return 0;
	}
	listing->nr++;
	if (listing->json)
		return put_document(event, origin);
	if (listing->fold)
		return events_fold_event(listing->fold, event, origin);
	return put_row(event, origin, 0, listing);
}

static int on_gap(const struct event_gap *gap,
		  const struct print_origin *origin, void *context)
{
	struct listing *listing = context;
	int error;

	listing->lost += gap->count;
	/* What came before it is listed before it. */
	error = listing->fold ? events_fold_flush(listing->fold) : 0;
	if (error)
		return error;
	if (listing->json)
		print_json(print_ecs_gap(gap, origin), stdout);
	else if (!listing->csv)
		print_gap(&listing->terminal, gap);
	return check_output();
}

static void put_head(struct listing *listing)
{
	if (listing->csv)
		events_csv_head(stdout, &listing->columns);
	else if (!listing->json)
		events_table_head(&listing->terminal, &listing->columns);
}

static void say_rest(const struct listing *listing)
{
	fflush(stdout);
	if (listing->more)
		fprintf(stderr, "only %u are shown; --limit 0 shows all\n",
			TABLE_ROWS);
	/* A comma-separated file has no place for it. */
	if (listing->csv && listing->lost)
		fprintf(stderr, "%llu events were lost\n",
			(unsigned long long)listing->lost);
}

static int list(struct listing *listing, struct history *history)
{
	const struct history_visitor visitor = {
		.event = on_event,
		.gap = on_gap,
		.context = listing,
	};
	int error;

	put_head(listing);
	error = history_read(history, &listing->query, &visitor);
	if (!error && listing->fold)
		error = events_fold_flush(listing->fold);
	say_rest(listing);
	if (error == -EPIPE)
		return CMD_FAILED;
	if (error)
		return cmd_history_failed(history, listing->store, error);
	return CMD_DONE;
}

/* People need not read the same again and again; programs get every event. */
static int start_folding(struct listing *listing)
{
	if (listing->csv || listing->json || listing->no_fold)
		return CMD_DONE;
	listing->fold = events_fold_new(listing->query.oldest_first, put_row,
					listing);
	if (listing->fold)
		return CMD_DONE;
	cmd_error("out of memory");
	return CMD_FAILED;
}

static int run(struct listing *listing)
{
	struct history *history;
	int result;

	terminal_init(&listing->terminal, stdout);
	result = start_folding(listing);
	if (result != CMD_DONE)
		return result;
	result = cmd_history_open(&history, &listing->store);
	if (result != CMD_DONE) {
		events_fold_free(listing->fold);
		return result;
	}
	result = list(listing, history);
	history_close(history);
	events_fold_free(listing->fold);
	return result;
}

static int read_time(const char *text, uint64_t *time)
{
	if (time_span_read(text, clock_read(CLOCK_REALTIME), time))
		return CMD_DONE;
	return cmd_usage("events: '%s' is not a time like 24h, 2026-11-20 or 2026-11-20T10:00",
			 text);
}

static int read_level(const char *name, uint32_t *level)
{
	for (*level = 0; *level < PYDETECT_LEVEL_COUNT; ++*level)
		if (!strcmp(name, rule_level_name(*level)))
			return CMD_DONE;
	return cmd_usage("events: '%s' is not informational, low, medium, high or critical",
			 name);
}

static int read_user(const char *name, struct history_query *query)
{
	const struct passwd *entry = getpwnam(name);
	unsigned long long number;

	query->has_user = true;
	if (entry)
		query->user = entry->pw_uid;
	else if (cmd_whole(name, &number) && number < UINT32_MAX)
		query->user = number;
	else
		return cmd_usage("events: there is no user '%s'; a number would do",
				 name);
	return CMD_DONE;
}

static int read_verdict(const char *name, enum history_verdict *verdict)
{
	static const char *const names[] = {
		[HISTORY_DENIED] = "deny",
		[HISTORY_WOULD_DENY] = "would-deny",
		[HISTORY_REPORTED] = "report",
		[HISTORY_ERROR] = "error",
	};
	size_t i;

	for (i = HISTORY_DENIED; i < ARRAY_SIZE(names); i++)
		if (!strcmp(name, names[i])) {
			*verdict = i;
			return CMD_DONE;
		}
	return cmd_usage("events: '%s' is not deny, would-deny, report or error",
			 name);
}

static int read_limit(const char *text, struct listing *listing)
{
	unsigned long long number;

	if (!cmd_whole(text, &number))
		return cmd_usage("events: '%s' is not a number", text);
	listing->query.limit = number;
	listing->limited = true;
	return CMD_DONE;
}

static int read_filter(struct history_query *query, int option)
{
	switch (option) {
	case OPTION_SINCE:
		return read_time(optarg, &query->since);
	case OPTION_UNTIL:
		return read_time(optarg, &query->until);
	case OPTION_RULE:
		query->rule = optarg;
		return CMD_DONE;
	case OPTION_LEVEL:
		return read_level(optarg, &query->level);
	case OPTION_LABEL:
		query->label = optarg;
		return CMD_DONE;
	case OPTION_USER:
		return read_user(optarg, query);
	case OPTION_PARENT:
		query->parent = optarg;
		return CMD_DONE;
	case OPTION_VERDICT:
		return read_verdict(optarg, &query->verdict);
	default:
		return cmd_bad_option();
	}
}

static int read_option(struct listing *listing, int option)
{
	switch (option) {
	case OPTION_LIMIT:
		return read_limit(optarg, listing);
	case OPTION_OLDEST_FIRST:
		listing->query.oldest_first = true;
		return CMD_DONE;
	case OPTION_NO_FOLD:
		listing->no_fold = true;
		return CMD_DONE;
	case OPTION_STORE:
		listing->store = optarg;
		return CMD_DONE;
	case OPTION_COLUMNS:
		listing->column_list = optarg;
		return CMD_DONE;
	case OPTION_CSV:
		listing->csv = true;
		return CMD_DONE;
	case OPTION_JSON:
		listing->json = true;
		return CMD_DONE;
	default:
		return read_filter(&listing->query, option);
	}
}

static int read_columns(struct listing *listing)
{
	const char *list = listing->column_list;
	const char *bad;

	if (!list)
		list = listing->csv ? EVENTS_COLUMNS_CSV : EVENTS_COLUMNS_TABLE;
	bad = events_columns_read(&listing->columns, list);
	if (!bad)
		return CMD_DONE;
	return cmd_usage("events: '%.*s' is not a column, or one too many; --columns help lists them",
			 (int)strcspn(bad, ","), bad);
}

static int check_options(struct listing *listing)
{
	const struct history_query *query = &listing->query;

	if (listing->json && (listing->csv || listing->column_list))
		return cmd_usage("events: --json has every field; leave --csv and --columns out");
	if (query->until && query->until <= query->since)
		return cmd_usage("events: --until has to be later than --since");
	/* A table is for people; a program gets what it asks for. */
	if (listing->json || listing->csv)
		listing->limited = true;
	if (!listing->limited)
		listing->query.limit = TABLE_ROWS + 1;
	return read_columns(listing);
}

/**
 * cmd_events - pydetectctl events
 * @argc: number of arguments
 * @argv: arguments
 *
 * Return: enum cmd_result.
 */
int cmd_events(int argc, char **argv)
{
	struct listing listing = { 0 };
	int option, result = CMD_DONE;

	while (result == CMD_DONE &&
	       (option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (option == 'h')
			return cmd_help(help);
		result = read_option(&listing, option);
	}
	if (result != CMD_DONE)
		return result;
	if (optind < argc)
		return cmd_usage("events: unexpected argument '%s'",
				 argv[optind]);
	if (listing.column_list && !strcmp(listing.column_list, "help")) {
		events_columns_list(stdout);
		return CMD_DONE;
	}
	result = check_options(&listing);
	return result == CMD_DONE ? run(&listing) : result;
}
