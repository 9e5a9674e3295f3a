// SPDX-License-Identifier: GPL-2.0-only
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"

/**
 * message_free - release a message
 * @message: the message, empty afterwards
 */
void message_free(struct message *message)
{
	free(message->data);
	memset(message, 0, sizeof(*message));
}

/**
 * message_bytes - the attributes, as a decoder wants them
 * @message: the message, which has to outlive the result
 *
 * Return: all its bytes.
 */
struct bytes message_bytes(const struct message *message)
{
	return (struct bytes){ message->data, message->length };
}

/**
 * message_put - add an attribute
 * @message: the message
 * @type: its type
 * @data: its payload
 * @length: bytes of the payload
 */
void message_put(struct message *message, unsigned int type, const void *data,
		 size_t length)
{
	struct nlattr header = {
		.nla_len = NLA_HDRLEN + length,
		.nla_type = type,
	};
	const size_t size = NLA_ALIGN(NLA_HDRLEN + length);
	uint8_t *at;

	message->data = realloc(message->data, message->length + size);
	if (!message->data)
		abort();
	at = message->data + message->length;
	memset(at, 0, size);
	memcpy(at, &header, sizeof(header));
	if (length)
		memcpy(at + NLA_HDRLEN, data, length);
	message->length += size;
}

/**
 * message_u32 - add a number of 32 bits
 * @message: the message
 * @type: type of the attribute
 * @value: the number
 */
void message_u32(struct message *message, unsigned int type, uint32_t value)
{
	message_put(message, type, &value, sizeof(value));
}

/**
 * message_u64 - add a number of 64 bits
 * @message: the message
 * @type: type of the attribute
 * @value: the number
 */
void message_u64(struct message *message, unsigned int type, uint64_t value)
{
	message_put(message, type, &value, sizeof(value));
}

/**
 * message_flag - add an attribute without a payload
 * @message: the message
 * @type: type of the attribute
 */
void message_flag(struct message *message, unsigned int type)
{
	message_put(message, type, NULL, 0);
}

/**
 * message_string - add a string with its NUL
 * @message: the message
 * @type: type of the attribute
 * @text: the string
 */
void message_string(struct message *message, unsigned int type,
		    const char *text)
{
	message_put(message, type, text, strlen(text) + 1);
}

/**
 * message_path - add a string without its NUL
 * @message: the message
 * @type: type of the attribute
 * @text: the string
 */
void message_path(struct message *message, unsigned int type, const char *text)
{
	message_put(message, type, text, strlen(text));
}

/**
 * message_nest - add attributes within an attribute
 * @message: the message
 * @type: type of the attribute
 * @nest: the attributes within; released
 */
void message_nest(struct message *message, unsigned int type,
		  struct message *nest)
{
	message_put(message, type | NLA_F_NESTED, nest->data, nest->length);
	message_free(nest);
}
