// SPDX-License-Identifier: GPL-2.0-only
/*
 * lineage HOW PROGRAM ARGUMENT...
 *
 * Starts PROGRAM in a way in which its parent does not tell where it comes from,
 * and ends when it has ended. HOW is one of
 *
 *   exec      in place
 *   fork      as a child; and so do
 *   vfork
 *   spawn
 *   orphan    as a grandchild whose parent has ended, so that init takes it over
 *   session   as the leader of a session of its own
 *   renamed   by a parent that has taken another name and other arguments
 *   thread    by a thread that does not lead its group
 *   shell     as a child of a shell
 *   copy      by a child that has executed nothing itself, but its own copy
 *   failing   in place, after an exec of /root/lineage/broken/tracked failed
 *   many      as a child, after as many children as the first ARGUMENT says were
 *             made that live until it has ended
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOT_STARTED 126

extern char **environ;

static _Noreturn void fail(const char *what)
{
	perror(what);
	_exit(NOT_STARTED);
}

static _Noreturn void start(char **argv)
{
	execv(argv[0], argv);
	fail(argv[0]);
}

static void wait_for(pid_t child)
{
	int status;

	if (child < 0 || waitpid(child, &status, 0) != child)
		fail("waitpid");
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		exit(NOT_STARTED);
}

static void run_fork(char **argv)
{
	pid_t child = fork();

	if (!child)
		start(argv);
	wait_for(child);
}

static void run_vfork(char **argv)
{
	pid_t child = vfork();

	if (!child) {
		execv(argv[0], argv);
		_exit(NOT_STARTED);
	}
	wait_for(child);
}

static void run_spawn(char **argv)
{
	pid_t child;

	errno = posix_spawn(&child, argv[0], NULL, NULL, argv, environ);
	if (errno)
		fail("posix_spawn");
	wait_for(child);
}

/* The pipe closes when the program has ended, whoever waits for it. */
static void run_orphan(char **argv)
{
	pid_t child, parent;
	int ends[2];
	char byte;

	if (pipe(ends))
		fail("pipe");
	child = fork();
	if (!child) {
		close(ends[0]);
		parent = getpid();
		if (fork())
			_exit(0);
		while (getppid() == parent)
			usleep(1000);
		start(argv);
	}
	close(ends[1]);
	wait_for(child);
	if (read(ends[0], &byte, 1))
		fail("read");
}

static void run_session(char **argv)
{
	pid_t child = fork();

	if (!child) {
		if (setsid() < 0)
			fail("setsid");
		start(argv);
	}
	wait_for(child);
}

static char **own_argv;

static void run_renamed(char **argv)
{
	char *copies[16] = { 0 };
	size_t i;

	for (i = 0; argv[i] && i < 15; i++)
		copies[i] = strdup(argv[i]);
	prctl(PR_SET_NAME, "innocent", 0, 0, 0);
	for (i = 0; own_argv[i]; i++)
		memset(own_argv[i], 'x', strlen(own_argv[i]));
	run_fork(copies);
}

static void *fork_in_thread(void *context)
{
	run_fork(context);
	return NULL;
}

static void run_thread(char **argv)
{
	pthread_t thread;

	errno = pthread_create(&thread, NULL, fork_in_thread, argv);
	if (errno || pthread_join(thread, NULL))
		fail("pthread");
}

static void run_shell(char **argv)
{
	char *shell[20] = { "/bin/sh", "-c", "\"$@\"; exit $?", "sh" };
	size_t i;

	for (i = 0; argv[i] && i < 15; i++)
		shell[4 + i] = argv[i];
	run_fork(shell);
}

static void run_copy(char **argv)
{
	pid_t child = fork();

	if (!child) {
		run_fork(argv);
		_exit(0);
	}
	wait_for(child);
}

static void run_failing(char **argv)
{
	char *broken[] = { "/root/lineage/broken/tracked", NULL };

	execv(broken[0], broken);
	start(argv);
}

static void run_many(char **argv)
{
	int count = atoi(argv[1]);
	int ends[2], i;
	char byte;

	if (pipe(ends))
		fail("pipe");
	for (i = 0; i < count; i++)
		if (!fork()) {
			close(ends[1]);
			_exit(read(ends[0], &byte, 1) != 0);
		}
	run_fork(argv);
	close(ends[1]);
	while (wait(NULL) > 0)
		;
}

static const struct {
	const char *name;
	void (*run)(char **argv);
} hows[] = {
	{ "exec", start },
	{ "fork", run_fork },
	{ "vfork", run_vfork },
	{ "spawn", run_spawn },
	{ "orphan", run_orphan },
	{ "session", run_session },
	{ "renamed", run_renamed },
	{ "thread", run_thread },
	{ "shell", run_shell },
	{ "copy", run_copy },
	{ "failing", run_failing },
	{ "many", run_many },
};

int main(int argc, char **argv)
{
	size_t i;

	own_argv = argv;
	if (argc < 3)
		return 2;
	for (i = 0; i < sizeof(hows) / sizeof(hows[0]); i++)
		if (!strcmp(argv[1], hows[i].name)) {
			hows[i].run(argv + 2);
			return 0;
		}
	return 2;
}
