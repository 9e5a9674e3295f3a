// SPDX-License-Identifier: GPL-2.0-only
/*
 * Printing a command line: its head, its tail and the surroundings of every
 * hit, with the hits marked and the offsets where something was left out.
 */
#include <stdlib.h>
#include <string.h>

#include "print.h"
#include "../module/uapi/policy.h"
#include "../module/uapi/pydetect.h"

/* A command line up to this length is printed whole. */
#define SHORT_BYTES 400
#define HEAD_BYTES 160
#define TAIL_BYTES 40
#define AROUND_BYTES 48

/* Kept small, because a command line may be one hit beside the other. */
#define SPANS_MAX 12

/* Around an ellipsis there is a space each; it may be three dots. */
#define OMISSION_COLUMNS 5

/* Shares of a line: of its columns, of bytes before a hit. */
#define LINE_HEAD 3
#define LINE_AROUND 8

/**
 * struct span - a run of argv
 * @start: offset of its first byte
 * @end: offset behind its last byte
 */
struct span {
	uint64_t start;
	uint64_t end;
};

/**
 * struct walk - how far a command line is printed
 * @terminal: where
 * @command: what
 * @shown: offset behind what was printed
 * @left: columns that are left
 */
struct walk {
	struct terminal *terminal;
	const struct print_command *command;
	uint64_t shown;
	size_t left;
};

/* Where a hit stands; false where it is elsewhere or its place is not known. */
static bool hit_span(const struct print_command *command, size_t index,
		     struct span *span)
{
	const struct event_hit *hit = &command->hits[index];
	bool args = hit->field == PYDETECT_FIELD_ARGS &&
		    command->field == PYDETECT_FIELD_COMMAND_LINE;

	if ((hit->field != command->field && !args) || !hit->length)
		return false;
	span->start = hit->offset;
	span->end = hit->offset + hit->length;
	return span->end > span->start;
}

static int by_start(const void *left, const void *right)
{
	const struct span *a = left, *b = right;

	return (a->start > b->start) - (a->start < b->start);
}

/* Where the name of the program begins, without directories. */
static uint64_t name_offset(const struct event_process *process)
{
	const struct event_piece *piece = process->pieces;
	const uint8_t *end, *slash;

	if (!process->nr_pieces || piece->offset || !piece->data.length)
		return 0;
	end = memchr(piece->data.data, 0, piece->data.length);
	if (!end)
		end = piece->data.data + piece->data.length;
	slash = memrchr(piece->data.data, '/', end - piece->data.data);
	return slash ? slash + 1 - piece->data.data : 0;
}

/*
 * One line: the beginning, and from the first hit on where that is far on.
 * Where columns are few the directory of the program is the least of it.
 */
static size_t choose_line(const struct print_command *command,
			  struct span *spans)
{
	const uint64_t name = name_offset(command->process);
	struct span hit = { 0 };
	size_t i;

	for (i = 0; i < command->nr_hits; i++)
		if (hit_span(command, i, &hit))
			break;
	if (hit.end <= name + command->columns) {
		spans[0] = (struct span){ name, UINT64_MAX };
		return 1;
	}
	spans[0] = (struct span){ name, name + command->columns / LINE_HEAD };
	spans[1].start = hit.start < LINE_AROUND ? 0 : hit.start - LINE_AROUND;
	spans[1].end = UINT64_MAX;
	return 2;
}

/* Head, tail and the surroundings of the hits. */
static size_t choose_spans(const struct print_command *command,
			   struct span *spans)
{
	const uint64_t length = command->process->args_length;
	size_t i, nr = 0;
	struct span hit;

	if (command->columns)
		return choose_line(command, spans);
	if (command->whole || length <= SHORT_BYTES) {
		spans[0] = (struct span){ 0, UINT64_MAX };
		return 1;
	}
	spans[nr++] = (struct span){ 0, HEAD_BYTES };
	spans[nr++] = (struct span){ length - TAIL_BYTES, length };
	for (i = 0; i < command->nr_hits && nr < SPANS_MAX; i++) {
		if (!hit_span(command, i, &hit))
			continue;
		spans[nr].start =
			hit.start < AROUND_BYTES ? 0 : hit.start - AROUND_BYTES;
		spans[nr++].end = hit.end + AROUND_BYTES;
	}
	qsort(spans, nr, sizeof(*spans), by_start);
	return nr;
}

