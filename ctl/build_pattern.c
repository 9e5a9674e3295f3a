// SPDX-License-Identifier: GPL-2.0-only
/*
 * Patterns, each kept once however many rules use it.
 *
 * Here a value becomes its plainest equal: most turn out to be a literal with
 * or without an edge of the field at either end, whatever modifiers they were
 * written with. Two values that mean the same become the same pattern.
 */
#include <stdlib.h>
#include <string.h>

#include "build_pattern.h"

/* Guesses: these mostly rest on a few bytes, or on none. */
#define GLOB_WEIGHT 0.25
#define REGEX_WEIGHT 0.5

static bool is_run(u16 atom)
{
	return atom == RULE_ATOM_ANY_RUN;
}

/**
 * struct span - the atoms between the runs at both ends of a value
 */
struct span {
	const u16 *atoms;
	size_t count;
	u16 flags;
};

static struct span trim(const struct rule_pattern *source)
{
	struct span span = {
		.atoms = source->atoms,
		.count = source->nr_atoms,
		.flags = BUILD_START_EDGE | BUILD_END_EDGE,
	};

	while (span.count && is_run(span.atoms[0])) {
		span.flags &= ~BUILD_START_EDGE;
		span.atoms++;
		span.count--;
	}
	while (span.count && is_run(span.atoms[span.count - 1])) {
		span.flags &= ~BUILD_END_EDGE;
		span.count--;
	}
	/* Any value at all: the edge that every value begins with. */
	if (!span.count && source->nr_atoms)
		span.flags = BUILD_START_EDGE;
	return span;
}

static bool has_wildcard(const struct span *span)
{
	size_t i;

	for (i = 0; i < span->count; i++)
		if (span->atoms[i] > UINT8_MAX)
			return true;
	return false;
}

static bool has_letter(const struct span *span)
{
	size_t i;

	for (i = 0; i < span->count; i++)
		if (build_is_letter(span->atoms[i]))
			return true;
	return false;
}

static bool has_nul(const struct span *span)
{
	size_t i;

	for (i = 0; i < span->count; i++)
		if (!span->atoms[i])
			return true;
	return false;
}

static u16 literal_flags(const struct span *span,
			 const struct rule_pattern *source)
{
	u16 flags = span->flags;

	if (source->cased && has_letter(span))
		flags |= BUILD_CASED;
	if (!source->word || !span->count)
		return flags;
	if (build_is_word(span->atoms[0]))
		flags |= BUILD_WORD_START;
	if (build_is_word(span->atoms[span->count - 1]))
		flags |= BUILD_WORD_END;
	return flags;
}

static int put_literal(struct build_patterns *patterns,
		       struct build_pattern *pattern, const struct span *span,
		       const struct rule_pattern *source)
{
	u8 *text = build_list_add(&patterns->text, span->count);
	size_t i;

	if (!text)
		return -1;
	pattern->kind = BUILD_LITERAL;
	pattern->flags = literal_flags(span, source);
	for (i = 0; i < span->count; i++)
		text[i] = pattern->flags & BUILD_CASED ?
				  span->atoms[i] :
				  build_lower(span->atoms[i]);
	return 0;
}

/* A glob keeps the runs at its ends, and one run where several stood. */
static int put_glob(struct build_patterns *patterns,
		    struct build_pattern *pattern, const struct span *span,
		    const struct rule_pattern *source)
{
	u16 previous = 0;
	size_t i;

	pattern->kind = BUILD_GLOB;
	if (source->cased && has_letter(span))
		pattern->flags = BUILD_CASED;
	for (i = 0; i < source->nr_atoms; i++) {
		u16 atom = source->atoms[i];
		u8 *text;

		if (is_run(atom) && is_run(previous))
			continue;
		previous = atom;
		if (!(pattern->flags & BUILD_CASED) && atom <= UINT8_MAX)
			atom = build_lower(atom);
		text = build_list_add(&patterns->text, sizeof(atom));
		if (!text)
			return -1;
		memcpy(text, &atom, sizeof(atom));
	}
	return 0;
}

