// SPDX-License-Identifier: GPL-2.0-only
/*
 * Drawings. Across, everything is in percent, so that a drawing is as wide as
 * the screen and its letters stay as large as they are.
 */
#include <inttypes.h>

#include "clock.h"
#include "report.h"
#include "../module/uapi/policy.h"

/* The time line: heights in pixels. */
#define LINE_TOP 22.0
#define LINE_BOTTOM 172.0
#define LINE_HEIGHT 196
#define LABELS_MAX 9

#define DAY (24 * 3600 * NS_PER_SECOND)

/* Nothing that happened is too small to be seen. */
#define LEAST_PIXELS 2.0

/* A burst: pixels a value, above all, below all; percent left and right. */
#define LANE 20
#define BURST_TOP 22
#define BURST_BOTTOM 26
#define BURST_LEFT 8.0
#define BURST_WIDTH 89.0

static uint64_t sum(const struct report_bucket *bucket)
{
	uint64_t total = 0;
	size_t i;

	for (i = 0; i < REPORT_KIND_COUNT; i++)
		total += bucket->kinds[i];
	return total;
}

static uint64_t highest(const struct report *report)
{
	uint64_t most = 1;
	size_t i;

	for (i = 0; i < report->nr_buckets; i++)
		if (sum(&report->buckets[i]) > most)
			most = sum(&report->buckets[i]);
	return most;
}

/* What a bucket is called; one of a day or more has no hours. */
static const char *moment(const struct report *report)
{
	if (report->width >= DAY)
		return "%e %b";
	return report->width < 60 * NS_PER_SECOND ? "%e %b %T" : "%e %b %H:%M";
}

static void bar_title(FILE *stream, const struct report *report, size_t index)
{
	const struct report_bucket *bucket = &report->buckets[index];
	size_t i;

	fputs("<title>", stream);
	report_time(stream, report->start + index * report->width,
		    moment(report));
	for (i = 0; i < REPORT_KIND_COUNT; i++)
		if (bucket->kinds[i])
			fprintf(stream, ", %s %" PRIu64, report_kind_name(i),
				bucket->kinds[i]);
	fputs("</title>", stream);
}

static void bar(FILE *stream, const struct report *report, size_t index,
		uint64_t most)
{
	const struct report_bucket *bucket = &report->buckets[index];
	const double step = 100.0 / report->nr_buckets;
	double y = LINE_BOTTOM;
	size_t i;

	if (!sum(bucket))
		return;
	fputs("<g>", stream);
	bar_title(stream, report, index);
	for (i = 0; i < REPORT_KIND_COUNT; i++) {
		double height =
			(LINE_BOTTOM - LINE_TOP) * bucket->kinds[i] / most;

		if (!bucket->kinds[i])
			continue;
		if (height < LEAST_PIXELS)
			height = LEAST_PIXELS;
		y -= height;
		fprintf(stream,
			"<rect class=\"%s\" x=\"%.3f%%\" y=\"%.1f\" "
			"width=\"%.3f%%\" height=\"%.1f\"/>",
			report_kind_class(i), index * step, y, step * 0.82,
			height);
	}
	fputs("</g>\n", stream);
}

static void grid_line(FILE *stream, double y)
{
	fprintf(stream,
		"<line class=\"grid\" x1=\"0\" x2=\"100%%\" y1=\"%.0f\" "
		"y2=\"%.0f\"/>\n",
		y, y);
}

/* Labels stand where an hour, a day or the like begins. */
static void labels(FILE *stream, const struct report *report)
{
	const uint64_t span = report->until - report->start;
	const uint64_t tick = report_width(span, LABELS_MAX);
	const bool days = tick >= DAY;
	size_t i;

	for (i = 0; i < report->nr_buckets; i++) {
		const uint64_t time = report->start + i * report->width;
		const double x = 100.0 * i / report->nr_buckets;

		if ((time + report->offset) % tick >= report->width || x > 88)
			continue;
		fprintf(stream,
			"<line class=\"grid\" x1=\"%.3f%%\" x2=\"%.3f%%\" "
			"y1=\"%.0f\" y2=\"%.0f\"/><text x=\"%.3f%%\" "
			"y=\"%.0f\" dx=\"3\">",
			x, x, LINE_BOTTOM, LINE_BOTTOM + 16, x,
			LINE_BOTTOM + 15);
		/* Noon is on the same day, whatever the clocks were set to. */
		report_time(stream, days ? time + DAY / 2 : time,
			    days		      ? "%e %b" :
			    tick < 60 * NS_PER_SECOND ? "%T" :
							"%H:%M");
		fputs("</text>\n", stream);
	}
}

