// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>

#include "clock.h"
#include "cmd.h"
#include "monitor.h"
#include "sink.h"
#include "store.h"

static const char help[] =
	"Usage: pydetectctl monitor [OPTION]...\n\n"
	"Prints events as they happen, until interrupted. Says 'listening' on standard\n"
	"error once no event can be missed any more. Events that were lost are named.\n\n"
	"  --from N          begin with event number N, as far as the module holds it\n"
	"  --count N         stop after N events\n"
	"  --text            a line an event, for people; this is what happens if\n"
	"                    nothing else is asked for\n"
	"  -v, --verbose     the same with all that is known of an event\n"
	"  --no-fold         show alerts of one parent that say the same within a second\n"
	"                    one by one, instead of the first and their number\n"
	"  --json            a line of JSON an event, in the Elastic Common Schema\n"
	"  --journal         entries of the journal, with the same JSON in them. Prints\n"
	"                    nothing without --text or --json\n"
	"  --store DB        put events into this file, which 'events' and 'report'\n"
	"                    read; begins where the file ends, in a new one with the\n"
	"                    first event that the module holds. Prints nothing\n"
	"                    without --text or --json\n"
	"  --keep TIME       drop events from the store that are older, like 30d\n"
	"  --keep-size SIZE  drop the oldest when the store is larger, like 500M or 1G\n"
	"  --state FILE      begin where the monitor stopped that last had this FILE;\n"
	"                    if none had, with the first event that the module holds\n"
	"  -h, --help        show this\n";

enum {
	OPTION_FROM = 256,
	OPTION_COUNT,
	OPTION_TEXT,
	OPTION_JSON,
	OPTION_JOURNAL,
	OPTION_STORE,
	OPTION_KEEP,
	OPTION_KEEP_SIZE,
	OPTION_STATE,
	OPTION_NO_FOLD,
};

static const struct option options[] = {
	{ "from", required_argument, NULL, OPTION_FROM },
	{ "count", required_argument, NULL, OPTION_COUNT },
	{ "text", no_argument, NULL, OPTION_TEXT },
	{ "verbose", no_argument, NULL, 'v' },
	{ "no-fold", no_argument, NULL, OPTION_NO_FOLD },
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "journal", no_argument, NULL, OPTION_JOURNAL },
	{ "store", required_argument, NULL, OPTION_STORE },
	{ "keep", required_argument, NULL, OPTION_KEEP },
	{ "keep-size", required_argument, NULL, OPTION_KEEP_SIZE },
	{ "state", required_argument, NULL, OPTION_STATE },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

/* Longest --keep; what is longer would not be a time for SQLite. */
#define KEEP_SECONDS_MAX (100ull * 366 * 86400)

/**
 * struct request - what the user asked for, and what came of it
 * @from: number of the first event; zero: not said
 * @text: lines for people?
 * @verbose: all that is known?
 * @no_fold: whatever repeats itself, too?
 * @json: documents?
 * @journal: entries of the journal?
 * @store_path: file for a store, or NULL
 * @state_path: file that says how far we are, or NULL
 * @limits: of the store
 * @origin: this machine
 * @store: the store
 * @monitor: the sinks
 */
struct request {
	unsigned long long from;
	bool text;
	bool verbose;
	bool no_fold;
	bool json;
	bool journal;
	const char *store_path;
	const char *state_path;
	struct store_limits limits;
	struct print_origin origin;
	struct store *store;
	struct monitor monitor;
};

static void say_listening(void)
{
	fputs("listening\n", stderr);
}

/* What a sink says is wrong; without words of its own nobody reads any more. */
static int sink_failed(struct sink *sink, int error)
{
	if (sink->operations->message)
		cmd_error("%s", sink->operations->message(sink));
	else if (error != -EPIPE)
		cmd_error("passing on events: %s", strerror(-error));
	return CMD_FAILED;
}

