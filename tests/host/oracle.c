// SPDX-License-Identifier: GPL-2.0-only
/*
 * What rules mean, worked out in the plainest way there is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../module/core/automaton.h"
#include "../../module/core/verdict.h"
#include "oracle.h"

static uint8_t lower(uint8_t byte)
{
	return byte >= 'A' && byte <= 'Z' ? byte + 'a' - 'A' : byte;
}

static bool is_word(uint8_t byte)
{
	return (byte >= '0' && byte <= '9') ||
	       (lower(byte) >= 'a' && lower(byte) <= 'z');
}

static bool is_continuation(uint8_t byte)
{
	return byte >= 0x80 && byte <= 0xbf;
}

static bool same_byte(const struct rule_pattern *pattern, uint16_t atom,
		      uint8_t byte)
{
	return pattern->cased ? atom == byte : lower(atom) == lower(byte);
}

/* Do the atoms from @at on match all of the value? */
static bool glob(const struct rule_pattern *pattern, size_t at,
		 const uint8_t *value, size_t length)
{
	size_t i;

	if (at == pattern->nr_atoms)
		return !length;
	if (pattern->atoms[at] == RULE_ATOM_ANY_RUN) {
		for (i = 0; i <= length; i++)
			if (glob(pattern, at + 1, value + i, length - i))
				return true;
		return false;
	}
	if (!length)
		return false;
	if (pattern->atoms[at] == RULE_ATOM_ANY_ONE) {
		for (i = 1; i < length && is_continuation(value[i]);)
			i++;
		return glob(pattern, at + 1, value + i, length - i);
	}
	return same_byte(pattern, pattern->atoms[at], *value) &&
	       glob(pattern, at + 1, value + 1, length - 1);
}

/* "has": the text between two runs, somewhere, with word edges around it. */
static bool has(const struct rule_pattern *pattern, const uint8_t *value,
		size_t length)
{
	const uint16_t *text = pattern->atoms + 1;
	const size_t size = pattern->nr_atoms - 2;
	size_t start, i;

	for (start = 0; start + size <= length; start++) {
		for (i = 0; i < size; i++)
			if (!same_byte(pattern, text[i], value[start + i]))
				break;
		if (i < size)
			continue;
		if (size && start && is_word(text[0]) &&
		    is_word(value[start - 1]))
			continue;
		if (size && start + size < length && is_word(text[size - 1]) &&
		    is_word(value[start + size]))
			continue;
		return true;
	}
	return false;
}

static bool whole(const struct rule_pattern *pattern, const uint8_t *value,
		  size_t length)
{
	if (pattern->word)
		return has(pattern, value, length);
	return glob(pattern, 0, value, length);
}

static bool any_argument(const struct rule_pattern *pattern,
			 const uint8_t *value, size_t length)
{
	const uint8_t *end;

	while ((end = memchr(value, 0, length))) {
		if (whole(pattern, value, end - value))
			return true;
		length -= end + 1 - value;
		value = end + 1;
	}
	return whole(pattern, value, length);
}

static bool joined(const struct rule_pattern *pattern, const uint8_t *value,
		   size_t length)
{
	uint8_t *copy = malloc(length + 1);
	bool matches;
	size_t i;

	assert_non_null(copy);
	for (i = 0; i < length; i++)
		copy[i] = value[i] ? value[i] : ' ';
	matches = whole(pattern, copy, length);
	free(copy);
	return matches;
}

/**
 * oracle_pattern - does a field match a pattern?
 * @pattern: atoms, no regular expression
 * @field: the field
 * @value: its value
 * @length: of the value
 *
 * Return: true if so.
 */
bool oracle_pattern(const struct rule_pattern *pattern,
		    enum pydetect_field field, const uint8_t *value,
		    size_t length)
{
	switch (field) {
	case PYDETECT_FIELD_ARGS:
	case PYDETECT_FIELD_ENV:
		return any_argument(pattern, value, length);
	case PYDETECT_FIELD_COMMAND_LINE:
	case PYDETECT_FIELD_PARENT_COMMAND_LINE:
		return joined(pattern, value, length);
	default:
		return whole(pattern, value, length);
	}
}

static bool string_holds(const struct rule_match *match,
			 const struct oracle_exec *exec,
			 enum pydetect_field field)
{
	size_t i;

	for (i = 0; exec->values[field] && i < match->nr_patterns; i++)
		if (oracle_pattern(&match->patterns[i], field,
				   exec->values[field], exec->lengths[field]))
			return true;
	return false;
}

static bool number_holds(const struct rule_match *match,
			 const struct oracle_exec *exec)
{
	const uint64_t number = exec->numbers[match->number];
	size_t i;

	if (!(exec->number_present >> match->number & 1))
		return false;
	for (i = 0; i < match->nr_ranges; i++)
		if (number >= match->ranges[i].low &&
		    number <= match->ranges[i].high)
			return true;
	return false;
}