static int put_regex(struct build_patterns *patterns,
		     struct build_pattern *pattern,
		     const struct rule_pattern *source)
{
	const size_t length = strlen(source->regex);
	u8 *text = build_list_add(&patterns->text, length);

	if (!text)
		return -1;
	memcpy(text, source->regex, length);
	pattern->kind = BUILD_REGEX;
	if (!(source->regex_flags & RULE_REGEX_IGNORE_CASE))
		pattern->flags |= BUILD_CASED;
	if (source->regex_flags & RULE_REGEX_MULTI_LINE)
		pattern->flags |= BUILD_MULTI_LINE;
	if (source->regex_flags & RULE_REGEX_DOT_ALL)
		pattern->flags |= BUILD_DOT_ALL;
	return 0;
}

static int put(struct build_patterns *patterns, struct build_pattern *pattern,
	       const struct rule_pattern *source, struct build_refusal *refusal)
{
	struct span span;

	if (source->regex)
		return put_regex(patterns, pattern, source);
	span = trim(source);
	if (has_nul(&span))
		return build_refuse(refusal,
				    "a NUL byte never stands in a field");
	if (has_wildcard(&span))
		return put_glob(patterns, pattern, &span, source);
	return put_literal(patterns, pattern, &span, source);
}

static bool same(const struct build_patterns *patterns,
		 const struct build_pattern *a, const struct build_pattern *b)
{
	return a->kind == b->kind && a->flags == b->flags &&
	       a->length == b->length &&
	       !memcmp(patterns->text.items + a->text,
		       patterns->text.items + b->text, a->length);
}

/* Number @pattern, whose text is the last of all; or find its twin. */
static int intern(struct build_patterns *patterns,
		  const struct build_pattern *pattern, u32 *number)
{
	const u32 seed = pattern->kind << 16 | pattern->flags;
	const u32 hash = build_hash(patterns->text.items + pattern->text,
				    pattern->length, seed);
	u32 position = BUILD_NONE;

	while ((*number = build_map_next(&patterns->map, hash, &position)) !=
	       BUILD_NONE)
		if (same(patterns, pattern, &patterns->items.items[*number])) {
			patterns->text.count = pattern->text;
			return 0;
		}
	*number = patterns->items.count;
	if (!build_list_push(&patterns->items, *pattern))
		return -1;
	return build_map_add(&patterns->map, hash, *number);
}

/**
 * build_pattern_add - take a value in
 * @patterns: where to
 * @source: the value
 * @number: set to the number of its pattern
 * @refusal: set to the reason if it is refused
 *
 * Return: 0, BUILD_REFUSED, or -1 when out of memory.
 */
int build_pattern_add(struct build_patterns *patterns,
		      const struct rule_pattern *source, u32 *number,
		      struct build_refusal *refusal)
{
	struct build_pattern pattern = { .text = patterns->text.count };
	int error;

	error = put(patterns, &pattern, source, refusal);
	if (error)
		return error;
	pattern.length = patterns->text.count - pattern.text;
	return intern(patterns, &pattern, number);
}

/**
 * build_pattern_weight - how readily a pattern hits, for choosing triggers
 * @pattern: the pattern
 *
 * A guess: half as often with every byte, edges count for two.
 *
 * Return: more than 0, at most 1.
 */
double build_pattern_weight(const struct build_pattern *pattern)
{
	u32 length = pattern->length;

	if (pattern->kind == BUILD_REGEX)
		return REGEX_WEIGHT;
	if (pattern->kind == BUILD_GLOB)
		return GLOB_WEIGHT;
	if (!length && pattern->flags == BUILD_START_EDGE)
		return 1;
	if (pattern->flags & BUILD_START_EDGE)
		length += 2;
	if (pattern->flags & BUILD_END_EDGE)
		length += 2;
	return 1.0 / (1ull << (length < 63 ? length : 63));
}

/** build_patterns_free - give the memory of all patterns back */
void build_patterns_free(struct build_patterns *patterns)
{
	build_list_free(&patterns->items);
	build_list_free(&patterns->text);
	build_map_free(&patterns->map);
}
