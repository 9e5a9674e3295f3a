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
 * its own if it is shallow or has many edges; otherwise only its own edges and
 * those of the sparse states down its failure links, and the first dense
 * state there to fall back on.
 */
#include <stdlib.h>
#include <string.h>

#include "build_literal.h"
#include "build_trie.h"

/* Up to this size a table is wholly dense. */
#define WHOLE_BYTES (64u << 10)

/* Rows for states two symbols deep that have more than these edges. */
#define SECOND_LEVEL_BYTES (128u << 10)
#define SECOND_LEVEL_EDGES 3u

#define ROOT 0u
#define BOUNDARY 1u

/**
 * struct state - a node of the trie as a state
 * @fail: failure link; when the states are complete: see node_at()
 * @link: next state down the failure links in which a word ends, or BUILD_NONE
 * @edges: its first edge; they end where those of the next state begin
 * @dense: has a row of its own
 * @target: number of its row, or the dense state it falls back on
 * @number: number of the state in the image
 */
struct state {
	u32 fail;
	u32 link;
	u32 edges;
	u32 dense : 1;
	u32 target : 31;
	u32 number;
};

/**
 * struct machine - an automaton in the making
 * @trie: its words
 * @states: one for each node, and one more to end the edges of the last
 * @nr_states: how many, without that one
 * @has_boundary: is there a node of BUILD_WORD_SYMBOL?
 * @edges: class in the top byte, node below
 * @rows: nodes
 * @record: what the image is told
 */
struct machine {
	struct build_trie trie;
	struct state *states;
	u32 nr_states;
	bool has_boundary;
	BUILD_LIST(u32) edges;
	BUILD_LIST(u32) rows;
	struct pydetect_image_automaton record;
};

static const struct build_node *node_of(const struct machine *machine,
					u32 state)
{
	return &machine->trie.nodes.items[state];
}

static size_t row_bytes(const struct machine *machine)
{
	return machine->trie.alphabet.classes * sizeof(u32);
}

static u32 *row_of(const struct machine *machine, u32 state)
{
	return machine->rows.items +
	       (size_t)machine->states[state].target *
		       machine->trie.alphabet.classes;
}

/* Where a class leads that begins no word. */
static u32 rest(const struct machine *machine, u32 class)
{
	const struct build_alphabet *alphabet = &machine->trie.alphabet;

	if (!machine->has_boundary || build_is_word(alphabet->sample[class]))
		return ROOT;
	return BOUNDARY;
}

/* The next state after one whose table is complete, as at run time. */
static u32 step(const struct machine *machine, u32 state, u32 class)
{
	const struct state *at = &machine->states[state];
	u32 i;

	if (at->dense)
		return row_of(machine, state)[class];
	for (i = at[0].edges; i < at[1].edges; i++) {
		const u32 edge = machine->edges.items[i];

		if (edge >> PYDETECT_EDGE_STATE_BITS == class)
			return edge & PYDETECT_EDGE_STATE_MASK;
	}
	return row_of(machine, at->target)[class];
}

static bool words_end(const struct machine *machine, u32 state)
{
	return node_of(machine, state)->nr_words;
}

static bool accepts(const struct machine *machine, u32 state)
{
	return words_end(machine, state) ||
	       machine->states[state].link != BUILD_NONE;
}

static void link_state(struct machine *machine, u32 state, u32 fail)
{
	struct state *at = &machine->states[state];

	at->fail = fail;
	at->link = words_end(machine, fail) ? fail :
					      machine->states[fail].link;
}

/* Give the children of a state whose table is complete their links. */
static void link_children(struct machine *machine, u32 state)
{
	const struct build_node *node = node_of(machine, state);
	u32 child;

	for (child = node[0].child; child < node[1].child; child++) {
		const u16 symbol = node_of(machine, child)->symbol;
		u32 fail;

		if (symbol == BUILD_WORD_SYMBOL)
			fail = ROOT;
		else if (state == ROOT)
			fail = rest(machine, symbol - 1);
		else
			fail = step(machine, machine->states[state].fail,
				    symbol - 1);
		link_state(machine, child, fail);
	}
}

/* The edges in which a state differs from the dense state below it. */
static int add_edges(struct machine *machine, u32 state)
{
	const struct build_node *node = node_of(machine, state);
	const struct state *fail =
		&machine->states[machine->states[state].fail];
	bool own[PYDETECT_CLASSES_MAX] = { false };
	u32 child, i;

	for (child = node[0].child; child < node[1].child; child++) {
		const u32 class = node_of(machine, child)->symbol - 1;

		own[class] = true;
		if (!build_list_push(&machine->edges,
				     class << PYDETECT_EDGE_STATE_BITS | child))
			return -1;
	}
	for (i = fail[0].edges; !fail->dense && i < fail[1].edges; i++) {
		const u32 edge = machine->edges.items[i];

		if (!own[edge >> PYDETECT_EDGE_STATE_BITS] &&
		    !build_list_push(&machine->edges, edge))
			return -1;
	}
	return 0;
}

