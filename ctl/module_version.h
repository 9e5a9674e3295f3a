/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which module is loaded, and what to do where it is not that of this tool.
 */
#ifndef PYDETECT_CTL_MODULE_VERSION_H
#define PYDETECT_CTL_MODULE_VERSION_H

#include <stdbool.h>
#include <stddef.h>

/* Room for a version. */
#define MODULE_VERSION_BYTES 64

bool module_version(char version[MODULE_VERSION_BYTES], const char *root);
bool module_version_differs(const char *version, char *sentence, size_t size);

#endif /* PYDETECT_CTL_MODULE_VERSION_H */
