// SPDX-License-Identifier: GPL-2.0-only
/*
 * Checked tree -> policy image: the order of things.
 *
 * First each rule by itself: its condition, what triggers it, its programs and
 * labels; then the correlations. That settles which predicates are needed; then
 * the automata of each field that find them.
 */
#include <stdlib.h>
#include <string.h>

#include "build_condition.h"
#include "rule_logic.h"
#include "../module/core/field.h"
#include "../module/core/plan.h"

static int warn_rule(struct build_context *context, const struct rule *rule,
		     const char *warning)
{
	struct diag_entry *entry;

	entry = diag_warning(context->diag, &rule->place, "rule '%s' %s",
			     rule->title, warning);
	if (!entry)
		return -1;
	entry->rule_id = strdup(rule->id);
	return 0;
}

/* What the image cannot hold, whatever the rule says. */
static int check_limits(struct build_context *context, const struct rule *rule)
{
	int error;
	size_t i;

	if (context->draft.rules.count == PYDETECT_RULES_MAX)
		return build_refuse_rule(context, rule, &rule->place,
					 "no room for a further rule");
	if (rule->nr_labels > PYDETECT_RULE_LABELS_MAX)
		return build_refuse_rule(context, rule, &rule->place,
					 "too many labels");
	error = build_check_head(context, rule);
	for (i = 0; i < rule->nr_labels && !error; i++)
		error = build_check_string(context, rule, rule->labels[i].name,
					   "a label");
	return error;
}

/**
 * struct work - the conditions of one rule
 * @condition: the rule's
 * @labels: those of its labels
 */
struct work {
	struct build_condition condition;
	struct build_condition labels[PYDETECT_RULE_LABELS_MAX];
};

static int take_condition(struct build_context *context,
			  const struct rule *rule,
			  const struct rule_node *node,
			  struct build_condition *condition)
{
	struct build_refusal refusal;
	struct place place = rule->place;
	int error;

	error = build_condition(context, node, condition, &place, &refusal);
	if (error == BUILD_REFUSED)
		return build_refuse_rule(context, rule, &place, refusal.reason);
	return error;
}

static int take_conditions(struct build_context *context,
			   const struct rule *rule, struct work *work)
{
	size_t i;
	int error;

	error = take_condition(context, rule, rule->condition,
			       &work->condition);
	for (i = 0; i < rule->nr_labels && !error; i++)
		error = take_condition(context, rule, rule->labels[i].node,
				       &work->labels[i]);
	return error;
}

static int warn_constant(struct build_context *context,
			 const struct rule *rule)
{
	switch (rule_logic(rule->condition)) {
	case RULE_LOGIC_NEVER:
		return warn_rule(context, rule, "can never match");
	case RULE_LOGIC_ALWAYS:
		return warn_rule(context, rule, "matches everything");
	default:
		return 0;
	}
}

static int put_labels(struct build_context *context, const struct rule *rule,
		      const struct work *work,
		      struct pydetect_image_extent *extent,
		      struct build_refusal *refusal)
{
	struct build_draft *draft = &context->draft;
	size_t i;

	extent->first = draft->labels.count;
	extent->count = rule->nr_labels;
	for (i = 0; i < rule->nr_labels; i++) {
		struct pydetect_image_label label = { 0 };
		int error;

		label.name = build_text_add(&draft->strings,
					    rule->labels[i].name);
		if (label.name == BUILD_NONE)
			return -1;
		error = build_program(context, &work->labels[i],
				      PYDETECT_STAGE_COUNT - 1, &label.program,
				      refusal);
		if (error)
			return error;
		if (!build_list_push(&draft->labels, label))
			return -1;
	}
	return 0;
}

static int put_rule(struct build_context *context, const struct rule *rule,
		    const struct work *work)
{
	struct build_draft *draft = &context->draft;
	const u32 number = draft->rules.count;
	struct pydetect_image_rule record = { 0 };
	struct build_refusal refusal;
	u32 first, last;
	int error;

	if (build_head(context, rule, &record.head) ||
	    build_trigger(context, &work->condition, number, &first, &last))
		return -1;
	error = build_programs(context, &work->condition, first, last,
			       record.programs, &refusal);
	if (!error)
		error = put_labels(context, rule, work, &record.labels,
				   &refusal);
	if (error == BUILD_REFUSED)
		build_refuse_rule(context, rule, &rule->place, refusal.reason);
	if (error)
		return -1;
	return build_list_push(&draft->rules, record) &&
	       build_list_push(&context->placed, { rule, number }) ? 0 : -1;
}

static int add_rule(struct build_context *context, const struct rule *rule,
		    struct work *work)
{
	int error;

	context->predicates.rule = rule;
	error = check_limits(context, rule);
	if (!error)
		error = take_conditions(context, rule, work);
	if (!error)
		error = warn_constant(context, rule);
	if (!error)
		error = put_rule(context, rule, work);
	return error == BUILD_REFUSED ? 0 : error;
}

static int add_rules(struct build_context *context, const struct rule_set *set)
{
	struct work *work = calloc(1, sizeof(*work));
	int error = work ? 0 : -1;
	size_t i;

	/* The empty string is at offset zero. */
	if (!error && build_text_add(&context->draft.strings, "") == BUILD_NONE)
		error = -1;
	for (i = 0; i < set->nr_rules && !error; i++)
		if (!set->rules[i]->correlation)
			error = add_rule(context, set->rules[i], work);
	for (i = 0; work && i < PYDETECT_RULE_LABELS_MAX; i++)
		build_condition_free(&work->labels[i]);
	if (work)
		build_condition_free(&work->condition);
	free(work);
	return error;
}

