// SPDX-License-Identifier: GPL-2.0-only
/*
 * The literals of one automaton as a trie over classes of bytes.
 *
 * The words are sorted first. Then every node is a run of words that share a
 * beginning, and its children are the runs within: so the trie comes out level
 * by level, siblings side by side, and a node needs no more than the number of
 * its first child.
 */
#include <stdlib.h>
#include <string.h>

#include "build_trie.h"

/**
 * build_nul_is_space - does a NUL in this field stand for a space?
 * @field: enum pydetect_field
 *
 * Elsewhere it stands for an edge.
 *
 * Return: true for the command lines.
 */
bool build_nul_is_space(u32 field)
{
	return field == PYDETECT_FIELD_COMMAND_LINE ||
	       field == PYDETECT_FIELD_COMMAND_LINE_DECODED ||
	       field == PYDETECT_FIELD_PARENT_COMMAND_LINE;
}

static void mark_bytes(const struct build_patterns *patterns,
		       const u32 *numbers, size_t count, bool used[256],
		       bool *words)
{
	size_t i, at;

	for (i = 0; i < count; i++) {
		const struct build_pattern *pattern =
			&patterns->items.items[numbers[i]];
		const u8 *text = patterns->text.items + pattern->text;

		for (at = 0; at < pattern->length; at++)
			used[text[at]] = true;
		*words |= pattern->flags & BUILD_WORD_START;
	}
}

/*
 * The class of a byte that no word contains. Where words begin at word edges,
 * it matters whether the byte makes one.
 */
static u8 other_class(struct build_alphabet *alphabet, u16 others[2],
		      bool words, u8 byte)
{
	u16 *class = &others[words && build_is_word(byte)];

	if (*class == UINT16_MAX) {
		*class = alphabet->classes++;
		alphabet->sample[*class] = byte;
	}
	return *class;
}

/* The words are in lower case unless @cased. */
static void make_alphabet(struct build_alphabet *alphabet,
			  const bool used[256], bool words, bool cased,
			  u32 field)
{
	u16 others[2] = { UINT16_MAX, UINT16_MAX };
	u32 byte;

	memset(alphabet, 0, sizeof(*alphabet));
	alphabet->edge = alphabet->classes++;
	for (byte = 1; byte < 256; byte++) {
		const u8 folded = cased ? byte : build_lower(byte);

		if (folded != byte)
			continue;
		if (used[byte]) {
			alphabet->sample[alphabet->classes] = byte;
			alphabet->class_of[byte] = alphabet->classes++;
		} else {
			alphabet->class_of[byte] = other_class(alphabet, others,
							       words, byte);
		}
	}
	for (byte = 'A'; byte <= 'Z' && !cased; byte++)
		alphabet->class_of[byte] =
			alphabet->class_of[build_lower(byte)];
	if (build_nul_is_space(field))
		alphabet->class_of[0] = alphabet->class_of[' '];
	else
		alphabet->class_of[0] = alphabet->edge;
}

static int spell(struct build_trie *trie, const struct build_patterns *patterns,
		 u32 number)
{
	const struct build_pattern *pattern = &patterns->items.items[number];
	const u8 *text = patterns->text.items + pattern->text;
	struct build_word word = {
		.text = trie->symbols.count,
		.pattern = number,
	};
	u16 *start, *symbol;
	size_t i;

	/* At most one symbol more at either end. */
	start = build_list_add(&trie->symbols, pattern->length + 2);
	symbol = start;
	if (!symbol)
		return -1;
	if (pattern->flags & BUILD_START_EDGE)
		*symbol++ = trie->alphabet.edge + 1;
	else if (pattern->flags & BUILD_WORD_START)
		*symbol++ = BUILD_WORD_SYMBOL;
	for (i = 0; i < pattern->length; i++)
		*symbol++ = trie->alphabet.class_of[text[i]] + 1;
	if (pattern->flags & BUILD_END_EDGE)
		*symbol++ = trie->alphabet.edge + 1;
	word.length = symbol - start;
	trie->symbols.count = word.text + word.length;
	return build_list_push(&trie->words, word) ? 0 : -1;
}

/*
 * Any order of symbols will do as long as BUILD_WORD_SYMBOL comes first, which
 * it does when all bytes of a symbol are compared as they lie in memory.
 */
