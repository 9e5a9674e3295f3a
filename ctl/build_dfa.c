// SPDX-License-Identifier: GPL-2.0-only
/*
 * Nondeterministic -> deterministic automata, by the subset construction
 * (Rabin and Scott 1959).
 *
 * A condition on the symbol behind a place is settled when that symbol comes:
 * until then the state keeps the condition as one of its members. A condition
 * on the symbol in front is settled when a state is made.
 *
 * A predicate that became true stays true for the exec, so nothing needs to
 * happen after a match: accepting states lead to a state that never leaves
 * itself, and a hit costs one visit of its outputs, not one a byte.
 */
#include <stdlib.h>
#include <string.h>

#include "build_dfa.h"
#include "build_nfa.h"

/* A pattern with more states than this is refused. */
#define STATES_MAX 10000u

/* So is one that needs more members in all of its states together. */
#define MEMBERS_MAX (16u << 20)

/* What was in front, as far as conditions ask for it. */
#define FRONT_EDGE 1u
#define FRONT_NEWLINE 2u
#define FRONT_NAME 4u

/* Symbol behind a place that is not known yet. */
#define UNKNOWN UINT32_MAX

/* The first states are always there, and have no members. */
enum {
	STATE_DEAD,
	STATE_ACCEPT,
	STATE_ACCEPT_LATE,
	STATE_FIRST,
};

/**
 * struct subset - a state in the making
 * @first: first of its members, which are ascending
 * @count: how many
 * @front: bits FRONT_
 */
struct subset {
	u32 first;
	u32 count;
	u32 front;
};

/**
 * struct maker - an automaton in the making
 * @dfa: the automaton
 * @nfa: what it is made of
 * @front_mask: which of the bits FRONT_ make a difference
 * @subsets: the states
 * @members: states of @nfa
 * @map: from the hash of a subset to its state
 * @marks: for each state of @nfa the last closure it was in
 * @mark: number of the present closure
 * @stack: states of @nfa still to be followed
 * @closure: states of @nfa that were reached
 */
struct maker {
	struct build_dfa *dfa;
	const struct build_nfa *nfa;
	u32 front_mask;
	BUILD_LIST(struct subset) subsets;
	BUILD_LIST(u32) members;
	struct build_map map;
	u32 *marks;
	u32 mark;
	BUILD_LIST(u32) stack;
	BUILD_LIST(u32) closure;
};

static bool is_edge(const struct maker *maker, u32 class)
{
	return class == maker->dfa->alphabet.edge;
}

static u32 front_of(const struct maker *maker, u32 class)
{
	const u8 byte = maker->dfa->alphabet.sample[class];
	u32 front = 0;

	if (is_edge(maker, class))
		front = FRONT_EDGE;
	else if (byte == '\n')
		front = FRONT_NEWLINE;
	else if (build_is_name(byte))
		front = FRONT_NAME;
	return front & maker->front_mask;
}

/* Does the condition hold? Both sides are known, or it asks for one only. */
static bool holds(const struct maker *maker, enum build_look look, u32 front,
		  u32 class)
{
	const bool edge = class != UNKNOWN && is_edge(maker, class);
	const u8 byte = class == UNKNOWN ?
				0 : maker->dfa->alphabet.sample[class];
	const bool name = !edge && build_is_name(byte);

	switch (look) {
	case BUILD_LOOK_BEGIN:
		return front & FRONT_EDGE;
	case BUILD_LOOK_BEGIN_LINE:
		return front & (FRONT_EDGE | FRONT_NEWLINE);
	case BUILD_LOOK_END:
		return edge;
	case BUILD_LOOK_END_LINE:
		return edge || byte == '\n';
	case BUILD_LOOK_WORD:
		return name != !!(front & FRONT_NAME);
	case BUILD_LOOK_NOT_WORD:
		return name == !!(front & FRONT_NAME);
	case BUILD_LOOK_WHOLE:
		return edge || !build_continues(byte);
	case BUILD_LOOK_START:
		return front & FRONT_EDGE || edge || !build_continues(byte);
	}
	return false;
}

static bool asks_behind(enum build_look look)
{
	return look > BUILD_LOOK_BEGIN_LINE;
}

static int push(struct maker *maker, u32 state)
{
	if (maker->marks[state] == maker->mark)
		return 0;
	maker->marks[state] = maker->mark;
	return build_list_push(&maker->stack, state) ? 0 : -1;
}

static int follow(struct maker *maker, u32 number, u32 front, u32 class)
{
	const struct build_nfa_state *state = &maker->nfa->states.items[number];

	switch (state->kind) {
	case BUILD_NFA_SPLIT:
		return push(maker, state->next) || push(maker, state->other) ?
			       -1 : 0;
	case BUILD_NFA_LOOK:
		if (asks_behind(state->look) && class == UNKNOWN)
			break;
		return holds(maker, state->look, front, class) ?
			       push(maker, state->next) : 0;
	default:
		break;
	}
	return build_list_push(&maker->closure, number) ? 0 : -1;
}

