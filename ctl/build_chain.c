// SPDX-License-Identifier: GPL-2.0-only
/*
 * An Aho-Corasick automaton -> the image.
 *
 * Sparse states are numbered along the words, so that the child of a state
 * mostly has the next number. What else a state does is its fallback. States
 * that share a failure link and accept the same share a fallback, too, which
 * makes fallbacks few: a state takes little more than its link.
 */
#include <stdlib.h>
#include <string.h>

#include "build_aho.h"

/**
 * struct fallback - what sparse states do but for their links
 * @table: number of the table that says where other classes lead
 * @list: first output, or BUILD_NONE: they do not accept
 */
struct fallback {
	u32 table;
	u32 list;
};

/**
 * struct placer - an automaton on its way into the image
 * @aho: the automaton
 * @draft: the image
 * @record: what the image is told
 * @lists: for each state its first output, or BUILD_NONE: it does not accept
 * @ways: for each sparse state its table, then its fallback's place in its group
 * @groups: fallbacks of states that do not accept, and of those that do
 * @silent: for each table the place of its fallback in the first group
 * @map: from the hash of a fallback to its place in the second group
 * @places: for each table the place of its edges in the image, or BUILD_NONE
 */
struct placer {
	struct build_aho *aho;
	struct build_draft *draft;
	struct pydetect_image_automaton record;
	u32 *lists;
	u32 *ways;
	BUILD_LIST(struct fallback) groups[2];
	u32 *silent;
	struct build_map map;
	u32 *places;
};

/* An array of @count times BUILD_NONE, or NULL: out of memory. */
static u32 *unset(size_t count)
{
	u32 *numbers = malloc(count * sizeof(*numbers));

	if (numbers)
		memset(numbers, 0xff, count * sizeof(*numbers));
	return numbers;
}

