// SPDX-License-Identifier: GPL-2.0-only
/*
 * Automata that would lead out of their tables are refused, with the right
 * reason.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core_hostile.h"

#define LAST_AUTOMATON (SAMPLE_AUTOMATA - 1)

static struct pydetect_image_automaton *
automaton_of(const struct core_draft *draft, u32 number)
{
	return core_at(draft, PYDETECT_SECTION_AUTOMATA, number);
}

/* All its states with a row accept, so that it has more lists than there are. */
static u32 all_accept(struct core_draft *draft)
{
	struct pydetect_image_automaton *last =
		automaton_of(draft, LAST_AUTOMATON);

	assert_true(last->plain);
	last->plain = 0;
	return LAST_AUTOMATON;
}

static u32 edge_is_no_class(struct core_draft *draft)
{
	automaton_of(draft, 0)->edge = automaton_of(draft, 0)->classes;
	return 0;
}

static u32 start_is_no_state(struct core_draft *draft)
{
	automaton_of(draft, 0)->start = automaton_of(draft, 0)->states;
	return 0;
}

/* A number between two rows. */
static u32 start_is_in_a_row(struct core_draft *draft)
{
	automaton_of(draft, 0)->start = 1;
	return 0;
}

static u32 part_of_plain_row(struct core_draft *draft)
{
	automaton_of(draft, 0)->plain--;
	return 0;
}

static u32 part_of_row(struct core_draft *draft)
{
	automaton_of(draft, SAMPLE_OF_ARGS)->dense--;
	return SAMPLE_OF_ARGS;
}

static u32 accepting_beyond(struct core_draft *draft)
{
	automaton_of(draft, 0)->accepting =
		automaton_of(draft, 0)->fallbacks.count + 1;
	return 0;
}

static u32 fallbacks_beyond(struct core_draft *draft)
{
	automaton_of(draft, LAST_AUTOMATON)->fallbacks.count++;
	return LAST_AUTOMATON;
}

static u32 edges_beyond(struct core_draft *draft)
{
	automaton_of(draft, LAST_AUTOMATON)->edges.count++;
	return LAST_AUTOMATON;
}

static u32 outputs_beyond(struct core_draft *draft)
{
	automaton_of(draft, LAST_AUTOMATON)->outputs.count++;
	return LAST_AUTOMATON;
}

static void test_shapes(void **state)
{
	static const char unknown[] = "unknown field";
	static const char classes[] = "number of classes out of range";
	static const char groups[] = "groups of states out of order";
	static const struct hostile table[] = {
		SET(AUTOMATA, 1, automaton, reserved, 1,
		    "reserved field is not zero"),
		SET(AUTOMATA, 1, automaton, field, PYDETECT_FIELD_COUNT,
		    unknown),
		SET(AUTOMATA, 1, automaton, field, UINT_MAX, unknown),
		SET(AUTOMATA, 2, automaton, field, PYDETECT_FIELD_IMAGE,
		    "automata not in the order of fields"),
		SET(AUTOMATA, 0, automaton, classes, 0, classes),
		SET(AUTOMATA, 0, automaton, classes, 257, classes),
		EDIT(AUTOMATA, edge_is_no_class,
		     "class of the edge out of range"),
		SET(AUTOMATA, 0, automaton, states, PYDETECT_STATES_MAX + 1,
		    "more states than allowed"),
		SET(AUTOMATA, 0, automaton, plain, 100000, groups),
		SET(AUTOMATA, 0, automaton, dense, 100000, groups),
		EDIT(AUTOMATA, part_of_plain_row, "part of a row"),
		EDIT(AUTOMATA, part_of_row, "part of a row"),
		EDIT(AUTOMATA, start_is_no_state, "start state out of range"),
		EDIT(AUTOMATA, start_is_in_a_row, "start state out of range"),
		EDIT(AUTOMATA, accepting_beyond,
		     "accepting fallbacks out of range"),
		SET(AUTOMATA, 1, automaton, cells, 0, "rows out of place"),
		SET(AUTOMATA, 1, automaton, links, 0, "links out of place"),
		/* As many as there may be, but they are not there. */
		SET(AUTOMATA, LAST_AUTOMATON, automaton, states,
		    PYDETECT_STATES_MAX, "links out of place"),
		SET(AUTOMATA, 1, automaton, fallbacks.first, 0,
		    "fallbacks out of place"),
		EDIT(AUTOMATA, fallbacks_beyond, "fallbacks out of place"),
		SET(AUTOMATA, 1, automaton, fallbacks.count, UINT_MAX,
		    "fallbacks out of place"),
		SET(AUTOMATA, 1, automaton, edges.first, 0,
		    "edges out of place"),
		EDIT(AUTOMATA, edges_beyond, "edges out of place"),
		SET(AUTOMATA, 1, automaton, lists, 0,
		    "output lists out of place"),
		EDIT(AUTOMATA, all_accept, "output lists out of place"),
		SET(AUTOMATA, 1, automaton, outputs.first, 0,
		    "outputs out of place"),
		EDIT(AUTOMATA, outputs_beyond, "outputs out of place"),
	};

	(void)state;
	core_check_refused(table, ARRAY_SIZE(table));
}

