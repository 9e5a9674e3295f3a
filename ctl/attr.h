/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reading netlink attributes out of a message.
 */
#ifndef PYDETECT_CTL_ATTR_H
#define PYDETECT_CTL_ATTR_H

#include <stdbool.h>

#include "bytes.h"

/**
 * struct attr - one attribute
 * @type: its type, without the flag bits
 * @value: its payload, within the message
 */
struct attr {
	unsigned int type;
	struct bytes value;
};

/**
 * enum attr_kind - how an attribute is stored in a C struct
 * @ATTR_U32: uint32_t
 * @ATTR_U64: uint64_t
 * @ATTR_FLAG: bool; being there is all it says
 * @ATTR_BYTES: struct bytes, into the message
 * @ATTR_STRING: the same without the NUL at the end
 */
enum attr_kind {
	ATTR_U32,
	ATTR_U64,
	ATTR_FLAG,
	ATTR_BYTES,
	ATTR_STRING,
};

/**
 * struct attr_slot - which member of a struct an attribute goes to
 * @type: type of the attribute
 * @kind: type of the member
 * @offset: place of the member
 */
struct attr_slot {
	unsigned int type;
	enum attr_kind kind;
	size_t offset;
};

bool attr_next(struct bytes *rest, struct attr *attr);
bool attr_store(const struct attr *attr, const struct attr_slot *slots,
		size_t nr_slots, void *object);
uint64_t attr_store_all(struct bytes attributes, const struct attr_slot *slots,
			size_t nr_slots, void *object);

#endif /* PYDETECT_CTL_ATTR_H */
