/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Errors and warnings that show the place in the rule file.
 */
#ifndef PYDETECT_CTL_DIAG_H
#define PYDETECT_CTL_DIAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/**
 * struct place - a place in a rule file
 * @file: path as the user gave it, owned by whoever read the file; in a
 *	diag_entry a copy that the entry owns
 * @line: from 1; 0 where only the file is known
 * @column: in bytes, from 1
 */
struct place {
	const char *file;
	unsigned int line;
	unsigned int column;
};

enum diag_severity {
	DIAG_WARNING,
	DIAG_ERROR,
};

/**
 * struct diag_entry - one message
 * @severity: error or warning
 * @place: where
 * @rule_id: id of the rule it is about, or NULL
 * @message: what is wrong, without the place and without a full stop
 * @hint: what to do about it, or NULL
 * @source: the line of the file the place is in (at most its first
 *	DIAG_SOURCE_MAX bytes), or NULL
 */
struct diag_entry {
	enum diag_severity severity;
	struct place place;
	char *rule_id;
	char *message;
	char *hint;
	char *source;
};

#define DIAG_SOURCE_MAX 1024u

/**
 * struct diag_source - text of a file that messages may be about
 * @file: its name, as in the places
 * @text: copy of its bytes
 * @size: how many
 * @lines: offset of each line in @text; NULL until somebody asks for a line
 * @nr_lines: how many
 */
struct diag_source {
	char *file;
	char *text;
	size_t size;
	size_t *lines;
	size_t nr_lines;
};

/**
 * struct diag - messages collected so far
 * @entries: the messages, in the order in which they were found
 * @nr_entries: how many
 * @nr_errors: how many of them are errors
 * @sources: files that messages can quote
 * @nr_sources: how many
 * @last_source: where the last line was found, because the next one is likely
 *	to be in the same file
 *
 * A load reports everything that is wrong at once, so nothing is printed
 * while compiling.
 */
struct diag {
	struct diag_entry *entries;
	size_t nr_entries;
	size_t nr_errors;
	struct diag_source *sources;
	size_t nr_sources;
	size_t last_source;
};

void diag_init(struct diag *diag);
void diag_free(struct diag *diag);

/*
 * Keep a copy of a file, so that every later message about a place in it, the
 * back end's too, shows the line.
 */
void diag_add_source(struct diag *diag, const char *file, const char *text,
		     size_t size);

/*
 * How many bytes the line break at the start of @text takes, 0 if there is
 * none. These are the breaks of YAML 1.1, by which libyaml counts lines.
 */
size_t diag_line_break(const char *text, size_t size);

/*
 * Is @byte a whole character that begins no line break? Not for all characters
 * of which that is true, but for nearly all that there are in rules.
 */
static inline bool diag_is_plain(char byte)
{
	return byte >= ' ' && byte < 0x7f;
}

/*
 * Add a message. The entry returned is there to be given a hint or a rule id,
 * and stays where it is only until the next message is added.
 */
struct diag_entry *diag_error(struct diag *diag, const struct place *place,
			      const char *format, ...)
	__attribute__((format(printf, 3, 4)));
struct diag_entry *diag_warning(struct diag *diag, const struct place *place,
				const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void diag_hint(struct diag_entry *entry, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void diag_rule(struct diag_entry *entry, const char *rule_id);
void diag_print(const struct diag *diag, FILE *stream, bool colour);

#endif /* PYDETECT_CTL_DIAG_H */
