/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Patterns, each kept once however many rules use it.
 */
#ifndef PYDETECT_CTL_BUILD_PATTERN_H
#define PYDETECT_CTL_BUILD_PATTERN_H

#include "build_draft.h"

/**
 * enum build_pattern_kind - which automaton finds a pattern
 * @BUILD_LITERAL: bytes, found by the field's Aho-Corasick automaton
 * @BUILD_GLOB: atoms of struct rule_pattern, found by an automaton of its own
 * @BUILD_REGEX: a regular expression, found by an automaton of its own
 */
enum build_pattern_kind {
	BUILD_LITERAL,
	BUILD_GLOB,
	BUILD_REGEX,
};

#define BUILD_START_EDGE 1u /* literals: begins where the field begins */
#define BUILD_END_EDGE 2u /* literals: ends where the field ends */
#define BUILD_WORD_START 4u /* literals: no letter or digit in front */
#define BUILD_WORD_END 8u /* literals: no letter or digit behind */
#define BUILD_CASED 16u /* upper and lower case differ */
#define BUILD_MULTI_LINE 32u /* regular expressions */
#define BUILD_DOT_ALL 64u /* regular expressions */

/**
 * struct build_pattern - one pattern
 * @kind: enum build_pattern_kind
 * @flags: bits BUILD_
 * @text: where its text begins; for a glob the text is atoms, 16 bits each
 * @length: bytes of its text
 */
struct build_pattern {
	u16 kind;
	u16 flags;
	u32 text;
	u32 length;
};

/**
 * struct build_patterns - all patterns of a load
 * @items: the patterns, known by their number
 * @text: their texts, one after the other
 * @map: from the hash of a pattern to its number
 */
struct build_patterns {
	BUILD_LIST(struct build_pattern) items;
	BUILD_LIST(u8) text;
	struct build_map map;
};

int build_pattern_add(struct build_patterns *patterns,
		      const struct rule_pattern *source, u32 *number,
		      struct build_refusal *refusal);
double build_pattern_weight(const struct build_pattern *pattern);
void build_patterns_free(struct build_patterns *patterns);

/** build_is_word - is @byte a letter or digit to a word edge? ASCII only */
static inline bool build_is_word(unsigned int byte)
{
	return (byte | 0x20) - 'a' < 26 || byte - '0' < 10;
}

/** build_is_letter - is @byte an ASCII letter? */
static inline bool build_is_letter(unsigned int byte)
{
	return (byte | 0x20) - 'a' < 26;
}

/** build_lower - @byte as an ASCII lower case letter, if it is a letter */
static inline u8 build_lower(u8 byte)
{
	return build_is_letter(byte) ? byte | 0x20 : byte;
}

#endif /* PYDETECT_CTL_BUILD_PATTERN_H */
