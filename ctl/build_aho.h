/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An Aho-Corasick automaton in the making.
 */
#ifndef PYDETECT_CTL_BUILD_AHO_H
#define PYDETECT_CTL_BUILD_AHO_H

#include "build_literal.h"
#include "build_trie.h"

/**
 * struct build_state - a node of the trie as a state
 * @fail: failure link
 * @below: number of the table of the state it leads to
 * @link: next state down the failure links in which a word ends, or BUILD_NONE
 * @table: number of its table, or BUILD_NONE as long as nobody needs it
 * @row: number of its row; sparse states have none: BUILD_NONE
 * @number: number of the state in the image
 */
struct build_state {
	u32 fail;
	u32 below;
	u32 link;
	u32 table;
	u32 row;
	u32 number;
};

/**
 * struct build_table - all that a state does
 * @edges: first of its edges
 * @count: how many
 * @row: dense state whose row holds for every class without an edge
 */
struct build_table {
	u32 edges;
	u32 count;
	u32 row;
};

/**
 * struct build_aho - an Aho-Corasick automaton
 * @trie: its words
 * @states: one for each node
 * @nr_states: how many
 * @has_boundary: is there a node of BUILD_WORD_SYMBOL?
 * @rows: nodes
 * @nr_rows: how many rows that makes
 * @edges: class in the top byte, node below
 * @tables: of states that failure links lead to, and of others on demand
 */
struct build_aho {
	struct build_trie trie;
	struct build_state *states;
	u32 nr_states;
	bool has_boundary;
	BUILD_LIST(u32) rows;
	u32 nr_rows;
	BUILD_LIST(u32) edges;
	BUILD_LIST(struct build_table) tables;
};

static inline const struct build_node *
build_aho_node(const struct build_aho *aho, u32 state)
{
	return &aho->trie.nodes.items[state];
}

/** build_aho_class - on the edge to @state; BUILD_NONE: of width zero */
static inline u32 build_aho_class(const struct build_aho *aho, u32 state)
{
	const u16 symbol = build_aho_node(aho, state)->symbol;

	return symbol == BUILD_WORD_SYMBOL ? BUILD_NONE : symbol - 1u;
}

static inline bool build_aho_is_dense(const struct build_aho *aho, u32 state)
{
	return aho->states[state].row != BUILD_NONE;
}

/** build_aho_below - what the end of a complete state's failure link does */
static inline const struct build_table *
build_aho_below(const struct build_aho *aho, u32 state)
{
	return &aho->tables.items[aho->states[state].below];
}

int build_aho_make_table(struct build_aho *aho, u32 state);
int build_aho_check(u32 states, struct build_refusal *refusal);

/* In build_chain.c. */
int build_aho_place(struct build_aho *aho, struct build_draft *draft,
		    const struct build_patterns *patterns,
		    const struct build_uses *uses, u32 field,
		    struct build_refusal *refusal);

#endif /* PYDETECT_CTL_BUILD_AHO_H */
