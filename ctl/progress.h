/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_CTL_PROGRESS_H
#define PYDETECT_CTL_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/**
 * struct progress - how far a long input has been read
 * @wanted: somebody is watching: standard error is a terminal
 * @shown: a bar is on the terminal
 * @total: bytes of the input, zero where not known
 * @started: when, ns of CLOCK_MONOTONIC
 * @drawn: when the bar was drawn last
 * @steps: calls since the clock was looked at
 */
struct progress {
	bool wanted;
	bool shown;
	uint64_t total;
	uint64_t started;
	uint64_t drawn;
	unsigned int steps;
};

void progress_start(struct progress *progress, FILE *stream);
void progress_draw(struct progress *progress, uint64_t bytes);
void progress_hide(struct progress *progress);

/* The clock is looked at now and then. */
#define PROGRESS_STEPS 512u

/**
 * progress_step - a step further
 * @progress: the progress
 * @bytes: read so far
 */
static inline void progress_step(struct progress *progress, uint64_t bytes)
{
	if (progress->wanted && ++progress->steps >= PROGRESS_STEPS)
		progress_draw(progress, bytes);
}

#endif /* PYDETECT_CTL_PROGRESS_H */
