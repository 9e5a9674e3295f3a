// SPDX-License-Identifier: GPL-2.0-only
/*
 * The condition of a correlation: Sigma's comparisons -> from fewest to most,
 * but one.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "rule_read.h"

static const char *const keys[] = { "gt",  "gte", "lt",	  "lte",
				    "eq",  "neq", "field" };

/* Far above what a window can count, and far below where sums overflow. */
#define DIGITS_MAX 15u

#define NOTHING INT64_C(-1)

/**
 * struct bounds - counts for which a condition holds
 * @min: fewest
 * @max: most, INT64_MAX without a bound
 * @except: not this one; NOTHING where there is none
 */
struct bounds {
	int64_t min;
	int64_t max;
	int64_t except;
};

static void at_least(struct bounds *bounds, int64_t count)
{
	if (bounds->min < count)
		bounds->min = count;
}

static void at_most(struct bounds *bounds, int64_t count)
{
	if (bounds->max > count)
		bounds->max = count;
}

static void apply(struct bounds *bounds, const char *key, int64_t count)
{
	if (!strcmp(key, "gt"))
		at_least(bounds, count + 1);
	if (!strcmp(key, "gte") || !strcmp(key, "eq"))
		at_least(bounds, count);
	if (!strcmp(key, "lt"))
		at_most(bounds, count - 1);
	if (!strcmp(key, "lte") || !strcmp(key, "eq"))
		at_most(bounds, count);
	if (!strcmp(key, "neq"))
		bounds->except = count;
}

static bool read_comparison(struct rule_reader *reader,
			    const struct yml_pair *pair, struct bounds *bounds)
{
	const struct yml_node *value = pair->value;
	const char *key = pair->key->text;

	if (!strcmp(key, "field"))
		return true;
	if (value->kind != YML_SCALAR || !value->size ||
	    value->size > DIGITS_MAX ||
	    strspn(value->text, "0123456789") != value->size) {
		rule_error(reader, &value->place,
			   "'%s' compares with a whole number%s%s%s", key,
			   value->kind == YML_SCALAR ? ", not with '" : "",
			   value->kind == YML_SCALAR ? value->text : "",
			   value->kind == YML_SCALAR ? "'" : "");
		return false;
	}
	apply(bounds, key, strtoll(value->text, NULL, 10));
	return true;
}

static bool read_comparisons(struct rule_reader *reader,
			     const struct yml_node *node,
			     struct bounds *bounds)
{
	size_t n, errors = reader->nr_errors;

	rule_check_keys(reader, node, &RULE_NAMES(keys));
	for (n = 0; n < node->count && errors == reader->nr_errors; n++)
		read_comparison(reader, &node->pairs[n], bounds);
	return errors == reader->nr_errors;
}

/* An exception at the end of a range makes the range shorter. */
static void shorten(struct bounds *bounds)
{
	if (bounds->except == bounds->min)
		bounds->min++;
	else if (bounds->except == bounds->max)
		bounds->max--;
	else if (bounds->except > bounds->min && bounds->except < bounds->max)
		return;
	bounds->except = NOTHING;
}

static bool check_bounds(struct rule_reader *reader, const struct place *place,
			 const struct bounds *bounds)
{
	if (bounds->min > bounds->max) {
		rule_error(reader, place, "no number meets the condition");
		return false;
	}
	if (bounds->min > 0)
		return true;
	diag_hint(rule_error(reader, place,
			     "the condition holds before anything has happened"),
		  "give a lower bound above zero, with 'gt' or 'gte'");
	return false;
}

static bool counts_rules(const struct rule_correlation *correlation)
{
	return correlation->type == PYDETECT_CORRELATION_TEMPORAL ||
	       correlation->type == PYDETECT_CORRELATION_TEMPORAL_ORDERED;
}

/* No more rules can happen than there are. */
static bool fit_rules(struct rule_reader *reader, const struct place *place,
		      const struct rule_correlation *correlation,
		      struct bounds *bounds)
{
	const int64_t all = correlation->nr_references;

	if (bounds->min > all) {
		rule_error(reader, place,
			   "the condition asks for %" PRId64 " rules, and there are %" PRId64,
			   bounds->min, all);
		return false;
	}
	if (bounds->max >= all)
		bounds->max = INT64_MAX;
	if (bounds->except > all)
		bounds->except = NOTHING;
	if (correlation->type == PYDETECT_CORRELATION_TEMPORAL ||
	    bounds->min == all)
		return true;
	diag_hint(rule_error(reader, place,
			     "'temporal_ordered' takes all its rules"),
		  "leave the condition out");
	return false;
}

/* Values that a window has to keep for the condition to be decided. */
static int64_t needed(const struct bounds *bounds)
{
	int64_t values = bounds->min;

	if (bounds->max != INT64_MAX)
		values = bounds->max + 1;
	return bounds->except >= values ? bounds->except + 1 : values;
}

static bool check_room(struct rule_reader *reader, const struct place *place,
		       const struct bounds *bounds)
{
	if (needed(bounds) <= PYDETECT_WINDOW_VALUES_MAX)
		return true;
	rule_error(reader, place,
		   "the condition needs %" PRId64 " values in a window, which keeps at most %u",
		   needed(bounds), PYDETECT_WINDOW_VALUES_MAX);
	return false;
}

static void store(const struct bounds *bounds,
		  struct rule_correlation *correlation)
{
	correlation->min = bounds->min;
	correlation->max = bounds->max == INT64_MAX ? UINT32_MAX : bounds->max;
	correlation->except = bounds->except == NOTHING ? 0 : bounds->except;
}

/**
 * rule_read_count - read the condition of a correlation
 * @reader: file being read
 * @node: a map; NULL where the rules are all that is asked for
 * @correlation: its type and references are known; gains the bounds
 */
void rule_read_count(struct rule_reader *reader, const struct yml_node *node,
		     struct rule_correlation *correlation)
{
	struct bounds bounds = { .max = INT64_MAX, .except = NOTHING };

	if (!node)
		bounds.min = correlation->nr_references;
	else if (!read_comparisons(reader, node, &bounds))
		return;
	shorten(&bounds);
	if (node && !check_bounds(reader, &node->place, &bounds))
		return;
	if (node && counts_rules(correlation) && correlation->nr_references &&
	    !fit_rules(reader, &node->place, correlation, &bounds))
		return;
	if (!node || check_room(reader, &node->place, &bounds))
		store(&bounds, correlation);
}
