/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Conditions with the NOTs pushed down to the leaves.
 */
#ifndef PYDETECT_CTL_BUILD_CONDITION_H
#define PYDETECT_CTL_BUILD_CONDITION_H

#include "build_predicate.h"

enum build_term_kind {
	BUILD_TERM_FALSE,
	BUILD_TERM_TRUE,
	BUILD_TERM_TEST,
	BUILD_TERM_AND,
	BUILD_TERM_OR,
};

/**
 * struct build_term - a node of a condition
 * @kind: enum build_term_kind
 * @test: for tests: enum pydetect_test
 * @negated: for tests: holds where the test fails
 * @stage: for tests: enum pydetect_stage in which the field is captured
 * @operand: for tests: as in struct pydetect_image_step, but for predicates
 *	their place among the predicates of the compiler
 * @first: for AND and OR: first of its children
 * @count: how many
 * @tests: tests in it and below
 */
struct build_term {
	u8 kind;
	u8 test;
	bool negated;
	u8 stage;
	u32 operand;
	u32 first;
	u32 count;
	u32 tests;
};

/**
 * struct build_condition - one condition
 * @terms: every child stands before its parent; the last one is the root
 * @children: numbers of terms
 */
struct build_condition {
	BUILD_LIST(struct build_term) terms;
	BUILD_LIST(u32) children;
};

/**
 * struct build_context - what all rules of a load share while compiled
 * @draft: the image
 * @predicates: the predicates
 * @number_map: from the hash of a set of numbers to its number in the draft
 * @keys: pairs of a predicate's number in the image and a rule it triggers
 * @placed: the detection rules that are in the image, and their numbers
 * @diag: where errors go
 */
struct build_context {
	struct build_draft draft;
	struct build_predicates predicates;
	struct build_map number_map;
	BUILD_LIST(struct build_key {
		u32 predicate;
		u32 rule;
	}) keys;
	BUILD_LIST(struct build_placed {
		const struct rule *rule;
		u32 number;
	}) placed;
	struct diag *diag;
};

/* In build_head.c: what rules and correlations have in common. */
int build_refuse_rule(struct build_context *context, const struct rule *rule,
		      const struct place *place, const char *reason);
int build_check_string(struct build_context *context, const struct rule *rule,
		       const char *string, const char *what);
int build_check_head(struct build_context *context, const struct rule *rule);
int build_head(struct build_context *context, const struct rule *rule,
	       struct pydetect_image_head *head);

/* In build_correlation.c. */
int build_correlations(struct build_context *context,
		       const struct rule_set *set);

int build_condition(struct build_context *context,
		    const struct rule_node *node,
		    struct build_condition *condition, struct place *place,
		    struct build_refusal *refusal);
void build_condition_free(struct build_condition *condition);

/* In build_program.c. */
int build_programs(struct build_context *context,
		   const struct build_condition *condition, u32 first_trigger,
		   u32 last_trigger,
		   struct pydetect_image_extent programs[PYDETECT_STAGE_COUNT],
		   struct build_refusal *refusal);
int build_program(struct build_context *context,
		  const struct build_condition *condition, u32 stage,
		  struct pydetect_image_extent *program,
		  struct build_refusal *refusal);

/* In build_trigger.c. */
int build_trigger(struct build_context *context,
		  const struct build_condition *condition, u32 rule,
		  u32 *first_stage, u32 *last_stage);
int build_triggers_place(struct build_context *context);

#endif /* PYDETECT_CTL_BUILD_CONDITION_H */
