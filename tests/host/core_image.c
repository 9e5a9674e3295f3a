// SPDX-License-Identifier: GPL-2.0-only
/*
 * Policy images made by hand: sections, and how they are put together.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../module/core/plan.h"
#include "core_image.h"

static const size_t element_sizes[PYDETECT_SECTION_COUNT] = {
	[PYDETECT_SECTION_AUTOMATA] = sizeof(struct pydetect_image_automaton),
	[PYDETECT_SECTION_CLASSES] = 1,
	[PYDETECT_SECTION_CELLS] = sizeof(u32),
	[PYDETECT_SECTION_LINKS] = sizeof(u32),
	[PYDETECT_SECTION_FALLBACKS] = sizeof(struct pydetect_image_fallback),
	[PYDETECT_SECTION_EDGES] = sizeof(u32),
	[PYDETECT_SECTION_LISTS] = sizeof(u32),
	[PYDETECT_SECTION_OUTPUTS] = sizeof(struct pydetect_image_output),
	[PYDETECT_SECTION_PREDICATES] = sizeof(struct pydetect_image_predicate),
	[PYDETECT_SECTION_TRIGGERS] = sizeof(u32),
	[PYDETECT_SECTION_NUMBERS] = sizeof(struct pydetect_image_number),
	[PYDETECT_SECTION_RANGES] = sizeof(struct pydetect_image_range),
	[PYDETECT_SECTION_STEPS] = sizeof(struct pydetect_image_step),
	[PYDETECT_SECTION_RULES] = sizeof(struct pydetect_image_rule),
	[PYDETECT_SECTION_LABELS] = sizeof(struct pydetect_image_label),
	[PYDETECT_SECTION_TAGS] = sizeof(u32),
	[PYDETECT_SECTION_CORRELATIONS] =
		sizeof(struct pydetect_image_correlation),
	[PYDETECT_SECTION_REFERENCES] = sizeof(u32),
	[PYDETECT_SECTION_GROUPS] = sizeof(u32),
	[PYDETECT_SECTION_FEEDS] = sizeof(u32),
	[PYDETECT_SECTION_TRACKED] = sizeof(u32),
	[PYDETECT_SECTION_STRINGS] = 1,
};

/**
 * core_element_size - bytes of one element
 * @section: enum pydetect_section
 *
 * Return: bytes.
 */
size_t core_element_size(u32 section)
{
	return element_sizes[section];
}

/**
 * core_at - an element of a draft
 * @draft: the draft
 * @section: enum pydetect_section
 * @element: number of the element
 *
 * Return: the element, good until one is added to the section.
 */
void *core_at(const struct core_draft *draft, u32 section, u32 element)
{
	assert_true(element < draft->counts[section]);
	return draft->elements[section] + element * element_sizes[section];
}

/* Room grows in powers of two, so that adding one by one is not slow. */
static size_t room_for(size_t count)
{
	size_t room = 1;

	while (room < count)
		room *= 2;
	return room;
}

/**
 * core_add - add elements to a section
 * @draft: the draft
 * @section: enum pydetect_section
 * @elements: the elements; NULL: zeros
 * @count: how many
 *
 * Return: number of the first one.
 */
u32 core_add(struct core_draft *draft, u32 section, const void *elements,
	     u32 count)
{
	const size_t size = element_sizes[section];
	const u32 first = draft->counts[section];
	u8 *grown = draft->elements[section];

	if (!grown || room_for(first + count) != room_for(first))
		grown = realloc(grown, room_for(first + count) * size);
	assert_non_null(grown);
	if (elements)
		memcpy(grown + first * size, elements, count * size);
	else
		memset(grown + first * size, 0, count * size);
	draft->elements[section] = grown;
	draft->counts[section] = first + count;
	return first;
}

/**
 * core_add_string - add a string
 * @draft: the draft
 * @text: the string
 *
 * Return: its offset.
 */
u32 core_add_string(struct core_draft *draft, const char *text)
{
	return core_add(draft, PYDETECT_SECTION_STRINGS, text,
			strlen(text) + 1);
}

/**
 * core_add_program - add a program
 * @draft: the draft
 * @steps: its steps
 * @count: how many
 *
 * Return: the program.
 */
struct pydetect_image_extent
core_add_program(struct core_draft *draft,
		 const struct pydetect_image_step *steps, u32 count)
{
	return (struct pydetect_image_extent){
		.first = core_add(draft, PYDETECT_SECTION_STEPS, steps, count),
		.count = count,
	};
}

/**
 * core_add_triggers - add a list of rules
 * @draft: the draft
 * @rules: their numbers
 * @count: how many
 *
 * Return: the list.
 */
struct pydetect_image_extent core_add_triggers(struct core_draft *draft,
					       const u32 *rules, u32 count)
{
	return (struct pydetect_image_extent){
		.first = core_add(draft, PYDETECT_SECTION_TRIGGERS, rules,
				  count),
		.count = count,
	};
}

/**
 * core_add_predicate - add a predicate
 * @draft: the draft
 * @field: what it is about
 * @rules: the rules it triggers
 * @count: how many
 *
 * Return: its number.
 */
