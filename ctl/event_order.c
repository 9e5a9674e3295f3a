// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every event once, in order, and every gap told.
 */
#include "event_order.h"

/* Is @number further on than what has to come next? */
static bool is_ahead(const struct event_order *order, uint64_t number)
{
	return order->next && number > order->next;
}

/**
 * event_order_take - an event has arrived
 * @order: the reader's position, moved on
 * @number: the event's number
 * @gap: filled in with the events before it that will not come any more
 *
 * Return: true where the event is to be shown; false where it was shown before.
 */
bool event_order_take(struct event_order *order, uint64_t number,
		      struct event_gap *gap)
{
	*gap = (struct event_gap){ 0 };
	if (number < order->next)
		return false;
	if (is_ahead(order, number)) {
		gap->first = order->next;
		gap->count = number - order->next;
	}
	order->next = number + 1;
	return true;
}

/**
 * event_order_lose - the module has announced a gap
 * @order: the reader's position, moved on
 * @lost: what the module says
 * @gap: filled in with the part of it that is news, and with what is missing
 *	before it
 */
void event_order_lose(struct event_order *order, const struct event_gap *lost,
		      struct event_gap *gap)
{
	uint64_t end = lost->first + lost->count;

	*gap = (struct event_gap){ 0 };
	if (end <= order->next)
		return;
	/* Why it is lost holds for all of it, and what is before it. */
	if (lost->first >= order->next)
		*gap = *lost;
	gap->first = order->next ? order->next : lost->first;
	gap->count = end - gap->first;
	order->next = end;
}
