// SPDX-License-Identifier: GPL-2.0-only
/*
 * sweep COUNT PROGRAM ARGUMENT...
 *
 * Starts a program COUNT times, each time with one more byte behind its
 * arguments, and tells how many starts worked and how many were refused. The
 * kernel lays strings out from the top of the stack downwards, so that every
 * byte behind the arguments moves them by one: over a page's worth of starts,
 * each of them lies across the edge between two pages in every possible way.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define REFUSED 100
#define FAILED 101

static int start(char **argv, char **envp)
{
	int status;
	pid_t child = vfork();

	if (!child) {
		execve(argv[0], argv, envp);
		_exit(errno == EPERM ? REFUSED : FAILED);
	}
	if (child < 0 || waitpid(child, &status, 0) != child)
		return FAILED;
	return WIFEXITED(status) ? WEXITSTATUS(status) : FAILED;
}

int main(int argc, char **argv)
{
	int count = argc > 2 ? atoi(argv[1]) : 0;
	int started = 0, refused = 0, failed = 0, i;
	char *padding;
	char *envp[2] = { NULL, NULL };

	if (count <= 0) {
		fputs("sweep COUNT PROGRAM ARGUMENT...\n", stderr);
		return 2;
	}
	padding = calloc(1, count + 1);
	envp[0] = padding;
	for (i = 0; i < count; i++) {
		int result;

		padding[i] = 'p';
		result = start(argv + 2, envp);
		started += result == 0;
		refused += result == REFUSED;
		failed += result && result != REFUSED;
	}
	printf("started %d refused %d failed %d\n", started, refused, failed);
	return failed != 0;
}
