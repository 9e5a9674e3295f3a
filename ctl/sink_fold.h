/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_CTL_SINK_FOLD_H
#define PYDETECT_CTL_SINK_FOLD_H

struct sink;

struct sink *sink_fold(struct sink *next);

#endif /* PYDETECT_CTL_SINK_FOLD_H */
