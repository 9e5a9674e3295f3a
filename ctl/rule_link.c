// SPDX-License-Identifier: GPL-2.0-only
/*
 * What correlations refer to, found once all files are read.
 *
 * Going down from each correlation to what it refers to settles that first; so
 * numbers given on the way back up put every correlation behind its parts, and
 * meeting one again that is not settled means that it goes round in a circle.
 * What is refused takes along all that refer to it.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rule_read.h"

/* Errors shown: as for one file. */
#define ERRORS_MAX RULE_FILE_ERRORS_MAX

/* Unknown names for which the nearest is looked for: each look is dear. */
#define HINTS_MAX 32u

/* How much of a circle is named. */
#define CIRCLE_BYTES 512

enum linking {
	LINKING_NEW,
	LINKING_OPEN,
	LINKING_DONE,
};

/**
 * struct linker - a set being linked
 * @set: the set
 * @diag: where errors go
 * @nr_errors: how many there were
 * @nr_hints: names looked for
 * @next: number of the next correlation
 */
struct linker {
	struct rule_set *set;
	struct diag *diag;
	size_t nr_errors;
	size_t nr_hints;
	uint32_t next;
};

/**
 * struct path - a correlation being settled
 * @rule: the correlation
 * @up: the one that refers to it and led here, or NULL
 */
struct path {
	const struct rule *rule;
	const struct path *up;
};

/*
 * The correlation cannot be. Others that refer to it are told @root, the reason
 * at the bottom of it all, or this message where that is NULL.
 */
__attribute__((format(printf, 5, 6)))
static struct diag_entry *refuse(struct linker *linker, struct rule *rule,
				 const struct place *place, const char *root,
				 const char *format, ...)
{
	struct diag_entry *entry = NULL;
	va_list arguments;
	char *text;

	va_start(arguments, format);
	text = rule_formatted(format, arguments);
	va_end(arguments);
	if (linker->nr_errors++ < ERRORS_MAX) {
		entry = diag_error(linker->diag, place, "%s", text);
		diag_rule(entry, rule->id);
	}
	if (!rule->refused && root)
		rule->refused = root;
	else if (!rule->refused)
		rule->refused = rule_memory_copy(&linker->set->memory, text,
						 strlen(text));
	free(text);
	return entry;
}

/* Ids and names of all rules. */
static struct rule_names all_names(const struct rule_set *set)
{
	const char **list = calloc(2 * set->nr_rules, sizeof(*list));
	struct rule_names names = { .list = list };
	size_t n;

	if (!list)
		rule_memory_failed();
	for (n = 0; n < set->nr_rules; n++) {
		list[names.count++] = set->rules[n]->id;
		if (set->rules[n]->name)
			list[names.count++] = set->rules[n]->name;
	}
	return names;
}

static void hint_nearest(struct linker *linker, struct diag_entry *entry,
			 const char *name)
{
	struct rule_names names;
	const char *nearest;

	if (!entry || linker->nr_hints++ >= HINTS_MAX)
		return;
	names = all_names(linker->set);
	nearest = rule_name_nearest(&names, name);
	if (nearest)
		diag_hint(entry, "did you mean '%s'?", nearest);
	free((void *)names.list);
}

/* Under its name and under its id, say. */
static bool is_repeated(const struct rule_correlation *correlation, size_t n)
{
	const struct rule *rule = correlation->references[n].rule;

	while (n--)
		if (correlation->references[n].rule == rule)
			return true;
	return false;
}

static void resolve_reference(struct linker *linker, struct rule *rule,
			      size_t n)
{
	struct rule_reference *reference = &rule->correlation->references[n];
	struct diag_entry *entry;

	if (!reference->name)
		return;
	reference->rule = rule_set_find(linker->set, reference->name);
	if (rule->refused)
		return;
	if (!reference->rule) {
		entry = refuse(linker, rule, &reference->place, NULL,
			       "no rule has the id or the name '%s'",
			       reference->name);
		hint_nearest(linker, entry, reference->name);
	} else if (is_repeated(rule->correlation, n)) {
		refuse(linker, rule, &reference->place, NULL,
		       "'%s' is a rule that is named before",
		       reference->name);
	}
}

