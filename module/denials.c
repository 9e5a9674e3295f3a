// SPDX-License-Identifier: GPL-2.0-only
/*
 * How many starts were denied within a minute.
 *
 * The minute slides: at time t those in (t - 60 s, t] count. Whether a further
 * one would be too many is decided by the one that is as many places back as
 * there may be, so that many times are kept and nothing is rounded. Who owns a
 * counter also locks it.
 */
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/time64.h>

#include "denials.h"

#define MINUTE (60ull * NSEC_PER_SEC)

/**
 * denials_create - a counter that has counted nothing
 * @limit: so many denials may be in a minute, at least one
 *
 * Context: process context, sleeps.
 * Return: the counter, which the caller gives to denials_destroy(), or NULL if
 * there is no memory.
 */
struct denials *denials_create(u32 limit)
{
	struct denials *denials;

	denials = kvzalloc(struct_size(denials, times, limit),
			   GFP_KERNEL_ACCOUNT);
	if (denials)
		denials->limit = limit;
	return denials;
}

/**
 * denials_destroy - free a counter
 * @denials: the counter, or NULL
 *
 * Context: process context, may sleep.
 */
void denials_destroy(struct denials *denials)
{
	kvfree(denials);
}

/**
 * denials_forget - start counting afresh
 * @denials: the counter, or NULL
 */
void denials_forget(struct denials *denials)
{
	if (!denials)
		return;
	denials->count = 0;
	denials->next = 0;
}

/**
 * denials_add - count a denial, unless it would be one too many
 * @denials: the counter, or NULL: there is no limit
 * @now: when, ns; never less than the last time
 *
 * Return: false if it would, and nothing was counted.
 */
bool denials_add(struct denials *denials, u64 now)
{
	u64 *place;

	if (!denials)
		return true;
	place = &denials->times[denials->next];
	if (denials->count == denials->limit && now - *place < MINUTE)
		return false;
	*place = now;
	denials->next = (denials->next + 1) % denials->limit;
	denials->count = min(denials->count + 1, denials->limit);
	return true;
}

/**
 * denials_recent - how many were there in the last minute?
 * @denials: the counter, or NULL
 * @now: the time, ns; never less than when the last one was added
 *
 * Return: their number.
 */
u32 denials_recent(const struct denials *denials, u64 now)
{
	u32 i, recent = 0;

	for (i = 0; denials && i < denials->count; i++)
		recent += now - denials->times[i] < MINUTE;
	return recent;
}
