// SPDX-License-Identifier: GPL-2.0-only
/*
 * The last events, by number, in bounded memory.
 *
 * Every event gets the next number, even one that there is no memory for, so a
 * reader can tell from the numbers alone what it missed. Events are finished
 * netlink messages; readers get clones, which share their bytes.
 *
 * Each number remembers how many before it had no memory. So whoever remembers
 * the same of the place where it stands can tell, of any numbers that it has
 * missed, how many there were never any events for, however long they are gone.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/err.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "ring.h"

/* Even the smallest ring has room for the largest event. */
#define RING_KIB_MIN 256u
#define RING_KIB_MAX (256u << 10)

/* Events take more: slots only run out where numbers have no event. */
#define SLOT_BYTES 512

static uint ring_kib = 4096;

static int set_ring_kib(const char *text, const struct kernel_param *parameter)
{
	int error = param_set_uint_minmax(text, parameter, RING_KIB_MIN,
					  RING_KIB_MAX);

	if (error)
		pr_err("ring_kib=%s: it can be %u to %u\n", text, RING_KIB_MIN,
		       RING_KIB_MAX);
	return error;
}

static const struct kernel_param_ops ring_kib_ops = {
	.set = set_ring_kib,
	.get = param_get_uint,
};

module_param_cb(ring_kib, &ring_kib_ops, &ring_kib, 0444);
__MODULE_PARM_TYPE(ring_kib, "uint");
MODULE_PARM_DESC(ring_kib, "memory for the last events, in KiB: 256 to 262144 (default: 4096)");

/**
 * struct slot - what there is of a number
 * @event: the event, owned by the ring; NULL: there was no memory for it
 * @unstored: numbers before this one that there was no memory for
 */
struct slot {
	struct sk_buff *event;
	u64 unstored;
};

/* Both never change while the ring is there. The number is a power of two. */
static struct slot *ring_slots;
static u32 ring_nr_slots;

/*
 * The lock protects everything below, and what is in the slots. It is taken on
 * the way of an exec that a rule matched, and held for a handful of
 * instructions.
 */
static DEFINE_SPINLOCK(ring_lock);
static u64 ring_next = 1;
static u64 ring_oldest = 1;
static u64 ring_unstored;
static size_t ring_bytes;

static size_t bytes_max(void)
{
	return (size_t)ring_kib << 10;
}

static struct slot *slot(u64 number)
{
	return &ring_slots[number & (ring_nr_slots - 1)];
}

/* Take the oldest event out. The caller frees it once the lock is gone. */
static struct sk_buff *take_oldest(void)
{
	struct slot *place = slot(ring_oldest++);
	struct sk_buff *event = place->event;

	lockdep_assert_held(&ring_lock);
	place->event = NULL;
	if (event)
		ring_bytes -= event->truesize;
	return event;
}

static bool over_limit(void)
{
	return ring_next - ring_oldest > ring_nr_slots ||
	       ring_bytes > bytes_max();
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
	if (ring_next - ring_oldest == ring_nr_slots) {
		struct sk_buff *oldest = take_oldest();

		if (oldest)
			__skb_queue_tail(&gone, oldest);
	}
	*slot(ring_next) = (struct slot){
		.event = event,
		.unstored = ring_unstored,
	};
	if (event) {
		memcpy(number, &ring_next, sizeof(ring_next));
		ring_bytes += event->truesize;
	} else {
		ring_unstored++;
	}
	ring_next++;
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

/* @number is held, or the next one. */
static struct ring_place place_of(u64 number)
{
	lockdep_assert_held(&ring_lock);
	return (struct ring_place){
		.number = number,
		.unstored = number < ring_next ? slot(number)->unstored :
						 ring_unstored,
	};
}

/*
 * First number from @number on that has an event; ring_next if there is none.
 * All numbers up to some place have none just if as many were counted there.
 */
static u64 first_stored(u64 number)
{
	u64 unstored = place_of(number).unstored, low = number,
	    high = ring_next;

	while (low < high) {
		u64 middle = low + (high - low) / 2;

		if (place_of(middle + 1).unstored - unstored ==
		    middle + 1 - number)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/**
 * ring_find - where a reader begins
 * @from: number of the first event it wants
 *
 * Context: any but hard interrupts.
 * Return: the place of @from; of the oldest number that is held, if @from is
 * older; of the number that the next event gets, if there is no such event yet.
 */
struct ring_place ring_find(u64 from)
{
	struct ring_place place;

	spin_lock_bh(&ring_lock);
	place = place_of(clamp(from, ring_oldest, ring_next));
	spin_unlock_bh(&ring_lock);
	return place;
}

/**
 * ring_get - the first event from a number on that is still held
 * @number: the number
 * @available: set to the place of that event, or of the next event
 *
 * Context: any but hard interrupts.
 * Return: a clone, owned by the caller; NULL where nothing is held from @number
 * on; -ENOMEM as an error pointer.
 */
struct sk_buff *ring_get(u64 number, struct ring_place *available)
{
	struct sk_buff *event = NULL;

	spin_lock_bh(&ring_lock);
	number = first_stored(clamp(number, ring_oldest, ring_next));
	*available = place_of(number);
	if (number < ring_next)
		event = skb_clone(slot(number)->event, GFP_ATOMIC) ?:
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
	status->bytes = ring_bytes;
	spin_unlock_bh(&ring_lock);
	status->bytes_max = bytes_max();
}

/**
 * ring_init - prepare an empty ring
 *
 * Return: 0 or -ENOMEM.
 */
int __init ring_init(void)
{
	ring_nr_slots = roundup_pow_of_two(bytes_max() / SLOT_BYTES);
	ring_slots = kvcalloc(ring_nr_slots, sizeof(*ring_slots), GFP_KERNEL);
	return ring_slots ? 0 : -ENOMEM;
}

/**
 * ring_destroy - free all events
 *
 * Context: nobody uses the ring any more.
 */
void ring_destroy(void)
{
	u32 i;

	for (i = 0; i < ring_nr_slots; i++)
		kfree_skb(ring_slots[i].event);
	kvfree(ring_slots);
}
