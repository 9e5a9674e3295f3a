// SPDX-License-Identifier: GPL-2.0-only
/*
 * The key "correlation": which rules are counted, in which groups, within what
 * time. What the rules are is found out later, see rule_link.c.
 */
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "rule_read.h"

static const char *const keys[] = { "type",	"rules",     "aliases",
				    "group-by", "timespan",  "condition",
				    "generate" };

static const char *const types[PYDETECT_CORRELATION_COUNT] = {
	[PYDETECT_CORRELATION_EVENT_COUNT] = "event_count",
	[PYDETECT_CORRELATION_VALUE_COUNT] = "value_count",
	[PYDETECT_CORRELATION_TEMPORAL] = "temporal",
	[PYDETECT_CORRELATION_TEMPORAL_ORDERED] = "temporal_ordered",
};

/* Types of Sigma's that calculate. */
static const char *const metrics[] = { "value_sum", "value_avg",
				       "value_percentile", "value_median" };

/* More digits than any timespan that is allowed. */
#define TIMESPAN_DIGITS_MAX 9u

/**
 * struct alias - a name for a field
 * @name: the name
 * @field: enum pydetect_field, or -1 after an error
 */
struct alias {
	const char *name;
	int field;
};

/**
 * struct source - a correlation being read
 * @reader: file being read
 * @node: the value of the key
 * @correlation: the result
 * @aliases: names for fields
 * @nr_aliases: how many
 */
struct source {
	struct rule_reader *reader;
	const struct yml_node *node;
	struct rule_correlation *correlation;
	struct alias *aliases;
	size_t nr_aliases;
};

/* The value of a key, with null as good as absent. */
static struct yml_node *given(const struct source *source, const char *key)
{
	struct yml_node *node = yml_get(source->node, key);

	return node && !yml_is_null(node) ? node : NULL;
}

static struct yml_node *required(const struct source *source, const char *key)
{
	struct yml_node *node = given(source, key);

	if (!node)
		rule_error(source->reader, &source->node->place,
			   "a correlation needs '%s'", key);
	return node;
}

/**
 * struct list - one value, or a list of them
 */
struct list {
	struct yml_node *const *items;
	size_t count;
};

static struct list list_of(struct yml_node *const *node)
{
	if ((*node)->kind == YML_SEQUENCE)
		return (struct list){ (*node)->items, (*node)->count };
	return (struct list){ node, 1 };
}

/* False after an error. */
static bool read_type(struct source *source)
{
	const struct rule_names refused = RULE_NAMES(metrics);
	const struct rule_names known = RULE_NAMES(types);
	const struct yml_node *node = required(source, "type");
	int type;

	if (!node)
		return false;
	if (node->kind == YML_SCALAR &&
	    rule_name_find(&refused, node->text) >= 0) {
		diag_hint(rule_error(source->reader, &node->place,
				     "correlation type '%s' is refused: no field holds a quantity to calculate with",
				     node->text),
			  "did you mean 'value_count'?");
		return false;
	}
	type = rule_read_word(source->reader, node, "correlation type", &known);
	if (type >= 0)
		source->correlation->type = type;
	return type >= 0;
}

static void check_once(const struct source *source,
		       const struct rule_reference *reference)
{
	const struct rule_reference *other = source->correlation->references;

	for (; other < reference; other++) {
		if (!other->name || strcmp(other->name, reference->name))
			continue;
		rule_error(source->reader, &reference->place,
			   "'%s' is named twice", reference->name);
		return;
	}
}

static void read_reference(const struct source *source,
			   const struct yml_node *node,
			   struct rule_reference *reference)
{
	reference->place = node->place;
	reference->name = rule_read_name(source->reader, node,
					 "each element of 'rules'");
	if (reference->name)
		check_once(source, reference);
}

static void read_references(struct source *source)
{
	struct rule_correlation *correlation = source->correlation;
	struct yml_node *const node = required(source, "rules");
	struct list list;
	size_t n;

	if (!node)
		return;
	list = list_of(&node);
	if (!list.count || list.count > PYDETECT_REFERENCES_MAX) {
		rule_error(source->reader, &node->place,
			   "'rules' names %zu rules; from 1 to %u are possible",
			   list.count, PYDETECT_REFERENCES_MAX);
		return;
	}
	correlation->references =
		rule_alloc(source->reader,
			   list.count * sizeof(*correlation->references));
	correlation->nr_references = list.count;
	for (n = 0; n < list.count; n++)
		read_reference(source, list.items[n],
			       &correlation->references[n]);
}

/* A field that has one value in a start; -1 after an error. */
static int read_plain_field(const struct source *source,
			    const struct yml_node *node, const char *what)
{
	int field;

	if (!rule_expect(source->reader, node, YML_SCALAR, what))
		return -1;
	field = rule_field_by_name(node->text);
	if (field < 0)
		rule_name_unknown(source->reader, &node->place, "field",
				  node->text, &rule_group_names);
	if (field != PYDETECT_FIELD_ARGS && field != PYDETECT_FIELD_ENV)
		return field;
	rule_error(source->reader, &node->place,
		   "'%s' has several values in one start of a program, %s needs one",
		   node->text, what);
	return -1;
}

