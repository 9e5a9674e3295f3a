// SPDX-License-Identifier: GPL-2.0-only
/*
 * Collecting messages about rule files, and finding the lines they are about.
 */
#include <err.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"

/* There is nothing sensible to do without memory for a message. */
static void *owned(void *memory)
{
	if (!memory)
		err(EXIT_FAILURE, "messages");
	return memory;
}

/* Room for one more element; arrays grow whenever their size is 2^n. */
static void *grown(void *array, size_t count, size_t element)
{
	if (count & (count - 1))
		return array;
	return owned(reallocarray(array, count ? count * 2 : 1, element));
}

static char *copy(const char *text, size_t size)
{
	char *bytes = owned(malloc(size + 1));

	memcpy(bytes, text, size);
	bytes[size] = '\0';
	return bytes;
}

/**
 * diag_init - start without messages
 * @diag: to initialise
 */
void diag_init(struct diag *diag)
{
	memset(diag, 0, sizeof(*diag));
}

static void free_entry(struct diag_entry *entry)
{
	free((char *)entry->place.file);
	free(entry->rule_id);
	free(entry->message);
	free(entry->hint);
	free(entry->source);
}

static void free_source(struct diag_source *source)
{
	free(source->file);
	free(source->text);
	free(source->lines);
}

/**
 * diag_free - free all messages and sources
 * @diag: from diag_init(); may be used again after another diag_init()
 */
void diag_free(struct diag *diag)
{
	size_t n;

	for (n = 0; n < diag->nr_entries; n++)
		free_entry(&diag->entries[n]);
	for (n = 0; n < diag->nr_sources; n++)
		free_source(&diag->sources[n]);
	free(diag->entries);
	free(diag->sources);
}

/**
 * diag_add_source - keep a copy of a file that messages may quote
 * @diag: messages
 * @file: its name, as in the places
 * @text: its bytes
 * @size: how many
 *
 * A file added again under the same name replaces the earlier one.
 */
void diag_add_source(struct diag *diag, const char *file, const char *text,
		     size_t size)
{
	struct diag_source *source;

	diag->sources = grown(diag->sources, diag->nr_sources, sizeof(*source));
	diag->last_source = diag->nr_sources;
	source = &diag->sources[diag->nr_sources++];
	*source = (struct diag_source){
		.file = copy(file, strlen(file)),
		.text = copy(text, size),
		.size = size,
	};
}

/**
 * diag_line_break - the line break at the start of a text
 * @text: text
 * @size: its size
 *
 * Return: bytes the break takes: those of CR LF, CR, LF, NEL, LS or PS; 0 if
 * there is none
 */
size_t diag_line_break(const char *text, size_t size)
{
	if (size >= 2 && text[0] == '\r' && text[1] == '\n')
		return 2;
	if (size >= 1 && (text[0] == '\r' || text[0] == '\n'))
		return 1;
	if (size >= 2 && !memcmp(text, "\xc2\x85", 2))
		return 2;
	if (size >= 3 && (!memcmp(text, "\xe2\x80\xa8", 3) ||
			  !memcmp(text, "\xe2\x80\xa9", 3)))
		return 3;
	return 0;
}

static void add_line(struct diag_source *source, size_t offset)
{
	source->lines = grown(source->lines, source->nr_lines, sizeof(size_t));
	source->lines[source->nr_lines++] = offset;
}

static void find_lines(struct diag_source *source)
{
	size_t offset = 0, taken;

	add_line(source, 0);
	while (offset < source->size) {
		if (diag_is_plain(source->text[offset])) {
			offset++;
			continue;
		}
		taken = diag_line_break(source->text + offset,
					source->size - offset);
		offset += taken ? taken : 1;
		if (taken)
			add_line(source, offset);
	}
}

/* Backwards and around from the last hit: of two sources the newer one. */
static struct diag_source *find_source(struct diag *diag, const char *file)
{
	size_t n, at;

	for (n = 0; n < diag->nr_sources; n++) {
		at = (diag->last_source + diag->nr_sources - n) %
		     diag->nr_sources;
		if (strcmp(diag->sources[at].file, file))
			continue;
		diag->last_source = at;
		return &diag->sources[at];
	}
	return NULL;
}

static char *quote_line(struct diag *diag, const struct place *place)
{
	struct diag_source *source;
	const char *line;
	size_t size = 0, left;

	if (!place->line || !place->file)
		return NULL;
	source = find_source(diag, place->file);
	if (!source)
		return NULL;
	if (!source->lines)
		find_lines(source);
	if (place->line > source->nr_lines)
		return NULL;
	line = source->text + source->lines[place->line - 1];
	left = source->size - source->lines[place->line - 1];
	while (size < left && size < DIAG_SOURCE_MAX &&
	       !diag_line_break(line + size, left - size))
		size++;
	return copy(line, size);
}

__attribute__((format(printf, 1, 0))) static char *formatted(const char *format,
							     va_list arguments)
{
	char *text;

	if (vasprintf(&text, format, arguments) < 0)
		err(EXIT_FAILURE, "messages");
	return text;
}

static struct diag_entry *add(struct diag *diag, enum diag_severity severity,
			      const struct place *place, char *message)
{
	struct diag_entry *entry;

	diag->entries = grown(diag->entries, diag->nr_entries, sizeof(*entry));
	entry = &diag->entries[diag->nr_entries++];
	*entry = (struct diag_entry){
		.severity = severity,
		.place = *place,
		.message = message,
		.source = quote_line(diag, place),
	};
	if (place->file)
		entry->place.file = copy(place->file, strlen(place->file));
	if (severity == DIAG_ERROR)
		diag->nr_errors++;
	return entry;
}

/**
 * diag_error - add an error
 * @diag: messages
 * @place: where it is
 * @format: what is wrong, as for printf()
 *
 * Return: the entry, valid until the next one is added
 */
struct diag_entry *diag_error(struct diag *diag, const struct place *place,
			      const char *format, ...)
{
	struct diag_entry *entry;
	va_list arguments;

	va_start(arguments, format);
	entry = add(diag, DIAG_ERROR, place, formatted(format, arguments));
	va_end(arguments);
	return entry;
}

/**
 * diag_warning - add a warning
 * @diag: messages
 * @place: where it is
 * @format: what is suspicious, as for printf()
 *
 * Return: the entry, valid until the next one is added
 */
struct diag_entry *diag_warning(struct diag *diag, const struct place *place,
				const char *format, ...)
{
	struct diag_entry *entry;
	va_list arguments;

	va_start(arguments, format);
	entry = add(diag, DIAG_WARNING, place, formatted(format, arguments));
	va_end(arguments);
	return entry;
}

/**
 * diag_hint - say what to do about a message
 * @entry: the message; NULL is ignored
 * @format: the hint, as for printf(); replaces an earlier one
 */
void diag_hint(struct diag_entry *entry, const char *format, ...)
{
	va_list arguments;

	if (!entry)
		return;
	free(entry->hint);
	va_start(arguments, format);
	entry->hint = formatted(format, arguments);
	va_end(arguments);
}

/**
 * diag_rule - say which rule a message is about
 * @entry: the message; NULL is ignored
 * @rule_id: id of the rule, copied; NULL is ignored
 */
void diag_rule(struct diag_entry *entry, const char *rule_id)
{
	if (!entry || !rule_id)
		return;
	free(entry->rule_id);
	entry->rule_id = copy(rule_id, strlen(rule_id));
}
