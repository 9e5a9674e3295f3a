// SPDX-License-Identifier: GPL-2.0-only
/*
 * Choosing what makes a rule a candidate.
 *
 * The key of a rule is a set of predicates of which at least one holds
 * whenever the rule does. An AND may take the key of any one of its children,
 * an OR needs the keys of all of them; what holds without a hit (NOT, numbers,
 * presence) has none. Among the keys of an AND, the one wins whose last stage
 * comes first, then the one that promises the fewest hits: so most execs are
 * dismissed before the dear fields are read.
 */
#include <stdlib.h>
#include <string.h>

#include "build_condition.h"
#include "../module/core/exec.h"

/**
 * struct key - the best key of one term
 * @exists: is there one?
 * @stage: last stage of its predicates
 * @weight: how readily they hold, in sum
 * @child: for AND: the child whose key it is
 */
struct key {
	bool exists;
	u8 stage;
	double weight;
	u32 child;
};

/**
 * struct choice - the keys of all terms of a condition
 */
struct choice {
	struct build_context *context;
	const struct build_condition *condition;
	struct key *keys;
	u32 rule;
	u32 first_stage;
	u32 last_stage;
};

static struct key key_of_test(const struct build_context *context,
			      const struct build_term *term)
{
	struct key key = {
		.exists = !term->negated &&
			  term->test == PYDETECT_TEST_PREDICATE,
		.stage = term->stage,
	};

	if (key.exists)
		key.weight =
			context->predicates.items.items[term->operand].weight;
	return key;
}

static bool is_better(const struct key *key, const struct key *than)
{
	if (!key->exists || !than->exists)
		return key->exists;
	if (key->stage != than->stage)
		return key->stage < than->stage;
	return key->weight < than->weight;
}

static struct key key_of_and(const struct choice *choice,
			     const struct build_term *term)
{
	const u32 *children = choice->condition->children.items + term->first;
	struct key best = { .exists = false };
	u32 i;

	for (i = 0; i < term->count; i++) {
		const struct key *key = &choice->keys[children[i]];

		if (!is_better(key, &best))
			continue;
		best = *key;
		best.child = children[i];
	}
	return best;
}

static struct key key_of_or(const struct choice *choice,
			    const struct build_term *term)
{
	const u32 *children = choice->condition->children.items + term->first;
	struct key all = { .exists = true };
	u32 i;

	for (i = 0; i < term->count; i++) {
		const struct key *key = &choice->keys[children[i]];

		all.exists &= key->exists;
		all.weight += key->weight;
		if (all.stage < key->stage)
			all.stage = key->stage;
	}
	return all;
}

static struct key key_of(const struct choice *choice,
			 const struct build_term *term)
{
	/* What never holds needs no trigger: the key without predicates. */
	const struct key never = { .exists = true };
	const struct key none = { .exists = false };

	switch (term->kind) {
	case BUILD_TERM_FALSE:
		return never;
	case BUILD_TERM_TEST:
		return key_of_test(choice->context, term);
	case BUILD_TERM_AND:
		return key_of_and(choice, term);
	case BUILD_TERM_OR:
		return key_of_or(choice, term);
	default:
		return none;
	}
}

static int add_test(struct choice *choice, const struct build_term *term)
{
	struct build_context *context = choice->context;
	struct build_key key = { .rule = choice->rule };

	if (build_predicate_number(&context->predicates, term->operand,
				   &key.predicate))
		return -1;
	if (term->stage < choice->first_stage)
		choice->first_stage = term->stage;
	if (term->stage > choice->last_stage)
		choice->last_stage = term->stage;
	return build_list_push(&context->keys, key) ? 0 : -1;
}

/* Collect the predicates of the key chosen for a term. */
static int add_key(struct choice *choice, u32 number)
{
	const struct build_condition *condition = choice->condition;
	const struct build_term *term = &condition->terms.items[number];
	u32 i;

	switch (term->kind) {
	case BUILD_TERM_TEST:
		return add_test(choice, term);
	case BUILD_TERM_AND:
		return add_key(choice, choice->keys[number].child);
	default:
		for (i = 0; i < term->count; i++)
			if (add_key(choice,
				    condition->children.items[term->first + i]))
				return -1;
		return 0;
	}
}

static void settle_stages(struct choice *choice)
{
	if (choice->first_stage > choice->last_stage) {
		choice->first_stage = PYDETECT_STAGE_COUNT - 1;
		choice->last_stage = PYDETECT_STAGE_COUNT - 1;
	}
}

/* A rule without a key is a candidate from the start. */
static int add_always(struct choice *choice)
{
	struct build_key key = {
		.predicate = BUILD_NONE,
		.rule = choice->rule,
	};

	choice->first_stage = 0;
	return build_list_push(&choice->context->keys, key) ? 0 : -1;
}

/**
 * build_trigger - choose what makes a rule a candidate
 * @context: where its key goes
 * @condition: the rule's condition
 * @rule: its number in the image
 * @first_stage: set to the first stage in which it can become a candidate
 * @last_stage: set to the last one
 *
 * Return: 0, or -1 when out of memory.
 */
int build_trigger(struct build_context *context,
		  const struct build_condition *condition, u32 rule,
		  u32 *first_stage, u32 *last_stage)
{
	const size_t count = condition->terms.count;
	struct choice choice = {
		.context = context,
		.condition = condition,
		.keys = malloc(count * sizeof(*choice.keys)),
		.rule = rule,
		.first_stage = PYDETECT_STAGE_COUNT,
	};
	size_t i;
	int error;

	if (!choice.keys)
		return -1;
	for (i = 0; i < count; i++)
		choice.keys[i] = key_of(&choice, &condition->terms.items[i]);
	error = choice.keys[count - 1].exists ? add_key(&choice, count - 1) :
						add_always(&choice);
	settle_stages(&choice);
	*first_stage = choice.first_stage;
	*last_stage = choice.last_stage;
	free(choice.keys);
	return error;
}

static int compare_keys(const void *a, const void *b)
{
	const struct build_key *left = a, *right = b;

	if (left->predicate != right->predicate)
		return left->predicate < right->predicate ? -1 : 1;
	return left->rule < right->rule ? -1 : left->rule > right->rule;
}

static int place_trigger(struct build_draft *draft,
			 struct pydetect_image_extent *extent, u32 rule)
{
	if (!extent->count++)
		extent->first = draft->triggers.count;
	return build_list_push(&draft->triggers, rule) ? 0 : -1;
}

/**
 * build_triggers_place - write the lists of triggered rules
 * @context: its keys are sorted; the predicates have to be in the draft
 *
 * Return: 0, or -1 when out of memory.
 */
int build_triggers_place(struct build_context *context)
{
	struct build_draft *draft = &context->draft;
	struct build_key *keys = context->keys.items;
	size_t i;

	if (!context->keys.count)
		return 0;
	qsort(keys, context->keys.count, sizeof(*keys), compare_keys);
	for (i = 0; i < context->keys.count; i++) {
		struct pydetect_image_extent *extent = &draft->always;

		if (i && !compare_keys(&keys[i], &keys[i - 1]))
			continue;
		if (keys[i].predicate != BUILD_NONE) {
			const u32 number = keys[i].predicate;

			extent = &draft->predicates.items[number].triggers;
		}
		if (place_trigger(draft, extent, keys[i].rule))
			return -1;
	}
	return 0;
}
