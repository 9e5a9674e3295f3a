// SPDX-License-Identifier: GPL-2.0-only
/*
 * Predicates: the value lists of leaves, each kept once.
 *
 * A predicate is as much as a condition can tell apart: whether any value of
 * one list matches. Lists that mean the same, in whatever order and in however
 * many rules, are one predicate.
 */
#include <stdlib.h>
#include <string.h>

#include "build_predicate.h"
#include "../module/core/field.h"

static int compare_numbers(const void *a, const void *b)
{
	const u32 left = *(const u32 *)a, right = *(const u32 *)b;

	return left < right ? -1 : left > right;
}

static void sort_members(struct build_predicates *predicates, u32 first)
{
	u32 *members = predicates->members.items + first;
	const size_t count = predicates->members.count - first;
	size_t i, kept = 0;

	qsort(members, count, sizeof(*members), compare_numbers);
	for (i = 0; i < count; i++)
		if (!i || members[i] != members[i - 1])
			members[kept++] = members[i];
	predicates->members.count = first + kept;
}

/* A pattern that needs an automaton of its own is tried out at once. */
static int add_member(struct build_predicates *predicates, u32 field,
		      const struct rule_pattern *source,
		      struct build_refusal *refusal)
{
	struct build_patterns *patterns = &predicates->patterns;
	u32 number;
	int error;

	error = build_pattern_add(patterns, source, &number, refusal);
	if (error)
		return error;
	if (patterns->items.items[number].kind != BUILD_LITERAL) {
		error = build_machine_add(&predicates->machines, patterns,
					  number, field, refusal);
		if (error)
			return error;
	}
	return build_list_push(&predicates->members, number) ? 0 : -1;
}

static int add_members(struct build_predicates *predicates,
		       const struct rule_match *match,
		       const struct rule_pattern **culprit,
		       struct build_refusal *refusal)
{
	size_t i;

	for (i = 0; i < match->nr_patterns; i++) {
		int error = add_member(predicates, match->field,
				       &match->patterns[i], refusal);

		if (error) {
			*culprit = &match->patterns[i];
			return error;
		}
	}
	return 0;
}

static double weigh(const struct build_predicates *predicates, u32 first)
{
	double weight = 0;
	size_t i;

	for (i = first; i < predicates->members.count; i++) {
		const u32 pattern = predicates->members.items[i];

		weight += build_pattern_weight(
			&predicates->patterns.items.items[pattern]);
	}
	return weight;
}

static bool same(const struct build_predicates *predicates,
		 const struct build_predicate *a,
		 const struct build_predicate *b)
{
	const u32 *members = predicates->members.items;

	return a->field == b->field && a->aliased == b->aliased &&
	       a->count == b->count &&
	       !memcmp(members + a->first, members + b->first,
		       a->count * sizeof(*members));
}

/* Place @predicate, whose members are the last of all; or find its twin. */
static int intern(struct build_predicates *predicates,
		  const struct build_predicate *predicate, u32 *place)
{
	const u32 *members = predicates->members.items + predicate->first;
	const u32 hash = build_hash(members,
				    predicate->count * sizeof(*members),
				    predicate->field * 2 + predicate->aliased);
	u32 position = BUILD_NONE;

	while ((*place = build_map_next(&predicates->map, hash, &position)) !=
	       BUILD_NONE) {
		struct build_predicate *twin =
			&predicates->items.items[*place];

		if (!same(predicates, predicate, twin))
			continue;
		predicates->members.count = predicate->first;
		if (twin->number == BUILD_NONE) {
			/* No rule in the image needs it so far. */
			twin->rule = predicate->rule;
			twin->match = predicate->match;
		}
		return 0;
	}
	*place = predicates->items.count;
	if (!build_list_push(&predicates->items, *predicate))
		return -1;
	return build_map_add(&predicates->map, hash, *place);
}

/* Where the same holds of a process, it and its descendants are followed. */
static u32 tracked_field(u32 field)
{
	switch (field) {
	case PYDETECT_FIELD_LINEAGE_IMAGE:
		return PYDETECT_FIELD_IMAGE;
	case PYDETECT_FIELD_LINEAGE_IMAGE_NAME:
		return PYDETECT_FIELD_IMAGE_NAME;
	case PYDETECT_FIELD_LINEAGE_BUILD_ID:
		return PYDETECT_FIELD_IMAGE_BUILD_ID;
	default:
		return PYDETECT_FIELD_COUNT;
	}
}

/* "LineageImage: x" -> "Image: x"; for a build id there is no such word. */
static const char *text_of_twin(const char *text)
{
	if (!text || strncmp(text, "LineageI", strlen("LineageI")))
		return text;
	return text + strlen("Lineage");
}

/*
 * A process is followed from where the same holds of its own file, by either of
 * its paths: whether the predicate itself is negated makes no difference.
 */
static int add_twin(struct build_predicates *predicates, u32 place,
		    struct build_refusal *refusal)
{
	struct build_predicate twin = predicates->items.items[place];
	u32 number, i;

