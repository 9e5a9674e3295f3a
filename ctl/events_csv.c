// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events as CSV: RFC 4180, in UTF-8.
 *
 * Spreadsheets take a cell that begins with = + - or @ for a formula, and
 * whoever is being watched chooses what stands in a command line. Such a cell
 * gets an apostrophe in front, which spreadsheets do not show.
 */
#include <stdlib.h>

#include "events_column.h"
#include "utf8.h"

static bool is_formula(struct bytes text)
{
	return text.length && memchr("=+-@\t\r\n", text.data[0], 7);
}

static bool needs_quotes(struct bytes text)
{
	size_t i;

	if (!text.length)
		return false;
	if (is_formula(text) || text.data[0] == ' ' ||
	    text.data[text.length - 1] == ' ')
		return true;
	for (i = 0; i < text.length; i++)
		if (text.data[i] < ' ' || text.data[i] == '"' ||
		    text.data[i] == ',')
			return true;
	return false;
}

/* A NUL, which ends an argument, becomes a space, what is no text U+FFFD. */
static size_t put_character(FILE *stream, struct bytes text)
{
	uint32_t point = 0;
	const size_t length = utf8_decode(text, &point);

	if (!length) {
		fputs("\357\277\275", stream);
		return 1;
	}
	if (point == '"')
		fputs("\"\"", stream);
	else if (!point)
		fputc(' ', stream);
	else
		fwrite(text.data, 1, length, stream);
	return length;
}

/**
 * events_csv_cell - print a cell
 * @stream: where
 * @text: any bytes
 */
void events_csv_cell(FILE *stream, struct bytes text)
{
	const bool quotes = needs_quotes(text);

	if (quotes)
		fputc('"', stream);
	if (is_formula(text))
		fputc('\'', stream);
	while (text.length) {
		const size_t taken = put_character(stream, text);

		text.data += taken;
		text.length -= taken;
	}
	if (quotes)
		fputc('"', stream);
}

/**
 * events_csv_head - print the names of columns
 * @stream: where
 * @columns: the columns
 */
void events_csv_head(FILE *stream, const struct events_columns *columns)
{
	size_t i;

	/* Names are ours: @timestamp has to stay what it is. */
	for (i = 0; i < columns->nr; i++)
		fprintf(stream, "%s%s", i ? "," : "",
			columns->columns[i]->name);
	fputs("\r\n", stream);
}

/**
 * events_csv_row - print an event
 * @stream: where
 * @columns: what of it
 * @row: the event
 */
void events_csv_row(FILE *stream, const struct events_columns *columns,
		    struct events_row *row)
{
	size_t i;

	for (i = 0; i < columns->nr; i++) {
		struct bytes cell = { 0 };
		char *text = events_column_text(columns->columns[i], row,
						&cell.length);

		cell.data = (const uint8_t *)text;
		if (i)
			fputc(',', stream);
		events_csv_cell(stream, cell);
		free(text);
	}
	fputs("\r\n", stream);
}
