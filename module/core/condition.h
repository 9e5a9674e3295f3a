/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_CORE_CONDITION_H
#define PYDETECT_CORE_CONDITION_H

#include "exec.h"

bool pydetect_program_holds(const struct pydetect_exec *exec,
			    struct pydetect_image_extent program);

#endif /* PYDETECT_CORE_CONDITION_H */
