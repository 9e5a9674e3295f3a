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
	free(set->rules);
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

__attribute__((format(printf, 1, 0))) static char *formatted(const char *format,
							     va_list arguments)
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
	text = formatted(format, arguments);
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
	text = formatted(format, arguments);
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

/* Returns the rule that has the id: @rule itself if it is the first. */
static const struct rule *claim_id(struct rule_set *set, struct rule *rule)
{
	struct rule **first = tsearch(rule, &set->ids, compare_ids);

	if (!first)
		rule_memory_failed();
	return *first;
}

static void append(struct rule_set *set, struct rule *rule)
{
	if (set->nr_rules == set->capacity) {
		set->capacity = set->capacity * 2 + 64;
		set->rules = reallocarray(set->rules, set->capacity,
					  sizeof(*set->rules));
		if (!set->rules)
			rule_memory_failed();
	}
	set->rules[set->nr_rules++] = rule;
}

/**
 * rule_set_add - add a rule to the set
 * @reader: file being read
 * @rule: the rule, in the memory of the set
 *
 * An id that is taken is an error, and the rule is not added.
 *
 * Return: true if it was added
 */
bool rule_set_add(struct rule_reader *reader, struct rule *rule)
{
	const struct rule *first = claim_id(reader->set, rule);

	if (first == rule) {
		append(reader->set, rule);
		return true;
	}
	diag_hint(rule_error(reader, &rule->place,
			     "another rule has the id '%s'", rule->id),
		  "the other one is %s:%u: %s", first->place.file,
		  first->place.line, first->title);
	return false;
}
