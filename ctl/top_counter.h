/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A counter of the module, watched: how fast it goes.
 *
 * Knows no clock. Times are in ns since boot.
 */
#ifndef PYDETECT_CTL_TOP_COUNTER_H
#define PYDETECT_CTL_TOP_COUNTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A minute in steps of four seconds, both ends and one beyond. */
#define TOP_MARKS_MAX 17

/**
 * struct top_mark - how far a counter was
 * @time: when
 * @sum: how far
 */
struct top_mark {
	uint64_t time;
	uint64_t sum;
};

/**
 * struct top_counter - a counter that is watched
 * @value: what the module said last
 * @sum: what it has counted since we look
 * @base: @sum when the user last began anew
 * @time: when we looked last
 * @rate: per second between the last two looks
 * @timed: there were two
 * @marks: how far it was within the last minute, and once before it
 * @nr_marks: how many there are
 */
struct top_counter {
	uint64_t value;
	uint64_t sum;
	uint64_t base;
	uint64_t time;
	double rate;
	bool timed;
	struct top_mark marks[TOP_MARKS_MAX];
	size_t nr_marks;
};

void top_counter_start(struct top_counter *counter, uint64_t value,
		       uint64_t time);
void top_counter_take(struct top_counter *counter, uint64_t value,
		      uint64_t time);
void top_counter_reset(struct top_counter *counter);
uint64_t top_counter_new(const struct top_counter *counter);
double top_counter_average(const struct top_counter *counter);
double top_counter_minute(const struct top_counter *counter);

#endif /* PYDETECT_CTL_TOP_COUNTER_H */
