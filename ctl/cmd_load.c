// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>

#include "cmd.h"

static const char help[] =
	"Usage: pydetectctl load [OPTION]... PATH...\n\n"
	"Compiles rule files, and all .yml and .yaml files below directories, and\n"
	"makes them the policy of every exec from then on. PATH may also be one\n"
	"policy image made by check --output. All rules are loaded or none; on\n"
	"failure the policy in force stays.\n\n"
	"  --skip-unsupported  load the other rules where some are refused, and\n"
	"                      list what was left out\n"
	"  --any-product       take rules whatever their logsource says\n"
	"  -h, --help          show this\n";

static const struct option options[] = {
	{ "skip-unsupported", no_argument, NULL, 's' },
	{ "any-product", no_argument, NULL, 'a' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

static void report(struct channel *channel, const struct image *image)
{
	char size[CMD_POLICY_SIZE_BYTES];
	struct event_status status;

	cmd_policy_size(image, size, sizeof(size));
	printf("loaded %s (%zu bytes", size, image->size);
	if (!channel_status(channel, &status))
		printf(", generation %llu",
		       (unsigned long long)status.generation);
	puts(")");
}

static int upload(struct channel *channel, const struct image *image)
{
	int error = channel_upload(channel, image->bytes, image->size);

	if (error)
		return cmd_channel_failed(channel, "loading the policy", error);
	report(channel, image);
	return CMD_DONE;
}

static int load(char *const *paths, size_t nr_paths,
		const struct rule_options *rule_options, bool skip_unsupported)
{
	struct cmd_policy policy;
	struct channel *channel;
	int result;

	/* First, because nobody wants to wait to hear that it is not there. */
	result = cmd_connect(&channel);
	if (result != CMD_DONE)
		return result;
	cmd_compile(&policy, paths, nr_paths, rule_options);
	cmd_print_diag(&policy);
	if (cmd_policy_usable(&policy, skip_unsupported)) {
		result = upload(channel, &policy.image);
	} else {
		cmd_error("nothing was loaded; the policy in force stays");
		result = CMD_FAILED;
	}
	cmd_policy_free(&policy);
	channel_close(channel);
	return result;
}

/**
 * cmd_load - pydetectctl load
 * @argc: number of arguments
 * @argv: arguments
 *
 * Return: enum cmd_result.
 */
int cmd_load(int argc, char **argv)
{
	struct rule_options rule_options = { 0 };
	bool skip_unsupported = false;
	int option;

	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (option) {
		case 's':
			skip_unsupported = true;
			break;
		case 'a':
			rule_options.any_product = true;
			break;
		case 'h':
			return cmd_help(help);
		default:
			return cmd_bad_option();
		}
	}
	if (optind == argc)
		return cmd_usage("load: name rule files or directories");
	return load(argv + optind, argc - optind, &rule_options,
		    skip_unsupported);
}
