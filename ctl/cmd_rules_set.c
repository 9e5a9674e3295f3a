// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "cmd.h"
#include "../module/core/env.h"
#include "../module/uapi/pydetect.h"

static const char help[] =
	"Usage: pydetectctl rules set [OPTION]... ID report|block|default\n\n"
	"Says what a rule or correlation does in mode block, whatever its file says,\n"
	"from now on:\n\n"
	"  report   it reports\n"
	"  block    it reports and denies\n"
	"  default  what its file says\n\n"
	"This outlives loading rules anew, until rules are loaded that do not have\n"
	"the id. 'pydetectctl rules' shows ids, and marks rules that were set.\n\n"
	"  -h, --help  show this\n";

static const struct option options[] = {
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

/* Returns the override of that name, or -1. */
static int override_by_name(const char *name)
{
	static const char *const names[] = {
		[PYDETECT_OVERRIDE_REPORT] = "report",
		[PYDETECT_OVERRIDE_BLOCK] = "block",
		[PYDETECT_OVERRIDE_NONE] = "default",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(name, names[i]))
			return i;
	return -1;
}

static int set(const char *id, const char *name)
{
	int action = override_by_name(name);
	struct channel *channel;
	int error, result;

	if (action < 0)
		return cmd_usage("rules set: '%s' is not report, block or default",
				 name);
	result = cmd_connect(&channel);
	if (result != CMD_DONE)
		return result;
	error = channel_set_rule(channel, id, action);
	if (error)
		result = cmd_channel_failed(channel, "setting the rule", error);
	channel_close(channel);
	return result;
}

/**
 * cmd_rules_set - pydetectctl rules set
 * @argc: number of arguments
 * @argv: arguments, the first is "set"
 *
 * Return: enum cmd_result.
 */
int cmd_rules_set(int argc, char **argv)
{
	int option;

	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (option == 'h')
			return cmd_help(help);
		return cmd_bad_option();
	}
	if (argc - optind != 2)
		return cmd_usage("rules set: say which rule, by its id, and report, block or default");
	return set(argv[optind], argv[optind + 1]);
}
