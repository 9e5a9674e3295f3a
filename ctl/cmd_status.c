// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>

#include "cmd.h"
#include "print.h"

static const char help[] =
	"Usage: pydetectctl status [OPTION]...\n\n"
	"Shows whether the module judges program starts, by which policy, in which\n"
	"mode, and what came of it.\n\n"
	"  --readers   show who reads events instead, how far each has come, and what\n"
	"              each has lost: for want of memory, too slow, or asked too late\n"
	"  --json      print it as JSON\n"
	"  -h, --help  show this\n";

static const struct option options[] = {
	{ "json", no_argument, NULL, 'j' },
	{ "readers", no_argument, NULL, 'r' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

static void put_status(const struct event_status *status, bool json)
{
	struct terminal terminal;

	if (json) {
		print_json(print_status_json(status), stdout);
		return;
	}
	terminal_init(&terminal, stdout);
	print_status(&terminal, status);
}

static int show_status(struct channel *channel, bool json)
{
	struct event_status status;
	int error = channel_status(channel, &status);

	if (error)
		return cmd_channel_failed(channel, "reading the status", error);
	put_status(&status, json);
	return CMD_DONE;
}

static void on_reader(const struct event_reader *reader, void *context)
{
	struct terminal *terminal = context;

	if (terminal)
		print_reader(terminal, reader);
	else
		print_json(print_reader_json(reader), stdout);
}

static int show_readers(struct channel *channel, bool json)
{
	struct terminal terminal;
	int error;

	terminal_init(&terminal, stdout);
	if (!json)
		print_reader_titles(&terminal);
	error = channel_readers(channel, on_reader, json ? NULL : &terminal);
	if (error)
		return cmd_channel_failed(channel, "listing the readers",
					  error);
	return CMD_DONE;
}

static int show(bool readers, bool json)
{
	struct channel *channel;
	int result = cmd_connect(&channel);

	if (result != CMD_DONE)
		return result;
	result = readers ? show_readers(channel, json) :
			   show_status(channel, json);
	channel_close(channel);
	return result;
}

/**
 * cmd_status - pydetectctl status
 * @argc: number of arguments
 * @argv: arguments
 *
 * Return: enum cmd_result.
 */
int cmd_status(int argc, char **argv)
{
	bool json = false, readers = false;
	int option;

	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (option) {
		case 'j':
			json = true;
			break;
		case 'r':
			readers = true;
			break;
		case 'h':
			return cmd_help(help);
		default:
			return cmd_bad_option();
		}
	}
	if (optind < argc)
		return cmd_usage("status: unexpected argument '%s'",
				 argv[optind]);
	return show(readers, json);
}
