/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Globs and regular expressions as trees.
 */
#ifndef PYDETECT_CTL_BUILD_TREE_H
#define PYDETECT_CTL_BUILD_TREE_H

#include "build_pattern.h"

#define BUILD_INFINITE UINT32_MAX

/**
 * struct build_set - a set of symbols
 * @bits: bytes
 * @edge: the edge of a field belongs to it
 */
struct build_set {
	u64 bits[4];
	bool edge;
};

/**
 * enum build_look - what must be true of the symbols around a place
 * @BUILD_LOOK_BEGIN: in front of it is the edge
 * @BUILD_LOOK_BEGIN_LINE: in front of it is the edge or a newline
 * @BUILD_LOOK_END: behind it is the edge
 * @BUILD_LOOK_END_LINE: behind it is the edge or a newline
 * @BUILD_LOOK_WORD: just one side is a letter, digit or underscore
 * @BUILD_LOOK_NOT_WORD: both sides are, or none
 * @BUILD_LOOK_WHOLE: behind it is no byte that continues a character (UTF-8)
 * @BUILD_LOOK_START: the same, or in front of it is the edge
 */
enum build_look {
	BUILD_LOOK_BEGIN,
	BUILD_LOOK_BEGIN_LINE,
	BUILD_LOOK_END,
	BUILD_LOOK_END_LINE,
	BUILD_LOOK_WORD,
	BUILD_LOOK_NOT_WORD,
	BUILD_LOOK_WHOLE,
	BUILD_LOOK_START,
};

/**
 * enum build_tree_kind - kinds of nodes
 * @BUILD_TREE_SEQUENCE: the children one after the other; without any: nothing
 * @BUILD_TREE_CHOICE: one of the children
 * @BUILD_TREE_REPEAT: the child, from min to max times
 * @BUILD_TREE_SET: one byte of a set
 * @BUILD_TREE_CHARACTER: one byte of a set and the bytes that continue it: a
 *	character, where the set has all bytes beyond ASCII
 * @BUILD_TREE_LOOK: nothing, where a condition holds
 */
enum build_tree_kind {
	BUILD_TREE_SEQUENCE,
	BUILD_TREE_CHOICE,
	BUILD_TREE_REPEAT,
	BUILD_TREE_SET,
	BUILD_TREE_CHARACTER,
	BUILD_TREE_LOOK,
};

/**
 * struct build_tree_node - a node
 * @kind: enum build_tree_kind
 * @look: enum build_look
 * @set: number of the set
 * @min: fewest times
 * @max: most times, or BUILD_INFINITE
 * @first: first child, or BUILD_NONE
 * @last: last child, or BUILD_NONE
 * @next: next child of the same parent, or BUILD_NONE
 */
struct build_tree_node {
	u8 kind;
	u8 look;
	u32 set;
	u32 min;
	u32 max;
	u32 first;
	u32 last;
	u32 next;
};

/**
 * struct build_tree - a pattern
 * @nodes: its nodes
 * @sets: its sets, each once
 * @root: the root
 */
struct build_tree {
	BUILD_LIST(struct build_tree_node) nodes;
	BUILD_LIST(struct build_set) sets;
	u32 root;
};

int build_tree_node(struct build_tree *tree, enum build_tree_kind kind,
		    u32 *node);
void build_tree_append(struct build_tree *tree, u32 parent, u32 child);
int build_tree_intern(struct build_tree *tree, const struct build_set *set,
		      u32 *number);
int build_tree_set(struct build_tree *tree, enum build_tree_kind kind,
		   const struct build_set *set, u32 *node);
int build_tree_look(struct build_tree *tree, enum build_look look, u32 *node);
void build_tree_free(struct build_tree *tree);

int build_tree_glob(struct build_tree *tree, const u8 *text, size_t length,
		    u16 flags);

/* In build_regex.c. */
int build_tree_regex(struct build_tree *tree, const u8 *text, size_t length,
		     u16 flags, struct build_refusal *refusal);

/** build_set_add - put @byte into @set */
static inline void build_set_add(struct build_set *set, u8 byte)
{
	set->bits[byte / 64] |= 1ull << byte % 64;
}

/** build_set_has - is @byte in @set? */
static inline bool build_set_has(const struct build_set *set, u8 byte)
{
	return set->bits[byte / 64] >> byte % 64 & 1;
}

void build_set_range(struct build_set *set, u8 low, u8 high);
void build_set_fold(struct build_set *set);

#endif /* PYDETECT_CTL_BUILD_TREE_H */
