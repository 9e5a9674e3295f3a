// SPDX-License-Identifier: GPL-2.0-only
/*
 * What one program start costs: vfork, execve, exit and wait, over and over.
 *
 * Usage: exec_bench PROGRAM BYTES ARGS STARTS [LAST]
 *
 * PROGRAM gets ARGS arguments of BYTES bytes together, the NUL behind each
 * counted; the last one is LAST if that is given. PROGRAM has to exit with 0.
 *
 * Prints three numbers, in nanoseconds. Where time counts instructions they are
 * instructions.
 *
 * usual  the median of all starts. Leaves out what only happens now and then,
 *	  such as ticks of the timer and memory being fetched for many starts at
 *	  once; so it repeats best, and shows the smallest differences.
 * all    the mean of everything that the machine did meanwhile.
 * own    the mean of the CPU time of this process and its children: what of
 *	  that was not the work of others.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* The kernel lets argv have a quarter of the stack, up to 6 MiB. */
#define STACK_BYTES (64ul << 20)

struct cost {
	uint64_t usual;
	uint64_t all;
	uint64_t own;
};

/*
 * What command lines are made of. The same bytes in every run, and nothing that
 * a rule about Python or about attackers' tools would take offence at.
 */
static const char *const words[] = {
	"--config=/etc/backup/nightly.conf",
	"--verbose",
	"/srv/www/index.html",
	"user@db01.internal.example.org",
	"--exclude=*.tmp",
	"report-2024-03.csv",
	"-o",
	"/var/lib/inventory/hosts.d/web-17.json",
	"--retries",
	"12",
	"The quarterly figures",
	"/usr/share/doc/README",
	"--log-level=warning",
	"key=value",
	"https://mirror.example.org/pool/main",
	"a1b2c3d4e5f60718",
};

#define WORDS (sizeof(words) / sizeof(words[0]))

static char *const environment_of_child[] = {
	"PATH=/usr/bin:/bin",
	"LANG=C",
	NULL,
};

static void die(const char *what)
{
	fprintf(stderr, "exec_bench: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* Words with blanks between them, whatever is needed to make @length bytes. */
static void fill(char *text, size_t length, size_t *word)
{
	size_t done = 0;

	while (done < length) {
		const char *next = words[(*word)++ % WORDS];
		size_t count = strlen(next);

		if (done)
			text[done++] = ' ';
		if (count > length - done)
			count = length - done;
		memcpy(text + done, next, count);
		done += count;
	}
	text[length] = '\0';
}

static char *take(char **rest, size_t length)
{
	char *text = *rest;

	*rest += length + 1;
	return text;
}

/* argv[0] is the program, the last one @last, and the others share the rest. */
static char **make_arguments(const char *program, size_t bytes, size_t count,
			     const char *last)
{
	size_t others = count - 1 - !!last, used = strlen(program) + 1;
	char **argv = calloc(count + 1, sizeof(*argv));
	char *rest = malloc(bytes);
	size_t i, word = 0;

	used += last ? strlen(last) + 1 : 0;
	if (!argv || !rest)
		die("memory");
	if (!others ? used != bytes : used + 2 * others > bytes) {
		errno = EINVAL;
		die("BYTES");
	}
	argv[0] = strcpy(take(&rest, strlen(program)), program);
	for (i = 0; i < others; i++) {
		size_t share = (bytes - used) / (others - i);

		argv[i + 1] = take(&rest, share - 1);
		fill(argv[i + 1], share - 1, &word);
		used += share;
	}
	if (last)
		argv[count - 1] = strcpy(take(&rest, strlen(last)), last);
	return argv;
}

static void start(char **argv)
{
	int status;
	pid_t child = vfork();

	if (child < 0)
		die("vfork");
	if (!child) {
		execve(argv[0], argv, environment_of_child);
		_exit(127);
	}
	if (waitpid(child, &status, 0) != child)
		die("wait");
	if (status) {
		fprintf(stderr, "exec_bench: %s ended with status %#x\n",
			argv[0], (unsigned int)status);
		exit(1);
	}
}

static uint64_t clock_ns(clockid_t clock)
{
	struct timespec now;

	if (clock_gettime(clock, &now))
		die("clock");
	return now.tv_sec * 1000000000ull + now.tv_nsec;
}

static uint64_t microseconds_ns(const struct timeval *time)
{
	return (time->tv_sec * 1000000ull + time->tv_usec) * 1000;
}

/* CPU time of this process and of its children that have ended. */
static uint64_t own_ns(void)
{
	struct rusage children;

	if (getrusage(RUSAGE_CHILDREN, &children))
		die("getrusage");
	return clock_ns(CLOCK_PROCESS_CPUTIME_ID) +
	       microseconds_ns(&children.ru_utime) +
	       microseconds_ns(&children.ru_stime);
}

static int compare(const void *left, const void *right)
{
	const uint64_t *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

static uint64_t median(uint64_t *values, size_t count)
{
	qsort(values, count, sizeof(*values), compare);
	return values[count / 2];
}

/* The first starts bring into caches and pools what the others find there. */
static void warm_up(char **argv, size_t starts)
{
	size_t i;

	for (i = 0; i < starts / 4 + 4; i++)
		start(argv);
}

static struct cost measure(char **argv, size_t starts)
{
	uint64_t *each = calloc(starts, sizeof(*each));
	uint64_t own, begin, after;
	struct cost cost;
	size_t i;

	if (!each)
		die("memory");
	/* Touch it now: no page of it is to be fetched between two starts. */
	memset(each, 1, starts * sizeof(*each));
	warm_up(argv, starts);
	own = own_ns();
	begin = after = clock_ns(CLOCK_MONOTONIC);
	for (i = 0; i < starts; i++) {
		uint64_t before = after;

		start(argv);
		after = clock_ns(CLOCK_MONOTONIC);
		each[i] = after - before;
	}
	cost.all = (after - begin) / starts;
	cost.own = (own_ns() - own) / starts;
	cost.usual = median(each, starts);
	free(each);
	return cost;
}

static unsigned long number(const char *text, unsigned long least)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (end == text || *end || value < least) {
		fprintf(stderr, "exec_bench: not a number from %lu on: %s\n",
			least, text);
		exit(2);
	}
	return value;
}

int main(int argc, char **argv)
{
	const struct rlimit stack = { STACK_BYTES, STACK_BYTES };
	const char *last = argc > 5 ? argv[5] : NULL;
	struct cost cost;
	char **arguments;

	if (argc < 5 || argc > 6) {
		fprintf(stderr, "usage: exec_bench PROGRAM BYTES ARGS STARTS "
				"[LAST]\n");
		return 2;
	}
	if (setrlimit(RLIMIT_STACK, &stack))
		die("setrlimit");
	arguments = make_arguments(argv[1], number(argv[2], 1),
				   number(argv[3], last ? 2 : 1), last);
	cost = measure(arguments, number(argv[4], 1));
	printf("%llu %llu %llu\n", (unsigned long long)cost.usual,
	       (unsigned long long)cost.all, (unsigned long long)cost.own);
	return 0;
}
