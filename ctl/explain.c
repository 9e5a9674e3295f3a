// SPDX-License-Identifier: GPL-2.0-only
/*
 * Judging a condition part by part.
 *
 * There is no second matcher here: each value of each leaf is compiled as a
 * rule of its own and judged by the core. AND, OR and NOT are all that is left
 * to work out.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "explain.h"
#include "../module/core/field.h"

/**
 * struct probe - the values of one leaf as rules of their own
 * @rules: one for each value; a leaf without values is one rule
 * @nodes: their conditions: the leaf, and NOT of it where it is negated
 * @matches: their leaves
 * @count: how many
 * @negated: a NOT stands above the leaf: what only adds matches does not count
 * @decode: the rule wants the command line decoded
 * @image: all of them, compiled
 */
struct probe {
	struct rule *rules;
	struct rule_node (*nodes)[2];
	struct rule_node **children;
	struct rule_match *matches;
	size_t count;
	bool negated;
	bool decode;
	struct image image;
};

static void probe_free(struct probe *probe)
{
	image_free(&probe->image);
	free(probe->rules);
	free(probe->nodes);
	free(probe->children);
	free(probe->matches);
}

static bool probe_alloc(struct probe *probe, size_t count)
{
	probe->rules = calloc(count, sizeof(*probe->rules));
	probe->nodes = calloc(count, sizeof(*probe->nodes));
	probe->children = calloc(count, sizeof(*probe->children));
	probe->matches = calloc(count, sizeof(*probe->matches));
	probe->count = count;
	return probe->rules && probe->nodes && probe->children &&
	       probe->matches;
}

/* Rule number @number says what value number @number says. */
static void make_rule(struct probe *probe, const struct rule_match *match,
		      size_t number)
{
	struct rule_node *leaf = &probe->nodes[number][0];
	struct rule_node *not = &probe->nodes[number][1];

	probe->matches[number] = *match;
	if (match->kind == RULE_MATCH_STRING) {
		probe->matches[number].patterns = &match->patterns[number];
		probe->matches[number].nr_patterns = 1;
	}
	leaf->kind = RULE_NODE_MATCH;
	leaf->match = &probe->matches[number];
	probe->children[number] = leaf;
	not->kind = RULE_NODE_NOT;
	not->children = &probe->children[number];
	not->nr_children = 1;
	probe->rules[number].id = "";
	probe->rules[number].title = "";
	probe->rules[number].decode = probe->decode;
	probe->rules[number].condition = probe->negated ? not : leaf;
}

/* The rule was compiled before, as part of the whole: none is refused. */
static int compile(struct probe *probe)
{
	struct rule_set set;
	struct diag diag;
	int error;
	size_t i;

	diag_init(&diag);
	rule_set_init(&set);
	set.rules = calloc(probe->count, sizeof(*set.rules));
	if (!set.rules)
		rule_memory_failed();
	for (i = 0; i < probe->count; i++)
		set.rules[set.nr_rules++] = &probe->rules[i];
	error = build_image(&set, &probe->image, &diag);
	if (!error && probe->image.view.nr_rules != probe->count) {
		image_free(&probe->image);
		error = -1;
	}
	rule_set_free(&set);
	diag_free(&diag);
	return error;
}

static int probe_init(struct probe *probe, const struct rule_match *match,
		      bool negated, bool decode)
{
	const bool strings = match->kind == RULE_MATCH_STRING;
	size_t i;
	int error = -1;

	memset(probe, 0, sizeof(*probe));
	probe->negated = negated;
	probe->decode = decode;
	if (probe_alloc(probe, strings ? match->nr_patterns : 1)) {
		for (i = 0; i < probe->count; i++)
			make_rule(probe, match, i);
		error = compile(probe);
	}
	if (error)
		probe_free(probe);
	return error;
}

/* The predicate that a rule of a probe tests, or BUILD_NONE's like. */
static uint32_t predicate_of(const struct pydetect_view *view, size_t number)
{
	const struct pydetect_image_rule *rule = &view->rules[number];
	uint32_t stage;

	for (stage = 0; stage < PYDETECT_STAGE_COUNT; stage++) {
		const struct pydetect_image_step *step =
			&view->steps[rule->programs[stage].first];

		if (rule->programs[stage].count &&
		    step->test == PYDETECT_TEST_PREDICATE)
			return step->operand;
	}
	return UINT32_MAX;
}

static void find_place(const struct pydetect_exec *exec, uint32_t predicate,
		       struct explain_hit *hit)
{
	uint32_t i;

	for (i = 0; i < exec->nr_hits && !hit->placed; i++) {
		if (exec->hits[i].predicate != predicate)
			continue;
		hit->placed = true;
		hit->end = exec->hits[i].end;
		hit->length = exec->hits[i].length;
	}
}

static int add_hit(struct explain_node *tree, const struct explain_hit *hit)
{
	struct explain_hit *hits;

	hits = reallocarray(tree->hits, tree->nr_hits + 1, sizeof(*hits));
	if (!hits)
		return -ENOMEM;
	hits[tree->nr_hits++] = *hit;
	tree->hits = hits;
	return 0;
}

