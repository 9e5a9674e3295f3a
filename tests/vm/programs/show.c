// SPDX-License-Identifier: GPL-2.0-only
/*
 * The program that tests start. Does nothing but tell what arguments it really
 * got, in a file named after its process, where the directory for that exists.
 * It does not look at its environment: some tests damage that.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define RECEIVED "/tmp/received"

/* The kernel lays the arguments out one behind the other. */
int main(int argc, char **argv)
{
	const char *end = argv[argc - 1] + strlen(argv[argc - 1]) + 1;
	char path[64];
	int file, failed;

	snprintf(path, sizeof(path), RECEIVED "/%d", (int)getpid());
	file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
	if (file < 0)
		return 0;
	failed = write(file, argv[0], end - argv[0]) != end - argv[0];
	return close(file) || failed;
}
