// SPDX-License-Identifier: GPL-2.0-only
/*
 * A YAML document -> a rule: what kind of document it is, its metadata, its
 * log source, and in which order the rest is read.
 */
#include <string.h>

#include "rule_read.h"

/* Keys at the top of a rule. Others are the author's own business. */
static const char *const known_keys[] = {
	"title",	  "id",		 "name",      "related",   "taxonomy",
	"status",	  "description", "license",   "author",	   "references",
	"date",		  "modified",	 "logsource", "detection", "fields",
	"falsepositives", "level",	 "tags",      "scope",	   "pydetect",
	"correlation",	  "generate",
};

/**
 * struct refusal - a key that makes a document something else than a rule
 * @key: the key
 * @reason: what to say
 * @hint: what to do about it
 */
struct refusal {
	const char *key;
	const char *reason;
	const char *hint;
};

static const struct refusal other_documents[] = {
	{ "action", "rule collections ('action') are not supported",
	  "write each rule out; YAML anchors can share parts within a document" },
	{ "filter", "Sigma filters are not supported",
	  "add the exception to the rule, as 'and not' in its condition" },
};

static const struct yml_node *key_of(const struct yml_node *mapping,
				     const char *key)
{
	size_t n;

	for (n = 0; n < mapping->count; n++)
		if (!strcmp(mapping->pairs[n].key->text, key))
			return mapping->pairs[n].key;
	return mapping;
}

/* Refuses documents that are no detection rules. */
static bool is_rule(struct rule_reader *reader, const struct yml_node *root)
{
	const struct refusal *other;
	struct diag_entry *entry;
	size_t n;

	for (n = 0; n < ARRAY_SIZE(other_documents); n++) {
		other = &other_documents[n];
		if (!yml_get(root, other->key))
			continue;
		entry = rule_error(reader, &key_of(root, other->key)->place,
				   "%s", other->reason);
		if (other->hint)
			diag_hint(entry, "%s", other->hint);
		return false;
	}
	return true;
}

static void check_keys(struct rule_reader *reader, const struct yml_node *root)
{
	const struct rule_names known = RULE_NAMES(known_keys);
	const struct yml_node *key;
	const char *nearest;
	size_t n;

	for (n = 0; n < root->count; n++) {
		key = root->pairs[n].key;
		if (rule_name_find(&known, key->text) >= 0)
			continue;
		nearest = rule_name_nearest(&known, key->text);
		if (nearest && !yml_get(root, nearest))
			diag_hint(rule_warning(reader, &key->place,
					       "key '%s' is ignored",
					       key->text),
				  "did you mean '%s'?", nearest);
	}
}

/* The value of a key, with null as good as absent. */
static const struct yml_node *given(const struct yml_node *root,
				    const char *key)
{
	const struct yml_node *node = yml_get(root, key);

	return node && !yml_is_null(node) ? node : NULL;
}

static const char *optional_text(struct rule_reader *reader,
				 const struct yml_node *root, const char *key,
				 const char *what)
{
	const struct yml_node *node = given(root, key);

	return node ? rule_read_text(reader, node, what) : NULL;
}

/* A text that becomes part of the policy image. */
static const char *optional_name(struct rule_reader *reader,
				 const struct yml_node *root, const char *key,
				 const char *what)
{
	const struct yml_node *node = given(root, key);
	const char *name = node ? rule_read_name(reader, node, what) : NULL;

	return name && *name ? name : NULL;
}

static void read_title(struct rule_reader *reader, const struct yml_node *root,
		       struct rule *rule)
{
	size_t errors = reader->nr_errors;

	rule->title = optional_name(reader, root, "title", "'title'");
	if (!rule->title && errors == reader->nr_errors)
		rule_error(reader, &root->place, "a rule needs a 'title'");
	if (rule->id || !rule->title)
		return;
	rule->id = rule->title;
	reader->rule_id = rule->id;
	rule_warning(reader, &root->place,
		     "the rule has no 'id', its title stands in for it");
}

