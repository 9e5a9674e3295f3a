// SPDX-License-Identifier: GPL-2.0-only
/*
 * A page as plain text.
 */
#include "top.h"

static size_t used_columns(const struct top_page *page, size_t row)
{
	const struct top_cell *cells = top_page_row(page, row);
	size_t nr = page->width;

	while (nr && cells[nr - 1].character == ' ')
		nr--;
	return nr;
}

static size_t used_rows(const struct top_page *page)
{
	size_t nr = page->height;

	while (nr && !used_columns(page, nr - 1))
		nr--;
	return nr;
}

static void put_row(const struct top_page *page, size_t row,
		    struct terminal *terminal)
{
	const struct top_cell *cells = top_page_row(page, row);
	const size_t nr = used_columns(page, row);
	size_t i;

	for (i = 0; i < nr; i++) {
		terminal_style(terminal, cells[i].style);
		fputc(cells[i].character, terminal->stream);
	}
	terminal_style(terminal, STYLE_PLAIN);
	fputc('\n', terminal->stream);
}

/**
 * top_text - print a page
 * @page: the page
 * @terminal: where
 */
void top_text(const struct top_page *page, struct terminal *terminal)
{
	const size_t nr = used_rows(page);
	size_t row;

	for (row = 0; row < nr; row++)
		put_row(page, row, terminal);
}
