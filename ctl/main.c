// SPDX-License-Identifier: GPL-2.0-only
/*
 * pydetectctl: one table of commands.
 */
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "../module/core/env.h"
#include "../module/version.h"

/**
 * struct command - a command
 * @name: its name
 * @run: what it does
 * @summary: what it does, in words
 */
struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *summary;
};

static const struct command commands[] = {
	{ "load", cmd_load, "compile rules and make them the policy" },
	{ "check", cmd_check, "compile rules and say what would be loaded" },
	{ "test", cmd_test, "run the tests that rules bring along" },
	{ "explain", cmd_explain, "show which part of a rule held, and where" },
	{ "status", cmd_status, "show the module's state" },
	{ "mode", cmd_mode, "show or set the mode: off, report, block" },
	{ "lock", cmd_lock, "lock the module until the next boot" },
	{ "confirm", cmd_confirm, "let mode block stay" },
	{ "monitor", cmd_monitor, "print events as they happen" },
	{ "events", cmd_events, "list events of the past" },
	{ "report", cmd_report, "make a page of what happened" },
	{ "top", cmd_top, "watch rates, windows, rules and losses" },
	{ "scan", cmd_scan, "judge recorded events" },
	{ "rules", cmd_rules,
	  "list the rules in force with their counters; set what they do" },
	{ "windows", cmd_windows, "list the windows of correlations" },
	{ "sign", cmd_sign, "sign a compiled policy" },
	{ "dump", cmd_dump, "print a compiled policy in readable form" },
	{ "doctor", cmd_doctor, "look for what is wrong, and say what to do" },
};

static int show_help(FILE *stream)
{
	size_t i;

	fputs("Usage: pydetectctl COMMAND [OPTION]... [ARGUMENT]...\n\n"
	      "Controls pydetect, which judges every program start by Sigma rules\n"
	      "inside the kernel.\n\n"
	      "Commands:\n",
	      stream);
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		fprintf(stream, "  %-8s %s\n", commands[i].name,
			commands[i].summary);
	fputs("\n"
	      "  --help     show this; after a command: its options\n"
	      "  --version  show the version\n\n"
	      "Exit codes: 0 done, 1 found or failed, 2 usage, 3 not permitted,\n"
	      "4 module not loaded.\n",
	      stream);
	return CMD_DONE;
}

static int version(void)
{
	puts("pydetectctl " PYDETECT_VERSION);
	return CMD_DONE;
}

static const struct command *find(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(name, commands[i].name))
			return &commands[i];
	return NULL;
}

/* getopt begins its messages with argv[0]: let it name the command. */
static int run(const struct command *command, int argc, char **argv)
{
	char name[64];

	snprintf(name, sizeof(name), "pydetectctl %s", command->name);
	argv[0] = name;
	return cmd_finish_output(command->run(argc, argv));
}

int main(int argc, char **argv)
{
	const struct command *command;

	if (argc < 2) {
		show_help(stderr);
		return CMD_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))
		return cmd_finish_output(show_help(stdout));
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V"))
		return cmd_finish_output(version());
	command = find(argv[1]);
	if (!command)
		return cmd_usage("there is no command '%s'", argv[1]);
	return run(command, argc - 1, argv + 1);
}
