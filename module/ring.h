/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_RING_H
#define PYDETECT_RING_H

#include <linux/types.h>

struct sk_buff;

/**
 * struct ring_status - how the ring stands
 * @next: number that the next event gets
 * @oldest: oldest number still held; @next if there is none
 * @unstored: events that got a number but could not be held
 */
struct ring_status {
	u64 next;
	u64 oldest;
	u64 unstored;
};

int __must_check ring_init(void);
void ring_destroy(void);
void ring_append(struct sk_buff *event, void *number);
void ring_skip(void);
struct sk_buff *ring_get(u64 number, u64 *available);
void ring_status(struct ring_status *status);

#endif /* PYDETECT_RING_H */
