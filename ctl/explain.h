/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Why a rule matched a program start, or did not.
 */
#ifndef PYDETECT_CTL_EXPLAIN_H
#define PYDETECT_CTL_EXPLAIN_H

#include "rule.h"
#include "scan.h"
#include "terminal.h"

/**
 * struct explain_hit - where a value of a leaf was found
 * @pattern: the value
 * @field: where: the leaf's field, or the one that adds matches to it
 * @placed: @end is known; the core only remembers the first few places
 * @end: offset behind what was found
 * @length: bytes of what was found; zero where only the end is known
 */
struct explain_hit {
	const struct rule_pattern *pattern;
	enum pydetect_field field;
	bool placed;
	uint64_t end;
	uint32_t length;
};

/**
 * struct explain_node - a node of a condition, judged
 * @node: the node of the rule
 * @holds: is it true of this program start?
 * @children: the children of @node, judged
 * @hits: for leaves: the values found
 * @nr_hits: how many
 */
struct explain_node {
	const struct rule_node *node;
	bool holds;
	struct explain_node *children;
	struct explain_hit *hits;
	size_t nr_hits;
};

/**
 * struct explain - a rule and a program start
 * @rule: the rule
 * @event: the program start
 * @id: what to call the program start, or NULL
 * @matched: what the rule's image says
 * @tree: its condition, judged part by part
 */
struct explain {
	const struct rule *rule;
	const struct scan_event *event;
	struct json_object *id;
	bool matched;
	struct explain_node tree;
};

int explain_tree(const struct rule *rule, const struct scan_event *event,
		 struct explain_node *tree);
void explain_tree_free(struct explain_node *tree);
struct bytes explain_found(const struct scan_event *event,
			   const struct explain_hit *hit);

void print_explain(struct terminal *terminal, const struct explain *explain);
struct json_object *print_explain_json(const struct explain *explain);

#endif /* PYDETECT_CTL_EXPLAIN_H */