/*
 * What only feeds a correlation stays silent where that is refused, too: by
 * itself it would say things that nobody asked for.
 */
static void silence(const struct rule_correlation *correlation)
{
	size_t n;

	for (n = 0; n < correlation->nr_references; n++)
		if (correlation->references[n].rule && !correlation->generate)
			correlation->references[n].rule->silent = true;
}

static void resolve(struct linker *linker, struct rule *rule)
{
	size_t n;

	if (!rule->correlation)
		return;
	for (n = 0; n < rule->correlation->nr_references; n++)
		resolve_reference(linker, rule, n);
	silence(rule->correlation);
}

static void resolve_all(struct linker *linker)
{
	struct rule_set *set = linker->set;
	size_t n, nr_correlations = 0;

	for (n = 0; n < set->nr_left_out; n++)
		resolve(linker, set->left_out[n]);
	for (n = 0; n < set->nr_rules; n++) {
		struct rule *rule = set->rules[n];

		if (rule->correlation &&
		    nr_correlations++ >= PYDETECT_CORRELATIONS_MAX)
			refuse(linker, rule, &rule->place, NULL,
			       "more than %u correlations",
			       PYDETECT_CORRELATIONS_MAX);
		else
			resolve(linker, rule);
	}
}

static const char *name_of(const struct rule *rule)
{
	return rule->name ? rule->name : rule->id;
}

/* From @target down to @path, and to @target again. */
static void refuse_circle(struct linker *linker, struct rule *rule,
			  const struct rule_reference *reference,
			  const struct path *path)
{
	char text[CIRCLE_BYTES] = "", rest[CIRCLE_BYTES];

	for (; path; path = path->up) {
		memcpy(rest, text, sizeof(rest));
		snprintf(text, sizeof(text), "'%.100s', which refers to %.380s",
			 name_of(path->rule), rest);
		if (path->rule == reference->rule)
			break;
	}
	refuse(linker, rule, &reference->place, NULL,
	       "correlations go round in a circle: %s'%s'", text,
	       name_of(reference->rule));
}

static bool same_groups(const struct rule_correlation *a,
			const struct rule_correlation *b)
{
	return a->nr_groups == b->nr_groups &&
	       !memcmp(a->groups, b->groups,
		       a->nr_groups * sizeof(a->groups[0]));
}

/* Its condition is looked at together with theirs, in windows of one kind. */
static void check_part(struct linker *linker, struct rule *rule,
		       const struct rule_reference *reference)
{
	static const char format[] =
		"'%s' has another '%s' than this correlation: parts and whole share it";
	const struct rule_correlation *part = reference->rule->correlation;

	if (!part)
		return;
	if (part->timespan != rule->correlation->timespan)
		refuse(linker, rule, &reference->place, NULL, format,
		       reference->name, "timespan");
	if (!same_groups(part, rule->correlation))
		refuse(linker, rule, &reference->place, NULL, format,
		       reference->name, "group-by");
}

static void settle(struct linker *linker, struct rule *rule,
		   const struct path *up);

static void settle_part(struct linker *linker, struct rule *rule,
			const struct rule_reference *reference,
			const struct path *path)
{
	struct rule *part = reference->rule;

	if (part->correlation && !part->refused)
		settle(linker, part, path);
	if (part->refused)
		refuse(linker, rule, &reference->place, part->refused,
		       "'%s' was refused: %s", reference->name, part->refused);
	else if (part->correlation &&
		 part->correlation->linking == LINKING_OPEN)
		refuse_circle(linker, rule, reference, path);
	else
		check_part(linker, rule, reference);
}

