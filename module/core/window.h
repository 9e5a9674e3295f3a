/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One window of a correlation: what happened lately in one group.
 */
#ifndef PYDETECT_CORE_WINDOW_H
#define PYDETECT_CORE_WINDOW_H

#include "image.h"

/* Samples that may still be replaced. */
#define PYDETECT_WINDOW_PENDING 4u

/**
 * struct pydetect_sample - what one program start adds to a window
 * @time: when, in nanoseconds of a clock that does not go back
 * @caller: which task started the program; its samples replace each other
 *	as long as it is the same start
 * @again: a later pass of a start that may have given a sample before
 * @value: for PYDETECT_CORRELATION_VALUE_COUNT the hash of the value; for the
 *	types that count rules a bit for each reference that happened; nothing
 *	for events
 */
struct pydetect_sample {
	u64 time;
	u64 caller;
	u64 value;
	bool again;
};

/**
 * struct pydetect_kept - a value, and when it was last seen
 * @value: the value
 * @time: when
 */
struct pydetect_kept {
	u64 value;
	u64 time;
};

/**
 * struct pydetect_window - the samples of one group
 * @newest: time of the newest sample
 * @alerted: when the window last became an alert
 * @serial: number of the last event, for the type that counts events
 * @nr_kept: values in @kept
 * @nr_pending: samples in @pending
 * @held: the condition held after the last sample
 * @pending: the newest samples, oldest first
 * @kept: what came before them: the values that were seen last
 *
 * All zero is an empty window. Whoever uses one keeps others away from it.
 */
struct pydetect_window {
	u64 newest;
	u64 alerted;
	u64 serial;
	u32 nr_kept;
	u16 nr_pending;
	bool held;
	struct pydetect_sample pending[PYDETECT_WINDOW_PENDING];
	struct pydetect_kept kept[];
};

/**
 * struct pydetect_window_state - how a window stands
 * @count: what Sigma's condition is about, at most the capacity
 * @first: time of the oldest sample that counts
 * @last: time of the newest one
 * @holds: the condition holds
 * @alert: it has begun to, or has for another timespan
 */
struct pydetect_window_state {
	u32 count;
	u64 first;
	u64 last;
	bool holds;
	bool alert;
};

size_t
pydetect_window_bytes(const struct pydetect_image_correlation *correlation);
void pydetect_window_add(struct pydetect_window *window,
			 const struct pydetect_image_correlation *correlation,
			 const struct pydetect_sample *sample);
void pydetect_window_look(const struct pydetect_window *window,
			  const struct pydetect_image_correlation *correlation,
			  u64 time, u64 also,
			  struct pydetect_window_state *state);
void pydetect_window_judge(struct pydetect_window *window,
			   const struct pydetect_image_correlation *correlation,
			   u64 time, u64 also,
			   struct pydetect_window_state *state);

/** pydetect_shown_field - the values counted, or else command lines */
static inline enum pydetect_field
pydetect_shown_field(const struct pydetect_image_correlation *correlation)
{
	return correlation->type == PYDETECT_CORRELATION_VALUE_COUNT ?
		       correlation->field :
		       PYDETECT_FIELD_COMMAND_LINE;
}

/**
 * pydetect_window_counts - does what happened still count?
 * @time: when it did
 * @timespan: how long it counts; what is as old as that does not
 * @now: the time it is; what came after whoever asks read the clock counts
 */
static inline bool pydetect_window_counts(u64 time, u64 timespan, u64 now)
{
	return now < time || now - time < timespan;
}

/** pydetect_window_empty - does nothing in @window count any more? */
static inline bool pydetect_window_empty(const struct pydetect_window *window,
					 u64 timespan, u64 time)
{
	return !pydetect_window_counts(window->newest, timespan, time);
}

#endif /* PYDETECT_CORE_WINDOW_H */
