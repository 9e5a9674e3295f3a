// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "json_text.h"
#include "print.h"
#include "../module/uapi/pydetect.h"

static const char help[] =
	"Usage: pydetectctl mode [OPTION]... [off|report|block]\n\n"
	"Without a mode or a setting prints the mode. Otherwise sets it:\n\n"
	"  off     program starts are not looked at\n"
	"  report  what rules match is reported\n"
	"  block   what rules match is reported, and denied where the rule says\n"
	"          'action: block'\n\n"
	"Mode block can end by itself. The kernel sees to that, whatever becomes of\n"
	"this program. TIME is a number and s, m, h or d:\n\n"
	"  --confirm-within TIME  back to report unless 'pydetectctl confirm' is\n"
	"                         run in time\n"
	"  --for TIME             back to report after that time\n\n"
	"Settings, which stay until they are set again:\n\n"
	"  --fallback-above N     back to report instead of denying more than N starts\n"
	"                         within a minute; 0: no limit. Whoever can make N\n"
	"                         starts be denied can so end mode block\n"
	"  --on-error allow|deny  what becomes in mode block of a start that cannot be\n"
	"                         judged\n\n"
	"  --json      print the mode as JSON\n"
	"  -h, --help  show this\n";

static const struct option options[] = {
	{ "confirm-within", required_argument, NULL, 'c' },
	{ "for", required_argument, NULL, 'f' },
	{ "fallback-above", required_argument, NULL, 'a' },
	{ "on-error", required_argument, NULL, 'e' },
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

static bool add_time(struct channel_mode *mode, unsigned int type,
		     const char *text)
{
	unsigned long long seconds;

	if (!cmd_seconds(text, &seconds) ||
	    seconds > PYDETECT_MODE_SECONDS_MAX) {
		cmd_usage("mode: '%s' is not a time like 60s, 10m, 2h or 1d, at most 366d",
			  text);
		return false;
	}
	channel_mode_add(mode, type, seconds);
	return true;
}

static bool add_limit(struct channel_mode *mode, const char *text)
{
	unsigned long long limit = 0;

	if ((strcmp(text, "0") && !cmd_number(text, &limit)) ||
	    limit > PYDETECT_FALLBACK_ABOVE_MAX) {
		cmd_usage("mode: '%s' is not a number from 0 to %u", text,
			  PYDETECT_FALLBACK_ABOVE_MAX);
		return false;
	}
	channel_mode_add(mode, PYDETECT_MODE_FALLBACK_ABOVE, limit);
	return true;
}

static bool add_on_error(struct channel_mode *mode, const char *text)
{
	uint32_t on_error;

	for (on_error = PYDETECT_ON_ERROR_ALLOW;
	     on_error <= PYDETECT_ON_ERROR_DENY; on_error++)
		if (!strcmp(text, event_on_error_name(on_error))) {
			channel_mode_add(mode, PYDETECT_MODE_ON_ERROR,
					 on_error);
			return true;
		}
	cmd_usage("mode: '%s' is not allow or deny", text);
	return false;
}

static bool add_mode(struct channel_mode *mode, const char *name)
{
	int value = mode_by_name(name);

	if (value < 0) {
		cmd_usage("mode: '%s' is not off, report or block", name);
		return false;
	}
	channel_mode_add(mode, PYDETECT_MODE_VALUE, value);
	return true;
}

static void put_mode(const struct event_status *status, bool json)
{
	struct json_object *object;

	if (!json) {
		puts(event_mode_name(status->mode));
		return;
	}
	object = json_object_new_object();
	print_mode_json(object, status);
	print_json(object, stdout);
}

/* What to know before everything may be denied. */
static void warn(const struct event_status *status)
{
	if (status->mode != PYDETECT_MODE_BLOCK)
		return;
	if (status->unconfirmed)
		fprintf(stderr,
			"pydetectctl: back to report in %llu s unless confirmed: pydetectctl confirm\n",
			(unsigned long long)status->confirm_left / 1000000000);
	if (!status->tool)
		fputs("pydetectctl: a rule can deny this program, too: its file has to belong to root,\n"
		      "and nobody else may be able to write to it\n",
		      stderr);
}

static int show(struct channel *channel, bool json, bool warns)
{
	struct event_status status;
	int error = channel_status(channel, &status);

	if (error)
		return cmd_channel_failed(channel, "reading the mode", error);
	put_mode(&status, json);
	if (warns)
		warn(&status);
	return CMD_DONE;
}

static int set(struct channel *channel, const struct channel_mode *mode)
{
	int error = channel_set_mode(channel, mode);

	if (error)
		return cmd_channel_failed(channel, "setting the mode", error);
	return CMD_DONE;
}

static int show_or_set(const struct channel_mode *mode, bool json)
{
	struct channel *channel;
	int result = cmd_connect(&channel);

	if (result != CMD_DONE)
		return result;
	if (mode->has)
		result = set(channel, mode);
	if (result == CMD_DONE)
		result = show(channel, json, mode->has);
	channel_close(channel);
	return result;
}

/* Of getopt_long(). False: it was none that sets something, or is wrong. */
static bool add_option(struct channel_mode *mode, int option)
{
	switch (option) {
	case 'c':
		return add_time(mode, PYDETECT_MODE_CONFIRM_WITHIN, optarg);
	case 'f':
		return add_time(mode, PYDETECT_MODE_LASTS, optarg);
	case 'a':
		return add_limit(mode, optarg);
	case 'e':
		return add_on_error(mode, optarg);
	default:
		cmd_bad_option();
		return false;
	}
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
	struct channel_mode mode = { 0 };
	bool json = false;
	int option;

	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (option == 'h')
			return cmd_help(help);
		if (option == 'j')
			json = true;
		else if (!add_option(&mode, option))
			return CMD_USAGE;
	}
	if (argc - optind > 1)
		return cmd_usage("mode: only one mode at a time");
	if (optind < argc && !add_mode(&mode, argv[optind]))
		return CMD_USAGE;
	return show_or_set(&mode, json);
}
