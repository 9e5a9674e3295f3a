// SPDX-License-Identifier: GPL-2.0-only
/*
 * Correlations -> the image.
 *
 * The front end has numbered them, each behind what it refers to. Here those
 * are left out that refer to something that could not be compiled; the others
 * move up.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build_condition.h"

/* So that an alert has values to show, however few its condition needs. */
#define CAPACITY_MIN 64u

/* Constants of the hash function FNV-1a. */
#define FNV_START 0xcbf29ce484222325ull
#define FNV_PRIME 0x100000001b3ull

/**
 * struct identity - the hash of a correlation while it is being made
 */
struct identity {
	u64 hash;
};

static void hash_byte(struct identity *identity, u8 byte)
{
	identity->hash = (identity->hash ^ byte) * FNV_PRIME;
}

/* The lowest byte first, on every machine. */
static void hash_number(struct identity *identity, u64 number)
{
	u32 i;

	for (i = 0; i < sizeof(number); i++)
		hash_byte(identity, number >> 8 * i);
}

/* With its NUL, so that no text goes over into the next. */
static void hash_text(struct identity *identity, const char *text)
{
	do
		hash_byte(identity, *text);
	while (*text++);
}

static int compare_placed(const void *a, const void *b)
{
	const struct build_placed *left = a, *right = b;

	if (left->rule == right->rule)
		return 0;
	return left->rule < right->rule ? -1 : 1;
}

/*
 * The number of a rule in the image, or of a correlation counted on from there;
 * BUILD_NONE where it was left out. @correlations: numbers of correlations.
 */
static u32 number_of(const struct build_context *context,
		     const u32 *correlations, const struct rule *rule)
{
	const struct build_placed key = { .rule = rule };
	const struct build_placed *found;

	if (rule->correlation) {
		const u32 number = correlations[rule->correlation->number];

		return number == BUILD_NONE ?
			       number :
			       context->draft.rules.count + number;
	}
	found = bsearch(&key, context->placed.items, context->placed.count,
			sizeof(key), compare_placed);
	return found ? found->number : BUILD_NONE;
}

/* As many values as the verifier asks for, and some more. */
static u32 capacity_of(const struct rule_correlation *correlation)
{
	u32 capacity = CAPACITY_MIN;

	if (capacity < correlation->nr_references)
		capacity = correlation->nr_references;
	if (capacity < correlation->min)
		capacity = correlation->min;
	if (correlation->max != UINT32_MAX && capacity < correlation->max + 1)
		capacity = correlation->max + 1;
	if (correlation->except && capacity < correlation->except + 1)
		capacity = correlation->except + 1;
	return capacity;
}

/* All that decides what is in its windows and what that means. */
static u64 identify(const struct build_draft *draft, const struct rule *rule,
		    const struct pydetect_image_correlation *record)
{
	const struct rule_correlation *correlation = rule->correlation;
	struct identity identity = { FNV_START };
	size_t i;

	hash_text(&identity, rule->id);
	hash_number(&identity, record->type);
	hash_number(&identity, record->field);
	hash_number(&identity, record->min);
	hash_number(&identity, record->max);
	hash_number(&identity, record->except);
	hash_number(&identity, record->timespan);
	hash_number(&identity, record->capacity);
	hash_number(&identity, correlation->nr_groups);
	for (i = 0; i < correlation->nr_groups; i++)
		hash_number(&identity, correlation->groups[i]);
	for (i = 0; i < correlation->nr_references; i++) {
		const u32 number =
			draft->references.items[record->references.first + i];

		hash_text(&identity, correlation->references[i].rule->id);
		if (number >= draft->rules.count)
			hash_number(&identity,
				    draft->correlations
					    .items[number - draft->rules.count]
					    .identity);
	}
	return identity.hash;
}

static int put_groups(struct build_draft *draft,
		      const struct rule_correlation *correlation,
		      struct pydetect_image_extent *extent)
{
	size_t i;

	extent->first = draft->groups.count;
	extent->count = correlation->nr_groups;
	for (i = 0; i < correlation->nr_groups; i++)
		if (!build_list_push(&draft->groups, correlation->groups[i]))
			return -1;
	return 0;
}

static int put_references(struct build_context *context,
			  const u32 *correlations,
			  const struct rule_correlation *correlation,
			  struct pydetect_image_extent *extent)
{
	struct build_draft *draft = &context->draft;
	size_t i;

	extent->first = draft->references.count;
	extent->count = correlation->nr_references;
	for (i = 0; i < correlation->nr_references; i++) {
		const u32 number =
			number_of(context, correlations,
				  correlation->references[i].rule);

		if (!build_list_push(&draft->references, number))
			return -1;
	}
	return 0;
}

