/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_DENIALS_H
#define PYDETECT_DENIALS_H

#include <linux/types.h>

/**
 * struct denials - how many starts were denied within a minute
 * @limit: so many may be
 * @count: times that are known, at most @limit
 * @next: place of the oldest of them, or the first that is free
 * @times: when they were denied, ns, a ring
 */
struct denials {
	u32 limit;
	u32 count;
	u32 next;
	u64 times[];
};

struct denials *denials_create(u32 limit);
void denials_destroy(struct denials *denials);
void denials_forget(struct denials *denials);
bool denials_add(struct denials *denials, u64 now);
u32 denials_recent(const struct denials *denials, u64 now);

#endif /* PYDETECT_DENIALS_H */
