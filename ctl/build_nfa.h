/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Nondeterministic automata (Thompson 1968).
 */
#ifndef PYDETECT_CTL_BUILD_NFA_H
#define PYDETECT_CTL_BUILD_NFA_H

#include "build_tree.h"

/**
 * enum build_nfa_kind - kinds of states
 * @BUILD_NFA_SET: goes on with a symbol of the set
 * @BUILD_NFA_SPLIT: goes on to two states without a symbol
 * @BUILD_NFA_LOOK: goes on without a symbol where a condition holds
 * @BUILD_NFA_ACCEPT: the pattern has matched
 */
enum build_nfa_kind {
	BUILD_NFA_SET,
	BUILD_NFA_SPLIT,
	BUILD_NFA_LOOK,
	BUILD_NFA_ACCEPT,
};

/**
 * struct build_nfa_state - a state
 * @kind: enum build_nfa_kind
 * @look: enum build_look
 * @set: number of the set
 * @next: where it goes on
 * @other: the other one, for splits
 */
struct build_nfa_state {
	u8 kind;
	u8 look;
	u32 set;
	u32 next;
	u32 other;
};

/**
 * struct build_nfa - an automaton
 * @states: its states
 * @sets: what its states go on with; whatever conditions tell apart is there
 *	as well, although no state may use it
 * @start: the state in front of the first edge
 */
struct build_nfa {
	BUILD_LIST(struct build_nfa_state) states;
	BUILD_LIST(struct build_set) sets;
	u32 start;
};

int build_nfa(struct build_nfa *nfa, struct build_tree *tree,
	      struct build_refusal *refusal);
void build_nfa_free(struct build_nfa *nfa);

/** build_is_name - is @byte a letter, digit or underscore? ASCII only */
static inline bool build_is_name(u8 byte)
{
	return build_is_word(byte) || byte == '_';
}

/** build_continues - does @byte continue a character of UTF-8? */
static inline bool build_continues(u8 byte)
{
	return byte >> 6 == 2;
}

#endif /* PYDETECT_CTL_BUILD_NFA_H */
