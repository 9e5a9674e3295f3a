/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_CENSUS_H
#define PYDETECT_CENSUS_H

void census_take(void);

#endif /* PYDETECT_CENSUS_H */
