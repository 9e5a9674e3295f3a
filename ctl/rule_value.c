// SPDX-License-Identifier: GPL-2.0-only
/*
 * Values of a detection -> patterns.
 */
#include <string.h>

#include "rule_read.h"

/**
 * struct atoms - a pattern being put together
 * @list: room for every byte of the value and two more
 * @count: how many
 */
struct atoms {
	uint16_t *list;
	size_t count;
};

/* Two runs of anything are one. */
static void add_atom(struct atoms *atoms, uint16_t atom)
{
	if (atom == RULE_ATOM_ANY_RUN && atoms->count &&
	    atoms->list[atoms->count - 1] == RULE_ATOM_ANY_RUN)
		return;
	atoms->list[atoms->count++] = atom;
}

static bool is_special(char byte)
{
	return byte == '*' || byte == '?' || byte == '\\';
}

/* A backslash that is not in front of something special is itself. */
static void add_value(struct atoms *atoms, const char *text, size_t size)
{
	size_t n;

	for (n = 0; n < size; n++) {
		if (text[n] == '\\' && n + 1 < size && is_special(text[n + 1]))
			add_atom(atoms, (unsigned char)text[++n]);
		else if (text[n] == '*')
			add_atom(atoms, RULE_ATOM_ANY_RUN);
		else if (text[n] == '?')
			add_atom(atoms, RULE_ATOM_ANY_ONE);
		else
			add_atom(atoms, (unsigned char)text[n]);
	}
}

static bool open_start(enum rule_comparison comparison)
{
	return comparison == RULE_COMPARE_CONTAINS ||
	       comparison == RULE_COMPARE_ENDSWITH;
}

static bool open_end(enum rule_comparison comparison)
{
	return comparison == RULE_COMPARE_CONTAINS ||
	       comparison == RULE_COMPARE_STARTSWITH;
}

/* The value as it is written, for encodings to work on. */
static struct rule_texts read_text(struct rule_reader *reader,
				   const struct yml_node *value)
{
	struct rule_texts texts = { .count = 1 };
	struct atoms atoms = { 0 };

	atoms.list =
		rule_alloc(reader, (value->size + 1) * sizeof(*atoms.list));
	add_value(&atoms, value->text, value->size);
	texts.list = rule_alloc(reader, sizeof(*texts.list));
	texts.list[0] = (struct rule_text){ atoms.list, atoms.count };
	return texts;
}

static void finish_pattern(struct rule_reader *reader,
			   const struct rule_key *key,
			   const struct rule_text *text,
			   struct rule_pattern *pattern)
{
	struct atoms atoms = { 0 };
	size_t n;

	atoms.list =
		rule_alloc(reader, (text->count + 2) * sizeof(*atoms.list));
	if (open_start(key->comparison))
		add_atom(&atoms, RULE_ATOM_ANY_RUN);
	for (n = 0; n < text->count; n++)
		add_atom(&atoms, text->atoms[n]);
	if (open_end(key->comparison))
		add_atom(&atoms, RULE_ATOM_ANY_RUN);
	pattern->atoms = atoms.list;
	pattern->nr_atoms = atoms.count;
	pattern->cased = key->cased;
}

/* What nearly all values are: no encodings, and nothing in between. */
static void finish_plain(struct rule_reader *reader, const struct rule_key *key,
			 const struct yml_node *value,
			 struct rule_pattern *pattern)
{
	struct atoms atoms = { 0 };

	atoms.list =
		rule_alloc(reader, (value->size + 2) * sizeof(*atoms.list));
	if (open_start(key->comparison))
		add_atom(&atoms, RULE_ATOM_ANY_RUN);
	add_value(&atoms, value->text, value->size);
	if (open_end(key->comparison))
		add_atom(&atoms, RULE_ATOM_ANY_RUN);
	pattern->atoms = atoms.list;
	pattern->nr_atoms = atoms.count;
	pattern->cased = key->cased;
}

/* A word has edges only where there is text, at both ends of it. */
static bool is_word(const struct rule_pattern *pattern)
{
	size_t n;

	for (n = 1; n + 1 < pattern->nr_atoms; n++)
		if (pattern->atoms[n] >= RULE_ATOM_ANY_RUN)
			return false;
	return pattern->nr_atoms > 2;
}

static bool read_word(struct rule_reader *reader, struct rule_pattern *pattern)
{
	pattern->word = true;
	if (is_word(pattern))
		return true;
	rule_error(reader, &pattern->place,
		   "'terms: true' needs 'contains' values without wildcards");
	return false;
}

