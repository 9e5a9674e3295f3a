// SPDX-License-Identifier: GPL-2.0-only
/*
 * Judging the module: is it there, does it answer, does it judge?
 */
#include <errno.h>
#include <string.h>

#include "doctor.h"
#include "../module/uapi/pydetect.h"

static void judge_absence(struct doctor_report *report,
			  const struct doctor_kernel *kernel)
{
	const char *advice = "install the package pydetect-dkms, or run make and insmod pydetect.ko";
	const bool nowhere = kernel->installed == DOCTOR_NO;

	if (kernel->installed == DOCTOR_YES)
		advice = "systemctl start pydetect, or modprobe pydetect; where that fails the kernel log says why";
	else if (kernel->sig_enforce == DOCTOR_YES ||
		 kernel->lockdown >= DOCTOR_LOCKDOWN_INTEGRITY)
		advice = "install the package pydetect-dkms, and enrol the key that DKMS signs with: mokutil --import";
	doctor_add(report, DOCTOR_FAILURE, "module", advice,
		   "the module is not loaded: nothing is judged%s",
		   nowhere ? "; modprobe would not find it for this kernel" : "");
}

static void judge_version(struct doctor_report *report, const char *version)
{
	char sentence[256];

	if (module_version_differs(version, sentence, sizeof(sentence)))
		doctor_add(report, DOCTOR_WARNING, "module",
			   "they are released together: install both packages of one version, and load the module anew",
			   "%s", sentence);
	else
		doctor_add(report, DOCTOR_OK, "module", NULL,
			   "module and pydetectctl are of version %s", version);
}

static void judge_silence(struct doctor_report *report,
			  const struct doctor_module *module)
{
	const char *advice = NULL;

	if (module->error == -EPERM)
		advice = "run pydetectctl doctor as root";
	else if (module->error == -ENOENT)
		advice = "run it outside of containers: the module only speaks to the first network namespace";
	doctor_add(report, DOCTOR_FAILURE, "module", advice,
		   "the module does not tell its state: %s",
		   module->reason[0] ? module->reason :
				       strerror(-module->error));
}

static void judge_hook(struct doctor_report *report,
		       const struct doctor_module *module)
{
	const struct event_status *status = &module->status;

	if (status->hook == PYDETECT_HOOK_NONE)
		doctor_add(report, DOCTOR_FAILURE, "hook",
			   "built in: name pydetect in lsm= on the kernel's command line; otherwise load the module anew, and look into the kernel log",
			   "the module has no hook: nothing is judged");
	else if (module->started)
		doctor_add(report, DOCTOR_WARNING, "hook",
			   "look for a rule that denies it: pydetectctl rules --sort denied",
			   "this program could not be started for a try: %s",
			   strerror(-module->started));
	else if (status->mode == PYDETECT_MODE_OFF)
		doctor_add(report, DOCTOR_OK, "hook", NULL,
			   "the hook is in place");
	else if (!module->judged)
		doctor_add(report, DOCTOR_FAILURE, "hook",
			   "load the module anew; tell its developers of it, with the kernel log",
			   "a program was started and not judged, although there is a hook");
	else
		doctor_add(report, DOCTOR_OK, "hook", NULL,
			   "program starts are judged: one was tried (%s)",
			   status->hook == PYDETECT_HOOK_LSM ? "lsm" :
							       "ftrace");
}

/**
 * doctor_judge_module - judge whether the module is at work
 * @report: where findings go
 * @facts: what was gathered
 */
void doctor_judge_module(struct doctor_report *report,
			 const struct doctor_facts *facts)
{
	const struct doctor_module *module = &facts->module;

	if (!module->version[0]) {
		judge_absence(report, &facts->kernel);
		return;
	}
	judge_version(report, module->version);
	if (module->error)
		judge_silence(report, module);
	else
		judge_hook(report, module);
}
