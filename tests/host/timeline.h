/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Random correlations over random program starts, judged by the core and by
 * whatever is the most obvious way. Runs in userspace and in the kernel.
 */
#ifndef PYDETECT_TESTS_TIMELINE_H
#define PYDETECT_TESTS_TIMELINE_H

#include "../../module/core/correlate.h"

#define TIMELINE_RULES 4
#define TIMELINE_CORRELATIONS 4
#define TIMELINE_GROUPS 2
#define TIMELINE_EVENTS 24
#define TIMELINE_REFERENCES 8
#define TIMELINE_CAPACITY 12

/**
 * struct timeline_event - one pass of a program start
 * @time: when
 * @attempt: which start it is a pass of
 * @again: it is not the first pass
 * @rules: bit n: rule n matches
 * @group: of the start; TIMELINE_GROUPS: it has none
 * @value: of the field that is counted; zero: it does not have it
 */
struct timeline_event {
	u64 time;
	u32 attempt;
	bool again;
	u32 rules;
	u32 group;
	u32 value;
};

/**
 * struct timeline_sample - what one start added to one window, in plain form
 * @time: when
 * @attempt: by which start
 * @value: the value
 * @bits: the references that happened
 */
struct timeline_sample {
	u64 time;
	u32 attempt;
	u32 value;
	u32 bits;
};

/**
 * struct timeline_window - a window as the obvious way sees it: all samples
 * @samples: in the order they came
 * @count: how many
 * @alerted: when it last became an alert
 * @held: it held when it was last judged
 */
struct timeline_window {
	struct timeline_sample samples[TIMELINE_EVENTS];
	u32 count;
	u64 alerted;
	bool held;
};

/**
 * struct timeline_room - memory of a window of the core
 * @words: a struct pydetect_window with the largest capacity
 */
struct timeline_room {
	u64 words[(sizeof(struct pydetect_window) +
		   TIMELINE_CAPACITY * sizeof(struct pydetect_kept)) /
		  sizeof(u64)];
};

/**
 * struct timeline_result - what became of a correlation at one event
 * @sampled: it got a sample
 * @holds: its condition
 * @alert: it became an alert
 * @count: its count
 */
struct timeline_result {
	bool sampled;
	bool holds;
	bool alert;
	u32 count;
};

/**
 * struct timeline - all of it
 * @random: state of the random numbers
 * @view: the policy, as far as correlations look at it
 * @rules: and so on: its sections
 * @exec: memory of the core
 * @rooms: windows of the core
 * @windows: windows of the obvious way
 * @events: what happens
 * @nr_events: how much
 * @now: the event that is being judged
 * @got: what the core says to it
 * @wanted: what the obvious way says
 */
struct timeline {
	u64 random;
	struct pydetect_view view;
	struct pydetect_image_rule rules[TIMELINE_RULES];
	struct pydetect_image_correlation correlations[TIMELINE_CORRELATIONS];
	u32 references[TIMELINE_CORRELATIONS * TIMELINE_REFERENCES];
	u32 groups[1];
	u32 feeds[(TIMELINE_RULES + TIMELINE_CORRELATIONS) *
		  TIMELINE_CORRELATIONS];
	struct pydetect_exec exec;
	unsigned long touched;
	unsigned long fed;
	struct pydetect_finding findings[TIMELINE_CORRELATIONS];
	u32 candidates[TIMELINE_RULES];
	struct timeline_room rooms[TIMELINE_CORRELATIONS][TIMELINE_GROUPS];
	struct timeline_window windows[TIMELINE_CORRELATIONS][TIMELINE_GROUPS];
	struct timeline_event events[TIMELINE_EVENTS];
	u32 nr_events;
	const struct timeline_event *now;
	struct timeline_result got[TIMELINE_CORRELATIONS];
	struct timeline_result wanted[TIMELINE_CORRELATIONS];
};

/* -1 where both agree about every event; otherwise the number of the event. */
int timeline_run(struct timeline *timeline, u64 seed);

#endif /* PYDETECT_TESTS_TIMELINE_H */
