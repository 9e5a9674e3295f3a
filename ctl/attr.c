// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading netlink attributes out of a message.
 *
 * Plain bytes in, plain C out: messages can be put together by hand for tests,
 * and a message that is not what it should be costs a value, never more.
 */
#include <linux/netlink.h>
#include <string.h>

#include "attr.h"

/**
 * attr_next - take the first attribute off a run of attributes
 * @rest: the run, from which the attribute is removed
 * @attr: the attribute
 *
 * Return: false at the end, and where what is left is not an attribute.
 */
bool attr_next(struct bytes *rest, struct attr *attr)
{
	struct nlattr header;
	size_t step;

	if (rest->length < sizeof(header))
		return false;
	memcpy(&header, rest->data, sizeof(header));
	if (header.nla_len < NLA_HDRLEN || header.nla_len > rest->length)
		return false;

	attr->type = header.nla_type & NLA_TYPE_MASK;
	attr->value.data = rest->data + NLA_HDRLEN;
	attr->value.length = header.nla_len - NLA_HDRLEN;

	step = NLA_ALIGN((size_t)header.nla_len);
	if (step > rest->length)
		step = rest->length;
	rest->data += step;
	rest->length -= step;
	return true;
}

static struct bytes without_nul(struct bytes value)
{
	const uint8_t *nul = memchr(value.data, 0, value.length);

	if (nul)
		value.length = nul - value.data;
	return value;
}

static bool store_number(const struct attr *attr, size_t size, void *member)
{
	if (attr->value.length != size)
		return false;
	memcpy(member, attr->value.data, size);
	return true;
}

static bool store(const struct attr *attr, enum attr_kind kind, void *member)
{
	switch (kind) {
	case ATTR_U32:
		return store_number(attr, sizeof(uint32_t), member);
	case ATTR_U64:
		return store_number(attr, sizeof(uint64_t), member);
	case ATTR_FLAG:
		*(bool *)member = true;
		return true;
	case ATTR_BYTES:
		*(struct bytes *)member = attr->value;
		return true;
	case ATTR_STRING:
		*(struct bytes *)member = without_nul(attr->value);
		return true;
	}
	return false;
}

/**
 * attr_store - store an attribute in the struct it describes
 * @attr: the attribute
 * @slots: where the attributes of that struct go
 * @nr_slots: how many slots there are
 * @object: the struct
 *
 * Return: true where it was stored; false for a type without a slot and for a
 * number of the wrong size.
 */
bool attr_store(const struct attr *attr, const struct attr_slot *slots,
		size_t nr_slots, void *object)
{
	size_t i;

	for (i = 0; i < nr_slots; i++)
		if (slots[i].type == attr->type)
			return store(attr, slots[i].kind,
				     (char *)object + slots[i].offset);
	return false;
}

/**
 * attr_store_all - store a run of attributes that holds no nests
 * @attributes: the run
 * @slots: where the attributes go
 * @nr_slots: how many slots there are
 * @object: the struct they go to
 *
 * Return: bit n: an attribute of type n was stored.
 */
uint64_t attr_store_all(struct bytes attributes, const struct attr_slot *slots,
			size_t nr_slots, void *object)
{
	struct attr attr;
	uint64_t stored = 0;

	while (attr_next(&attributes, &attr))
		if (attr_store(&attr, slots, nr_slots, object))
			stored |= UINT64_C(1) << (attr.type & 63);
	return stored;
}
