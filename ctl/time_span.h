/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_CTL_TIME_SPAN_H
#define PYDETECT_CTL_TIME_SPAN_H

#include <stdbool.h>
#include <stdint.h>

bool time_span_read(const char *text, uint64_t now, uint64_t *time);

#endif /* PYDETECT_CTL_TIME_SPAN_H */
