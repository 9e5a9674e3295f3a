// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events -> what the page says of them. Takes the same memory for a thousand
 * events and for a million.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"
#include "../module/uapi/policy.h"
#include "../module/uapi/pydetect.h"

/* Images are counted apart up to here: as long as paths get. */
#define IMAGE_MAX 4096

/* The same for ids of rules, and what is kept of their titles. */
#define ID_MAX 128
#define TITLE_MAX 1024

/* Days shall begin at midnight, as they do at the start of the report. */
static void lay_out(struct report *report)
{
	uint64_t into;

	report->width =
		report_width(report->until - report->since, REPORT_BUCKETS_MAX);
	report->offset = report_zone(report->since);
	into = (report->since + report->offset) % report->width;
	report->start = report->since - (into < report->since ? into : 0);
	report->nr_buckets =
		(report->until - report->start - 1) / report->width + 1;
}

/**
 * report_init - begin a report
 * @report: filled in; has to be released with report_free(), on errors too
 * @since: from then on, ns since 1970
 * @until: before then, ns since 1970; after @since
 *
 * Return: 0, or -ENOMEM.
 */
int report_init(struct report *report, uint64_t since, uint64_t until)
{
	memset(report, 0, sizeof(*report));
	report->since = since;
	report->until = until;
	lay_out(report);
	if (tally_init(&report->rules) || tally_init(&report->parents) ||
	    tally_init(&report->users) || tally_init(&report->would))
		return -ENOMEM;
	return 0;
}

/**
 * report_free - release what was gathered
 * @report: the report
 */
void report_free(struct report *report)
{
	size_t i;

	tally_free(&report->rules);
	tally_free(&report->parents);
	tally_free(&report->users);
	tally_free(&report->would);
	for (i = 0; i < REPORT_ALERTS_MAX; i++) {
		free(report->grave.kept[i].raw);
		free(report->others.kept[i].raw);
	}
	for (i = 0; i < REPORT_BURSTS_MAX; i++)
		report_burst_free(report->bursts[i]);
}

static const struct event_rule *blocking_rule(const struct event *event)
{
	size_t i;

	for (i = 0; i < event->nr_rules; i++)
		if (event->rules[i].action == PYDETECT_ACTION_BLOCK)
			return &event->rules[i];
	return NULL;
}

/**
 * report_would_deny - was a start let through only because of the mode?
 * @event: the event
 *
 * Return: true where it went on and mode block would have denied it.
 */
bool report_would_deny(const struct event *event)
{
	return !event->denied && !event->exempt && blocking_rule(event);
}

/**
 * report_kind - what became of a start
 * @event: the event
 *
 * Return: the gravest that holds.
 */
enum report_kind report_kind(const struct event *event)
{
	const struct event_rule *rule = event_main_rule(event);

	if (event->denied)
		return REPORT_DENIED;
	if (report_would_deny(event))
		return REPORT_WOULD_DENY;
	if (!rule)
		return event->error ? REPORT_ERROR : REPORT_MILD;
	return rule->level >= PYDETECT_LEVEL_HIGH ? REPORT_SEVERE : REPORT_MILD;
}

static void count(struct report *report, const struct event *event)
{
	const uint64_t at = (event->time - report->start) / report->width;

	report->events++;
	report->alerts += event->nr_rules > 0;
	report->denied += event->denied;
	report->would_deny += report_would_deny(event);
	report->errors += event->error != 0;
	if (event->time >= report->start && at < report->nr_buckets)
		report->buckets[at].kinds[report_kind(event)]++;
}

static void count_row(struct tally_row *row, const struct event *event)
{
	row->count++;
	row->denied += event->denied;
	row->would_deny += report_would_deny(event);
	row->user = event->process.uid;
	if (event->time > row->last)
		row->last = event->time;
}

/* The newest title counts: a rule may have been given another. */
static int name_rule(struct tally_row *row, const struct event_rule *rule)
{
	row->level = rule->level;
	if (row->title.data && row->title.length == rule->title.length &&
	    !memcmp(row->title.data, rule->title.data, row->title.length))
		return 0;
	return tally_text(&row->title, rule->title, TITLE_MAX);
}

static int key_length(struct bytes text, size_t max)
{
	return text.length < max ? text.length : max - 1;
}

static int count_rule(struct tally *tally, const struct event *event,
		      const struct event_rule *rule)
{
	struct tally_row *row;
	char key[ID_MAX];
	int error;

	snprintf(key, sizeof(key), "%.*s", key_length(rule->id, ID_MAX),
		 rule->id.data);
	error = tally_row(tally, key, &row);
	if (error || !row)
		return error;
	count_row(row, event);
	return name_rule(row, rule);
}

