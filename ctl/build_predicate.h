/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Predicates: the value lists of leaves, each kept once.
 */
#ifndef PYDETECT_CTL_BUILD_PREDICATE_H
#define PYDETECT_CTL_BUILD_PREDICATE_H

#include "build_machine.h"
#include "build_pattern.h"

/**
 * struct build_predicate - one of some patterns matches the field
 * @field: the field
 * @aliased: what adds matches to the field counts as well: for paths and names
 *	of files the invoked path, for command lines what they decode to if the
 *	rule asks for that; only where no NOT stands above
 * @first: first of its patterns in the members
 * @count: how many
 * @rule: the rule that needs it, the first one if there are more
 * @match: the leaf in that rule
 * @text: readable form; belongs to the rule set
 * @weight: how readily it holds, see build_pattern_weight()
 * @number: its number in the image; BUILD_NONE until a rule needs it
 * @twin: over the lineage: place of the same predicate over the file itself,
 *	which says where a lineage begins; otherwise BUILD_NONE
 */
struct build_predicate {
	u16 field;
	bool aliased;
	u32 first;
	u32 count;
	const struct rule *rule;
	const struct rule_match *match;
	const char *text;
	double weight;
	u32 number;
	u32 twin;
};

/**
 * struct build_predicates - all predicates of a load
 * @items: the predicates
 * @members: numbers of patterns, ascending and distinct for each predicate
 * @map: from the hash of a predicate to its place in @items
 * @patterns: the patterns
 * @machines: automata of the patterns that are no literals
 * @order: the predicates in the image, in the order of their numbers there
 * @nr_twins: predicates that have a twin
 * @rule: the rule whose leaves are being taken in
 */
struct build_predicates {
	BUILD_LIST(struct build_predicate) items;
	BUILD_LIST(u32) members;
	struct build_map map;
	struct build_patterns patterns;
	struct build_machines machines;
	BUILD_LIST(u32) order;
	u32 nr_twins;
	const struct rule *rule;
};

int build_predicate_add(struct build_predicates *predicates,
			const struct rule_match *match, bool negated,
			u32 *place, const struct rule_pattern **culprit,
			struct build_refusal *refusal);
int build_predicate_number(struct build_predicates *predicates, u32 place,
			   u32 *number);
int build_predicate_twins(struct build_predicates *predicates,
			  struct build_draft *draft);
int build_predicate_blame(struct build_predicates *predicates,
			  const struct build_refusal *refusal,
			  const struct rule **rule, struct place *place);
void build_predicates_free(struct build_predicates *predicates);

#endif /* PYDETECT_CTL_BUILD_PREDICATE_H */
