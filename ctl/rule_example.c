// SPDX-License-Identifier: GPL-2.0-only
/*
 * The execs that a rule's own tests are made of.
 *
 *	tests:
 *	  match:
 *	    - [/usr/bin/python3, -c, 'import os']
 *	    - Image: /usr/bin/python3.11
 *	      Args: [python3, -c, 'import os']
 *	      ParentImage: /usr/sbin/sshd
 *	  nomatch:
 *	    - {Image: /bin/ls, CommandLine: ls -l}
 *
 * A list is argv. Its first element is also the Image if it is an absolute
 * path; if not there is no Image, because which file a name leads to depends
 * on the machine. A map names fields; its Args are argv, its Env is a list of
 * NAME=value. From argv follow CommandLine and ArgCount, from the images the
 * image names, unless the map gives them itself. Fields that neither gives are
 * absent. Values are plain texts: there are no wildcards and no escapes in them.
 */
#include <stdio.h>
#include <string.h>

#include "rule_read.h"

static const char *text_of(struct rule_reader *reader,
			   const struct yml_node *node)
{
	if (!rule_expect(reader, node, YML_SCALAR, "a value of a test"))
		return NULL;
	if (strlen(node->text) == node->size)
		return rule_copy(reader, node->text, node->size);
	rule_error(reader, &node->place, "a value cannot contain a NUL byte");
	return NULL;
}

/* The texts of a list, and NULL. */
static const char **read_texts(struct rule_reader *reader,
			       const struct yml_node *node)
{
	const char **texts =
		rule_alloc(reader, (node->count + 1) * sizeof(*texts));
	size_t n;

	for (n = 0; n < node->count; n++)
		texts[n] = text_of(reader, node->items[n]);
	return texts;
}

static void read_argv(struct rule_reader *reader, const struct yml_node *node,
		      struct rule_test *test)
{
	if (node->count)
		test->argv = read_texts(reader, node);
	else
		rule_error(reader, &node->place, "a test without arguments");
}

static void read_strings(struct rule_reader *reader,
			 const struct yml_node *node, enum pydetect_field field,
			 struct rule_test *test)
{
	if (field == PYDETECT_FIELD_ARGS) {
		if (rule_expect(reader, node, YML_SEQUENCE, "'Args'"))
			read_argv(reader, node, test);
	} else if (rule_expect(reader, node, YML_SEQUENCE, "'Env'")) {
		test->env = read_texts(reader, node);
	}
}

static void read_field(struct rule_reader *reader, const struct yml_pair *pair,
		       struct rule_test *test)
{
	int field = rule_field_by_name(pair->key->text);

	if (field < 0)
		rule_name_unknown(reader, &pair->key->place, "field",
				  pair->key->text, &rule_field_names);
	else if (field == PYDETECT_FIELD_ARGS || field == PYDETECT_FIELD_ENV)
		read_strings(reader, pair->value, field, test);
	else if (!yml_is_null(pair->value))
		test->fields[field] = text_of(reader, pair->value);
}

static size_t joined_bytes(const char **argv)
{
	size_t n, sum = 0;

	for (n = 0; argv[n]; n++)
		sum += strlen(argv[n]) + 1;
	return sum;
}

static char *join(struct rule_reader *reader, const char **argv)
{
	char *text = rule_alloc(reader, joined_bytes(argv)), *end = text;
	size_t n;

	for (n = 0; argv[n]; n++) {
		if (n)
			*end++ = ' ';
		end = stpcpy(end, argv[n]);
	}
	return text;
}

static char *count(struct rule_reader *reader, const char **argv)
{
	char text[24];
	size_t n = 0;

	while (argv[n])
		n++;
	snprintf(text, sizeof(text), "%zu", n);
	return rule_copy(reader, text, strlen(text));
}

static void derive(struct rule_test *test, enum pydetect_field field,
		   const char *value)
{
	if (!test->fields[field])
		test->fields[field] = value;
}

static void derive_name(struct rule_test *test, enum pydetect_field path,
			enum pydetect_field name)
{
	const char *slash;

	if (!test->fields[path])
		return;
	slash = strrchr(test->fields[path], '/');
	derive(test, name, slash ? slash + 1 : test->fields[path]);
}

static void derive_fields(struct rule_reader *reader, struct rule_test *test)
{
	if (test->argv) {
		derive(test, PYDETECT_FIELD_COMMAND_LINE,
		       join(reader, test->argv));
		derive(test, PYDETECT_FIELD_ARG_COUNT,
		       count(reader, test->argv));
	}
	derive_name(test, PYDETECT_FIELD_IMAGE, PYDETECT_FIELD_IMAGE_NAME);
	derive_name(test, PYDETECT_FIELD_PARENT_IMAGE,
		    PYDETECT_FIELD_PARENT_IMAGE_NAME);
	derive_name(test, PYDETECT_FIELD_LINEAGE_IMAGE,
		    PYDETECT_FIELD_LINEAGE_IMAGE_NAME);
}

static void read_example(struct rule_reader *reader,
			 const struct yml_node *node, struct rule_test *test)
{
	size_t n, errors = reader->nr_errors;

	test->place = node->place;
	if (node->kind == YML_SEQUENCE)
		read_argv(reader, node, test);
	else if (rule_expect(reader, node, YML_MAPPING, "a test"))
		for (n = 0; n < node->count; n++)
			read_field(reader, &node->pairs[n], test);
	if (errors != reader->nr_errors)
		return;
	if (node->kind == YML_SEQUENCE && test->argv[0][0] == '/')
		test->fields[PYDETECT_FIELD_IMAGE] = test->argv[0];
	derive_fields(reader, test);
}

/* The list of tests behind a key, or NULL. */
static const struct yml_node *find_list(struct rule_reader *reader,
					const struct yml_node *node,
					const char *key, const char *what)
{
	const struct yml_node *list = yml_get(node, key);

	return list && rule_expect(reader, list, YML_SEQUENCE, what) ? list :
								       NULL;
}

static void read_list(struct rule_reader *reader, const struct yml_node *list,
		      bool match, struct rule *rule)
{
	struct rule_test *test;
	size_t n;

	for (n = 0; list && n < list->count; n++) {
		test = &rule->tests[rule->nr_tests++];
		test->match = match;
		read_example(reader, list->items[n], test);
	}
}

/**
 * rule_read_examples - read the tests of a rule
 * @reader: file being read
 * @node: the value of the key "tests"
 * @rule: the tests go here
 */
void rule_read_examples(struct rule_reader *reader, const struct yml_node *node,
			struct rule *rule)
{
	static const char *const keys[] = { "match", "nomatch" };
	const struct yml_node *match, *nomatch;
	size_t room;

	if (!rule_expect(reader, node, YML_MAPPING, "'tests'"))
		return;
	rule_check_keys(reader, node, &RULE_NAMES(keys));
	match = find_list(reader, node, "match", "'match'");
	nomatch = find_list(reader, node, "nomatch", "'nomatch'");
	room = (match ? match->count : 0) + (nomatch ? nomatch->count : 0);
	rule->tests = rule_alloc(reader, room * sizeof(*rule->tests));
	read_list(reader, match, true, rule);
	read_list(reader, nomatch, false, rule);
}
