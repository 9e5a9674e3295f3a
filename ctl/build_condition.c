// SPDX-License-Identifier: GPL-2.0-only
/*
 * From the tree of a rule to a condition without NOTs above its leaves.
 *
 * With the NOTs at the leaves, an over-approximation is what remains when
 * unknown leaves are taken for true, negated or not; and whether a leaf is
 * negated decides which paths of the program it may look at.
 */
#include <stdlib.h>
#include <string.h>

#include "build_condition.h"
#include "../module/core/exec.h"

/* Recursion goes as deep as conditions are nested. */
#define DEPTH_MAX 128u

/* Steps go on by 16 bits; and shared subtrees must not multiply without end. */
#define TERMS_MAX 60000u

/**
 * struct walk - what the recursion carries along
 */
struct walk {
	struct build_context *context;
	struct build_condition *condition;
	struct place *place;
	struct build_refusal *refusal;
};

static int put(const struct walk *walk, struct build_term term, u32 *number)
{
	struct build_condition *condition = walk->condition;

	if (condition->terms.count >= TERMS_MAX)
		return build_refuse(walk->refusal,
				    "the condition has more than %u tests",
				    TERMS_MAX);
	*number = condition->terms.count;
	return build_list_push(&condition->terms, term) ? 0 : -1;
}

static bool same_ranges(const struct build_draft *draft, u32 number,
			const struct rule_match *match)
{
	const struct pydetect_image_number *set = &draft->numbers.items[number];

	return set->number == match->number &&
	       set->ranges.count == match->nr_ranges &&
	       !memcmp(draft->ranges.items + set->ranges.first, match->ranges,
		       match->nr_ranges * sizeof(*match->ranges));
}

static int new_number(struct build_draft *draft, const struct rule_match *match)
{
	struct pydetect_image_number set = {
		.number = match->number,
		.text = build_text_add(&draft->strings, match->text),
		.ranges = {
			.first = draft->ranges.count,
			.count = match->nr_ranges,
		},
	};
	struct pydetect_image_range *ranges;

	ranges = build_list_add(&draft->ranges, match->nr_ranges);
	if (!ranges || set.text == BUILD_NONE)
		return -1;
	memcpy(ranges, match->ranges, match->nr_ranges * sizeof(*ranges));
	return build_list_push(&draft->numbers, set) ? 0 : -1;
}

/* The number of a set of numbers in the draft, where it is put if need be. */
static int intern_number(struct build_context *context,
			 const struct rule_match *match, u32 *number)
{
	const u32 hash = build_hash(match->ranges, match->nr_ranges *
				    sizeof(*match->ranges), match->number);
	u32 position = BUILD_NONE;

	while ((*number = build_map_next(&context->number_map, hash,
					 &position)) != BUILD_NONE)
		if (same_ranges(&context->draft, *number, match))
			return 0;
	*number = context->draft.numbers.count;
	if (new_number(&context->draft, match))
		return -1;
	return build_map_add(&context->number_map, hash, *number);
}

static int put_string(const struct walk *walk, const struct rule_match *match,
		      struct build_term *term)
{
	const struct rule_pattern *culprit = NULL;
	int error;

	term->test = PYDETECT_TEST_PREDICATE;
	term->stage = pydetect_field_stage(match->field);
	error = build_predicate_add(&walk->context->predicates, match,
				    term->negated, &term->operand, &culprit,
				    walk->refusal);
	if (error == BUILD_REFUSED && culprit)
		*walk->place = culprit->place;
	return error;
}

static int put_match(const struct walk *walk, const struct rule_match *match,
		     bool negated, u32 *number)
{
	struct build_term term = {
		.kind = BUILD_TERM_TEST,
		.negated = negated,
		.tests = 1,
	};
	int error = 0;

	switch (match->kind) {
	case RULE_MATCH_STRING:
		error = put_string(walk, match, &term);
		break;
	case RULE_MATCH_NUMBER:
		term.test = PYDETECT_TEST_NUMBER;
		term.stage = PYDETECT_STAGE_FILE;
		if (!match->nr_ranges)
			term.kind = negated ? BUILD_TERM_TRUE :
					      BUILD_TERM_FALSE;
		else
			error = intern_number(walk->context, match,
					      &term.operand);
		break;
	case RULE_MATCH_PRESENT:
		term.test = PYDETECT_TEST_PRESENT;
		term.stage = pydetect_field_stage(match->field);
		term.operand = match->field;
		break;
	}
	return error ? error : put(walk, term, number);
}

static int put_node(const struct walk *walk, const struct rule_node *node,
		    bool negated, u32 depth, u32 *number);

static int put_children(const struct walk *walk, const struct rule_node *node,
			bool negated, u32 depth, u32 *number)
{
	const bool is_and = (node->kind == RULE_NODE_AND) != negated;
	struct build_condition *condition = walk->condition;
	struct build_term term = {
		.kind = is_and ? BUILD_TERM_AND : BUILD_TERM_OR,
		.first = condition->children.count,
		.count = node->nr_children,
	};
	size_t i;

	if (!build_list_add(&condition->children, node->nr_children))
		return -1;
	for (i = 0; i < node->nr_children; i++) {
		int error;
		u32 child;

		error = put_node(walk, node->children[i], negated, depth + 1,
				 &child);
		if (error)
			return error;
		condition->children.items[term.first + i] = child;
		term.tests += condition->terms.items[child].tests;
	}
	return put(walk, term, number);
}

static int put_node(const struct walk *walk, const struct rule_node *node,
		    bool negated, u32 depth, u32 *number)
{
	if (depth > DEPTH_MAX) {
		*walk->place = node->place;
		return build_refuse(walk->refusal,
				    "the condition is nested deeper than %u",
				    DEPTH_MAX);
	}
	switch (node->kind) {
	case RULE_NODE_MATCH:
		return put_match(walk, node->match, negated, number);
	case RULE_NODE_NOT:
		return put_node(walk, node->children[0], !negated, depth + 1,
				number);
	default:
		return put_children(walk, node, negated, depth, number);
	}
}

/**
 * build_condition - take a rule's tree in
 * @context: where its leaves go
 * @node: the tree
 * @condition: set to the condition; what it held before is dropped
 * @place: where the rule stands; set to the place of what was refused
 * @refusal: set to the reason
 *
 * Return: 0, BUILD_REFUSED, or -1 when out of memory.
 */
int build_condition(struct build_context *context,
		    const struct rule_node *node,
		    struct build_condition *condition, struct place *place,
		    struct build_refusal *refusal)
{
	const struct walk walk = {
		.context = context,
		.condition = condition,
		.place = place,
		.refusal = refusal,
	};
	u32 root;

	condition->terms.count = 0;
	condition->children.count = 0;
	return put_node(&walk, node, false, 0, &root);
}

/** build_condition_free - give the memory of a condition back */
void build_condition_free(struct build_condition *condition)
{
	build_list_free(&condition->terms);
	build_list_free(&condition->children);
}
