// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the rules that matched a program start feed, and what these feed.
 *
 * Correlations stand behind all that they refer to, so one pass in ascending
 * order sees everything. One that counts rules asks how the correlations it
 * refers to stand at that moment, after all samples of this start that came
 * before: of two starts at the same time, the one that is judged last sees both.
 */
#include "correlate.h"

static const struct pydetect_image_correlation *
correlation_of(const struct pydetect_exec *exec, u32 number)
{
	return &exec->view->correlations[number];
}

static void touch(struct pydetect_exec *exec,
		  struct pydetect_image_extent feeds)
{
	u32 i;

	for (i = feeds.first; i < feeds.first + feeds.count; i++) {
		__set_bit(exec->view->feeds[i], exec->touched);
		exec->nr_touched++;
	}
}

static void touch_all(struct pydetect_exec *exec)
{
	u32 i;

	for (i = 0; i < exec->nr_candidates; i++)
		touch(exec, exec->view->rules[exec->candidates[i]].head.feeds);
}

/* The rules that matched ascend. */
static bool has_matched(const struct pydetect_exec *exec, u32 rule)
{
	u32 low = 0, high = exec->nr_candidates;

	while (low < high) {
		u32 middle = low + (high - low) / 2;

		if (exec->candidates[middle] < rule)
			low = middle + 1;
		else
			high = middle;
	}
	return low < exec->nr_candidates && exec->candidates[low] == rule;
}

/* Which of the references happened: rules matched, correlations hold. */
static u64 happened(const struct pydetect_exec *exec,
		    const struct pydetect_image_correlation *correlation)
{
	const u32 *references = exec->view->references +
				correlation->references.first;
	const u32 nr_rules = exec->view->nr_rules;
	u64 bits = 0;
	u32 i;

	for (i = 0; i < correlation->references.count; i++)
		if (references[i] < nr_rules ?
			    has_matched(exec, references[i]) :
			    test_bit(references[i] - nr_rules, exec->fed))
			bits |= 1ULL << i;
	return bits;
}

/* The key of the window of this start; false where it has none. */
static bool key_of(const struct pydetect_exec *exec,
		   const struct pydetect_correlator *correlator, u32 number,
		   u64 *key)
{
	const struct pydetect_image_correlation *correlation =
		correlation_of(exec, number);
	const u32 *groups = exec->view->groups + correlation->groups.first;
	struct pydetect_siphash hash;
	u64 digest;
	u32 i;

	pydetect_siphash_start(&hash, correlator->secret);
	pydetect_siphash_bytes(&hash, &correlation->identity,
			       sizeof(correlation->identity));
	for (i = 0; i < correlation->groups.count; i++) {
		if (!correlator->digest(correlator->context, groups[i],
					&digest))
			return false;
		pydetect_siphash_bytes(&hash, &digest, sizeof(digest));
	}
	*key = pydetect_siphash_end(&hash);
	return true;
}

/* A correlation that is judged itself is found before others look at it. */
static void find(struct pydetect_exec *exec, u32 number, u64 key, bool alert)
{
	u32 i;

	for (i = 0; i < exec->nr_findings; i++)
		if (exec->findings[i].correlation == number)
			return;
	exec->findings[exec->nr_findings++] = (struct pydetect_finding){
		.key = key,
		.correlation = number,
		.alert = alert,
	};
}

/* Which of the correlations it refers to hold, whenever that began. */
static u64 standing(struct pydetect_exec *exec,
		    const struct pydetect_correlator *correlator, u32 number)
{
	const struct pydetect_image_correlation *correlation =
		correlation_of(exec, number);
	const u32 *references = exec->view->references +
				correlation->references.first;
	const u32 nr_rules = exec->view->nr_rules;
	struct pydetect_window_state state;
	u64 key, bits = 0;
	u32 i;

	for (i = 0; i < correlation->references.count; i++) {
		u32 other = references[i] - nr_rules;

		if (references[i] < nr_rules ||
		    !key_of(exec, correlator, other, &key) ||
		    !correlator->look(correlator->context, other, key,
				      correlator->time, &state) ||
		    !state.holds)
			continue;
		bits |= 1ULL << i;
		find(exec, other, key, false);
	}
	return bits;
}

static u64 rules_among(const struct pydetect_exec *exec,
		       const struct pydetect_image_correlation *correlation)
{
	const u32 *references = exec->view->references +
				correlation->references.first;
	u64 bits = 0;
	u32 i;

	for (i = 0; i < correlation->references.count; i++)
		if (references[i] < exec->view->nr_rules)
			bits |= 1ULL << i;
	return bits;
}

/* What a start adds; false where that is nothing. */
static bool sample_of(const struct pydetect_exec *exec,
		      const struct pydetect_correlator *correlator,
		      const struct pydetect_image_correlation *correlation,
		      u64 bits, struct pydetect_sample *sample)
{
	*sample = (struct pydetect_sample){
		.time = correlator->time,
		.caller = correlator->caller,
		.again = correlator->again,
		.value = bits,
	};
	if (correlation->type == PYDETECT_CORRELATION_VALUE_COUNT)
		return bits && correlator->digest(correlator->context,
						  correlation->field,
						  &sample->value);
	if (correlation->type != PYDETECT_CORRELATION_TEMPORAL)
		return bits;
	/* Correlations count as long as they hold, not when they began to. */
	sample->value &= rules_among(exec, correlation);
	return true;
}

static void feed(struct pydetect_exec *exec,
		 const struct pydetect_correlator *correlator, u32 number)
{
	const struct pydetect_image_correlation *correlation =
		correlation_of(exec, number);
	struct pydetect_window_state state;
	struct pydetect_sample sample;
	u64 key, also = 0;

	if (!key_of(exec, correlator, number, &key) ||
	    !sample_of(exec, correlator, correlation,
		       happened(exec, correlation), &sample))
		return;
	if (correlation->type == PYDETECT_CORRELATION_TEMPORAL)
		also = standing(exec, correlator, number);
	if (!correlator->sample(correlator->context, number, key, &sample, also,
				&state))
		return;
	touch(exec, correlation->head.feeds);
	if (!state.holds)
		return;
	__set_bit(number, exec->fed);
	find(exec, number, key,
	     state.alert && !(correlation->head.flags & PYDETECT_HEAD_SILENT));
}

/**
 * pydetect_feeds_any - is there anything to tell the correlations?
 * @exec: after pydetect_judge()
 *
 * Return: false where no rule that matched feeds a correlation. Then there is
 * no need to find out what pydetect_correlate() has to be told.
 */
bool pydetect_feeds_any(const struct pydetect_exec *exec)
{
	u32 i;

	for (i = 0; i < exec->nr_candidates; i++)
		if (exec->view->rules[exec->candidates[i]].head.feeds.count)
			return true;
	return false;
}

/**
 * pydetect_correlate - tell the correlations of a program start
 * @exec: after pydetect_judge(); gains the correlations that hold
 * @correlator: windows, clock and fields
 *
 * Costs nothing where no rule that matched feeds a correlation. May sleep if
 * the functions of @correlator do.
 */
void pydetect_correlate(struct pydetect_exec *exec,
			const struct pydetect_correlator *correlator)
{
	u32 number;

	touch_all(exec);
	if (!exec->nr_touched)
		return;
	for (number = 0; number < exec->view->nr_correlations; number++)
		if (test_bit(number, exec->touched))
			feed(exec, correlator, number);
}
