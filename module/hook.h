/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_HOOK_H
#define PYDETECT_HOOK_H

#include "uapi/pydetect.h"

int hook_place(void);
void hook_remove(void);
enum pydetect_hook hook_state(void);

#endif /* PYDETECT_HOOK_H */
