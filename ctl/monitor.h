/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From the module to the sinks, for as long as nobody says stop.
 */
#ifndef PYDETECT_CTL_MONITOR_H
#define PYDETECT_CTL_MONITOR_H

#include "nl.h"
#include "sink.h"

#define MONITOR_SINKS_MAX 8

/**
 * struct monitor - what goes where
 * @sinks: where to, in the order in which they get events and are flushed;
 *	owned, see monitor_close()
 * @nr_sinks: how many
 * @from: number of the first event to get; zero: the next one
 * @left: events until we stop; zero: never
 * @failed: the sink that ended it, or NULL
 * @waiting: events that were handed over and not flushed
 * @stop: all that were asked for have come
 */
struct monitor {
	struct sink *sinks[MONITOR_SINKS_MAX];
	size_t nr_sinks;
	uint64_t from;
	unsigned long long left;
	struct sink *failed;
	unsigned int waiting;
	bool stop;
};

int monitor_run(struct monitor *monitor, struct channel *channel,
		void (*ready)(void));
void monitor_close(struct monitor *monitor);

#endif /* PYDETECT_CTL_MONITOR_H */