static u32 class_of_last(struct core_draft *draft)
{
	const u32 element = 256 * LAST_AUTOMATON + 255;
	u8 *class = core_at(draft, PYDETECT_SECTION_CLASSES, element);

	*class = automaton_of(draft, LAST_AUTOMATON)->classes;
	return element;
}

/* The first state of the next automaton is no state of this one. */
static u32 cell_of_next(struct core_draft *draft)
{
	const struct pydetect_image_automaton *automaton =
		automaton_of(draft, SAMPLE_OF_ARGS);
	u32 *cell = core_at(draft, PYDETECT_SECTION_CELLS, automaton->cells);

	*cell = automaton->states;
	return automaton->cells;
}

static u32 edge_class(struct core_draft *draft)
{
	u32 *edge = core_at(draft, PYDETECT_SECTION_EDGES, 0);

	*edge &= PYDETECT_PAIR_MASK;
	*edge |= automaton_of(draft, 0)->classes << PYDETECT_PAIR_BITS;
	return 0;
}

static u32 edge_state(struct core_draft *draft)
{
	u32 *edge = core_at(draft, PYDETECT_SECTION_EDGES, 0);

	*edge &= ~PYDETECT_PAIR_MASK;
	*edge |= automaton_of(draft, 0)->states;
	return 0;
}

static u32 edge_into_row(struct core_draft *draft)
{
	u32 *edge = core_at(draft, PYDETECT_SECTION_EDGES, 0);

	*edge &= ~PYDETECT_PAIR_MASK;
	*edge |= 1;
	return 0;
}

static u32 link_fallback(struct core_draft *draft)
{
	u32 *link = core_at(draft, PYDETECT_SECTION_LINKS, 0);

	*link &= ~PYDETECT_PAIR_MASK;
	*link |= automaton_of(draft, 0)->fallbacks.count;
	return 0;
}

/* Behind the last state there is none, not even in the next automaton. */
static u32 link_of_last(struct core_draft *draft)
{
	const u32 last = automaton_of(draft, 1)->links - 1;
	u32 *link = core_at(draft, PYDETECT_SECTION_LINKS, last);

	*link &= PYDETECT_PAIR_MASK;
	return last;
}

static struct pydetect_image_fallback *
fallback_of(const struct core_draft *draft, u32 element)
{
	return core_at(draft, PYDETECT_SECTION_FALLBACKS, element);
}

static u32 fallback_row(struct core_draft *draft)
{
	fallback_of(draft, 0)->row &= ~PYDETECT_PAIR_MASK;
	fallback_of(draft, 0)->row |= automaton_of(draft, 0)->dense;
	return 0;
}

static u32 fallback_into_row(struct core_draft *draft)
{
	fallback_of(draft, 0)->row |= 1;
	return 0;
}

static u32 many_edges(struct core_draft *draft)
{
	fallback_of(draft, 1)->row |= (PYDETECT_FALLBACK_EDGES_MAX + 1)
				      << PYDETECT_PAIR_BITS;
	return 1;
}

/* Those of the automaton in front. */
static u32 foreign_edges(struct core_draft *draft)
{
	const u32 element =
		automaton_of(draft, SAMPLE_OF_COMMAND_LINE)->fallbacks.first;

	fallback_of(draft, element)->edges = 0;
	return element;
}

