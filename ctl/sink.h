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
 * struct event_repeat - events that said the same as one that was shown
 * @number: of the one that was shown
 * @last: of the last one that said the same
 * @count: how many said the same, that one not counted
 * @time: of the last one, ns since 1970
 */
struct event_repeat {
	uint64_t number;
	uint64_t last;
	uint64_t count;
	uint64_t time;
};

/**
 * struct sink_operations - what a sink can do
 * @event: take an event
 * @repeat: take note of events that are not handed over by themselves, because
 *	they said the same as one that was; only behind sink_fold(), missing
 *	where a sink never stands there
 * @gap: take note of events that will not come
 * @flush: everything taken so far has to be out, or safe, when it returns.
 *	Called when nothing more is waiting, and now and then in between
 * @close: flush, and release the sink
 *
 * @wait: how long until @flush has something to do even if nothing comes, ns;
 *	UINT64_MAX, or missing: never
 *
 * @message: after an error, what is wrong and what to do about it; may be
 *	missing
 *
 * All but @close, @wait and @message return 0 or a negative errno, which ends
 * the monitor.
 */
struct sink_operations {
	int (*event)(struct sink *sink, const struct event *event);
	int (*repeat)(struct sink *sink, const struct event_repeat *repeat);
	int (*gap)(struct sink *sink, const struct event_gap *gap);
	int (*flush)(struct sink *sink);
	uint64_t (*wait)(struct sink *sink);
	const char *(*message)(struct sink *sink);
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

struct store;

int sink_text_open(struct sink **sink, const struct print_origin *origin,
		   bool verbose);
int sink_json_open(struct sink **sink, const struct print_origin *origin);
int sink_store_open(struct sink **sink, const struct print_origin *origin,
		    struct store *store);
int sink_state_open(struct sink **sink, const struct print_origin *origin,
		    const char *path, uint64_t *next);
int sink_journal_open(struct sink **sink, const struct print_origin *origin);
struct sink *sink_fold(struct sink *next);

#endif /* PYDETECT_CTL_SINK_H */
