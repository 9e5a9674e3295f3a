// SPDX-License-Identifier: GPL-2.0-only
/*
 * The arithmetic of sliding windows, exact in bounded memory.
 *
 * At time t, what happened in (t - timespan, t] counts. Whether at least K
 * different values did is decided by the K values that were seen last: every
 * other one was last seen before them. So a window keeps its capacity of values
 * and the time each was last seen, and nothing has to expire. Events are values
 * that are all different, and a correlation of rules counts references; so
 * these three types are one. The last type, rules in their order, keeps for
 * each reference when the latest chain began that leads up to it.
 *
 * A start of a program that passes more than once (a script and its
 * interpreter) shall count once: as one event, with the value it had in the end,
 * with the rules of all its passes. So the newest samples are not merged into
 * the rest yet: a later pass takes the earlier one's sample out again, and
 * nothing has to be undone. Where other starts push a sample on before its next
 * pass arrives, the start counts twice: too much rather than too little.
 */
#include "window.h"

/**
 * pydetect_window_bytes - memory of a window
 * @correlation: whose
 *
 * Return: bytes; all zero they are an empty window.
 */
size_t
pydetect_window_bytes(const struct pydetect_image_correlation *correlation)
{
	return sizeof(struct pydetect_window) +
	       correlation->capacity * sizeof(struct pydetect_kept);
}

/* The place for @value: its own, a new one, or that of the oldest value. */
static struct pydetect_kept *place_for(struct pydetect_window *window,
				       u32 capacity, u64 value)
{
	struct pydetect_kept *oldest = window->kept;
	u32 i;

	for (i = 0; i < window->nr_kept; i++) {
		if (window->kept[i].value == value)
			return &window->kept[i];
		if (window->kept[i].time < oldest->time)
			oldest = &window->kept[i];
	}
	return window->nr_kept < capacity ? &window->kept[window->nr_kept++] :
					    oldest;
}

static void keep(struct pydetect_window *window, u32 capacity, u64 value,
		 u64 time)
{
	*place_for(window, capacity, value) = (struct pydetect_kept){
		.value = value,
		.time = time,
	};
}

static void keep_references(struct pydetect_window *window, u32 count,
			    const struct pydetect_sample *sample)
{
	u32 i;

	for (i = 0; i < count; i++)
		if (sample->value >> i & 1)
			keep(window, count, i, sample->time);
}

/**
 * struct chain - begin of the latest chain up to each reference
 * @begin: the time
 * @exists: bit n: begin[n] is there
 */
struct chain {
	u64 begin[PYDETECT_REFERENCES_MAX];
	u64 exists;
};

/* One start is one link: who was there before it comes first. */
static void chain_take(struct chain *chain, u32 count,
		       const struct pydetect_sample *sample)
{
	u32 i;

	for (i = count; i--;) {
		if (!(sample->value >> i & 1))
			continue;
		if (!i) {
			chain->begin[0] = sample->time;
			chain->exists |= 1;
			continue;
		}
		if (!(chain->exists >> (i - 1) & 1))
			continue;
		if (!(chain->exists >> i & 1) ||
		    chain->begin[i] < chain->begin[i - 1])
			chain->begin[i] = chain->begin[i - 1];
		chain->exists |= 1ULL << i;
	}
}

static void chain_read(struct chain *chain,
		       const struct pydetect_window *window)
{
	u32 i;

	chain->exists = 0;
	for (i = 0; i < window->nr_kept; i++) {
		chain->begin[window->kept[i].value] = window->kept[i].time;
		chain->exists |= 1ULL << window->kept[i].value;
	}
}

static void keep_chain(struct pydetect_window *window, u32 count,
		       const struct pydetect_sample *sample)
{
	struct chain chain;
	u32 i;

	chain_read(&chain, window);
	chain_take(&chain, count, sample);
	for (i = 0; i < count; i++)
		if (chain.exists >> i & 1)
			keep(window, count, i, chain.begin[i]);
}

/* A sample that is not going to be replaced joins the rest. */
static void merge(struct pydetect_window *window,
		  const struct pydetect_image_correlation *correlation,
		  const struct pydetect_sample *sample)
{
	const u32 references = correlation->references.count;

	switch (correlation->type) {
	case PYDETECT_CORRELATION_TEMPORAL:
		keep_references(window, references, sample);
		break;
	case PYDETECT_CORRELATION_TEMPORAL_ORDERED:
		keep_chain(window, references, sample);
		break;
	default:
		keep(window, correlation->capacity, sample->value,
		     sample->time);
	}
}

static void remove_pending(struct pydetect_window *window, u32 index)
{
	window->nr_pending--;
	memmove(&window->pending[index], &window->pending[index + 1],
		(window->nr_pending - index) * sizeof(window->pending[0]));
}

/* Returns the value of the sample that the caller's earlier pass has left. */
static u64 take_back(struct pydetect_window *window, u64 caller)
{
	u64 value;
	u32 i;

	for (i = 0; i < window->nr_pending; i++) {
		if (window->pending[i].caller != caller)
			continue;
		value = window->pending[i].value;
		remove_pending(window, i);
		return value;
	}
	return 0;
}

/* What a start adds that has left @before in its earlier pass, or zero. */
static u64 value_with(struct pydetect_window *window, u32 type, u64 value,
		      u64 before)
{
	switch (type) {
	case PYDETECT_CORRELATION_EVENT_COUNT:
		return ++window->serial;
	case PYDETECT_CORRELATION_VALUE_COUNT:
		return value;
	default:
		return value | before;
	}
}

