// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events -> standard output, for people.
 */
#include <errno.h>
#include <stdlib.h>

#include "sink.h"

/* Events that something may be said about later. */
#define KEPT 256

/**
 * struct kept - attributes of an event that was printed
 * @raw: the attributes, owned
 * @number: of the event
 */
struct kept {
	struct bytes raw;
	uint64_t number;
};

/**
 * struct sink_text - standard output for people
 * @sink: seen from outside
 * @terminal: where to
 * @verbose: print all that is known
 * @kept: the last events, by number
 */
struct sink_text {
	struct sink sink;
	struct terminal terminal;
	bool verbose;
	struct kept kept[KEPT];
};

static struct sink_text *text_of(struct sink *sink)
{
	return (struct sink_text *)sink;
}

static struct kept *place_of(struct sink_text *text, uint64_t number)
{
	return &text->kept[number % KEPT];
}

static int keep(struct sink_text *text, const struct event *event)
{
	struct kept *kept = place_of(text, event->number);
	uint8_t *copy = realloc((void *)kept->raw.data, event->raw.length + 1);

	if (!copy)
		return -ENOMEM;
	if (event->raw.length)
		memcpy(copy, event->raw.data, event->raw.length);
	kept->raw.data = copy;
	kept->raw.length = event->raw.length;
	kept->number = event->number;
	return 0;
}

static int take_event(struct sink *sink, const struct event *event)
{
	struct sink_text *text = text_of(sink);

	if (text->verbose)
		print_event(&text->terminal, event);
	else
		print_alert(&text->terminal, event);
	return keep(text, event);
}

static int take_repeat(struct sink *sink, const struct event_repeat *repeat)
{
	struct sink_text *text = text_of(sink);
	const struct kept *kept = place_of(text, repeat->number);
	struct event event;
	int error;

	if (kept->number != repeat->number) {
		terminal_print(&text->terminal, STYLE_BOLD,
			       "%llu more like event %llu\n",
			       (unsigned long long)repeat->count,
			       (unsigned long long)repeat->number);
		return 0;
	}
	error = event_decode(&event, kept->raw);
	if (!error)
		print_repeat(&text->terminal, &event, repeat->count,
			     repeat->time);
	event_free(&event);
	return error;
}

static int take_gap(struct sink *sink, const struct event_gap *gap)
{
	print_gap(&text_of(sink)->terminal, gap);
	return 0;
}

static int flush(struct sink *sink)
{
	FILE *stream = text_of(sink)->terminal.stream;

	return fflush(stream) || ferror(stream) ? -EPIPE : 0;
}

static void close_sink(struct sink *sink)
{
	struct sink_text *text = text_of(sink);
	size_t i;

	flush(sink);
	for (i = 0; i < KEPT; i++)
		free((void *)text->kept[i].raw.data);
	free(text);
}

/**
 * sink_text_open - events for people, on standard output
 * @sink: set to the sink
 * @origin: this machine
 * @verbose: print all that is known, instead of a line an event
 *
 * Return: 0 or -ENOMEM.
 */
int sink_text_open(struct sink **sink, const struct print_origin *origin,
		   bool verbose)
{
	static const struct sink_operations operations = {
		.event = take_event,
		.repeat = take_repeat,
		.gap = take_gap,
		.flush = flush,
		.close = close_sink,
	};
	struct sink_text *text = calloc(1, sizeof(*text));

	if (!text)
		return -ENOMEM;
	text->sink.operations = &operations;
	text->sink.origin = origin;
	terminal_init(&text->terminal, stdout);
	text->verbose = verbose;
	*sink = &text->sink;
	return 0;
}
