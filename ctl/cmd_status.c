// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>

#include "cmd.h"
#include "print.h"

static const char help[] =
	"Usage: pydetectctl status [OPTION]...\n\n"
	"Shows whether the module judges program starts, by which policy, in which\n"
	"mode, and what came of it.\n\n"
	"  --json      print it as JSON\n"
	"  -h, --help  show this\n";

static const struct option options[] = {
	{ "json", no_argument, NULL, 'j' },
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

static int show(bool json)
{
	struct event_status status;
	struct channel *channel;
	int error, result;

	result = cmd_connect(&channel);
	if (result != CMD_DONE)
		return result;
	error = channel_status(channel, &status);
	if (error)
		result = cmd_channel_failed(channel, "reading the status",
					    error);
	else
		put_status(&status, json);
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
	bool json = false;
	int option;

	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (option) {
		case 'j':
			json = true;
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
	return show(json);
}
