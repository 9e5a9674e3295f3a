/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_SAMPLES_H
#define PYDETECT_SAMPLES_H

struct scratch;

void samples_init(void);
void samples_take(struct scratch *scratch);

#endif /* PYDETECT_SAMPLES_H */
