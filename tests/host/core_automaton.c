// SPDX-License-Identifier: GPL-2.0-only
/*
 * Automata made by hand, in the plainest way: a trie, failure links, whole
 * rows for every state; then the deep states are made sparse, each with a
 * fallback of its own.
 *
 * (A. Aho, M. Corasick, "Efficient String Matching", 1975)
 */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core_image.h"

#define NODES_MAX 2048
#define NONE UINT_MAX

/* Classes that are always there; those of the patterns' bytes follow. */
enum {
	CLASS_EDGE,
	CLASS_WORD,
	CLASS_OTHER,
	CLASS_FIRST,
};

/**
 * struct node - a state before it has its final number
 * @next: next state for each class
 * @child: is that one level deeper, in the trie?
 * @fail: state for the longest proper suffix
 * @depth: symbols from the root
 * @outputs: bit n: pattern n ends here
 * @sparse: has no row of its own
 * @number: final number
 * @way: for sparse states the number of their fallback
 */
struct node {
	u32 next[PYDETECT_CLASSES_MAX];
	bool child[PYDETECT_CLASSES_MAX];
	u32 fail;
	u32 depth;
	u64 outputs;
	bool sparse;
	u32 number;
	u32 way;
};

/**
 * struct making - an automaton in the making
 * @patterns: what it looks for, 64 at most
 * @count: how many
 * @class: class of each byte
 * @classes: number of classes
 * @nodes: states, in the order of the trie; the root is the first
 * @nr_nodes: how many
 * @order: states in the order of their depth
 */
struct making {
	const struct core_pattern *patterns;
	u32 count;
	u8 class[256];
	u32 classes;
	struct node *nodes;
	u32 nr_nodes;
	u32 *order;
};

static void set_class(struct making *making, u8 byte)
{
	if (making->class[byte] >= CLASS_FIRST)
		return;
	making->class[toupper(byte)] = making->classes;
	making->class[tolower(byte)] = making->classes++;
}

static void make_classes(struct making *making, enum pydetect_field field)
{
	const char *text;
	u32 i;

	making->classes = CLASS_FIRST;
	for (i = 0; i < 256; i++)
		making->class[i] =
			i < 128 && isalnum((int)i) ? CLASS_WORD : CLASS_OTHER;
	for (i = 0; i < making->count; i++)
		for (text = making->patterns[i].text; *text; text++)
			set_class(making, *text);
	if (field == PYDETECT_FIELD_ARGS)
		making->class[0] = CLASS_EDGE;
	else
		making->class[0] = making->class[' '];
}

static u32 add_node(struct making *making, u32 depth)
{
	struct node *node = &making->nodes[making->nr_nodes];

	assert_true(making->nr_nodes < NODES_MAX);
	memset(node, 0, sizeof(*node));
	node->depth = depth;
	return making->nr_nodes++;
}

static u32 add_symbol(struct making *making, u32 at, u32 class)
{
	if (!making->nodes[at].child[class]) {
		making->nodes[at].child[class] = true;
		making->nodes[at].next[class] =
			add_node(making, making->nodes[at].depth + 1);
	}
	return making->nodes[at].next[class];
}

/* One way to the end of a pattern; @before: class in front of it, or NONE. */
static void add_path(struct making *making, u32 pattern, u32 before)
{
	const char *text = making->patterns[pattern].text;
	u32 at = 0;

	if (before != NONE)
		at = add_symbol(making, at, before);
	for (; *text; text++)
		at = add_symbol(making, at, making->class[(u8)*text]);
	if (making->patterns[pattern].flags & CORE_END)
		at = add_symbol(making, at, CLASS_EDGE);
	making->nodes[at].outputs |= 1ULL << pattern;
}

static void add_pattern(struct making *making, u32 pattern)
{
	const unsigned int flags = making->patterns[pattern].flags;
	bool added[PYDETECT_CLASSES_MAX] = { [CLASS_EDGE] = true };
	u32 i;

	if (!(flags & (CORE_START | CORE_WORD_START))) {
		add_path(making, pattern, NONE);
		return;
	}
	add_path(making, pattern, CLASS_EDGE);
	/* The start of the field is the start of a word. */
	for (i = 0; !(flags & CORE_START) && i < 256; i++) {
		u8 class = making->class[i];

		if (added[class] || (i < 128 && isalnum((int)i)))
			continue;
		added[class] = true;
		add_path(making, pattern, class);
	}
}

