/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One program start, as the core sees it.
 */
#ifndef PYDETECT_CORE_EXEC_H
#define PYDETECT_CORE_EXEC_H

#include "field.h"
#include "image.h"

/**
 * struct pydetect_hit - where a predicate became true
 * @predicate: the predicate
 * @length: bytes of the text that ended, zero where not known
 * @end: offset, in the stream of the predicate's field, just behind it; for
 *	Args and CommandLine counted from the first byte of argv. Zero, like
 *	@length, for a text that was decoded
 */
struct pydetect_hit {
	u32 predicate;
	u32 length;
	u64 end;
};

/**
 * struct pydetect_finding - a correlation that holds
 * @key: of the window
 * @correlation: which
 * @alert: this start made it an alert
 */
struct pydetect_finding {
	u64 key;
	u32 correlation;
	bool alert;
};

/**
 * struct pydetect_exec - the state of judging one program start
 * @view: the policy it is judged by
 * @present: bit n: the exec has field n
 * @wanted: bit n: field n has to be walked
 * @numbers: the fields that are compared as numbers
 * @number_present: bit n: numbers[n] is known
 * @holds: bitmap of the predicates that hold
 * @seen: bitmap of the rules that were triggered
 * @candidates: triggered rules whose programs held so far; after the last
 *	stage: the rules that matched
 * @nr_candidates: how many
 * @nr_triggered: how many rules were triggered so far
 * @touched: bitmap of the correlations to look at
 * @fed: bitmap of the correlations that hold and gained by this start
 * @findings: the correlations that hold
 * @nr_touched: how often a correlation was touched
 * @nr_findings: how many correlations hold
 * @hits: the first hits, for the event
 * @nr_hits: how many, at most PYDETECT_HITS_MAX
 * @nr_held: how many predicates hold, including those without a place in @hits
 *
 * Lives in memory handed in by the caller (pydetect_exec_bytes()), together
 * with the maps it points to, and belongs to one exec at a time.
 */
struct pydetect_exec {
	const struct pydetect_view *view;
	u32 present;
	u32 wanted;
	u32 number_present;
	u64 numbers[PYDETECT_NUMBER_COUNT];
	unsigned long *holds;
	unsigned long *seen;
	u32 *candidates;
	unsigned long *touched;
	unsigned long *fed;
	struct pydetect_finding *findings;
	u32 nr_candidates;
	u32 nr_triggered;
	u32 nr_touched;
	u32 nr_findings;
	u32 nr_hits;
	u32 nr_held;
	struct pydetect_hit hits[PYDETECT_HITS_MAX];
};

size_t pydetect_exec_bytes(const struct pydetect_view *view);
struct pydetect_exec *pydetect_exec_init(void *memory,
					 const struct pydetect_view *view);
void pydetect_exec_reset(struct pydetect_exec *exec);

/** pydetect_exec_number - tell the exec one of its numbers */
static inline void pydetect_exec_number(struct pydetect_exec *exec,
					enum pydetect_number number, u64 value)
{
	exec->numbers[number] = value;
	exec->number_present |= 1u << number;
}

/** pydetect_exec_present - tell the exec that it has @field */
static inline void pydetect_exec_present(struct pydetect_exec *exec,
					 enum pydetect_field field)
{
	exec->present |= 1u << field;
}

/**
 * pydetect_wants - does it make a difference what @field is?
 * @exec: the exec, in the stage of the field
 * @field: the field
 *
 * A field that nobody wants need not be captured.
 */
static inline bool pydetect_wants(const struct pydetect_exec *exec,
				  enum pydetect_field field)
{
	return exec->view->fields & exec->wanted & 1u << field;
}

void pydetect_exec_hold(struct pydetect_exec *exec,
			const struct pydetect_image_output *output, u64 end);
void pydetect_exec_trigger(struct pydetect_exec *exec,
			   struct pydetect_image_extent rules);

#endif /* PYDETECT_CORE_EXEC_H */
