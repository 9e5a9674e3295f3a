/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Deterministic automata of globs and regular expressions.
 */
#ifndef PYDETECT_CTL_BUILD_DFA_H
#define PYDETECT_CTL_BUILD_DFA_H

#include "build_literal.h"
#include "build_trie.h"

struct build_nfa;

/**
 * struct build_accept - a pattern that matched when a state is reached
 * @state: the state
 * @pattern: number of the pattern
 * @late: the match ended in front of the last symbol
 */
struct build_accept {
	u32 state;
	u32 pattern;
	bool late;
};

/**
 * struct build_dfa - a complete automaton
 * @alphabet: the classes
 * @states: number of states
 * @start: state in front of the first edge
 * @next: for each state a row of next states by class
 * @accepts: in the order of states, then of patterns
 */
struct build_dfa {
	struct build_alphabet alphabet;
	u32 states;
	u32 start;
	BUILD_LIST(u32) next;
	BUILD_LIST(struct build_accept) accepts;
};

int build_dfa(struct build_dfa *dfa, const struct build_nfa *nfa,
	      bool nul_is_space, u32 pattern, struct build_refusal *refusal);
int build_dfa_minimise(struct build_dfa *dfa);
int build_dfa_join(struct build_dfa *dfa, const struct build_dfa *a,
		   const struct build_dfa *b, size_t bytes_max);
int build_dfa_place(const struct build_dfa *dfa, struct build_draft *draft,
		    const struct build_uses *uses, u32 field,
		    struct build_refusal *refusal);
void build_dfa_free(struct build_dfa *dfa);

#endif /* PYDETECT_CTL_BUILD_DFA_H */