/* The readable form, shortened to what an image can hold. */
static u32 put_text(struct build_draft *draft, const char *text)
{
	char shortened[PYDETECT_STRING_BYTES_MAX];

	if (!text || strlen(text) < sizeof(shortened))
		return build_text_add(&draft->strings, text);
	memcpy(shortened, text, sizeof(shortened));
	strcpy(shortened + sizeof(shortened) - 4, "...");
	return build_text_add(&draft->strings, shortened);
}

static int put_predicates(struct build_context *context)
{
	const struct build_predicates *predicates = &context->predicates;
	struct build_draft *draft = &context->draft;
	size_t i;

	for (i = 0; i < predicates->order.count; i++) {
		const struct build_predicate *predicate =
			&predicates->items.items[predicates->order.items[i]];
		const struct pydetect_image_predicate record = {
			.text = put_text(draft, predicate->text),
			.field = predicate->field,
		};

		if (record.text == BUILD_NONE ||
		    !build_list_push(&draft->predicates, record))
			return -1;
	}
	return 0;
}

/* Needs the fields of the predicates. */
static void put_rule_fields(struct build_context *context)
{
	struct build_draft *draft = &context->draft;
	const struct pydetect_view view = {
		.predicates = draft->predicates.items,
		.steps = draft->steps.items,
		.labels = draft->labels.items,
	};
	size_t i;

	for (i = 0; i < context->placed.count; i++) {
		const struct build_placed *placed = &context->placed.items[i];
		struct pydetect_image_rule *rule =
			&draft->rules.items[placed->number];

		rule->fields = pydetect_rule_fields(&view, rule);
		if (placed->rule->decode &&
		    rule->fields >> PYDETECT_FIELD_COMMAND_LINE & 1)
			rule->fields |=
				1u << PYDETECT_FIELD_COMMAND_LINE_DECODED;
	}
}

static int compare_uses(const void *a, const void *b)
{
	const struct build_use *left = a, *right = b;

	if (left->pattern != right->pattern)
		return left->pattern < right->pattern ? -1 : 1;
	return left->predicate < right->predicate ? -1 : 1;
}

static bool walks(const struct build_predicate *predicate, u32 field)
{
	if (pydetect_is_alias(field))
		return predicate->aliased &&
		       predicate->field == pydetect_subject(field);
	return predicate->field == field;
}

typedef BUILD_LIST(struct build_use) use_list;

/* Which patterns of a field make which predicates true. */
static int list_uses(const struct build_predicates *predicates, u32 field,
		     use_list *list)
{
	u32 number, i;

	list->count = 0;
	for (number = 0; number < predicates->order.count; number++) {
		const struct build_predicate *predicate =
			&predicates->items.items[
				predicates->order.items[number]];
		const u32 *members = predicates->members.items +
				     predicate->first;

		for (i = 0; walks(predicate, field) && i < predicate->count;
		     i++)
			if (!build_list_push(list, { members[i], number }))
				return -1;
	}
	if (list->count)
		qsort(list->items, list->count, sizeof(*list->items),
		      compare_uses);
	return 0;
}

static int add_field(struct build_context *context, u32 field, use_list *list,
		     struct build_refusal *refusal)
{
	const struct build_predicates *predicates = &context->predicates;
	struct build_uses uses;
	int error;

	if (list_uses(predicates, field, list))
		return -1;
	if (!list->count)
		return 0;
	uses.items = list->items;
	uses.count = list->count;
	uses.nr_predicates = predicates->order.count;
	error = build_literals(&context->draft, &predicates->patterns, &uses,
			       field, refusal);
	if (!error)
		error = build_machines_place(&predicates->machines,
					     &context->draft,
					     &predicates->patterns, &uses,
					     field, refusal);
	return error;
}

static void refuse_field(struct build_context *context, u32 field,
			 const struct build_refusal *refusal)
{
	struct place place = { 0 };
	const struct rule *rule;

	if (refusal->predicate == BUILD_NONE)
		diag_error(context->diag, &place, "%s: %s",
			   rule_field_name(field), refusal->reason);
	else if (!build_predicate_blame(&context->predicates, refusal, &rule,
					&place))
		build_refuse_rule(context, rule, &place, refusal->reason);
}

static int add_fields(struct build_context *context)
{
	struct build_refusal refusal;
	use_list list = { 0 };
	u32 field;
	int error = 0;

	for (field = 0; field < PYDETECT_FIELD_COUNT && !error; field++) {
		error = add_field(context, field, &list, &refusal);
		if (error == BUILD_REFUSED)
			refuse_field(context, field, &refusal);
	}
	build_list_free(&list);
	return error ? -1 : 0;
}

static void context_free(struct build_context *context)
{
	build_draft_free(&context->draft);
	build_predicates_free(&context->predicates);
	build_map_free(&context->number_map);
	build_list_free(&context->keys);
	build_list_free(&context->placed);
}

/**
 * build_image - compile rules
 * @set: the rules; may be freed before the image
 * @image: set to the image, which the caller frees
 * @diag: gains an error for each rule that was left out, with its id
 *
 * Return: 0, or -1 and an error in @diag; then there is nothing to free.
 */
int build_image(const struct rule_set *set, struct image *image,
		struct diag *diag)
{
	struct build_context context = { .diag = diag };
	const struct place nowhere = { 0 };
	const size_t errors = diag->nr_errors;
	int error;

	if (add_rules(&context, set) || build_correlations(&context, set) ||
	    build_predicate_twins(&context.predicates, &context.draft) ||
	    put_predicates(&context) || build_triggers_place(&context) ||
	    add_fields(&context)) {
		error = -1;
	} else {
		put_rule_fields(&context);
		error = image_from_draft(&context.draft, image, diag);
	}
	if (error && diag->nr_errors == errors)
		diag_error(diag, &nowhere, "out of memory");
	context_free(&context);
	return error;
}
