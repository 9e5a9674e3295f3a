// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>

#include "cmd.h"
#include "print.h"

static const char help[] =
	"Usage: pydetectctl dump [OPTION]... PATH...\n\n"
	"Compiles rules, or reads one policy image, and prints what the kernel would\n"
	"run: automata, predicates, programs and rules.\n\n"
	"  --any-product  take rules whatever their logsource says\n"
	"  -h, --help     show this\n";

static const struct option options[] = {
	{ "any-product", no_argument, NULL, 'a' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

static int dump(char *const *paths, size_t nr_paths,
		const struct rule_options *rule_options)
{
	struct cmd_policy policy;
	int result;

	cmd_compile(&policy, paths, nr_paths, rule_options);
	cmd_print_diag(&policy);
	if (policy.has_image)
		print_image(&policy.image.view, stdout);
	result = policy.diag.nr_errors || !policy.has_image ? CMD_FAILED :
							      CMD_DONE;
	cmd_policy_free(&policy);
	return result;
}

/**
 * cmd_dump - pydetectctl dump
 * @argc: number of arguments
 * @argv: arguments
 *
 * Return: enum cmd_result.
 */
int cmd_dump(int argc, char **argv)
{
	struct rule_options rule_options = { 0 };
	int option;

	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (option) {
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
		return cmd_usage("dump: name rule files or directories");
	return dump(argv + optind, argc - optind, &rule_options);
}
