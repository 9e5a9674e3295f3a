/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Policy images made by hand, to test the core without the compiler.
 */
#ifndef PYDETECT_TESTS_CORE_IMAGE_H
#define PYDETECT_TESTS_CORE_IMAGE_H

#include "../../module/core/verify.h"

/**
 * struct core_draft - the sections of an image that is being made
 * @elements: for each section its elements, from malloc()
 * @counts: and how many there are
 * @always: as in the header
 */
struct core_draft {
	u8 *elements[PYDETECT_SECTION_COUNT];
	u32 counts[PYDETECT_SECTION_COUNT];
	struct pydetect_image_extent always;
};

/**
 * struct core_image - an image in memory
 * @bytes: the image, from malloc() with just its size
 * @size: its size in bytes
 */
struct core_image {
	void *bytes;
	size_t size;
};

/* The text has to begin or end where the field does. */
#define CORE_START 1u
#define CORE_END 2u
/* No letter or digit in front of the text, or behind it. */
#define CORE_WORD_START 4u
#define CORE_WORD_END 8u

/**
 * struct core_pattern - a text that an automaton looks for, in any case
 * @text: the text
 * @flags: CORE_ flags
 * @predicate: becomes true where it ends
 */
struct core_pattern {
	const char *text;
	unsigned int flags;
	u32 predicate;
};

size_t core_element_size(u32 section);
void *core_at(const struct core_draft *draft, u32 section, u32 element);
u32 core_add(struct core_draft *draft, u32 section, const void *elements,
	     u32 count);
u32 core_add_string(struct core_draft *draft, const char *text);
struct pydetect_image_extent
core_add_program(struct core_draft *draft,
		 const struct pydetect_image_step *steps, u32 count);
struct pydetect_image_extent core_add_triggers(struct core_draft *draft,
					       const u32 *rules, u32 count);
u32 core_add_predicate(struct core_draft *draft, enum pydetect_field field,
		       const u32 *rules, u32 count);
u32 core_add_number(struct core_draft *draft, enum pydetect_number number,
		    const struct pydetect_image_range *ranges, u32 count);
u32 core_add_rule(struct core_draft *draft, const char *id,
		  enum pydetect_action action);
struct pydetect_image_rule *core_rule(const struct core_draft *draft, u32 rule);
void core_settle_fields(struct core_draft *draft);
u32 core_add_automaton(struct core_draft *draft, enum pydetect_field field,
		       const struct core_pattern *patterns, u32 count,
		       u32 dense_depth);
void core_draft_free(struct core_draft *draft);

void core_image_make(struct core_image *image, const struct core_draft *draft);
void core_image_seal(struct core_image *image);
void core_image_free(struct core_image *image);
void core_image_open(const struct core_image *image,
		     struct pydetect_view *view);

#endif /* PYDETECT_TESTS_CORE_IMAGE_H */
