// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>

#include "cmd.h"
#include "../module/uapi/pydetect.h"

static const char help[] =
	"Usage: pydetectctl lock [OPTION]...\n\n"
	"Locks the module until the next boot. Nothing but a boot undoes it. From then\n"
	"on the module cannot be unloaded, its mode cannot be lowered, and its policy\n"
	"is only replaced by a newer one with a good signature (see sign).\n\n"
	"  --freeze    no policy is replaced at all, signed or not; the only way to\n"
	"              lock a module that was built without a certificate\n"
	"  -h, --help  show this\n";

static const struct option options[] = {
	{ "freeze", no_argument, NULL, 'f' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

static void say_what_it_means(const struct event_status *status)
{
	puts("locked until the next boot:");
	puts("  the module cannot be unloaded");
	if (status->mode < PYDETECT_MODE_BLOCK)
		printf("  the mode is %s; it can be raised, and never lowered again\n",
		       event_mode_name(status->mode));
	else
		printf("  the mode is %s, and cannot be lowered\n",
		       event_mode_name(status->mode));
	if (status->lock == PYDETECT_LOCK_FROZEN)
		puts("  the policy is never replaced");
	else
		printf("  the policy is only replaced by a signed one of a version above %llu\n",
		       (unsigned long long)status->serial_highest);
}

static int lock(uint32_t wanted)
{
	struct event_status status;
	struct channel *channel;
	int error, result;

	result = cmd_connect(&channel);
	if (result != CMD_DONE)
		return result;
	error = channel_lock(channel, wanted);
	if (!error)
		error = channel_status(channel, &status);
	if (error)
		result = cmd_channel_failed(channel, "locking", error);
	else
		say_what_it_means(&status);
	channel_close(channel);
	return result;
}

/**
 * cmd_lock - pydetectctl lock
 * @argc: number of arguments
 * @argv: arguments
 *
 * Return: enum cmd_result.
 */
int cmd_lock(int argc, char **argv)
{
	uint32_t wanted = PYDETECT_LOCK_SIGNED;
	int option;

	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (option) {
		case 'f':
			wanted = PYDETECT_LOCK_FROZEN;
			break;
		case 'h':
			return cmd_help(help);
		default:
			return cmd_bad_option();
		}
	}
	if (optind < argc)
		return cmd_usage("lock: unexpected argument '%s'",
				 argv[optind]);
	return lock(wanted);
}
