// SPDX-License-Identifier: GPL-2.0-only
/*
 * A deterministic automaton -> the image. Every state has a row of its own.
 */
#include <stdlib.h>
#include <string.h>

#include "build_dfa.h"

/* Accepting states come first; both groups keep their order. */
static u32 number_states(const struct build_dfa *dfa, u32 *numbers)
{
	u32 state, accepting = 0, plain;
	size_t at = 0;

	for (state = 0; state < dfa->states; state++) {
		numbers[state] = BUILD_NONE;
		if (at == dfa->accepts.count ||
		    dfa->accepts.items[at].state != state)
			continue;
		numbers[state] = accepting++;
		while (at < dfa->accepts.count &&
		       dfa->accepts.items[at].state == state)
			at++;
	}
	plain = accepting;
	for (state = 0; state < dfa->states; state++)
		if (numbers[state] == BUILD_NONE)
			numbers[state] = plain++;
	return accepting;
}

static int put_rows(const struct build_dfa *dfa, struct build_draft *draft,
		    const u32 *numbers)
{
	const u32 classes = dfa->alphabet.classes;
	u32 *cells = build_list_add(&draft->cells, dfa->next.count);
	u32 state, class;

	if (!cells)
		return -1;
	for (state = 0; state < dfa->states; state++) {
		const u32 *row = dfa->next.items + state * classes;
		u32 *to = cells + numbers[state] * classes;

		for (class = 0; class < classes; class++)
			to[class] = numbers[row[class]];
	}
	return 0;
}

static int put_outputs(const struct build_dfa *dfa,
		       struct build_collector *collector,
		       struct build_refusal *refusal)
{
	size_t i;

	for (i = 0; i < dfa->accepts.count; i++) {
		const struct build_accept *accept = &dfa->accepts.items[i];

		if ((!i || accept[-1].state != accept->state) &&
		    build_collect_begin(collector))
			return -1;
		if (build_collect(collector, accept->pattern, 0,
				  accept->late ? PYDETECT_OUTPUT_EDGE_END : 0))
			return -1;
		if (build_collect_end(collector, refusal))
			return BUILD_REFUSED;
	}
	return build_collect_begin(collector);
}

static int put_tables(const struct build_dfa *dfa, struct build_draft *draft,
		      const struct build_uses *uses, const u32 *numbers,
		      struct build_refusal *refusal)
{
	const struct pydetect_image_sparse end = { draft->edges.count, 0 };
	struct build_collector collector;
	u8 *classes;
	int error = -1;

	classes = build_list_add(&draft->classes,
				 sizeof(dfa->alphabet.class_of));
	if (!classes || put_rows(dfa, draft, numbers) ||
	    !build_list_push(&draft->sparse, end))
		return -1;
	memcpy(classes, dfa->alphabet.class_of, sizeof(dfa->alphabet.class_of));
	if (!build_collector_init(&collector, draft, uses))
		error = put_outputs(dfa, &collector, refusal);
	build_collector_free(&collector);
	return error;
}

/**
 * build_dfa_place - put an automaton into the image
 * @dfa: the automaton
 * @draft: the image
 * @uses: from its patterns to predicates
 * @field: enum pydetect_field
 * @refusal: set to the reason
 *
 * Return: 0, BUILD_REFUSED, or -1 when out of memory.
 */
int build_dfa_place(const struct build_dfa *dfa, struct build_draft *draft,
		    const struct build_uses *uses, u32 field,
		    struct build_refusal *refusal)
{
	struct pydetect_image_automaton record = {
		.field = field,
		.classes = dfa->alphabet.classes,
		.edge = dfa->alphabet.edge,
		.dense = dfa->states,
		.accept_sparse = dfa->states,
		.states = dfa->states,
		.cells = draft->cells.count,
		.sparse = draft->sparse.count,
		.accept_lists = draft->lists.count,
	};
	u32 *numbers = malloc(dfa->states * sizeof(*numbers));
	int error = -1;

	if (numbers) {
		record.accept_dense = number_states(dfa, numbers);
		record.start = numbers[dfa->start];
		error = put_tables(dfa, draft, uses, numbers, refusal);
	}
	free(numbers);
	if (error)
		return error;
	return build_list_push(&draft->automata, record) ? 0 : -1;
}
