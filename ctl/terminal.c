// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where text for people goes.
 *
 * Command lines and paths are chosen by whoever is being watched. Control
 * bytes, bytes that are not UTF-8 and characters that turn the order of a line
 * around are shown as escapes, so that a line stays one line and says what the
 * exec said.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "terminal.h"
#include "utf8.h"
#include "../module/core/env.h"

static const char *const sequences[] = {
	[STYLE_PLAIN] = "\033[0m",     [STYLE_BOLD] = "\033[0;1m",
	[STYLE_DIM] = "\033[0;2m",     [STYLE_RED] = "\033[0;1;31m",
	[STYLE_YELLOW] = "\033[0;33m", [STYLE_GREEN] = "\033[0;32m",
	[STYLE_CYAN] = "\033[0;36m",   [STYLE_ALARM] = "\033[0;1;37;41m",
	[STYLE_MARK] = "\033[0;1;33m", [STYLE_BAR] = "\033[0;7m",
};

static const char *const classes[] = {
	[STYLE_PLAIN] = "",	   [STYLE_BOLD] = "bold",
	[STYLE_DIM] = "dim",	   [STYLE_RED] = "red",
	[STYLE_YELLOW] = "yellow", [STYLE_GREEN] = "green",
	[STYLE_CYAN] = "cyan",	   [STYLE_ALARM] = "alarm",
	[STYLE_MARK] = "mark",
};

/* https://no-color.org: any value but the empty one. */
static bool wants_colour(FILE *stream)
{
	const char *no_colour = getenv("NO_COLOR");
	const char *kind = getenv("TERM");

	if (no_colour && *no_colour)
		return false;
	if (kind && !strcmp(kind, "dumb"))
		return false;
	return isatty(fileno(stream));
}

/* Where nobody says what the terminal understands, it is UTF-8 these days. */
static bool wants_utf8(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		const char *locale = getenv(names[i]);

		if (locale && *locale)
			return strcasestr(locale, "utf-8") ||
			       strcasestr(locale, "utf8");
	}
	return true;
}

/**
 * terminal_init - look at what a stream is connected to
 * @terminal: filled in
 * @stream: the stream, which has to outlive it
 */
void terminal_init(struct terminal *terminal, FILE *stream)
{
	terminal->stream = stream;
	terminal->colour = wants_colour(stream);
	terminal->utf8 = wants_utf8();
	terminal->html = false;
	terminal->width = 0;
	terminal->style = STYLE_PLAIN;
}

/**
 * terminal_init_html - write into a page instead
 * @terminal: filled in
 * @stream: the page, in UTF-8, which has to outlive it
 *
 * A style becomes a span with a class; STYLE_PLAIN adds no markup, so that text
 * can also stand in attributes.
 */
void terminal_init_html(struct terminal *terminal, FILE *stream)
{
	*terminal = (struct terminal){
		.stream = stream,
		.colour = true,
		.utf8 = true,
		.html = true,
	};
}

static void change_span(FILE *stream, enum terminal_style from,
			enum terminal_style to)
{
	if (from != STYLE_PLAIN)
		fputs("</span>", stream);
	if (to != STYLE_PLAIN)
		fprintf(stream, "<span class=\"%s\">", classes[to]);
}

/**
 * terminal_style - change how what follows looks
 * @terminal: the terminal
 * @style: how
 */
void terminal_style(struct terminal *terminal, enum terminal_style style)
{
	if (style == terminal->style)
		return;
	if (terminal->html)
		change_span(terminal->stream, terminal->style, style);
	else if (terminal->colour)
		fputs(sequences[style], terminal->stream);
	terminal->style = style;
}

/**
 * terminal_print - print words of our own
 * @terminal: the terminal
 * @style: how they look
 * @format: as for printf()
 *
 * Not for anything that comes from elsewhere: see terminal_bytes().
 */
void terminal_print(struct terminal *terminal, enum terminal_style style,
		    const char *format, ...)
{
	va_list arguments;

	terminal_style(terminal, style);
	va_start(arguments, format);
	vfprintf(terminal->stream, format, arguments);
	va_end(arguments);
	terminal_style(terminal, STYLE_PLAIN);
}

/*
 * Controls, and what is invisible or changes the direction of writing: the
 * line would not read as it is.
 */
static bool is_deceptive(uint32_t point)
{
	return point < 0x20 || (point >= 0x7f && point < 0xa0) ||
	       point == 0xad || point == 0x61c ||
	       (point >= 0x200b && point <= 0x200f) ||
	       (point >= 0x2028 && point <= 0x202e) ||
	       (point >= 0x2060 && point <= 0x206f) || point == 0xfeff ||
	       (point >= 0xfff9 && point <= 0xfffb) ||
	       (point >= 0xe0000 && point <= 0xe0fff);
}

