// SPDX-License-Identifier: GPL-2.0-only
/*
 * What commands that look back share: which events, and what to tell the user
 * when there is no getting at them.
 */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "cmd.h"
#include "history.h"
#include "store.h"

/**
 * cmd_history_failed - say why events cannot be read, and what to do about it
 * @history: the history, or NULL
 * @store: path of the store; NULL: it was the module
 * @error: negative errno
 *
 * Return: the exit code.
 */
int cmd_history_failed(const struct history *history, const char *store,
		       int error)
{
	if (!store)
		return cmd_module_failed(history ? history_message(history) :
						   "",
					 "reading events", error);
	cmd_error("%s", history_message(history));
	return error == -EACCES || error == -EPERM ? CMD_NOT_PERMITTED :
						     CMD_FAILED;
}

/* Whoever may not look into its directory is told so, not given other events. */
static bool there_is_a_store(void)
{
	return !access(STORE_DEFAULT_PATH, F_OK) || errno != ENOENT;
}

/**
 * cmd_history_open - get at events of the past
 * @history: set to it, NULL on failure; has to be closed with history_close()
 * @store: path of a store; where it is NULL, set to the usual one if there is
 *	that, or the events come from the module. Says which on standard error
 *
 * Return: CMD_DONE, or the exit code after saying what is wrong.
 */
int cmd_history_open(struct history **history, const char **store)
{
	int result, error;

	if (!*store && there_is_a_store())
		*store = STORE_DEFAULT_PATH;
	error = history_open(history, *store);
	if (!error) {
		fprintf(stderr, "events from %s\n",
			*store ? *store : "the module, which holds the latest");
		return CMD_DONE;
	}
	result = cmd_history_failed(*history, *store, error);
	history_close(*history);
	*history = NULL;
	return result;
}
