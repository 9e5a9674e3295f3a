/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_PAGES_H
#define PYDETECT_PAGES_H

#include <linux/types.h>

struct mm_struct;

/**
 * typedef pages_piece_t - takes the next piece of memory
 * @bytes: mapped for the duration of the call, which must not sleep
 * @count: at least one, at most what is left of the page
 * @context: the caller's
 *
 * Return: how many of the bytes were wanted; fewer than @count ends the walk.
 */
typedef size_t (*pages_piece_t)(const u8 *bytes, size_t count, void *context);

int __must_check pages_walk(struct mm_struct *mm, unsigned long start,
			    unsigned long end, pages_piece_t piece,
			    void *context);
int __must_check pages_read(struct mm_struct *mm, unsigned long start,
			    void *buffer, size_t count);

#endif /* PYDETECT_PAGES_H */
