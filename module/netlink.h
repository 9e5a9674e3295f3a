/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_NETLINK_H
#define PYDETECT_NETLINK_H

int netlink_start(void);
void netlink_stop(void);

#endif /* PYDETECT_NETLINK_H */
