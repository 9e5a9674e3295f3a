// SPDX-License-Identifier: GPL-2.0-only
/*
 * An image while it is being built.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "build_draft.h"

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
	return BUILD_REFUSED;
}

/** build_draft_free - give the memory of a draft back */
void build_draft_free(struct build_draft *draft)
{
	build_list_free(&draft->automata);
	build_list_free(&draft->classes);
	build_list_free(&draft->cells);
	build_list_free(&draft->sparse);
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
