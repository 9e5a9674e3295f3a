// SPDX-License-Identifier: GPL-2.0-only
/*
 * From a condition to programs that only go forward.
 *
 * Every test knows where to go on when it holds and when it fails: AND goes on
 * to its next child when one holds and leaves when one fails, OR the other way
 * round. Written from the last step to the first, each step finds the ones it
 * leads to already in place.
 *
 * For a stage before the last, tests of fields that are captured later count
 * as true; what that leaves is an over-approximation. A stage whose program
 * would say what an earlier one said already gets the empty program.
 */
#include <stdlib.h>
#include <string.h>

#include "build_condition.h"

/* What follows a step: an end, or the place of another step. */
#define GO_TRUE UINT32_MAX
#define GO_FALSE (UINT32_MAX - 1)

/**
 * struct backward - a program being written from its end
 * @condition: what it says
 * @predicates: to number the predicates that it tests
 * @values: for each term FALSE or TRUE where it is constant, else its kind
 * @steps: the last step first
 */
struct backward {
	const struct build_condition *condition;
	struct build_predicates *predicates;
	BUILD_LIST(u8) values;
	BUILD_LIST(struct backward_step {
		u32 operand;
		u16 test;
		u32 if_true;
		u32 if_false;
	}) steps;
};

static u8 fold(const struct backward *program, const struct build_term *term)
{
	const bool is_and = term->kind == BUILD_TERM_AND;
	const u8 decides = is_and ? BUILD_TERM_FALSE : BUILD_TERM_TRUE;
	const u8 neutral = is_and ? BUILD_TERM_TRUE : BUILD_TERM_FALSE;
	const u32 *children = program->condition->children.items + term->first;
	u8 value = neutral;
	u32 i;

	for (i = 0; i < term->count; i++) {
		const u8 child = program->values.items[children[i]];

		if (child == decides)
			return decides;
		if (child != neutral)
			value = term->kind;
	}
	return value;
}

/* Find what is constant when only the stages up to @stage are known. */
static int evaluate(struct backward *program, u32 stage)
{
	const struct build_condition *condition = program->condition;
	size_t i;
	u8 *values;

	program->values.count = 0;
	program->steps.count = 0;
	values = build_list_add(&program->values, condition->terms.count);
	if (!values)
		return -1;
	for (i = 0; i < condition->terms.count; i++) {
		const struct build_term *term = &condition->terms.items[i];

		if (term->kind == BUILD_TERM_TEST && term->stage > stage)
			values[i] = BUILD_TERM_TRUE;
		else if (term->kind < BUILD_TERM_AND)
			values[i] = term->kind;
		else
			values[i] = fold(program, term);
	}
	return 0;
}

static int write_test(struct backward *program, const struct build_term *term,
		      u32 if_true, u32 if_false, u32 *entry)
{
	struct backward_step step = {
		.operand = term->operand,
		.test = term->test,
		.if_true = term->negated ? if_false : if_true,
		.if_false = term->negated ? if_true : if_false,
	};

	if (step.test == PYDETECT_TEST_PREDICATE &&
	    build_predicate_number(program->predicates, term->operand,
				   &step.operand))
		return -1;
	*entry = program->steps.count;
	return build_list_push(&program->steps, step) ? 0 : -1;
}

/* Write @number so that it goes on to @if_true or @if_false. */
static int write_term(struct backward *program, u32 number, u32 if_true,
		      u32 if_false, u32 *entry)
{
	const struct build_condition *condition = program->condition;
	const struct build_term *term = &condition->terms.items[number];
	const u32 *children;
	u32 *next = term->kind == BUILD_TERM_AND ? &if_true : &if_false;
	u32 i;

	if (term->kind == BUILD_TERM_TEST)
		return write_test(program, term, if_true, if_false, entry);
	children = condition->children.items + term->first;
	for (i = term->count; i-- > 0;) {
		if (program->values.items[children[i]] < BUILD_TERM_TEST)
			continue;
		if (write_term(program, children[i], if_true, if_false, next))
			return -1;
	}
	*entry = *next;
	return 0;
}

/* A program cannot be constantly false, but one of its steps can. */
static int write_never(struct backward *program)
{
	const struct backward_step never = {
		.operand = PYDETECT_FIELD_IMAGE,
		.test = PYDETECT_TEST_PRESENT,
		.if_true = GO_FALSE,
		.if_false = GO_FALSE,
	};

	return build_list_push(&program->steps, never) ? 0 : -1;
}

