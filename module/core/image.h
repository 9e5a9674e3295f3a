/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A verified image, seen through typed pointers.
 */
#ifndef PYDETECT_CORE_IMAGE_H
#define PYDETECT_CORE_IMAGE_H

#include "limits.h"

/* In the actions of a view: it was set to this at run time. */
#define PYDETECT_ACTION_SET 0x80u

/**
 * struct pydetect_view - typed pointers into an image
 * @header: the image itself, at least eight-byte aligned
 * @automata: and so on: the sections, in the order of enum pydetect_section
 * @nr_automata: and so on: how many elements a section has
 * @fields: bit n: something in the policy looks at field n
 * @late_fields: bit n: field n has to be walked even where no candidate asks for
 *	it
 * @late_stage: the last stage with such a field
 * @stage_fields: for each stage: bit n: field n is captured in it
 * @actions: of each rule and, behind them, each correlation: enum
 *	pydetect_action, and PYDETECT_ACTION_SET where that is not what the image
 *	says. May change at any time. NULL: the image holds
 * @field_automata: for each field, the automata that walk it: the sections
 *	hold them sorted by field, so first and count are enough
 *
 * Only pydetect_verify() fills one in. Whoever holds a view may use every
 * reference in the image without a further check. The view owns nothing: the
 * image has to outlive it.
 */
struct pydetect_view {
	const struct pydetect_image_header *header;
	const struct pydetect_image_automaton *automata;
	const u8 *classes;
	const u32 *cells;
	const u32 *links;
	const struct pydetect_image_fallback *fallbacks;
	const u32 *edges;
	const u32 *lists;
	const struct pydetect_image_output *outputs;
	const struct pydetect_image_predicate *predicates;
	const u32 *triggers;
	const struct pydetect_image_number *numbers;
	const struct pydetect_image_range *ranges;
	const struct pydetect_image_step *steps;
	const struct pydetect_image_rule *rules;
	const struct pydetect_image_label *labels;
	const u32 *tags;
	const struct pydetect_image_correlation *correlations;
	const u32 *references;
	const u32 *groups;
	const u32 *feeds;
	const u32 *tracked;
	const char *strings;
	u32 nr_automata;
	u32 nr_predicates;
	u32 nr_numbers;
	u32 nr_rules;
	u32 nr_correlations;
	u32 nr_tracked;
	u32 fields;
	u32 late_fields;
	u32 late_stage;
	u32 stage_fields[PYDETECT_STAGE_COUNT];
	const u8 *actions;
	struct pydetect_image_extent field_automata[PYDETECT_FIELD_COUNT];
};

/** pydetect_states - how many states does a verified automaton have? */
static inline u32
pydetect_states(const struct pydetect_image_automaton *automaton)
{
	return automaton->dense / automaton->classes + automaton->states -
	       automaton->dense;
}

/** pydetect_lists - how many lists of outputs does it have? */
static inline u32
pydetect_lists(const struct pydetect_image_automaton *automaton)
{
	return (automaton->dense - automaton->plain) / automaton->classes +
	       automaton->fallbacks.count - automaton->accepting;
}

/** pydetect_string - the string at @offset of a verified image */
static inline const char *pydetect_string(const struct pydetect_view *view,
					  u32 offset)
{
	return view->strings + offset;
}

/** pydetect_head - who rule @number is, or behind the rules, correlation */
static inline const struct pydetect_image_head *
pydetect_head(const struct pydetect_view *view, u32 number)
{
	return number < view->nr_rules ?
		       &view->rules[number].head :
		       &view->correlations[number - view->nr_rules].head;
}

/** pydetect_action_is_set - was it set to something, whatever the image says? */
static inline bool pydetect_action_is_set(const struct pydetect_view *view,
					  u32 number)
{
	return view->actions &&
	       READ_ONCE(view->actions[number]) & PYDETECT_ACTION_SET;
}

/** pydetect_action - what it asks for in block mode, counted likewise */
static inline u32 pydetect_action(const struct pydetect_view *view, u32 number)
{
	return view->actions ?
		       READ_ONCE(view->actions[number]) & ~PYDETECT_ACTION_SET :
		       pydetect_head(view, number)->action;
}

#endif /* PYDETECT_CORE_IMAGE_H */
