/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_CTL_USER_H
#define PYDETECT_CTL_USER_H

#include <stdint.h>

const char *user_name(uint32_t uid);

#endif /* PYDETECT_CTL_USER_H */
