/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is well on this machine and what is not.
 *
 * Facts are gathered by doctor_gather_*() and by cmd_doctor.c, and judged by
 * doctor_judge(), which looks at nothing else.
 */
#ifndef PYDETECT_CTL_DOCTOR_H
#define PYDETECT_CTL_DOCTOR_H

#include "event.h"
#include "module_version.h"
#include "terminal.h"

struct json_object;

/** enum doctor_answer - a fact that may not be known */
enum doctor_answer {
	DOCTOR_UNKNOWN,
	DOCTOR_NO,
	DOCTOR_YES,
};

/** enum doctor_option - options of the kernel, without CONFIG_ */
enum doctor_option {
	DOCTOR_MODULES,
	DOCTOR_NET,
	DOCTOR_SECURITY,
	DOCTOR_KALLSYMS,
	DOCTOR_KPROBES,
	DOCTOR_FUNCTION_TRACER,
	DOCTOR_DYNAMIC_FTRACE,
	DOCTOR_DYNAMIC_FTRACE_WITH_REGS,
	DOCTOR_DYNAMIC_FTRACE_WITH_ARGS,
	DOCTOR_TRACEPOINTS,
	DOCTOR_SYSTEM_DATA_VERIFICATION,
	DOCTOR_AUDIT,
	DOCTOR_PREEMPT_RT,
	DOCTOR_OPTIONS,
};

/** enum doctor_lockdown - what the kernel keeps from root */
enum doctor_lockdown {
	DOCTOR_LOCKDOWN_UNKNOWN,
	DOCTOR_LOCKDOWN_NONE,
	DOCTOR_LOCKDOWN_INTEGRITY,
	DOCTOR_LOCKDOWN_CONFIDENTIALITY,
};

/**
 * struct doctor_kernel - the kernel that runs
 * @release: as uname -r has it
 * @config: the file its options were read from, empty: none
 * @options: by enum doctor_option
 * @has_function: does it have security_bprm_check()?
 * @ftrace_enabled: kernel.ftrace_enabled
 * @redirected: does anybody redirect security_bprm_check()?
 * @livepatch: a livepatch that replaces it, empty: none
 * @secure_boot: was the machine booted by Secure Boot?
 * @sig_enforce: are only signed modules loaded?
 * @lockdown: see enum doctor_lockdown
 * @installed: is there a pydetect.ko where modprobe looks?
 */
struct doctor_kernel {
	char release[128];
	char config[160];
	enum doctor_answer options[DOCTOR_OPTIONS];
	enum doctor_answer has_function;
	enum doctor_answer ftrace_enabled;
	enum doctor_answer redirected;
	char livepatch[128];
	enum doctor_answer secure_boot;
	enum doctor_answer sig_enforce;
	enum doctor_lockdown lockdown;
	enum doctor_answer installed;
};

/**
 * struct doctor_module - the module
 * @version: as sysfs has it, empty: it is not there
 * @error: negative errno of the first command that failed
 * @reason: what the module said about that
 * @status: its state, where @error is zero
 * @started: 0, or the negative errno of starting a harmless program
 * @judged: how many more passes had been judged afterwards
 */
struct doctor_module {
	char version[MODULE_VERSION_BYTES];
	int error;
	char reason[512];
	struct event_status status;
	int started;
	uint64_t judged;
};

/* Files that are listed; more are only counted. */
#define DOCTOR_FILES_MAX 8

/**
 * struct doctor_file - a file that somebody else than root can change
 * @path: its name
 * @uid: whose it is
 * @mode: its permissions
 */
struct doctor_file {
	char path[192];
	uint32_t uid;
	uint32_t mode;
};

/**
 * struct doctor_files - what rules and settings are read from
 * @there: is there a directory of them?
 * @files: those that others can change
 * @nr_files: how many, also beyond DOCTOR_FILES_MAX
 * @newest: when a rule file was last changed, ns since 1970, 0: there is none
 * @tool: this program's file
 */
struct doctor_files {
	bool there;
	struct doctor_file files[DOCTOR_FILES_MAX];
	size_t nr_files;
	uint64_t newest;
	struct doctor_file tool;
};

/**
 * struct doctor_facts - all that is judged
 * @now: ns since 1970
 */
struct doctor_facts {
	uint64_t now;
	struct doctor_kernel kernel;
	struct doctor_module module;
	struct doctor_files files;
};

/** enum doctor_severity - how bad a finding is */
enum doctor_severity {
	DOCTOR_OK,	/* as it should be */
	DOCTOR_NOTE,	/* good to know */
	DOCTOR_WARNING, /* something is missed, or may be soon */
	DOCTOR_FAILURE, /* nothing is guarded, or anybody can end that */
};

/**
 * struct doctor_finding - one sentence, and what to do about it
 * @severity: how bad it is
 * @topic: what it is about, a word
 * @text: the sentence
 * @advice: what to do, NULL: nothing
 */
struct doctor_finding {
	enum doctor_severity severity;
	const char *topic;
	char text[320];
	const char *advice;
};

/* More than all checks can find together. */
#define DOCTOR_FINDINGS_MAX 64

/**
 * struct doctor_report - what was found
 * @findings: in the order of the checks
 * @nr: how many
 */
struct doctor_report {
	struct doctor_finding findings[DOCTOR_FINDINGS_MAX];
	size_t nr;
};

/* Gathering. @root stands before every path: "", or a directory of a test. */
void doctor_gather_kernel(struct doctor_kernel *kernel, const char *root);
void doctor_gather_options(struct doctor_kernel *kernel, const char *root);
const char *doctor_option_name(enum doctor_option option);
void doctor_gather_files(struct doctor_files *files, const char *root);

/* Judging. */
void doctor_judge(struct doctor_report *report,
		  const struct doctor_facts *facts);
void doctor_judge_kernel(struct doctor_report *report,
			 const struct doctor_facts *facts);
void doctor_judge_module(struct doctor_report *report,
			 const struct doctor_facts *facts);
void doctor_judge_mode(struct doctor_report *report,
		       const struct event_status *status);
void doctor_judge_policy(struct doctor_report *report,
			 const struct doctor_facts *facts);
void doctor_judge_losses(struct doctor_report *report,
			 const struct event_status *status);
void doctor_judge_files(struct doctor_report *report,
			const struct doctor_facts *facts);

void doctor_add(struct doctor_report *report, enum doctor_severity severity,
		const char *topic, const char *advice, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
size_t doctor_count(const struct doctor_report *report,
		    enum doctor_severity severity);

/* Printing. */
void print_doctor(struct terminal *terminal,
		  const struct doctor_report *report);
struct json_object *print_doctor_json(const struct doctor_report *report);

#endif /* PYDETECT_CTL_DOCTOR_H */
