// SPDX-License-Identifier: GPL-2.0-only
/*
 * Judging the mode, how it came about and what may end it.
 */
#include "clock.h"
#include "doctor.h"
#include "../module/uapi/pydetect.h"

static void judge_value(struct doctor_report *report,
			const struct event_status *status)
{
	if (status->mode == PYDETECT_MODE_OFF)
		doctor_add(report, DOCTOR_WARNING, "mode",
			   "pydetectctl mode report",
			   "the mode is off: nothing is judged");
	else if (status->mode == PYDETECT_MODE_REPORT)
		doctor_add(report, DOCTOR_OK, "mode", NULL,
			   "the mode is report: nothing is denied");
	else
		doctor_add(report, DOCTOR_OK, "mode", NULL,
			   "the mode is block: %llu starts were denied so far",
			   (unsigned long long)status->denied);
	if (status->mode_max < PYDETECT_MODE_BLOCK)
		doctor_add(report, DOCTOR_NOTE, "mode",
			   "where that is no longer wanted: take pydetect.mode= from the kernel's command line or from modprobe.d, and load the module anew",
			   "the module was loaded with mode=%s: no command can set more",
			   event_mode_name(status->mode_max));
}

static void judge_reason(struct doctor_report *report,
			 const struct event_status *status)
{
	switch (status->mode_reason) {
	case PYDETECT_REASON_UNCONFIRMED:
		doctor_add(report, DOCTOR_WARNING, "mode",
			   "set it again, and run 'pydetectctl confirm' in time",
			   "mode block ended because nobody confirmed it");
		break;
	case PYDETECT_REASON_TIME_OVER:
		doctor_add(report, DOCTOR_NOTE, "mode",
			   "pydetectctl mode block, without --for, where it is to stay",
			   "mode block ended because its time was over");
		break;
	case PYDETECT_REASON_TOO_MANY:
		doctor_add(report, DOCTOR_WARNING, "mode",
			   "see what was denied (pydetectctl monitor --from 1); an attacker can provoke this, so set --fallback-above 0 once rules are tried",
			   "mode block ended because more starts were denied than --fallback-above allows");
		break;
	default:
		break;
	}
}

static void judge_end(struct doctor_report *report,
		      const struct event_status *status)
{
	if (status->unconfirmed)
		doctor_add(report, DOCTOR_WARNING, "mode",
			   "pydetectctl confirm, if all is well",
			   "mode block ends in %llu s unless it is confirmed",
			   (unsigned long long)(status->confirm_left /
						NS_PER_SECOND));
	if (status->limited)
		doctor_add(report, DOCTOR_NOTE, "mode", NULL,
			   "mode block ends in %llu s",
			   (unsigned long long)(status->mode_left /
						NS_PER_SECOND));
	if (status->fallback_above)
		doctor_add(report, DOCTOR_NOTE, "mode",
			   "pydetectctl mode --fallback-above 0, once rules are tried",
			   "whoever can have %u starts denied within a minute ends mode block",
			   status->fallback_above);
}

static void judge_errors(struct doctor_report *report,
			 const struct event_status *status)
{
	if (!status->errors)
		return;
	doctor_add(report, DOCTOR_WARNING, "mode",
		   "their events tell the reason, most often memory; 'pydetectctl mode --on-error' says what becomes of them in mode block",
		   "%llu starts could not be judged, on error %s",
		   (unsigned long long)status->errors,
		   event_on_error_name(status->on_error));
}

static void judge_lock(struct doctor_report *report,
		       const struct event_status *status)
{
	if (status->lock == PYDETECT_LOCK_OPEN) {
		doctor_add(report, DOCTOR_NOTE, "lock",
			   "pydetectctl lock, where root is not to undo it before the next boot",
			   "the module is not locked: root can unload it or change its policy");
		return;
	}
	doctor_add(report, DOCTOR_OK, "lock", NULL,
		   status->lock == PYDETECT_LOCK_FROZEN ?
			   "the module is frozen until the next boot" :
			   "the module is locked until the next boot: it takes newer signed policies only");
	if (status->mode != PYDETECT_MODE_BLOCK)
		doctor_add(report, DOCTOR_WARNING, "lock",
			   "pydetectctl mode block: a lock allows to raise the mode",
			   "the module is locked, but denies nothing");
}

/**
 * doctor_judge_mode - judge mode and lock
 * @report: where findings go
 * @status: the module's state
 */
void doctor_judge_mode(struct doctor_report *report,
		       const struct event_status *status)
{
	judge_value(report, status);
	judge_reason(report, status);
	judge_end(report, status);
	judge_errors(report, status);
	judge_lock(report, status);
}
