// SPDX-License-Identifier: GPL-2.0-only
/*
 * What changed from one look to the next.
 */
#include <errno.h>
#include <stdlib.h>

#include "top.h"

static uint64_t number_of(const struct event_status *status,
			  enum top_number number)
{
	const uint64_t values[TOP_NUMBERS] = {
		[TOP_EXECS] = status->execs,
		[TOP_MATCHED] = status->matched,
		[TOP_DENIED] = status->denied,
		[TOP_ERRORS] = status->errors,
		[TOP_EVENTS] = status->event_next - 1,
		[TOP_UNSTORED] = status->events_unstored,
		[TOP_LOST] = status->events_lost,
		[TOP_EVICTED] = status->windows_evicted,
		[TOP_SAMPLES] = status->samples_lost,
		[TOP_LINEAGES] = status->lineages_lost,
	};

	return values[number];
}

static void take_numbers(struct top_model *model, uint64_t time)
{
	enum top_number i;

	for (i = 0; i < TOP_NUMBERS; i++) {
		const uint64_t value = number_of(&model->status, i);

		if (model->begun)
			top_counter_take(&model->numbers[i], value, time);
		else
			top_counter_start(&model->numbers[i], value, time);
	}
}

/* @before: the same rule at the last look, NULL where there was no such rule. */
static void take_rule(const struct top_model *model, struct top_rule *rule,
		      const struct top_rule *before, uint64_t time)
{
	const uint64_t matched = rule->rule->matched;

	if (!model->begun) {
		top_counter_start(&rule->matched, matched, time);
		return;
	}
	/* Loaded since the last look: it began at zero. */
	if (before)
		rule->matched = before->matched;
	else
		top_counter_start(&rule->matched, 0, model->time);
	top_counter_take(&rule->matched, matched, time);
}

static int take_rules(struct top_model *model, struct list_rules *list,
		      bool same_policy, uint64_t time)
{
	struct top_rule *rules = calloc(list->nr + 1, sizeof(*rules));
	size_t i;

	if (!rules)
		return -ENOMEM;
	for (i = 0; i < list->nr; i++) {
		const bool known = same_policy && i < model->list.nr;

		rules[i].rule = list->rules[i];
		rules[i].order = i;
		take_rule(model, &rules[i], known ? &model->rules[i] : NULL,
			  time);
	}
	free(model->rules);
	list_rules_free(&model->list);
	model->rules = rules;
	model->list = *list;
	*list = (struct list_rules){ 0 };
	return 0;
}

/**
 * top_model_take - the module was looked at
 * @model: the model, zero before the first look
 * @status: the module's state
 * @list: the rules of the policy in it; taken over, and empty afterwards
 * @time: now, ns since boot
 *
 * Rules are counted since their policy was loaded. What happened under a
 * policy that is gone is forgotten with it.
 *
 * Return: 0, or -ENOMEM, and nothing has changed.
 */
int top_model_take(struct top_model *model, const struct event_status *status,
		   struct list_rules *list, uint64_t time)
{
	const bool same_policy = status->generation == model->generation;
	int error = take_rules(model, list, same_policy, time);

	if (error)
		return error;
	model->status = *status;
	take_numbers(model, time);
	model->generation = status->generation;
	model->time = time;
	model->begun = true;
	return 0;
}

/**
 * top_model_reset - from here on what is counted is new
 * @model: the model
 */
void top_model_reset(struct top_model *model)
{
	size_t i;

	for (i = 0; i < TOP_NUMBERS; i++)
		top_counter_reset(&model->numbers[i]);
	for (i = 0; i < model->list.nr; i++)
		top_counter_reset(&model->rules[i].matched);
}

/**
 * top_model_free - release a model
 * @model: the model
 */
void top_model_free(struct top_model *model)
{
	free(model->rules);
	list_rules_free(&model->list);
	list_windows_free(&model->windows);
}

static const struct top_rule *rule_at(const void *element)
{
	return *(const struct top_rule *const *)element;
}

static int descending(double a, double b)
{
	return (a < b) - (a > b);
}

static int by_new(const struct top_rule *a, const struct top_rule *b)
{
	return descending(top_counter_new(&a->matched),
			  top_counter_new(&b->matched));
}

static int by_minute(const struct top_rule *a, const struct top_rule *b)
{
	return descending(top_counter_minute(&a->matched),
			  top_counter_minute(&b->matched));
}

static int by_total(const struct top_rule *a, const struct top_rule *b)
{
	return descending(a->rule->matched, b->rule->matched);
}

static int by_level(const struct top_rule *a, const struct top_rule *b)
{
	return descending(a->rule->level, b->rule->level);
}

/* What only feeds correlations is no finding, however often it matches. */
static int compare(const void *left, const void *right, void *context)
{
	static int (*const orders[TOP_SORTS])(const struct top_rule *,
					      const struct top_rule *) = {
		[TOP_SORT_NEW] = by_new,
		[TOP_SORT_MINUTE] = by_minute,
		[TOP_SORT_TOTAL] = by_total,
		[TOP_SORT_LEVEL] = by_level,
	};
	const struct top_rule *a = rule_at(left), *b = rule_at(right);
	const enum top_sort *sort = context;
	int order = a->rule->silent - b->rule->silent;

	if (!order)
		order = orders[*sort](a, b);
	if (!order)
		order = by_total(a, b);
	if (!order)
		order = by_level(a, b);
	return order ? order : descending(b->order, a->order);
}

/**
 * top_model_sort - the rules in another order
 * @model: the model
 * @sort: the order; among equals by the total, the level and the policy. Those
 *	that only feed correlations come last
 *
 * Return: as many rules as the model has, freed by the caller; NULL where
 * memory ran out.
 */
const struct top_rule **top_model_sort(const struct top_model *model,
				       enum top_sort sort)
{
	const struct top_rule **sorted =
		calloc(model->list.nr + 1, sizeof(*sorted));
	size_t i;

	if (!sorted)
		return NULL;
	for (i = 0; i < model->list.nr; i++)
		sorted[i] = &model->rules[i];
	qsort_r(sorted, model->list.nr, sizeof(*sorted), compare, &sort);
	return sorted;
}
