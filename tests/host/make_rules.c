// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rules made by hand, and numbers that look random and are not.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "make_rules.h"

/**
 * dice_below - the next number
 * @dice: the sequence
 * @bound: what it stays below, not zero
 *
 * (S. Vigna, "An experimental exploration of Marsaglia's xorshift generators,
 * scrambled", 2016)
 *
 * Return: the number.
 */
uint32_t dice_below(struct dice *dice, uint32_t bound)
{
	dice->state ^= dice->state >> 12;
	dice->state ^= dice->state << 25;
	dice->state ^= dice->state >> 27;
	return (dice->state * 0x2545f4914f6cdd1dull >> 32) % bound;
}

/** dice_chance - true in @percent of a hundred cases */
bool dice_chance(struct dice *dice, uint32_t percent)
{
	return dice_below(dice, 100) < percent;
}

/**
 * make_glob - a pattern from text
 * @set: owns it
 * @text: '*' and '?' are wildcards, what a backslash precedes is itself
 * @flags: bits MAKE_
 *
 * Return: the pattern.
 */
struct rule_pattern make_glob(struct rule_set *set, const char *text,
			      unsigned int flags)
{
	struct rule_pattern pattern = {
		.atoms = rule_memory_alloc(&set->memory,
				       strlen(text) * sizeof(uint16_t) + 1),
		.cased = flags & MAKE_CASED,
		.word = flags & MAKE_WORD,
	};

	for (; *text; text++) {
		uint16_t atom = (unsigned char)*text;

		if (*text == '*')
			atom = RULE_ATOM_ANY_RUN;
		else if (*text == '?')
			atom = RULE_ATOM_ANY_ONE;
		else if (*text == '\\' && text[1])
			atom = (unsigned char)*++text;
		pattern.atoms[pattern.nr_atoms++] = atom;
	}
	return pattern;
}

/**
 * make_regex - a regular expression
 * @set: owns it
 * @text: the expression
 * @flags: bits RULE_REGEX_
 *
 * Return: the pattern.
 */
struct rule_pattern make_regex(struct rule_set *set, const char *text,
			       unsigned int flags)
{
	struct rule_pattern pattern = {
		.regex = rule_memory_copy(&set->memory, text, strlen(text) + 1),
		.regex_flags = flags,
	};

	return pattern;
}

static struct rule_node *make_leaf(struct rule_set *set,
				   enum rule_match_kind kind)
{
	struct rule_node *node = rule_memory_alloc(&set->memory, sizeof(*node));

	memset(node, 0, sizeof(*node));
	node->kind = RULE_NODE_MATCH;
	node->match = rule_memory_alloc(&set->memory, sizeof(*node->match));
	memset(node->match, 0, sizeof(*node->match));
	node->match->kind = kind;
	node->match->text = "made by hand";
	return node;
}

/** make_strings - a leaf: @field matches one of @patterns */
struct rule_node *make_strings(struct rule_set *set, enum pydetect_field field,
			       const struct rule_pattern *patterns,
			       size_t nr_patterns)
{
	struct rule_node *node = make_leaf(set, RULE_MATCH_STRING);

	node->match->field = field;
	node->match->patterns = rule_memory_copy(&set->memory, patterns,
					     nr_patterns * sizeof(*patterns));
	node->match->nr_patterns = nr_patterns;
	return node;
}

/** make_numbers - a leaf: @number is in one of @ranges */
struct rule_node *make_numbers(struct rule_set *set,
			       enum pydetect_number number,
			       const struct pydetect_image_range *ranges,
			       size_t nr_ranges)
{
	struct rule_node *node = make_leaf(set, RULE_MATCH_NUMBER);

	node->match->number = number;
	if (nr_ranges)
		node->match->ranges =
			rule_memory_copy(&set->memory, ranges,
				     nr_ranges * sizeof(*ranges));
	node->match->nr_ranges = nr_ranges;
	return node;
}

/** make_present - a leaf: there is @field */
struct rule_node *make_present(struct rule_set *set, enum pydetect_field field)
{
	struct rule_node *node = make_leaf(set, RULE_MATCH_PRESENT);

	node->match->field = field;
	return node;
}

/** make_node - AND, OR or NOT of @children */
struct rule_node *make_node(struct rule_set *set, enum rule_node_kind kind,
			    struct rule_node *const *children,
			    size_t nr_children)
{
	struct rule_node *node = rule_memory_alloc(&set->memory, sizeof(*node));

	memset(node, 0, sizeof(*node));
	node->kind = kind;
	node->children = rule_memory_copy(&set->memory, children,
				      nr_children * sizeof(*children));
	node->nr_children = nr_children;
	return node;
}

/** make_rule - the next rule of @set, its id is its number */
struct rule *make_rule(struct rule_set *set, struct rule_node *condition)
{
	struct rule *rule = rule_memory_alloc(&set->memory, sizeof(*rule));
	char id[16];
	int length;

	memset(rule, 0, sizeof(*rule));
	length = snprintf(id, sizeof(id), "%zu", set->nr_rules);
	rule->id = rule_memory_copy(&set->memory, id, length + 1);
	rule->title = rule->id;
	rule->condition = condition;
	if (set->nr_rules == set->capacity) {
		set->capacity = set->capacity * 2 + 16;
		set->rules = realloc(set->rules,
				     set->capacity * sizeof(*set->rules));
		if (!set->rules)
			abort();
	}
	set->rules[set->nr_rules++] = rule;
	return rule;
}
