// SPDX-License-Identifier: GPL-2.0-only
/*
 * A page of text.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>

#include "top_page.h"

/**
 * top_page_init - begin a page
 * @page: initialised, blank; released by top_page_free(), on errors too
 * @width: columns
 * @height: rows
 *
 * Return: 0 or -ENOMEM.
 */
int top_page_init(struct top_page *page, size_t width, size_t height)
{
	size_t i;

	*page = (struct top_page){ .width = width, .height = height };
	page->cells = calloc(width * height + 1, sizeof(*page->cells));
	if (!page->cells)
		return -ENOMEM;
	for (i = 0; i < width * height; i++)
		page->cells[i].character = ' ';
	return 0;
}

/**
 * top_page_free - release a page
 * @page: the page
 */
void top_page_free(struct top_page *page)
{
	free(page->cells);
}

static bool is_room(const struct top_page *page)
{
	return page->row < page->height && page->column < page->width;
}

/* Whatever comes here: nothing else ever gets onto a page. */
static char printable(char character)
{
	return character >= ' ' && character <= '~' ? character : '?';
}

static void put(struct top_page *page, enum terminal_style style,
		const char *text, size_t length)
{
	size_t i;

	for (i = 0; i < length && is_room(page); i++) {
		struct top_cell *cell =
			top_page_row(page, page->row) + page->column++;

		cell->character = printable(text[i]);
		cell->style = style;
	}
}

/**
 * top_page_print - put words of our own on a page
 * @page: the page
 * @style: how they look
 * @format: as for printf(); at most 255 bytes are put
 */
void top_page_print(struct top_page *page, enum terminal_style style,
		    const char *format, ...)
{
	va_list arguments;
	char text[256];

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	put(page, style, text, strlen(text));
}

/**
 * top_page_bytes - put bytes from anywhere on a page
 * @page: the page
 * @style: how they look
 * @text: the bytes; what is not printable ASCII shows as an escape
 */
void top_page_bytes(struct top_page *page, enum terminal_style style,
		    struct bytes text)
{
	struct terminal terminal = { 0 };
	char *escaped = NULL;
	size_t length = 0;

	/* Each byte takes a column at least. */
	if (text.length > page->width)
		text.length = page->width;
	terminal.stream = open_memstream(&escaped, &length);
	if (!terminal.stream)
		return;
	terminal_bytes(&terminal, STYLE_PLAIN, text);
	fclose(terminal.stream);
	put(page, style, escaped, length);
	free(escaped);
}

/**
 * top_page_move - go on in another column
 * @page: the page
 * @column: the column
 */
void top_page_move(struct top_page *page, size_t column)
{
	page->column = column;
}

/**
 * top_page_next - go on in the next row
 * @page: the page
 */
void top_page_next(struct top_page *page)
{
	page->row++;
	page->column = 0;
}

/**
 * top_page_bar - make the present row a bar across the page, and go on
 * @page: the page
 */
void top_page_bar(struct top_page *page)
{
	size_t column;

	for (column = 0; page->row < page->height && column < page->width;
	     column++) {
		struct top_cell *cell = top_page_row(page, page->row) + column;

		if (cell->style == STYLE_PLAIN)
			cell->style = STYLE_BAR;
	}
	top_page_next(page);
}
