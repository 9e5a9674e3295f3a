// SPDX-License-Identifier: GPL-2.0-only
/*
 * Judging who can change rules, settings and this tool.
 */
#include "doctor.h"

static void judge_file(struct doctor_report *report,
		       const struct doctor_file *file)
{
	const bool anybody = file->mode & 0002;

	doctor_add(report,
		   anybody || file->uid ? DOCTOR_FAILURE : DOCTOR_WARNING,
		   "files",
		   "chown root, chmod go-w: who writes rules decides what is denied",
		   "%s can be changed by %s (user %u, mode %04o)", file->path,
		   anybody   ? "anybody" :
		   file->uid ? "somebody else than root" :
			       "a group",
		   file->uid, file->mode);
}

static void judge_directory(struct doctor_report *report,
			    const struct doctor_files *files)
{
	size_t i;

	if (!files->there) {
		doctor_add(report, DOCTOR_NOTE, "files", NULL,
			   "there is no /etc/pydetect: nothing is loaded at boot");
		return;
	}
	for (i = 0; i < files->nr_files && i < DOCTOR_FILES_MAX; i++)
		judge_file(report, &files->files[i]);
	if (files->nr_files > DOCTOR_FILES_MAX)
		doctor_add(report, DOCTOR_WARNING, "files",
			   "look for more: find /etc/pydetect -perm /go+w -o ! -user root",
			   "%zu more files below /etc/pydetect can be changed by others",
			   files->nr_files - DOCTOR_FILES_MAX);
	if (!files->nr_files)
		doctor_add(report, DOCTOR_OK, "files", NULL,
			   "only root can change what is below /etc/pydetect");
}

/* Whether it is exempt is known once it has set the mode. */
static void judge_tool(struct doctor_report *report,
		       const struct doctor_facts *facts)
{
	const struct doctor_file *tool = &facts->files.tool;
	const struct doctor_module *module = &facts->module;

	if (tool->uid || tool->mode & 0022)
		doctor_add(report, DOCTOR_WARNING, "tool",
			   "install it as root (make install, or the package), or chown root and chmod go-w",
			   "somebody else than root can change this pydetectctl (user %u, mode %04o): rules may deny it in mode block",
			   tool->uid, tool->mode);
	else if (!module->version[0] || module->error)
		return;
	else if (module->status.tool)
		doctor_add(report, DOCTOR_OK, "tool", NULL,
			   "no rule can deny this pydetectctl to root");
	else
		doctor_add(report, DOCTOR_NOTE, "tool",
			   "pydetectctl mode report, or block, makes it the one that is spared, unless there is a lock",
			   "rules may deny this pydetectctl: it is not the one that last set the mode");
}

/**
 * doctor_judge_files - judge who can change rules, settings and this tool
 * @report: where findings go
 * @facts: what was gathered
 */
void doctor_judge_files(struct doctor_report *report,
			const struct doctor_facts *facts)
{
	judge_directory(report, &facts->files);
	judge_tool(report, facts);
}
