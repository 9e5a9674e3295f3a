/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_CTL_EVENT_FEED_H
#define PYDETECT_CTL_EVENT_FEED_H

#include "event_order.h"
#include "nl.h"

/**
 * struct event_feed - events of the module, each once, in order
 * @event: an event has come
 * @gap: events will not come; there is at least one
 * @context: handed to both
 * @order: what has come; set @order.next to begin with another event than the
 *	next one
 * @channel: where it comes from; set by event_feed_start()
 *
 * @event and @gap return 0 or a negative errno, which ends the receiving.
 */
struct event_feed {
	int (*event)(const struct event *event, void *context);
	int (*gap)(const struct event_gap *gap, void *context);
	void *context;
	struct event_order order;
	struct channel *channel;
};

int event_feed_start(struct event_feed *feed, struct channel *channel);
int event_feed_receive(struct event_feed *feed);

#endif /* PYDETECT_CTL_EVENT_FEED_H */
