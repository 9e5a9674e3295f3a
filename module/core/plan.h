/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_CORE_PLAN_H
#define PYDETECT_CORE_PLAN_H

#include "image.h"

u32 pydetect_rule_fields(const struct pydetect_view *view,
			 const struct pydetect_image_rule *rule);
void pydetect_plan(struct pydetect_view *view);

#endif /* PYDETECT_CORE_PLAN_H */
