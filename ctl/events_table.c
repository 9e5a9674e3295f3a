// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events as a table for people.
 */
#include <stdlib.h>

#include "events_column.h"

/* Between columns. */
#define SPACE 2

/* However narrow the terminal, something of the last column is seen. */
#define LAST_MIN 10

/* What the last column may take; SIZE_MAX: all it wants. */
static size_t last_width(const struct terminal *terminal,
			 const struct events_columns *columns)
{
	const size_t width = terminal_width(terminal);
	size_t i, used = 0;

	if (width == SIZE_MAX)
		return SIZE_MAX;
	for (i = 0; i + 1 < columns->nr; i++)
		used += columns->columns[i]->width + SPACE;
	return width > used + LAST_MIN ? width - used : LAST_MIN;
}

static size_t ellipsis_width(const struct terminal *terminal)
{
	return terminal->utf8 ? 1 : 3;
}

/* Print as much as @width columns hold; returns columns that are left. */
static size_t put_text(struct terminal *terminal, enum terminal_style style,
		       struct bytes text, size_t width)
{
	size_t left = width;

	if (terminal_fit(terminal, text, &left) < text.length) {
		left = width - ellipsis_width(terminal);
		text.length = terminal_fit(terminal, text, &left);
		terminal_bytes(terminal, style, text);
		fputs(terminal_ellipsis(terminal), terminal->stream);
	} else {
		terminal_bytes(terminal, style, text);
	}
	return left;
}

static void put_cell(struct terminal *terminal,
		     const struct events_columns *columns, size_t index,
		     enum terminal_style style, struct bytes text)
{
	size_t left;

	if (index + 1 == columns->nr) {
		put_text(terminal, style, text, last_width(terminal, columns));
		fputc('\n', terminal->stream);
		return;
	}
	left = put_text(terminal, style, text, columns->columns[index]->width);
	fprintf(terminal->stream, "%*s", (int)left + SPACE, "");
}

/**
 * events_table_head - print the names of columns
 * @terminal: where
 * @columns: the columns
 */
void events_table_head(struct terminal *terminal,
		       const struct events_columns *columns)
{
	size_t i;

	for (i = 0; i < columns->nr; i++)
		put_cell(terminal, columns, i, STYLE_BOLD,
			 bytes_of(columns->columns[i]->name));
}

static enum terminal_style row_style(const struct event *event)
{
	const struct event_rule *rule = event_main_rule(event);

	if (event->denied || event->error)
		return STYLE_RED;
	return rule ? print_level_style(rule->level) : STYLE_PLAIN;
}

/* What happened is coloured by how bad it is. */
static enum terminal_style cell_style(const struct events_column *column,
				      const struct event *event)
{
	if (!strcmp(column->name, "verdict") || !strcmp(column->name, "level"))
		return row_style(event);
	return STYLE_PLAIN;
}

/**
 * events_table_row - print an event
 * @terminal: where
 * @columns: what of it
 * @row: the event
 */
void events_table_row(struct terminal *terminal,
		      const struct events_columns *columns,
		      struct events_row *row)
{
	size_t i;

	for (i = 0; i < columns->nr; i++) {
		const struct events_column *column = columns->columns[i];
		struct bytes cell = { 0 };
		char *text = events_column_text(column, row, &cell.length);

		cell.data = (const uint8_t *)text;
		put_cell(terminal, columns, i, cell_style(column, row->event),
			 cell);
		free(text);
	}
}