static void read_tags(struct rule_reader *reader, const struct yml_node *node,
		      struct rule *rule)
{
	if (!rule_read_texts(reader, node, "'tags'", &rule->tags,
			     &rule->nr_tags))
		return;
	if (rule->nr_tags > PYDETECT_RULE_TAGS_MAX)
		rule_error(reader, &node->place, "more than %u tags",
			   PYDETECT_RULE_TAGS_MAX);
}

static void read_lists(struct rule_reader *reader, const struct yml_node *root,
		       struct rule *rule)
{
	const struct yml_node *node;

	node = given(root, "tags");
	if (node)
		read_tags(reader, node, rule);
	node = given(root, "references");
	if (node)
		rule_read_texts(reader, node, "'references'", &rule->references,
				&rule->nr_references);
	node = given(root, "falsepositives");
	if (node)
		rule_read_texts(reader, node, "'falsepositives'",
				&rule->falsepositives,
				&rule->nr_falsepositives);
}

static void read_relation(struct rule_reader *reader,
			  const struct yml_node *node, struct rule *rule)
{
	struct rule_related *related = &rule->related[rule->nr_related];

	if (!rule_expect(reader, node, YML_MAPPING,
			 "each element of 'related'"))
		return;
	related->id = optional_text(reader, node, "id", "'id'");
	related->type = optional_text(reader, node, "type", "'type'");
	if (related->id)
		rule->nr_related++;
}

static void read_related(struct rule_reader *reader,
			 const struct yml_node *root, struct rule *rule)
{
	const struct yml_node *list = given(root, "related");
	size_t n;

	if (!list || !rule_expect(reader, list, YML_SEQUENCE, "'related'"))
		return;
	rule->related =
		rule_alloc(reader, list->count * sizeof(*rule->related));
	for (n = 0; n < list->count; n++)
		read_relation(reader, list->items[n], rule);
}

static void read_level(struct rule_reader *reader, const struct yml_node *root,
		       struct rule *rule)
{
	const struct yml_node *node = given(root, "level");
	int level = PYDETECT_LEVEL_MEDIUM;

	if (node)
		level = rule_read_word(reader, node, "level",
				       &rule_level_names);
	if (level >= 0)
		rule->level = level;
}

static void read_metadata(struct rule_reader *reader,
			  const struct yml_node *root, struct rule *rule)
{
	read_title(reader, root, rule);
	rule->name = optional_name(reader, root, "name", "'name'");
	rule->author = optional_name(reader, root, "author", "'author'");
	rule->status = optional_text(reader, root, "status", "'status'");
	rule->description =
		optional_text(reader, root, "description", "'description'");
	rule->date = optional_text(reader, root, "date", "'date'");
	rule->modified = optional_text(reader, root, "modified", "'modified'");
	read_related(reader, root, rule);
	read_level(reader, root, rule);
	read_lists(reader, root, rule);
}

/* @wanted: the only value that is allowed; NULL: none is. */
static void check_source(struct rule_reader *reader,
			 const struct yml_node *source, const char *key,
			 const char *wanted)
{
	const struct yml_node *node = given(source, key);
	struct diag_entry *entry;

	if (!node || !rule_expect(reader, node, YML_SCALAR, "a log source"))
		return;
	if (wanted && !strcmp(node->text, wanted))
		return;
	entry = rule_error(reader, &node->place, "log source has the %s '%s'",
			   key, node->text);
	if (wanted)
		diag_hint(entry,
			  "only '%s' can be judged when a program starts",
			  wanted);
	else
		diag_hint(entry, "starts of programs have no %s", key);
}

