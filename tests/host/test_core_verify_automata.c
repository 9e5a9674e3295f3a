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

/* All its states accept, so that it has more lists than there are. */
static u32 all_accept(struct core_draft *draft)
{
	struct pydetect_image_automaton *last =
		automaton_of(draft, LAST_AUTOMATON);

	assert_true(last->accept_dense < last->dense);
	last->accept_dense = last->dense;
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
		SET(AUTOMATA, 0, automaton, accept_dense, 1000, groups),
		SET(AUTOMATA, 0, automaton, dense, 1000, groups),
		SET(AUTOMATA, 0, automaton, accept_sparse, 1000, groups),
		EDIT(AUTOMATA, start_is_no_state, "start state out of range"),
		SET(AUTOMATA, 1, automaton, cells, 0, "rows out of place"),
		SET(AUTOMATA, LAST_AUTOMATON, automaton, classes, 256,
		    "rows out of place"),
		SET(AUTOMATA, 1, automaton, sparse, 0,
		    "sparse states out of place"),
		/* As many as there may be, but they are not there. */
		SET(AUTOMATA, LAST_AUTOMATON, automaton, states,
		    PYDETECT_STATES_MAX, "sparse states out of place"),
		SET(AUTOMATA, 1, automaton, accept_lists, 0,
		    "output lists out of place"),
		EDIT(AUTOMATA, all_accept, "output lists out of place"),
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

	*edge &= PYDETECT_EDGE_STATE_MASK;
	*edge |= automaton_of(draft, 0)->classes << PYDETECT_EDGE_STATE_BITS;
	return 0;
}

static u32 edge_state(struct core_draft *draft)
{
	u32 *edge = core_at(draft, PYDETECT_SECTION_EDGES, 0);

	*edge &= ~PYDETECT_EDGE_STATE_MASK;
	*edge |= automaton_of(draft, 0)->states;
	return 0;
}

static struct pydetect_image_sparse *sparse_of(const struct core_draft *draft,
					       u32 element)
{
	return core_at(draft, PYDETECT_SECTION_SPARSE, element);
}

static u32 sparse_fallback(struct core_draft *draft)
{
	sparse_of(draft, 0)->fallback = automaton_of(draft, 0)->dense;
	return 0;
}

static u32 many_edges(struct core_draft *draft)
{
	sparse_of(draft, 1)->edges = PYDETECT_SPARSE_EDGES_MAX + 1;
	return 0;
}

static u32 shared_edges(struct core_draft *draft)
{
	const u32 element = automaton_of(draft, LAST_AUTOMATON)->sparse;

	sparse_of(draft, element)->edges--;
	return element;
}

static u32 edges_beyond(struct core_draft *draft)
{
	const u32 end = draft->counts[PYDETECT_SECTION_SPARSE] - 1;

	sparse_of(draft, end)->edges++;
	return end - 1;
}

static u32 *list_of(const struct core_draft *draft, u32 element)
{
	return core_at(draft, PYDETECT_SECTION_LISTS, element);
}

static u32 many_outputs(struct core_draft *draft)
{
	*list_of(draft, 1) = PYDETECT_STATE_OUTPUTS_MAX + 1;
	return 0;
}

static u32 shared_outputs(struct core_draft *draft)
{
	const u32 element = automaton_of(draft, 1)->accept_lists;

	*list_of(draft, element) = 0;
	return element;
}

static u32 outputs_beyond(struct core_draft *draft)
{
	const u32 end = draft->counts[PYDETECT_SECTION_LISTS] - 1;

	++*list_of(draft, end);
	return end - 1;
}

/* What only the invoked path says must not be made true by the image. */
static u32 invoked_predicate(struct core_draft *draft)
{
	struct pydetect_image_predicate *predicate =
		core_at(draft, PYDETECT_SECTION_PREDICATES, SAMPLE_IS_PYTHON);

	predicate->field = PYDETECT_FIELD_INVOKED;
	return 0;
}

static void test_tables(void **state)
{
	static const char edges[] = "number of edges out of range";
	static const char outputs[] = "number of outputs out of range";
	static const char other[] = "predicate is about another field";
	static const struct hostile table[] = {
		EDIT(CLASSES, class_of_last, "class out of range"),
		EDIT(CELLS, cell_of_next, "next state out of range"),
		SET_WORD(CELLS, 0, UINT_MAX, "next state out of range"),
		EDIT(EDGES, edge_class, "class out of range"),
		EDIT(EDGES, edge_state, "next state out of range"),
		EDIT(SPARSE, sparse_fallback, "fallback without a row"),
		SET(SPARSE, 0, sparse, edges, 1000, edges),
		EDIT(SPARSE, many_edges, edges),
		EDIT(SPARSE, shared_edges, "edges out of place"),
		EDIT(SPARSE, edges_beyond, "edges out of place"),
		SET_WORD(LISTS, 0, 1, outputs),
		SET_WORD(LISTS, 0, 1000, outputs),
		EDIT(LISTS, many_outputs, outputs),
		EDIT(LISTS, shared_outputs, "outputs out of place"),
		EDIT(LISTS, outputs_beyond, "outputs out of place"),
		SET(OUTPUTS, 0, output, predicate, SAMPLE_PREDICATES,
		    "predicate out of range"),
		SET(OUTPUTS, 0, output, flags, 4, "unknown flags"),
		SET(OUTPUTS, 0, output, flags, 0x8000, "unknown flags"),
		SET(OUTPUTS, 0, output, predicate, SAMPLE_HAS_SHELL, other),
		EDIT(OUTPUTS, invoked_predicate, other),
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