static void settle_parts(struct linker *linker, struct rule *rule,
			 const struct path *path)
{
	const struct rule_correlation *correlation = rule->correlation;
	size_t n;

	for (n = 0; n < correlation->nr_references; n++)
		if (correlation->references[n].rule)
			settle_part(linker, rule, &correlation->references[n],
				    path);
}

/* Recursion goes as deep as there are correlations, and these are bounded. */
static void settle(struct linker *linker, struct rule *rule,
		   const struct path *up)
{
	const struct path path = { rule, up };

	if (rule->correlation->linking != LINKING_NEW)
		return;
	rule->correlation->linking = LINKING_OPEN;
	settle_parts(linker, rule, &path);
	rule->correlation->linking = LINKING_DONE;
	if (!rule->refused)
		rule->correlation->number = linker->next++;
}

static bool is_lineage(enum pydetect_field field)
{
	return field == PYDETECT_FIELD_LINEAGE_IMAGE ||
	       field == PYDETECT_FIELD_LINEAGE_IMAGE_NAME ||
	       field == PYDETECT_FIELD_LINEAGE_BUILD_ID ||
	       field == PYDETECT_FIELD_LINEAGE_GUID;
}

static bool needs_lineage(const struct rule_correlation *correlation)
{
	size_t n;

	for (n = 0; n < correlation->nr_groups; n++)
		if (is_lineage(correlation->groups[n]))
			return true;
	return correlation->type == PYDETECT_CORRELATION_VALUE_COUNT &&
	       is_lineage(correlation->field);
}

/* A value asks for processes to be followed, asking for presence does not. */
static bool asks_lineage(const struct rule_node *node)
{
	size_t n;

	if (node->kind == RULE_NODE_MATCH)
		return node->match->kind != RULE_MATCH_PRESENT &&
		       is_lineage(node->match->field);
	for (n = 0; n < node->nr_children; n++)
		if (asks_lineage(node->children[n]))
			return true;
	return false;
}

static bool has_lineage(const struct rule_set *set)
{
	size_t n;

	for (n = 0; n < set->nr_rules; n++)
		if (set->rules[n]->condition &&
		    asks_lineage(set->rules[n]->condition))
			return true;
	return false;
}

/* Nothing would ever be in these windows. */
static void check_lineage(struct linker *linker)
{
	struct rule_set *set = linker->set;
	size_t n;

	if (has_lineage(set))
		return;
	for (n = 0; n < set->nr_rules; n++) {
		struct rule *rule = set->rules[n];

		if (!rule->correlation || !needs_lineage(rule->correlation))
			continue;
		diag_hint(refuse(linker, rule, &rule->correlation->place, NULL,
				 "no rule asks for LineageImage or LineageBuildId: no start has a lineage"),
			  "add such a value to the rules that are counted");
	}
}

/* Those without a number are refused; the others keep their order. */
static void drop_refused(struct rule_set *set)
{
	size_t n, kept = 0;

	for (n = 0; n < set->nr_rules; n++)
		if (!set->rules[n]->refused)
			set->rules[kept++] = set->rules[n];
	set->nr_refused += set->nr_rules - kept;
	set->nr_rules = kept;
}

/**
 * rule_set_link - find what correlations refer to
 * @set: all rules of a load
 * @diag: where errors go
 *
 * Correlations that cannot be leave the set. The others know their rules and
 * have their numbers, and rules that only feed correlations are marked.
 */
void rule_set_link(struct rule_set *set, struct diag *diag)
{
	struct linker linker = { .set = set, .diag = diag };
	size_t n;

	resolve_all(&linker);
	check_lineage(&linker);
	for (n = 0; n < set->nr_rules; n++)
		if (set->rules[n]->correlation)
			settle(&linker, set->rules[n], NULL);
	if (linker.nr_errors > ERRORS_MAX)
		diag_error(diag, &(struct place){ 0 },
			   "more than %u errors in correlations; further ones are not shown",
			   ERRORS_MAX);
	drop_refused(set);
}
