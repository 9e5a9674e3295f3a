/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Netlink messages put together by hand, to be read by what is under test.
 */
#ifndef PYDETECT_TESTS_MESSAGE_H
#define PYDETECT_TESTS_MESSAGE_H

#include "../../ctl/bytes.h"

/**
 * struct message - a run of attributes that grows
 * @data: its bytes; exactly as large as they need, so that the sanitizer sees
 *	every byte read beyond
 * @length: how many
 */
struct message {
	uint8_t *data;
	size_t length;
};

void message_free(struct message *message);
struct bytes message_bytes(const struct message *message);
void message_put(struct message *message, unsigned int type, const void *data,
		 size_t length);
void message_u32(struct message *message, unsigned int type, uint32_t value);
void message_u64(struct message *message, unsigned int type, uint64_t value);
void message_flag(struct message *message, unsigned int type);
void message_string(struct message *message, unsigned int type,
		    const char *text);
void message_path(struct message *message, unsigned int type, const char *text);
void message_nest(struct message *message, unsigned int type,
		  struct message *nest);

#endif /* PYDETECT_TESTS_MESSAGE_H */