static bool check_value(struct rule_reader *reader, const struct rule_key *key,
			const struct yml_node *value)
{
	if (yml_is_null(value) && key->comparison_name) {
		rule_error(reader, &value->place,
			   "null, an absent field, does not go with '%s'",
			   key->comparison_name);
		return false;
	}
	if (strlen(value->text) != value->size) {
		rule_error(reader, &value->place,
			   "a value cannot contain a NUL byte");
		return false;
	}
	if (value->size > RULE_VALUE_BYTES_MAX) {
		rule_error(reader, &value->place, "value longer than %u bytes",
			   RULE_VALUE_BYTES_MAX);
		return false;
	}
	return true;
}

static void read_regex(struct rule_reader *reader, const struct rule_key *key,
		       const struct yml_node *value,
		       struct rule_pattern *pattern)
{
	pattern->regex = rule_copy(reader, value->text, value->size);
	pattern->regex_flags = key->regex_flags;
	pattern->cased = !(key->regex_flags & RULE_REGEX_IGNORE_CASE);
	pattern->place = value->place;
}

/**
 * struct patterns - what the values of a leaf have become
 * @list: the patterns, in the memory of the set
 * @count: how many
 * @capacity: room in @list
 */
struct patterns {
	struct rule_pattern *list;
	size_t count;
	size_t capacity;
};

static struct rule_pattern *add_pattern(struct rule_reader *reader,
					struct patterns *patterns)
{
	struct rule_pattern *list;

	if (patterns->count == patterns->capacity) {
		patterns->capacity *= 2;
		list = rule_alloc(reader, patterns->capacity * sizeof(*list));
		memcpy(list, patterns->list, patterns->count * sizeof(*list));
		patterns->list = list;
	}
	return &patterns->list[patterns->count++];
}

/* Where the rule has "terms: true"; false after an error. */
static bool finish_word(struct rule_reader *reader, const struct rule_key *key,
			struct rule_pattern *pattern)
{
	if (!reader->terms || key->comparison != RULE_COMPARE_CONTAINS)
		return true;
	return read_word(reader, pattern);
}

static bool read_plain(struct rule_reader *reader, const struct rule_key *key,
		       const struct yml_node *value, struct patterns *patterns)
{
	struct rule_pattern *pattern = add_pattern(reader, patterns);

	pattern->place = value->place;
	finish_plain(reader, key, value, pattern);
	return finish_word(reader, key, pattern);
}

static bool read_encoded(struct rule_reader *reader, const struct rule_key *key,
			 const struct yml_node *value,
			 struct patterns *patterns)
{
	struct rule_texts texts = read_text(reader, value);
	struct rule_pattern *pattern;
	size_t n;

	if (!rule_encode(reader, key, &value->place, &texts))
		return false;
	for (n = 0; n < texts.count; n++) {
		pattern = add_pattern(reader, patterns);
		pattern->place = value->place;
		finish_pattern(reader, key, &texts.list[n], pattern);
		if (!finish_word(reader, key, pattern))
			return false;
	}
	return true;
}

static bool read_value(struct rule_reader *reader, const struct rule_key *key,
		       const struct yml_node *value, struct patterns *patterns)
{
	if (!check_value(reader, key, value))
		return false;
	if (key->comparison == RULE_COMPARE_REGEX) {
		read_regex(reader, key, value, add_pattern(reader, patterns));
		return true;
	}
	rule_warn_windows(reader, key, value);
	return key->nr_encodings ?
		       read_encoded(reader, key, value, patterns) :
		       read_plain(reader, key, value, patterns);
}

/**
 * rule_read_values - read values of which one has to match
 * @reader: file being read
 * @key: field and modifiers
 * @values: scalars, one at least; null only with modifiers, which is an error
 * @count: how many
 *
 * Return: what the leaf says, or NULL after an error
 */
struct rule_match *rule_read_values(struct rule_reader *reader,
				    const struct rule_key *key,
				    struct yml_node *const *values,
				    size_t count)
{
	struct rule_match *match = rule_alloc(reader, sizeof(*match));
	struct patterns patterns = { .capacity = count };
	bool good = true;
	size_t n;

	patterns.list = rule_alloc(reader, count * sizeof(*patterns.list));
	for (n = 0; n < count; n++)
		good = read_value(reader, key, values[n], &patterns) && good;
	if (!good)
		return NULL;
	match->kind = RULE_MATCH_STRING;
	match->field = key->field;
	match->patterns = patterns.list;
	match->nr_patterns = patterns.count;
	match->text = rule_match_text(reader, key, values[0], count);
	return match;
}
