// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events that the module still holds: all of them are had from it, up to the
 * one that is the last now, and then shown in the order asked for.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>

#include "clock.h"
#include "event_feed.h"
#include "history_ring.h"

/**
 * struct record - an event or a gap
 * @raw: attributes of the event, owned
 * @gap: the gap; nothing missing where it is an event
 */
struct record {
	struct bytes raw;
	struct event_gap gap;
};

/**
 * struct ring - what the module holds
 * @query: what is asked for
 * @origin: this machine
 * @gap: a gap of which it is not known yet what comes after it
 * @records: the oldest first
 * @nr: how many
 * @room: for how many
 */
struct ring {
	const struct history_query *query;
	struct print_origin origin;
	struct event_gap gap;
	struct record *records;
	size_t nr;
	size_t room;
};

static struct record *add_record(struct ring *ring)
{
	const size_t room = ring->room ? 2 * ring->room : 64;
	struct record *grown;

	if (ring->nr == ring->room) {
		grown = reallocarray(ring->records, room, sizeof(*grown));
		if (!grown)
			return NULL;
		ring->records = grown;
		ring->room = room;
	}
	ring->records[ring->nr] = (struct record){ 0 };
	return &ring->records[ring->nr++];
}

/* A gap belongs to the time of the event that comes next. */
static int put_gap(struct ring *ring, uint64_t time)
{
	const struct history_query *query = ring->query;
	struct record *record;

	if (!ring->gap.count || time < query->since ||
	    (query->until && time >= query->until))
		return 0;
	record = add_record(ring);
	if (!record)
		return -ENOMEM;
	record->gap = ring->gap;
	return 0;
}

static int put_event(struct ring *ring, const struct event *event)
{
	struct record *record;
	uint8_t *copy;

	if (!history_matches(ring->query, event, &ring->origin))
		return 0;
	copy = malloc(event->raw.length);
	record = copy ? add_record(ring) : NULL;
	if (!record) {
		free(copy);
		return -ENOMEM;
	}
	memcpy(copy, event->raw.data, event->raw.length);
	record->raw.data = copy;
	record->raw.length = event->raw.length;
	return 0;
}

static int on_event(const struct event *event, void *context)
{
	struct ring *ring = context;
	int error = put_gap(ring, event->time);

	ring->gap.count = 0;
	return error ? error : put_event(ring, event);
}

/* One behind the other: there was no event between. */
static int on_gap(const struct event_gap *gap, void *context)
{
	struct ring *ring = context;

	if (!ring->gap.count)
		ring->gap.first = gap->first;
	ring->gap.count += gap->count;
	return 0;
}

/* Everything before number @end. */
static int receive(struct event_feed *feed, uint64_t end)
{
	struct pollfd ready = {
		.fd = channel_fd(feed->channel),
		.events = POLLIN,
	};
	int error = 0;

	while (!error && feed->order.next < end)
		if (poll(&ready, 1, -1) >= 0)
			error = event_feed_receive(feed);
	return error;
}

static int collect(struct ring *ring, struct channel *channel)
{
	struct event_feed feed = {
		.event = on_event,
		.gap = on_gap,
		.context = ring,
		.order = { .next = 1 },
	};
	struct event_status status;
	int error;

	error = channel_status(channel, &status);
	if (error || status.event_next <= 1)
		return error;
	error = event_feed_start(&feed, channel);
	if (!error)
		error = receive(&feed, status.event_next);
	return error ? error : put_gap(ring, clock_read(CLOCK_REALTIME));
}

static int show_event(const struct ring *ring, struct bytes raw,
		      const struct history_visitor *visitor)
{
	struct event event;
	int error;

	error = event_decode(&event, raw);
	if (!error)
		error = visitor->event(&event, &ring->origin, visitor->context);
	event_free(&event);
	return error;
}

static int show_gap(const struct ring *ring, const struct event_gap *gap,
		    const struct history_visitor *visitor)
{
	if (!visitor->gap)
		return 0;
	return visitor->gap(gap, &ring->origin, visitor->context);
}

static int show(const struct ring *ring, const struct history_visitor *visitor)
{
	uint64_t left = ring->query->limit ? ring->query->limit : UINT64_MAX;
	int error = 0;
	size_t i;

	for (i = 0; !error && left && i < ring->nr; i++) {
		const struct record *record =
			&ring->records[ring->query->oldest_first ?
					       i :
					       ring->nr - 1 - i];

		if (record->gap.count) {
			error = show_gap(ring, &record->gap, visitor);
		} else {
			error = show_event(ring, record->raw, visitor);
			left--;
		}
	}
	return error;
}

static void release(struct ring *ring)
{
	size_t i;

	for (i = 0; i < ring->nr; i++)
		free((void *)ring->records[i].raw.data);
	free(ring->records);
}

/**
 * history_ring_read - show events that the module holds
 * @channel: a channel, of no other use afterwards
 * @query: which ones, in which order
 * @visitor: who is shown them
 *
 * Return: 0, an error of @visitor, or a negative errno.
 */
int history_ring_read(struct channel *channel,
		      const struct history_query *query,
		      const struct history_visitor *visitor)
{
	struct ring ring = { .query = query };
	int error;

	print_origin(&ring.origin);
	error = collect(&ring, channel);
	if (!error)
		error = show(&ring, visitor);
	release(&ring);
	return error;
}
