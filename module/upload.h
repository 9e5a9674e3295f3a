/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_UPLOAD_H
#define PYDETECT_UPLOAD_H

#include <linux/types.h>

int __must_check upload_begin(u32 port, u32 size, const char **reason);
int __must_check upload_chunk(u32 port, u32 offset, const void *data,
			      u32 count, const char **reason);
void *upload_take(u32 port, size_t *size, const char **reason);
int __must_check upload_abort(u32 port);
void upload_drop(void);

#endif /* PYDETECT_UPLOAD_H */
