/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Patterns that need an automaton of their own: globs, regular expressions.
 */
#ifndef PYDETECT_CTL_BUILD_MACHINE_H
#define PYDETECT_CTL_BUILD_MACHINE_H

#include "build_dfa.h"

/**
 * struct build_machine - the automaton of one pattern
 * @pattern: number of the pattern
 * @nul_is_space: what a NUL stands for
 * @dfa: the automaton
 */
struct build_machine {
	u32 pattern;
	bool nul_is_space;
	struct build_dfa dfa;
};

/**
 * struct build_machines - the automata of a load
 * @items: the automata
 * @map: from the hash of pattern and NUL to the automaton
 */
struct build_machines {
	BUILD_LIST(struct build_machine) items;
	struct build_map map;
};

int build_machine_add(struct build_machines *machines,
		      const struct build_patterns *patterns, u32 pattern,
		      u32 field, struct build_refusal *refusal);
int build_machines_place(const struct build_machines *machines,
			 struct build_draft *draft,
			 const struct build_patterns *patterns,
			 const struct build_uses *uses, u32 field,
			 struct build_refusal *refusal);
void build_machines_free(struct build_machines *machines);

#endif /* PYDETECT_CTL_BUILD_MACHINE_H */
