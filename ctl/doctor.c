// SPDX-License-Identifier: GPL-2.0-only
/*
 * Judging what was gathered: the order of the checks.
 */
#include <stdarg.h>
#include <stdio.h>

#include "doctor.h"

/**
 * doctor_add - add a finding
 * @report: where to
 * @severity: how bad it is
 * @topic: what it is about, a word that stays
 * @advice: what to do, a sentence that stays, NULL: nothing
 * @format: the sentence, as for printf()
 */
void doctor_add(struct doctor_report *report, enum doctor_severity severity,
		const char *topic, const char *advice, const char *format, ...)
{
	struct doctor_finding *finding = &report->findings[report->nr];
	va_list arguments;

	if (report->nr == DOCTOR_FINDINGS_MAX)
		return;
	report->nr++;
	finding->severity = severity;
	finding->topic = topic;
	finding->advice = advice;
	va_start(arguments, format);
	vsnprintf(finding->text, sizeof(finding->text), format, arguments);
	va_end(arguments);
}

/**
 * doctor_count - count the findings of a severity
 * @report: the findings
 * @severity: how bad
 *
 * Return: how many are exactly that bad.
 */
size_t doctor_count(const struct doctor_report *report,
		    enum doctor_severity severity)
{
	size_t i, count = 0;

	for (i = 0; i < report->nr; i++)
		count += report->findings[i].severity == severity;
	return count;
}

/**
 * doctor_judge - say what is well and what is not
 * @report: filled in
 * @facts: what was gathered
 */
void doctor_judge(struct doctor_report *report,
		  const struct doctor_facts *facts)
{
	report->nr = 0;
	doctor_judge_kernel(report, facts);
	doctor_judge_module(report, facts);
	if (facts->module.version[0] && !facts->module.error) {
		doctor_judge_mode(report, &facts->module.status);
		doctor_judge_policy(report, facts);
		doctor_judge_losses(report, &facts->module.status);
	}
	doctor_judge_files(report, facts);
}
