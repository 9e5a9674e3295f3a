/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A time range as one page: events are counted while they are read, a few are
 * kept, and the page is written from that.
 */
#ifndef PYDETECT_CTL_REPORT_H
#define PYDETECT_CTL_REPORT_H

#include "event.h"
#include "print.h"
#include "report_tally.h"
#include "terminal.h"

/* What bounds memory and page, however many events there are. */
#define REPORT_BUCKETS_MAX 120
#define REPORT_ALERTS_MAX 40
#define REPORT_BURSTS_MAX 20
#define REPORT_LINES_MAX 24
#define REPORT_MARKS_MAX 400
#define REPORT_TOP 10
#define REPORT_WOULD_MAX 25
#define REPORT_TEXT_MAX 240

/** enum report_kind - what became of a start, the gravest first */
enum report_kind {
	REPORT_DENIED,
	REPORT_WOULD_DENY,
	REPORT_SEVERE, /* reported by a rule of level high or critical */
	REPORT_MILD,   /* reported by others */
	REPORT_ERROR,  /* could not be judged, and no rule matched */
	REPORT_KIND_COUNT,
};

/**
 * struct report_bucket - a piece of the time line
 * @kinds: events by enum report_kind
 */
struct report_bucket {
	uint64_t kinds[REPORT_KIND_COUNT];
};

/**
 * struct report_kept - an event that is told of in the page
 * @raw: its attributes, owned; event_decode() reads them
 * @length: how many bytes
 */
struct report_kept {
	uint8_t *raw;
	size_t length;
};

/**
 * struct report_newest - the newest alerts of some kind
 * @kept: the alerts; the oldest of them is replaced by the next one
 * @nr: how many there were
 */
struct report_newest {
	struct report_kept kept[REPORT_ALERTS_MAX];
	uint64_t nr;
};

/**
 * struct report_line - a value that a burst consists of
 * @text: the value, owned
 * @seen: how often it was seen, as far as is known
 * @last: when it was last seen, ns since boot; zero where not known
 */
struct report_line {
	struct bytes text;
	uint64_t seen;
	uint64_t last;
};

/**
 * struct report_mark - a value that was seen
 * @time: when, ns since boot
 * @line: index of the value
 * @denied: that start was denied
 */
struct report_mark {
	uint64_t time;
	size_t line;
	bool denied;
};

/**
 * struct report_burst - alerts of one window that follow each other
 * @kept: the event that began it
 * @first: the same, decoded
 * @window: its window that this is about
 * @boot_id: the boot it belongs to
 * @last: the newest alert or denial, ns since boot
 * @alerts: how many starts it alerted of
 * @denied: how many it denied
 * @lines: the values, by when they were first seen
 * @nr_lines: how many
 * @marks: each time a value was seen
 * @nr_marks: how many
 * @beyond: how often values were seen that there was no room for
 */
struct report_burst {
	struct report_kept kept;
	struct event first;
	const struct event_window *window;
	char boot_id[64];
	uint64_t last;
	uint64_t alerts;
	uint64_t denied;
	struct report_line lines[REPORT_LINES_MAX];
	size_t nr_lines;
	struct report_mark marks[REPORT_MARKS_MAX];
	size_t nr_marks;
	uint64_t beyond;
};

/**
 * struct report - what a page is made of
 * @since: from then on, ns since 1970
 * @until: before then, ns since 1970
 * @host: where the events come from
 * @events: all of them
 * @alerts: those that a rule matched
 * @denied: those that failed with EPERM
 * @would_deny: those that would have in mode block
 * @errors: those that could not be judged
 * @missing: events of that time that are nowhere
 * @start: where the first bucket begins
 * @width: of a bucket, ns
 * @offset: added to times for whole days to begin at midnight, ns
 * @buckets: the time line
 * @nr_buckets: how many
 * @rules: by rule
 * @parents: by image of the parent
 * @users: by real user
 * @would: what would have been denied, by rule and image of the parent
 * @grave: alerts that were denied or would have been, or of a high level
 * @others: other alerts
 * @bursts: the newest bursts, each replaced by a later one; owned
 * @nr_bursts: how many there were
 */
struct report {
	uint64_t since;
	uint64_t until;
	char host[256];
	uint64_t events;
	uint64_t alerts;
	uint64_t denied;
	uint64_t would_deny;
	uint64_t errors;
	uint64_t missing;
	uint64_t start;
	uint64_t width;
	uint64_t offset;
	struct report_bucket buckets[REPORT_BUCKETS_MAX];
	size_t nr_buckets;
	struct tally rules;
	struct tally parents;
	struct tally users;
	struct tally would;
	struct report_newest grave;
	struct report_newest others;
	struct report_burst *bursts[REPORT_BURSTS_MAX];
	uint64_t nr_bursts;
};

/* Gathering. */
int report_init(struct report *report, uint64_t since, uint64_t until);
void report_free(struct report *report);
int report_event(const struct event *event, const struct print_origin *origin,
		 void *report);
int report_gap(const struct event_gap *gap, const struct print_origin *origin,
	       void *report);
enum report_kind report_kind(const struct event *event);
bool report_would_deny(const struct event *event);
int report_keep(struct report_kept *kept, const struct event *event);
int report_decode(const struct report_kept *kept, struct event *event);
int report_burst(struct report *report, const struct event *event,
		 const struct print_origin *origin);
void report_burst_free(struct report_burst *burst);
const struct event_window *report_window(const struct event *event);
const struct event_window *report_values(const struct event *event,
					 const struct event_window *window);

/* The page. */
void report_html(const struct report *report, FILE *stream);
void report_style(FILE *stream);
void report_timeline(struct terminal *page, const struct report *report);
void report_bursts(struct terminal *page, const struct report *report);
void report_burst_drawing(struct terminal *page,
			  const struct report_burst *burst);
void report_tops(struct terminal *page, const struct report *report);
void report_would(struct terminal *page, const struct report *report);
void report_alerts(struct terminal *page, const struct report *report);

/* Pieces of it. */
const char *report_kind_name(enum report_kind kind);
const char *report_kind_short(enum report_kind kind);
const char *report_kind_class(enum report_kind kind);
void report_text(struct terminal *page, struct bytes text, size_t length);
void report_name(struct terminal *page, struct bytes name);
void report_number(FILE *stream, uint64_t number);
uint64_t report_zone(uint64_t time);
uint64_t report_width(uint64_t span, uint64_t max);
void report_time(FILE *stream, uint64_t time, const char *format);
void report_level(FILE *stream, uint32_t level);

#endif /* PYDETECT_CTL_REPORT_H */
