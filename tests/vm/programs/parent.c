// SPDX-License-Identifier: GPL-2.0-only
/*
 * parent KIND MARK PROGRAM ARGUMENT...
 *
 * Starts PROGRAM as a parent that is hard to look at, waits for it, and ends as
 * it did. MARK is for rules to find. KIND is one of
 *
 *   plain       nothing is special
 *   leaderless  the first thread has ended, another one starts the program
 *   unmapped    the arguments are said to be where no memory is
 *   huge        they are said to be all memory from a place on that holds only
 *               the letter x for 8 MiB
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define AREA_BYTES (8 << 20)
#define NOT_STARTED 126

static _Noreturn void fail(const char *what)
{
	perror(what);
	_exit(NOT_STARTED);
}

static _Noreturn void start(char **argv)
{
	int status;
	pid_t child = fork();

	if (child < 0)
		fail("fork");
	if (!child) {
		execv(argv[0], argv);
		fail(argv[0]);
	}
	if (waitpid(child, &status, 0) < 0)
		fail("waitpid");
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : NOT_STARTED);
}

struct orphan {
	pthread_t leader;
	char **argv;
};

static void *outlive_leader(void *context)
{
	struct orphan *orphan = context;

	pthread_join(orphan->leader, NULL);
	start(orphan->argv);
}

static _Noreturn void start_leaderless(char **argv)
{
	static struct orphan orphan;
	pthread_t thread;

	orphan.leader = pthread_self();
	orphan.argv = argv;
	if (pthread_create(&thread, NULL, outlive_leader, &orphan))
		fail("pthread_create");
	pthread_exit(NULL);
}

static void move(int which, const char *to)
{
	if (prctl(PR_SET_MM, which, (unsigned long)to, 0, 0))
		fail("PR_SET_MM");
}

/* Memory below the stack, where the arguments are now said to begin. */
static char *move_start(void)
{
	char *area = mmap(NULL, AREA_BYTES, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (area == MAP_FAILED)
		fail("mmap");
	memset(area, 'x', AREA_BYTES);
	move(PR_SET_MM_ARG_START, area);
	return area;
}

int main(int argc, char **argv)
{
	char *area;

	if (argc < 4)
		return NOT_STARTED;
	if (!strcmp(argv[1], "leaderless"))
		start_leaderless(argv + 3);
	if (!strcmp(argv[1], "huge"))
		move_start();
	if (!strcmp(argv[1], "unmapped")) {
		area = move_start();
		move(PR_SET_MM_ARG_END, area + AREA_BYTES);
		munmap(area, AREA_BYTES);
	}
	start(argv + 3);
}
