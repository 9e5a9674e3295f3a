// SPDX-License-Identifier: GPL-2.0-only
/*
 * Putting trees together.
 */
#include <string.h>

#include "rule_read.h"

static struct rule_node *new_node(struct rule_reader *reader,
				  enum rule_node_kind kind,
				  const struct place *place)
{
	struct rule_node *node = rule_alloc(reader, sizeof(*node));

	node->kind = kind;
	node->place = *place;
	return node;
}

/**
 * rule_node_join - join trees by AND or OR
 * @reader: file being read
 * @kind: RULE_NODE_AND or RULE_NODE_OR
 * @children: trees, one at least; copied
 * @count: how many
 * @place: where the whole stands
 *
 * Return: the tree, which is the child where there is only one; NULL if a
 * child is NULL, which means that its error was reported
 */
struct rule_node *rule_node_join(struct rule_reader *reader,
				 enum rule_node_kind kind,
				 struct rule_node **children, size_t count,
				 const struct place *place)
{
	struct rule_node *node;
	size_t n;

	for (n = 0; n < count; n++)
		if (!children[n])
			return NULL;
	if (count == 1)
		return children[0];
	node = new_node(reader, kind, place);
	node->children = rule_alloc(reader, count * sizeof(*children));
	memcpy(node->children, children, count * sizeof(*children));
	node->nr_children = count;
	return node;
}

/**
 * rule_node_not - negate a tree
 * @reader: file being read
 * @child: tree
 * @place: where the whole stands
 *
 * Return: the tree; NULL if the child is NULL
 */
struct rule_node *rule_node_not(struct rule_reader *reader,
				struct rule_node *child,
				const struct place *place)
{
	struct rule_node *node;

	if (!child)
		return NULL;
	node = new_node(reader, RULE_NODE_NOT, place);
	node->children = rule_alloc(reader, sizeof(*node->children));
	node->children[0] = child;
	node->nr_children = 1;
	return node;
}

/**
 * rule_node_match - make a leaf
 * @reader: file being read
 * @match: what it says; NULL after an error
 * @place: where it stands
 *
 * Return: the leaf; NULL if @match is NULL
 */
struct rule_node *rule_node_match(struct rule_reader *reader,
				  struct rule_match *match,
				  const struct place *place)
{
	struct rule_node *node;

	if (!match)
		return NULL;
	node = new_node(reader, RULE_NODE_MATCH, place);
	node->match = match;
	return node;
}

/**
 * rule_node_weight - count the nodes of a tree
 * @node: tree that shares no subtrees, as those of search identifiers; or NULL
 *
 * Such a tree is at most a few levels deep.
 *
 * Return: their number
 */
size_t rule_node_weight(const struct rule_node *node)
{
	size_t n, sum = 1;

	if (!node)
		return 0;
	for (n = 0; n < node->nr_children; n++)
		sum += rule_node_weight(node->children[n]);
	return sum;
}
