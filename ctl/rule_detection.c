// SPDX-License-Identifier: GPL-2.0-only
/*
 * Search identifiers -> trees: maps are AND, lists are OR.
 */
#include <string.h>

#include "rule_read.h"

/* What stands behind a key: one value, or a list of them. */
struct values {
	struct yml_node *const *list;
	size_t count;
};

static struct rule_node *read_leaf(struct rule_reader *reader,
				   const struct rule_key *key,
				   struct yml_node *const *values, size_t count)
{
	struct rule_match *match;

	if (key->interpreter)
		match = rule_read_interpreters(reader, key, values, count);
	else if (rule_key_is_number(key))
		match = rule_read_numbers(reader, key, values, count);
	else
		match = rule_read_values(reader, key, values, count);
	if (match && key->field == PYDETECT_FIELD_USER)
		return rule_user_node(reader, match, &key->place);
	return rule_node_match(reader, match, &key->place);
}

static struct rule_node *read_absent(struct rule_reader *reader,
				     const struct rule_key *key)
{
	return rule_node_not(reader, rule_match_present(reader, key),
			     &key->place);
}

/* Without any modifier null means that the field is absent. */
static bool is_absent(const struct rule_key *key, const struct yml_node *value)
{
	return !key->comparison_name && !key->interpreter && yml_is_null(value);
}

/* Every value has to match: a leaf for each. */
static struct rule_node *read_all(struct rule_reader *reader,
				  const struct rule_key *key,
				  const struct values *values)
{
	struct rule_node **children =
		rule_alloc(reader, values->count * sizeof(*children));
	size_t n;

	for (n = 0; n < values->count; n++)
		children[n] =
			is_absent(key, values->list[n]) ?
				read_absent(reader, key) :
				read_leaf(reader, key, &values->list[n], 1);
	return rule_node_join(reader, RULE_NODE_AND, children, values->count,
			      &key->place);
}

/* One value has to match: one leaf for all of them, and one for null. */
static struct rule_node *read_any(struct rule_reader *reader,
				  const struct rule_key *key,
				  const struct values *values)
{
	struct yml_node **texts =
		rule_alloc(reader, values->count * sizeof(*texts));
	size_t n, nr_texts = 0, nr_children = 0;
	struct rule_node *children[2];

	for (n = 0; n < values->count; n++)
		if (!is_absent(key, values->list[n]))
			texts[nr_texts++] = values->list[n];
	if (nr_texts)
		children[nr_children++] =
			read_leaf(reader, key, texts, nr_texts);
	if (nr_texts < values->count)
		children[nr_children++] = read_absent(reader, key);
	return rule_node_join(reader, RULE_NODE_OR, children, nr_children,
			      &key->place);
}

static struct rule_node *read_exists(struct rule_reader *reader,
				     const struct rule_key *key,
				     const struct yml_node *node)
{
	bool exists;

	if (!rule_read_bool(reader, node, "the value of 'exists'", &exists))
		return NULL;
	return exists ? rule_match_present(reader, key) :
			read_absent(reader, key);
}

static bool check_values(struct rule_reader *reader,
			 const struct values *values)
{
	size_t n, errors = reader->nr_errors;

	for (n = 0; n < values->count; n++)
		rule_expect(reader, values->list[n], YML_SCALAR,
			    "each value of a list");
	return errors == reader->nr_errors;
}

/* A value or a list of values; false after an error. */
static bool find_values(struct rule_reader *reader,
			struct yml_node *const *node, struct values *values)
{
	*values = (struct values){ node, 1 };
	if ((*node)->kind == YML_SCALAR)
		return true;
	if ((*node)->kind == YML_MAPPING) {
		rule_error(reader, &(*node)->place,
			   "expected a value or a list of values, not a map");
		return false;
	}
	*values = (struct values){ (*node)->items, (*node)->count };
	if (values->count)
		return check_values(reader, values);
	rule_error(reader, &(*node)->place, "a list without values");
	return false;
}

static struct rule_node *read_pair(struct rule_reader *reader,
				   const struct yml_pair *pair)
{
	struct values values;
	struct rule_key key;

	if (!rule_read_key(reader, pair->key, &key))
		return NULL;
	if (key.comparison == RULE_COMPARE_EXISTS)
		return read_exists(reader, &key, pair->value);
	if (!find_values(reader, &pair->value, &values))
		return NULL;
	return key.all ? read_all(reader, &key, &values) :
			 read_any(reader, &key, &values);
}

