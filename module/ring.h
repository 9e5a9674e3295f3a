/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_RING_H
#define PYDETECT_RING_H

#include <linux/types.h>

struct sk_buff;

/**
 * struct ring_place - a number, and what is remembered of those before it
 * @number: the number
 * @unstored: how many before it there was no memory for
 */
struct ring_place {
	u64 number;
	u64 unstored;
};

/**
 * struct ring_status - how the ring stands
 * @next: number that the next event gets
 * @oldest: oldest number still held; @next if there is none
 * @unstored: events that got a number but could not be held
 * @bytes: memory that the events take
 * @bytes_max: and may take
 */
struct ring_status {
	u64 next;
	u64 oldest;
	u64 unstored;
	u64 bytes;
	u64 bytes_max;
};

int __must_check ring_init(void);
void ring_destroy(void);
void ring_append(struct sk_buff *event, void *number);
void ring_skip(void);
struct ring_place ring_find(u64 from);
struct sk_buff *ring_get(u64 number, struct ring_place *available);
void ring_status(struct ring_status *status);

#endif /* PYDETECT_RING_H */
