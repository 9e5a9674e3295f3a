// SPDX-License-Identifier: GPL-2.0-only
/*
 * Literals of one field -> an Aho-Corasick automaton (Aho and Corasick 1975).
 *
 * The state after some text is the longest word beginning in the trie that the
 * text ends with; the next longest is its failure link. Two things are added.
 *
 * The edges of a field are symbols like any other, so anchors cost nothing.
 *
 * A word that may only begin at a word edge begins with a symbol that no byte
 * makes: BUILD_WORD_SYMBOL, of width zero. It is there, at the end of the text,
 * whenever the last byte was not a letter or digit. So there are two resting
 * states, the root and the node of that symbol alone. A beginning with the
 * symbol counts as longer than the same without; every shorter one begins
 * within the text the state stands for, so what precedes it is known. Level
 * by level, beginnings with the symbol are one level deeper than their text,
 * and come first within their level: their links lead to earlier nodes, as
 * everywhere in this algorithm.
 *
 * Deep states differ from shallow ones in few classes. A state has a row of
 * its own if it is shallow or has many edges. Of the others most have one child,
 * and do otherwise just what the state at the end of their failure link does.
 * So what is kept is a table for each state that failure links lead to: its own
 * edges and those of the sparse states down its failure links, and the first
 * dense state there.
 */
#include <stdlib.h>
#include <string.h>

#include "build_aho.h"

/* Up to this size a table is wholly dense. */
#define WHOLE_BYTES (64u << 10)

/* Rows for states two symbols deep that have more than these edges. */
#define SECOND_LEVEL_BYTES (128u << 10)
#define SECOND_LEVEL_EDGES 3u

#define ROOT 0u
#define BOUNDARY 1u

static u32 nr_classes(const struct build_aho *aho)
{
	return aho->trie.alphabet.classes;
}

static size_t row_bytes(const struct build_aho *aho)
{
	return nr_classes(aho) * sizeof(u32);
}

static u32 *row_of(const struct build_aho *aho, u32 state)
{
	return aho->rows.items +
	       (size_t)aho->states[state].row * nr_classes(aho);
}

/* Where a class leads that begins no word. */
static u32 rest(const struct build_aho *aho, u32 class)
{
	const struct build_alphabet *alphabet = &aho->trie.alphabet;

	if (!aho->has_boundary || build_is_word(alphabet->sample[class]))
		return ROOT;
	return BOUNDARY;
}

/* The child of a state for a class, or BUILD_NONE. */
static u32 find_child(const struct build_aho *aho, u32 state, u32 class)
{
	const struct build_node *node = build_aho_node(aho, state);
	u32 child;

	for (child = node[0].child; child < node[1].child; child++)
		if (build_aho_class(aho, child) == class)
			return child;
	return BUILD_NONE;
}

static u32 find_edge(const struct build_aho *aho,
		     const struct build_table *table, u32 class)
{
	u32 i;

	for (i = table->edges; i < table->edges + table->count; i++) {
		const u32 edge = aho->edges.items[i];

		if (edge >> PYDETECT_PAIR_BITS == class)
			return edge & PYDETECT_PAIR_MASK;
	}
	return BUILD_NONE;
}

/* What a complete state does, as at run time. */
static u32 step(const struct build_aho *aho, u32 state, u32 class)
{
	const struct build_table *table;
	u32 next;

	if (build_aho_is_dense(aho, state))
		return row_of(aho, state)[class];
	next = find_child(aho, state, class);
	if (next != BUILD_NONE)
		return next;
	table = build_aho_below(aho, state);
	next = find_edge(aho, table, class);
	return next != BUILD_NONE ? next : row_of(aho, table->row)[class];
}

static bool words_end(const struct build_aho *aho, u32 state)
{
	return build_aho_node(aho, state)->nr_words;
}

static void link_state(struct build_aho *aho, u32 state, u32 fail)
{
	struct build_state *at = &aho->states[state];

	at->fail = fail;
	at->link = words_end(aho, fail) ? fail : aho->states[fail].link;
}