/* Those of the automaton behind. */
static u32 edges_of_next(struct core_draft *draft)
{
	fallback_of(draft, 0)->edges = automaton_of(draft, 0)->edges.count;
	fallback_of(draft, 0)->row |= 1u << PYDETECT_PAIR_BITS;
	return 0;
}

static struct pydetect_image_output *output_of(const struct core_draft *draft,
					       u32 element)
{
	return core_at(draft, PYDETECT_SECTION_OUTPUTS, element);
}

/* The last automaton has nothing but one output, as often as can be and more. */
static u32 many_outputs(struct core_draft *draft)
{
	struct pydetect_image_extent *outputs =
		&automaton_of(draft, LAST_AUTOMATON)->outputs;
	const struct pydetect_image_output output = {
		.predicate = output_of(draft, outputs->first)->predicate,
	};
	u32 i;

	for (i = 0; i < outputs->count; i++)
		output_of(draft, outputs->first + i)->flags = 0;
	while (outputs->count <= PYDETECT_STATE_OUTPUTS_MAX) {
		core_add(draft, PYDETECT_SECTION_OUTPUTS, &output, 1);
		outputs->count++;
	}
	return outputs->first;
}

/* It would go on with the outputs of the next automaton. */
static u32 list_without_end(struct core_draft *draft)
{
	const u32 last = automaton_of(draft, 1)->outputs.first - 1;

	output_of(draft, last)->flags &= ~PYDETECT_OUTPUT_LAST;
	return last;
}

static u32 *list_of(const struct core_draft *draft, u32 element)
{
	return core_at(draft, PYDETECT_SECTION_LISTS, element);
}

static u32 foreign_outputs(struct core_draft *draft)
{
	const u32 element = automaton_of(draft, 1)->lists;

	*list_of(draft, element) = 0;
	return element;
}

static u32 outputs_of_next(struct core_draft *draft)
{
	*list_of(draft, 0) = automaton_of(draft, 1)->outputs.first;
	return 0;
}

/* What only the invoked path says must not be made true by the image. */
static u32 invoked_predicate(struct core_draft *draft)
{
	struct pydetect_image_predicate *predicate =
		core_at(draft, PYDETECT_SECTION_PREDICATES, SAMPLE_IS_PYTHON);

	predicate->field = PYDETECT_FIELD_INVOKED;
	return SAMPLE_IS_PYTHON;
}

static void test_tables(void **state)
{
	static const char edges[] = "edges out of range";
	static const char state_range[] = "next state out of range";
	static const char outputs[] = "outputs out of range";
	static const char other[] = "predicate is about another field";
	static const struct hostile table[] = {
		EDIT(CLASSES, class_of_last, "class out of range"),
		EDIT(CELLS, cell_of_next, state_range),
		SET_WORD(CELLS, 0, UINT_MAX, state_range),
		SET_WORD(CELLS, 0, 1, state_range),
		EDIT(LINKS, link_fallback, "fallback out of range"),
		EDIT(LINKS, link_of_last, state_range),
		EDIT(FALLBACKS, fallback_row, "row out of range"),
		EDIT(FALLBACKS, fallback_into_row, "row out of range"),
		EDIT(FALLBACKS, many_edges, "more edges than allowed"),
		SET(FALLBACKS, 0, fallback, edges, 1000, edges),
		EDIT(FALLBACKS, foreign_edges, edges),
		EDIT(FALLBACKS, edges_of_next, edges),
		EDIT(EDGES, edge_class, "class out of range"),
		EDIT(EDGES, edge_state, state_range),
		EDIT(EDGES, edge_into_row, state_range),
		EDIT(OUTPUTS, many_outputs, "list too long"),
		EDIT(OUTPUTS, list_without_end, "list without an end"),
		SET_WORD(LISTS, 0, 1000, outputs),
		EDIT(LISTS, foreign_outputs, outputs),
		EDIT(LISTS, outputs_of_next, outputs),
		SET(OUTPUTS, 0, output, predicate, SAMPLE_PREDICATES,
		    "predicate out of range"),
		SET(OUTPUTS, 0, output, flags, 8, "unknown flags"),
		SET(OUTPUTS, 0, output, flags, 0x8000, "unknown flags"),
		SET(OUTPUTS, 0, output, predicate, SAMPLE_HAS_SHELL, other),
		EDIT(PREDICATES, invoked_predicate, "unknown field"),
	};

	(void)state;
	core_check_refused(table, ARRAY_SIZE(table));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
