// SPDX-License-Identifier: GPL-2.0-only
/*
 * Printing messages as a compiler does: place, message, line and caret.
 *
 * Rule files and names of files may come from anywhere, so nothing of them
 * reaches the terminal that could steer it or turn the text around.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "diag.h"

#define BOLD "\033[1m"
#define RED "\033[1;31m"
#define MAGENTA "\033[1;35m"
#define GREEN "\033[1;32m"
#define CYAN "\033[36m"
#define RESET "\033[0m"

/* Decodes one character; returns its bytes, 0 if it is not well-formed. */
static size_t decode(const char *text, size_t size, uint32_t *point)
{
	static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *bytes = (const unsigned char *)text;
	size_t n, length;

	length = bytes[0] < 0x80	   ? 1 :
		 (bytes[0] & 0xe0) == 0xc0 ? 2 :
		 (bytes[0] & 0xf0) == 0xe0 ? 3 :
		 (bytes[0] & 0xf8) == 0xf0 ? 4 :
					     0;
	if (!length || length > size)
		return 0;
	*point = length == 1 ? bytes[0] : bytes[0] & (0x7fu >> length);
	for (n = 1; n < length; n++) {
		if ((bytes[n] & 0xc0) != 0x80)
			return 0;
		*point = *point << 6 | (bytes[n] & 0x3f);
	}
	return *point < smallest[length] || *point > 0x10ffff ? 0 : length;
}

/* Controls, and the marks that change the direction of what follows. */
static bool steers(uint32_t point)
{
	return point < 0x20 || (point >= 0x7f && point < 0xa0) ||
	       point == 0x2028 || point == 0x2029 ||
	       (point >= 0x202a && point <= 0x202e) ||
	       (point >= 0x2066 && point <= 0x2069);
}

/* Bytes that the first character of @text takes; @shown: print it as it is. */
static size_t character(const char *text, size_t size, bool *shown)
{
	uint32_t point = 0;
	size_t length = decode(text, size, &point);

	*shown = length && !steers(point);
	return length ? length : 1;
}

static void print_escaped(FILE *stream, const char *text, size_t size)
{
	size_t n;

	for (n = 0; n < size; n++)
		fprintf(stream, "\\x%02x", (unsigned char)text[n]);
}

/* @tabs: leave them as they are, because the caret's line has them too. */
static void print_visible(FILE *stream, const char *text, bool tabs)
{
	size_t size = strlen(text), taken;
	bool shown;

	for (; size; text += taken, size -= taken) {
		taken = character(text, size, &shown);
		if (shown || (tabs && *text == '\t'))
			fwrite(text, 1, taken, stream);
		else
			print_escaped(stream, text, taken);
	}
}

/* As much room as print_visible() takes for the same bytes. */
static void print_padding(FILE *stream, const char *text, size_t size)
{
	size_t taken;
	bool shown;

	for (; size; text += taken, size -= taken) {
		taken = character(text, size, &shown);
		if (*text == '\t')
			fputc('\t', stream);
		else
			fprintf(stream, "%*s", shown ? 1 : (int)taken * 4, "");
	}
}

static void print_source(FILE *stream, const struct diag_entry *entry,
			 bool colour)
{
	size_t before = entry->place.column ? entry->place.column - 1 : 0;

	if (!entry->source)
		return;
	print_visible(stream, entry->source, true);
	fputc('\n', stream);
	if (!entry->place.column || before > strlen(entry->source))
		return;
	print_padding(stream, entry->source, before);
	fprintf(stream, "%s^%s\n", colour ? GREEN : "", colour ? RESET : "");
}

static void print_place(FILE *stream, const struct place *place)
{
	if (place->file)
		print_visible(stream, place->file, false);
	else
		fputs("pydetectctl", stream);
	fputc(':', stream);
	if (place->line)
		fprintf(stream, "%u:", place->line);
	if (place->line && place->column)
		fprintf(stream, "%u:", place->column);
	fputc(' ', stream);
}

static void print_note(FILE *stream, const char *name, const char *text,
		       bool colour)
{
	if (!text)
		return;
	fprintf(stream, "  %s%s:%s ", colour ? CYAN : "", name,
		colour ? RESET : "");
	print_visible(stream, text, false);
	fputc('\n', stream);
}

static void print_entry(FILE *stream, const struct diag_entry *entry,
			bool colour)
{
	bool error = entry->severity == DIAG_ERROR;

	fputs(colour ? BOLD : "", stream);
	print_place(stream, &entry->place);
	fputs(colour ? error ? RED : MAGENTA : "", stream);
	fputs(error ? "error: " : "warning: ", stream);
	fputs(colour ? RESET BOLD : "", stream);
	print_visible(stream, entry->message, false);
	fprintf(stream, "%s\n", colour ? RESET : "");
	print_source(stream, entry, colour);
	print_note(stream, "rule", entry->rule_id, colour);
	print_note(stream, "hint", entry->hint, colour);
}

/**
 * diag_print - print all messages
 * @diag: messages
 * @stream: where to
 * @colour: use the colours of a terminal
 */
void diag_print(const struct diag *diag, FILE *stream, bool colour)
{
	size_t n;

	for (n = 0; n < diag->nr_entries; n++)
		print_entry(stream, &diag->entries[n], colour);
}