u32 core_add_predicate(struct core_draft *draft, enum pydetect_field field,
		       const u32 *rules, u32 count)
{
	const struct pydetect_image_predicate predicate = {
		.triggers = core_add_triggers(draft, rules, count),
		.text = core_add_string(draft, "a predicate"),
		.field = field,
	};

	return core_add(draft, PYDETECT_SECTION_PREDICATES, &predicate, 1);
}

/**
 * core_add_number - add a set of numbers
 * @draft: the draft
 * @number: what is compared with it
 * @ranges: the set
 * @count: how many ranges
 *
 * Return: its number.
 */
u32 core_add_number(struct core_draft *draft, enum pydetect_number number,
		    const struct pydetect_image_range *ranges, u32 count)
{
	const struct pydetect_image_number set = {
		.number = number,
		.text = core_add_string(draft, "a set of numbers"),
		.ranges = {
			.first = core_add(draft, PYDETECT_SECTION_RANGES,
					  ranges, count),
			.count = count,
		},
	};

	return core_add(draft, PYDETECT_SECTION_NUMBERS, &set, 1);
}

/**
 * core_add_rule - add a rule
 * @draft: the draft
 * @id: its id
 * @action: its action
 *
 * The rule has neither labels nor tags, and its programs are empty.
 *
 * Return: its number.
 */
u32 core_add_rule(struct core_draft *draft, const char *id,
		  enum pydetect_action action)
{
	const struct pydetect_image_rule rule = {
		.head.id = core_add_string(draft, id),
		.head.title = core_add_string(draft, "a rule"),
		.head.author = core_add_string(draft, ""),
		.head.level = PYDETECT_LEVEL_HIGH,
		.head.action = action,
	};

	return core_add(draft, PYDETECT_SECTION_RULES, &rule, 1);
}

/**
 * core_rule - a rule of a draft
 * @draft: the draft
 * @rule: its number
 *
 * Return: the rule, good until one is added.
 */
struct pydetect_image_rule *core_rule(const struct core_draft *draft, u32 rule)
{
	return core_at(draft, PYDETECT_SECTION_RULES, rule);
}

/**
 * core_settle_fields - write into all rules what they ask for
 * @draft: the draft; its programs, labels and predicates are good
 */
void core_settle_fields(struct core_draft *draft)
{
	const struct pydetect_view view = {
		.predicates =
			(void *)draft->elements[PYDETECT_SECTION_PREDICATES],
		.steps = (void *)draft->elements[PYDETECT_SECTION_STEPS],
		.labels = (void *)draft->elements[PYDETECT_SECTION_LABELS],
	};
	u32 i;

	for (i = 0; i < draft->counts[PYDETECT_SECTION_RULES]; i++)
		core_rule(draft, i)->fields =
			pydetect_rule_fields(&view, core_rule(draft, i));
}

/**
 * core_draft_free - free what is in a draft
 * @draft: the draft, empty afterwards
 */
void core_draft_free(struct core_draft *draft)
{
	u32 i;

	for (i = 0; i < PYDETECT_SECTION_COUNT; i++)
		free(draft->elements[i]);
	*draft = (struct core_draft){};
}

static u32 padded(size_t bytes)
{
	return (bytes + 7) & ~7u;
}

/**
 * core_image_make - lay out an image
 * @image: set; freed with core_image_free()
 * @draft: what is to be in it
 */
void core_image_make(struct core_image *image, const struct core_draft *draft)
{
	struct pydetect_image_header header = {
		.magic = PYDETECT_IMAGE_MAGIC,
		.version = PYDETECT_IMAGE_VERSION,
		.size = sizeof(header),
		.always = draft->always,
	};
	u32 i;

	for (i = 0; i < PYDETECT_SECTION_COUNT; i++) {
		header.sections[i].first = header.size;
		header.sections[i].count = draft->counts[i];
		header.size += padded(draft->counts[i] * element_sizes[i]);
	}
	image->size = header.size;
	image->bytes = calloc(1, image->size);
	assert_non_null(image->bytes);
	memcpy(image->bytes, &header, sizeof(header));
	for (i = 0; i < PYDETECT_SECTION_COUNT; i++)
		if (draft->counts[i])
			memcpy((u8 *)image->bytes + header.sections[i].first,
			       draft->elements[i],
			       draft->counts[i] * element_sizes[i]);
	core_image_seal(image);
}

/**
 * core_image_seal - give an image the checksum of what is in it
 * @image: the image
 */
void core_image_seal(struct core_image *image)
{
	struct pydetect_image_header *header = image->bytes;

	header->checksum = pydetect_image_checksum(image->bytes, image->size);
}

/**
 * core_image_free - free an image
 * @image: the image
 */
void core_image_free(struct core_image *image)
{
	free(image->bytes);
	*image = (struct core_image){};
}

/**
 * core_image_open - verify an image that has to be good
 * @image: the image
 * @view: set to its parts
 */
void core_image_open(const struct core_image *image, struct pydetect_view *view)
{
	struct pydetect_fault fault = {};

	if (!pydetect_verify(image->bytes, image->size, view, &fault))
		fail_msg("refused: %s %u: %s",
			 pydetect_section_name(fault.section), fault.element,
			 fault.reason);
}