static int finish(const struct request *request, const struct channel *channel,
		  int error)
{
	if (!error)
		return CMD_DONE;
	if (request->monitor.failed)
		return sink_failed(request->monitor.failed, error);
	if (error == -ENOENT) {
		cmd_error("the module was unloaded");
		return CMD_NO_MODULE;
	}
	return cmd_channel_failed(channel, "reading events", error);
}

static int out_of_memory(void)
{
	cmd_error("out of memory");
	return CMD_FAILED;
}

static void add_sink(struct request *request, struct sink *sink)
{
	request->monitor.sinks[request->monitor.nr_sinks++] = sink;
}

/* People need not read the same again and again; programs get every event. */
static int open_text(struct sink **sink, const struct request *request)
{
	struct sink *folded;

	if (sink_text_open(sink, &request->origin, request->verbose))
		return -ENOMEM;
	if (request->no_fold)
		return 0;
	folded = sink_fold(*sink);
	if (!folded) {
		(*sink)->operations->close(*sink);
		return -ENOMEM;
	}
	*sink = folded;
	return 0;
}

static int add_output(struct request *request)
{
	struct sink *sink;
	int error;

	if (request->json)
		error = sink_json_open(&sink, &request->origin);
	else if (request->text)
		error = open_text(&sink, request);
	else
		return CMD_DONE;
	if (error)
		return out_of_memory();
	add_sink(request, sink);
	return CMD_DONE;
}

static int add_journal(struct request *request)
{
	struct sink *sink;
	int error;

	if (!request->journal)
		return CMD_DONE;
	error = sink_journal_open(&sink, &request->origin);
	if (!sink)
		return out_of_memory();
	add_sink(request, sink);
	return error ? sink_failed(sink, error) : CMD_DONE;
}

/* Numbers start afresh when the module is loaded again. */
static bool is_reloaded(const struct event_status *status, uint64_t next)
{
	return next > status->event_next;
}

static int store_failed(const struct request *request, int error)
{
	cmd_error("%s", store_message(request->store));
	return error == -EACCES || error == -EPERM ? CMD_NOT_PERMITTED :
						     CMD_FAILED;
}

static int add_store(struct request *request, const struct event_status *status)
{
	struct sink *sink;
	int error;

	if (!request->store_path)
		return CMD_DONE;
	error = store_create(&request->store, request->store_path,
			     &request->origin, &request->limits);
	if (!error && is_reloaded(status, store_next(request->store)))
		error = store_restart(request->store, &request->origin);
	if (error)
		return store_failed(request, error);
	request->monitor.from = store_next(request->store);
	if (!request->monitor.from)
		request->monitor.from = 1;
	if (sink_store_open(&sink, &request->origin, request->store))
		return out_of_memory();
	add_sink(request, sink);
	return CMD_DONE;
}

static int add_state(struct request *request, const struct event_status *status)
{
	struct sink *sink;
	uint64_t next;
	int error;

	if (!request->state_path)
		return CMD_DONE;
	error = sink_state_open(&sink, &request->origin, request->state_path,
				&next);
	if (!sink)
		return out_of_memory();
	add_sink(request, sink);
	if (error)
		return sink_failed(sink, error);
	request->monitor.from = next && !is_reloaded(status, next) ? next : 1;
	return CMD_DONE;
}

/* Whoever remembers how far we are comes last: what it says, others have. */
static int add_sinks(struct request *request, const struct event_status *status)
{
	int result;

	request->monitor.from = request->from ? request->from :
						status->event_next;
	result = add_output(request);
	if (result == CMD_DONE)
		result = add_journal(request);
	if (result == CMD_DONE)
		result = add_store(request, status);
	return result == CMD_DONE ? add_state(request, status) : result;
}

static int watch(struct request *request, struct channel *channel)
{
	struct event_status status;
	int result, error;

	error = channel_status(channel, &status);
	if (error)
		return cmd_channel_failed(channel, "asking for the status",
					  error);
	result = add_sinks(request, &status);
	if (result != CMD_DONE)
		return result;
	error = monitor_run(&request->monitor, channel, say_listening);
	return finish(request, channel, error);
}