static void check_logsource(struct rule_reader *reader,
			    const struct yml_node *root)
{
	const struct yml_node *source = given(root, "logsource");

	if (reader->options->any_product)
		return;
	if (!source) {
		rule_error(reader, &root->place, "a rule needs a 'logsource'");
		return;
	}
	if (!rule_expect(reader, source, YML_MAPPING, "'logsource'"))
		return;
	check_source(reader, source, "product", "linux");
	check_source(reader, source, "category", "process_creation");
	check_source(reader, source, "service", NULL);
	if (!given(source, "category"))
		diag_hint(rule_error(reader, &source->place,
				     "log source without a category"),
			  "write 'category: process_creation'");
}

static void read_detection(struct rule_reader *reader,
			   const struct yml_node *root, struct rule *rule,
			   struct rule_searches *searches)
{
	const struct yml_node *detection = given(root, "detection");
	const struct yml_node *condition;

	if (!detection) {
		rule_error(reader, &root->place, "a rule needs a 'detection'");
		return;
	}
	if (!rule_expect(reader, detection, YML_MAPPING, "'detection'"))
		return;
	rule_read_searches(reader, detection, searches);
	condition = given(detection, "condition");
	if (!condition)
		rule_error(reader, &detection->place,
			   "a detection needs a 'condition'");
	else
		rule->condition =
			rule_read_condition(reader, condition, searches);
}

static void read_detection_rule(struct rule_reader *reader,
				const struct yml_node *root, struct rule *rule)
{
	const struct yml_node *extension = given(root, "pydetect");
	struct rule_searches searches = { 0 };

	check_logsource(reader, root);
	reader->terms = false;
	if (extension)
		rule_read_terms(reader, extension);
	read_detection(reader, root, rule, &searches);
	if (extension)
		rule_read_extension(reader, extension, rule, &searches);
}

static void read_correlation(struct rule_reader *reader,
			     const struct yml_node *root, struct rule *rule)
{
	const struct yml_node *extension = given(root, "pydetect");

	rule_read_correlation(reader, root, rule);
	if (extension)
		rule_read_correlation_extension(reader, extension, rule);
}

static struct rule *read_rule(struct rule_reader *reader,
			      const struct yml_node *root)
{
	struct rule *rule = rule_alloc(reader, sizeof(*rule));

	/* Messages name the rule by its id, so that comes first. */
	rule->place = root->place;
	rule->id = optional_name(reader, root, "id", "'id'");
	reader->rule_id = rule->id;
	if (!is_rule(reader, root))
		return rule;
	read_metadata(reader, root, rule);
	check_keys(reader, root);
	if (yml_get(root, "correlation"))
		read_correlation(reader, root, rule);
	else
		read_detection_rule(reader, root, rule);
	return rule;
}

/* What to tell those who refer to a rule: the first of its errors. */
static const char *first_error(struct rule_reader *reader, size_t before)
{
	const struct diag *diag = reader->diag;
	const char *message = "it has errors";
	size_t n;

	for (n = before; n < diag->nr_entries; n++) {
		if (diag->entries[n].severity != DIAG_ERROR)
			continue;
		message = diag->entries[n].message;
		break;
	}
	return rule_copy(reader, message, strlen(message));
}

/**
 * rule_read_document - read a rule
 * @reader: file being read
 * @root: the document
 *
 * The rule goes into the set, unless it has errors; then it is counted as
 * refused. An empty document is nothing.
 */
void rule_read_document(struct rule_reader *reader, const struct yml_node *root)
{
	const size_t before = reader->diag->nr_entries;
	struct rule *rule = NULL;

	if (yml_is_null(root) && reader->nr_errors == reader->errors_before)
		return;
	if (rule_expect(reader, root, YML_MAPPING, "a rule"))
		rule = read_rule(reader, root);
	if (reader->nr_errors == reader->errors_before &&
	    rule_set_add(reader, rule))
		return;
	reader->set->nr_refused++;
	if (rule)
		rule_set_leave_out(reader->set, rule,
				   first_error(reader, before));
}
