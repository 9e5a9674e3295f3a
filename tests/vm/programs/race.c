// SPDX-License-Identifier: GPL-2.0-only
/*
 * race bytes|ends ROUNDS PROGRAM
 *
 * Starts a program over and over while another thread rewrites the memory that
 * its arguments are copied from, and tells how many starts worked and how many
 * were refused.
 *
 *   bytes  the thread writes the word "forbidden" into the arguments, and takes
 *          it out again
 *   ends   the word is always there; the thread takes the NUL behind it away,
 *          and puts it back. The kernel measures a string before it copies it:
 *          what it copies may have no end, and go on into what lies behind. The
 *          environment is empty, so nothing else ends it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define ARGS 48
#define ARG_BYTES 640
#define REFUSED 100
#define FAILED 101

static const char word[] = "forbidden";

static char args[ARGS][ARG_BYTES];
static atomic_int ready;

/* Never the same place twice in a row, nor at the same time in all arguments. */
static void *rewrite_bytes(void *unused)
{
	unsigned int round, i;

	ready = 1;
	for (round = 0;; round++)
		for (i = 0; i < ARGS; i++) {
			char *arg = args[i];
			size_t at = (round * 31 + i * 17) %
				    (ARG_BYTES - sizeof(word));

			memset(arg, 'a' + round % 26, ARG_BYTES - 1);
			if ((round + i) % 97 == 0)
				memcpy(arg + at, word, sizeof(word) - 1);
			/* Shorter and longer arguments, too. */
			arg[ARG_BYTES - 1 - round % 7] = '\0';
			/* Nobody here reads it, but it has to be written. */
			atomic_signal_fence(memory_order_seq_cst);
		}
	return unused;
}

static void *rewrite_ends(void *unused)
{
	volatile char *end = &args[0][sizeof(word) - 1];

	ready = 1;
	for (;;) {
		*end = '#';
		*end = '\0';
	}
	return unused;
}

static _Noreturn void start(const char *program, void *(*rewrite)(void *),
			    unsigned int round)
{
	char *argv[ARGS + 2], *none[] = { NULL };
	pthread_t thread;
	unsigned int i, n = 0;

	if (rewrite == rewrite_bytes) {
		argv[n++] = (char *)program;
		for (i = 0; i < ARGS; i++)
			argv[n++] = args[i];
	} else {
		memcpy(args[0], word, sizeof(word));
		argv[n++] = args[0];
	}
	argv[n] = NULL;
	if (pthread_create(&thread, NULL, rewrite, NULL))
		_exit(FAILED);
	while (!ready)
		sched_yield();
	/* Another moment of the thread's loop each time. */
	for (i = 0; i < round * 7919 % 20000; i++)
		atomic_signal_fence(memory_order_seq_cst);
	execve(program, argv, none);
	_exit(errno == EPERM ? REFUSED : FAILED);
}

static int run(const char *program, void *(*rewrite)(void *),
	       unsigned int round)
{
	int status;
	pid_t child = fork();

	if (!child)
		start(program, rewrite, round);
	if (child < 0 || waitpid(child, &status, 0) != child)
		return FAILED;
	return WIFEXITED(status) ? WEXITSTATUS(status) : FAILED;
}

int main(int argc, char **argv)
{
	unsigned int started = 0, refused = 0, failed = 0, round, rounds;
	void *(*rewrite)(void *) = rewrite_bytes;

	if (argc != 4) {
		fputs("race bytes|ends ROUNDS PROGRAM\n", stderr);
		return 2;
	}
	if (!strcmp(argv[1], "ends"))
		rewrite = rewrite_ends;
	rounds = atoi(argv[2]);
	for (round = 0; round < rounds; round++) {
		int result = run(argv[3], rewrite, round);

		started += result == 0;
		refused += result == REFUSED;
		failed += result && result != REFUSED;
	}
	printf("started %u refused %u failed %u\n", started, refused, failed);
	return 0;
}
