// SPDX-License-Identifier: GPL-2.0-only
/*
 * Trees -> nondeterministic automata (Thompson 1968).
 *
 * Written from the end: what follows a node is there before the node, so each
 * state is complete as soon as it is made; only loops are closed afterwards.
 *
 * In front of the pattern stands a loop over all symbols that begins behind
 * the first edge: the pattern is searched for wherever a character begins, and
 * conditions at its ends say where it may be.
 */
#include <stdlib.h>
#include <string.h>

#include "build_nfa.h"

/* Repetitions multiply; a pattern with more states than this is refused. */
#define STATES_MAX 20000u

/* Repetitions of nothing multiply as well, without making states. */
#define VISITS_MAX 100000u

/**
 * struct maker - an automaton in the making
 * @nfa: the automaton
 * @tree: the pattern
 * @refusal: set to the reason
 * @continuation: set of the bytes that continue a character
 * @visits: how often a node was made into states
 */
struct maker {
	struct build_nfa *nfa;
	struct build_tree *tree;
	struct build_refusal *refusal;
	u32 continuation;
	u32 visits;
};

static int refuse_size(struct maker *maker)
{
	return build_refuse(maker->refusal,
			    "the repetitions in the pattern need more than %u states",
			    STATES_MAX);
}

static int add(struct maker *maker, struct build_nfa_state state,
	       u32 *number)
{
	struct build_nfa *nfa = maker->nfa;

	if (nfa->states.count >= STATES_MAX)
		return refuse_size(maker);
	*number = nfa->states.count;
	return build_list_push(&nfa->states, state) ? 0 : -1;
}

static int add_set(struct maker *maker, u32 set, u32 exit, u32 *entry)
{
	const struct build_nfa_state state = {
		.kind = BUILD_NFA_SET,
		.set = set,
		.next = exit,
	};

	return add(maker, state, entry);
}

static int add_split(struct maker *maker, u32 next, u32 other, u32 *entry)
{
	const struct build_nfa_state state = {
		.kind = BUILD_NFA_SPLIT,
		.next = next,
		.other = other,
	};

	return add(maker, state, entry);
}

static int add_look(struct maker *maker, enum build_look look, u32 exit,
		    u32 *entry)
{
	const struct build_nfa_state state = {
		.kind = BUILD_NFA_LOOK,
		.look = look,
		.next = exit,
	};

	return add(maker, state, entry);
}

/* Any number of bytes of @set. */
static int add_loop(struct maker *maker, u32 set, u32 exit, u32 *entry)
{
	u32 body;
	int error;

	error = add_split(maker, BUILD_NONE, exit, entry);
	if (!error)
		error = add_set(maker, set, *entry, &body);
	if (!error)
		maker->nfa->states.items[*entry].next = body;
	return error;
}

/* A byte, all that continue it, and then none that does. */
static int add_character(struct maker *maker, u32 set, u32 exit,
			 u32 *entry)
{
	u32 whole, more;
	int error;

	error = add_look(maker, BUILD_LOOK_WHOLE, exit, &whole);
	if (!error)
		error = add_loop(maker, maker->continuation, whole, &more);
	if (!error)
		error = add_set(maker, set, more, entry);
	return error;
}

static int add_node(struct maker *maker, u32 number, u32 exit,
		    u32 *entry);

static int add_copies(struct maker *maker, u32 number, u32 count,
		      u32 exit, u32 *entry)
{
	int error = 0;

	*entry = exit;
	while (count-- > 0 && !error)
		error = add_node(maker, number, *entry, entry);
	return error;
}

/*
 * The child any number of times; where it has to be there at least once, the
 * loop is entered through its body. A run of characters is a run of bytes.
 */
static int add_endless(struct maker *maker, u32 number, u32 min, u32 exit,
		       u32 *entry)
{
	const struct build_tree_node child = maker->tree->nodes.items[number];
	u32 loop, body;
	int error;

	if (child.kind == BUILD_TREE_CHARACTER) {
		error = add_look(maker, BUILD_LOOK_WHOLE, exit, &body);
		if (!error)
			error = add_loop(maker, child.set, body, &loop);
		if (!error && min)
			error = add_set(maker, child.set, loop, &body);
	} else {
		error = add_split(maker, BUILD_NONE, exit, &loop);
		if (!error)
			error = add_node(maker, number, loop, &body);
		if (!error)
			maker->nfa->states.items[loop].next = body;
	}
	if (error)
		return error;
	if (!min) {
		*entry = loop;
		return 0;
	}
	return add_copies(maker, number, min - 1, body, entry);
}

static int add_repeat(struct maker *maker,
		      const struct build_tree_node *node, u32 exit, u32 *entry)
{
	u32 i, body;
	int error = 0;

	if (node->max == BUILD_INFINITE)
		return add_endless(maker, node->first, node->min, exit, entry);
	*entry = exit;
	for (i = node->min; i < node->max && !error; i++) {
		error = add_node(maker, node->first, *entry, &body);
		if (!error)
			error = add_split(maker, body, exit, entry);
	}
	if (error)
		return error;
	return add_copies(maker, node->first, node->min, *entry, entry);
}