static int run(struct request *request)
{
	struct channel *channel;
	int result;

	result = cmd_connect(&channel);
	if (result != CMD_DONE)
		return result;
	print_origin(&request->origin);
	result = watch(request, channel);
	monitor_close(&request->monitor);
	store_close(request->store);
	channel_close(channel);
	return result;
}

static int read_number(const char *text, unsigned long long *number)
{
	if (cmd_number(text, number))
		return CMD_DONE;
	return cmd_usage("monitor: '%s' is not a number above zero", text);
}

static int read_keep(const char *text, struct store_limits *limits)
{
	unsigned long long seconds;

	if (!cmd_seconds(text, &seconds) || seconds > KEEP_SECONDS_MAX)
		return cmd_usage("monitor: '%s' is not a time like 12h or 30d",
				 text);
	limits->age = seconds * NS_PER_SECOND;
	return CMD_DONE;
}

static int read_size(const char *text, struct store_limits *limits)
{
	unsigned long long bytes;

	if (!cmd_bytes(text, &bytes) || bytes < STORE_SIZE_MIN)
		return cmd_usage("monitor: '%s' is not a size like 500M, 1M or more",
				 text);
	limits->size = bytes;
	return CMD_DONE;
}

static int read_option(struct request *request, int option)
{
	switch (option) {
	case OPTION_FROM:
		return read_number(optarg, &request->from);
	case OPTION_COUNT:
		return read_number(optarg, &request->monitor.left);
	case OPTION_KEEP:
		return read_keep(optarg, &request->limits);
	case OPTION_KEEP_SIZE:
		return read_size(optarg, &request->limits);
	case OPTION_STORE:
		request->store_path = optarg;
		return CMD_DONE;
	case OPTION_STATE:
		request->state_path = optarg;
		return CMD_DONE;
	case OPTION_JSON:
		request->json = true;
		return CMD_DONE;
	case OPTION_NO_FOLD:
		request->no_fold = true;
		return CMD_DONE;
	case OPTION_JOURNAL:
		request->journal = true;
		return CMD_DONE;
	case 'v':
		request->verbose = true;
		request->text = true;
		return CMD_DONE;
	case OPTION_TEXT:
		request->text = true;
		return CMD_DONE;
	default:
		return cmd_bad_option();
	}
}

static int check_options(struct request *request)
{
	const bool limited = request->limits.age || request->limits.size;
	const bool resumes = request->store_path || request->state_path;

	if (request->json && request->text)
		return cmd_usage("monitor: --json and --text (or -v) go to the same place; choose one");
	if (limited && !request->store_path)
		return cmd_usage("monitor: --keep and --keep-size are about a store; name it with --store");
	if (request->store_path && request->state_path)
		return cmd_usage("monitor: a store knows how far it is; leave --state out");
	if (resumes && request->from)
		return cmd_usage("monitor: --store and --state say where to begin; leave --from out");
	if (!request->json && !request->journal && !request->store_path)
		request->text = true;
	return CMD_DONE;
}

/**
 * cmd_monitor - pydetectctl monitor
 * @argc: number of arguments
 * @argv: arguments
 *
 * Return: enum cmd_result.
 */
int cmd_monitor(int argc, char **argv)
{
	struct request request = { 0 };
	int option, result = CMD_DONE;

	while (result == CMD_DONE &&
	       (option = getopt_long(argc, argv, "hv", options, NULL)) != -1) {
		if (option == 'h')
			return cmd_help(help);
		result = read_option(&request, option);
	}
	if (result != CMD_DONE)
		return result;
	if (optind < argc)
		return cmd_usage("monitor: unexpected argument '%s'",
				 argv[optind]);
	result = check_options(&request);
	return result == CMD_DONE ? run(&request) : result;
}
