// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "json_text.h"
#include "print.h"
#include "../module/uapi/pydetect.h"

static const char help[] =
	"Usage: pydetectctl mode [OPTION]... [off|report|block]\n\n"
	"Without an argument prints the mode. Otherwise sets it:\n\n"
	"  off     program starts are not looked at\n"
	"  report  what rules match is reported\n"
	"  block   what rules match is reported, and denied where the rule says\n"
	"          'action: block'\n\n"
	"  --json      print the mode as JSON\n"
	"  -h, --help  show this\n";

static const struct option options[] = {
	{ "json", no_argument, NULL, 'j' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

/* Returns the mode of that name, or -1. */
static int mode_by_name(const char *name)
{
	int mode;

	for (mode = PYDETECT_MODE_OFF; mode <= PYDETECT_MODE_BLOCK; mode++)
		if (!strcmp(name, event_mode_name(mode)))
			return mode;
	return -1;
}

static void put_mode(uint32_t mode, bool json)
{
	struct json_object *object;

	if (!json) {
		puts(event_mode_name(mode));
		return;
	}
	object = json_object_new_object();
	json_add_string(object, "mode", event_mode_name(mode));
	print_json(object, stdout);
}

static int show(struct channel *channel, bool json)
{
	struct event_status status;
	int error = channel_status(channel, &status);

	if (error)
		return cmd_channel_failed(channel, "reading the mode", error);
	put_mode(status.mode, json);
	return CMD_DONE;
}

static int set(struct channel *channel, int mode)
{
	int error = channel_set_mode(channel, mode);

	if (error)
		return cmd_channel_failed(channel, "setting the mode", error);
	return CMD_DONE;
}

static int show_or_set(const char *name, bool json)
{
	int mode = name ? mode_by_name(name) : -1;
	struct channel *channel;
	int result;

	if (name && mode < 0)
		return cmd_usage("mode: '%s' is not off, report or block",
				 name);
	result = cmd_connect(&channel);
	if (result != CMD_DONE)
		return result;
	if (name)
		result = set(channel, mode);
	if (result == CMD_DONE)
		result = show(channel, json);
	channel_close(channel);
	return result;
}

/**
 * cmd_mode - pydetectctl mode
 * @argc: number of arguments
 * @argv: arguments
 *
 * Return: enum cmd_result.
 */
int cmd_mode(int argc, char **argv)
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
	if (argc - optind > 1)
		return cmd_usage("mode: only one mode at a time");
	return show_or_set(argv[optind], json);
}
