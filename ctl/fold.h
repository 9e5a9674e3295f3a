/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Alerts that say the same as one just shown: counted instead of repeated.
 *
 * Knows neither clock nor output: times come in, counts go out. All times of
 * the folding itself are in ns since boot.
 */
#ifndef PYDETECT_CTL_FOLD_H
#define PYDETECT_CTL_FOLD_H

#include "clock.h"
#include "sink.h"

/* How long an alert is not repeated. */
#define FOLD_NS NS_PER_SECOND

/* Alerts open at once. */
#define FOLD_GROUPS_MAX 256

struct fold;

typedef int (*fold_repeat_t)(const struct event_repeat *repeat, void *context);

struct fold *fold_new(fold_repeat_t repeat, void *context);
void fold_free(struct fold *fold);
int fold_event(struct fold *fold, const struct event *event, bool *show);
int fold_expire(struct fold *fold, uint64_t now);
int fold_flush(struct fold *fold);
uint64_t fold_due(const struct fold *fold);

#endif /* PYDETECT_CTL_FOLD_H */
