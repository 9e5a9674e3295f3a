/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_OVERRIDES_H
#define PYDETECT_OVERRIDES_H

#include <linux/types.h>

#include "uapi/pydetect.h"

struct pydetect_view;

int overrides_set(const char *id, enum pydetect_override action);
void overrides_apply(const struct pydetect_view *view, u8 *actions);
u32 overrides_count(void);
void overrides_destroy(void);

#endif /* PYDETECT_OVERRIDES_H */
