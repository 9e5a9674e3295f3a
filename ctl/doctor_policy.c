// SPDX-License-Identifier: GPL-2.0-only
/*
 * Judging the policy, and what the module lost.
 */
#include "clock.h"
#include "doctor.h"
#include "../module/uapi/pydetect.h"

#define DAY (86400 * NS_PER_SECOND)

static void judge_age(struct doctor_report *report,
		      const struct doctor_facts *facts)
{
	const struct event_status *status = &facts->module.status;
	uint64_t days = 0;

	if (facts->now > status->loaded_at)
		days = (facts->now - status->loaded_at) / DAY;
	doctor_add(report, DOCTOR_OK, "policy", NULL,
		   "%u rules and %u correlations, loaded %llu days ago, %s",
		   status->rules, status->correlations,
		   (unsigned long long)days,
		   status->is_signed ? "signed" : "not signed");
	if (facts->files.newest > status->loaded_at)
		doctor_add(report, DOCTOR_WARNING, "policy",
			   "systemctl reload pydetect, or pydetectctl load /etc/pydetect/rules.d",
			   "rules below /etc/pydetect were changed after the policy was loaded");
}

/**
 * doctor_judge_policy - judge the policy in force
 * @report: where findings go
 * @facts: what was gathered
 */
void doctor_judge_policy(struct doctor_report *report,
			 const struct doctor_facts *facts)
{
	const struct event_status *status = &facts->module.status;

	if (!status->generation) {
		doctor_add(report, DOCTOR_FAILURE, "policy",
			   "pydetectctl load /etc/pydetect/rules.d, or wherever the rules are",
			   "no policy is loaded: nothing can match");
		return;
	}
	judge_age(report, facts);
	if (status->overrides)
		doctor_add(report, DOCTOR_NOTE, "policy",
			   "pydetectctl rules marks them; 'pydetectctl rules set ID default' takes one back",
			   "%u rules do something else than their files say",
			   status->overrides);
}

/* What a reader asked for too late was lost before there was that reader. */
static void judge_lost(struct doctor_report *report,
		       const struct event_status *status)
{
	if (status->lost_overwritten)
		doctor_add(report, DOCTOR_WARNING, "events",
			   "see who is slow (pydetectctl status --readers) and what matches most (rules --sort matched), or load the module with a larger ring_kib",
			   "%llu events were lost because a reader was too slow",
			   (unsigned long long)status->lost_overwritten);
	if (status->lost_late)
		doctor_add(report, DOCTOR_NOTE, "events", NULL,
			   "%llu events were gone before a reader asked for them",
			   (unsigned long long)status->lost_late);
	if (status->events_unstored)
		doctor_add(report, DOCTOR_WARNING, "events",
			   "the kernel was short of memory when they happened; see its log",
			   "%llu events could not be stored",
			   (unsigned long long)status->events_unstored);
}

static void judge_events(struct doctor_report *report,
			 const struct event_status *status)
{
	judge_lost(report, status);
	if (!status->readers)
		doctor_add(report, DOCTOR_WARNING, "events",
			   "systemctl start pydetect-monitor, or keep pydetectctl monitor running",
			   "nobody listens: events are only held in memory, the oldest go first");
	else if (!status->lost_overwritten && !status->events_unstored)
		doctor_add(report, DOCTOR_OK, "events", NULL,
			   "%u readers, none was too slow", status->readers);
}

static void judge_windows(struct doctor_report *report,
			  const struct event_status *status)
{
	if (status->windows_evicted)
		doctor_add(report, DOCTOR_WARNING, "windows",
			   "group by fewer things, shorten timespans, or load the module with larger windows_max and windows_kib",
			   "%llu windows of correlations were given up before their time",
			   (unsigned long long)status->windows_evicted);
	if (status->samples_lost)
		doctor_add(report, DOCTOR_WARNING, "windows",
			   "the kernel was short of memory when they happened; see its log",
			   "%llu starts were not counted by correlations",
			   (unsigned long long)status->samples_lost);
	if (!status->windows_evicted && !status->samples_lost &&
	    status->correlations)
		doctor_add(report, DOCTOR_OK, "windows", NULL,
			   "%u of %u windows in use, none given up",
			   status->windows, status->windows_max);
}

static void judge_lineages(struct doctor_report *report,
			   const struct event_status *status)
{
	if (status->lineages_lost)
		doctor_add(report, DOCTOR_WARNING, "lineage",
			   "load the module with a larger lineages_max, or have rules follow fewer programs",
			   "%llu processes could not be followed: rules about their lineage miss them",
			   (unsigned long long)status->lineages_lost);
	if (!status->lineages_complete)
		doctor_add(report, DOCTOR_NOTE, "lineage", NULL,
			   "processes that ran before the policy was loaded are still being looked at");
}

/**
 * doctor_judge_losses - judge what was dropped for want of room
 * @report: where findings go
 * @status: the module's state
 */
void doctor_judge_losses(struct doctor_report *report,
			 const struct event_status *status)
{
	judge_events(report, status);
	judge_windows(report, status);
	judge_lineages(report, status);
}
