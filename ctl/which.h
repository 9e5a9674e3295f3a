/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_CTL_WHICH_H
#define PYDETECT_CTL_WHICH_H

void which_fields(const char **argv, const char **fields, char **image);

#endif /* PYDETECT_CTL_WHICH_H */
