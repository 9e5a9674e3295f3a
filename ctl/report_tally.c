// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <json-c/linkhash.h>
#include <stdlib.h>

#include "report_tally.h"

#define FIRST_SIZE 64

static void free_row(struct tally_row *row)
{
	free((void *)row->title.data);
	free((void *)row->example.data);
	free(row);
}

static void free_entry(struct lh_entry *entry)
{
	free(lh_entry_k(entry));
	free_row(lh_entry_v(entry));
}

/**
 * tally_init - begin to count
 * @tally: filled in; has to be released with tally_free()
 *
 * Return: 0, or -ENOMEM.
 */
int tally_init(struct tally *tally)
{
	tally->beyond = 0;
	tally->table = lh_kchar_table_new(FIRST_SIZE, free_entry);
	return tally->table ? 0 : -ENOMEM;
}

/**
 * tally_free - release all rows
 * @tally: the table; one that is all zero is fine
 */
void tally_free(struct tally *tally)
{
	if (tally->table)
		lh_table_free(tally->table);
}

static int add_row(struct tally *tally, const char *key, struct tally_row *row)
{
	char *copy = strdup(key);

	if (!copy)
		return -ENOMEM;
	row->key = copy;
	if (!lh_table_insert(tally->table, copy, row))
		return 0;
	free(copy);
	return -ENOMEM;
}

/**
 * tally_row - look up the row of a key
 * @tally: the table
 * @key: the key
 * @row: set to its row, a new one is all zero; NULL where there are too many
 *	keys already, and then @tally->beyond was increased
 *
 * Return: 0, or -ENOMEM.
 */
int tally_row(struct tally *tally, const char *key, struct tally_row **row)
{
	*row = NULL;
	if (lh_table_lookup_ex(tally->table, key, (void **)row))
		return 0;
	if (tally_keys(tally) >= TALLY_KEYS_MAX) {
		tally->beyond++;
		return 0;
	}
	*row = calloc(1, sizeof(**row));
	if (!*row)
		return -ENOMEM;
	if (add_row(tally, key, *row)) {
		free(*row);
		return -ENOMEM;
	}
	return 0;
}

/**
 * tally_keys - how many keys have a row
 * @tally: the table
 *
 * Return: at most TALLY_KEYS_MAX.
 */
size_t tally_keys(const struct tally *tally)
{
	return lh_table_length(tally->table);
}

/* Does @left stand above @right? The order of the table is random. */
static bool is_above(const struct tally_row *left,
		     const struct tally_row *right)
{
	if (left->count != right->count)
		return left->count > right->count;
	return left->last > right->last;
}

/* Insert @row where it belongs, if it does; returns how many there are now. */
static size_t insert(const struct tally_row **rows, size_t nr, size_t max,
		     const struct tally_row *row)
{
	size_t at = nr;

	while (at && is_above(row, rows[at - 1]))
		at--;
	if (at == max)
		return nr;
	if (nr < max)
		nr++;
	memmove(rows + at + 1, rows + at, (nr - at - 1) * sizeof(*rows));
	rows[at] = row;
	return nr;
}

/**
 * tally_top - the rows with the most events
 * @tally: the table
 * @rows: room for @max rows, which stay the table's; the first has most
 * @max: how many are wanted
 *
 * Return: how many there are.
 */
size_t tally_top(const struct tally *tally, const struct tally_row **rows,
		 size_t max)
{
	struct lh_entry *entry;
	size_t nr = 0;

	lh_foreach(tally->table, entry) nr =
		insert(rows, nr, max, lh_entry_v(entry));
	return nr;
}

/**
 * tally_text - keep a copy of bytes
 * @text: replaced; owned by the caller
 * @from: the bytes
 * @max: how many of them at most
 *
 * Return: 0, or -ENOMEM and @text unchanged.
 */
int tally_text(struct bytes *text, struct bytes from, size_t max)
{
	const size_t length = from.length < max ? from.length : max;
	uint8_t *copy = malloc(length + 1);

	if (!copy)
		return -ENOMEM;
	if (length)
		memcpy(copy, from.data, length);
	free((void *)text->data);
	text->data = copy;
	text->length = length;
	return 0;
}
