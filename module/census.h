/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_CENSUS_H
#define PYDETECT_CENSUS_H

#include <linux/types.h>

void census_start(void);
bool census_complete(void);
void census_stop(void);

#endif /* PYDETECT_CENSUS_H */
