// SPDX-License-Identifier: GPL-2.0-only
#include "cmd.h"

static const char help[] =
	"Usage: pydetectctl confirm [OPTION]...\n\n"
	"Lets mode block stay that was set with --confirm-within. Where it was also\n"
	"set with --for, it still ends then.\n\n"
	"  -h, --help  show this\n";

static const struct option options[] = {
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

static int confirm(void)
{
	struct channel *channel;
	int error, result;

	result = cmd_connect(&channel);
	if (result != CMD_DONE)
		return result;
	error = channel_confirm(channel);
	if (error)
		result = cmd_channel_failed(channel, "confirming mode block",
					    error);
	channel_close(channel);
	return result;
}

/**
 * cmd_confirm - pydetectctl confirm
 * @argc: number of arguments
 * @argv: arguments
 *
 * Return: enum cmd_result.
 */
int cmd_confirm(int argc, char **argv)
{
	int option;

	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (option == 'h')
			return cmd_help(help);
		return cmd_bad_option();
	}
	if (optind < argc)
		return cmd_usage("confirm: unexpected argument '%s'",
				 argv[optind]);
	return confirm();
}
