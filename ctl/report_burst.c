// SPDX-License-Identifier: GPL-2.0-only
/*
 * Alerts of correlations -> bursts.
 *
 * A window alerts again while it goes on, and one that blocks denies start
 * after start. Each of these events tells what the window held then, so events
 * that are no further apart than its timespan are put together to one burst.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"
#include "../module/uapi/pydetect.h"

static bool is_same(struct bytes left, struct bytes right)
{
	return left.length == right.length &&
	       (!left.length || !memcmp(left.data, right.data, left.length));
}

static bool is_same_group(const struct event_group *left,
			  const struct event_group *right)
{
	return left->field == right->field && left->pid == right->pid &&
	       left->start == right->start && is_same(left->text, right->text);
}

static bool have_same_groups(const struct event_window *left,
			     const struct event_window *right)
{
	size_t i;

	if (left->nr_groups != right->nr_groups)
		return false;
	for (i = 0; i < left->nr_groups; i++)
		if (!is_same_group(&left->groups[i], &right->groups[i]))
			return false;
	return true;
}

static bool is_same_window(const struct event_window *left,
			   const struct event_window *right)
{
	return is_same(left->id, right->id) && have_same_groups(left, right);
}

/**
 * report_values - the window that tells which values a window is about
 * @event: the event
 * @window: one of its windows; a correlation of correlations has no values, but
 *	its parts, which have the same groups, do
 *
 * Return: the window with the most values.
 */
const struct event_window *report_values(const struct event *event,
					 const struct event_window *window)
{
	const struct event_window *best = window;
	size_t i;

	for (i = 0; i < event->nr_windows; i++)
		if (event->windows[i].nr_values > best->nr_values &&
		    have_same_groups(&event->windows[i], window))
			best = &event->windows[i];
	return best;
}

/* Is it an alert, rather than only a part of one? */
static bool is_told(const struct event *event,
		    const struct event_window *window)
{
	size_t i;

	for (i = 0; i < event->nr_rules; i++)
		if (is_same(event->rules[i].id, window->id))
			return true;
	return false;
}

/**
 * report_window - the window that an event is drawn for
 * @event: the event
 *
 * What one Python does is also done by the descendants of it: where several
 * correlations tell of an event, the one that saw most is drawn.
 *
 * Return: one of its windows; NULL where no correlation tells of it.
 */
const struct event_window *report_window(const struct event *event)
{
	const struct event_window *best = NULL;
	size_t i, most = 0;

	for (i = 0; i < event->nr_windows; i++) {
		const struct event_window *window = &event->windows[i];
		const size_t nr = report_values(event, window)->nr_values;

		if (!is_told(event, window) || (best && nr <= most))
			continue;
		best = window;
		most = nr;
	}
	return best;
}

/* Does @window go on with @burst? */
static bool goes_on(const struct report_burst *burst,
		    const struct event_window *window)
{
	return (window->last <= burst->last ||
		window->last - burst->last <= window->timespan) &&
	       is_same_window(burst->window, window);
}

static struct report_burst *find(const struct report *report,
				 const struct event_window *window,
				 const char *boot_id)
{
	size_t i;

	for (i = 0; i < REPORT_BURSTS_MAX; i++) {
		struct report_burst *burst = report->bursts[i];

		if (burst && !strcmp(burst->boot_id, boot_id) &&
		    goes_on(burst, window))
			return burst;
	}
	return NULL;
}

static struct report_burst *
begin(struct report *report, const struct event *event, const char *boot_id)
{
	struct report_burst **place =
		&report->bursts[report->nr_bursts % REPORT_BURSTS_MAX];
	struct report_burst *burst = calloc(1, sizeof(*burst));

	if (!burst || report_keep(&burst->kept, event) ||
	    report_decode(&burst->kept, &burst->first)) {
		report_burst_free(burst);
		return NULL;
	}
	burst->window = report_window(&burst->first);
	snprintf(burst->boot_id, sizeof(burst->boot_id), "%s", boot_id);
	report_burst_free(*place);
	*place = burst;
	report->nr_bursts++;
	return burst;
}

/* Sets @index to the line of a value; -ENOSPC where there is no room for it. */
static int find_line(struct report_burst *burst, struct bytes text,
		     size_t *index)
{
	for (*index = 0; *index < burst->nr_lines; ++*index)
		if (is_same(burst->lines[*index].text, text))
			return 0;
	if (burst->nr_lines == REPORT_LINES_MAX)
		return -ENOSPC;
	if (tally_text(&burst->lines[*index].text, text, SIZE_MAX - 1))
		return -ENOMEM;
	burst->nr_lines++;
	return 0;
}

/* A window tells of a value again as long as it counts. */
static void mark(struct report_burst *burst, size_t index, uint64_t time,
		 bool denied)
{
	struct report_line *line = &burst->lines[index];

	if (line->seen && time <= line->last)
		return;
	line->seen++;
	line->last = time;
	if (!time || burst->nr_marks == REPORT_MARKS_MAX)
		return;
	burst->marks[burst->nr_marks++] = (struct report_mark){
		.time = time,
		.line = index,
		.denied = denied,
	};
}

static int add_values(struct report_burst *burst, const struct event *event,
		      const struct event_window *window)
{
	const struct event_window *values = report_values(event, window);
	size_t i, line;

	for (i = 0; i < values->nr_values; i++) {
		const uint64_t time = values->times[i];
		int error = find_line(burst, values->values[i], &line);

		if (error == -ENOMEM)
			return error;
		if (!error)
			mark(burst, line, time,
			     event->denied && time == window->last);
		else if (time > burst->last)
			burst->beyond++;
	}
	return 0;
}

/**
 * report_burst - take the windows of an event into account
 * @report: the report
 * @event: the event
 * @origin: where it comes from
 *
 * Return: 0, or -ENOMEM.
 */
int report_burst(struct report *report, const struct event *event,
		 const struct print_origin *origin)
{
	const struct event_window *window = report_window(event);
	struct report_burst *burst;
	int error;

	if (!window)
		return 0;
	burst = find(report, window, origin->boot_id);
	if (!burst)
		burst = begin(report, event, origin->boot_id);
	if (!burst)
		return -ENOMEM;
	error = add_values(burst, event, window);
	burst->alerts += window->alert;
	burst->denied += event->denied;
	if (window->last > burst->last)
		burst->last = window->last;
	return error;
}

/**
 * report_burst_free - release a burst
 * @burst: the burst, or NULL
 */
void report_burst_free(struct report_burst *burst)
{
	size_t i;

	if (!burst)
		return;
	for (i = 0; i < burst->nr_lines; i++)
		free((void *)burst->lines[i].text.data);
	event_free(&burst->first);
	free(burst->kept.raw);
	free(burst);
}
