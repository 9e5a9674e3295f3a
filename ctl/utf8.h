/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_CTL_UTF8_H
#define PYDETECT_CTL_UTF8_H

#include <stdbool.h>

#include "bytes.h"

size_t utf8_decode(struct bytes text, uint32_t *point);
bool utf8_is_valid(struct bytes text);

#endif /* PYDETECT_CTL_UTF8_H */
