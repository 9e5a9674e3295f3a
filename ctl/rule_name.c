// SPDX-License-Identifier: GPL-2.0-only
/*
 * Words that are allowed somewhere, and which of them was probably meant.
 */
#include <stdio.h>
#include <string.h>

#include "rule_read.h"

#define CELLS (RULE_NAME_BYTES_MAX + 1)

/**
 * rule_name_find - look a word up
 * @names: words
 * @name: one of them, or not
 *
 * Return: its number, or -1
 */
int rule_name_find(const struct rule_names *names, const char *name)
{
	size_t n;

	for (n = 0; n < names->count; n++)
		if (!strcmp(names->list[n], name))
			return n;
	return -1;
}

static char lower(char byte)
{
	return byte >= 'A' && byte <= 'Z' ? byte - 'A' + 'a' : byte;
}

static bool same(char a, char b)
{
	return lower(a) == lower(b);
}

static unsigned int least(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

/* Two neighbours that changed places are one mistake. */
static bool is_swap(const char *a, const char *b, size_t i, size_t j)
{
	return i > 1 && j > 1 && same(a[i - 1], b[j - 2]) &&
	       same(a[i - 2], b[j - 1]);
}

/* The cell for the first @i letters of @a and @j of @b, from its neighbours. */
static unsigned int cell(unsigned int cells[CELLS][CELLS], const char *a,
			 const char *b, size_t i, size_t j)
{
	unsigned int fewest;

	if (!i || !j)
		return i + j;
	fewest = least(cells[i - 1][j], cells[i][j - 1]) + 1;
	fewest = least(fewest, cells[i - 1][j - 1] + !same(a[i - 1], b[j - 1]));
	if (is_swap(a, b, i, j))
		fewest = least(fewest, cells[i - 2][j - 2] + 1);
	return fewest;
}

/* Mistakes of typing that turn @a into @b; both at most RULE_NAME_BYTES_MAX. */
static unsigned int distance(const char *a, const char *b)
{
	size_t i, j, length_a = strlen(a), length_b = strlen(b);
	unsigned int cells[CELLS][CELLS];

	for (i = 0; i <= length_a; i++)
		for (j = 0; j <= length_b; j++)
			cells[i][j] = cell(cells, a, b, i, j);
	return cells[length_a][length_b];
}

/**
 * rule_name_nearest - the word that was probably meant
 * @names: words
 * @name: none of them
 *
 * Return: the word with the fewest typing mistakes, if those are at most one
 * in three letters; otherwise NULL
 */
const char *rule_name_nearest(const struct rule_names *names, const char *name)
{
	const char *nearest = NULL;
	unsigned int mistakes, fewest;
	size_t n, length = strlen(name);

	if (length < 2 || length > RULE_NAME_BYTES_MAX)
		return NULL;
	fewest = length < 6 ? 1 : length / 3;
	for (n = 0; n < names->count; n++) {
		if (strlen(names->list[n]) > RULE_NAME_BYTES_MAX)
			continue;
		mistakes = distance(name, names->list[n]);
		if (mistakes < fewest || (mistakes == fewest && !nearest)) {
			fewest = mistakes;
			nearest = names->list[n];
		}
	}
	return nearest;
}

static void hint_list(struct diag_entry *entry, const struct rule_names *names)
{
	char text[512] = "";
	size_t n, used = 0;

	for (n = 0; n < names->count && used < sizeof(text); n++)
		used += snprintf(text + used, sizeof(text) - used, "%s%s",
				 n ? ", " : "", names->list[n]);
	if (n && used < sizeof(text))
		diag_hint(entry, "known are %s", text);
}

/**
 * rule_name_unknown - report a word that is not allowed
 * @reader: file being read
 * @place: where it stands
 * @what: what it should be: "field"
 * @name: the word
 * @names: words that are allowed; where none of them is near, and they fit in
 *	a few lines, the hint lists them all
 */
void rule_name_unknown(struct rule_reader *reader, const struct place *place,
		       const char *what, const char *name,
		       const struct rule_names *names)
{
	struct diag_entry *entry;
	const char *nearest;

	entry = rule_error(reader, place, "unknown %s '%s'", what, name);
	if (!entry)
		return;
	nearest = rule_name_nearest(names, name);
	if (nearest)
		diag_hint(entry, "did you mean '%s'?", nearest);
	else
		hint_list(entry, names);
}
