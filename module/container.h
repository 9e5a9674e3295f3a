/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_CONTAINER_H
#define PYDETECT_CONTAINER_H

struct sk_buff;

void container_init(void);
int container_put(struct sk_buff *message);

#endif /* PYDETECT_CONTAINER_H */