/* Fill the rows in order of depth, so that a failure link's row is complete. */
static void resolve(struct making *making)
{
	struct node *nodes = making->nodes;
	u32 head, class, tail = 1;

	for (head = 0; head < tail; head++) {
		struct node *node = &nodes[making->order[head]];

		for (class = 0; class < making->classes; class ++) {
			const u32 other =
				head ? nodes[node->fail].next[class] : 0;

			if (!node->child[class]) {
				node->next[class] = other;
				continue;
			}
			nodes[node->next[class]].fail = other;
			making->order[tail++] = node->next[class];
		}
		node->outputs |= nodes[node->fail].outputs;
	}
}

static u32 fallback_of(const struct making *making, const struct node *node)
{
	u32 fallback = node->fail;

	while (making->nodes[fallback].sparse)
		fallback = making->nodes[fallback].fail;
	return fallback;
}

static u32 differences(const struct making *making, const struct node *node)
{
	const struct node *fallback = &making->nodes[fallback_of(making, node)];
	u32 class, count = 0;

	for (class = 0; class < making->classes; class ++)
		count += node->next[class] != fallback->next[class];
	return count;
}

static void choose_sparse(struct making *making, u32 dense_depth)
{
	u32 i;

	for (i = 1; i < making->nr_nodes; i++) {
		struct node *node = &making->nodes[making->order[i]];

		node->sparse =
			node->depth > dense_depth &&
			differences(making, node) <= PYDETECT_FALLBACK_EDGES_MAX;
	}
}

/* Number the dense states that accept, or those that do not, by their rows. */
static u32 number_dense(struct making *making, bool accepting, u32 number)
{
	u32 i;

	for (i = 0; i < making->nr_nodes; i++) {
		struct node *node = &making->nodes[i];

		if (node->sparse || !node->outputs == accepting)
			continue;
		node->number = number;
		number += making->classes;
	}
	return number;
}

/* The class of a sparse child, or the number of classes: there is none. */
static u32 link_class(const struct making *making, const struct node *node)
{
	u32 class;

	for (class = 0; class < making->classes; class ++)
		if (node->child[class] &&
		    making->nodes[node->next[class]].sparse)
			break;
	return class;
}

/* Number the sparse states along the links, and note their order. */
static u32 number_sparse(struct making *making, u32 number)
{
	const u32 first = number;
	u32 i, at, class;

	for (i = 0; i < making->nr_nodes; i++) {
		if (!making->nodes[i].sparse || making->nodes[i].number)
			continue;
		for (at = i;; at = making->nodes[at].next[class]) {
			making->order[number - first] = at;
			making->nodes[at].number = number++;
			class = link_class(making, &making->nodes[at]);
			if (class == making->classes)
				break;
		}
	}
	return number;
}

static void add_fallback(struct core_draft *draft, const struct making *making,
			 const struct node *node)
{
	const struct node *to = &making->nodes[fallback_of(making, node)];
	struct pydetect_image_fallback fallback = {
		.edges = draft->counts[PYDETECT_SECTION_EDGES],
	};
	u32 class, count = 0;

	for (class = 0; class < making->classes; class ++) {
		const u32 edge = class << PYDETECT_PAIR_BITS |
				 making->nodes[node->next[class]].number;

		if (node->next[class] == to->next[class] ||
		    class == link_class(making, node))
			continue;
		core_add(draft, PYDETECT_SECTION_EDGES, &edge, 1);
		count++;
	}
	fallback.row = count << PYDETECT_PAIR_BITS | to->number;
	core_add(draft, PYDETECT_SECTION_FALLBACKS, &fallback, 1);
}

/* Returns the first output. */
static u32 add_outputs(struct core_draft *draft, const struct making *making,
		       const struct node *node)
{
	const u32 first = draft->counts[PYDETECT_SECTION_OUTPUTS];
	struct pydetect_image_output *last;
	u32 i;

	for (i = 0; i < making->count; i++) {
		const struct core_pattern *pattern = &making->patterns[i];
		struct pydetect_image_output output = {
			.predicate = pattern->predicate,
			.length = strlen(pattern->text),
		};

		/* The end of the field is the end of a word. */
		if (pattern->flags & CORE_END)
			output.flags = PYDETECT_OUTPUT_EDGE_END;
		else if (pattern->flags & CORE_WORD_END)
			output.flags = PYDETECT_OUTPUT_WORD_END;
		if (node->outputs >> i & 1)
			core_add(draft, PYDETECT_SECTION_OUTPUTS, &output, 1);
	}
	last = core_at(draft, PYDETECT_SECTION_OUTPUTS,
		       draft->counts[PYDETECT_SECTION_OUTPUTS] - 1);
	last->flags |= PYDETECT_OUTPUT_LAST;
	return first;
}

