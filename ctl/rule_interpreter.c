// SPDX-License-Identifier: GPL-2.0-only
/*
 * The fields Interpreter and LineageInterpreter: "python" stands for the build
 * ids of the Pythons that are installed when the rules are loaded. Unlike its
 * path, a program's build id goes along when it is copied.
 */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "elf_id.h"
#include "rule_read.h"

static const char *const interpreters[] = { "python" };

static const char *const places[] = {
	"/usr/bin/python3*",
	"/usr/local/bin/python3*",
	"/opt/*/bin/python3*",
};

/**
 * rule_interpreter_field - the field that one of the two stands for
 * @name: a field's name in a rule
 *
 * Return: enum pydetect_field, or -1
 */
int rule_interpreter_field(const char *name)
{
	if (!strcmp(name, "Interpreter"))
		return PYDETECT_FIELD_IMAGE_BUILD_ID;
	if (!strcmp(name, "LineageInterpreter"))
		return PYDETECT_FIELD_LINEAGE_BUILD_ID;
	return -1;
}

/* One program often has several names. */
static bool is_known(const struct rule_set *set, const char *id)
{
	size_t n;

	for (n = 0; n < set->nr_interpreters; n++)
		if (!strcmp(set->interpreters[n], id))
			return true;
	return false;
}

/* There is room for all of @found. */
static void add_ids(struct rule_reader *reader, const glob_t *found)
{
	struct rule_set *set = reader->set;
	char id[ELF_ID_BYTES];
	size_t n;

	for (n = 0; n < found->gl_pathc; n++)
		if (elf_id_read(found->gl_pathv[n], id) && !is_known(set, id))
			set->interpreters[set->nr_interpreters++] =
				rule_copy(reader, id, strlen(id));
}

static void find(struct rule_reader *reader, const char *root, glob_t *found)
{
	char *pattern;
	size_t n;

	for (n = 0; n < ARRAY_SIZE(places); n++) {
		if (asprintf(&pattern, "%s%s", root, places[n]) < 0)
			rule_memory_failed();
		/* What cannot be read is not there. */
		if (glob(pattern, n ? GLOB_APPEND : 0, NULL, found) ==
		    GLOB_NOSPACE)
			rule_memory_failed();
		free(pattern);
	}
	reader->set->interpreters =
		rule_alloc(reader, found->gl_pathc *
					   sizeof(*reader->set->interpreters));
}

/* Once a set, so that all its rules see the same programs. */
static void read_interpreters(struct rule_reader *reader,
			      const struct place *place)
{
	const char *root = reader->options->root ? reader->options->root : "";
	glob_t found = { 0 };

	if (reader->set->interpreters_read)
		return;
	reader->set->interpreters_read = true;
	find(reader, root, &found);
	add_ids(reader, &found);
	globfree(&found);
	if (!reader->set->nr_interpreters)
		rule_warning(reader, place,
			     "no Python with a build id is installed here: nothing will be one");
}

/* The whole id, as text. */
static void make_pattern(struct rule_reader *reader, const char *id,
			 struct rule_pattern *pattern)
{
	size_t n, length = strlen(id);

	pattern->atoms = rule_alloc(reader, length * sizeof(*pattern->atoms));
	pattern->nr_atoms = length;
	for (n = 0; n < length; n++)
		pattern->atoms[n] = (unsigned char)id[n];
}

/* Without any program the leaf is one that never holds: an empty range. */
static void make_match(struct rule_reader *reader, const struct place *place,
		       struct rule_match *match)
{
	const struct rule_set *set = reader->set;
	size_t n;

	match->kind = set->nr_interpreters ? RULE_MATCH_STRING :
					     RULE_MATCH_NUMBER;
	match->nr_patterns = set->nr_interpreters;
	match->patterns = rule_alloc(reader, set->nr_interpreters *
						     sizeof(*match->patterns));
	for (n = 0; n < set->nr_interpreters; n++) {
		match->patterns[n].place = *place;
		make_pattern(reader, set->interpreters[n],
			     &match->patterns[n]);
	}
}

static bool check_value(struct rule_reader *reader,
			const struct yml_node *value)
{
	const struct rule_names known = RULE_NAMES(interpreters);
	size_t n;

	for (n = 0; n < known.count; n++)
		if (!strcasecmp(known.list[n], value->text))
			return true;
	rule_name_unknown(reader, &value->place, "interpreter", value->text,
			  &known);
	return false;
}

/**
 * rule_read_interpreters - read names of interpreters
 * @reader: file being read
 * @key: one of the two fields, without modifiers
 * @values: scalars, one at least
 * @count: how many
 *
 * Return: what the leaf says, or NULL after an error
 */
struct rule_match *rule_read_interpreters(struct rule_reader *reader,
					  const struct rule_key *key,
					  struct yml_node *const *values,
					  size_t count)
{
	struct rule_match *match = rule_alloc(reader, sizeof(*match));
	bool good = true;
	size_t n;

	for (n = 0; n < count; n++)
		good = check_value(reader, values[n]) && good;
	if (!good)
		return NULL;
	read_interpreters(reader, &key->place);
	match->field = key->field;
	match->text = rule_match_text(reader, key, values[0], count);
	make_match(reader, &values[0]->place, match);
	return match;
}
