/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_CTL_ELF_ID_H
#define PYDETECT_CTL_ELF_ID_H

#include <stdbool.h>

/* Room for an id of up to 64 bytes in hexadecimal digits. */
#define ELF_ID_BYTES 129

bool elf_id_read(const char *path, char text[ELF_ID_BYTES]);

#endif /* PYDETECT_CTL_ELF_ID_H */