static bool match_holds(const struct rule_match *match,
			const struct oracle_exec *exec, bool negated)
{
	switch (match->kind) {
	case RULE_MATCH_STRING:
		if (pydetect_has_invoked(match->field) && !negated &&
		    string_holds(match, exec, pydetect_alias(match->field)))
			return true;
		return string_holds(match, exec, match->field);
	case RULE_MATCH_NUMBER:
		return number_holds(match, exec);
	default:
		return exec->values[match->field];
	}
}

static bool node_holds(const struct rule_node *node,
		       const struct oracle_exec *exec, bool negated)
{
	size_t i;

	switch (node->kind) {
	case RULE_NODE_MATCH:
		return match_holds(node->match, exec, negated);
	case RULE_NODE_NOT:
		return !node_holds(node->children[0], exec, !negated);
	case RULE_NODE_AND:
		for (i = 0; i < node->nr_children; i++)
			if (!node_holds(node->children[i], exec, negated))
				return false;
		return true;
	default:
		for (i = 0; i < node->nr_children; i++)
			if (node_holds(node->children[i], exec, negated))
				return true;
		return false;
	}
}

/** oracle_holds - does a condition hold for @exec? */
bool oracle_holds(const struct rule_node *node, const struct oracle_exec *exec)
{
	return node_holds(node, exec, false);
}

/* Feed all automata of a field, in pieces of random lengths. */
static void feed(struct oracle_judge *judge, enum pydetect_field field)
{
	const struct pydetect_view *view = judge->exec->view;
	const struct pydetect_image_extent run = view->field_automata[field];
	const uint8_t *value = judge->source->values[field];
	const size_t length = judge->source->lengths[field];
	struct pydetect_stream stream;
	size_t at, piece;
	uint32_t i;

	if (!value)
		return;
	pydetect_exec_present(judge->exec, field);
	for (i = run.first; i < run.first + run.count; i++) {
		pydetect_stream_start(&stream, view, i);
		for (at = 0; at < length; at += piece) {
			piece = 1 + dice_below(judge->dice, length - at);
			pydetect_stream_feed(&stream, judge->exec, value + at,
					     piece);
		}
		pydetect_stream_finish(&stream, judge->exec);
	}
}

static int capture(struct pydetect_exec *exec, enum pydetect_stage stage,
		   void *context)
{
	struct oracle_judge *judge = context;
	uint32_t i;

	for (i = 0; i < PYDETECT_FIELD_COUNT; i++)
		if (pydetect_field_stage(i) == stage)
			feed(judge, i);
	for (i = 0; !stage && i < PYDETECT_NUMBER_COUNT; i++)
		if (judge->source->number_present >> i & 1)
			pydetect_exec_number(exec, i,
					     judge->source->numbers[i]);
	return 0;
}

/**
 * oracle_judge - judge an exec by an image
 * @judge: with @source and @dice set; to be freed
 * @image: the image
 */
void oracle_judge(struct oracle_judge *judge, const struct image *image)
{
	void *memory = calloc(1, pydetect_exec_bytes(&image->view));

	assert_non_null(memory);
	judge->exec = pydetect_exec_init(memory, &image->view);
	assert_int_equal(pydetect_judge(judge->exec, capture, judge), 0);
}

/** oracle_matched - did rule number @rule of the image match? */
bool oracle_matched(const struct oracle_judge *judge, uint32_t rule)
{
	uint32_t i;

	for (i = 0; i < judge->exec->nr_candidates; i++)
		if (judge->exec->candidates[i] == rule)
			return true;
	return false;
}

/** oracle_judge_free - give the memory of a judged exec back */
void oracle_judge_free(struct oracle_judge *judge)
{
	free(judge->exec);
}

/**
 * oracle_compare - the image and the plain reading have to agree
 * @set: rules, of which none was refused
 * @image: the image of them
 * @exec: a program start
 * @dice: cuts streams into pieces
 */
void oracle_compare(const struct rule_set *set, const struct image *image,
		    const struct oracle_exec *exec, struct dice *dice)
{
	struct oracle_judge judge = { .source = exec, .dice = dice };
	uint32_t i;

	assert_int_equal(image->view.nr_rules, set->nr_rules);
	oracle_judge(&judge, image);
	for (i = 0; i < set->nr_rules; i++)
		if (oracle_holds(set->rules[i]->condition, exec) !=
		    oracle_matched(&judge, i))
			fail_msg("rule %u: the image says %d", i,
				 oracle_matched(&judge, i));
	oracle_judge_free(&judge);
}