/* Give the children of a state that is complete their links. */
static void link_children(struct build_aho *aho, u32 state)
{
	const struct build_node *node = build_aho_node(aho, state);
	u32 child;

	for (child = node[0].child; child < node[1].child; child++) {
		const u32 class = build_aho_class(aho, child);
		u32 fail;

		if (class == BUILD_NONE)
			fail = ROOT;
		else if (state == ROOT)
			fail = rest(aho, class);
		else
			fail = step(aho, aho->states[state].fail, class);
		link_state(aho, child, fail);
	}
}

static int add_edge(struct build_aho *aho, u32 class, u32 state)
{
	return build_list_push(&aho->edges,
			       class << PYDETECT_PAIR_BITS | state) ? 0 : -1;
}

/* The classes in which a sparse state differs from the dense state below it. */
static int add_edges(struct build_aho *aho, u32 state)
{
	const struct build_node *node = build_aho_node(aho, state);
	const struct build_table *below = build_aho_below(aho, state);
	u32 child, i;

	for (child = node[0].child; child < node[1].child; child++)
		if (add_edge(aho, build_aho_class(aho, child), child))
			return -1;
	for (i = below->edges; i < below->edges + below->count; i++) {
		const u32 edge = aho->edges.items[i];
		const u32 class = edge >> PYDETECT_PAIR_BITS;

		if (find_child(aho, state, class) == BUILD_NONE &&
		    add_edge(aho, class, edge & PYDETECT_PAIR_MASK))
			return -1;
	}
	return 0;
}

/**
 * build_aho_make_table - make the table of a state, unless it is there
 * @aho: the automaton
 * @state: a state that is complete
 *
 * Return: 0, or -1 when out of memory.
 */
int build_aho_make_table(struct build_aho *aho, u32 state)
{
	struct build_state *at = &aho->states[state];
	struct build_table table = {
		.edges = aho->edges.count,
		.row = state,
	};

	if (at->table != BUILD_NONE)
		return 0;
	if (!build_aho_is_dense(aho, state)) {
		table.row = build_aho_below(aho, state)->row;
		if (add_edges(aho, state))
			return -1;
	}
	table.count = aho->edges.count - table.edges;
	at->table = aho->tables.count;
	return build_list_push(&aho->tables, table) ? 0 : -1;
}

/* How many edges the table of a state would have. */
static u32 count_edges(const struct build_aho *aho, u32 state)
{
	const struct build_node *node = build_aho_node(aho, state);
	const struct build_table *below = build_aho_below(aho, state);
	u32 child, count = below->count;

	for (child = node[0].child; child < node[1].child; child++)
		if (find_edge(aho, below, build_aho_class(aho, child)) ==
		    BUILD_NONE)
			count++;
	return count;
}

static bool wants_row(const struct build_aho *aho, u32 state, u32 edges)
{
	const u32 *levels = aho->trie.levels.items;
	const u32 shallow = 2 + aho->has_boundary;

	if (edges > PYDETECT_FALLBACK_EDGES_MAX)
		return true;
	/* A link has to have a number that is no class. */
	if (nr_classes(aho) == PYDETECT_CLASSES_MAX)
		return true;
	if (aho->nr_states * row_bytes(aho) <= WHOLE_BYTES)
		return true;
	if (aho->trie.levels.count <= shallow || state < levels[shallow])
		return true;
	if (aho->trie.levels.count > shallow + 1 &&
	    state >= levels[shallow + 1])
		return false;
	return edges > SECOND_LEVEL_EDGES &&
	       aho->rows.count * sizeof(u32) < SECOND_LEVEL_BYTES;
}

static int make_row(struct build_aho *aho, u32 state)
{
	const struct build_node *node = build_aho_node(aho, state);
	struct build_state *at = &aho->states[state];
	u32 *row = build_list_add(&aho->rows, nr_classes(aho));
	u32 class, child;

	if (!row)
		return -1;
	for (class = 0; class < nr_classes(aho); class++)
		row[class] = state == ROOT ? rest(aho, class) :
					     step(aho, at->fail, class);
	for (child = node[0].child; child < node[1].child; child++) {
		/* The root has a child of width zero. */
		class = build_aho_class(aho, child);
		if (class != BUILD_NONE)
			row[class] = child;
	}
	at->row = aho->nr_rows++;
	return 0;
}

