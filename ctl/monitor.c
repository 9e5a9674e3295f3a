// SPDX-License-Identifier: GPL-2.0-only
/*
 * From the module to the sinks, for as long as nobody says stop.
 */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include "clock.h"
#include "event_feed.h"
#include "monitor.h"
#include "stop.h"
#include "../module/core/env.h"

/* Events at most that a kill can make come twice, or a power cut take. */
#define FLUSH_AFTER 256

static int judge(struct monitor *monitor, struct sink *sink, int error)
{
	if (error)
		monitor->failed = sink;
	return error;
}

static int flush(struct monitor *monitor)
{
	int error = 0;
	size_t i;

	for (i = 0; !error && i < monitor->nr_sinks; i++) {
		struct sink *sink = monitor->sinks[i];

		error = judge(monitor, sink, sink->operations->flush(sink));
	}
	monitor->waiting = 0;
	return error;
}

static int count(struct monitor *monitor)
{
	return ++monitor->waiting < FLUSH_AFTER ? 0 : flush(monitor);
}

static int on_event(const struct event *event, void *context)
{
	struct monitor *monitor = context;
	int error = 0;
	size_t i;

	if (monitor->stop)
		return 0;
	for (i = 0; !error && i < monitor->nr_sinks; i++) {
		struct sink *sink = monitor->sinks[i];

		error = judge(monitor, sink,
			      sink->operations->event(sink, event));
	}
	if (monitor->left && !--monitor->left)
		monitor->stop = true;
	return error ? error : count(monitor);
}

static int on_gap(const struct event_gap *gap, void *context)
{
	struct monitor *monitor = context;
	int error = 0;
	size_t i;

	if (monitor->stop)
		return 0;
	for (i = 0; !error && i < monitor->nr_sinks; i++) {
		struct sink *sink = monitor->sinks[i];

		error = judge(monitor, sink, sink->operations->gap(sink, gap));
	}
	return error ? error : count(monitor);
}

/* How long a sink can do without a flush, for poll(): ms, -1: for ever. */
static int patience(const struct monitor *monitor)
{
	uint64_t least = UINT64_MAX;
	size_t i;

	for (i = 0; i < monitor->nr_sinks; i++) {
		struct sink *sink = monitor->sinks[i];
		uint64_t left = UINT64_MAX;

		if (sink->operations->wait)
			left = sink->operations->wait(sink);
		if (left < least)
			least = left;
	}
	if (least == UINT64_MAX)
		return -1;
	/* Rounded up, or the last millisecond would be spent in circles. */
	least = least / 1000000 + 1;
	return least < INT_MAX ? least : INT_MAX;
}

static int follow(struct monitor *monitor, struct event_feed *feed, int stop)
{
	struct pollfd ready[] = {
		{ .fd = channel_fd(feed->channel), .events = POLLIN },
		{ .fd = stop, .events = POLLIN },
	};
	int error = flush(monitor);

	while (!error && !monitor->stop) {
		const int nr =
			poll(ready, ARRAY_SIZE(ready), patience(monitor));

		if (nr < 0)
			continue;
		if (nr && ready[1].revents)
			break;
		if (nr)
			error = event_feed_receive(feed);
		if (!error)
			error = flush(monitor);
	}
	return error ? error : flush(monitor);
}

/**
 * monitor_run - hand events to the sinks until told to stop
 * @monitor: what goes where
 * @channel: a channel that is used for nothing else
 * @ready: called once no event can be missed any more
 *
 * SIGINT, SIGTERM and SIGHUP end it well, and stay blocked.
 *
 * Return: 0; an error of the sink @monitor->failed; -ENOENT when the module
 * went away; another negative errno.
 */
int monitor_run(struct monitor *monitor, struct channel *channel,
		void (*ready)(void))
{
	struct event_feed feed = {
		.event = on_event,
		.gap = on_gap,
		.context = monitor,
		.order = { .next = monitor->from },
	};
	const int stop = stop_open();
	int error;

	if (stop < 0)
		return -errno;
	error = event_feed_start(&feed, channel);
	if (!error) {
		ready();
		error = follow(monitor, &feed, stop);
	}
	close(stop);
	return error;
}

/**
 * monitor_close - close all sinks
 * @monitor: the monitor, without sinks afterwards
 */
void monitor_close(struct monitor *monitor)
{
	size_t i;

	for (i = 0; i < monitor->nr_sinks; i++) {
		struct sink *sink = monitor->sinks[i];

		sink->operations->close(sink);
	}
	monitor->nr_sinks = 0;
}