static int put_correlation(struct build_context *context,
			   const struct rule *rule, u32 *correlations)
{
	const struct rule_correlation *correlation = rule->correlation;
	struct build_draft *draft = &context->draft;
	struct pydetect_image_correlation record = {
		.timespan = correlation->timespan,
		.type = correlation->type,
		.field = correlation->field,
		.min = correlation->min,
		.max = correlation->max,
		.except = correlation->except,
		.capacity = capacity_of(correlation),
	};

	if (build_head(context, rule, &record.head) ||
	    put_references(context, correlations, correlation,
			   &record.references) ||
	    put_groups(draft, correlation, &record.groups))
		return -1;
	record.identity = identify(draft, rule, &record);
	correlations[correlation->number] = draft->correlations.count;
	return build_list_push(&draft->correlations, record) ? 0 : -1;
}

/* What it refers to may be something that could not be compiled. */
static int check_references(struct build_context *context,
			    const u32 *correlations, const struct rule *rule)
{
	const struct rule_correlation *correlation = rule->correlation;
	size_t i;

	for (i = 0; i < correlation->nr_references; i++) {
		const struct rule_reference *reference =
			&correlation->references[i];
		char reason[160];

		if (number_of(context, correlations, reference->rule) !=
		    BUILD_NONE)
			continue;
		snprintf(reason, sizeof(reason), "'%.100s' was refused",
			 reference->name);
		return build_refuse_rule(context, rule, &reference->place,
					 reason);
	}
	return 0;
}

static int add_correlation(struct build_context *context,
			   const struct rule *rule, u32 *correlations)
{
	int error;

	error = build_check_head(context, rule);
	if (!error)
		error = check_references(context, correlations, rule);
	if (!error)
		error = put_correlation(context, rule, correlations);
	return error == BUILD_REFUSED ? 0 : error;
}

/**
 * struct feed - from what is counted to who counts it
 */
struct feed {
	u32 from;
	u32 to;
};

static int compare_feeds(const void *a, const void *b)
{
	const struct feed *left = a, *right = b;

	if (left->from != right->from)
		return left->from < right->from ? -1 : 1;
	return left->to < right->to ? -1 : left->to > right->to;
}

static void list_feeds(const struct build_draft *draft, struct feed *feeds)
{
	u32 i, j;

	for (i = 0; i < draft->correlations.count; i++) {
		const struct pydetect_image_extent references =
			draft->correlations.items[i].references;

		for (j = references.first;
		     j < references.first + references.count; j++)
			feeds[j] = (struct feed){
				.from = draft->references.items[j],
				.to = i,
			};
	}
}

static struct pydetect_image_extent *feeds_of(struct build_draft *draft,
					      u32 number)
{
	if (number < draft->rules.count)
		return &draft->rules.items[number].head.feeds;
	number -= draft->rules.count;
	return &draft->correlations.items[number].head.feeds;
}

static int put_feeds(struct build_draft *draft)
{
	const size_t count = draft->references.count;
	struct feed *feeds = malloc(count * sizeof(*feeds) + 1);
	u32 *numbers = build_list_add(&draft->feeds, count);
	size_t i;

	if (!feeds || !numbers) {
		free(feeds);
		return -1;
	}
	list_feeds(draft, feeds);
	qsort(feeds, count, sizeof(*feeds), compare_feeds);
	for (i = 0; i < count; i++) {
		struct pydetect_image_extent *extent =
			feeds_of(draft, feeds[i].from);

		if (!extent->count++)
			extent->first = i;
		numbers[i] = feeds[i].to;
	}
	free(feeds);
	return 0;
}

/* The correlations of a set by their numbers. */
static size_t list_correlations(const struct rule_set *set,
				const struct rule **list)
{
	size_t i, count = 0;

	for (i = 0; i < set->nr_rules; i++) {
		if (!set->rules[i]->correlation)
			continue;
		list[set->rules[i]->correlation->number] = set->rules[i];
		count++;
	}
	return count;
}

/**
 * build_correlations - put the correlations of a load into the image
 * @context: all rules are in it
 * @set: the rules and correlations, linked
 *
 * Return: 0, or -1 when out of memory.
 */
int build_correlations(struct build_context *context,
		       const struct rule_set *set)
{
	const struct rule **list = calloc(set->nr_rules + 1, sizeof(*list));
	u32 *numbers = malloc((set->nr_rules + 1) * sizeof(*numbers));
	int error = list && numbers ? 0 : -1;
	size_t i, count;

	if (!error && context->placed.count)
		qsort(context->placed.items, context->placed.count,
		      sizeof(*context->placed.items), compare_placed);
	count = error ? 0 : list_correlations(set, list);
	if (count)
		memset(numbers, 0xff, count * sizeof(*numbers));
	for (i = 0; i < count && !error; i++)
		error = add_correlation(context, list[i], numbers);
	if (!error)
		error = put_feeds(&context->draft);
	free(list);
	free(numbers);
	return error;
}
