// SPDX-License-Identifier: GPL-2.0-only
/*
 * From the channel, through the order, to whoever wants events.
 */
#include <errno.h>

#include "event_feed.h"

static int put_gap(struct event_feed *feed, const struct event_gap *gap)
{
	return gap->count ? feed->gap(gap, feed->context) : 0;
}

static int on_event(const struct event *event, void *context)
{
	struct event_feed *feed = context;
	struct event_gap gap;
	int error;

	if (!event_order_take(&feed->order, event->number, &gap))
		return 0;
	error = put_gap(feed, &gap);
	return error ? error : feed->event(event, feed->context);
}

static int on_lost(const struct event_gap *lost, void *context)
{
	struct event_feed *feed = context;
	struct event_gap gap;

	event_order_lose(&feed->order, lost, &gap);
	return put_gap(feed, &gap);
}

/*
 * The socket was full. No event is lost by that, but word that the module went
 * away may be: whoever subscribes to what is not there is told.
 */
static int recover(struct event_feed *feed)
{
	return channel_resume(feed->channel, feed->order.next);
}

/**
 * event_feed_start - become a reader of events
 * @feed: the feed
 * @channel: the channel, which has to outlive it
 *
 * Events may come before this function returns.
 *
 * Return: 0, an error of @feed's functions, or a negative errno.
 */
int event_feed_start(struct event_feed *feed, struct channel *channel)
{
	const struct channel_reader reader = {
		.event = on_event,
		.lost = on_lost,
		.context = feed,
	};

	feed->channel = channel;
	return channel_subscribe(channel, &reader, feed->order.next);
}

/**
 * event_feed_receive - hand on all that has arrived
 * @feed: the feed; does not wait: see channel_fd()
 *
 * Return: 0 when everything was read; -ENOENT when the module went away; an
 * error of @feed's functions or another negative errno.
 */
int event_feed_receive(struct event_feed *feed)
{
	int error = channel_receive(feed->channel);

	return error == -ENOBUFS ? recover(feed) : error;
}
