// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stands in front of another sink and hands it each alert once a second, with
 * a count.
 */
#include <stdlib.h>

#include "clock.h"
#include "fold.h"
#include "sink.h"

/**
 * struct sink_fold - what stands in front
 * @sink: seen from outside
 * @next: what it stands in front of, owned
 * @fold: the alerts of the last second
 */
struct sink_fold {
	struct sink sink;
	struct sink *next;
	struct fold *fold;
};

static struct sink_fold *fold_of(struct sink *sink)
{
	return (struct sink_fold *)sink;
}

static int take_repeat(const struct event_repeat *repeat, void *context)
{
	struct sink_fold *fold = context;

	return fold->next->operations->repeat(fold->next, repeat);
}

static int take_event(struct sink *sink, const struct event *event)
{
	struct sink_fold *fold = fold_of(sink);
	bool show;
	int error;

	error = fold_event(fold->fold, event, &show);
	if (error || !show)
		return error;
	return fold->next->operations->event(fold->next, event);
}

/* What came before it is told before it. */
static int take_gap(struct sink *sink, const struct event_gap *gap)
{
	struct sink_fold *fold = fold_of(sink);
	int error = fold_flush(fold->fold);

	return error ? error : fold->next->operations->gap(fold->next, gap);
}

static int flush(struct sink *sink)
{
	struct sink_fold *fold = fold_of(sink);
	int error = fold_expire(fold->fold, clock_read(CLOCK_BOOTTIME));

	return error ? error : fold->next->operations->flush(fold->next);
}

static uint64_t wait_of_next(struct sink *next)
{
	return next->operations->wait ? next->operations->wait(next) :
					UINT64_MAX;
}

static uint64_t wait(struct sink *sink)
{
	const struct sink_fold *fold = fold_of(sink);
	const uint64_t now = clock_read(CLOCK_BOOTTIME);
	const uint64_t other = wait_of_next(fold->next);
	const uint64_t due = fold_due(fold->fold);
	uint64_t own = UINT64_MAX;

	if (due != UINT64_MAX)
		own = due > now ? due - now : 0;
	return own < other ? own : other;
}

static void close_sink(struct sink *sink)
{
	struct sink_fold *fold = fold_of(sink);

	/* Nobody is left to be told of an error. */
	(void)fold_flush(fold->fold);
	fold->next->operations->close(fold->next);
	fold_free(fold->fold);
	free(fold);
}

/**
 * sink_fold - count what repeats itself before it comes to a sink
 * @next: the sink, which has to have @repeat; closed with what is returned
 *
 * Return: a sink; NULL where memory ran out, @next is then still the caller's.
 */
struct sink *sink_fold(struct sink *next)
{
	static const struct sink_operations operations = {
		.event = take_event,
		.gap = take_gap,
		.flush = flush,
		.wait = wait,
		.close = close_sink,
	};
	struct sink_fold *fold = calloc(1, sizeof(*fold));

	if (!fold)
		return NULL;
	fold->sink.operations = &operations;
	fold->sink.origin = next->origin;
	fold->next = next;
	fold->fold = fold_new(take_repeat, fold);
	if (!fold->fold) {
		free(fold);
		return NULL;
	}
	return &fold->sink;
}
