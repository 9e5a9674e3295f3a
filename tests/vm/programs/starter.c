// SPDX-License-Identifier: GPL-2.0-only
/*
 * starter ARGUMENT...
 *
 * With file descriptor 3 open: reads from it the path of a program and its
 * arguments, each with its NUL, starts it, and writes its process id to file
 * descriptor 4. So the starter's own arguments can be anything. Otherwise: does
 * nothing.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define TEXT_MAX (1 << 17)
#define ARGUMENTS_MAX 4096

static char text[TEXT_MAX];
static char *arguments[ARGUMENTS_MAX + 1];

/* Returns how many bytes there were. */
static size_t read_all(int from)
{
	size_t length = 0;
	ssize_t count;

	while ((count = read(from, text + length, TEXT_MAX - length)) > 0)
		length += count;
	close(from);
	return length;
}

static void cut(size_t length)
{
	size_t at = strlen(text) + 1, count = 0;

	for (; at < length && count < ARGUMENTS_MAX; at += strlen(text + at) + 1)
		arguments[count++] = text + at;
}

static int start(void)
{
	char *none[] = { NULL };
	pid_t child = vfork();

	if (!child) {
		execve(text, arguments, none);
		_exit(errno == EPERM ? 126 : 125);
	}
	dprintf(4, "%d", (int)child);
	return child;
}

int main(void)
{
	size_t length = read_all(3);
	int status;

	if (!length)
		return 0;
	cut(length);
	if (waitpid(start(), &status, 0) < 0 || !WIFEXITED(status))
		return 125;
	return WEXITSTATUS(status);
}
