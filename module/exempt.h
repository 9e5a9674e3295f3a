/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_EXEMPT_H
#define PYDETECT_EXEMPT_H

#include <linux/types.h>

struct linux_binprm;

void exempt_remember_tool(void);
bool exempt_asks(void);
bool exempt(const struct linux_binprm *bprm);

#endif /* PYDETECT_EXEMPT_H */
