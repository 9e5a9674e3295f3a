// SPDX-License-Identifier: GPL-2.0-only
/*
 * Conditions that contradict themselves, or say nothing.
 *
 * Leaves are taken as unknowns, with a few things that are certain of them:
 * "*" holds where the field is always there, and two leaves over one field
 * cannot both hold where their values begin or end differently. Nearly all
 * conditions are settled by two looks: with everything true that they ask for,
 * and with everything false. For the others all cases are tried, if there are
 * not too many.
 */
#include <string.h>

#include "rule_logic.h"

/* Leaves of a condition; larger ones are not looked into. */
#define LEAVES_MAX 64u

/* Leaves up to which all cases are tried. */
#define CASES_MAX 12u

/**
 * struct leaves - the distinct leaves of a condition
 * @list: the leaves
 * @count: how many
 * @wanted: bit n: the leaf is somewhere not negated
 * @always: bit n: it holds at any rate
 * @never: bit n: it cannot hold
 * @needs: for each leaf those that hold if it does
 * @excludes: for each leaf those that cannot hold if it does
 * @too_many: there are more
 */
struct leaves {
	const struct rule_match *list[LEAVES_MAX];
	uint32_t count;
	uint64_t wanted;
	uint64_t always;
	uint64_t never;
	uint64_t needs[LEAVES_MAX];
	uint64_t excludes[LEAVES_MAX];
	bool too_many;
};

static uint32_t find(const struct leaves *leaves,
		     const struct rule_match *match)
{
	uint32_t i = 0;

	while (i < leaves->count && leaves->list[i] != match)
		i++;
	return i;
}

static void collect(struct leaves *leaves, const struct rule_node *node,
		    bool negated)
{
	uint32_t i;
	size_t n;

	if (node->kind == RULE_NODE_NOT)
		negated = !negated;
	for (n = 0; n < node->nr_children && !leaves->too_many; n++)
		collect(leaves, node->children[n], negated);
	if (node->kind != RULE_NODE_MATCH || leaves->too_many)
		return;
	i = find(leaves, node->match);
	if (i == LEAVES_MAX) {
		leaves->too_many = true;
		return;
	}
	leaves->list[i] = node->match;
	if (i == leaves->count)
		leaves->count++;
	if (!negated)
		leaves->wanted |= 1ull << i;
}

static uint16_t folded(uint16_t atom)
{
	return atom >= 'A' && atom <= 'Z' ? atom + 'a' - 'A' : atom;
}

static bool differ(const struct rule_pattern *a, const struct rule_pattern *b,
		   uint16_t left, uint16_t right)
{
	if (a->cased && b->cased)
		return left != right;
	return folded(left) != folded(right);
}

/* Is there a place from the start, or from the end, where they differ? */
static bool diverge(const struct rule_pattern *a, const struct rule_pattern *b,
		    bool from_end)
{
	size_t i;

	for (i = 0; i < a->nr_atoms && i < b->nr_atoms; i++) {
		const uint16_t left =
			a->atoms[from_end ? a->nr_atoms - 1 - i : i];
		const uint16_t right =
			b->atoms[from_end ? b->nr_atoms - 1 - i : i];

		/* What "?" stands for may be several bytes. */
		if (left >= RULE_ATOM_ANY_RUN || right >= RULE_ATOM_ANY_RUN)
			return false;
		if (differ(a, b, left, right))
			return true;
	}
	/* One is a whole value, and the other goes on with something. */
	if (i < a->nr_atoms)
		return a->atoms[from_end ? a->nr_atoms - 1 - i : i] !=
		       RULE_ATOM_ANY_RUN;
	if (i < b->nr_atoms)
		return b->atoms[from_end ? b->nr_atoms - 1 - i : i] !=
		       RULE_ATOM_ANY_RUN;
	return false;
}

static bool patterns_exclude(const struct rule_pattern *a,
			     const struct rule_pattern *b)
{
	return !a->regex && !b->regex &&
	       (diverge(a, b, false) || diverge(a, b, true));
}

static bool strings_exclude(const struct rule_match *a,
			    const struct rule_match *b)
{
	size_t i, j;

	/* Different arguments, or variables, may match. */
	if (a->field != b->field || a->field == PYDETECT_FIELD_ARGS ||
	    a->field == PYDETECT_FIELD_ENV)
		return false;
	for (i = 0; i < a->nr_patterns; i++)
		for (j = 0; j < b->nr_patterns; j++)
			if (!patterns_exclude(&a->patterns[i], &b->patterns[j]))
				return false;
	return true;
}

