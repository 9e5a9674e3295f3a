// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which fields of a program start have to be walked, and when.
 */
#include "field.h"
#include "plan.h"

/* The fields whose bytes or presence a program asks for. */
static u32 program_fields(const struct pydetect_view *view,
			  struct pydetect_image_extent program)
{
	u32 i, fields = 0;

	for (i = 0; i < program.count; i++) {
		const struct pydetect_image_step *step =
			&view->steps[program.first + i];

		if (step->test == PYDETECT_TEST_PREDICATE)
			fields |= 1u << view->predicates[step->operand].field;
		else if (step->test == PYDETECT_TEST_PRESENT)
			fields |= 1u << step->operand;
	}
	return fields;
}

/**
 * pydetect_rule_fields - what a rule asks for
 * @view: the policy; predicates, steps and labels are good
 * @rule: the rule; its programs and labels are good
 *
 * Return: what has to stand in the rule's @fields, but for what the command line
 * decodes to.
 */
u32 pydetect_rule_fields(const struct pydetect_view *view,
			 const struct pydetect_image_rule *rule)
{
	u32 i, fields = 0;

	for (i = 0; i < PYDETECT_STAGE_COUNT; i++)
		fields |= program_fields(view, rule->programs[i]);
	for (i = 0; i < rule->labels.count; i++) {
		const struct pydetect_image_label *label =
			&view->labels[rule->labels.first + i];

		fields |= program_fields(view, label->program);
	}
	return pydetect_with_invoked(fields);
}

static void fill_stages(struct pydetect_view *view)
{
	u32 field;

	for (field = 0; field < PYDETECT_FIELD_COUNT; field++)
		view->stage_fields[pydetect_field_stage(field)] |= 1u << field;
}

/* What @rules ask for of @stage and the stages before it. */
static u32 asked_until(const struct pydetect_view *view,
		       struct pydetect_image_extent rules, u32 stage)
{
	u32 i, until = 0, fields = 0;

	for (i = 0; i <= stage; i++)
		until |= view->stage_fields[i];
	for (i = 0; i < rules.count; i++)
		fields |= view->rules[view->triggers[rules.first + i]].fields;
	return fields & until;
}

/*
 * A rule may become a candidate when the fields of a stage were walked already,
 * or are being walked: what it asks for of these cannot wait until then.
 */
static u32 late_fields(const struct pydetect_view *view)
{
	u32 i, fields = asked_until(view, view->header->always,
				    PYDETECT_STAGE_FILE);

	for (i = 0; i < view->nr_predicates; i++) {
		const struct pydetect_image_predicate *predicate =
			&view->predicates[i];

		if (!predicate->triggers.count)
			continue;
		fields |= 1u << predicate->field;
		fields |= asked_until(view, predicate->triggers,
				      pydetect_field_stage(predicate->field));
	}
	for (i = 0; i < view->nr_tracked; i++)
		fields |= 1u << view->predicates[view->tracked[i]].field;
	return pydetect_with_invoked(fields);
}

/**
 * pydetect_plan - settle what has to be walked for every program start
 * @view: the policy, with everything else in place
 */
void pydetect_plan(struct pydetect_view *view)
{
	u32 i;

	fill_stages(view);
	view->late_fields = late_fields(view);
	for (i = 0; i < PYDETECT_STAGE_COUNT; i++)
		if (view->late_fields & view->stage_fields[i])
			view->late_stage = i;
}