static bool accepts(const struct placer *placer, u32 state)
{
	return placer->lists[state] != BUILD_NONE;
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

static int collect_words(const struct build_aho *aho,
			 const struct build_patterns *patterns,
			 struct build_collector *collector, u32 state)
{
	const struct build_node *node = build_aho_node(aho, state);
	u32 i;

	for (i = node->words; i < node->words + node->nr_words; i++) {
		const u32 number = aho->trie.words.items[i].pattern;
		const struct build_pattern *pattern =
			&patterns->items.items[number];

		if (build_collect(collector, number, pattern->length,
				  output_flags(pattern)))
			return -1;
	}
	return 0;
}

/* Where no word ends but within the state's text, the list is there already. */
static int put_list(struct placer *placer,
		    const struct build_patterns *patterns,
		    struct build_collector *collector, u32 state,
		    struct build_refusal *refusal)
{
	const struct build_aho *aho = placer->aho;
	const u32 link = aho->states[state].link;
	u32 at;

	if (!build_aho_node(aho, state)->nr_words) {
		placer->lists[state] = link == BUILD_NONE ?
					       BUILD_NONE : placer->lists[link];
		return 0;
	}
	build_collect_begin(collector);
	for (at = state; at != BUILD_NONE; at = aho->states[at].link)
		if (collect_words(aho, patterns, collector, at))
			return -1;
	return build_collect_end(collector, &placer->lists[state], refusal);
}

static int put_outputs(struct placer *placer,
		       const struct build_patterns *patterns,
		       const struct build_uses *uses,
		       struct build_refusal *refusal)
{
	struct build_collector collector;
	u32 state;
	int error;

	error = build_collector_init(&collector, placer->draft, uses);
	for (state = 0; state < placer->aho->nr_states && !error; state++)
		error = put_list(placer, patterns, &collector, state, refusal);
	build_collector_free(&collector);
	return error;
}

static void number_dense(struct placer *placer, bool accepting, u32 *number)
{
	struct build_aho *aho = placer->aho;
	u32 state;

	for (state = 0; state < aho->nr_states; state++) {
		if (!build_aho_is_dense(aho, state) ||
		    accepts(placer, state) != accepting)
			continue;
		aho->states[state].number = *number;
		*number += aho->trie.alphabet.classes;
	}
}

/* The child of a sparse state that gets the next number, or BUILD_NONE. */
static u32 successor(const struct build_aho *aho, u32 state)
{
	const struct build_node *node = build_aho_node(aho, state);
	u32 child;

	for (child = node[0].child; child < node[1].child; child++)
		if (!build_aho_is_dense(aho, child))
			return child;
	return BUILD_NONE;
}

/* For each sparse state, how many states its chain has from there on. */
static void measure_chains(const struct build_aho *aho, u32 *lengths)
{
	u32 state = aho->nr_states;

	while (state--) {
		const u32 next = successor(aho, state);

		lengths[state] = next == BUILD_NONE ? 1 : lengths[next] + 1;
	}
}

/*
 * Parents come before their children, so a state that has no number when its
 * turn comes begins a chain. Chains are not followed: they lead all over the
 * memory, while children lie side by side.
 */
static void number_sparse(struct build_aho *aho, const u32 *lengths,
			  u32 *number)
{
	u32 state;

	for (state = 0; state < aho->nr_states; state++)
		aho->states[state].number = BUILD_NONE;
	for (state = 0; state < aho->nr_states; state++) {
		struct build_state *at = &aho->states[state];
		const u32 next = successor(aho, state);

		if (build_aho_is_dense(aho, state))
			continue;
		if (at->number == BUILD_NONE) {
			at->number = *number;
			*number += lengths[state];
		}
		if (next != BUILD_NONE)
			aho->states[next].number = at->number + 1;
	}
}

static int number_states(struct placer *placer, struct build_refusal *refusal)
{
	struct pydetect_image_automaton *record = &placer->record;
	struct build_aho *aho = placer->aho;
	u32 number;

	record->dense = aho->nr_rows * aho->trie.alphabet.classes;
	number = record->dense;
	/* Nobody needs the ways yet. */
	measure_chains(aho, placer->ways);
	number_sparse(aho, placer->ways, &number);
	record->states = number;
	if (build_aho_check(number, refusal))
		return BUILD_REFUSED;
	number = 0;
	number_dense(placer, false, &number);
	record->plain = number;
	number_dense(placer, true, &number);
	record->start = aho->states[0].number;
	return 0;
}

static int put_rows(const struct placer *placer)
{
	const struct build_aho *aho = placer->aho;
	const u32 classes = aho->trie.alphabet.classes;
	u32 *cells = build_list_add(&placer->draft->cells,
				    placer->record.dense);
	u32 state, class;

	if (!cells)
		return -1;
	for (state = 0; state < aho->nr_states; state++) {
		const struct build_state *at = &aho->states[state];

		if (!build_aho_is_dense(aho, state))
			continue;
		for (class = 0; class < classes; class++) {
			const u32 next = aho->rows.items[
				(size_t)at->row * classes + class];

			cells[at->number + class] = aho->states[next].number;
		}
	}
	return 0;
}

/* Where the classes lead that do not lead to the successor. */
static int find_table(struct placer *placer, u32 state, u32 *table)
{
	struct build_aho *aho = placer->aho;
	const struct build_node *node = build_aho_node(aho, state);
	const u32 children = node[1].child - node[0].child;

	if (children == (successor(aho, state) != BUILD_NONE)) {
		*table = aho->states[state].below;
		return 0;
	}
	if (build_aho_make_table(aho, state))
		return -1;
	*table = aho->states[state].table;
	return 0;
}

/* Those that do not accept need no list, so one place for a table is enough. */
static int find_silent(struct placer *placer, u32 table, u32 *way)
{
	*way = placer->silent[table];
	if (*way != BUILD_NONE)
		return 0;
	*way = placer->groups[0].count;
	placer->silent[table] = *way;
	return build_list_push(&placer->groups[0], { table, BUILD_NONE }) ?
		       0 : -1;
}

static int find_accepting(struct placer *placer, u32 table, u32 list, u32 *way)
{
	const struct fallback wanted = { table, list };
	const u32 hash = build_hash(&wanted, sizeof(wanted), 0);
	u32 position = BUILD_NONE;

	while ((*way = build_map_next(&placer->map, hash, &position)) !=
	       BUILD_NONE) {
		const struct fallback *found = &placer->groups[1].items[*way];

		if (found->table == table && found->list == list)
			return 0;
	}
	*way = placer->groups[1].count;
	return build_list_push(&placer->groups[1], wanted) ?
		       build_map_add(&placer->map, hash, *way) : -1;
}

static int find_fallback(struct placer *placer, u32 state)
{
	const u32 table = placer->ways[state];

	if (!accepts(placer, state))
		return find_silent(placer, table, &placer->ways[state]);
	return find_accepting(placer, table, placer->lists[state],
			      &placer->ways[state]);
}

static int find_fallbacks(struct placer *placer)
{
	const struct build_aho *aho = placer->aho;
	u32 state;

	for (state = 0; state < aho->nr_states; state++)
		if (!build_aho_is_dense(aho, state) &&
		    find_table(placer, state, &placer->ways[state]))
			return -1;
	placer->silent = unset(aho->tables.count);
	if (!placer->silent)
		return -1;
	for (state = 0; state < aho->nr_states; state++)
		if (!build_aho_is_dense(aho, state) &&
		    find_fallback(placer, state))
			return -1;
	return 0;
}

/* Put the edges of a table into the image, unless they are there. */
static int put_edges(struct placer *placer, u32 number)
{
	const struct build_aho *aho = placer->aho;
	const struct build_table *table = &aho->tables.items[number];
	u32 *edges;
	u32 i;

	if (placer->places[number] != BUILD_NONE)
		return 0;
	placer->places[number] = placer->draft->edges.count;
	edges = build_list_add(&placer->draft->edges, table->count);
	if (!edges)
		return -1;
	for (i = 0; i < table->count; i++) {
		const u32 edge = aho->edges.items[table->edges + i];
		const u32 to = edge & PYDETECT_PAIR_MASK;

		edges[i] = (edge & ~PYDETECT_PAIR_MASK) |
			   aho->states[to].number;
	}
	return 0;
}

static int put_fallback(struct placer *placer, const struct fallback *fallback)
{
	const struct build_aho *aho = placer->aho;
	const struct build_table *table = &aho->tables.items[fallback->table];
	struct pydetect_image_fallback record;

	if (put_edges(placer, fallback->table))
		return -1;
	record.edges = placer->places[fallback->table];
	record.row = table->count << PYDETECT_PAIR_BITS |
		     aho->states[table->row].number;
	return build_list_push(&placer->draft->fallbacks, record) ? 0 : -1;
}

static int put_fallbacks(struct placer *placer)
{
	size_t group, i;

	placer->places = unset(placer->aho->tables.count);
	if (!placer->places)
		return -1;
	for (group = 0; group < 2; group++)
		for (i = 0; i < placer->groups[group].count; i++)
			if (put_fallback(placer,
					 &placer->groups[group].items[i]))
				return -1;
	placer->record.accepting = placer->groups[0].count;
	return 0;
}

static int put_links(const struct placer *placer)
{
	const struct build_aho *aho = placer->aho;
	const u32 dense = placer->record.dense;
	u32 *links = build_list_add(&placer->draft->links,
				    placer->record.states - dense);
	u32 state;

	if (!links)
		return -1;
	for (state = 0; state < aho->nr_states; state++) {
		const u32 next = successor(aho, state);
		const u32 class = next == BUILD_NONE ?
					  aho->trie.alphabet.classes :
					  build_aho_class(aho, next);
		u32 fallback = placer->ways[state];

		if (build_aho_is_dense(aho, state))
			continue;
		if (accepts(placer, state))
			fallback += placer->record.accepting;
		links[aho->states[state].number - dense] =
			class << PYDETECT_PAIR_BITS | fallback;
	}
	return 0;
}

static int put_lists(const struct placer *placer)
{
	const struct build_aho *aho = placer->aho;
	struct build_draft *draft = placer->draft;
	u32 state;
	size_t i;

	for (i = 0; i < placer->groups[1].count; i++)
		if (!build_list_push(&draft->lists,
				     placer->groups[1].items[i].list))
			return -1;
	/* Dense states are numbered in this order. */
	for (state = 0; state < aho->nr_states; state++)
		if (build_aho_is_dense(aho, state) && accepts(placer, state) &&
		    !build_list_push(&draft->lists, placer->lists[state]))
			return -1;
	return 0;
}

static int put_tables(struct placer *placer)
{
	return put_rows(placer) || find_fallbacks(placer) ||
	       put_fallbacks(placer) || put_links(placer) ||
	       put_lists(placer) ? -1 : 0;
}

static int place(struct placer *placer, const struct build_patterns *patterns,
		 const struct build_uses *uses, struct build_refusal *refusal)
{
	const size_t count = placer->aho->nr_states;
	int error;

	placer->lists = malloc(count * sizeof(*placer->lists));
	placer->ways = malloc(count * sizeof(*placer->ways));
	if (!placer->lists || !placer->ways)
		return -1;
	error = put_outputs(placer, patterns, uses, refusal);
	if (!error)
		error = number_states(placer, refusal);
	if (!error)
		error = put_tables(placer);
	return error ? error : build_draft_end(placer->draft, &placer->record,
					       &placer->aho->trie.alphabet);
}

/**
 * build_aho_place - put an automaton into the image
 * @aho: the automaton; may gain tables
 * @draft: the image
 * @patterns: all patterns
 * @uses: from its patterns to predicates
 * @field: enum pydetect_field
 * @refusal: set to the reason
 *
 * Return: 0, BUILD_REFUSED, or -1 when out of memory.
 */
int build_aho_place(struct build_aho *aho, struct build_draft *draft,
		    const struct build_patterns *patterns,
		    const struct build_uses *uses, u32 field,
		    struct build_refusal *refusal)
{
	struct placer placer = { .aho = aho, .draft = draft };
	int error;

	build_draft_begin(draft, &placer.record, field);
	error = place(&placer, patterns, uses, refusal);
	free(placer.lists);
	free(placer.ways);
	free(placer.silent);
	free(placer.places);
	build_list_free(&placer.groups[0]);
	build_list_free(&placer.groups[1]);
	build_map_free(&placer.map);
	return error;
}
