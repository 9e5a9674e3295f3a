/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where the events go that monitor reads: terminal, JSON, journal, store.
 */
#ifndef PYDETECT_CTL_SINK_H
#define PYDETECT_CTL_SINK_H

#include "event.h"
#include "print.h"

struct sink;

/**
 * struct sink_operations - what a sink can do
 * @event: take an event
 * @gap: take note of events that will not come
 * @flush: everything taken so far has to be out, or safe, when it returns.
 *	Called when nothing more is waiting, and now and then in between
 * @close: flush, and release the sink
 *
 * All but @close return 0 or a negative errno, which ends the monitor.
 */
struct sink_operations {
	int (*event)(struct sink *sink, const struct event *event);
	int (*gap)(struct sink *sink, const struct event_gap *gap);
	int (*flush)(struct sink *sink);
	void (*close)(struct sink *sink);
};

/**
 * struct sink - the first member of every sink
 * @operations: what it can do
 * @origin: this machine
 */
struct sink {
	const struct sink_operations *operations;
	const struct print_origin *origin;
};

#endif /* PYDETECT_CTL_SINK_H */
