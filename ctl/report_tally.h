/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counting by a key, exactly, for as many keys as memory may be spent on.
 */
#ifndef PYDETECT_CTL_REPORT_TALLY_H
#define PYDETECT_CTL_REPORT_TALLY_H

#include <stdbool.h>

#include "bytes.h"

struct lh_table;

/* Keys of one table. What comes with further ones is counted together. */
#define TALLY_KEYS_MAX 4096

/**
 * struct tally_row - what is known of one key
 * @key: the key, the table's
 * @count: events
 * @denied: of these
 * @would_deny: of these
 * @last: time of the newest one, ns since 1970
 * @level: enum pydetect_level of a rule
 * @user: of the newest one
 * @title: of a rule; owned
 * @image: of a parent; within the key
 * @example: the newest command line, its beginning; owned
 * @example_length: bytes of all of it
 */
struct tally_row {
	const char *key;
	uint64_t count;
	uint64_t denied;
	uint64_t would_deny;
	uint64_t last;
	uint32_t level;
	uint32_t user;
	struct bytes title;
	struct bytes image;
	struct bytes example;
	uint64_t example_length;
};

/**
 * struct tally - rows by key
 * @table: the rows
 * @beyond: events of keys there was no row for
 */
struct tally {
	struct lh_table *table;
	uint64_t beyond;
};

int tally_init(struct tally *tally);
void tally_free(struct tally *tally);
int tally_row(struct tally *tally, const char *key, struct tally_row **row);
size_t tally_keys(const struct tally *tally);
size_t tally_top(const struct tally *tally, const struct tally_row **rows,
		 size_t max);
int tally_text(struct bytes *text, struct bytes from, size_t max);

#endif /* PYDETECT_CTL_REPORT_TALLY_H */