static void escape_byte(struct terminal *terminal, uint8_t byte)
{
	static const char names[] = "abtnvfr";

	if (byte >= '\a' && byte <= '\r')
		fprintf(terminal->stream, "\\%c", names[byte - '\a']);
	else
		fprintf(terminal->stream, "\\x%02x", byte);
}

static void escape_point(struct terminal *terminal, uint32_t point)
{
	if (point < 0x80)
		escape_byte(terminal, point);
	else
		fprintf(terminal->stream,
			point > 0xffff ? "\\U%08x" : "\\u%04x", point);
}

static bool is_markup(uint32_t point)
{
	return point == '<' || point == '>' || point == '&' || point == '"' ||
	       point == '\'';
}

/* Print the first character, or the first byte; returns what it took. */
static size_t put_character(struct terminal *terminal, struct bytes text)
{
	uint32_t point = 0;
	size_t length = utf8_decode(text, &point);

	if (!length) {
		escape_byte(terminal, text.data[0]);
		return 1;
	}
	if (is_deceptive(point) || (point >= 0x80 && !terminal->utf8))
		escape_point(terminal, point);
	else if (terminal->html && is_markup(point))
		fprintf(terminal->stream, "&#%u;", point);
	else
		fwrite(text.data, 1, length, terminal->stream);
	return length;
}

/**
 * terminal_bytes - print bytes from anywhere
 * @terminal: the terminal
 * @style: how they look
 * @text: the bytes; a NUL, which ends an argument, shows as a space
 */
void terminal_bytes(struct terminal *terminal, enum terminal_style style,
		    struct bytes text)
{
	terminal_style(terminal, style);
	while (text.length) {
		size_t taken = 1;

		if (text.data[0])
			taken = put_character(terminal, text);
		else
			fputc(' ', terminal->stream);
		text.data += taken;
		text.length -= taken;
	}
	terminal_style(terminal, STYLE_PLAIN);
}

/**
 * terminal_string - print a string from anywhere
 * @terminal: the terminal
 * @style: how it looks
 * @text: the string
 */
void terminal_string(struct terminal *terminal, enum terminal_style style,
		     const char *text)
{
	terminal_bytes(terminal, style, bytes_of(text));
}

/**
 * terminal_ellipsis - what stands for something left out
 * @terminal: the terminal
 *
 * Return: a string.
 */
const char *terminal_ellipsis(const struct terminal *terminal)
{
	return terminal->utf8 ? "\342\200\246" : "...";
}

/**
 * terminal_width - how wide a line may be
 * @terminal: the terminal
 *
 * Return: columns; SIZE_MAX where it is no terminal.
 */
size_t terminal_width(const struct terminal *terminal)
{
	struct winsize size;
	const int file = fileno(terminal->stream);

	if (terminal->width)
		return terminal->width;
	if (file < 0 || ioctl(file, TIOCGWINSZ, &size) || !size.ws_col)
		return SIZE_MAX;
	return size.ws_col;
}

static size_t byte_columns(uint8_t byte)
{
	return byte >= '\a' && byte <= '\r' ? 2 : 4;
}

/*
 * Columns that put_character() takes. Where it depends on the terminal, the
 * more: a line that is a bit short does no harm, one that wraps does.
 */
static size_t character_columns(const struct terminal *terminal,
				struct bytes text, size_t *length)
{
	uint32_t point = 0;

	*length = utf8_decode(text, &point);
	if (!*length) {
		*length = 1;
		return byte_columns(text.data[0]);
	}
	if (!point)
		return 1;
	if (point < 0x80)
		return is_deceptive(point) ? byte_columns(point) : 1;
	if (is_deceptive(point) || !terminal->utf8)
		return point > 0xffff ? 10 : 6;
	return point < 0x300 ? 1 : 2;
}

/**
 * terminal_fit - how much of a text fits
 * @terminal: the terminal
 * @text: any bytes, to be printed with terminal_bytes()
 * @columns: how many there are; set to those that remain
 *
 * Return: bytes at the beginning of @text.
 */
size_t terminal_fit(const struct terminal *terminal, struct bytes text,
		    size_t *columns)
{
	const size_t whole = text.length;

	while (text.length) {
		size_t length;
		size_t width = character_columns(terminal, text, &length);

		if (width > *columns)
			break;
		*columns -= width;
		text.data += length;
		text.length -= length;
	}
	return whole - text.length;
}
