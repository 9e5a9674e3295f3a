// SPDX-License-Identifier: GPL-2.0-only
/*
 * Judging the kernel: can it be hooked, and what does it keep from root?
 */
#include <stdio.h>
#include <string.h>

#include "doctor.h"
#include "../module/core/env.h"
#include "../module/uapi/pydetect.h"

static const enum doctor_option needed[] = {
	DOCTOR_NET,
	DOCTOR_SECURITY,
	DOCTOR_TRACEPOINTS,
};

/* Beside these, by the module that redirects a function. */
static const enum doctor_option needed_to_redirect[] = {
	DOCTOR_MODULES,		DOCTOR_KALLSYMS,       DOCTOR_KPROBES,
	DOCTOR_FUNCTION_TRACER, DOCTOR_DYNAMIC_FTRACE,
};

static bool is_module_loaded(const struct doctor_facts *facts)
{
	return facts->module.version[0];
}

/* Built in, it redirects nothing. */
static bool is_built_in(const struct doctor_facts *facts)
{
	return is_module_loaded(facts) && !facts->module.error &&
	       facts->module.status.hook == PYDETECT_HOOK_LSM;
}

static void add_missing(char *names, size_t size, enum doctor_option option)
{
	const size_t length = strlen(names);

	snprintf(names + length, size - length, "%sCONFIG_%s",
		 length ? ", " : "", doctor_option_name(option));
}

static void find_missing(const struct doctor_kernel *kernel,
			 const enum doctor_option *options, size_t count,
			 char *names, size_t size)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (kernel->options[options[i]] == DOCTOR_NO)
			add_missing(names, size, options[i]);
}

/* Either of them lets ftrace change where a function goes on. */
static bool cannot_redirect(const struct doctor_kernel *kernel)
{
	return kernel->options[DOCTOR_DYNAMIC_FTRACE_WITH_REGS] == DOCTOR_NO &&
	       kernel->options[DOCTOR_DYNAMIC_FTRACE_WITH_ARGS] == DOCTOR_NO;
}

static void judge_options(struct doctor_report *report,
			  const struct doctor_facts *facts)
{
	const struct doctor_kernel *kernel = &facts->kernel;
	char names[256] = "";

	if (!kernel->config[0]) {
		doctor_add(report, DOCTOR_NOTE, "kernel", NULL,
			   "there is neither /proc/config.gz nor /boot/config-%s: how this kernel was built is not known",
			   kernel->release);
		return;
	}
	find_missing(kernel, needed, ARRAY_SIZE(needed), names, sizeof(names));
	if (!is_built_in(facts)) {
		find_missing(kernel, needed_to_redirect,
			     ARRAY_SIZE(needed_to_redirect), names,
			     sizeof(names));
		if (cannot_redirect(kernel))
			add_missing(names, sizeof(names),
				    DOCTOR_DYNAMIC_FTRACE_WITH_ARGS);
	}
	if (names[0])
		doctor_add(report, DOCTOR_FAILURE, "kernel",
			   "boot a kernel that has them, as Debian's do, or build pydetect into one as a security module",
			   "this kernel was built without %s", names);
	else
		doctor_add(report, DOCTOR_OK, "kernel", NULL,
			   "kernel %s has all that pydetect needs",
			   kernel->release);
}

static void judge_wishes(struct doctor_report *report,
			 const struct doctor_kernel *kernel)
{
	if (kernel->options[DOCTOR_SYSTEM_DATA_VERIFICATION] == DOCTOR_NO)
		doctor_add(report, DOCTOR_NOTE, "kernel",
			   "a lock can only be 'pydetectctl lock --freeze' here",
			   "this kernel cannot verify signatures of policies (CONFIG_SYSTEM_DATA_VERIFICATION)");
	if (kernel->options[DOCTOR_AUDIT] == DOCTOR_NO)
		doctor_add(report, DOCTOR_NOTE, "kernel", NULL,
			   "this kernel knows no login sessions (CONFIG_AUDIT): LogonId is never there");
	if (kernel->options[DOCTOR_PREEMPT_RT] == DOCTOR_YES)
		doctor_add(report, DOCTOR_NOTE, "kernel",
			   "leave out rules that use LineageImage and the like",
			   "this kernel has PREEMPT_RT, where processes cannot be followed: policies that track lineages are refused");
}

static void judge_function(struct doctor_report *report,
			   const struct doctor_kernel *kernel)
{
	if (kernel->has_function == DOCTOR_NO)
		doctor_add(report, DOCTOR_FAILURE, "hook",
			   "boot a kernel where it is compiled in whole, or build pydetect into one as a security module",
			   "this kernel has no function security_bprm_check() to redirect");
	if (kernel->livepatch[0])
		doctor_add(report, DOCTOR_FAILURE, "hook",
			   "unload that livepatch before the module is loaded: both need the function for themselves",
			   "the livepatch %s replaces security_bprm_check()",
			   kernel->livepatch);
}

/* Who redirects it if it is not us? A livepatch was named already. */
static void judge_redirect(struct doctor_report *report,
			   const struct doctor_facts *facts)
{
	const struct doctor_kernel *kernel = &facts->kernel;

	if (kernel->ftrace_enabled == DOCTOR_NO)
		doctor_add(report, DOCTOR_FAILURE, "hook",
			   "sysctl kernel.ftrace_enabled=1, and find who set it to 0",
			   "kernel.ftrace_enabled is 0: nothing can be redirected");
	if (!is_module_loaded(facts) && kernel->redirected == DOCTOR_YES &&
	    !kernel->livepatch[0])
		doctor_add(report, DOCTOR_FAILURE, "hook",
			   "find it in /sys/kernel/tracing/enabled_functions, and unload that module",
			   "something else redirects security_bprm_check()");
}

/* Is the kernel out of reach for who may load modules? */
static void judge_root(struct doctor_report *report,
		       const struct doctor_kernel *kernel)
{
	const bool in_vain = kernel->secure_boot == DOCTOR_YES;

	if (kernel->lockdown >= DOCTOR_LOCKDOWN_INTEGRITY)
		doctor_add(report, DOCTOR_OK, "root", NULL,
			   "only signed modules are loaded, and the kernel's memory is locked down");
	else if (kernel->sig_enforce == DOCTOR_YES)
		doctor_add(report, DOCTOR_OK, "root", NULL,
			   "only signed modules are loaded");
	else
		doctor_add(report, DOCTOR_NOTE, "root",
			   "where a lock is to hold against root: Secure Boot, signed modules, and lockdown=integrity on the kernel's command line",
			   "root can load any module and write to the kernel's memory%s",
			   in_vain ? ", in spite of Secure Boot" : "");
}

/**
 * doctor_judge_kernel - judge the kernel
 * @report: where findings go
 * @facts: what was gathered
 */
void doctor_judge_kernel(struct doctor_report *report,
			 const struct doctor_facts *facts)
{
	judge_options(report, facts);
	judge_wishes(report, &facts->kernel);
	if (!is_built_in(facts)) {
		judge_function(report, &facts->kernel);
		judge_redirect(report, facts);
	}
	judge_root(report, &facts->kernel);
}
