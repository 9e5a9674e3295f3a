// SPDX-License-Identifier: GPL-2.0-only
/*
 * Making hostile images of the sample, and what the verifier says of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core_hostile.h"

static void write_value(void *to, const struct hostile *hostile)
{
	/* The numbers of the image are in the order of the machine. */
	if (hostile->size == sizeof(u8))
		*(u8 *)to = hostile->value;
	else if (hostile->size == sizeof(u16))
		*(u16 *)to = hostile->value;
	else if (hostile->size == sizeof(u32))
		*(u32 *)to = hostile->value;
	else if (hostile->size == sizeof(u64))
		*(u64 *)to = hostile->value;
	else
		fail();
}

static void check_refused(const struct core_image *image,
			  const struct pydetect_fault *expected)
{
	struct pydetect_fault fault = {};
	struct pydetect_view view;

	if (pydetect_verify(image->bytes, image->size, &view, &fault))
		fail_msg("accepted, though: %s %u: %s",
			 pydetect_section_name(expected->section),
			 expected->element, expected->reason);
	if (fault.section != expected->section ||
	    fault.element != expected->element ||
	    strcmp(fault.reason, expected->reason))
		fail_msg("%s %u: %s, and not %s %u: %s",
			 pydetect_section_name(fault.section), fault.element,
			 fault.reason, pydetect_section_name(expected->section),
			 expected->element, expected->reason);
}

static void check_hostile(const struct hostile *hostile)
{
	struct pydetect_fault expected = {
		.reason = hostile->reason,
		.section = hostile->section,
		.element = hostile->element,
	};
	struct core_draft draft;
	struct core_image image;

	core_sample_draft(&draft);
	if (hostile->size)
		write_value((u8 *)core_at(&draft, hostile->section,
					  hostile->element) +
				    hostile->offset,
			    hostile);
	if (hostile->edit)
		expected.element = hostile->edit(&draft);
	core_image_make(&image, &draft);
	if (hostile->patch)
		hostile->patch(&image);
	if (hostile->patch && !hostile->broken && image.size % 4 == 0 &&
	    image.size >= sizeof(struct pydetect_image_header))
		core_image_seal(&image);
	check_refused(&image, &expected);
	core_image_free(&image);
	core_draft_free(&draft);
}

/**
 * core_check_refused - each of these images has to be refused, for its reason
 * @table: what is wrong with them
 * @count: how many
 */
void core_check_refused(const struct hostile *table, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		check_hostile(&table[i]);
}