static int add_choice(struct maker *maker,
		      const struct build_tree_node *node, u32 exit, u32 *entry)
{
	u32 child = node->first, next;
	int error;

	error = add_node(maker, child, exit, entry);
	for (child = maker->tree->nodes.items[child].next;
	     child != BUILD_NONE && !error;
	     child = maker->tree->nodes.items[child].next) {
		error = add_node(maker, child, exit, &next);
		if (!error)
			error = add_split(maker, *entry, next, entry);
	}
	return error;
}

/* From the last child to the first, although the list runs the other way. */
static int add_sequence(struct maker *maker,
			const struct build_tree_node *node, u32 exit,
			u32 *entry)
{
	BUILD_LIST(u32) children = { 0 };
	u32 child;
	int error = 0;

	for (child = node->first; child != BUILD_NONE && !error;
	     child = maker->tree->nodes.items[child].next)
		if (!build_list_push(&children, child))
			error = -1;
	*entry = exit;
	while (children.count && !error)
		error = add_node(maker, children.items[--children.count],
				 *entry, entry);
	build_list_free(&children);
	return error;
}

/* Recursion goes as deep as the parser let groups be nested. */
static int add_node(struct maker *maker, u32 number, u32 exit, u32 *entry)
{
	const struct build_tree_node *node = &maker->tree->nodes.items[number];

	if (++maker->visits > VISITS_MAX)
		return refuse_size(maker);
	switch (node->kind) {
	case BUILD_TREE_SEQUENCE:
		return add_sequence(maker, node, exit, entry);
	case BUILD_TREE_CHOICE:
		return add_choice(maker, node, exit, entry);
	case BUILD_TREE_REPEAT:
		return add_repeat(maker, node, exit, entry);
	case BUILD_TREE_SET:
		return add_set(maker, node->set, exit, entry);
	case BUILD_TREE_CHARACTER:
		return add_character(maker, node->set, exit, entry);
	default:
		return add_look(maker, node->look, exit, entry);
	}
}

/* Bytes that conditions tell apart must not share a class. */
static int add_distinctions(struct maker *maker)
{
	struct build_set continuation = { 0 }, name = { 0 }, line = { 0 };
	u32 byte, unused, i;
	bool names = false, lines = false;

	for (i = 0; i < maker->tree->nodes.count; i++) {
		const struct build_tree_node *node =
			&maker->tree->nodes.items[i];

		if (node->kind != BUILD_TREE_LOOK)
			continue;
		names |= node->look == BUILD_LOOK_WORD ||
			 node->look == BUILD_LOOK_NOT_WORD;
		lines |= node->look == BUILD_LOOK_BEGIN_LINE ||
			 node->look == BUILD_LOOK_END_LINE;
	}
	for (byte = 0; byte <= UINT8_MAX; byte++) {
		if (build_continues(byte))
			build_set_add(&continuation, byte);
		if (build_is_name(byte))
			build_set_add(&name, byte);
	}
	build_set_add(&line, '\n');
	if (names && build_tree_intern(maker->tree, &name, &unused))
		return -1;
	if (lines && build_tree_intern(maker->tree, &line, &unused))
		return -1;
	return build_tree_intern(maker->tree, &continuation,
				 &maker->continuation);
}

static int add_search(struct maker *maker)
{
	struct build_set all = { .edge = true }, edge = { .edge = true };
	u32 accept, loop, body, pattern, begin, all_set, edge_set;
	int error;

	build_set_range(&all, 0, UINT8_MAX);
	if (build_tree_intern(maker->tree, &all, &all_set) ||
	    build_tree_intern(maker->tree, &edge, &edge_set))
		return -1;
	error = add(maker, (struct build_nfa_state){ .kind = BUILD_NFA_ACCEPT },
		    &accept);
	if (!error)
		error = add_node(maker, maker->tree->root, accept, &pattern);
	if (!error)
		error = add_look(maker, BUILD_LOOK_START, pattern, &begin);
	if (!error)
		error = add_split(maker, BUILD_NONE, begin, &loop);
	if (!error)
		error = add_set(maker, all_set, loop, &body);
	if (error)
		return error;
	maker->nfa->states.items[loop].next = body;
	return add_set(maker, edge_set, loop, &maker->nfa->start);
}

/**
 * build_nfa - the automaton that searches for a pattern
 * @nfa: all zero; to be freed in any case
 * @tree: the pattern; gains sets
 * @refusal: set to the reason
 *
 * Return: 0, BUILD_REFUSED, or -1 when out of memory.
 */
int build_nfa(struct build_nfa *nfa, struct build_tree *tree,
	      struct build_refusal *refusal)
{
	struct maker maker = {
		.nfa = nfa,
		.tree = tree,
		.refusal = refusal,
	};
	struct build_set *sets;
	int error;

	if (add_distinctions(&maker))
		return -1;
	error = add_search(&maker);
	if (error)
		return error;
	sets = build_list_add(&nfa->sets, tree->sets.count);
	if (!sets)
		return -1;
	memcpy(sets, tree->sets.items, tree->sets.count * sizeof(*sets));
	return 0;
}

/** build_nfa_free - give the memory of an automaton back */
void build_nfa_free(struct build_nfa *nfa)
{
	build_list_free(&nfa->states);
	build_list_free(&nfa->sets);
}
