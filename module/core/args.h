/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_CORE_ARGS_H
#define PYDETECT_CORE_ARGS_H

#include "env.h"

size_t pydetect_args_piece(const u8 *bytes, size_t count, u32 *nuls);

#endif /* PYDETECT_CORE_ARGS_H */
