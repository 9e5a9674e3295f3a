// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a policy takes and what it costs, read off its image.
 *
 * The price of a program start is mostly what has to be read of it. So the
 * estimate says for how many rules it is settled by the file alone that they
 * do not concern a start, and how many have to see the arguments; and for each
 * field how many automata read every byte of it.
 */
#include <string.h>

#include "coverage.h"
#include "../module/core/exec.h"

/**
 * coverage_automaton_bytes - how much of an image one automaton takes
 * @view: the image
 * @number: number of the automaton
 */
size_t coverage_automaton_bytes(const struct pydetect_view *view, u32 number)
{
	const struct pydetect_image_automaton *automaton =
		&view->automata[number];
	/* A cell for each number of a dense state, a link for each other. */
	const size_t words = (size_t)automaton->states +
			     automaton->edges.count + pydetect_lists(automaton);

	return sizeof(*automaton) + 256 + words * sizeof(u32) +
	       automaton->fallbacks.count *
		       sizeof(struct pydetect_image_fallback) +
	       automaton->outputs.count * sizeof(struct pydetect_image_output);
}

static void add_automata(const struct pydetect_view *view,
			 struct coverage *coverage)
{
	u32 i;

	for (i = 0; i < view->nr_automata; i++) {
		const struct pydetect_image_automaton *automaton =
			&view->automata[i];
		struct coverage_field *field =
			&coverage->fields[automaton->field];

		field->automata++;
		field->states += pydetect_states(automaton);
		field->bytes += coverage_automaton_bytes(view, i);
		coverage->states += pydetect_states(automaton);
		coverage->table_bytes += coverage_automaton_bytes(view, i);
	}
}

/* The latest stage in which a rule can become a candidate. */
static void add_triggers(const struct pydetect_view *view, u8 *stages)
{
	u32 i, j;

	for (i = 0; i < view->nr_predicates; i++) {
		const struct pydetect_image_predicate *predicate =
			&view->predicates[i];
		const u32 *rules = view->triggers + predicate->triggers.first;
		const u8 stage = 1 + pydetect_field_stage(predicate->field);

		for (j = 0; j < predicate->triggers.count; j++)
			if (stages[rules[j]] < stage)
				stages[rules[j]] = stage;
	}
}

static void count_stages(const struct pydetect_view *view, const u8 *stages,
			 struct coverage *coverage)
{
	u32 i;

	coverage->always = view->header->always.count;
	for (i = 0; i < view->nr_rules; i++)
		if (stages[i])
			coverage->stages[stages[i] - 1]++;
}

static size_t count_strings(const struct rule_node *node)
{
	size_t i, sum = 0;

	if (node->kind == RULE_NODE_MATCH)
		return node->match->nr_patterns;
	for (i = 0; i < node->nr_children; i++)
		sum += count_strings(node->children[i]);
	return sum;
}

/**
 * coverage_init - look at a policy
 * @coverage: filled in
 * @view: the image
 * @set: the rules it was made of; empty where they are not known
 */
void coverage_init(struct coverage *coverage, const struct pydetect_view *view,
		   const struct rule_set *set)
{
	u8 stages[PYDETECT_RULES_MAX] = { 0 };
	size_t i;

	memset(coverage, 0, sizeof(*coverage));
	add_automata(view, coverage);
	add_triggers(view, stages);
	count_stages(view, stages, coverage);
	for (i = 0; i < set->nr_rules; i++)
		if (set->rules[i]->condition)
			coverage->strings +=
				count_strings(set->rules[i]->condition);
	coverage->exec_bytes = pydetect_exec_bytes(view);
}
