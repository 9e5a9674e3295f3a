// SPDX-License-Identifier: GPL-2.0-only
/*
 * Patterns that need an automaton of their own: globs, regular expressions.
 *
 * An automaton is made as soon as a rule brings the pattern, for only then it
 * is known whether the rule can be kept. When the image is written, small ones
 * over the same field are joined.
 */
#include <stdlib.h>
#include <string.h>

#include "build_machine.h"
#include "build_nfa.h"

/* Automata are joined as long as their table stays below this. */
#define JOINED_BYTES (32u << 10)

static int make_tree(struct build_tree *tree,
		     const struct build_patterns *patterns,
		     const struct build_pattern *pattern,
		     struct build_refusal *refusal)
{
	const u8 *text = patterns->text.items + pattern->text;

	if (pattern->kind == BUILD_GLOB)
		return build_tree_glob(tree, text, pattern->length,
				       pattern->flags);
	return build_tree_regex(tree, text, pattern->length, pattern->flags,
				refusal);
}

static int make_dfa(struct build_machine *machine,
		    const struct build_patterns *patterns,
		    struct build_refusal *refusal)
{
	struct build_tree tree = { 0 };
	struct build_nfa nfa = { 0 };
	int error;

	error = make_tree(&tree, patterns,
			  &patterns->items.items[machine->pattern], refusal);
	if (!error)
		error = build_nfa(&nfa, &tree, refusal);
	build_tree_free(&tree);
	if (!error)
		error = build_dfa(&machine->dfa, &nfa, machine->nul_is_space,
				  machine->pattern, refusal);
	build_nfa_free(&nfa);
	return error;
}

static u32 hash_machine(u32 pattern, bool nul_is_space)
{
	return build_hash(&pattern, sizeof(pattern), nul_is_space);
}

static const struct build_machine *
find_machine(const struct build_machines *machines, u32 pattern,
	     bool nul_is_space)
{
	const u32 hash = hash_machine(pattern, nul_is_space);
	u32 position = BUILD_NONE, number;

	while ((number = build_map_next(&machines->map, hash, &position)) !=
	       BUILD_NONE) {
		const struct build_machine *machine =
			&machines->items.items[number];

		if (machine->pattern == pattern &&
		    machine->nul_is_space == nul_is_space)
			return machine;
	}
	return NULL;
}

/**
 * build_machine_add - make the automaton of a pattern
 * @machines: where to; nothing happens if it is there
 * @patterns: all patterns
 * @pattern: number of one that is no literal
 * @field: enum pydetect_field
 * @refusal: set to the reason
 *
 * Return: 0, BUILD_REFUSED, or -1 when out of memory.
 */
int build_machine_add(struct build_machines *machines,
		      const struct build_patterns *patterns, u32 pattern,
		      u32 field, struct build_refusal *refusal)
{
	struct build_machine machine = {
		.pattern = pattern,
		.nul_is_space = build_nul_is_space(field),
	};
	int error;

	if (find_machine(machines, pattern, machine.nul_is_space))
		return 0;
	error = make_dfa(&machine, patterns, refusal);
	if (!error &&
	    build_map_add(&machines->map,
			  hash_machine(pattern, machine.nul_is_space),
			  machines->items.count))
		error = -1;
	if (!error && !build_list_push(&machines->items, machine))
		error = -1;
	if (error)
		build_dfa_free(&machine.dfa);
	return error;
}

/**
 * struct places - the automata of one field on their way into the image
 * @draft: the image
 * @uses: from patterns to predicates
 * @field: enum pydetect_field
 * @refusal: set to the reason
 * @found: the automata, the small ones first
 */
struct places {
	struct build_draft *draft;
	const struct build_uses *uses;
	u32 field;
	struct build_refusal *refusal;
	BUILD_LIST(const struct build_dfa *) found;
};

static int find_used(struct places *places,
		     const struct build_machines *machines,
		     const struct build_patterns *patterns)
{
	const struct build_use *uses = places->uses->items;
	const bool nul_is_space = build_nul_is_space(places->field);
	size_t i;

	for (i = 0; i < places->uses->count; i++) {
		const u32 pattern = uses[i].pattern;
		const struct build_machine *machine;

		if (patterns->items.items[pattern].kind == BUILD_LITERAL ||
		    (i && uses[i - 1].pattern == pattern))
			continue;
		machine = find_machine(machines, pattern, nul_is_space);
		if (!build_list_push(&places->found, &machine->dfa))
			return -1;
	}
	return 0;
}

static int compare_sizes(const void *a, const void *b)
{
	const struct build_dfa *left = *(const struct build_dfa *const *)a;
	const struct build_dfa *right = *(const struct build_dfa *const *)b;

	if (left->next.count != right->next.count)
		return left->next.count < right->next.count ? -1 : 1;
	return left->accepts.items[0].pattern <
	       right->accepts.items[0].pattern ? -1 : 1;
}

static int place(const struct places *places, const struct build_dfa *dfa)
{
	return build_dfa_place(dfa, places->draft, places->uses, places->field,
			       places->refusal);
}

/* Join from @first on, as far as it pays, and place the result. */
static int place_joined(const struct places *places, size_t *first)
{
	struct build_dfa joined = { 0 }, larger = { 0 };
	const struct build_dfa *last = places->found.items[*first];
	int error = 0;

	while (++*first < places->found.count) {
		error = build_dfa_join(&larger, last,
				       places->found.items[*first],
				       JOINED_BYTES);
		if (error)
			break;
		build_dfa_free(&joined);
		joined = larger;
		memset(&larger, 0, sizeof(larger));
		last = &joined;
	}
	build_dfa_free(&larger);
	if (error >= 0)
		error = place(places, last);
	build_dfa_free(&joined);
	return error;
}

/**
 * build_machines_place - put the automata of a field into the image
 * @machines: all automata
 * @draft: the image
 * @patterns: all patterns
 * @uses: those of the field; literals are passed over
 * @field: enum pydetect_field
 * @refusal: set to the reason
 *
 * Return: 0, BUILD_REFUSED, or -1 when out of memory.
 */
int build_machines_place(const struct build_machines *machines,
			 struct build_draft *draft,
			 const struct build_patterns *patterns,
			 const struct build_uses *uses, u32 field,
			 struct build_refusal *refusal)
{
	struct places places = {
		.draft = draft,
		.uses = uses,
		.field = field,
		.refusal = refusal,
	};
	size_t i = 0;
	int error;

	error = find_used(&places, machines, patterns);
	if (!error && places.found.count)
		qsort(places.found.items, places.found.count,
		      sizeof(*places.found.items), compare_sizes);
	while (!error && i < places.found.count)
		error = place_joined(&places, &i);
	build_list_free(&places.found);
	return error;
}

/** build_machines_free - give the memory of all automata back */
void build_machines_free(struct build_machines *machines)
{
	size_t i;

	for (i = 0; i < machines->items.count; i++)
		build_dfa_free(&machines->items.items[i].dfa);
	build_list_free(&machines->items);
	build_map_free(&machines->map);
}
