/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_CTL_HISTORY_RING_H
#define PYDETECT_CTL_HISTORY_RING_H

#include "history.h"
#include "nl.h"

int history_ring_read(struct channel *channel,
		      const struct history_query *query,
		      const struct history_visitor *visitor);

#endif /* PYDETECT_CTL_HISTORY_RING_H */
