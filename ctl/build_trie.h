/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The literals of one automaton as a trie over classes of bytes.
 */
#ifndef PYDETECT_CTL_BUILD_TRIE_H
#define PYDETECT_CTL_BUILD_TRIE_H

#include "build_pattern.h"

/* The symbol of a word's start; the symbol of class n is n + 1. */
#define BUILD_WORD_SYMBOL 0

/**
 * struct build_alphabet - how bytes are folded into classes
 * @class_of: class of each byte
 * @sample: a byte of each class; for the edge: a NUL
 * @classes: number of classes
 * @edge: class of the edge of the field
 */
struct build_alphabet {
	u8 class_of[256];
	u8 sample[256];
	u32 classes;
	u32 edge;
};

/**
 * struct build_node - a node of the trie
 * @child: its first child; the children end where those of the next node begin
 * @words: first of the words that end here
 * @symbol: on the edge that leads here
 * @nr_words: how many words end here
 */
struct build_node {
	u32 child;
	u32 words;
	u16 symbol;
	u16 nr_words;
};

/**
 * struct build_word - a literal, spelt in symbols
 * @text: its first symbol
 * @length: how many
 * @pattern: number of the pattern
 */
struct build_word {
	u32 text;
	u32 length;
	u32 pattern;
};

/**
 * struct build_trie - a trie
 * @alphabet: the classes
 * @symbols: the words' symbols
 * @words: the words, sorted
 * @nodes: level by level, the root first; one more ends the last one's
 *	children. The node of the word symbol alone, if there is one, is number
 *	one, and within each level words that begin with it come first.
 * @levels: first node of each level
 */
struct build_trie {
	struct build_alphabet alphabet;
	BUILD_LIST(u16) symbols;
	BUILD_LIST(struct build_word) words;
	BUILD_LIST(struct build_node) nodes;
	BUILD_LIST(u32) levels;
};

int build_trie(struct build_trie *trie, const struct build_patterns *patterns,
	       const u32 *numbers, size_t count, u32 field);
void build_trie_free(struct build_trie *trie);
bool build_nul_is_space(u32 field);

/** build_trie_boundary - does the trie have a node for a word's start? */
static inline bool build_trie_boundary(const struct build_trie *trie)
{
	return trie->nodes.count > 2 &&
	       trie->nodes.items[1].symbol == BUILD_WORD_SYMBOL;
}

#endif /* PYDETECT_CTL_BUILD_TRIE_H */
