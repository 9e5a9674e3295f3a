// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading the plain things of a rule: texts, words, lists of texts.
 */
#include <string.h>

#include "rule_read.h"

/**
 * rule_expect - check the kind of a node
 * @reader: file being read
 * @node: node
 * @kind: what it should be
 * @what: what it is, for messages: "'tags'"
 *
 * Return: true, or false after an error
 */
bool rule_expect(struct rule_reader *reader, const struct yml_node *node,
		 enum yml_kind kind, const char *what)
{
	static const char *const kinds[] = {
		[YML_SCALAR] = "a single value",
		[YML_SEQUENCE] = "a list",
		[YML_MAPPING] = "a map",
	};

	if (node->kind == kind)
		return true;
	rule_error(reader, &node->place, "%s should be %s, not %s", what,
		   kinds[kind],
		   yml_is_null(node) ? "empty" : kinds[node->kind]);
	return false;
}

/**
 * rule_read_text - read a text
 * @reader: file being read
 * @node: where it stands
 * @what: what it is, for messages
 *
 * Return: a copy in the memory of the set; NULL after an error
 */
const char *rule_read_text(struct rule_reader *reader,
			   const struct yml_node *node, const char *what)
{
	if (!rule_expect(reader, node, YML_SCALAR, what))
		return NULL;
	if (strlen(node->text) != node->size) {
		rule_error(reader, &node->place, "%s contains a NUL byte",
			   what);
		return NULL;
	}
	if (node->size > RULE_TEXT_BYTES_MAX) {
		rule_error(reader, &node->place, "%s is longer than %u bytes",
			   what, RULE_TEXT_BYTES_MAX);
		return NULL;
	}
	return rule_copy(reader, node->text, node->size);
}

/**
 * rule_read_name - read a text that becomes part of the policy image
 * @reader: file being read
 * @node: where it stands
 * @what: what it is, for messages
 *
 * Return: a copy in the memory of the set; NULL after an error
 */
const char *rule_read_name(struct rule_reader *reader,
			   const struct yml_node *node, const char *what)
{
	const char *name = rule_read_text(reader, node, what);

	if (!name)
		return NULL;
	if (node->size > RULE_NAME_TEXT_BYTES_MAX) {
		rule_error(reader, &node->place, "%s is longer than %u bytes",
			   what, RULE_NAME_TEXT_BYTES_MAX);
		return NULL;
	}
	return name;
}

static bool read_list(struct rule_reader *reader, const struct yml_node *node,
		      const char *what, const char **texts)
{
	bool good = true;
	size_t n;

	for (n = 0; n < node->count; n++) {
		texts[n] = rule_read_name(reader, node->items[n], what);
		good = good && texts[n];
	}
	return good;
}

/**
 * rule_read_texts - read a list of texts, or a single one
 * @reader: file being read
 * @node: where they stand; null is an empty list
 * @what: what they are, for messages
 * @texts: the list is stored here; its elements are NULL after errors
 * @count: how many
 *
 * Return: true, or false after an error
 */
bool rule_read_texts(struct rule_reader *reader, const struct yml_node *node,
		     const char *what, const char ***texts, size_t *count)
{
	*count = 0;
	if (yml_is_null(node))
		return true;
	if (node->kind == YML_SCALAR) {
		*texts = rule_alloc(reader, sizeof(**texts));
		(*texts)[0] = rule_read_name(reader, node, what);
		*count = 1;
		return (*texts)[0];
	}
	if (!rule_expect(reader, node, YML_SEQUENCE, what))
		return false;
	*texts = rule_alloc(reader, node->count * sizeof(**texts));
	*count = node->count;
	return read_list(reader, node, what, *texts);
}

/**
 * rule_check_keys - report keys that have no meaning
 * @reader: file being read
 * @map: a mapping
 * @names: keys that have one
 */
void rule_check_keys(struct rule_reader *reader, const struct yml_node *map,
		     const struct rule_names *names)
{
	const struct yml_node *key;
	size_t n;

	for (n = 0; n < map->count; n++) {
		key = map->pairs[n].key;
		if (rule_name_find(names, key->text) < 0)
			rule_name_unknown(reader, &key->place, "key", key->text,
					  names);
	}
}

/**
 * rule_read_word - read one of several words
 * @reader: file being read
 * @node: where it stands
 * @what: what it is, for messages: "level"
 * @words: the words
 *
 * Return: its number, or -1 after an error
 */
int rule_read_word(struct rule_reader *reader, const struct yml_node *node,
		   const char *what, const struct rule_names *words)
{
	int word;

	if (!rule_expect(reader, node, YML_SCALAR, what))
		return -1;
	word = rule_name_find(words, node->text);
	if (word < 0)
		rule_name_unknown(reader, &node->place, what, node->text,
				  words);
	return word;
}

/**
 * rule_read_bool - read true or false
 * @reader: file being read
 * @node: where it stands
 * @what: what it is, for messages
 * @value: stored here
 *
 * Return: true, or false after an error
 */
bool rule_read_bool(struct rule_reader *reader, const struct yml_node *node,
		    const char *what, bool *value)
{
	static const char *const words[] = { "false", "False", "FALSE",
					     "true",  "True",  "TRUE" };
	int word = -1;

	if (node->kind == YML_SCALAR && node->plain)
		word = rule_name_find(&RULE_NAMES(words), node->text);
	if (word < 0) {
		rule_error(reader, &node->place, "%s should be true or false",
			   what);
		return false;
	}
	*value = word >= 3;
	return true;
}