	if (twin.twin != BUILD_NONE)
		return 0;
	if (predicates->nr_twins == PYDETECT_TRACKED_MAX)
		return build_refuse(refusal,
				    "more than %u different lists of values for the lineage of processes",
				    PYDETECT_TRACKED_MAX);
	twin.field = tracked_field(twin.field);
	twin.aliased = pydetect_is_aliased(twin.field);
	twin.text = text_of_twin(twin.text);
	twin.number = BUILD_NONE;
	for (i = 0; i < twin.count; i++) {
		number = predicates->members.items[twin.first + i];
		if (!build_list_push(&predicates->members, number))
			return -1;
	}
	twin.first = predicates->members.count - twin.count;
	if (intern(predicates, &twin, &number))
		return -1;
	predicates->items.items[place].twin = number;
	predicates->nr_twins++;
	return 0;
}

static bool has_alias(const struct build_predicates *predicates, u32 field)
{
	return pydetect_is_aliased(field) &&
	       (field != PYDETECT_FIELD_COMMAND_LINE ||
		predicates->rule->decode);
}

/**
 * build_predicate_add - take a leaf in
 * @predicates: where to
 * @match: the leaf, of kind RULE_MATCH_STRING; has to stay
 * @negated: an odd number of NOTs stands above it
 * @place: set to its place in the items
 * @culprit: set to the value that was refused
 * @refusal: set to the reason
 *
 * Return: 0, BUILD_REFUSED, or -1 when out of memory.
 */
int build_predicate_add(struct build_predicates *predicates,
			const struct rule_match *match, bool negated,
			u32 *place, const struct rule_pattern **culprit,
			struct build_refusal *refusal)
{
	struct build_predicate predicate = {
		.field = match->field,
		.aliased = has_alias(predicates, match->field) && !negated,
		.first = predicates->members.count,
		.rule = predicates->rule,
		.match = match,
		.text = match->text,
		.number = BUILD_NONE,
		.twin = BUILD_NONE,
	};
	int error;

	error = add_members(predicates, match, culprit, refusal);
	if (error) {
		predicates->members.count = predicate.first;
		return error;
	}
	sort_members(predicates, predicate.first);
	predicate.count = predicates->members.count - predicate.first;
	predicate.weight = weigh(predicates, predicate.first);
	if (intern(predicates, &predicate, place))
		return -1;
	if (tracked_field(match->field) == PYDETECT_FIELD_COUNT)
		return 0;
	return add_twin(predicates, *place, refusal);
}

/**
 * build_predicate_number - a predicate's number in the image
 * @predicates: the predicates
 * @place: its place in the items
 * @number: set to the number, which it is given if it has none yet
 *
 * Return: 0, or -1 when out of memory.
 */
int build_predicate_number(struct build_predicates *predicates, u32 place,
			   u32 *number)
{
	struct build_predicate *predicate = &predicates->items.items[place];

	if (predicate->number == BUILD_NONE) {
		const u32 next = predicates->order.count;

		if (!build_list_push(&predicates->order, place))
			return -1;
		predicate->number = next;
	}
	*number = predicate->number;
	return 0;
}

/**
 * build_predicate_twins - say in the image where lineages begin
 * @predicates: those of all rules
 * @draft: the image
 *
 * Return: 0, or -1 when out of memory.
 */
int build_predicate_twins(struct build_predicates *predicates,
			  struct build_draft *draft)
{
	const size_t count = predicates->order.count;
	size_t i;
	u32 number;

	for (i = 0; i < count; i++) {
		const u32 twin = predicates->items
					 .items[predicates->order.items[i]]
					 .twin;

		if (twin == BUILD_NONE)
			continue;
		if (build_predicate_number(predicates, twin, &number) ||
		    !build_list_push(&draft->tracked, number))
			return -1;
	}
	return 0;
}

/**
 * build_predicate_blame - find the value that is to blame for a refusal
 * @predicates: the predicates
 * @refusal: the refusal; names a predicate and a pattern
 * @rule: set to the rule
 * @place: set to where the value stands
 *
 * Return: 0, or -1 when out of memory.
 */
int build_predicate_blame(struct build_predicates *predicates,
			  const struct build_refusal *refusal,
			  const struct rule **rule, struct place *place)
{
	const struct build_predicate *predicate =
		&predicates->items.items[
			predicates->order.items[refusal->predicate]];
	const struct rule_match *match = predicate->match;
	struct build_refusal unused;
	size_t i;
	u32 number;

	*rule = predicate->rule;
	*place = predicate->rule->place;
	for (i = 0; i < match->nr_patterns; i++) {
		if (build_pattern_add(&predicates->patterns,
				      &match->patterns[i], &number, &unused))
			return -1;
		if (number == refusal->pattern)
			*place = match->patterns[i].place;
	}
	return 0;
}

/** build_predicates_free - give the memory of all predicates back */
void build_predicates_free(struct build_predicates *predicates)
{
	build_list_free(&predicates->items);
	build_list_free(&predicates->members);
	build_list_free(&predicates->order);
	build_map_free(&predicates->map);
	build_patterns_free(&predicates->patterns);
	build_machines_free(&predicates->machines);
}
