// SPDX-License-Identifier: GPL-2.0-only
/*
 * A deterministic automaton -> the image. Every state has a row of its own.
 */
#include <stdlib.h>
#include <string.h>

#include "build_dfa.h"

/*
 * Silent states come first; both groups keep their order. Returns the number
 * behind the silent ones.
 */
static u32 number_states(const struct build_dfa *dfa, u32 *numbers)
{
	const struct build_accept *accepts = dfa->accepts.items;
	const u32 classes = dfa->alphabet.classes;
	u32 state, plain = 0, number;
	size_t i;

	memset(numbers, 0, dfa->states * sizeof(*numbers));
	for (i = 0; i < dfa->accepts.count; i++)
		numbers[accepts[i].state] = BUILD_NONE;
	for (state = 0; state < dfa->states; state++) {
		if (numbers[state] == BUILD_NONE)
			continue;
		numbers[state] = plain;
		plain += classes;
	}
	number = plain;
	for (state = 0; state < dfa->states; state++) {
		if (numbers[state] != BUILD_NONE)
			continue;
		numbers[state] = number;
		number += classes;
	}
	return plain;
}

static int put_rows(const struct build_dfa *dfa, struct build_draft *draft,
		    const u32 *numbers)
{
	const u32 classes = dfa->alphabet.classes;
	u32 *cells = build_list_add(&draft->cells, dfa->next.count);
	u32 state, class;

	if (!cells)
		return -1;
	for (state = 0; state < dfa->states; state++)
		for (class = 0; class < classes; class++)
			cells[numbers[state] + class] = numbers[
				dfa->next.items[state * classes + class]];
	return 0;
}

/* The accepts of one state, from @first on; moves it behind them. */
static int put_list(const struct build_dfa *dfa,
		    struct build_collector *collector, size_t *first,
		    struct build_refusal *refusal)
{
	const struct build_accept *accepts = dfa->accepts.items;
	const u32 state = accepts[*first].state;
	u32 list;
	int error;

	build_collect_begin(collector);
	for (; *first < dfa->accepts.count && accepts[*first].state == state;
	     ++*first)
		if (build_collect(collector, accepts[*first].pattern, 0,
				  accepts[*first].late ?
					  PYDETECT_OUTPUT_EDGE_END : 0))
			return -1;
	error = build_collect_end(collector, &list, refusal);
	if (!error && !build_list_push(&collector->draft->lists, list))
		error = -1;
	return error;
}

static int put_lists(const struct build_dfa *dfa, struct build_draft *draft,
		     const struct build_uses *uses,
		     struct build_refusal *refusal)
{
	struct build_collector collector;
	size_t i = 0;
	int error;

	error = build_collector_init(&collector, draft, uses);
	while (i < dfa->accepts.count && !error)
		error = put_list(dfa, &collector, &i, refusal);
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
	u32 *numbers = malloc(dfa->states * sizeof(*numbers));
	struct pydetect_image_automaton record;
	int error = -1;

	build_draft_begin(draft, &record, field);
	if (numbers) {
		record.plain = number_states(dfa, numbers);
		record.dense = dfa->next.count;
		record.states = record.dense;
		record.start = numbers[dfa->start];
		error = put_rows(dfa, draft, numbers);
	}
	free(numbers);
	if (!error)
		error = put_lists(dfa, draft, uses, refusal);
	return error ? error : build_draft_end(draft, &record, &dfa->alphabet);
}
