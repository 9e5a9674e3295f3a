/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Images that the verifier has to refuse, each with one thing wrong.
 */
#ifndef PYDETECT_TESTS_CORE_HOSTILE_H
#define PYDETECT_TESTS_CORE_HOSTILE_H

#include "core_sample.h"

/* Where the verifier sees faults that are in no section. */
#define HEADER PYDETECT_SECTION_COUNT

/**
 * struct hostile - one thing that is wrong with an image
 * @reason: what the verifier says
 * @section: where it sees the fault, and where @value is written
 * @element: the same
 * @offset: bytes from the element to what is written; @size of them, from
 *	@value. Without a @size nothing is written
 * @value: what is written
 * @edit: changes the draft; returns the element at fault
 * @patch: changes the finished image
 * @broken: the checksum stays that of the image before @patch
 */
struct hostile {
	const char *reason;
	u32 section;
	u32 element;
	size_t offset;
	size_t size;
	u64 value;
	u32 (*edit)(struct core_draft *draft);
	void (*patch)(struct core_image *image);
	bool broken;
};

#define SET(_section, _element, _struct, _member, _value, _reason)            \
	{                                                                     \
		.reason = (_reason), .section = PYDETECT_SECTION_##_section,  \
		.element = (_element),                                        \
		.offset = offsetof(struct pydetect_image_##_struct, _member), \
		.size = sizeof(                                               \
			((struct pydetect_image_##_struct *)0)->_member),     \
		.value = (_value),                                            \
	}
#define SET_WORD(_section, _element, _value, _reason)                          \
	{                                                                      \
		.reason = (_reason), .section = PYDETECT_SECTION_##_section,   \
		.element = (_element), .size = sizeof(u32), .value = (_value), \
	}
#define EDIT(_section, _edit, _reason)                                       \
	{                                                                    \
		.reason = (_reason), .section = PYDETECT_SECTION_##_section, \
		.edit = (_edit),                                             \
	}
#define PATCH(_section, _patch, _reason)                                      \
	{                                                                     \
		.reason = (_reason), .section = (_section), .patch = (_patch) \
	}

void core_check_refused(const struct hostile *table, size_t count);

#endif /* PYDETECT_TESTS_CORE_HOSTILE_H */
