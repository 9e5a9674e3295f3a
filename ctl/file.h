/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Files of bytes, as a whole.
 */
#ifndef PYDETECT_CTL_FILE_H
#define PYDETECT_CTL_FILE_H

#include "diag.h"

int file_write(const char *path, const void *bytes, size_t size,
	       struct diag *diag);
int file_write_private(const char *path, const void *bytes, size_t size,
		       struct diag *diag);
int file_read(const char *path, size_t max, void **bytes, size_t *size,
	      struct diag *diag);

#endif /* PYDETECT_CTL_FILE_H */