static int count_parent(struct tally *tally, const struct event *event)
{
	const struct bytes image = event->parent.image;
	struct tally_row *row;
	char key[IMAGE_MAX];
	int error;

	snprintf(key, sizeof(key), "%.*s", key_length(image, IMAGE_MAX),
		 image.data);
	error = tally_row(tally, key, &row);
	if (error || !row)
		return error;
	count_row(row, event);
	row->image = bytes_of(row->key);
	return 0;
}

static int count_user(struct tally *tally, const struct event *event)
{
	struct tally_row *row;
	char key[16];
	int error;

	snprintf(key, sizeof(key), "%u", event->process.uid);
	error = tally_row(tally, key, &row);
	if (!error && row)
		count_row(row, event);
	return error;
}

static int keep_example(struct tally_row *row,
			const struct event_process *process)
{
	const struct bytes none = { 0 };

	row->example_length = process->args_length;
	return tally_text(&row->example,
			  process->nr_pieces ? process->pieces[0].data : none,
			  REPORT_TEXT_MAX + 1);
}

static int count_would(struct tally *tally, const struct event *event)
{
	const struct event_rule *rule = blocking_rule(event);
	const struct bytes image = event->parent.image;
	struct tally_row *row;
	char key[ID_MAX + IMAGE_MAX];
	int error;

	snprintf(key, sizeof(key), "%.*s\n%.*s", key_length(rule->id, ID_MAX),
		 rule->id.data, key_length(image, IMAGE_MAX), image.data);
	error = tally_row(tally, key, &row);
	if (error || !row)
		return error;
	count_row(row, event);
	row->image = bytes_of(strchr(row->key, '\n') + 1);
	return name_rule(row, rule) || keep_example(row, &event->process) ?
		       -ENOMEM :
		       0;
}

static int count_tops(struct report *report, const struct event *event)
{
	int error = 0;
	size_t i;

	for (i = 0; !error && i < event->nr_rules; i++)
		error = count_rule(&report->rules, event, &event->rules[i]);
	if (!error && event->parent.has)
		error = count_parent(&report->parents, event);
	if (!error)
		error = count_user(&report->users, event);
	if (!error && report_would_deny(event))
		error = count_would(&report->would, event);
	return error;
}

/**
 * report_keep - keep an event beyond the message it came in
 * @kept: what was kept there is replaced
 * @event: the event
 *
 * Return: 0, or -ENOMEM.
 */
int report_keep(struct report_kept *kept, const struct event *event)
{
	uint8_t *raw = malloc(event->raw.length + 1);

	if (!raw)
		return -ENOMEM;
	if (event->raw.length)
		memcpy(raw, event->raw.data, event->raw.length);
	free(kept->raw);
	kept->raw = raw;
	kept->length = event->raw.length;
	return 0;
}

/**
 * report_decode - read a kept event
 * @kept: the event, which has to outlive the result
 * @event: has to be released with event_free(), on errors too
 *
 * Return: 0, or -ENOMEM.
 */
int report_decode(const struct report_kept *kept, struct event *event)
{
	return event_decode(event, (struct bytes){ kept->raw, kept->length });
}

static int keep_newest(struct report *report, const struct event *event)
{
	struct report_newest *newest = report_kind(event) <= REPORT_SEVERE ?
					       &report->grave :
					       &report->others;

	return report_keep(&newest->kept[newest->nr++ % REPORT_ALERTS_MAX],
			   event);
}

/**
 * report_event - take an event into account
 * @event: the event; the oldest one has to come first
 * @origin: where it comes from
 * @report: struct report
 *
 * Return: 0, or -ENOMEM.
 */
int report_event(const struct event *event, const struct print_origin *origin,
		 void *report)
{
	struct report *all = report;
	int error;

	if (!all->events)
		snprintf(all->host, sizeof(all->host), "%s", origin->host);
	count(all, event);
	error = count_tops(all, event);
	if (!error && event->nr_rules)
		error = keep_newest(all, event);
	if (!error && event->nr_windows)
		error = report_burst(all, event, origin);
	return error;
}

/**
 * report_gap - take into account that events are missing
 * @gap: which
 * @origin: where they came from
 * @report: struct report
 *
 * Return: 0.
 */
int report_gap(const struct event_gap *gap, const struct print_origin *origin,
	       void *report)
{
	struct report *all = report;

	(void)origin;
	all->missing += gap->count;
	return 0;
}