static int read_field(const struct source *source, const struct yml_node *node,
		      const char *what)
{
	size_t n;

	for (n = 0; n < source->nr_aliases; n++)
		if (node->kind == YML_SCALAR &&
		    !strcmp(source->aliases[n].name, node->text))
			return source->aliases[n].field;
	return read_plain_field(source, node, what);
}

static bool is_reference(const struct source *source, const char *name)
{
	const struct rule_correlation *correlation = source->correlation;
	size_t n;

	for (n = 0; n < correlation->nr_references; n++)
		if (correlation->references[n].name &&
		    !strcmp(correlation->references[n].name, name))
			return true;
	return false;
}

/* The field that an alias stands for in one rule; -1 after an error. */
static int read_alias_of(const struct source *source, const char *alias,
			 const struct yml_pair *pair)
{
	if (is_reference(source, pair->key->text))
		return read_plain_field(source, pair->value, "an alias");
	rule_error(source->reader, &pair->key->place,
		   "alias '%s' is about '%s', which is not among the rules",
		   alias, pair->key->text);
	return -1;
}

/* Windows are grouped by fields, and these are the same for all rules. */
static int refuse_alias(const struct source *source, const char *alias,
			const struct yml_node *node, int field, int other)
{
	rule_error(source->reader, &node->place,
		   "alias '%s' stands for %s and for %s: a window is grouped by the same fields for all rules",
		   alias, rule_field_name(field), rule_field_name(other));
	return -1;
}

static int read_alias_fields(const struct source *source, const char *alias,
			     const struct yml_node *map)
{
	int field = -1, next;
	size_t n;

	for (n = 0; n < map->count; n++) {
		next = read_alias_of(source, alias, &map->pairs[n]);
		if (next < 0)
			return -1;
		if (n && next != field)
			return refuse_alias(source, alias, map->pairs[n].value,
					    field, next);
		field = next;
	}
	return field;
}

/* Has to know every rule. */
static bool check_alias(const struct source *source, const char *alias,
			const struct yml_node *map)
{
	const struct rule_correlation *correlation = source->correlation;
	const char *name;
	size_t n;

	for (n = 0; n < correlation->nr_references; n++) {
		name = correlation->references[n].name;
		if (!name || yml_get(map, name))
			continue;
		rule_error(source->reader, &map->place,
			   "alias '%s' does not say what it stands for in '%s'",
			   alias, name);
		return false;
	}
	return true;
}

static void read_alias(struct source *source, const struct yml_pair *pair)
{
	struct alias *alias = &source->aliases[source->nr_aliases++];

	alias->name = pair->key->text;
	alias->field = -1;
	if (!rule_expect(source->reader, pair->value, YML_MAPPING,
			 "each alias") ||
	    !check_alias(source, alias->name, pair->value))
		return;
	alias->field =
		read_alias_fields(source, alias->name, pair->value);
}

static void read_aliases(struct source *source)
{
	const struct yml_node *node = given(source, "aliases");
	size_t n;

	if (!node ||
	    !rule_expect(source->reader, node, YML_MAPPING, "'aliases'"))
		return;
	source->aliases = rule_alloc(source->reader,
				     node->count * sizeof(*source->aliases));
	for (n = 0; n < node->count; n++)
		read_alias(source, &node->pairs[n]);
}

/* Ascending and distinct, whatever the order in the file. */
static void set_groups(const struct source *source, const struct place *place,
		       uint32_t mask)
{
	struct rule_correlation *correlation = source->correlation;
	uint32_t field;

	for (field = 0; field < PYDETECT_FIELD_COUNT; field++) {
		if (!(mask >> field & 1))
			continue;
		if (correlation->nr_groups == PYDETECT_GROUPS_MAX) {
			rule_error(source->reader, place,
				   "more than %u fields to group by",
				   PYDETECT_GROUPS_MAX);
			return;
		}
		correlation->groups[correlation->nr_groups++] = field;
	}
}

/* Without any group there is one window for the whole machine. */
static void read_groups(const struct source *source)
{
	struct yml_node *const node = given(source, "group-by");
	uint32_t mask = 0;
	struct list list;
	int field;
	size_t n;

	if (!node)
		return;
	list = list_of(&node);
	for (n = 0; n < list.count; n++) {
		field = read_field(source, list.items[n], "'group-by'");
		if (field >= 0)
			mask |= 1u << field;
	}
	set_groups(source, &node->place, mask);
}

static uint64_t seconds_of(char unit)
{
	switch (unit) {
	case 's':
		return 1;
	case 'm':
		return 60;
	case 'h':
		return 60 * 60;
	case 'd':
		return 24 * 60 * 60;
	default:
		return 0;
	}
}

