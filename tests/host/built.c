// SPDX-License-Identifier: GPL-2.0-only
/*
 * An image of rules that are one regular expression each.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "built.h"

/** built_begin - no rules yet */
void built_begin(struct built *built)
{
	memset(built, 0, sizeof(*built));
	rule_set_init(&built->set);
	diag_init(&built->diag);
}

/** built_regex - one rule more: @field matches the expression @text */
void built_regex(struct built *built, enum pydetect_field field,
		 const char *text, unsigned int flags)
{
	const struct rule_pattern pattern = make_regex(&built->set, text,
						       flags);

	make_rule(&built->set, make_strings(&built->set, field, &pattern, 1));
}

/** built_build - make the image */
void built_build(struct built *built)
{
	assert_int_equal(build_image(&built->set, &built->image, &built->diag),
			 0);
}

/** built_matches - does rule number @rule match an exec with this field? */
bool built_matches(const struct built *built, uint32_t rule,
		   enum pydetect_field field, const void *text, size_t length)
{
	struct oracle_exec exec = { 0 };
	struct dice dice = { .state = length + 1 };
	struct oracle_judge judge = { .source = &exec, .dice = &dice };
	bool matched;

	exec.values[field] = text;
	exec.lengths[field] = length;
	oracle_judge(&judge, &built->image);
	matched = oracle_matched(&judge, rule);
	oracle_judge_free(&judge);
	return matched;
}

/** built_end - give all memory back */
void built_end(struct built *built)
{
	image_free(&built->image);
	diag_free(&built->diag);
	rule_set_free(&built->set);
}