static void line_title(FILE *stream, const struct report *report)
{
	fputs("<title id=\"line\">Events over time, from ", stream);
	report_time(stream, report->since, "%F %H:%M");
	fputs(" to ", stream);
	report_time(stream, report->until, "%F %H:%M");
	fputs("; the table below says the same</title>\n", stream);
}

/**
 * report_timeline - draw events over time
 * @page: the page
 * @report: the report
 */
void report_timeline(struct terminal *page, const struct report *report)
{
	const uint64_t most = highest(report);
	FILE *stream = page->stream;
	size_t i;

	fprintf(stream,
		"<svg role=\"img\" aria-labelledby=\"line\" width=\"100%%\" "
		"height=\"%d\">",
		LINE_HEIGHT);
	line_title(stream, report);
	grid_line(stream, LINE_TOP);
	fprintf(stream, "<text x=\"0\" y=\"%.0f\">", LINE_TOP - 5);
	report_number(stream, most);
	fputs("</text>\n", stream);
	for (i = 0; i < report->nr_buckets; i++)
		bar(stream, report, i, most);
	grid_line(stream, LINE_BOTTOM);
	labels(stream, report);
	fputs("</svg>\n", stream);
}

/**
 * struct axis - the time axis of a burst
 * @start: its left end, ns since boot
 * @end: its right end
 * @height: of the drawing in pixels, without what is below it
 */
struct axis {
	uint64_t start;
	uint64_t end;
	unsigned int height;
};

static struct axis axis_of(const struct report_burst *burst)
{
	struct axis axis = {
		.start = burst->marks[0].time,
		.end = burst->marks[0].time + 1,
		.height = BURST_TOP + LANE * burst->nr_lines,
	};
	size_t i;

	for (i = 0; i < burst->nr_marks; i++) {
		if (burst->marks[i].time < axis.start)
			axis.start = burst->marks[i].time;
		if (burst->marks[i].time > axis.end)
			axis.end = burst->marks[i].time;
	}
	return axis;
}

static double across(const struct axis *axis, uint64_t time)
{
	if (time < axis->start)
		time = axis->start;
	if (time > axis->end)
		time = axis->end;
	return BURST_LEFT +
	       BURST_WIDTH * (time - axis->start) / (axis->end - axis->start);
}

/* The first value is the lowest, so that a burst climbs. */
static double middle(const struct axis *axis, size_t line)
{
	return axis->height - LANE * (line + 0.5);
}

static void lanes(FILE *stream, const struct report_burst *burst,
		  const struct axis *axis)
{
	size_t i;

	for (i = 0; i < burst->nr_lines; i++)
		fprintf(stream,
			"<line class=\"grid\" x1=\"%.1f%%\" x2=\"100%%\" "
			"y1=\"%.1f\" y2=\"%.1f\"/><text x=\"0\" y=\"%.1f\">"
			"%zu</text>\n",
			BURST_LEFT - 3, middle(axis, i), middle(axis, i),
			middle(axis, i) + 4, i + 1);
}

/* What the window looked back on when it became an alert. */
static void window_span(FILE *stream, const struct report_burst *burst,
			const struct axis *axis)
{
	const uint64_t end = burst->window->last;
	const uint64_t timespan = burst->window->timespan;
	const double left = across(axis, end > timespan ? end - timespan : 0);

	fprintf(stream,
		"<rect class=\"span\" x=\"%.3f%%\" y=\"%d\" width=\"%.3f%%\" "
		"height=\"%u\"/>\n",
		left, BURST_TOP, across(axis, end) - left,
		axis->height - BURST_TOP);
}

