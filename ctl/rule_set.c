// SPDX-License-Identifier: GPL-2.0-only
/*
 * The set of rules, which owns all their memory, and messages about them.
 */
#include <search.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "rule_read.h"

/**
 * rule_set_init - start with an empty set
 * @set: to initialise, ended with rule_set_free()
 */
void rule_set_init(struct rule_set *set)
{
	*set = (struct rule_set){ 0 };
	rule_memory_init(&set->memory);
}

static void keep(void *rule)
{
	(void)rule;
}

/**
 * rule_set_free - free a set and all its rules
 * @set: from rule_set_init()
 */
void rule_set_free(struct rule_set *set)
{
	tdestroy(set->ids, keep);
	tdestroy(set->names, keep);
	free(set->rules);
	free(set->left_out);
	rule_memory_free(&set->memory);
}

/**
 * rule_alloc - zeroed memory that lives as long as the set
 * @reader: file being read
 * @size: bytes, at most INT_MAX
 *
 * Return: the memory, never NULL
 */
void *rule_alloc(struct rule_reader *reader, size_t size)
{
	return rule_memory_alloc(&reader->set->memory, size);
}

/**
 * rule_copy - a text that lives as long as the set
 * @reader: file being read
 * @text: bytes
 * @size: how many
 *
 * Return: a copy that ends with NUL, never NULL
 */
char *rule_copy(struct rule_reader *reader, const char *text, size_t size)
{
	return rule_memory_copy(&reader->set->memory, text, size);
}

/* The last error shown says that there are more. */
static bool too_many(struct rule_reader *reader)
{
	struct place place = { .file = reader->yaml->file };

	if (++reader->nr_errors == RULE_FILE_ERRORS_MAX + 1)
		diag_error(reader->diag, &place,
			   "more than %u errors; further ones are not shown",
			   RULE_FILE_ERRORS_MAX);
	return reader->nr_errors > RULE_FILE_ERRORS_MAX;
}

/**
 * rule_formatted - the text of a message
 * @format: as for vprintf()
 * @arguments: likewise
 *
 * Return: the text, never NULL; to be freed
 */
char *rule_formatted(const char *format, va_list arguments)
{
	char *text;

	if (vasprintf(&text, format, arguments) < 0)
		rule_memory_failed();
	return text;
}

/**
 * rule_error - report an error in the file being read
 * @reader: file being read
 * @place: where
 * @format: what is wrong, as for printf()
 *
 * Return: the entry, for diag_hint(); NULL when there were too many errors
 */
struct diag_entry *rule_error(struct rule_reader *reader,
			      const struct place *place, const char *format,
			      ...)
{
	struct diag_entry *entry;
	va_list arguments;
	char *text;

	if (too_many(reader))
		return NULL;
	va_start(arguments, format);
	text = rule_formatted(format, arguments);
	va_end(arguments);
	entry = diag_error(reader->diag, place, "%s", text);
	free(text);
	diag_rule(entry, reader->rule_id);
	return entry;
}

/**
 * rule_warning - report something suspicious in the file being read
 * @reader: file being read
 * @place: where
 * @format: what is suspicious, as for printf()
 *
 * Return: the entry, for diag_hint()
 */
struct diag_entry *rule_warning(struct rule_reader *reader,
				const struct place *place, const char *format,
				...)
{
	struct diag_entry *entry;
	va_list arguments;
	char *text;

	va_start(arguments, format);
	text = rule_formatted(format, arguments);
	va_end(arguments);
	entry = diag_warning(reader->diag, place, "%s", text);
	free(text);
	diag_rule(entry, reader->rule_id);
	return entry;
}

static int compare_ids(const void *left, const void *right)
{
	const struct rule *a = left, *b = right;

	return strcmp(a->id, b->id);
}

static int compare_names(const void *left, const void *right)
{
	const struct rule *a = left, *b = right;

	return strcmp(a->name, b->name);
}

/*
 * Returns the rule that has the id or name: @rule itself if it is the first, or
 * the first one without errors.
 */
static const struct rule *claim(void **tree, struct rule *rule,
				int (*compare)(const void *, const void *))
{
	struct rule **first = tsearch(rule, tree, compare);

	if (!first)
		rule_memory_failed();
	if ((*first)->refused && !rule->refused)
		*first = rule;
	return *first;
}

static struct rule **grow(struct rule **rules, size_t count, size_t *capacity)
{
	if (count < *capacity)
		return rules;
	*capacity = *capacity * 2 + 64;
	rules = reallocarray(rules, *capacity, sizeof(struct rule *));
	if (!rules)
		rule_memory_failed();
	return rules;
}

static bool report_taken(struct rule_reader *reader, const struct rule *rule,
			 const struct rule *first, const char *what,
			 const char *text)
{
	diag_hint(rule_error(reader, &rule->place,
			     "another rule has the %s '%s'", what, text),
		  "the other one is %s:%u: %s", first->place.file,
		  first->place.line, first->title);
	return false;
}

/**
 * rule_set_add - add a rule to the set
 * @reader: file being read
 * @rule: the rule, in the memory of the set
 *
 * An id or a name that is taken is an error, and the rule is not added.
 *
 * Return: true if it was added
 */
bool rule_set_add(struct rule_reader *reader, struct rule *rule)
{
	struct rule_set *set = reader->set;
	const struct rule *first = claim(&set->ids, rule, compare_ids);

	if (first != rule)
		return report_taken(reader, rule, first, "id", rule->id);
	if (rule->name)
		first = claim(&set->names, rule, compare_names);
	if (first != rule)
		return report_taken(reader, rule, first, "name", rule->name);
	set->rules = grow(set->rules, set->nr_rules, &set->capacity);
	set->rules[set->nr_rules++] = rule;
	return true;
}

/**
 * rule_set_leave_out - remember a rule that is not part of the set
 * @set: the set
 * @rule: the rule, in the memory of the set, as far as it could be read
 * @reason: why, likewise
 *
 * Correlations that refer to it are told the reason.
 */
void rule_set_leave_out(struct rule_set *set, struct rule *rule,
			const char *reason)
{
	rule->refused = reason;
	if (rule->id)
		claim(&set->ids, rule, compare_ids);
	if (rule->name)
		claim(&set->names, rule, compare_names);
	set->left_out = grow(set->left_out, set->nr_left_out,
			     &set->left_out_capacity);
	set->left_out[set->nr_left_out++] = rule;
}

/**
 * rule_set_find - find a rule that was read
 * @set: the set
 * @name: id or name
 *
 * Return: the rule, which may be one that was left out; or NULL
 */
struct rule *rule_set_find(const struct rule_set *set, const char *name)
{
	const struct rule key = { .id = name, .name = name };
	struct rule **found = tfind(&key, &set->ids, compare_ids);

	if (!found)
		found = tfind(&key, &set->names, compare_names);
	return found ? *found : NULL;
}