/* Is @at within a hit? @until: where that changes, at most @end. */
static bool is_hit(const struct print_command *command, uint64_t at,
		   uint64_t end, uint64_t *until)
{
	bool inside = false;
	struct span hit;
	size_t i;

	*until = end;
	for (i = 0; i < command->nr_hits; i++) {
		if (!hit_span(command, i, &hit) || hit.end <= at)
			continue;
		if (hit.start <= at)
			inside = true;
		if (hit.start > at && hit.start < *until)
			*until = hit.start;
		if (hit.start <= at && hit.end < *until)
			*until = hit.end;
	}
	return inside;
}

/* Nothing is printed behind it. */
static void end_line(struct walk *walk)
{
	fputs(terminal_ellipsis(walk->terminal), walk->terminal->stream);
	walk->left = 0;
}

static void put_text(struct walk *walk, enum terminal_style style,
		     struct bytes text)
{
	const size_t whole = text.length;

	if (walk->command->columns)
		text.length = terminal_fit(walk->terminal, text, &walk->left);
	terminal_bytes(walk->terminal, style, text);
	if (text.length < whole)
		end_line(walk);
}

/* Print a part of a piece that is wholly known. */
static void put_part(struct walk *walk, const struct event_piece *piece,
		     struct span part)
{
	uint64_t until;

	while (part.start < part.end && walk->left) {
		bool hit = is_hit(walk->command, part.start, part.end, &until);
		struct bytes text = {
			.data = piece->data.data + (part.start - piece->offset),
			.length = until - part.start,
		};

		put_text(walk, hit ? STYLE_MARK : STYLE_PLAIN, text);
		part.start = until;
	}
}

/* Something is missing here; @at: offset of what comes next. */
static void put_omission(struct walk *walk, uint64_t at)
{
	const char *ellipsis = terminal_ellipsis(walk->terminal);

	if (!walk->command->columns) {
		terminal_print(walk->terminal, STYLE_DIM, " %s@%llu%s ",
			       ellipsis, (unsigned long long)at, ellipsis);
	} else if (walk->left > OMISSION_COLUMNS) {
		terminal_print(walk->terminal, STYLE_DIM, " %s ", ellipsis);
		walk->left -= OMISSION_COLUMNS;
	} else {
		end_line(walk);
	}
}

/* Print what @piece has of @span and was not printed yet. */
static void put_span(struct walk *walk, const struct event_piece *piece,
		     struct span span)
{
	uint64_t end = piece->offset + piece->data.length;
	struct span part = span;

	if (part.start < piece->offset)
		part.start = piece->offset;
	if (part.start < walk->shown)
		part.start = walk->shown;
	if (part.end > end)
		part.end = end;
	if (part.start >= part.end || !walk->left)
		return;
	if (part.start > walk->shown)
		put_omission(walk, part.start);
	put_part(walk, piece, part);
	walk->shown = part.end;
}

static void put_spans(struct walk *walk)
{
	const struct event_process *process = walk->command->process;
	struct span spans[SPANS_MAX];
	size_t nr_spans = choose_spans(walk->command, spans);
	size_t i, j;

	for (i = 0; i < nr_spans; i++)
		for (j = 0; j < process->nr_pieces; j++)
			put_span(walk, &process->pieces[j], spans[i]);
}

/* Columns for text, when what may end it is taken off: a space, an ellipsis. */
static size_t columns_for_text(const struct terminal *terminal, size_t columns)
{
	const size_t ellipsis = terminal->utf8 ? 2 : 4;

	return columns > ellipsis ? columns - ellipsis : 0;
}

/**
 * print_command - print a command line
 * @terminal: where
 * @command: what, and how much of it
 *
 * Prints neither at the start nor at the end of the line.
 */
void print_command(struct terminal *terminal,
		   const struct print_command *command)
{
	const struct event_process *process = command->process;
	struct walk walk = {
		.terminal = terminal,
		.command = command,
		.left = SIZE_MAX,
	};

	if (command->columns) {
		walk.left = columns_for_text(terminal, command->columns);
		walk.shown = name_offset(process);
	}
	put_spans(&walk);
	if (!walk.left)
		return;
	if (walk.shown < process->args_length)
		terminal_print(terminal, STYLE_DIM, " %s",
			       terminal_ellipsis(terminal));
	if (process->args_length > SHORT_BYTES && !command->columns)
		terminal_print(terminal, STYLE_DIM, " (%llu bytes)",
			       (unsigned long long)process->args_length);
}
