// SPDX-License-Identifier: GPL-2.0-only
#include <signal.h>
#include <sys/signalfd.h>

#include "stop.h"

/**
 * stop_open - have the signals that ask a program to end wait for it
 *
 * Return: a file descriptor, owned by the caller, that is readable once one
 * came; -1 where that is not possible.
 */
int stop_open(void)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	return signalfd(-1, &signals, SFD_CLOEXEC);
}