static void add_list(struct core_draft *draft, const struct making *making,
		     const struct node *node)
{
	const u32 list = add_outputs(draft, making, node);

	core_add(draft, PYDETECT_SECTION_LISTS, &list, 1);
}

/* Fallbacks of the sparse states that accept, or of those that do not. */
static u32 add_fallbacks(struct core_draft *draft, struct making *making,
			 bool accepting, u32 way)
{
	u32 i;

	for (i = 0; i < making->nr_nodes; i++) {
		struct node *node = &making->nodes[i];

		if (!node->sparse || !node->outputs == accepting)
			continue;
		node->way = way++;
		add_fallback(draft, making, node);
		if (accepting)
			add_list(draft, making, node);
	}
	return way;
}

static void add_rows(struct core_draft *draft, const struct making *making,
		     bool accepting)
{
	u32 i, class;

	for (i = 0; i < making->nr_nodes; i++) {
		const struct node *node = &making->nodes[i];

		if (node->sparse || !node->outputs == accepting)
			continue;
		for (class = 0; class < making->classes; class ++)
			core_add(draft, PYDETECT_SECTION_CELLS,
				 &making->nodes[node->next[class]].number, 1);
		if (accepting)
			add_list(draft, making, node);
	}
}

static void add_links(struct core_draft *draft, const struct making *making,
		      u32 count)
{
	u32 i;

	for (i = 0; i < count; i++) {
		const struct node *node = &making->nodes[making->order[i]];
		const u32 link = link_class(making, node)
					 << PYDETECT_PAIR_BITS | node->way;

		core_add(draft, PYDETECT_SECTION_LINKS, &link, 1);
	}
}

static struct pydetect_image_extent since(const struct core_draft *draft,
					  u32 section, u32 first)
{
	return (struct pydetect_image_extent){
		.first = first,
		.count = draft->counts[section] - first,
	};
}

static u32 emit(struct core_draft *draft, struct making *making,
		enum pydetect_field field)
{
	const u32 edges = draft->counts[PYDETECT_SECTION_EDGES];
	const u32 outputs = draft->counts[PYDETECT_SECTION_OUTPUTS];
	struct pydetect_image_automaton automaton = {
		.field = field,
		.classes = making->classes,
		.edge = CLASS_EDGE,
		.cells = draft->counts[PYDETECT_SECTION_CELLS],
		.links = draft->counts[PYDETECT_SECTION_LINKS],
		.lists = draft->counts[PYDETECT_SECTION_LISTS],
		.fallbacks.first = draft->counts[PYDETECT_SECTION_FALLBACKS],
	};

	automaton.plain = number_dense(making, false, 0);
	automaton.dense = number_dense(making, true, automaton.plain);
	automaton.states = number_sparse(making, automaton.dense);
	automaton.start = making->nodes[0].number;
	automaton.accepting = add_fallbacks(draft, making, false, 0);
	automaton.fallbacks.count =
		add_fallbacks(draft, making, true, automaton.accepting);
	add_rows(draft, making, false);
	add_rows(draft, making, true);
	add_links(draft, making, automaton.states - automaton.dense);
	automaton.edges = since(draft, PYDETECT_SECTION_EDGES, edges);
	automaton.outputs = since(draft, PYDETECT_SECTION_OUTPUTS, outputs);
	core_add(draft, PYDETECT_SECTION_CLASSES, making->class, 256);
	return core_add(draft, PYDETECT_SECTION_AUTOMATA, &automaton, 1);
}

/**
 * core_add_automaton - add an automaton
 * @draft: the draft; its automata have to be added in the order of fields
 * @field: the field
 * @patterns: what it looks for
 * @count: how many, 64 at most
 * @dense_depth: states deeper than this are made sparse if they can be
 *
 * Return: its number.
 */
u32 core_add_automaton(struct core_draft *draft, enum pydetect_field field,
		       const struct core_pattern *patterns, u32 count,
		       u32 dense_depth)
{
	struct making making = {
		.patterns = patterns,
		.count = count,
		.nodes = calloc(NODES_MAX, sizeof(*making.nodes)),
		.order = calloc(NODES_MAX, sizeof(*making.order)),
	};
	u32 i, automaton;

	assert_true(making.nodes && making.order && count <= 64);
	make_classes(&making, field);
	add_node(&making, 0);
	for (i = 0; i < count; i++)
		add_pattern(&making, i);
	resolve(&making);
	choose_sparse(&making, dense_depth);
	automaton = emit(draft, &making, field);
	free(making.nodes);
	free(making.order);
	return automaton;
}
