// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "cmd.h"
#include "doctor.h"
#include "print.h"

static const char help[] =
	"Usage: pydetectctl doctor [OPTION]...\n\n"
	"Looks for what keeps pydetect from its work, now or soon: the kernel's\n"
	"options, the module and its hook, mode, lock, policy, what was dropped, and\n"
	"who can change the files below /etc/pydetect. Says what to do about each\n"
	"finding. Changes nothing; starts a harmless program to see it judged. Run it\n"
	"as root. Exits with 1 where there is a warning or a failure.\n\n"
	"  --json      print the findings as JSON\n"
	"  -h, --help  show this\n";

static const struct option options[] = {
	{ "json", no_argument, NULL, 'j' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

/* Returns 0 or a positive errno, as posix_spawn() does. */
static int spawn_silent(pid_t *child, char *const *argv)
{
	posix_spawn_file_actions_t actions;
	int error = posix_spawn_file_actions_init(&actions);

	if (error)
		return error;
	error = posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO,
						 "/dev/null", O_WRONLY, 0);
	if (!error)
		error = posix_spawn(child, "/proc/self/exe", &actions, NULL,
				    argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return error;
}

/* This program itself: it is there, harmless, and denied last of all. */
static int start_harmless(void)
{
	char *const argv[] = { "pydetectctl", "--version", NULL };
	pid_t child;
	int error = spawn_silent(&child, argv);

	if (error)
		return -error;
	while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
	return 0;
}

/* Others may have been started meanwhile: none at all is what tells. */
static int watch_start(struct channel *channel, struct doctor_module *module)
{
	struct event_status after;
	int error = channel_status(channel, &module->status);

	if (error)
		return error;
	module->started = start_harmless();
	error = channel_status(channel, &after);
	if (!error)
		module->judged = after.execs - module->status.execs;
	return error;
}

static void gather_module(struct doctor_module *module)
{
	struct channel *channel;

	if (!module_version(module->version, ""))
		return;
	module->error = channel_open(&channel);
	if (!module->error)
		module->error = watch_start(channel, module);
	snprintf(module->reason, sizeof(module->reason), "%s",
		 channel_message(channel));
	channel_close(channel);
}

static void put(const struct doctor_report *report, bool json)
{
	struct terminal terminal;

	if (json) {
		print_json(print_doctor_json(report), stdout);
		return;
	}
	terminal_init(&terminal, stdout);
	print_doctor(&terminal, report);
}

static int examine(bool json)
{
	static struct doctor_report report;
	static struct doctor_facts facts;

	facts.now = clock_read(CLOCK_REALTIME);
	doctor_gather_kernel(&facts.kernel, "");
	doctor_gather_files(&facts.files, "");
	gather_module(&facts.module);
	doctor_judge(&report, &facts);
	put(&report, json);
	return doctor_count(&report, DOCTOR_WARNING) ||
			       doctor_count(&report, DOCTOR_FAILURE) ?
		       CMD_FAILED :
		       CMD_DONE;
}

/**
 * cmd_doctor - pydetectctl doctor
 * @argc: number of arguments
 * @argv: arguments
 *
 * Return: enum cmd_result.
 */
int cmd_doctor(int argc, char **argv)
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
		return cmd_usage("doctor: unexpected argument '%s'",
				 argv[optind]);
	return examine(json);
}