/*
 * From the states on the stack to all that can be reached without a symbol.
 * @class: the symbol behind, or UNKNOWN.
 */
static int close(struct maker *maker, u32 front, u32 class)
{
	maker->closure.count = 0;
	while (maker->stack.count)
		if (follow(maker, maker->stack.items[--maker->stack.count],
			   front, class))
			return -1;
	return 0;
}

static bool closure_accepts(const struct maker *maker)
{
	size_t i;

	for (i = 0; i < maker->closure.count; i++) {
		const u32 state = maker->closure.items[i];

		if (maker->nfa->states.items[state].kind == BUILD_NFA_ACCEPT)
			return true;
	}
	return false;
}

static int compare_members(const void *a, const void *b)
{
	const u32 left = *(const u32 *)a, right = *(const u32 *)b;

	return left < right ? -1 : left > right;
}

static bool is_closure(const struct maker *maker, u32 state, u32 front)
{
	const struct subset *subset = &maker->subsets.items[state];

	return subset->front == front &&
	       subset->count == maker->closure.count &&
	       !memcmp(maker->members.items + subset->first,
		       maker->closure.items,
		       subset->count * sizeof(*maker->closure.items));
}

static int add_state(struct maker *maker, u32 front, u32 hash, u32 *state)
{
	const struct subset subset = {
		.first = maker->members.count,
		.count = maker->closure.count,
		.front = front,
	};
	u32 *members = build_list_add(&maker->members, subset.count);

	*state = maker->subsets.count;
	if (!members || !build_list_push(&maker->subsets, subset))
		return -1;
	memcpy(members, maker->closure.items, subset.count * sizeof(*members));
	return build_map_add(&maker->map, hash, *state);
}

/* The state for the closure. */
static int find_state(struct maker *maker, u32 front, u32 *state)
{
	u32 position = BUILD_NONE, hash;

	if (closure_accepts(maker)) {
		*state = STATE_ACCEPT;
		return 0;
	}
	if (!maker->closure.count) {
		*state = STATE_DEAD;
		return 0;
	}
	qsort(maker->closure.items, maker->closure.count,
	      sizeof(*maker->closure.items), compare_members);
	hash = build_hash(maker->closure.items, maker->closure.count *
			  sizeof(*maker->closure.items), front);
	while ((*state = build_map_next(&maker->map, hash, &position)) !=
	       BUILD_NONE)
		if (is_closure(maker, *state, front))
			return 0;
	return add_state(maker, front, hash, state);
}

static bool set_has(const struct maker *maker, u32 number, u32 class)
{
	const struct build_set *set = &maker->nfa->sets.items[number];

	if (is_edge(maker, class))
		return set->edge;
	return build_set_has(set, maker->dfa->alphabet.sample[class]);
}

/* Settle what asks for the symbol behind. */
static int settle(struct maker *maker, u32 state, u32 class)
{
	const struct subset subset = maker->subsets.items[state];
	u32 i;

	maker->mark++;
	for (i = 0; i < subset.count; i++)
		if (push(maker, maker->members.items[subset.first + i]))
			return -1;
	return close(maker, subset.front, class);
}

/* Where a state goes with a symbol. */
static int step(struct maker *maker, u32 state, u32 class, u32 *next)
{
	const u32 front = front_of(maker, class);
	size_t i;

	if (settle(maker, state, class))
		return -1;
	if (closure_accepts(maker)) {
		*next = STATE_ACCEPT_LATE;
		return 0;
	}
	maker->mark++;
	for (i = 0; i < maker->closure.count; i++) {
		const struct build_nfa_state *member =
			&maker->nfa->states.items[maker->closure.items[i]];

		if (set_has(maker, member->set, class) &&
		    push(maker, member->next))
			return -1;
	}
	if (close(maker, front, UNKNOWN))
		return -1;
	return find_state(maker, front, next);
}

static int fill_rows(struct maker *maker, struct build_refusal *refusal)
{
	const u32 classes = maker->dfa->alphabet.classes;
	u32 state, class;

	for (state = 0; state < maker->subsets.count; state++) {
		u32 *row = build_list_add(&maker->dfa->next, classes);

		if (!row)
			return -1;
		for (class = 0; class < classes; class++)
			if (step(maker, state, class, &row[class]))
				return -1;
		if (maker->subsets.count > STATES_MAX ||
		    maker->members.count > MEMBERS_MAX)
			return build_refuse(refusal,
					    "the pattern needs an automaton of more than %u states",
					    STATES_MAX);
	}
	maker->dfa->states = maker->subsets.count;
	return 0;
}

