// SPDX-License-Identifier: GPL-2.0-only
/*
 * as UID CAPABILITY PROGRAM ARGUMENT...
 *
 * Runs a program as a user who has one capability, by its number, or none if
 * that is "-".
 */
#define _GNU_SOURCE
#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static int keep_only(int capability)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2] = { 0 };
	struct __user_cap_data_struct *word = &data[capability / 32];

	word->effective = word->permitted = word->inheritable =
		1u << capability % 32;
	if (syscall(SYS_capset, &header, data))
		return -1;
	return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0);
}

static int become(uid_t uid, const char *capability)
{
	if (prctl(PR_SET_KEEPCAPS, *capability != '-', 0, 0, 0) ||
	    setgroups(0, NULL) || setgid(uid) || setuid(uid))
		return -1;
	return *capability == '-' ? 0 : keep_only(atoi(capability));
}

int main(int argc, char **argv)
{
	if (argc < 4) {
		fputs("as UID CAPABILITY PROGRAM ARGUMENT...\n", stderr);
		return 2;
	}
	if (!become(atoi(argv[1]), argv[2]))
		execvp(argv[3], argv + 3);
	fprintf(stderr, "as: %s: %s\n", argv[3], strerror(errno));
	return 126;
}