static bool wants_row(const struct machine *machine, u32 state, u32 edges)
{
	const u32 *levels = machine->trie.levels.items;
	const u32 shallow = 2 + machine->has_boundary;

	if (edges > PYDETECT_SPARSE_EDGES_MAX)
		return true;
	if (machine->nr_states * row_bytes(machine) <= WHOLE_BYTES)
		return true;
	if (machine->trie.levels.count <= shallow || state < levels[shallow])
		return true;
	if (machine->trie.levels.count > shallow + 1 &&
	    state >= levels[shallow + 1])
		return false;
	return edges > SECOND_LEVEL_EDGES &&
	       machine->rows.count * sizeof(u32) < SECOND_LEVEL_BYTES;
}

/* Turn the edges of @state, the last ones, into a row. */
static int make_row(struct machine *machine, u32 state)
{
	const u32 classes = machine->trie.alphabet.classes;
	struct state *at = &machine->states[state];
	u32 *row = build_list_add(&machine->rows, classes);
	u32 i;

	if (!row)
		return -1;
	for (i = 0; i < classes; i++)
		row[i] = state == ROOT ? rest(machine, i) :
					 step(machine, at->fail, i);
	for (i = at->edges; i < machine->edges.count; i++) {
		const u32 edge = machine->edges.items[i];

		row[edge >> PYDETECT_EDGE_STATE_BITS] =
			edge & PYDETECT_EDGE_STATE_MASK;
	}
	machine->edges.count = at->edges;
	at->dense = 1;
	at->target = machine->rows.count / classes - 1;
	return 0;
}

/* The root's edges do not include its child of width zero. */
static int add_root_edges(struct machine *machine)
{
	const struct build_node *root = node_of(machine, ROOT);
	u32 child;

	for (child = root[0].child + machine->has_boundary;
	     child < root[1].child; child++) {
		const u32 class = node_of(machine, child)->symbol - 1;

		if (!build_list_push(&machine->edges,
				     class << PYDETECT_EDGE_STATE_BITS | child))
			return -1;
	}
	return 0;
}

static int make_state(struct machine *machine, u32 state)
{
	struct state *at = &machine->states[state];
	const struct state *fail;
	u32 edges;

	at->edges = machine->edges.count;
	if (state == ROOT ? add_root_edges(machine) :
			    add_edges(machine, state))
		return -1;
	edges = machine->edges.count - at->edges;
	if (state == ROOT || wants_row(machine, state, edges)) {
		if (make_row(machine, state))
			return -1;
	} else {
		fail = &machine->states[at->fail];
		at->target = fail->dense ? at->fail : fail->target;
	}
	at[1].edges = machine->edges.count;
	link_children(machine, state);
	return 0;
}

static int make_states(struct machine *machine)
{
	u32 state;

	machine->nr_states = machine->trie.nodes.count - 1;
	machine->has_boundary = build_trie_boundary(&machine->trie);
	machine->states = calloc(machine->nr_states + 1,
				 sizeof(*machine->states));
	if (!machine->states)
		return -1;
	machine->states[ROOT].link = BUILD_NONE;
	for (state = 0; state < machine->nr_states; state++)
		if (make_state(machine, state))
			return -1;
	build_list_trim(&machine->edges);
	return 0;
}

/* The four groups of states, in the order of their numbers. */
static u32 group_of(const struct machine *machine, u32 state)
{
	if (machine->states[state].dense)
		return accepts(machine, state) ? 0 : 1;
	return accepts(machine, state) ? 3 : 2;
}

/* The state with a number in the image; failure links have done their work. */
static u32 *node_at(const struct machine *machine, u32 number)
{
	return &machine->states[number].fail;
}

static void number_states(struct machine *machine)
{
	struct pydetect_image_automaton *record = &machine->record;
	u32 count[4] = { 0 }, next[4], state;

	for (state = 0; state < machine->nr_states; state++)
		count[group_of(machine, state)]++;
	record->accept_dense = count[0];
	record->dense = count[0] + count[1];
	record->accept_sparse = record->dense + count[2];
	record->states = machine->nr_states;
	next[0] = 0;
	next[1] = record->accept_dense;
	next[2] = record->dense;
	next[3] = record->accept_sparse;
	for (state = 0; state < machine->nr_states; state++) {
		const u32 number = next[group_of(machine, state)]++;

		machine->states[state].number = number;
		*node_at(machine, number) = state;
	}
	record->start = machine->states[ROOT].number;
}

static int put_rows(const struct machine *machine, struct build_draft *draft)
{
	const u32 classes = machine->trie.alphabet.classes;
	u32 number, class;

	for (number = 0; number < machine->record.dense; number++) {
		const u32 *row = row_of(machine, *node_at(machine, number));
		u32 *cells = build_list_add(&draft->cells, classes);

		if (!cells)
			return -1;
		for (class = 0; class < classes; class++)
			cells[class] = machine->states[row[class]].number;
	}
	return 0;
}

