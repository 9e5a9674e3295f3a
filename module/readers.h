/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_READERS_H
#define PYDETECT_READERS_H

#include <linux/types.h>

struct genl_family;
struct sk_buff;
struct sock;

/**
 * struct readers_status - how the readers stand
 * @readers: how many there are
 * @lost: events that readers, all together, were told they will not get
 */
struct readers_status {
	u32 readers;
	u64 lost;
};

void readers_init(const struct genl_family *family);
void readers_stop(void);
int __must_check readers_add(struct sock *sock, u32 port, u64 from);
int __must_check readers_remove(u32 port);
void readers_status(struct readers_status *status);

struct sk_buff *readers_message(u8 command, size_t bytes, void **start);
void readers_publish(struct sk_buff *event, void *number);

#endif /* PYDETECT_READERS_H */
