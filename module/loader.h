/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_LOADER_H
#define PYDETECT_LOADER_H

#include <linux/types.h>

struct captured_args;

bool loader_is_one(const char *name, size_t length);
int __must_check loader_program(const struct captured_args *args, char *name,
				size_t room);

#endif /* PYDETECT_LOADER_H */
