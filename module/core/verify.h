/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_CORE_VERIFY_H
#define PYDETECT_CORE_VERIFY_H

#include "image.h"

/**
 * struct pydetect_fault - why an image was refused
 * @reason: a sentence without a full stop, a constant
 * @section: enum pydetect_section, or PYDETECT_SECTION_COUNT for the header
 * @element: number of the element at fault within its section
 */
struct pydetect_fault {
	const char *reason;
	u32 section;
	u32 element;
};

u64 pydetect_image_checksum(const void *image, size_t size);
bool __must_check pydetect_verify(const void *image, size_t size,
				  struct pydetect_view *view,
				  struct pydetect_fault *fault);
const char *pydetect_section_name(u32 section);

#endif /* PYDETECT_CORE_VERIFY_H */