/* Zero if it is no timespan. */
static uint64_t parse_timespan(const struct yml_node *node)
{
	const size_t digits = strspn(node->text, "0123456789");

	if (!digits || digits > TIMESPAN_DIGITS_MAX ||
	    node->size != digits + 1)
		return 0;
	return strtoull(node->text, NULL, 10) *
	       seconds_of(node->text[digits]) * NS_PER_SECOND;
}

static void read_timespan(const struct source *source)
{
	const struct yml_node *node = required(source, "timespan");
	uint64_t timespan;

	if (!node ||
	    !rule_expect(source->reader, node, YML_SCALAR, "'timespan'"))
		return;
	timespan = parse_timespan(node);
	source->correlation->timespan = timespan;
	if (!timespan)
		diag_hint(rule_error(source->reader, &node->place,
				     "'%s' is not a timespan", node->text),
			  "write a number and s, m, h or d: '90s'");
	else if (timespan > PYDETECT_TIMESPAN_MAX)
		rule_error(source->reader, &node->place,
			   "a timespan of more than %llu days",
			   PYDETECT_TIMESPAN_MAX / NS_PER_SECOND /
				   seconds_of('d'));
}

/* What a correlation counts, where that is not events or rules. */
static void read_counted(const struct source *source,
			 const struct yml_node *condition)
{
	const bool counts = source->correlation->type ==
			    PYDETECT_CORRELATION_VALUE_COUNT;
	const struct yml_node *node = yml_get(condition, "field");
	int field;

	if (node && !counts)
		rule_error(source->reader, &node->place,
			   "'field' only goes with 'value_count'");
	else if (!node && counts)
		rule_error(source->reader, &condition->place,
			   "'value_count' needs a 'field' to count the values of");
	if (!node || !counts)
		return;
	field = read_field(source, node, "'field'");
	if (field >= 0)
		source->correlation->field = field;
}

static void read_condition(const struct source *source)
{
	const struct rule_correlation *correlation = source->correlation;
	const struct yml_node *node = given(source, "condition");
	const bool counts_rules =
		correlation->type == PYDETECT_CORRELATION_TEMPORAL ||
		correlation->type == PYDETECT_CORRELATION_TEMPORAL_ORDERED;

	if (!node && !counts_rules) {
		rule_error(source->reader, &source->node->place,
			   "a correlation of type '%s' needs a 'condition'",
			   types[correlation->type]);
		return;
	}
	if (node && node->kind == YML_SCALAR) {
		diag_hint(rule_error(source->reader, &node->place,
				     "a condition in words is not supported"),
			  "write a number of rules, 'gte: 2', or correlations of correlations");
		return;
	}
	if (node) {
		if (!rule_expect(source->reader, node, YML_MAPPING,
				 "'condition'"))
			return;
		read_counted(source, node);
	}
	rule_read_count(source->reader, node, source->correlation);
}

/* Sigma's own place is in the correlation; others write it at the top. */
static void read_generate(const struct source *source,
			  const struct yml_node *root)
{
	const struct yml_node *inner = given(source, "generate");
	const struct yml_node *outer = yml_get(root, "generate");

	if (outer && yml_is_null(outer))
		outer = NULL;
	if (inner && outer)
		rule_error(source->reader, &outer->place,
			   "'generate' is given twice");
	else if (inner || outer)
		rule_read_bool(source->reader, inner ? inner : outer,
			       "'generate'", &source->correlation->generate);
}

static void check_document(struct rule_reader *reader,
			   const struct yml_node *root)
{
	const struct yml_node *detection = yml_get(root, "detection");
	const struct yml_node *source = yml_get(root, "logsource");

	if (detection)
		diag_hint(rule_error(reader, &detection->place,
				     "a correlation has no 'detection' of its own"),
			  "make it a rule of its own, and name that in 'rules'");
	if (source)
		rule_warning(reader, &source->place,
			     "'logsource' is ignored: a correlation has those of its rules");
}

/**
 * rule_correlation_type_name - Sigma's word for a type of correlations
 * @type: enum pydetect_correlation_type
 */
const char *rule_correlation_type_name(enum pydetect_correlation_type type)
{
	return types[type];
}

/**
 * rule_read_correlation - read what a correlation is
 * @reader: file being read
 * @root: the document
 * @rule: the result goes here
 */
void rule_read_correlation(struct rule_reader *reader,
			   const struct yml_node *root, struct rule *rule)
{
	struct source source = {
		.reader = reader,
		.node = yml_get(root, "correlation"),
		.correlation = rule_alloc(reader, sizeof(*rule->correlation)),
	};

	rule->correlation = source.correlation;
	source.correlation->place = source.node->place;
	check_document(reader, root);
	if (!rule_expect(reader, source.node, YML_MAPPING, "'correlation'"))
		return;
	rule_check_keys(reader, source.node, &RULE_NAMES(keys));
	read_references(&source);
	read_aliases(&source);
	read_groups(&source);
	read_timespan(&source);
	read_generate(&source, root);
	if (read_type(&source))
		read_condition(&source);
}
