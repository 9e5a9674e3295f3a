/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_CTL_EVENT_ORDER_H
#define PYDETECT_CTL_EVENT_ORDER_H

#include "event.h"

/**
 * struct event_order - which events a reader has had
 * @next: number of the event that has to come next; zero: any
 */
struct event_order {
	uint64_t next;
};

bool event_order_take(struct event_order *order, uint64_t number,
		      struct event_gap *gap);
void event_order_lose(struct event_order *order, const struct event_gap *lost,
		      struct event_gap *gap);

#endif /* PYDETECT_CTL_EVENT_ORDER_H */
