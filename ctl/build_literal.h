/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Literals of one field -> an Aho-Corasick automaton in the image.
 */
#ifndef PYDETECT_CTL_BUILD_LITERAL_H
#define PYDETECT_CTL_BUILD_LITERAL_H

#include "build_pattern.h"

/**
 * struct build_use - a predicate to which a pattern belongs
 * @pattern: number of the pattern
 * @predicate: number of the predicate in the image
 */
struct build_use {
	u32 pattern;
	u32 predicate;
};

/**
 * struct build_uses - the patterns that one automaton looks for
 * @items: sorted by pattern
 * @count: how many
 * @nr_predicates: predicates in the image
 */
struct build_uses {
	const struct build_use *items;
	size_t count;
	u32 nr_predicates;
};

int build_literals(struct build_draft *draft,
		   const struct build_patterns *patterns,
		   const struct build_uses *uses, u32 field,
		   struct build_refusal *refusal);

/* In build_output.c: the outputs of accepting states. */
/**
 * struct build_collector - gathers the outputs of one state at a time
 * @draft: where they go
 * @uses: from patterns to predicates
 * @stamps: for each predicate the last list it was in
 * @places: for each predicate its place in the outputs
 * @list: the list, counted from one
 * @first: its first output
 * @newest: the predicate of the list that was added last
 * @pattern: the pattern that it ends with
 * @lists: from the hash of a list to its first output
 */
struct build_collector {
	struct build_draft *draft;
	const struct build_uses *uses;
	u32 *stamps;
	u32 *places;
	u32 list;
	u32 first;
	u32 newest;
	u32 pattern;
	struct build_map lists;
};

int build_collector_init(struct build_collector *collector,
			 struct build_draft *draft,
			 const struct build_uses *uses);
void build_collector_free(struct build_collector *collector);
void build_collect_begin(struct build_collector *collector);
int build_collect(struct build_collector *collector, u32 pattern, u32 length,
		  u16 flags);
int build_collect_end(struct build_collector *collector, u32 *list,
		      struct build_refusal *refusal);

#endif /* PYDETECT_CTL_BUILD_LITERAL_H */
