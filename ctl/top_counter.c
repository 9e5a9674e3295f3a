// SPDX-License-Identifier: GPL-2.0-only
/*
 * How fast a counter goes: now, and within the last minute.
 */
#include <string.h>

#include "clock.h"
#include "top_counter.h"

#define MINUTE_NS (60 * NS_PER_SECOND)
#define STEP_NS (4 * NS_PER_SECOND)

static void drop_first_mark(struct top_counter *counter)
{
	counter->nr_marks--;
	memmove(counter->marks, counter->marks + 1,
		counter->nr_marks * sizeof(*counter->marks));
}

/* One mark that is a minute old stays, for the minute begins there. */
static void drop_old_marks(struct top_counter *counter)
{
	while (counter->nr_marks > 1 &&
	       counter->time - counter->marks[1].time >= MINUTE_NS)
		drop_first_mark(counter);
}

static void add_mark(struct top_counter *counter)
{
	const size_t nr = counter->nr_marks;

	if (nr && counter->time - counter->marks[nr - 1].time < STEP_NS)
		return;
	counter->marks[counter->nr_marks++] = (struct top_mark){
		.time = counter->time,
		.sum = counter->sum,
	};
}

/**
 * top_counter_start - begin to watch a counter
 * @counter: initialised
 * @value: what of it does not count as new
 * @time: now
 */
void top_counter_start(struct top_counter *counter, uint64_t value,
		       uint64_t time)
{
	*counter = (struct top_counter){ .value = value, .time = time };
	add_mark(counter);
}

/* A counter that went back began afresh: what it says it counted since then. */
static uint64_t growth(const struct top_counter *counter, uint64_t value)
{
	return value < counter->value ? value : value - counter->value;
}

/**
 * top_counter_take - look at a counter again
 * @counter: the counter
 * @value: what the module says now
 * @time: now, not before the last look
 */
void top_counter_take(struct top_counter *counter, uint64_t value,
		      uint64_t time)
{
	const uint64_t grown = growth(counter, value);

	if (time > counter->time) {
		counter->rate =
			(double)grown * NS_PER_SECOND / (time - counter->time);
		counter->timed = true;
	}
	counter->sum += grown;
	counter->value = value;
	counter->time = time;
	drop_old_marks(counter);
	add_mark(counter);
}

/**
 * top_counter_reset - from here on what is counted is new
 * @counter: the counter
 */
void top_counter_reset(struct top_counter *counter)
{
	counter->base = counter->sum;
}

/**
 * top_counter_new - what is new
 * @counter: the counter
 *
 * Return: what was counted since it is watched, or since top_counter_reset().
 */
uint64_t top_counter_new(const struct top_counter *counter)
{
	return counter->sum - counter->base;
}

static uint64_t recent_ns(const struct top_counter *counter)
{
	return counter->time - counter->marks[0].time;
}

static double recent(const struct top_counter *counter)
{
	return counter->sum - counter->marks[0].sum;
}

/**
 * top_counter_average - how fast it went of late
 * @counter: the counter
 *
 * Return: per second, over the last minute or as long as it is watched.
 */
double top_counter_average(const struct top_counter *counter)
{
	const uint64_t ns = recent_ns(counter);

	return ns ? recent(counter) * NS_PER_SECOND / ns : 0;
}

/**
 * top_counter_minute - what it counted within the last minute
 * @counter: the counter
 *
 * Return: how many; of those before it is watched nothing is known.
 */
double top_counter_minute(const struct top_counter *counter)
{
	const uint64_t ns = recent_ns(counter);

	return ns > MINUTE_NS ? recent(counter) * MINUTE_NS / ns :
				recent(counter);
}
