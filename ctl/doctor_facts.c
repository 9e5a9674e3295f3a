// SPDX-License-Identifier: GPL-2.0-only
/*
 * Gathering what the kernel tells in /proc and /sys.
 */
#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "doctor.h"

#define FUNCTION "security_bprm_check"
#define SECURE_BOOT \
	"/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
/* A variable of the firmware begins with four bytes about itself. */
#define SECURE_BOOT_AT 4

static FILE *open_file(const char *root, const char *name)
{
	char path[512];

	snprintf(path, sizeof(path), "%s%s", root, name);
	return fopen(path, "re");
}

/* The beginning of a small file; how much there is of it, 0: nothing. */
static size_t read_file(const char *root, const char *name, char *text,
			size_t size)
{
	FILE *stream = open_file(root, name);
	size_t length;

	text[0] = '\0';
	if (!stream)
		return 0;
	length = fread(text, 1, size - 1, stream);
	fclose(stream);
	text[length] = '\0';
	return length;
}

/* Of a file that says 0, 1, N or Y. */
static enum doctor_answer read_switch(const char *root, const char *name)
{
	char text[8];

	if (!read_file(root, name, text, sizeof(text)))
		return DOCTOR_UNKNOWN;
	return text[0] == '1' || text[0] == 'Y' ? DOCTOR_YES : DOCTOR_NO;
}

/* Is @wanted true of one of the lines of a file? */
static enum doctor_answer find_line(const char *root, const char *name,
				    bool (*wanted)(const char *line))
{
	FILE *stream = open_file(root, name);
	enum doctor_answer answer = DOCTOR_UNKNOWN;
	char line[1024];

	if (!stream)
		return answer;
	while (answer != DOCTOR_YES && fgets(line, sizeof(line), stream))
		answer = wanted(line) ? DOCTOR_YES : DOCTOR_NO;
	fclose(stream);
	return answer;
}

/* Of kallsyms: address, type, name. */
static bool is_function(const char *line)
{
	const char *name = strrchr(line, ' ');

	return name && !strcmp(name, " " FUNCTION "\n");
}

/*
 * Of enabled_functions: name, number of users, flags up to a tab. "I" is that
 * of who changes where the function goes on.
 */
static bool is_redirect(const char *line)
{
	const char *flags = strchr(line, ')');
	const char *end = flags ? strpbrk(flags, "\t\n") : NULL;
	const char *flag = flags ? strstr(flags, " I") : NULL;

	return !strncmp(line, FUNCTION " ", strlen(FUNCTION " ")) && flag &&
	       (!end || flag < end);
}

static bool is_our_file(const char *line)
{
	const char *dot = strstr(line, "pydetect.ko");

	return dot && (dot == line || dot[-1] == '/') &&
	       dot < strchr(line, ':');
}

static void gather_installed(struct doctor_kernel *kernel, const char *root)
{
	char name[192];

	snprintf(name, sizeof(name), "/lib/modules/%s/modules.dep",
		 kernel->release);
	kernel->installed = find_line(root, name, is_our_file);
}

static void gather_redirect(struct doctor_kernel *kernel, const char *root)
{
	kernel->redirected = find_line(
		root, "/sys/kernel/tracing/enabled_functions", is_redirect);
	if (kernel->redirected == DOCTOR_UNKNOWN)
		kernel->redirected = find_line(root,
					       "/sys/kernel/debug/tracing/enabled_functions",
					       is_redirect);
}

/* @path is /sys/kernel/livepatch/NAME/vmlinux/FUNCTION,1 */
static void take_livepatch(struct doctor_kernel *kernel, const char *path,
			   size_t prefix)
{
	const char *name = path + prefix;

	snprintf(kernel->livepatch, sizeof(kernel->livepatch), "%.*s",
		 (int)strcspn(name, "/"), name);
}

static void gather_livepatch(struct doctor_kernel *kernel, const char *root)
{
	static const char directory[] = "/sys/kernel/livepatch/";
	char pattern[512];
	glob_t found;

	snprintf(pattern, sizeof(pattern), "%s%s*/vmlinux/" FUNCTION ",*", root,
		 directory);
	if (!glob(pattern, GLOB_NOSORT, NULL, &found))
		take_livepatch(kernel, found.gl_pathv[0],
			       strlen(root) + strlen(directory));
	globfree(&found);
}

static enum doctor_lockdown gather_lockdown(const char *root)
{
	char text[128];

	if (!read_file(root, "/sys/kernel/security/lockdown", text,
		       sizeof(text)))
		return DOCTOR_LOCKDOWN_UNKNOWN;
	if (strstr(text, "[integrity]"))
		return DOCTOR_LOCKDOWN_INTEGRITY;
	if (strstr(text, "[confidentiality]"))
		return DOCTOR_LOCKDOWN_CONFIDENTIALITY;
	return DOCTOR_LOCKDOWN_NONE;
}

static enum doctor_answer gather_secure_boot(const char *root)
{
	char bytes[16];

	if (read_file(root, SECURE_BOOT, bytes, sizeof(bytes)) <=
	    SECURE_BOOT_AT)
		return DOCTOR_UNKNOWN;
	return bytes[SECURE_BOOT_AT] ? DOCTOR_YES : DOCTOR_NO;
}

/**
 * doctor_gather_kernel - find out about the kernel that runs
 * @kernel: filled in; what is not known says so
 * @root: stands before every path
 */
void doctor_gather_kernel(struct doctor_kernel *kernel, const char *root)
{
	struct utsname name;

	memset(kernel, 0, sizeof(*kernel));
	if (!uname(&name))
		snprintf(kernel->release, sizeof(kernel->release), "%s",
			 name.release);
	doctor_gather_options(kernel, root);
	kernel->has_function = find_line(root, "/proc/kallsyms", is_function);
	kernel->ftrace_enabled = read_switch(root, "/proc/sys/kernel/ftrace_enabled");
	kernel->sig_enforce = read_switch(root, "/sys/module/module/parameters/sig_enforce");
	kernel->secure_boot = gather_secure_boot(root);
	kernel->lockdown = gather_lockdown(root);
	gather_redirect(kernel, root);
	gather_livepatch(kernel, root);
	gather_installed(kernel, root);
}