static struct rule_node *read_map(struct rule_reader *reader,
				  const struct yml_node *map)
{
	struct rule_node **children;
	size_t n;

	if (!map->count) {
		rule_error(reader, &map->place, "a map without fields");
		return NULL;
	}
	children = rule_alloc(reader, map->count * sizeof(*children));
	for (n = 0; n < map->count; n++)
		children[n] = read_pair(reader, &map->pairs[n]);
	return rule_node_join(reader, RULE_NODE_AND, children, map->count,
			      &map->place);
}

static struct rule_node *refuse_keywords(struct rule_reader *reader,
					 const struct yml_node *node,
					 const char *name)
{
	struct diag_entry *entry;

	entry = rule_error(reader, &node->place,
			   "'%s' is a keyword search, which needs a field here",
			   name);
	diag_hint(entry, "name one: 'CommandLine|contains: ...'");
	return NULL;
}

static struct rule_node *read_list(struct rule_reader *reader,
				   const struct yml_node *list,
				   const char *name)
{
	struct rule_node **children =
		rule_alloc(reader, list->count * sizeof(*children));
	size_t n;

	for (n = 0; n < list->count; n++) {
		if (list->items[n]->kind == YML_SCALAR)
			return refuse_keywords(reader, list->items[n], name);
		if (rule_expect(reader, list->items[n], YML_MAPPING,
				"each element of a search identifier's list"))
			children[n] = read_map(reader, list->items[n]);
	}
	return rule_node_join(reader, RULE_NODE_OR, children, list->count,
			      &list->place);
}

static struct rule_node *read_search(struct rule_reader *reader,
				     const struct yml_node *node,
				     const char *name)
{
	if (node->kind == YML_MAPPING)
		return read_map(reader, node);
	if (node->kind == YML_SEQUENCE && node->count)
		return read_list(reader, node, name);
	if (node->kind == YML_SCALAR && !yml_is_null(node))
		return refuse_keywords(reader, node, name);
	rule_error(reader, &node->place, "search identifier '%s' is empty",
		   name);
	return NULL;
}

static void add_search(struct rule_reader *reader, const struct yml_pair *pair,
		       struct rule_searches *searches)
{
	struct rule_search *search = &searches->list[searches->count++];

	search->name = rule_copy(reader, pair->key->text, pair->key->size);
	search->place = pair->key->place;
	search->node = read_search(reader, pair->value, search->name);
	search->weight = rule_node_weight(search->node);
	if (search->node)
		search->node->name = search->name;
}

/* The keys of a detection that are not search identifiers. */
static bool is_reserved(struct rule_reader *reader, const struct yml_node *key)
{
	if (!strcmp(key->text, "timeframe")) {
		rule_error(reader, &key->place,
			   "'timeframe' belongs to a correlation rule");
		return true;
	}
	return !strcmp(key->text, "condition");
}

static void collect_names(struct rule_reader *reader,
			  struct rule_searches *searches)
{
	const char **names =
		rule_alloc(reader, searches->count * sizeof(*names));
	size_t n;

	for (n = 0; n < searches->count; n++)
		names[n] = searches->list[n].name;
	searches->names = (struct rule_names){ names, searches->count };
}

/**
 * rule_read_searches - read all search identifiers of a rule
 * @reader: file being read
 * @detection: the mapping 'detection'
 * @searches: stored here, in the memory of the set; those with errors have no
 *	tree
 */
void rule_read_searches(struct rule_reader *reader,
			const struct yml_node *detection,
			struct rule_searches *searches)
{
	size_t n;

	if (detection->count > RULE_SEARCHES_MAX) {
		rule_error(reader, &detection->place,
			   "more than %u search identifiers",
			   RULE_SEARCHES_MAX);
		return;
	}
	searches->list =
		rule_alloc(reader, detection->count * sizeof(*searches->list));
	for (n = 0; n < detection->count; n++)
		if (!is_reserved(reader, detection->pairs[n].key))
			add_search(reader, &detection->pairs[n], searches);
	collect_names(reader, searches);
}
