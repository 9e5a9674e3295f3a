// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events -> a store.
 */
#include <errno.h>
#include <stdlib.h>

#include "sink.h"
#include "store.h"

/**
 * struct sink_store - a store
 * @sink: seen from outside
 * @store: the store, not owned
 */
struct sink_store {
	struct sink sink;
	struct store *store;
};

static struct store *store_of(struct sink *sink)
{
	return ((struct sink_store *)sink)->store;
}

static int take_event(struct sink *sink, const struct event *event)
{
	return store_add(store_of(sink), event);
}

static int take_gap(struct sink *sink, const struct event_gap *gap)
{
	return store_add_gap(store_of(sink), gap);
}

static int flush(struct sink *sink)
{
	return store_commit(store_of(sink));
}

static uint64_t wait(struct sink *sink)
{
	return store_wait(store_of(sink));
}

static const char *message(struct sink *sink)
{
	return store_message(store_of(sink));
}

static void close_sink(struct sink *sink)
{
	store_commit(store_of(sink));
	free(sink);
}

/**
 * sink_store_open - events into a store
 * @sink: set to the sink
 * @origin: this machine
 * @store: a store open for writing, which has to outlive the sink
 *
 * Return: 0 or -ENOMEM.
 */
int sink_store_open(struct sink **sink, const struct print_origin *origin,
		    struct store *store)
{
	static const struct sink_operations operations = {
		.event = take_event,
		.gap = take_gap,
		.flush = flush,
		.wait = wait,
		.message = message,
		.close = close_sink,
	};
	struct sink_store *new = calloc(1, sizeof(*new));

	if (!new)
		return -ENOMEM;
	new->sink.operations = &operations;
	new->sink.origin = origin;
	new->store = store;
	*sink = &new->sink;
	return 0;
}
