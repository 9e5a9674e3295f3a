/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_READERS_H
#define PYDETECT_READERS_H

#include <linux/types.h>

struct genl_family;
struct sk_buff;
struct sock;

/**
 * struct readers_loss - events that will not be delivered, by reason
 * @unstored: there was no memory for them
 * @overwritten: they left the ring before the reader got that far
 * @late: they had left it, or never been there, when the reader asked for them
 */
struct readers_loss {
	u64 unstored;
	u64 overwritten;
	u64 late;
};

/**
 * struct readers_status - how the readers stand
 * @readers: how many there are
 * @lost: what readers, all together, were told they will not get
 * @lost_sum: whatever the reason
 */
struct readers_status {
	u32 readers;
	struct readers_loss lost;
	u64 lost_sum;
};

void readers_init(const struct genl_family *family);
void readers_stop(void);
int __must_check readers_add(struct sock *sock, u32 port, u64 from);
int __must_check readers_remove(const struct sock *sock);
void readers_remove_closed(void);
int __must_check readers_put_next(struct sk_buff *message, u32 *index);
void readers_status(struct readers_status *status);

struct sk_buff *readers_message(u8 command, size_t bytes, void **start);
void readers_publish(struct sk_buff *event, void *number);

#endif /* PYDETECT_READERS_H */
