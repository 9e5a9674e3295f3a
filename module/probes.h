/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_PROBES_H
#define PYDETECT_PROBES_H

int __must_check probes_place(void);
void probes_remove(void);

#endif /* PYDETECT_PROBES_H */
