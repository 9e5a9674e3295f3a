// SPDX-License-Identifier: GPL-2.0-only
/*
 * The last events, by number, in bounded memory.
 *
 * Every event gets the next number, even one that there is no memory for, so a
 * reader can tell from the numbers alone what it missed. Events are finished
 * netlink messages; readers get clones, which share their bytes.
 */
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "ring.h"

#define RING_BYTES (4u << 20)
#define RING_EVENTS 8192u

/*
 * The lock protects everything below. It is taken on the way of an exec that
 * a rule matched, and held for a handful of instructions.
 */
static DEFINE_SPINLOCK(ring_lock);
static struct sk_buff **ring_events;
static u64 ring_next = 1;
static u64 ring_oldest = 1;
static u64 ring_unstored;
static size_t ring_bytes;

static struct sk_buff **slot(u64 number)
{
	return &ring_events[number % RING_EVENTS];
}

/* Take the oldest event out. The caller frees it once the lock is gone. */
static struct sk_buff *take_oldest(void)
{
	struct sk_buff **place = slot(ring_oldest++);
	struct sk_buff *event = *place;

	lockdep_assert_held(&ring_lock);
	*place = NULL;
	if (event)
		ring_bytes -= event->truesize;
	return event;
}

static bool over_limit(void)
{
	return ring_next - ring_oldest > RING_EVENTS || ring_bytes > RING_BYTES;
}

/* Make room for @next. What has to go is put on @gone. */
static void make_room(struct sk_buff_head *gone)
{
	lockdep_assert_held(&ring_lock);
	while (ring_oldest < ring_next && over_limit()) {
		struct sk_buff *event = take_oldest();

		if (event)
			__skb_queue_tail(gone, event);
	}
}

/**
 * ring_append - number an event and hold it
 * @event: a finished message; the ring owns it from here on. NULL for an event
 *	that only gets a number
 * @number: place of the number within the message, 64 bits, unaligned
 *
 * Context: any but hard interrupts.
 */
void ring_append(struct sk_buff *event, void *number)
{
	struct sk_buff_head gone;

	__skb_queue_head_init(&gone);
	spin_lock_bh(&ring_lock);
	/* The slot is that of the oldest event when the ring is full. */
	if (ring_next - ring_oldest == RING_EVENTS) {
		struct sk_buff *oldest = take_oldest();

		if (oldest)
			__skb_queue_tail(&gone, oldest);
	}
	if (event) {
		memcpy(number, &ring_next, sizeof(ring_next));
		ring_bytes += event->truesize;
	} else {
		ring_unstored++;
	}
	*slot(ring_next++) = event;
	make_room(&gone);
	spin_unlock_bh(&ring_lock);
	__skb_queue_purge(&gone);
}

/**
 * ring_skip - give a number to an event that there is no memory for
 */
void ring_skip(void)
{
	ring_append(NULL, NULL);
}

/* First number from @number on that is held; ring_next if there is none. */
static u64 first_held(u64 number)
{
	lockdep_assert_held(&ring_lock);
	number = max(number, ring_oldest);
	while (number < ring_next && !*slot(number))
		number++;
	return min(number, ring_next);
}

/**
 * ring_get - the first event from a number on that is still held
 * @number: the number
 * @available: set to the number of that event, or to the number the next
 *	event will get
 *
 * Context: any but hard interrupts.
 * Return: a clone, owned by the caller; NULL where nothing is held from @number
 * on; -ENOMEM as an error pointer.
 */
struct sk_buff *ring_get(u64 number, u64 *available)
{
	struct sk_buff *event = NULL;

	spin_lock_bh(&ring_lock);
	*available = first_held(number);
	if (*available < ring_next)
		event = skb_clone(*slot(*available), GFP_ATOMIC) ?:
				ERR_PTR(-ENOMEM);
	spin_unlock_bh(&ring_lock);
	return event;
}

/**
 * ring_status - how the ring stands
 * @status: filled in
 */
void ring_status(struct ring_status *status)
{
	spin_lock_bh(&ring_lock);
	status->next = ring_next;
	status->oldest = ring_oldest;
	status->unstored = ring_unstored;
	spin_unlock_bh(&ring_lock);
}

/**
 * ring_init - prepare an empty ring
 *
 * Return: 0 or -ENOMEM.
 */
int __init ring_init(void)
{
	ring_events = kvcalloc(RING_EVENTS, sizeof(*ring_events), GFP_KERNEL);
	return ring_events ? 0 : -ENOMEM;
}

/**
 * ring_destroy - free all events
 *
 * Context: nobody uses the ring any more.
 */
void ring_destroy(void)
{
	u32 i;

	for (i = 0; i < RING_EVENTS; i++)
		kfree_skb(ring_events[i]);
	kvfree(ring_events);
}
