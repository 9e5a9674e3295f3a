// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events -> standard output, a document a line.
 */
#include <errno.h>
#include <stdlib.h>

#include "sink.h"

static int take_event(struct sink *sink, const struct event *event)
{
	print_json(print_ecs(event, sink->origin), stdout);
	return 0;
}

static int take_gap(struct sink *sink, const struct event_gap *gap)
{
	print_json(print_ecs_gap(gap, sink->origin), stdout);
	return 0;
}

static int flush(struct sink *sink)
{
	(void)sink;
	return fflush(stdout) || ferror(stdout) ? -EPIPE : 0;
}

static void close_sink(struct sink *sink)
{
	flush(sink);
	free(sink);
}

/**
 * sink_json_open - events for machines, on standard output
 * @sink: set to the sink
 * @origin: this machine
 *
 * Return: 0 or -ENOMEM.
 */
int sink_json_open(struct sink **sink, const struct print_origin *origin)
{
	static const struct sink_operations operations = {
		.event = take_event,
		.gap = take_gap,
		.flush = flush,
		.close = close_sink,
	};

	*sink = calloc(1, sizeof(**sink));
	if (!*sink)
		return -ENOMEM;
	(*sink)->operations = &operations;
	(*sink)->origin = origin;
	return 0;
}
