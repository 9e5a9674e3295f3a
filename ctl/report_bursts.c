// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bursts in words, beside their drawings.
 */
#include <inttypes.h>

#include "clock.h"
#include "report.h"
#include "../module/core/env.h"
#include "../module/uapi/policy.h"

/* What a window counts, for "5 of 5 WHAT". */
static void put_counted(FILE *stream, const struct event_window *window)
{
	static const char *const names[] = {
		[PYDETECT_CORRELATION_EVENT_COUNT] = "starts",
		[PYDETECT_CORRELATION_VALUE_COUNT] = "different values of ",
		[PYDETECT_CORRELATION_TEMPORAL] = "rules",
		[PYDETECT_CORRELATION_TEMPORAL_ORDERED] = "rules in order",
	};

	if (window->type >= ARRAY_SIZE(names))
		return;
	fputs(names[window->type], stream);
	if (window->type == PYDETECT_CORRELATION_VALUE_COUNT)
		fputs(window->nr_values ? print_field_name(window->field) :
					  "something",
		      stream);
}

static void put_window(struct terminal *page, const struct event_window *window)
{
	FILE *stream = page->stream;

	fputs("<li>", stream);
	report_name(page, window->title);
	fprintf(stream, ": <strong>%u of %u</strong> ", window->count,
		window->needed);
	put_counted(stream, window);
	fprintf(stream, " within %llu s</li>\n",
		window->timespan / NS_PER_SECOND);
}

static void put_groups(struct terminal *page, const struct event_window *window)
{
	size_t i;

	for (i = 0; i < window->nr_groups; i++) {
		const struct event_group *group = &window->groups[i];

		fprintf(page->stream, ", %s ", print_field_name(group->field));
		if (group->start)
			fprintf(page->stream, "pid %u", group->pid);
		else
			report_name(page, group->text);
	}
}

static void put_facts(struct terminal *page, const struct report_burst *burst)
{
	const struct event *first = &burst->first;
	FILE *stream = page->stream;
	size_t i;

	fputs("<p class=\"note\">", stream);
	report_time(stream, first->time, "%e %b %T");
	put_groups(page, burst->window);
	fputs(", user ", stream);
	print_user(page, first->process.uid);
	if (first->parent.image.length) {
		fputs(", started by ", stream);
		report_name(page, first->parent.image);
	}
	fprintf(stream, ". Alerts: %" PRIu64 ", denied: %" PRIu64 ".</p>\n",
		burst->alerts, burst->denied);
	fputs("<ul class=\"note\">\n", stream);
	for (i = 0; i < first->nr_windows; i++)
		put_window(page, &first->windows[i]);
	fputs("</ul>\n", stream);
}

static void put_line(struct terminal *page, const struct report_line *line,
		     size_t number)
{
	fprintf(page->stream,
		"<tr><td class=\"n\">%zu</td><th scope=\"row\"><code>", number);
	report_text(page, line->text, line->text.length);
	fprintf(page->stream,
		"</code></th><td class=\"n\">%" PRIu64 "</td></tr>\n",
		line->seen);
}

static void put_lines(struct terminal *page, const struct report_burst *burst)
{
	const struct event_window *values =
		report_values(&burst->first, burst->window);
	FILE *stream = page->stream;
	size_t i;

	fprintf(stream,
		"<table class=\"lines\"><thead><tr><th scope=\"col\" "
		"class=\"n\">#</th><th scope=\"col\">%s</th>"
		"<th scope=\"col\" class=\"n\">seen</th></tr></thead>\n"
		"<tbody>\n",
		print_field_name(values->field));
	for (i = 0; i < burst->nr_lines; i++)
		put_line(page, &burst->lines[i], i + 1);
	fputs("</tbody></table>\n", stream);
	if (burst->beyond)
		fprintf(stream,
			"<p class=\"note\">Others were seen %" PRIu64
			" times.</p>\n",
			burst->beyond);
}

static void put_burst(struct terminal *page, const struct report_burst *burst)
{
	fputs("<article>\n<h3>", page->stream);
	report_name(page, burst->window->title);
	fputs("</h3>\n", page->stream);
	put_facts(page, burst);
	if (burst->nr_marks)
		report_burst_drawing(page, burst);
	if (burst->nr_marks == REPORT_MARKS_MAX)
		fprintf(page->stream,
			"<p class=\"note\">The first %d marks.</p>\n",
			REPORT_MARKS_MAX);
	if (burst->nr_lines)
		put_lines(page, burst);
	fputs("</article>\n", page->stream);
}

/**
 * report_bursts - write and draw the bursts, the newest first
 * @page: the page
 * @report: the report
 */
void report_bursts(struct terminal *page, const struct report *report)
{
	FILE *stream = page->stream;
	uint64_t i;

	fputs("<section aria-labelledby=\"bursts\">\n"
	      "<h2 id=\"bursts\">Bursts</h2>\n<p class=\"note\">",
	      stream);
	if (!report->nr_bursts)
		fputs("No correlation became an alert.", stream);
	else
		fputs("Each mark is a value when it was seen, each line one "
		      "different value; shaded is the time that counted for "
		      "the first alert. Of what was seen more than once before "
		      "that, the last time is known.",
		      stream);
	if (report->nr_bursts > REPORT_BURSTS_MAX)
		fprintf(stream, " These are the last %d of %" PRIu64 ".",
			REPORT_BURSTS_MAX, report->nr_bursts);
	fputs("</p>\n", stream);
	for (i = 0; i < report->nr_bursts && i < REPORT_BURSTS_MAX; i++)
		put_burst(page, report->bursts[(report->nr_bursts - 1 - i) %
					       REPORT_BURSTS_MAX]);
	fputs("</section>\n", stream);
}
