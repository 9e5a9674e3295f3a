/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_CTL_STOP_H
#define PYDETECT_CTL_STOP_H

int stop_open(void);

#endif /* PYDETECT_CTL_STOP_H */
