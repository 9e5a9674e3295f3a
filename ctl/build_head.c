// SPDX-License-Identifier: GPL-2.0-only
/*
 * What rules and correlations have in common: who they are, and how they are
 * refused.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build_condition.h"

/**
 * build_refuse_rule - say why a rule is not in the image
 * @context: where errors go
 * @rule: the rule
 * @place: what is wrong with it
 * @reason: without a full stop
 *
 * Return: BUILD_REFUSED, or -1 when out of memory.
 */
int build_refuse_rule(struct build_context *context, const struct rule *rule,
		      const struct place *place, const char *reason)
{
	struct diag_entry *entry;

	entry = diag_error(context->diag, place, "rule '%s': %s", rule->title,
			   reason);
	if (!entry)
		return -1;
	entry->rule_id = strdup(rule->id);
	return BUILD_REFUSED;
}

/**
 * build_check_string - refuse a text that is too long for the image
 * @context: where errors go
 * @rule: whose it is
 * @string: the text, or NULL
 * @what: what it is
 *
 * Return: 0, BUILD_REFUSED, or -1 when out of memory.
 */
int build_check_string(struct build_context *context, const struct rule *rule,
		       const char *string, const char *what)
{
	char reason[64];

	if (!string || strlen(string) < PYDETECT_STRING_BYTES_MAX)
		return 0;
	snprintf(reason, sizeof(reason), "%s is longer than %u bytes", what,
		 PYDETECT_STRING_BYTES_MAX - 1);
	return build_refuse_rule(context, rule, &rule->place, reason);
}

/**
 * build_check_head - refuse what build_head() cannot put into the image
 * @context: where errors go
 * @rule: the rule
 *
 * Return: 0, BUILD_REFUSED, or -1 when out of memory.
 */
int build_check_head(struct build_context *context, const struct rule *rule)
{
	int error;
	size_t i;

	if (rule->nr_tags > PYDETECT_RULE_TAGS_MAX)
		return build_refuse_rule(context, rule, &rule->place,
					 "too many tags");
	error = build_check_string(context, rule, rule->id, "the id");
	if (!error)
		error = build_check_string(context, rule, rule->title,
					   "the title");
	if (!error)
		error = build_check_string(context, rule, rule->author,
					   "the author");
	for (i = 0; i < rule->nr_tags && !error; i++)
		error = build_check_string(context, rule, rule->tags[i],
					   "a tag");
	return error;
}

static int put_tags(struct build_draft *draft, const struct rule *rule,
		    struct pydetect_image_extent *extent)
{
	size_t i;

	extent->first = draft->tags.count;
	extent->count = rule->nr_tags;
	for (i = 0; i < rule->nr_tags; i++) {
		const u32 tag = build_text_add(&draft->strings, rule->tags[i]);

		if (tag == BUILD_NONE || !build_list_push(&draft->tags, tag))
			return -1;
	}
	return 0;
}

/**
 * build_head - who a rule or correlation is
 * @context: where its texts go
 * @rule: one that build_check_head() found good
 * @head: filled in, but for the feeds
 *
 * Return: 0, or -1 when out of memory.
 */
int build_head(struct build_context *context, const struct rule *rule,
	       struct pydetect_image_head *head)
{
	struct build_text *strings = &context->draft.strings;

	*head = (struct pydetect_image_head){
		.id = build_text_add(strings, rule->id),
		.title = build_text_add(strings, rule->title),
		.author = build_text_add(strings, rule->author),
		.level = rule->level,
		.action = rule->action,
		.flags = rule->silent ? PYDETECT_HEAD_SILENT : 0,
	};
	if (head->id == BUILD_NONE || head->title == BUILD_NONE ||
	    head->author == BUILD_NONE)
		return -1;
	return put_tags(&context->draft, rule, &head->tags);
}
