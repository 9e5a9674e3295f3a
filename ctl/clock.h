/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Times are in nanoseconds everywhere, as the kernel has them.
 */
#ifndef PYDETECT_CTL_CLOCK_H
#define PYDETECT_CTL_CLOCK_H

#include <stdint.h>
#include <time.h>

#define NS_PER_SECOND 1000000000ull

/** clock_read - what a clock says */
static inline uint64_t clock_read(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return time.tv_sec * NS_PER_SECOND + time.tv_nsec;
}

#endif /* PYDETECT_CTL_CLOCK_H */