static int compare_words(const void *a, const void *b, void *symbols)
{
	const struct build_word *left = a, *right = b;
	const u32 shorter = left->length < right->length ? left->length :
							   right->length;
	const u16 *all = symbols;
	int order;

	order = memcmp(all + left->text, all + right->text,
		       shorter * sizeof(*all));
	if (order)
		return order;
	if (left->length != right->length)
		return left->length < right->length ? -1 : 1;
	return left->pattern < right->pattern ? -1 : 1;
}

/*
 * Sort the words, and their symbols likewise: level after level is going to be
 * read from one end to the other.
 */
static int sort_words(struct build_trie *trie)
{
	const size_t size = trie->symbols.count * sizeof(u16);
	u16 *sorted = malloc(size ? size : 1);
	size_t i, at = 0;

	if (!sorted)
		return -1;
	qsort_r(trie->words.items, trie->words.count,
		sizeof(*trie->words.items), compare_words, trie->symbols.items);
	for (i = 0; i < trie->words.count; i++) {
		struct build_word *word = &trie->words.items[i];

		memcpy(sorted + at, trie->symbols.items + word->text,
		       word->length * sizeof(*sorted));
		word->text = at;
		at += word->length;
	}
	free(trie->symbols.items);
	trie->symbols.items = sorted;
	trie->symbols.capacity = trie->symbols.count;
	return 0;
}

/* Until it has its children, @child of a node is the end of its words. */
static int add_node(struct build_trie *trie, u16 symbol, u32 first, u32 end)
{
	const struct build_node node = {
		.symbol = symbol,
		.words = first,
		.child = end,
	};

	return build_list_push(&trie->nodes, node) ? 0 : -1;
}

/* Add the children of a node that is @depth symbols below the root. */
static int add_children(struct build_trie *trie, u32 number, u32 depth)
{
	struct build_node *node = &trie->nodes.items[number];
	const u16 *symbols = trie->symbols.items;
	const struct build_word *words = trie->words.items;
	const u32 end = node->child;
	u32 at = node->words;

	while (at < end && words[at].length == depth)
		at++;
	node->nr_words = at - node->words;
	node->child = trie->nodes.count;
	while (at < end) {
		const u16 symbol = symbols[words[at].text + depth];
		const u32 first = at;

		while (at < end && symbols[words[at].text + depth] == symbol)
			at++;
		if (add_node(trie, symbol, first, at))
			return -1;
	}
	return 0;
}

static int grow(struct build_trie *trie)
{
	u32 number = 0, depth;

	if (add_node(trie, 0, 0, trie->words.count))
		return -1;
	for (depth = 0; number < trie->nodes.count; depth++) {
		const u32 end = trie->nodes.count;

		if (!build_list_push(&trie->levels, number))
			return -1;
		for (; number < end; number++)
			if (add_children(trie, number, depth))
				return -1;
	}
	return build_list_push(&trie->levels, number) &&
	       build_list_push(&trie->nodes, { .child = number }) ? 0 : -1;
}

/**
 * build_trie - make a trie of literals
 * @trie: all zero; to be freed in any case; has no @symbols afterwards
 * @patterns: all patterns
 * @numbers: numbers of the literals, distinct, and all cased or none
 * @count: how many, at least one
 * @field: enum pydetect_field
 *
 * Return: 0, or -1 when out of memory.
 */
int build_trie(struct build_trie *trie, const struct build_patterns *patterns,
	       const u32 *numbers, size_t count, u32 field)
{
	const struct build_pattern *first = &patterns->items.items[numbers[0]];
	bool used[256] = { false };
	bool words = false;
	size_t i;
	int error;

	mark_bytes(patterns, numbers, count, used, &words);
	make_alphabet(&trie->alphabet, used, words, first->flags & BUILD_CASED,
		      field);
	for (i = 0; i < count; i++)
		if (spell(trie, patterns, numbers[i]))
			return -1;
	error = sort_words(trie);
	if (!error)
		error = grow(trie);
	build_list_free(&trie->symbols);
	build_list_trim(&trie->nodes);
	return error;
}

/** build_trie_free - give the memory of a trie back */
void build_trie_free(struct build_trie *trie)
{
	build_list_free(&trie->symbols);
	build_list_free(&trie->words);
	build_list_free(&trie->nodes);
	build_list_free(&trie->levels);
}