static bool numbers_exclude(const struct rule_match *a,
			    const struct rule_match *b)
{
	size_t i, j;

	if (a->number != b->number)
		return false;
	for (i = 0; i < a->nr_ranges; i++)
		for (j = 0; j < b->nr_ranges; j++)
			if (a->ranges[i].low <= b->ranges[j].high &&
			    b->ranges[j].low <= a->ranges[i].high)
				return false;
	return true;
}

/* In the kernel every exec has these. */
static bool is_always_there(enum pydetect_field field)
{
	return field == PYDETECT_FIELD_IMAGE ||
	       field == PYDETECT_FIELD_IMAGE_NAME ||
	       field == PYDETECT_FIELD_COMMAND_LINE;
}

/* "*", which is also what "contains: ''" has become. */
static bool takes_all(const struct rule_match *match)
{
	size_t i;

	for (i = 0; i < match->nr_patterns; i++)
		if (match->patterns[i].nr_atoms == 1 &&
		    match->patterns[i].atoms[0] == RULE_ATOM_ANY_RUN)
			return true;
	return false;
}

static void relate(struct leaves *leaves, uint32_t i, uint32_t j)
{
	const struct rule_match *a = leaves->list[i], *b = leaves->list[j];

	if (a->kind == RULE_MATCH_STRING && b->kind == RULE_MATCH_PRESENT &&
	    a->field == b->field)
		leaves->needs[i] |= 1ull << j;
	if (a->kind != b->kind)
		return;
	if (a->kind == RULE_MATCH_STRING ? strings_exclude(a, b) :
	    a->kind == RULE_MATCH_NUMBER ? numbers_exclude(a, b) :
					   false)
		leaves->excludes[i] |= 1ull << j;
}

static void learn(struct leaves *leaves)
{
	uint32_t i, j;

	for (i = 0; i < leaves->count; i++) {
		const struct rule_match *match = leaves->list[i];

		if (match->kind == RULE_MATCH_NUMBER && !match->nr_ranges)
			leaves->never |= 1ull << i;
		if (match->kind == RULE_MATCH_STRING &&
		    is_always_there(match->field) && takes_all(match))
			leaves->always |= 1ull << i;
		if (match->kind == RULE_MATCH_PRESENT &&
		    is_always_there(match->field))
			leaves->always |= 1ull << i;
		for (j = 0; j < leaves->count; j++)
			if (i != j)
				relate(leaves, i, j);
	}
}

/* Can just the leaves in @truth hold at the same time? */
static bool is_possible(const struct leaves *leaves, uint64_t truth)
{
	uint32_t i;

	if (truth & leaves->never || leaves->always & ~truth)
		return false;
	for (i = 0; i < leaves->count; i++)
		if (truth >> i & 1 && (truth & leaves->excludes[i] ||
				       leaves->needs[i] & ~truth))
			return false;
	return true;
}

static bool holds(const struct leaves *leaves, const struct rule_node *node,
		  uint64_t truth)
{
	const bool is_or = node->kind == RULE_NODE_OR;
	size_t n;

	if (node->kind == RULE_NODE_MATCH)
		return truth >> find(leaves, node->match) & 1;
	if (node->kind == RULE_NODE_NOT)
		return !holds(leaves, node->children[0], truth);
	for (n = 0; n < node->nr_children; n++)
		if (holds(leaves, node->children[n], truth) == is_or)
			return is_or;
	return !is_or;
}

/* Is there a possible case in which the condition is @value? */
static bool can_be(const struct leaves *leaves, const struct rule_node *node,
		   bool value)
{
	const uint64_t all = ~0ull >> (64 - leaves->count);
	uint64_t truth = value ? leaves->wanted : ~leaves->wanted;

	truth = (truth | leaves->always) & ~leaves->never & all;
	if (is_possible(leaves, truth) && holds(leaves, node, truth) == value)
		return true;
	if (leaves->count > CASES_MAX)
		return true;
	for (truth = 0; truth <= all; truth++)
		if (is_possible(leaves, truth) &&
		    holds(leaves, node, truth) == value)
			return true;
	return false;
}

/**
 * rule_logic - does a condition depend on anything?
 * @condition: the condition
 *
 * Return: RULE_LOGIC_NEVER or RULE_LOGIC_ALWAYS only where that is certain,
 * the invoked path left aside.
 */
enum rule_logic rule_logic(const struct rule_node *condition)
{
	struct leaves leaves;

	memset(&leaves, 0, sizeof(leaves));
	collect(&leaves, condition, false);
	if (leaves.too_many)
		return RULE_LOGIC_OPEN;
	learn(&leaves);
	if (!can_be(&leaves, condition, true))
		return RULE_LOGIC_NEVER;
	if (!can_be(&leaves, condition, false))
		return RULE_LOGIC_ALWAYS;
	return RULE_LOGIC_OPEN;
}
