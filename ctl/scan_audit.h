/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Records of auditd, one line each: type, time and number, names and values.
 */
#ifndef PYDETECT_CTL_SCAN_AUDIT_H
#define PYDETECT_CTL_SCAN_AUDIT_H

#include <stdbool.h>

#include "bytes.h"

/**
 * struct audit_text - bytes that grow
 * @data: the bytes, owned
 * @length: how many
 * @room: how many fit in
 */
struct audit_text {
	uint8_t *data;
	size_t length;
	size_t room;
};

/**
 * struct audit_record - a record
 * @type: its type, e.g. EXECVE
 * @stamp: time and number of its event
 * @rest: names and values
 */
struct audit_record {
	struct bytes type;
	struct bytes stamp;
	const char *rest;
};

/**
 * struct audit_pair - a name and its value
 * @key: the name
 * @value: the value, without its quotes
 * @quoted: it had quotes
 */
struct audit_pair {
	struct bytes key;
	struct bytes value;
	bool quoted;
};

bool audit_is_separator(const char *line);
bool audit_parse_record(const char *line, struct audit_record *record);
const char *audit_next_pair(const char *rest, struct audit_pair *pair);
bool audit_same(struct bytes a, struct bytes b);
bool audit_is(struct bytes text, const char *word);

struct bytes audit_bytes(const struct audit_text *text);
int audit_text_set(struct audit_text *text, struct bytes value);
int audit_text_value(struct audit_text *text, const struct audit_pair *pair);
int audit_text_arg(struct audit_text *args, const struct audit_pair *pair,
		   struct bytes number, uint64_t part, size_t *nr_args);

#endif /* PYDETECT_CTL_SCAN_AUDIT_H */
