// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>

#include "clock.h"
#include "cmd.h"
#include "json_text.h"
#include "list.h"
#include "print.h"

static const char help[] =
	"Usage: pydetectctl windows [OPTION]...\n\n"
	"Lists what the correlations of the policy are counting, the fullest windows\n"
	"first. How much room they take is shown by pydetectctl status.\n\n"
	"  --limit N   only the first N\n"
	"  --json      print them as JSON\n"
	"  -h, --help  show this\n";

static const struct option options[] = {
	{ "limit", required_argument, NULL, 'l' },
	{ "json", no_argument, NULL, 'j' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

static void put_json(const struct list_windows *list, size_t limit,
		     const struct print_clock *clock)
{
	struct json_object *array = json_object_new_array();
	struct print_origin origin;
	size_t i;

	print_origin(&origin);
	for (i = 0; i < list->nr && i < limit; i++)
		json_object_array_add(
			array, print_window_json(&list->windows[i].window,
						 &origin, clock));
	print_json(array, stdout);
}

static void put_text(const struct list_windows *list, size_t limit,
		     const struct print_clock *clock)
{
	struct terminal terminal;
	size_t i;

	terminal_init(&terminal, stdout);
	if (!list->nr)
		puts("no correlation is counting anything");
	for (i = 0; i < list->nr && i < limit; i++)
		print_window(&terminal, &list->windows[i].window, clock);
}

static void put(const struct list_windows *list, size_t limit, bool json)
{
	const struct print_clock clock = {
		.time = clock_read(CLOCK_REALTIME),
		.boot_time = clock_read(CLOCK_BOOTTIME),
	};

	if (json)
		put_json(list, limit, &clock);
	else
		put_text(list, limit, &clock);
}

static int show(size_t limit, bool json)
{
	struct list_windows list = { 0 };
	struct channel *channel;
	int error, result;

	result = cmd_connect(&channel);
	if (result != CMD_DONE)
		return result;
	error = list_windows_read(&list, channel);
	if (error)
		result = cmd_channel_failed(channel, "listing the windows",
					    error);
	if (!error)
		put(&list, limit, json);
	list_windows_free(&list);
	channel_close(channel);
	return result;
}

/**
 * cmd_windows - pydetectctl windows
 * @argc: number of arguments
 * @argv: arguments
 *
 * Return: enum cmd_result.
 */
int cmd_windows(int argc, char **argv)
{
	unsigned long long limit = SIZE_MAX;
	bool json = false;
	int option;

	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (option) {
		case 'l':
			if (!cmd_number(optarg, &limit))
				return cmd_usage("windows: '%s' is no number",
						 optarg);
			break;
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
		return cmd_usage("windows: unexpected argument '%s'",
				 argv[optind]);
	return show(limit, json);
}
