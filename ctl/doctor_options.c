// SPDX-License-Identifier: GPL-2.0-only
/*
 * Gathering how the kernel was built.
 */
#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include "doctor.h"

static const char *const names[DOCTOR_OPTIONS] = {
	[DOCTOR_MODULES] = "MODULES",
	[DOCTOR_NET] = "NET",
	[DOCTOR_SECURITY] = "SECURITY",
	[DOCTOR_KALLSYMS] = "KALLSYMS",
	[DOCTOR_KPROBES] = "KPROBES",
	[DOCTOR_FUNCTION_TRACER] = "FUNCTION_TRACER",
	[DOCTOR_DYNAMIC_FTRACE] = "DYNAMIC_FTRACE",
	[DOCTOR_DYNAMIC_FTRACE_WITH_REGS] = "DYNAMIC_FTRACE_WITH_REGS",
	[DOCTOR_DYNAMIC_FTRACE_WITH_ARGS] = "DYNAMIC_FTRACE_WITH_ARGS",
	[DOCTOR_TRACEPOINTS] = "TRACEPOINTS",
	[DOCTOR_SYSTEM_DATA_VERIFICATION] = "SYSTEM_DATA_VERIFICATION",
	[DOCTOR_AUDIT] = "AUDIT",
	[DOCTOR_PREEMPT_RT] = "PREEMPT_RT",
};

/**
 * doctor_option_name - what an option is called
 * @option: the option
 *
 * Return: the name, without CONFIG_.
 */
const char *doctor_option_name(enum doctor_option option)
{
	return names[option];
}

/* CONFIG_NAME=y or =m; whatever is not there is not set. */
static void take_line(struct doctor_kernel *kernel, const char *line)
{
	const char *name = line + strlen("CONFIG_");
	size_t length, i;

	if (strncmp(line, "CONFIG_", strlen("CONFIG_")))
		return;
	length = strcspn(name, "=");
	if (name[length] != '=' || !strchr("ym", name[length + 1]))
		return;
	for (i = 0; i < DOCTOR_OPTIONS; i++)
		if (strlen(names[i]) == length &&
		    !memcmp(names[i], name, length))
			kernel->options[i] = DOCTOR_YES;
}

/* zlib reads what is not compressed as it is. */
static bool read_config(struct doctor_kernel *kernel, const char *root,
			const char *name)
{
	char path[512], line[1024];
	gzFile file;
	size_t i;

	snprintf(path, sizeof(path), "%s%s", root, name);
	file = gzopen(path, "re");
	if (!file)
		return false;
	for (i = 0; i < DOCTOR_OPTIONS; i++)
		kernel->options[i] = DOCTOR_NO;
	while (gzgets(file, line, sizeof(line)))
		take_line(kernel, line);
	gzclose(file);
	snprintf(kernel->config, sizeof(kernel->config), "%s", name);
	return true;
}

/**
 * doctor_gather_options - find out how the kernel was built
 * @kernel: options and where they were read are filled in; its release is known
 * @root: stands before every path
 */
void doctor_gather_options(struct doctor_kernel *kernel, const char *root)
{
	char name[160];

	if (read_config(kernel, root, "/proc/config.gz"))
		return;
	snprintf(name, sizeof(name), "/boot/config-%s", kernel->release);
	read_config(kernel, root, name);
}
