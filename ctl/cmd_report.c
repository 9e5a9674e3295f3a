// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "cmd.h"
#include "file.h"
#include "history.h"
#include "report.h"
#include "store.h"
#include "time_span.h"

static const char help[] =
	"Usage: pydetectctl report [OPTION]...\n\n"
	"Makes one page (HTML) of what happened in a time: how much, when, by\n"
	"which rules, what would have been blocked, and each burst as it\n"
	"happened. It has no script and fetches nothing. Without --store the\n"
	"events come from " STORE_DEFAULT_PATH " or, where there\n"
	"is none, from the module.\n\n"
	"  --since TIME   from then on: so long ago, like 24h, or a date, "
	"like\n"
	"                 2026-11-20 or 2026-11-20T10:00 (default: 7d before\n"
	"                 the end)\n"
	"  --until TIME   until then (default: now)\n"
	"  --store DB     the store that 'monitor --store' writes\n"
	"  --output FILE  write the page there, for nobody else to read,\n"
	"                 instead of to standard output\n"
	"  -h, --help     show this\n";

static const struct option options[] = {
	{ "since", required_argument, NULL, 's' },
	{ "until", required_argument, NULL, 'u' },
	{ "store", required_argument, NULL, 'd' },
	{ "output", required_argument, NULL, 'o' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

#define DEFAULT_SPAN (7 * 86400 * NS_PER_SECOND)

/**
 * struct request - what the command line asks for
 * @query: which events
 * @store: path of the store, or NULL
 * @output: where the page goes, NULL: standard output
 */
struct request {
	struct history_query query;
	const char *store;
	const char *output;
};

static int write_file(const char *path, const char *text, size_t size)
{
	struct terminal terminal;
	struct diag diag;
	int error;

	diag_init(&diag);
	terminal_init(&terminal, stderr);
	error = file_write_private(path, text, size, &diag);
	diag_print(&diag, stderr, terminal.colour);
	diag_free(&diag);
	return error ? CMD_FAILED : CMD_DONE;
}

/* The page, to be released with free(); NULL where there is no memory. */
static char *make_page(const struct report *report, size_t *size)
{
	char *text = NULL;
	FILE *stream = open_memstream(&text, size);

	if (!stream)
		return NULL;
	report_html(report, stream);
	if (!fclose(stream))
		return text;
	free(text);
	return NULL;
}

/* It is small, and nobody shall see half of it. */
static int write_page(const struct report *report, const char *output)
{
	int result = CMD_DONE;
	size_t size;
	char *text = make_page(report, &size);

	if (!text) {
		cmd_error("%s", strerror(ENOMEM));
		return CMD_FAILED;
	}
	if (output)
		result = write_file(output, text, size);
	else
		fwrite(text, size, 1, stdout);
	free(text);
	return result;
}

static int read_events(struct report *report, const struct request *request)
{
	const struct history_visitor visitor = {
		.event = report_event,
		.gap = report_gap,
		.context = report,
	};
	const char *store = request->store;
	struct history *history;
	int result = cmd_history_open(&history, &store);
	int error;

	if (result)
		return result;
	error = history_read(history, &request->query, &visitor);
	if (error)
		result = cmd_history_failed(history, store, error);
	history_close(history);
	return result;
}

static int make_report(const struct request *request)
{
	struct report *report = malloc(sizeof(*report));
	int result = CMD_FAILED;

	if (!report) {
		cmd_error("%s", strerror(errno));
		return CMD_FAILED;
	}
	if (report_init(report, request->query.since, request->query.until))
		cmd_error("%s", strerror(ENOMEM));
	else
		result = read_events(report, request);
	if (!result)
		result = write_page(report, request->output);
	report_free(report);
	free(report);
	return result;
}

/* A negative value: go on. */
static int take_time(uint64_t now, uint64_t *time)
{
	if (time_span_read(optarg, now, time))
		return -1;
	return cmd_usage("report: '%s' is not a time like 24h, 2026-11-20 or "
			 "2026-11-20T10:00",
			 optarg);
}

static int take_option(struct request *request, int option, uint64_t now)
{
	switch (option) {
	case 's':
		return take_time(now, &request->query.since);
	case 'u':
		return take_time(now, &request->query.until);
	case 'd':
		request->store = optarg;
		return -1;
	case 'o':
		request->output = optarg;
		return -1;
	case 'h':
		return cmd_help(help);
	default:
		return cmd_bad_option();
	}
}

/**
 * cmd_report - make a page of what happened
 * @argc: number of arguments
 * @argv: arguments, see @help
 *
 * Return: enum cmd_result.
 */
int cmd_report(int argc, char **argv)
{
	const uint64_t now = clock_read(CLOCK_REALTIME);
	struct request request = {
		.query = { .until = now, .oldest_first = true },
	};
	int option, result = -1;

	while (result < 0 &&
	       (option = getopt_long(argc, argv, "h", options, NULL)) != -1)
		result = take_option(&request, option, now);
	if (result >= 0)
		return result;
	if (optind < argc)
		return cmd_usage("report: what is '%s'?", argv[optind]);
	if (!request.query.since)
		request.query.since = request.query.until - DEFAULT_SPAN;
	if (request.query.since >= request.query.until)
		return cmd_usage("report: --since has to be before --until");
	return make_report(&request);
}
