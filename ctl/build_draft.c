// SPDX-License-Identifier: GPL-2.0-only
/*
 * An image while it is being built.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build_trie.h"

/**
 * build_refuse - say why something cannot be expressed
 * @refusal: filled in
 * @format: as for printf(), without a full stop
 *
 * Return: BUILD_REFUSED.
 */
int build_refuse(struct build_refusal *refusal, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(refusal->reason, sizeof(refusal->reason), format, arguments);
	va_end(arguments);
	refusal->predicate = BUILD_NONE;
	refusal->pattern = BUILD_NONE;
	return BUILD_REFUSED;
}

/**
 * build_draft_begin - begin an automaton: what is added now belongs to it
 * @draft: the draft
 * @record: what the image will be told; set to where its parts begin
 * @field: enum pydetect_field
 */
void build_draft_begin(const struct build_draft *draft,
		       struct pydetect_image_automaton *record, u32 field)
{
	*record = (struct pydetect_image_automaton){
		.field = field,
		.cells = draft->cells.count,
		.links = draft->links.count,
		.lists = draft->lists.count,
		.fallbacks.first = draft->fallbacks.count,
		.edges.first = draft->edges.count,
		.outputs.first = draft->outputs.count,
	};
}

/**
 * build_draft_end - end an automaton
 * @draft: the draft
 * @record: what the image is told; the states have to be filled in
 * @alphabet: its classes
 *
 * Return: 0, or -1 when out of memory.
 */
int build_draft_end(struct build_draft *draft,
		    struct pydetect_image_automaton *record,
		    const struct build_alphabet *alphabet)
{
	u8 *classes = build_list_add(&draft->classes,
				     sizeof(alphabet->class_of));

	if (!classes)
		return -1;
	memcpy(classes, alphabet->class_of, sizeof(alphabet->class_of));
	record->classes = alphabet->classes;
	record->edge = alphabet->edge;
	record->fallbacks.count = draft->fallbacks.count -
				  record->fallbacks.first;
	record->edges.count = draft->edges.count - record->edges.first;
	record->outputs.count = draft->outputs.count - record->outputs.first;
	return build_list_push(&draft->automata, *record) ? 0 : -1;
}

/** build_draft_free - give the memory of a draft back */
void build_draft_free(struct build_draft *draft)
{
	build_list_free(&draft->automata);
	build_list_free(&draft->classes);
	build_list_free(&draft->cells);
	build_list_free(&draft->links);
	build_list_free(&draft->fallbacks);
	build_list_free(&draft->edges);
	build_list_free(&draft->lists);
	build_list_free(&draft->outputs);
	build_list_free(&draft->predicates);
	build_list_free(&draft->triggers);
	build_list_free(&draft->numbers);
	build_list_free(&draft->ranges);
	build_list_free(&draft->steps);
	build_list_free(&draft->rules);
	build_list_free(&draft->labels);
	build_list_free(&draft->tags);
	build_list_free(&draft->correlations);
	build_list_free(&draft->references);
	build_list_free(&draft->groups);
	build_list_free(&draft->feeds);
	build_list_free(&draft->tracked);
	build_text_free(&draft->strings);
}