static int write_stage(struct backward *program, u32 stage)
{
	const u32 root = program->condition->terms.count - 1;
	u32 entry;

	if (evaluate(program, stage))
		return -1;
	switch (program->values.items[root]) {
	case BUILD_TERM_TRUE:
		return 0;
	case BUILD_TERM_FALSE:
		return write_never(program);
	default:
		return write_term(program, root, GO_TRUE, GO_FALSE, &entry);
	}
}

static u16 distance(u32 from, u32 to)
{
	if (to == GO_TRUE)
		return PYDETECT_STEP_TRUE;
	if (to == GO_FALSE)
		return PYDETECT_STEP_FALSE;
	return from - to;
}

/* Turn the steps round and append them to the image. */
static int place_steps(struct build_draft *draft,
		       const struct backward *program,
		       struct pydetect_image_extent *extent,
		       struct build_refusal *refusal)
{
	const size_t count = program->steps.count;
	struct pydetect_image_step *steps;
	size_t i;

	if (count > PYDETECT_STEP_MAX)
		return build_refuse(refusal,
				    "the condition has more than %u tests",
				    PYDETECT_STEP_MAX);
	extent->first = draft->steps.count;
	extent->count = count;
	steps = build_list_add(&draft->steps, count);
	if (!steps)
		return -1;
	for (i = count; i-- > 0; steps++) {
		const struct backward_step *step = &program->steps.items[i];

		*steps = (struct pydetect_image_step){
			.operand = step->operand,
			.test = step->test,
			.if_true = distance(i, step->if_true),
			.if_false = distance(i, step->if_false),
		};
	}
	return 0;
}

static void backward_free(struct backward *program)
{
	build_list_free(&program->values);
	build_list_free(&program->steps);
}

/* Are the steps just placed the same as those of an earlier stage? */
static bool repeats(const struct build_draft *draft,
		    const struct pydetect_image_extent *programs, u32 first,
		    u32 stage)
{
	const struct pydetect_image_step *steps = draft->steps.items;
	const struct pydetect_image_extent *last = &programs[stage];

	while (stage-- > first)
		if (programs[stage].count == last->count &&
		    !memcmp(steps + programs[stage].first, steps + last->first,
			    last->count * sizeof(*steps)))
			return true;
	return false;
}

/**
 * build_programs - the programs of a rule
 * @context: where they go
 * @condition: the rule's condition
 * @first_trigger: first stage in which the rule can become a candidate
 * @last_trigger: last such stage; programs from here on are always run
 * @programs: set to the programs
 * @refusal: set to the reason
 *
 * A rule that is triggered in a late stage has not been through the programs
 * before it, so only programs from @last_trigger on make later ones needless,
 * and those before @first_trigger are never run.
 *
 * Return: 0, BUILD_REFUSED, or -1 when out of memory.
 */
int build_programs(struct build_context *context,
		   const struct build_condition *condition, u32 first_trigger,
		   u32 last_trigger,
		   struct pydetect_image_extent programs[PYDETECT_STAGE_COUNT],
		   struct build_refusal *refusal)
{
	u32 stage;
	int error;

	memset(programs, 0, PYDETECT_STAGE_COUNT * sizeof(*programs));
	for (stage = first_trigger; stage < PYDETECT_STAGE_COUNT; stage++) {
		error = build_program(context, condition, stage,
				      &programs[stage], refusal);
		if (error)
			return error;
		if (repeats(&context->draft, programs, last_trigger, stage)) {
			context->draft.steps.count -= programs[stage].count;
			programs[stage].count = 0;
		}
		if (!programs[stage].count)
			programs[stage].first = 0;
	}
	return 0;
}

/**
 * build_program - the program of one stage
 * @context: where it goes
 * @condition: what it says
 * @stage: the last one whose fields are known; with the last of all, the
 *	program is exact
 * @program: set to the program
 * @refusal: set to the reason
 *
 * Return: 0, BUILD_REFUSED, or -1 when out of memory.
 */
int build_program(struct build_context *context,
		  const struct build_condition *condition, u32 stage,
		  struct pydetect_image_extent *program,
		  struct build_refusal *refusal)
{
	struct backward backward = {
		.condition = condition,
		.predicates = &context->predicates,
	};
	int error;

	error = write_stage(&backward, stage);
	if (!error)
		error = place_steps(&context->draft, &backward, program,
				    refusal);
	backward_free(&backward);
	return error;
}
