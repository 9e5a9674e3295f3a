// SPDX-License-Identifier: GPL-2.0-only
/*
 * Globs and regular expressions as trees.
 *
 * One character is a byte and all bytes behind it that continue a character in
 * UTF-8 (0x80 to 0xbf). For valid text that is what a reader calls a character;
 * in any other text no byte is left over, so a stray one cannot hide a match.
 */
#include <stdlib.h>
#include <string.h>

#include "build_tree.h"

/** build_set_range - put the bytes from @low to @high into @set */
void build_set_range(struct build_set *set, u8 low, u8 high)
{
	u32 byte;

	for (byte = low; byte <= high; byte++)
		build_set_add(set, byte);
}

/** build_set_fold - put each letter of @set in as the other case, too */
void build_set_fold(struct build_set *set)
{
	u32 byte;

	for (byte = 'a'; byte <= 'z'; byte++) {
		const u32 upper = byte - 'a' + 'A';

		if (build_set_has(set, byte))
			build_set_add(set, upper);
		else if (build_set_has(set, upper))
			build_set_add(set, byte);
	}
}

/**
 * build_tree_node - a new node without children
 * @tree: the tree
 * @kind: its kind
 * @node: set to its number
 *
 * Return: 0, or -1 when out of memory.
 */
int build_tree_node(struct build_tree *tree, enum build_tree_kind kind,
		    u32 *node)
{
	const struct build_tree_node fresh = {
		.kind = kind,
		.first = BUILD_NONE,
		.last = BUILD_NONE,
		.next = BUILD_NONE,
	};

	*node = tree->nodes.count;
	return build_list_push(&tree->nodes, fresh) ? 0 : -1;
}

/** build_tree_append - make @child the last child of @parent */
void build_tree_append(struct build_tree *tree, u32 parent, u32 child)
{
	struct build_tree_node *node = &tree->nodes.items[parent];

	if (node->first == BUILD_NONE)
		node->first = child;
	else
		tree->nodes.items[node->last].next = child;
	node->last = child;
}

/**
 * build_tree_intern - the number of a set
 * @tree: the tree
 * @set: the set, all of its padding zero
 * @number: set to the number
 *
 * Return: 0, or -1 when out of memory.
 */
int build_tree_intern(struct build_tree *tree, const struct build_set *set,
		      u32 *number)
{
	for (*number = 0; *number < tree->sets.count; ++*number) {
		const struct build_set *other = &tree->sets.items[*number];

		if (other->edge == set->edge &&
		    !memcmp(other->bits, set->bits, sizeof(set->bits)))
			return 0;
	}
	return build_list_push(&tree->sets, *set) ? 0 : -1;
}

/**
 * build_tree_set - a new node with a set
 * @tree: the tree
 * @kind: BUILD_TREE_SET or BUILD_TREE_CHARACTER
 * @set: the set
 * @node: set to its number
 *
 * Return: 0, or -1 when out of memory.
 */
int build_tree_set(struct build_tree *tree, enum build_tree_kind kind,
		   const struct build_set *set, u32 *node)
{
	u32 number;

	if (build_tree_intern(tree, set, &number) ||
	    build_tree_node(tree, kind, node))
		return -1;
	tree->nodes.items[*node].set = number;
	return 0;
}

/**
 * build_tree_look - a new node with a condition
 * @tree: the tree
 * @look: the condition
 * @node: set to its number
 *
 * Return: 0, or -1 when out of memory.
 */
int build_tree_look(struct build_tree *tree, enum build_look look, u32 *node)
{
	if (build_tree_node(tree, BUILD_TREE_LOOK, node))
		return -1;
	tree->nodes.items[*node].look = look;
	return 0;
}

static int append_look(struct build_tree *tree, enum build_look look)
{
	u32 node;

	if (build_tree_look(tree, look, &node))
		return -1;
	build_tree_append(tree, tree->root, node);
	return 0;
}

static int append_run(struct build_tree *tree, const struct build_set *all)
{
	u32 repeat, node;

	if (build_tree_node(tree, BUILD_TREE_REPEAT, &repeat) ||
	    build_tree_set(tree, BUILD_TREE_SET, all, &node))
		return -1;
	tree->nodes.items[repeat].max = BUILD_INFINITE;
	build_tree_append(tree, repeat, node);
	build_tree_append(tree, tree->root, repeat);
	return 0;
}

static int append_atom(struct build_tree *tree, u16 atom, u16 flags)
{
	struct build_set set = { 0 };
	enum build_tree_kind kind = BUILD_TREE_SET;
	u32 node;

	if (atom >= RULE_ATOM_ANY_RUN)
		build_set_range(&set, 0, UINT8_MAX);
	if (atom == RULE_ATOM_ANY_RUN)
		return append_run(tree, &set);
	if (atom == RULE_ATOM_ANY_ONE)
		kind = BUILD_TREE_CHARACTER;
	else
		build_set_add(&set, atom);
	if (!(flags & BUILD_CASED))
		build_set_fold(&set);
	if (build_tree_set(tree, kind, &set, &node))
		return -1;
	build_tree_append(tree, tree->root, node);
	return 0;
}

/**
 * build_tree_glob - the tree of a glob
 * @tree: all zero; to be freed in any case
 * @text: atoms of struct rule_pattern, 16 bits each
 * @length: bytes of @text
 * @flags: BUILD_CASED or not
 *
 * Return: 0, or -1 when out of memory.
 */
int build_tree_glob(struct build_tree *tree, const u8 *text, size_t length,
		    u16 flags)
{
	u16 atom = 0;
	size_t at;

	if (build_tree_node(tree, BUILD_TREE_SEQUENCE, &tree->root) ||
	    append_look(tree, BUILD_LOOK_BEGIN))
		return -1;
	for (at = 0; at < length; at += sizeof(atom)) {
		memcpy(&atom, text + at, sizeof(atom));
		/* Whatever comes behind the last atom. */
		if (at + sizeof(atom) == length && atom == RULE_ATOM_ANY_RUN)
			return 0;
		if (append_atom(tree, atom, flags))
			return -1;
	}
	return append_look(tree, BUILD_LOOK_END);
}

/** build_tree_free - give the memory of a tree back */
void build_tree_free(struct build_tree *tree)
{
	build_list_free(&tree->nodes);
	build_list_free(&tree->sets);
}
