// SPDX-License-Identifier: GPL-2.0-only
/*
 * An event in one line, for the journal and for ECS: the headline of
 * print_event() and the command line.
 */
#include <stdlib.h>

#include "print.h"
#include "../module/uapi/policy.h"

/**
 * struct line - a terminal that is a string
 * @terminal: prints into @text
 * @text: what was printed, once it is closed
 * @size: of @text
 */
struct line {
	struct terminal terminal;
	char *text;
	size_t size;
};

static bool line_open(struct line *line)
{
	line->text = NULL;
	line->terminal = (struct terminal){
		.stream = open_memstream(&line->text, &line->size),
		.utf8 = true,
	};
	return line->terminal.stream;
}

/* Returns the text, for the caller to free; NULL where memory ran out. */
static char *line_close(struct line *line)
{
	if (!fclose(line->terminal.stream))
		return line->text;
	free(line->text);
	return NULL;
}

/**
 * print_summary - an event in one line of UTF-8 without control characters
 * @event: the event
 *
 * Return: the line without its end, for the caller to free, or NULL.
 */
char *print_summary(const struct event *event)
{
	const struct print_command command = {
		.process = &event->process,
		.hits = event->hits,
		.nr_hits = event->nr_hits,
		.field = PYDETECT_FIELD_COMMAND_LINE,
	};
	struct line line;

	if (!line_open(&line))
		return NULL;
	print_headline(&line.terminal, event);
	if (event->process.nr_pieces) {
		fputs(": ", line.terminal.stream);
		print_command(&line.terminal, &command);
	}
	return line_close(&line);
}

/**
 * print_summary_gap - a gap in one line
 * @gap: the gap
 *
 * Return: the line without its end, for the caller to free, or NULL.
 */
char *print_summary_gap(const struct event_gap *gap)
{
	struct line line;

	if (!line_open(&line))
		return NULL;
	print_lost(&line.terminal, gap);
	return line_close(&line);
}
