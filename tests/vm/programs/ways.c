// SPDX-License-Identifier: GPL-2.0-only
/*
 * ways WAY PROGRAM ARGUMENT...
 *
 * Starts a program in one of the many ways that the kernel has for it, waits
 * for it, and ends as it did. A program that could not be started makes it say
 * why and end with 126. The program gets the ARGUMENTs as argv, from argv[0]
 * on.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOT_STARTED 126

extern char **environ;

/* What one way of starting is told. */
struct start {
	const char *program;
	char **argv;
};

static _Noreturn void fail(const char *what)
{
	fprintf(stderr, "ways: %s: %s\n", what, strerror(errno));
	_exit(NOT_STARTED);
}

static int open_program(const char *program)
{
	int file = open(program, O_RDONLY);

	if (file < 0)
		fail(program);
	return file;
}

static void wait_for(pid_t child)
{
	int status;

	if (waitpid(child, &status, 0) != child)
		fail("waitpid");
	exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

/* In place, by path. */
static void way_exec(const struct start *start)
{
	execve(start->program, start->argv, environ);
}

static void way_vfork(const struct start *start)
{
	pid_t child = vfork();

	if (!child) {
		execve(start->program, start->argv, environ);
		fail("execve");
	}
	wait_for(child);
}

static void way_fork(const struct start *start)
{
	pid_t child = fork();

	if (!child) {
		execve(start->program, start->argv, environ);
		fail("execve");
	}
	wait_for(child);
}

static void way_spawn(const struct start *start)
{
	pid_t child;

	errno = posix_spawn(&child, start->program, NULL, NULL, start->argv,
			    environ);
	if (!errno)
		wait_for(child);
}

/* What fexecve() does without execveat(). */
static void way_fd(const struct start *start)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d",
		 dup2(open_program(start->program), 9));
	execve(path, start->argv, environ);
}

static void way_execveat(const struct start *start)
{
	syscall(SYS_execveat, dup2(open_program(start->program), 9), "",
		start->argv, environ, AT_EMPTY_PATH);
}

/* By a name relative to a directory that is not the working directory. */
static void way_directory(const struct start *start)
{
	char *copy = strdup(start->program);
	char *slash = strrchr(copy, '/');
	int directory;

	*slash = '\0';
	directory = dup2(open_program(copy), 9);
	syscall(SYS_execveat, directory, slash + 1, start->argv, environ, 0);
}

/* Never in any directory. */
static void way_memfd(const struct start *start)
{
	int from = open_program(start->program);
	int to = dup2(memfd_create("secret", 0), 9);
	struct stat stat;

	if (fstat(from, &stat) ||
	    sendfile(to, from, NULL, stat.st_size) != stat.st_size)
		fail("copying");
	syscall(SYS_execveat, to, "", start->argv, environ, AT_EMPTY_PATH);
}

/* Gone from its directory by the time it is run. */
static void way_deleted(const struct start *start)
{
	int file = dup2(open_program(start->program), 9);

	if (unlink(start->program))
		fail("unlink");
	syscall(SYS_execveat, file, "", start->argv, environ, AT_EMPTY_PATH);
}

static void *exec_in_thread(void *context)
{
	const struct start *start = context;

	execve(start->program, start->argv, environ);
	fail("execve");
}

/* By a thread that does not lead its group. */
static void way_thread(const struct start *start)
{
	pthread_t thread;

	errno = pthread_create(&thread, NULL, exec_in_thread, (void *)start);
	if (!errno)
		pthread_join(thread, NULL);
}

/* With a root directory of its own; the program is a path in it. */
static void way_chroot(const struct start *start)
{
	if (chroot(".") || chdir("/"))
		fail("chroot");
	execve(start->program, start->argv, environ);
}

/* Without any argv at all. */
static void way_nothing(const struct start *start)
{
	syscall(SYS_execve, start->program, NULL, environ);
}

static const struct {
	const char *name;
	void (*run)(const struct start *start);
} ways[] = {
	{ "exec", way_exec },
	{ "vfork", way_vfork },
	{ "fork", way_fork },
	{ "spawn", way_spawn },
	{ "fd", way_fd },
	{ "execveat", way_execveat },
	{ "directory", way_directory },
	{ "memfd", way_memfd },
	{ "deleted", way_deleted },
	{ "thread", way_thread },
	{ "chroot", way_chroot },
	{ "nothing", way_nothing },
};

int main(int argc, char **argv)
{
	struct start start;
	size_t i;

	if (argc < 3) {
		fputs("ways WAY PROGRAM ARGUMENT...\n", stderr);
		return 2;
	}
	start = (struct start){ .program = argv[2], .argv = argv + 3 };
	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		if (!strcmp(ways[i].name, argv[1])) {
			ways[i].run(&start);
			fail(start.program);
		}
	fprintf(stderr, "ways: there is no way %s\n", argv[1]);
	return 2;
}