/* Take in which rules of the probe held in @field. */
static int collect(const struct probe *probe, struct explain_node *tree,
		   const struct pydetect_exec *exec, enum pydetect_field field)
{
	const struct rule_match *match = tree->node->match;
	size_t i;

	for (i = 0; i < probe->count; i++) {
		struct explain_hit hit = { .field = field };

		if (scan_matched(exec, i) == probe->negated)
			continue;
		tree->holds = true;
		if (match->kind != RULE_MATCH_STRING)
			continue;
		hit.pattern = &match->patterns[i];
		find_place(exec, predicate_of(exec->view, i), &hit);
		if (field == PYDETECT_FIELD_COMMAND_LINE && hit.placed &&
		    !hit.end)
			hit = (struct explain_hit){
				.field = pydetect_alias(field),
				.pattern = hit.pattern,
			};
		if (add_hit(tree, &hit))
			return -ENOMEM;
	}
	return 0;
}

static int judge(const struct probe *probe, struct explain_node *tree,
		 const struct scan_event *event, enum pydetect_field field)
{
	struct pydetect_exec *exec = scan_exec_new(&probe->image.view);
	int error;

	if (!exec)
		return -ENOMEM;
	scan_judge(exec, event);
	error = collect(probe, tree, exec, field);
	free(exec);
	return error;
}

/* Judged twice, so that it is known which of the two paths it was. */
static int judge_paths(const struct probe *probe, struct explain_node *tree,
		       const struct scan_event *event)
{
	const enum pydetect_field field = tree->node->match->field;
	const enum pydetect_field alias = pydetect_alias(field);
	struct scan_event one = *event;
	int error;

	one.fields[alias] = (struct bytes){ 0 };
	error = judge(probe, tree, &one, field);
	if (error || probe->negated)
		return error;
	one = *event;
	one.fields[field] = (struct bytes){ 0 };
	return judge(probe, tree, &one, alias);
}

static int explain_leaf(struct explain_node *tree,
			const struct scan_event *event, bool negated,
			bool decode)
{
	const struct rule_match *match = tree->node->match;
	struct probe probe;
	int error;

	if (probe_init(&probe, match, negated, decode))
		return -ENOMEM;
	if (match->kind == RULE_MATCH_STRING &&
	    pydetect_has_invoked(match->field))
		error = judge_paths(&probe, tree, event);
	else
		error = judge(&probe, tree, event, match->field);
	probe_free(&probe);
	return error;
}

static bool joined(const struct explain_node *tree)
{
	const bool is_or = tree->node->kind == RULE_NODE_OR;
	size_t i;

	for (i = 0; i < tree->node->nr_children; i++)
		if (tree->children[i].holds == is_or)
			return is_or;
	return !is_or;
}

static int explain_node(const struct rule_node *node,
			const struct scan_event *event, bool negated,
			bool decode, struct explain_node *tree)
{
	size_t i;

	*tree = (struct explain_node){ .node = node };
	if (node->kind == RULE_NODE_MATCH)
		return explain_leaf(tree, event, negated, decode);
	if (node->kind == RULE_NODE_NOT)
		negated = !negated;
	tree->children = calloc(node->nr_children, sizeof(*tree->children));
	if (!tree->children)
		return -ENOMEM;
	for (i = 0; i < node->nr_children; i++) {
		int error = explain_node(node->children[i], event, negated,
					 decode, &tree->children[i]);

		if (error)
			return error;
	}
	tree->holds = node->kind == RULE_NODE_NOT ? !tree->children[0].holds :
						    joined(tree);
	return 0;
}

/**
 * explain_tree - judge a rule's condition part by part
 * @rule: the rule; it compiles
 * @event: the program start
 * @tree: set to the result, to be freed with explain_tree_free() in any case
 *
 * Return: 0 or -ENOMEM.
 */
int explain_tree(const struct rule *rule, const struct scan_event *event,
		 struct explain_node *tree)
{
	return explain_node(rule->condition, event, false, rule->decode, tree);
}

/**
 * explain_tree_free - release what explain_tree() made
 * @tree: the tree
 */
void explain_tree_free(struct explain_node *tree)
{
	size_t i;

	for (i = 0; tree->children && i < tree->node->nr_children; i++)
		explain_tree_free(&tree->children[i]);
	free(tree->children);
	free(tree->hits);
}

/**
 * explain_found - the text that was found
 * @event: the program start
 * @hit: the hit
 *
 * Return: a part of the field, no data where the place is not known.
 */
struct bytes explain_found(const struct scan_event *event,
			   const struct explain_hit *hit)
{
	struct bytes text = event->fields[hit->field];

	if (!hit->placed || !hit->length || hit->length > hit->end ||
	    hit->end > text.length)
		return (struct bytes){ 0 };
	text.data += hit->end - hit->length;
	text.length = hit->length;
	return text;
}
