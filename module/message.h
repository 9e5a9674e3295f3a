/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_MESSAGE_H
#define PYDETECT_MESSAGE_H

#include <net/netlink.h>

/* Add a number to a message; 0 or -EMSGSIZE. */
static inline int put_u64(struct sk_buff *message, int type, u64 value)
{
	/* Each enum of attributes has its padding at 1. */
	return nla_put_u64_64bit(message, type, value, 1);
}

#endif /* PYDETECT_MESSAGE_H */
