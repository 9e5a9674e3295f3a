/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where text for people goes: colours where they are wanted, and nothing that
 * could steer a terminal, or a browser.
 */
#ifndef PYDETECT_CTL_TERMINAL_H
#define PYDETECT_CTL_TERMINAL_H

#include <stdbool.h>
#include <stdio.h>

#include "bytes.h"

enum terminal_style {
	STYLE_PLAIN,
	STYLE_BOLD,
	STYLE_DIM,
	STYLE_RED,
	STYLE_YELLOW,
	STYLE_GREEN,
	STYLE_CYAN,
	STYLE_ALARM, /* what was denied */
	STYLE_MARK,  /* a hit within other text */
	STYLE_BAR,   /* a heading across the screen */
};

/**
 * struct terminal - a stream that people read
 * @stream: the stream, not owned
 * @colour: may styles be used?
 * @utf8: may characters beyond ASCII be used?
 * @html: it is a page: styles are classes, and markup in text is text
 * @width: columns of a line; zero: as many as the stream's terminal has now
 * @style: in force now
 */
struct terminal {
	FILE *stream;
	bool colour;
	bool utf8;
	bool html;
	size_t width;
	enum terminal_style style;
};

void terminal_init(struct terminal *terminal, FILE *stream);
void terminal_init_html(struct terminal *terminal, FILE *stream);
void terminal_style(struct terminal *terminal, enum terminal_style style);
void terminal_print(struct terminal *terminal, enum terminal_style style,
		    const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void terminal_bytes(struct terminal *terminal, enum terminal_style style,
		    struct bytes text);
void terminal_string(struct terminal *terminal, enum terminal_style style,
		     const char *text);
const char *terminal_ellipsis(const struct terminal *terminal);
size_t terminal_width(const struct terminal *terminal);
size_t terminal_fit(const struct terminal *terminal, struct bytes text,
		    size_t *columns);

#endif /* PYDETECT_CTL_TERMINAL_H */