static u32 *put_edges(const struct machine *machine, u32 *edges, u32 state)
{
	const struct state *at = &machine->states[state];
	u32 i;

	for (i = at[0].edges; i < at[1].edges; i++) {
		const u32 edge = machine->edges.items[i];
		const u32 to = edge & PYDETECT_EDGE_STATE_MASK;

		*edges++ = (edge & ~PYDETECT_EDGE_STATE_MASK) |
			   machine->states[to].number;
	}
	return edges;
}

/* Room is made at once, because these are the largest sections by far. */
static int put_sparse(const struct machine *machine, struct build_draft *draft)
{
	const struct pydetect_image_automaton *record = &machine->record;
	const u32 count = record->states - record->dense;
	struct pydetect_image_sparse *sparse =
		build_list_add(&draft->sparse, count + 1);
	u32 *edges = build_list_add(&draft->edges, machine->edges.count);
	u32 number;

	if (!sparse || !edges)
		return -1;
	for (number = record->dense; number < record->states; number++) {
		const u32 state = *node_at(machine, number);
		const u32 fallback = machine->states[state].target;

		sparse->edges = edges - draft->edges.items;
		sparse->fallback = machine->states[fallback].number;
		edges = put_edges(machine, edges, state);
		sparse++;
	}
	sparse->edges = edges - draft->edges.items;
	sparse->fallback = 0;
	return 0;
}

static u16 output_flags(const struct build_pattern *pattern)
{
	u16 flags = 0;

	if (pattern->flags & BUILD_WORD_END)
		flags |= PYDETECT_OUTPUT_WORD_END;
	if (pattern->flags & BUILD_END_EDGE)
		flags |= PYDETECT_OUTPUT_EDGE_END;
	return flags;
}

static int collect_words(const struct machine *machine,
			 const struct build_patterns *patterns,
			 struct build_collector *collector, u32 state)
{
	const struct build_node *node = node_of(machine, state);
	u32 i;

	for (i = node->words; i < node->words + node->nr_words; i++) {
		const u32 number = machine->trie.words.items[i].pattern;
		const struct build_pattern *pattern =
			&patterns->items.items[number];

		if (build_collect(collector, number, pattern->length,
				  output_flags(pattern)))
			return -1;
	}
	return 0;
}

static int put_outputs(const struct machine *machine,
		       const struct build_patterns *patterns,
		       struct build_collector *collector,
		       struct build_refusal *refusal)
{
	const struct pydetect_image_automaton *record = &machine->record;
	u32 number, state;

	for (number = 0; number < record->states; number++) {
		if (number == record->accept_dense)
			number = record->accept_sparse;
		if (number == record->states)
			break;
		if (build_collect_begin(collector))
			return -1;
		for (state = *node_at(machine, number); state != BUILD_NONE;
		     state = machine->states[state].link)
			if (collect_words(machine, patterns, collector, state))
				return -1;
		if (build_collect_end(collector, refusal))
			return BUILD_REFUSED;
	}
	return build_collect_begin(collector);
}

static int put_machine(struct machine *machine, struct build_draft *draft,
		       const struct build_patterns *patterns,
		       const struct build_uses *uses,
		       struct build_refusal *refusal)
{
	const struct build_alphabet *alphabet = &machine->trie.alphabet;
	struct pydetect_image_automaton *record = &machine->record;
	struct build_collector collector;
	u8 *classes;
	int error;

	if (machine->nr_states > PYDETECT_STATES_MAX)
		return build_refuse(refusal,
				    "the strings need %u states, at most %u are possible",
				    machine->nr_states, PYDETECT_STATES_MAX);
	record->classes = alphabet->classes;
	record->edge = alphabet->edge;
	record->cells = draft->cells.count;
	record->sparse = draft->sparse.count;
	record->accept_lists = draft->lists.count;
	classes = build_list_add(&draft->classes, sizeof(alphabet->class_of));
	if (!classes)
		return -1;
	memcpy(classes, alphabet->class_of, sizeof(alphabet->class_of));
	number_states(machine);
	if (put_rows(machine, draft) || put_sparse(machine, draft))
		return -1;
	build_list_free(&machine->edges);
	if (build_collector_init(&collector, draft, uses))
		error = -1;
	else
		error = put_outputs(machine, patterns, &collector, refusal);
	build_collector_free(&collector);
	if (error)
		return error;
	return build_list_push(&draft->automata, *record) ? 0 : -1;
}

static int build_some(struct build_draft *draft,
		      const struct build_patterns *patterns,
		      const struct build_uses *uses, const u32 *numbers,
		      size_t count, u32 field, struct build_refusal *refusal)
{
	struct machine machine = { .record.field = field };
	int error = -1;

	if (!build_trie(&machine.trie, patterns, numbers, count, field) &&
	    !make_states(&machine))
		error = put_machine(&machine, draft, patterns, uses, refusal);
	build_trie_free(&machine.trie);
	free(machine.states);
	build_list_free(&machine.edges);
	build_list_free(&machine.rows);
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
