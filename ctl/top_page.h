/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A page of text: rows of characters that take one column each.
 *
 * Only printable ASCII gets onto it, whatever is put there: no name and no
 * command line can steer the terminal, or shift what stands beside it.
 */
#ifndef PYDETECT_CTL_TOP_PAGE_H
#define PYDETECT_CTL_TOP_PAGE_H

#include "terminal.h"

/**
 * struct top_cell - a place for one character
 * @character: the character
 * @style: enum terminal_style
 */
struct top_cell {
	char character;
	uint8_t style;
};

/**
 * struct top_page - a page
 * @width: columns
 * @height: rows
 * @row: where the next character goes
 * @column: likewise; what is beyond @width is cut off
 * @cells: row by row
 */
struct top_page {
	size_t width;
	size_t height;
	size_t row;
	size_t column;
	struct top_cell *cells;
};

/** top_page_row - the cells of a row */
static inline struct top_cell *top_page_row(const struct top_page *page,
					    size_t row)
{
	return page->cells + row * page->width;
}

int top_page_init(struct top_page *page, size_t width, size_t height);
void top_page_free(struct top_page *page);
void top_page_print(struct top_page *page, enum terminal_style style,
		    const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void top_page_bytes(struct top_page *page, enum terminal_style style,
		    struct bytes text);
void top_page_move(struct top_page *page, size_t column);
void top_page_next(struct top_page *page);
void top_page_bar(struct top_page *page);

#endif /* PYDETECT_CTL_TOP_PAGE_H */
