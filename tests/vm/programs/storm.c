// SPDX-License-Identifier: GPL-2.0-only
/*
 * storm [-l] COUNT PROGRAM ARGUMENT...
 *
 * Starts a program again and again, on every processor, COUNT times on each, or
 * until SIGTERM where COUNT is 0. Tells how many starts worked and how many did
 * not, and fails where one did not.
 *
 * With -l another thread of each parent keeps the parent's address space locked
 * nearly all the time: who wants to read its arguments there has to sleep.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* Takes the kernel milliseconds to go through. */
#define LOCKED_BYTES (32u << 20)

/* Shared by all workers. */
struct tally {
	atomic_ulong started;
	atomic_ulong failed;
	atomic_int stop;
};

static struct tally *tally;

static void on_term(int number)
{
	(void)number;
	tally->stop = 1;
}

static void *lock(void *unused)
{
	void *area = mmap(NULL, LOCKED_BYTES, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	while (area != MAP_FAILED && !tally->stop) {
		mprotect(area, LOCKED_BYTES, PROT_READ);
		mprotect(area, LOCKED_BYTES, PROT_READ | PROT_WRITE);
	}
	return unused;
}

static void start(char **argv)
{
	char *none[] = { NULL };
	int status;
	pid_t child = vfork();

	if (!child) {
		execve(argv[0], argv, none);
		_exit(126);
	}
	if (child < 0 || waitpid(child, &status, 0) != child || status)
		tally->failed++;
	else
		tally->started++;
}

static void work(int cpu, bool locked, unsigned long count, char **argv)
{
	pthread_t thread;
	unsigned long i;
	cpu_set_t set;

	if (locked && pthread_create(&thread, NULL, lock, NULL)) {
		tally->failed++;
		return;
	}

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
	for (i = 0; !tally->stop && (!count || i < count); i++)
		start(argv);
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_term,
				    .sa_flags = SA_RESTART };
	long cpu, cpus = sysconf(_SC_NPROCESSORS_ONLN);
	bool locked = argc > 1 && !strcmp(argv[1], "-l");

	argc -= locked;
	argv += locked;
	if (argc < 3) {
		fputs("storm [-l] COUNT PROGRAM ARGUMENT...\n", stderr);
		return 2;
	}
	tally = mmap(NULL, sizeof(*tally), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (tally == MAP_FAILED)
		return 1;
	sigaction(SIGTERM, &action, NULL);
	for (cpu = 0; cpu < cpus; cpu++)
		if (!fork()) {
			work(cpu, locked, strtoul(argv[1], NULL, 10), argv + 2);
			_exit(0);
		}
	while (wait(NULL) > 0)
		;
	printf("started %lu failed %lu\n", (unsigned long)tally->started,
	       (unsigned long)tally->failed);
	return tally->failed || !tally->started;
}