/**
 * pydetect_window_add - add a sample
 * @window: the window
 * @correlation: whose
 * @sample: the sample; a time before the newest one counts as that
 */
void pydetect_window_add(struct pydetect_window *window,
			 const struct pydetect_image_correlation *correlation,
			 const struct pydetect_sample *sample)
{
	struct pydetect_sample *added;
	u64 before = 0;

	if (sample->again)
		before = take_back(window, sample->caller);
	if (window->nr_pending == PYDETECT_WINDOW_PENDING) {
		merge(window, correlation, &window->pending[0]);
		remove_pending(window, 0);
	}
	if (window->newest < sample->time)
		window->newest = sample->time;
	added = &window->pending[window->nr_pending++];
	*added = *sample;
	added->time = window->newest;
	added->value = value_with(window, correlation->type, sample->value,
				  before);
}

/* What is being counted, and since when. */
struct tally {
	u64 timespan;
	u64 now;
	u32 count;
	u64 first;
};

static bool tally_time(struct tally *tally, u64 time)
{
	if (!pydetect_window_counts(time, tally->timespan, tally->now))
		return false;
	if (tally->first > time)
		tally->first = time;
	return true;
}

static bool is_kept(const struct pydetect_window *window,
		    const struct tally *tally, u64 value)
{
	u32 i;

	for (i = 0; i < window->nr_kept; i++)
		if (window->kept[i].value == value &&
		    pydetect_window_counts(window->kept[i].time,
					   tally->timespan, tally->now))
			return true;
	return false;
}

static bool is_pending(const struct pydetect_window *window, u32 before,
		       const struct tally *tally, u64 value)
{
	u32 i;

	for (i = 0; i < before; i++)
		if (window->pending[i].value == value &&
		    pydetect_window_counts(window->pending[i].time,
					   tally->timespan, tally->now))
			return true;
	return false;
}

static void tally_values(struct tally *tally,
			 const struct pydetect_window *window)
{
	u32 i;

	for (i = 0; i < window->nr_kept; i++)
		if (tally_time(tally, window->kept[i].time))
			tally->count++;
	for (i = 0; i < window->nr_pending; i++) {
		const struct pydetect_sample *sample = &window->pending[i];

		if (tally_time(tally, sample->time) &&
		    !is_kept(window, tally, sample->value) &&
		    !is_pending(window, i, tally, sample->value))
			tally->count++;
	}
}

static void tally_references(struct tally *tally,
			     const struct pydetect_window *window, u64 also)
{
	u64 seen = also;
	u32 i;

	for (i = 0; i < window->nr_kept; i++)
		if (tally_time(tally, window->kept[i].time))
			seen |= 1ULL << window->kept[i].value;
	for (i = 0; i < window->nr_pending; i++)
		if (tally_time(tally, window->pending[i].time))
			seen |= window->pending[i].value;
	for (; seen; seen &= seen - 1)
		tally->count++;
}

/* How far the longest chain has come that began early enough. */
static void tally_chain(struct tally *tally,
			const struct pydetect_window *window, u32 count)
{
	struct chain chain;
	u32 i;

	chain_read(&chain, window);
	for (i = 0; i < window->nr_pending; i++)
		chain_take(&chain, count, &window->pending[i]);
	for (i = 0; i < count; i++)
		if (chain.exists >> i & 1 && tally_time(tally, chain.begin[i]))
			tally->count = i + 1;
}

static bool good_count(const struct pydetect_image_correlation *correlation,
		       u32 count)
{
	return count >= correlation->min && count <= correlation->max &&
	       (count != correlation->except || !correlation->except);
}

/**
 * pydetect_window_look - how a window stands
 * @window: the window
 * @correlation: whose
 * @time: the time it is now; before the newest sample counts as that
 * @also: for PYDETECT_CORRELATION_TEMPORAL: references that hold anyway
 * @state: filled in; never an alert
 */
void pydetect_window_look(const struct pydetect_window *window,
			  const struct pydetect_image_correlation *correlation,
			  u64 time, u64 also,
			  struct pydetect_window_state *state)
{
	struct tally tally = {
		.timespan = correlation->timespan,
		.now = time < window->newest ? window->newest : time,
		.first = window->newest,
	};

	switch (correlation->type) {
	case PYDETECT_CORRELATION_TEMPORAL:
		tally_references(&tally, window, also);
		break;
	case PYDETECT_CORRELATION_TEMPORAL_ORDERED:
		tally_chain(&tally, window, correlation->references.count);
		break;
	default:
		tally_values(&tally, window);
		if (tally.count > correlation->capacity)
			tally.count = correlation->capacity;
	}
	*state = (struct pydetect_window_state){
		.count = tally.count,
		.first = tally.first,
		.last = window->newest,
		.holds = good_count(correlation, tally.count),
	};
}

/**
 * pydetect_window_judge - how a window stands after a sample
 * @window: the window; remembers that it became an alert
 * @correlation: whose
 * @time: the time it is now
 * @also: as for pydetect_window_look()
 * @state: filled in
 *
 * It becomes an alert when its condition begins to hold, and again at most once
 * a timespan while it goes on holding.
 */
void pydetect_window_judge(struct pydetect_window *window,
			   const struct pydetect_image_correlation *correlation,
			   u64 time, u64 also,
			   struct pydetect_window_state *state)
{
	u64 now = time < window->newest ? window->newest : time;

	pydetect_window_look(window, correlation, time, also, state);
	state->alert = state->holds &&
		       (!window->held ||
			now - window->alerted >= correlation->timespan);
	if (state->alert)
		window->alerted = now;
	window->held = state->holds;
}
