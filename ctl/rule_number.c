// SPDX-License-Identifier: GPL-2.0-only
/*
 * The comparisons lt, lte, gt and gte -> ranges of numbers.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "rule_read.h"

static bool is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

/**
 * struct number - a whole number of a rule
 * @magnitude: its digits
 * @negative: it is below zero
 */
struct number {
	uint64_t magnitude;
	bool negative;
};

static bool parse(const struct yml_node *node, struct number *number)
{
	const char *text = node->text;
	char *end;

	number->negative = *text == '-';
	text += number->negative;
	if (!is_digit(*text))
		return false;
	errno = 0;
	number->magnitude = strtoull(text, &end, 10);
	if (!number->magnitude)
		number->negative = false;
	return !errno && end == node->text + node->size;
}

/* The range of numbers that compare true; false if there are none. */
static bool below(uint64_t limit, bool negative, bool included,
		  struct pydetect_image_range *range)
{
	if (negative || (!limit && !included))
		return false;
	*range = (struct pydetect_image_range){ 0, limit - !included };
	return true;
}

static bool above(uint64_t limit, bool negative, bool included,
		  struct pydetect_image_range *range)
{
	if (!negative && limit == UINT64_MAX && !included)
		return false;
	*range = (struct pydetect_image_range){ 0, UINT64_MAX };
	if (!negative)
		range->low = limit + !included;
	return true;
}

static bool compare(enum rule_comparison comparison,
		    const struct number *number,
		    struct pydetect_image_range *range)
{
	switch (comparison) {
	case RULE_COMPARE_LT:
		return below(number->magnitude, number->negative, false, range);
	case RULE_COMPARE_LTE:
		return below(number->magnitude, number->negative, true, range);
	case RULE_COMPARE_GT:
		return above(number->magnitude, number->negative, false, range);
	default:
		return above(number->magnitude, number->negative, true, range);
	}
}

/* All ranges begin at zero or end at the top, so a union is one of them. */
static void unite(struct rule_match *match,
		  const struct pydetect_image_range *range)
{
	struct pydetect_image_range *united = match->ranges;

	if (!match->nr_ranges++) {
		*united = *range;
		return;
	}
	match->nr_ranges = 1;
	if (range->low < united->low)
		united->low = range->low;
	if (range->high > united->high)
		united->high = range->high;
}

static bool read_number(struct rule_reader *reader, const struct rule_key *key,
			const struct yml_node *value, struct rule_match *match)
{
	struct pydetect_image_range range;
	struct number number;

	if (!parse(value, &number)) {
		rule_error(reader, &value->place,
			   "'%s' compares with a whole number, not with '%s'",
			   key->comparison_name, value->text);
		return false;
	}
	if (compare(key->comparison, &number, &range))
		unite(match, &range);
	return true;
}

/**
 * rule_read_numbers - read numbers of which one has to compare true
 * @reader: file being read
 * @key: field and modifiers; the field is ArgCount or LogonId
 * @values: scalars, one at least
 * @count: how many
 *
 * Return: what the leaf says, or NULL after an error
 */
struct rule_match *rule_read_numbers(struct rule_reader *reader,
				     const struct rule_key *key,
				     struct yml_node *const *values,
				     size_t count)
{
	struct rule_match *match = rule_alloc(reader, sizeof(*match));
	bool good = true;
	size_t n;

	match->kind = RULE_MATCH_NUMBER;
	match->field = key->field;
	match->number = key->field == PYDETECT_FIELD_LOGON_ID ?
				PYDETECT_NUMBER_LOGON_ID :
				PYDETECT_NUMBER_ARG_COUNT;
	match->ranges = rule_alloc(reader, sizeof(*match->ranges));
	for (n = 0; n < count; n++)
		good = read_number(reader, key, values[n], match) && good;
	if (!good)
		return NULL;
	match->text = rule_match_text(reader, key, values[0], count);
	return match;
}
