// SPDX-License-Identifier: GPL-2.0-only
/*
 * The key "pydetect": everything that Sigma itself has no word for. It is one
 * key at the top, so that a file with it is still portable Sigma.
 */
#include <string.h>

#include "rule_read.h"

static const char *const keys[] = { "action", "terms", "decode", "labels",
				    "tests" };

static const char *const actions[PYDETECT_ACTION_COUNT] = {
	[PYDETECT_ACTION_REPORT] = "report",
	[PYDETECT_ACTION_BLOCK] = "block",
};

static void read_action(struct rule_reader *reader, const struct yml_node *node,
			struct rule *rule)
{
	const struct rule_names words = RULE_NAMES(actions);
	int action = rule_read_word(reader, node, "action", &words);

	if (action >= 0)
		rule->action = action;
}

static const struct rule_search *
find_search(struct rule_reader *reader, const struct yml_node *node,
	    const struct rule_searches *searches)
{
	int found;

	if (!rule_expect(reader, node, YML_SCALAR, "a label"))
		return NULL;
	found = rule_name_find(&searches->names, node->text);
	if (found >= 0)
		return &searches->list[found];
	rule_name_unknown(reader, &node->place, "search identifier", node->text,
			  &searches->names);
	return NULL;
}

static void read_label(struct rule_reader *reader, const struct yml_pair *pair,
		       const struct rule_searches *searches,
		       struct rule_label *label)
{
	const struct rule_search *search;

	search = find_search(reader, pair->value, searches);
	label->name = rule_read_name(reader, pair->key, "the name of a label");
	label->node = search ? search->node : NULL;
	label->place = pair->key->place;
}

static void read_labels(struct rule_reader *reader, const struct yml_node *node,
			struct rule *rule, const struct rule_searches *searches)
{
	size_t n;

	if (!rule_expect(reader, node, YML_MAPPING, "'labels'"))
		return;
	if (node->count > PYDETECT_RULE_LABELS_MAX) {
		rule_error(reader, &node->place, "more than %u labels",
			   PYDETECT_RULE_LABELS_MAX);
		return;
	}
	rule->labels = rule_alloc(reader, node->count * sizeof(*rule->labels));
	rule->nr_labels = node->count;
	for (n = 0; n < node->count; n++)
		read_label(reader, &node->pairs[n], searches, &rule->labels[n]);
}

static const char *objection(const char *key)
{
	if (!strcmp(key, "labels"))
		return "it has no search identifiers";
	if (!strcmp(key, "tests"))
		return "its rules have tests, of one start each";
	return "it has no values of its own";
}

static bool names_owner(enum pydetect_field field)
{
	return field == PYDETECT_FIELD_USER ||
	       field >= PYDETECT_FIELD_WALKED_COUNT;
}

/* Who can put samples into a window can have the starts of others denied. */
static void warn_shared(struct rule_reader *reader, const struct place *place,
			const struct rule *rule)
{
	const struct rule_correlation *correlation = rule->correlation;
	size_t n;

	if (rule->action != PYDETECT_ACTION_BLOCK)
		return;
	for (n = 0; n < correlation->nr_groups; n++)
		if (names_owner(correlation->groups[n]))
			return;
	diag_hint(rule_warning(reader, place,
			       "users share what this correlation counts: one can have the starts of another denied"),
		  "group by User or ParentProcessGuid as well");
}

/**
 * rule_read_correlation_extension - read the key in a correlation
 * @reader: file being read
 * @node: the value of the key
 * @rule: the results go here
 */
void rule_read_correlation_extension(struct rule_reader *reader,
				     const struct yml_node *node,
				     struct rule *rule)
{
	const struct rule_names known = RULE_NAMES(keys);
	const struct yml_pair *pair;
	size_t n;

	if (!rule_expect(reader, node, YML_MAPPING, "'pydetect'"))
		return;
	rule_check_keys(reader, node, &known);
	for (n = 0; n < node->count; n++) {
		pair = &node->pairs[n];
		if (!strcmp(pair->key->text, "action"))
			read_action(reader, pair->value, rule);
		else if (rule_name_find(&known, pair->key->text) >= 0)
			rule_error(reader, &pair->key->place,
				   "'%s' does not go with a correlation: %s",
				   pair->key->text,
				   objection(pair->key->text));
	}
	warn_shared(reader, &node->place, rule);
}

/**
 * rule_read_terms - read what has to be known before the detection
 * @reader: file being read; @reader->terms is set
 * @node: the value of the key
 */
void rule_read_terms(struct rule_reader *reader, const struct yml_node *node)
{
	const struct yml_node *terms;

	if (node->kind != YML_MAPPING)
		return;
	terms = yml_get(node, "terms");
	if (terms)
		rule_read_bool(reader, terms, "'terms'", &reader->terms);
}

/**
 * rule_read_extension - read the rest of the key
 * @reader: file being read
 * @node: the value of the key
 * @rule: the results go here
 * @searches: what labels may refer to
 */
void rule_read_extension(struct rule_reader *reader,
			 const struct yml_node *node, struct rule *rule,
			 const struct rule_searches *searches)
{
	const struct yml_node *part;

	if (!rule_expect(reader, node, YML_MAPPING, "'pydetect'"))
		return;
	rule_check_keys(reader, node, &RULE_NAMES(keys));
	part = yml_get(node, "action");
	if (part)
		read_action(reader, part, rule);
	part = yml_get(node, "decode");
	if (part)
		rule_read_bool(reader, part, "'decode'", &rule->decode);
	part = yml_get(node, "labels");
	if (part)
		read_labels(reader, part, rule, searches);
	part = yml_get(node, "tests");
	if (part)
		rule_read_examples(reader, part, rule);
}