/* So many different values make an alert, if values are what is counted. */
static void limit(FILE *stream, const struct report_burst *burst,
		  const struct axis *axis)
{
	const struct event_window *values =
		report_values(&burst->first, burst->window);
	const uint32_t needed = values->needed;
	double y;

	if (values->type != PYDETECT_CORRELATION_VALUE_COUNT || !needed ||
	    needed > burst->nr_lines)
		return;
	y = middle(axis, needed - 1);
	fprintf(stream,
		"<line class=\"limit\" x1=\"%.1f%%\" x2=\"100%%\" "
		"y1=\"%.1f\" y2=\"%.1f\"/><text x=\"%.1f%%\" y=\"%.1f\">"
		"threshold: %u</text>\n",
		BURST_LEFT - 3, y, y, BURST_LEFT - 3, y - 5, needed);
}

static void alarm_line(FILE *stream, const struct report_burst *burst,
		       const struct axis *axis)
{
	const double x = across(axis, burst->window->last);

	fprintf(stream,
		"<line class=\"alert\" x1=\"%.3f%%\" x2=\"%.3f%%\" y1=\"%d\" "
		"y2=\"%u\"/><text x=\"%.3f%%\" y=\"%d\" text-anchor=\"%s\">"
		"%s</text>\n",
		x, x, BURST_TOP - 6, axis->height, x, BURST_TOP - 10,
		x > 50 ? "end" : "start",
		burst->first.denied ? "first denied" : "alert");
}

static void put_mark(struct terminal *page, const struct report_burst *burst,
		     const struct axis *axis, const struct report_mark *mark)
{
	const struct report_line *line = &burst->lines[mark->line];

	fprintf(page->stream,
		"<circle cx=\"%.3f%%\" cy=\"%.1f\" r=\"5.5\"%s><title>+%.3f "
		"s: ",
		across(axis, mark->time), middle(axis, mark->line),
		mark->denied ? " class=\"denied\"" : "",
		(double)(mark->time - axis->start) / NS_PER_SECOND);
	report_text(page, line->text, line->text.length);
	fputs("</title></circle>\n", page->stream);
}

static void ends(FILE *stream, const struct report_burst *burst,
		 const struct axis *axis)
{
	const struct event *first = &burst->first;
	const uint64_t offset = first->time - first->boot_time;
	const unsigned int y = axis->height + 16;

	fprintf(stream, "<text x=\"%.1f%%\" y=\"%u\">", BURST_LEFT - 3, y);
	report_time(stream, offset + axis->start, "%T");
	fprintf(stream,
		"</text><text x=\"100%%\" y=\"%u\" text-anchor=\"end\">"
		"%.1f s later</text>\n",
		y, (double)(axis->end - axis->start) / NS_PER_SECOND);
}

/**
 * report_burst_drawing - draw a burst as it happened
 * @page: the page
 * @burst: the burst, with at least one mark
 *
 * Time goes to the right, each different value has a line of its own, the first
 * one lowest.
 */
void report_burst_drawing(struct terminal *page,
			  const struct report_burst *burst)
{
	const struct axis axis = axis_of(burst);
	FILE *stream = page->stream;
	size_t i;

	fprintf(stream,
		"<svg role=\"img\" width=\"100%%\" height=\"%u\" "
		"aria-label=\"%zu marks on %zu lines, over %.1f seconds: when "
		"each command of the table below was seen\">",
		axis.height + BURST_BOTTOM, burst->nr_marks, burst->nr_lines,
		(double)(axis.end - axis.start) / NS_PER_SECOND);
	window_span(stream, burst, &axis);
	lanes(stream, burst, &axis);
	limit(stream, burst, &axis);
	alarm_line(stream, burst, &axis);
	for (i = 0; i < burst->nr_marks; i++)
		put_mark(page, burst, &axis, &burst->marks[i]);
	ends(stream, burst, &axis);
	fputs("</svg>\n", stream);
}
