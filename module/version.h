/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_VERSION_H
#define PYDETECT_VERSION_H

/* Of the module and of pydetectctl, which are released together. */
#define PYDETECT_VERSION "0.1.0"

#endif /* PYDETECT_VERSION_H */
