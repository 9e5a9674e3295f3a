/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_CTL_EVENTS_FOLD_H
#define PYDETECT_CTL_EVENTS_FOLD_H

#include "event.h"
#include "print.h"

struct events_fold;

/*
 * An event, in the order in which events came in, and how many more said the
 * same within a second.
 */
typedef int (*events_fold_row_t)(const struct event *event,
				 const struct print_origin *origin,
				 uint64_t repeats, void *context);

struct events_fold *events_fold_new(bool oldest_first, events_fold_row_t row,
				    void *context);
void events_fold_free(struct events_fold *listing);
int events_fold_event(struct events_fold *listing, const struct event *event,
		      const struct print_origin *origin);
int events_fold_flush(struct events_fold *listing);

#endif /* PYDETECT_CTL_EVENTS_FOLD_H */
