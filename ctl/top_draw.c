// SPDX-License-Identifier: GPL-2.0-only
/*
 * A page on the screen: the one file that knows ncurses.
 */
#include <curses.h>
#include <errno.h>
#include <stdlib.h>

#include "top.h"
#include "../module/core/env.h"

static SCREEN *screen;
static bool colours;

/**
 * struct look - what a style is on the screen
 * @attributes: how the characters look, with colours or without
 * @colour: their colour, -1: the terminal's own
 * @background: what is behind them, likewise
 */
struct look {
	attr_t attributes;
	short colour;
	short background;
};

static const struct look looks[] = {
	[STYLE_PLAIN] = { A_NORMAL, -1, -1 },
	[STYLE_BOLD] = { A_BOLD, -1, -1 },
	[STYLE_DIM] = { A_DIM, -1, -1 },
	[STYLE_RED] = { A_BOLD, COLOR_RED, -1 },
	[STYLE_YELLOW] = { A_NORMAL, COLOR_YELLOW, -1 },
	[STYLE_GREEN] = { A_NORMAL, COLOR_GREEN, -1 },
	[STYLE_CYAN] = { A_NORMAL, COLOR_CYAN, -1 },
	[STYLE_ALARM] = { A_BOLD, COLOR_WHITE, COLOR_RED },
	[STYLE_MARK] = { A_BOLD, COLOR_YELLOW, -1 },
	[STYLE_BAR] = { A_REVERSE, -1, -1 },
};

static void begin_colours(void)
{
	size_t i;

	colours = has_colors() && start_color() == OK &&
		  use_default_colors() == OK;
	for (i = 1; colours && i < ARRAY_SIZE(looks); i++)
		init_pair(i, looks[i].colour, looks[i].background);
}

/**
 * top_draw_open - take the terminal over
 * @colour: colours may be used
 *
 * Return: 0, or -ENOTTY where the terminal cannot do that.
 */
int top_draw_open(bool colour)
{
	screen = newterm(NULL, stdout, stdin);
	if (!screen)
		return -ENOTTY;
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	set_escdelay(25);
	curs_set(0);
	colours = false;
	if (colour)
		begin_colours();
	return 0;
}

/**
 * top_draw_close - give the terminal back as it was
 */
void top_draw_close(void)
{
	endwin();
	delscreen(screen);
}

/**
 * top_draw_size - how large the terminal is now
 * @width: set to the columns
 * @height: set to the rows
 */
void top_draw_size(size_t *width, size_t *height)
{
	*width = COLS;
	*height = LINES;
}

/* Where there are no colours an alarm still has to stand out. */
static attr_t attributes_of(enum terminal_style style)
{
	if (colours)
		return looks[style].attributes | COLOR_PAIR(style);
	return style == STYLE_ALARM ? A_REVERSE | A_BOLD :
				      looks[style].attributes;
}

static void draw_row(const struct top_page *page, size_t row)
{
	const struct top_cell *cells = top_page_row(page, row);
	size_t i;

	for (i = 0; i < page->width; i++) {
		const chtype cell = (chtype)cells[i].character |
				    attributes_of(cells[i].style);

		/* Unlike addch() it neither wraps nor scrolls. */
		mvaddchnstr(row, i, &cell, 1);
	}
}

/**
 * top_draw - put a page on the screen
 * @page: the page, as large as top_draw_size() says
 */
void top_draw(const struct top_page *page)
{
	size_t row;

	erase();
	for (row = 0; row < page->height; row++)
		draw_row(page, row);
	refresh();
}

/**
 * top_draw_key - the next key that was pressed
 *
 * Return: what it means; TOP_KEY_NONE where none was.
 */
enum top_key top_draw_key(void)
{
	for (;;) {
		switch (getch()) {
		case ERR:
			return TOP_KEY_NONE;
		case 'q':
		case 'Q':
			return TOP_KEY_QUIT;
		case 'p':
		case ' ':
			return TOP_KEY_PAUSE;
		case 's':
			return TOP_KEY_SORT;
		case 'r':
			return TOP_KEY_RESET;
		case 'h':
		case '?':
			return TOP_KEY_HELP;
		case KEY_RESIZE:
			return TOP_KEY_REDRAW;
		}
	}
}
