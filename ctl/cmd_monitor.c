// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "cmd.h"
#include "event_order.h"
#include "print.h"
#include "../module/core/env.h"

static const char help[] =
	"Usage: pydetectctl monitor [OPTION]...\n\n"
	"Prints events as they happen, until interrupted. Says 'listening' on standard\n"
	"error once no event can be missed any more. Events that were lost are named.\n\n"
	"  --from N       begin with event number N, as far as the module holds it\n"
	"  --count N      stop after N events\n"
	"  --json         one line of JSON an event, in the Elastic Common Schema\n"
	"  -v, --verbose  print all that is known of an event\n"
	"  -h, --help     show this\n";

static const struct option options[] = {
	{ "from", required_argument, NULL, 'f' },
	{ "count", required_argument, NULL, 'c' },
	{ "json", no_argument, NULL, 'j' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

/**
 * struct monitor - what is printed, how, and how far we are
 * @order: which events we have had
 * @terminal: for people
 * @origin: for machines
 * @left: events until we stop; zero: never
 * @stop: all that were asked for were printed
 * @json: for machines?
 * @verbose: all that is known?
 */
struct monitor {
	struct event_order order;
	struct terminal terminal;
	struct print_origin origin;
	unsigned long long left;
	bool stop;
	bool json;
	bool verbose;
};

/* Returns a file descriptor that is readable once we are asked to stop. */
static int stop_fd(void)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	return signalfd(-1, &signals, SFD_CLOEXEC);
}

/* Each line at once, and an error where nobody reads them any more. */
static int flush(void)
{
	return fflush(stdout) || ferror(stdout) ? -EPIPE : 0;
}

static void put_gap(struct monitor *monitor, const struct event_gap *gap)
{
	if (!gap->count)
		return;
	if (monitor->json)
		print_json(print_ecs_gap(gap, &monitor->origin), stdout);
	else
		print_gap(&monitor->terminal, gap);
}

static void put_event(struct monitor *monitor, const struct event *event)
{
	if (monitor->json)
		print_json(print_ecs(event, &monitor->origin), stdout);
	else
		print_event(&monitor->terminal, event, monitor->verbose);
}

static int on_event(const struct event *event, void *context)
{
	struct monitor *monitor = context;
	struct event_gap gap;

	if (monitor->stop ||
	    !event_order_take(&monitor->order, event->number, &gap))
		return 0;
	put_gap(monitor, &gap);
	put_event(monitor, event);
	if (monitor->left && !--monitor->left)
		monitor->stop = true;
	return flush();
}

static int on_lost(const struct event_gap *lost, void *context)
{
	struct monitor *monitor = context;
	struct event_gap gap;

	if (monitor->stop)
		return 0;
	event_order_lose(&monitor->order, lost, &gap);
	put_gap(monitor, &gap);
	return flush();
}

static void on_resumed(void *context)
{
	struct monitor *monitor = context;

	monitor->order.overrun = false;
}

/*
 * The socket dropped messages. What it holds is read first: only then does the
 * kernel put new ones into it. Then we ask for the rest again.
 */
static int recover(struct monitor *monitor, struct channel *channel)
{
	int error;

	monitor->order.overrun = true;
	do
		error = channel_receive(channel);
	while (error == -ENOBUFS);
	if (error)
		return error;
	return channel_subscribe_again(channel, monitor->order.next);
}

static int follow(struct monitor *monitor, struct channel *channel, int stop)
{
	struct pollfd ready[] = {
		{ .fd = channel_fd(channel), .events = POLLIN },
		{ .fd = stop, .events = POLLIN },
	};
	int error = 0;

	while (!error && !monitor->stop) {
		if (poll(ready, ARRAY_SIZE(ready), -1) < 0)
			continue;
		if (ready[1].revents)
			break;
		error = channel_receive(channel);
		if (error == -ENOBUFS)
			error = recover(monitor, channel);
	}
	return error;
}

static int finish(const struct channel *channel, int error)
{
	if (!error)
		return CMD_DONE;
	if (error == -EPIPE)
		return CMD_FAILED;
	if (error == -ENOENT) {
		cmd_error("the module was unloaded");
		return CMD_NO_MODULE;
	}
	return cmd_channel_failed(channel, "reading events", error);
}

static int subscribe(struct monitor *monitor, struct channel *channel)
{
	const struct channel_reader reader = {
		.event = on_event,
		.lost = on_lost,
		.resumed = on_resumed,
		.context = monitor,
	};

	return channel_subscribe(channel, &reader, monitor->order.next);
}

static int watch(struct monitor *monitor)
{
	struct channel *channel;
	int result, error, stop;

	result = cmd_connect(&channel);
	if (result != CMD_DONE)
		return result;
	stop = stop_fd();
	error = subscribe(monitor, channel);
	if (error) {
		result = cmd_channel_failed(channel, "subscribing to events",
					    error);
	} else {
		fputs("listening\n", stderr);
		result = finish(channel, follow(monitor, channel, stop));
	}
	close(stop);
	channel_close(channel);
	return result;
}

static bool read_number(const char *text, unsigned long long *number)
{
	if (cmd_number(text, number))
		return true;
	cmd_usage("monitor: '%s' is not a number above zero", text);
	return false;
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
	struct monitor monitor = { 0 };
	unsigned long long from = 0;
	int option;

	while ((option = getopt_long(argc, argv, "hv", options, NULL)) != -1) {
		switch (option) {
		case 'f':
			if (!read_number(optarg, &from))
				return CMD_USAGE;
			break;
		case 'c':
			if (!read_number(optarg, &monitor.left))
				return CMD_USAGE;
			break;
		case 'j':
			monitor.json = true;
			break;
		case 'v':
			monitor.verbose = true;
			break;
		case 'h':
			return cmd_help(help);
		default:
			return cmd_bad_option();
		}
	}
	if (optind < argc)
		return cmd_usage("monitor: unexpected argument '%s'",
				 argv[optind]);
	monitor.order.next = from;
	terminal_init(&monitor.terminal, stdout);
	print_origin(&monitor.origin);
	return watch(&monitor);
}