/* Which conditions are there? What none asks for is not kept. */
static u32 front_mask(const struct build_nfa *nfa)
{
	static const u8 masks[] = {
		[BUILD_LOOK_BEGIN] = FRONT_EDGE,
		[BUILD_LOOK_BEGIN_LINE] = FRONT_EDGE | FRONT_NEWLINE,
		[BUILD_LOOK_WORD] = FRONT_NAME,
		[BUILD_LOOK_NOT_WORD] = FRONT_NAME,
		[BUILD_LOOK_WHOLE] = 0,
		[BUILD_LOOK_START] = FRONT_EDGE,
	};
	u32 mask = 0;
	size_t i;

	for (i = 0; i < nfa->states.count; i++)
		if (nfa->states.items[i].kind == BUILD_NFA_LOOK)
			mask |= masks[nfa->states.items[i].look];
	return mask;
}

/* Split each class into the bytes that belong to @set and those that do not. */
static void refine(struct build_alphabet *alphabet, const struct build_set *set)
{
	u16 inside[256];
	u32 byte, split[256] = { 0 };

	memset(inside, 0xff, sizeof(inside));
	for (byte = 1; byte < 256; byte++)
		split[alphabet->class_of[byte]] |=
			build_set_has(set, byte) ? 1 : 2;
	for (byte = 1; byte < 256; byte++) {
		const u8 class = alphabet->class_of[byte];

		if (split[class] != 3 || !build_set_has(set, byte))
			continue;
		if (inside[class] == UINT16_MAX)
			inside[class] = alphabet->classes++;
		alphabet->class_of[byte] = inside[class];
	}
}

static void make_alphabet(struct build_alphabet *alphabet,
			  const struct build_nfa *nfa, bool nul_is_space)
{
	u32 byte;
	size_t i;

	memset(alphabet, 0, sizeof(*alphabet));
	alphabet->edge = 0;
	alphabet->classes = 2;
	for (byte = 1; byte < 256; byte++)
		alphabet->class_of[byte] = 1;
	for (i = 0; i < nfa->sets.count; i++)
		refine(alphabet, &nfa->sets.items[i]);
	for (byte = 1; byte < 256; byte++)
		alphabet->sample[alphabet->class_of[byte]] = byte;
	alphabet->class_of[0] = nul_is_space ? alphabet->class_of[' '] :
					       alphabet->edge;
}

static int begin(struct maker *maker)
{
	const struct subset empty = { 0 };
	u32 i;

	maker->marks = calloc(maker->nfa->states.count, sizeof(*maker->marks));
	if (!maker->marks)
		return -1;
	for (i = 0; i < STATE_FIRST; i++)
		if (!build_list_push(&maker->subsets, empty))
			return -1;
	maker->mark++;
	if (push(maker, maker->nfa->start) || close(maker, 0, UNKNOWN))
		return -1;
	return find_state(maker, 0, &maker->dfa->start);
}

static int note_accepts(struct build_dfa *dfa, u32 pattern)
{
	return build_list_push(&dfa->accepts, { STATE_ACCEPT, pattern, false }) &&
	       build_list_push(&dfa->accepts,
			       { STATE_ACCEPT_LATE, pattern, true }) ? 0 : -1;
}

/**
 * build_dfa - make an automaton deterministic
 * @dfa: all zero; to be freed in any case
 * @nfa: the automaton
 * @nul_is_space: what a NUL stands for; else for an edge
 * @pattern: number of the pattern that it finds
 * @refusal: set to the reason
 *
 * Return: 0, BUILD_REFUSED, or -1 when out of memory.
 */
int build_dfa(struct build_dfa *dfa, const struct build_nfa *nfa,
	      bool nul_is_space, u32 pattern, struct build_refusal *refusal)
{
	struct maker maker = {
		.dfa = dfa,
		.nfa = nfa,
		.front_mask = front_mask(nfa),
	};
	int error;

	make_alphabet(&dfa->alphabet, nfa, nul_is_space);
	error = begin(&maker) || note_accepts(dfa, pattern) ?
			-1 : fill_rows(&maker, refusal);
	build_list_free(&maker.subsets);
	build_list_free(&maker.members);
	build_list_free(&maker.stack);
	build_list_free(&maker.closure);
	build_map_free(&maker.map);
	free(maker.marks);
	return error ? error : build_dfa_minimise(dfa);
}

/** build_dfa_free - give the memory of an automaton back */
void build_dfa_free(struct build_dfa *dfa)
{
	build_list_free(&dfa->next);
	build_list_free(&dfa->accepts);
}