/* The end of its failure link lies above it, and is complete. */
static int find_below(struct build_aho *aho, u32 state)
{
	struct build_state *at = &aho->states[state];

	if (build_aho_make_table(aho, at->fail))
		return -1;
	at->below = aho->states[at->fail].table;
	return 0;
}

static int make_state(struct build_aho *aho, u32 state)
{
	struct build_state *at = &aho->states[state];

	at->table = BUILD_NONE;
	at->row = BUILD_NONE;
	if (state != ROOT && find_below(aho, state))
		return -1;
	if ((state == ROOT || wants_row(aho, state, count_edges(aho, state))) &&
	    make_row(aho, state))
		return -1;
	link_children(aho, state);
	return 0;
}

static int make_states(struct build_aho *aho)
{
	u32 state;

	aho->has_boundary = build_trie_boundary(&aho->trie);
	aho->states = calloc(aho->nr_states, sizeof(*aho->states));
	if (!aho->states)
		return -1;
	aho->states[ROOT].link = BUILD_NONE;
	for (state = 0; state < aho->nr_states; state++)
		if (make_state(aho, state))
			return -1;
	return 0;
}

/**
 * build_aho_check - can so many states be numbered?
 * @states: how many; a row counts as one for each of its cells
 * @refusal: set to the reason
 *
 * Return: 0 or BUILD_REFUSED.
 */
int build_aho_check(u32 states, struct build_refusal *refusal)
{
	if (states <= PYDETECT_STATES_MAX)
		return 0;
	return build_refuse(refusal,
			    "the strings need %u states, at most %u are possible",
			    states, PYDETECT_STATES_MAX);
}

static void aho_free(struct build_aho *aho)
{
	build_trie_free(&aho->trie);
	free(aho->states);
	build_list_free(&aho->rows);
	build_list_free(&aho->edges);
	build_list_free(&aho->tables);
}

static int build_some(struct build_draft *draft,
		      const struct build_patterns *patterns,
		      const struct build_uses *uses, const u32 *numbers,
		      size_t count, u32 field, struct build_refusal *refusal)
{
	struct build_aho aho = { 0 };
	int error;

	error = build_trie(&aho.trie, patterns, numbers, count, field);
	if (!error) {
		aho.nr_states = aho.trie.nodes.count - 1;
		error = build_aho_check(aho.nr_states, refusal);
	}
	if (!error)
		error = make_states(&aho);
	if (!error)
		error = build_aho_place(&aho, draft, patterns, uses, field,
					refusal);
	aho_free(&aho);
	return error;
}

/* The distinct literals among @uses that are cased, or those that are not. */
static size_t pick(const struct build_patterns *patterns,
		   const struct build_uses *uses, u16 cased, u32 *numbers)
{
	size_t i, count = 0;

	for (i = 0; i < uses->count; i++) {
		const u32 number = uses->items[i].pattern;
		const struct build_pattern *pattern =
			&patterns->items.items[number];

		if (pattern->kind != BUILD_LITERAL ||
		    (pattern->flags & BUILD_CASED) != cased)
			continue;
		if (!count || numbers[count - 1] != number)
			numbers[count++] = number;
	}
	return count;
}

/**
 * build_literals - put the automata of a field's literals into the image
 * @draft: the image
 * @patterns: all patterns
 * @uses: those of the field; others than literals are passed over
 * @field: enum pydetect_field
 * @refusal: set to the reason
 *
 * One automaton that ignores case, and one that does not if need be.
 *
 * Return: 0, BUILD_REFUSED, or -1 when out of memory.
 */
int build_literals(struct build_draft *draft,
		   const struct build_patterns *patterns,
		   const struct build_uses *uses, u32 field,
		   struct build_refusal *refusal)
{
	static const u16 kinds[] = { 0, BUILD_CASED };
	u32 *numbers = malloc((uses->count + 1) * sizeof(*numbers));
	int error = numbers ? 0 : -1;
	size_t i, count;

	for (i = 0; i < ARRAY_SIZE(kinds) && !error; i++) {
		count = pick(patterns, uses, kinds[i], numbers);
		if (count)
			error = build_some(draft, patterns, uses, numbers,
					   count, field, refusal);
	}
	free(numbers);
	return error;
}
