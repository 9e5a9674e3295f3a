/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_STAGE_H
#define PYDETECT_STAGE_H

#include "capture.h"
#include "core/exec.h"

u32 stage_streams(const struct pydetect_view *view);
int stage_capture(struct pydetect_exec *exec, enum pydetect_stage stage,
		  void *context);
void stage_running(struct pydetect_exec *exec, struct capture *capture,
		   struct file *file);

#endif /* PYDETECT_STAGE_H */
