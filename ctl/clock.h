/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Times are in nanoseconds everywhere, as the kernel has them.
 */
#ifndef PYDETECT_CTL_CLOCK_H
#define PYDETECT_CTL_CLOCK_H

#define NS_PER_SECOND 1000000000ull

#endif /* PYDETECT_CTL_CLOCK_H */
