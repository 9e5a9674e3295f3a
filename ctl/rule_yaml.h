/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * YAML as a plain tree in which every node knows its place.
 *
 * Aliases are resolved and merge keys are merged. Nodes may be shared, but the
 * tree is never larger than RULE_YAML_NODES_MAX when walked, nor deeper than
 * RULE_YAML_DEPTH_MAX, and has no cycles.
 */
#ifndef PYDETECT_CTL_RULE_YAML_H
#define PYDETECT_CTL_RULE_YAML_H

#include <obstack.h>
#include <stdbool.h>
#include <stddef.h>
#include <yaml.h>

#include "diag.h"
#include "rule_limits.h"

enum yml_kind {
	YML_SCALAR,
	YML_SEQUENCE,
	YML_MAPPING,
};

/**
 * struct yml_pair - an entry of a mapping
 * @key: always a scalar
 * @value: anything
 */
struct yml_pair {
	struct yml_node *key;
	struct yml_node *value;
};

/**
 * struct yml_node - a node of the tree
 * @kind: which of the members below are set
 * @open: not complete yet, so that an alias to it would be a cycle
 * @plain: scalar without quotes: could be a number, a boolean or null
 * @height: of the tree below it; scalars have 1
 * @weight: nodes of the tree below it, itself included
 * @place: where it begins
 * @offset: the same as a byte offset into the file
 * @text: scalar, ends with NUL
 * @size: its bytes, which may contain NUL
 * @items: elements of a sequence
 * @pairs: entries of a mapping, in the order of the file; no key twice
 * @count: of items or pairs
 */
struct yml_node {
	enum yml_kind kind;
	bool open;
	bool plain;
	unsigned int height;
	size_t weight;
	struct place place;
	size_t offset;
	const char *text;
	size_t size;
	struct yml_node **items;
	struct yml_pair *pairs;
	size_t count;
};

/**
 * struct yml_cursor - a character of the file, found by counting
 * @index: its number
 * @offset: bytes before it
 * @line: its line, from 1
 * @line_offset: bytes before the line
 */
struct yml_cursor {
	size_t index;
	size_t offset;
	unsigned int line;
	size_t line_offset;
};

struct yml_anchor {
	const char *name;
	struct yml_node *node;
};

struct rule_reader;

/**
 * struct yml - a YAML file being read
 * @reader: for errors
 * @file: its name, for places
 * @text: its bytes, which the caller keeps
 * @size: how many
 * @memory: holds the nodes
 * @parser: libyaml's
 * @cursor: where the last node was found
 * @stack: children of the collections being read
 * @nr_stack: how many
 * @stack_capacity: room for
 * @anchors: of the document being read
 * @nr_anchors: how many
 * @weight: nodes of all documents so far
 * @failed: an error after which nothing more can be read
 */
struct yml {
	struct rule_reader *reader;
	const char *file;
	const char *text;
	size_t size;
	struct obstack memory;
	yaml_parser_t parser;
	struct yml_cursor cursor;
	struct yml_node **stack;
	size_t nr_stack;
	size_t stack_capacity;
	struct yml_anchor anchors[RULE_YAML_ANCHORS_MAX];
	size_t nr_anchors;
	size_t weight;
	bool failed;
};

void yml_open(struct yml *yml, struct rule_reader *reader, const char *file,
	      const char *text, size_t size);
void yml_close(struct yml *yml);
struct yml_node *yml_document(struct yml *yml);

/* The value of a key, or NULL. */
struct yml_node *yml_get(const struct yml_node *mapping, const char *key);
bool yml_is_null(const struct yml_node *node);

/**
 * struct yml_walk - a walk along the text of a scalar, to find places in it
 * @yml: file
 * @node: the scalar
 * @cursor: where in the file
 * @position: where in the text of the scalar
 * @lost: the two do not go together, because of an escape
 */
struct yml_walk {
	const struct yml *yml;
	const struct yml_node *node;
	struct yml_cursor cursor;
	size_t position;
	bool lost;
};

void yml_walk_start(struct yml_walk *walk, const struct yml *yml,
		    const struct yml_node *node);
struct place yml_walk_to(struct yml_walk *walk, size_t offset);

/* rule_yaml_merge.c */
bool yml_finish_mapping(struct yml *yml, struct yml_node *node,
			struct yml_node **children, size_t count);

#endif /* PYDETECT_CTL_RULE_YAML_H */
