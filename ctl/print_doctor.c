// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the doctor found, for people and for machines.
 */
#include "doctor.h"
#include "json_text.h"
#include "print.h"

/** struct look - how a severity is called, and in which style it is printed */
struct look {
	const char *name;
	enum terminal_style style;
};

static const struct look looks[] = {
	[DOCTOR_OK] = { "ok", STYLE_GREEN },
	[DOCTOR_NOTE] = { "note", STYLE_CYAN },
	[DOCTOR_WARNING] = { "warning", STYLE_YELLOW },
	[DOCTOR_FAILURE] = { "failure", STYLE_RED },
};

static void put_finding(struct terminal *terminal,
			const struct doctor_finding *finding)
{
	const struct look *look = &looks[finding->severity];

	terminal_print(terminal, look->style, "%-8s", look->name);
	terminal_print(terminal, STYLE_BOLD, " %-8s ", finding->topic);
	terminal_string(terminal, STYLE_PLAIN, finding->text);
	fputc('\n', terminal->stream);
	if (!finding->advice)
		return;
	terminal_print(terminal, STYLE_DIM, "%18s-> ", "");
	terminal_string(terminal, STYLE_PLAIN, finding->advice);
	fputc('\n', terminal->stream);
}

/**
 * print_doctor - print findings for people
 * @terminal: where
 * @report: the findings
 */
void print_doctor(struct terminal *terminal, const struct doctor_report *report)
{
	size_t i;

	for (i = 0; i < report->nr; i++)
		put_finding(terminal, &report->findings[i]);
	fprintf(terminal->stream, "%zu failures, %zu warnings, %zu notes\n",
		doctor_count(report, DOCTOR_FAILURE),
		doctor_count(report, DOCTOR_WARNING),
		doctor_count(report, DOCTOR_NOTE));
}

static struct json_object *finding_json(const struct doctor_finding *finding)
{
	struct json_object *object = json_object_new_object();

	json_add_string(object, "severity", looks[finding->severity].name);
	json_add_string(object, "topic", finding->topic);
	json_add_text(object, "text", bytes_of(finding->text));
	if (finding->advice)
		json_add_string(object, "advice", finding->advice);
	return object;
}

/**
 * print_doctor_json - findings for machines
 * @report: the findings
 *
 * Return: an object, owned by the caller.
 */
struct json_object *print_doctor_json(const struct doctor_report *report)
{
	struct json_object *findings = json_object_new_array();
	struct json_object *object = json_object_new_object();
	size_t i;

	for (i = 0; i < report->nr; i++)
		json_object_array_add(findings,
				      finding_json(&report->findings[i]));
	json_add_number(object, "failures",
			doctor_count(report, DOCTOR_FAILURE));
	json_add_number(object, "warnings",
			doctor_count(report, DOCTOR_WARNING));
	json_add_number(object, "notes", doctor_count(report, DOCTOR_NOTE));
	json_object_object_add(object, "findings", findings);
	return object;
}
