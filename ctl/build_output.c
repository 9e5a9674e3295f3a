// SPDX-License-Identifier: GPL-2.0-only
/*
 * The outputs of accepting states.
 *
 * All patterns that end in a state, the short ones within the long ones
 * included, stand in one list, each predicate once: at run time a hit is one
 * walk over the list. An output that counts at any rate supersedes one that
 * depends on a word edge. States with the same outputs share a list.
 */
#include <stdlib.h>
#include <string.h>

#include "build_literal.h"

/**
 * build_collector_init - begin an automaton
 * @collector: to be freed in any case
 * @draft: where outputs go
 * @uses: from patterns to predicates
 *
 * Return: 0, or -1 when out of memory.
 */
int build_collector_init(struct build_collector *collector,
			 struct build_draft *draft,
			 const struct build_uses *uses)
{
	const size_t count = uses->nr_predicates + 1;

	*collector = (struct build_collector){
		.draft = draft,
		.uses = uses,
		.stamps = calloc(count, sizeof(*collector->stamps)),
		.places = calloc(count, sizeof(*collector->places)),
	};
	return collector->stamps && collector->places ? 0 : -1;
}

/** build_collector_free - give the memory of a collector back */
void build_collector_free(struct build_collector *collector)
{
	free(collector->stamps);
	free(collector->places);
	build_map_free(&collector->lists);
}

/** build_collect_begin - begin the list of an accepting state */
void build_collect_begin(struct build_collector *collector)
{
	collector->list++;
	collector->newest = 0;
	collector->first = collector->draft->outputs.count;
}

/* Does @old say less than an output for the same predicate with @flags? */
static bool supersedes(u16 flags, const struct pydetect_image_output *old)
{
	return old->flags & PYDETECT_OUTPUT_WORD_END &&
	       !(flags & PYDETECT_OUTPUT_WORD_END);
}

static int collect_one(struct build_collector *collector, u32 predicate,
		       u32 length, u16 flags)
{
	struct build_draft *draft = collector->draft;
	const struct pydetect_image_output output = {
		.predicate = predicate,
		.length = length > UINT16_MAX ? 0 : length,
		.flags = flags,
	};

	if (collector->stamps[predicate] == collector->list) {
		struct pydetect_image_output *old = draft->outputs.items +
			collector->places[predicate];

		if (supersedes(flags, old))
			*old = output;
		return 0;
	}
	collector->stamps[predicate] = collector->list;
	collector->places[predicate] = draft->outputs.count;
	return build_list_push(&draft->outputs, output) ? 0 : -1;
}

/* First use of @pattern, by halving. */
static size_t find_use(const struct build_uses *uses, u32 pattern)
{
	size_t low = 0, high = uses->count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (uses->items[middle].pattern < pattern)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/**
 * build_collect - a pattern ends in the state
 * @collector: the collector
 * @pattern: its number
 * @length: bytes it spans, zero if not known
 * @flags: bits PYDETECT_OUTPUT_
 *
 * Return: 0, or -1 when out of memory.
 */
int build_collect(struct build_collector *collector, u32 pattern, u32 length,
		  u16 flags)
{
	const struct build_uses *uses = collector->uses;
	size_t at;

	for (at = find_use(uses, pattern);
	     at < uses->count && uses->items[at].pattern == pattern; at++) {
		const u32 predicate = uses->items[at].predicate;

		if (collect_one(collector, predicate, length, flags))
			return -1;
		if (predicate < collector->newest)
			continue;
		collector->newest = predicate;
		collector->pattern = pattern;
	}
	return 0;
}

/* The list that was put, or an older one with the same outputs. */
static int find_list(struct build_collector *collector, size_t count, u32 *list)
{
	struct build_draft *draft = collector->draft;
	const struct pydetect_image_output *fresh =
		draft->outputs.items + collector->first;
	const u32 hash = build_hash(fresh, count * sizeof(*fresh), 0);
	u32 position = BUILD_NONE;

	while ((*list = build_map_next(&collector->lists, hash, &position)) !=
	       BUILD_NONE) {
		/* The mark of the last one keeps this within an equal list. */
		if (*list + count <= collector->first &&
		    !memcmp(draft->outputs.items + *list, fresh,
			    count * sizeof(*fresh))) {
			draft->outputs.count = collector->first;
			return 0;
		}
	}
	*list = collector->first;
	return build_map_add(&collector->lists, hash, *list);
}

/**
 * build_collect_end - end the list of a state
 * @collector: the collector
 * @list: set to its first output
 * @refusal: set to the reason if the list is too long
 *
 * Return: 0, BUILD_REFUSED, or -1 when out of memory.
 */
int build_collect_end(struct build_collector *collector, u32 *list,
		      struct build_refusal *refusal)
{
	struct build_draft *draft = collector->draft;
	const size_t count = draft->outputs.count - collector->first;

	if (count > PYDETECT_STATE_OUTPUTS_MAX) {
		build_refuse(refusal,
			     "one text belongs to %zu value lists, at most %u are possible",
			     count, PYDETECT_STATE_OUTPUTS_MAX);
		refusal->predicate = collector->newest;
		refusal->pattern = collector->pattern;
		return BUILD_REFUSED;
	}
	draft->outputs.items[draft->outputs.count - 1].flags |=
		PYDETECT_OUTPUT_LAST;
	return find_list(collector, count, list);
}
