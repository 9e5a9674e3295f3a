// SPDX-License-Identifier: GPL-2.0-only
/*
 * Keys of a detection: a field and its modifiers, "Image|endswith|cased".
 */
#include <string.h>

#include "rule_read.h"

enum modifier_kind {
	MODIFIER_COMPARISON,
	MODIFIER_REGEX_FLAG,
	MODIFIER_ENCODING,
	MODIFIER_ALL,
	MODIFIER_CASED,
	MODIFIER_REFUSED,
};

/**
 * struct modifier - a modifier of Sigma
 * @name: its name
 * @kind: what it does
 * @value: enum rule_comparison, enum rule_encoding or bits RULE_REGEX_
 * @reason: why it is refused
 */
struct modifier {
	const char *name;
	enum modifier_kind kind;
	unsigned int value;
	const char *reason;
};

#define NO_TIME "no field holds a time"

static const struct modifier modifiers[] = {
	{ "contains", MODIFIER_COMPARISON, RULE_COMPARE_CONTAINS, NULL },
	{ "startswith", MODIFIER_COMPARISON, RULE_COMPARE_STARTSWITH, NULL },
	{ "endswith", MODIFIER_COMPARISON, RULE_COMPARE_ENDSWITH, NULL },
	{ "re", MODIFIER_COMPARISON, RULE_COMPARE_REGEX, NULL },
	{ "lt", MODIFIER_COMPARISON, RULE_COMPARE_LT, NULL },
	{ "lte", MODIFIER_COMPARISON, RULE_COMPARE_LTE, NULL },
	{ "gt", MODIFIER_COMPARISON, RULE_COMPARE_GT, NULL },
	{ "gte", MODIFIER_COMPARISON, RULE_COMPARE_GTE, NULL },
	{ "exists", MODIFIER_COMPARISON, RULE_COMPARE_EXISTS, NULL },
	{ "all", MODIFIER_ALL, 0, NULL },
	{ "cased", MODIFIER_CASED, 0, NULL },
	{ "i", MODIFIER_REGEX_FLAG, RULE_REGEX_IGNORE_CASE, NULL },
	{ "ignorecase", MODIFIER_REGEX_FLAG, RULE_REGEX_IGNORE_CASE, NULL },
	{ "m", MODIFIER_REGEX_FLAG, RULE_REGEX_MULTI_LINE, NULL },
	{ "multiline", MODIFIER_REGEX_FLAG, RULE_REGEX_MULTI_LINE, NULL },
	{ "s", MODIFIER_REGEX_FLAG, RULE_REGEX_DOT_ALL, NULL },
	{ "dotall", MODIFIER_REGEX_FLAG, RULE_REGEX_DOT_ALL, NULL },
	{ "base64", MODIFIER_ENCODING, RULE_ENCODE_BASE64, NULL },
	{ "base64offset", MODIFIER_ENCODING, RULE_ENCODE_BASE64OFFSET, NULL },
	{ "wide", MODIFIER_ENCODING, RULE_ENCODE_UTF16LE, NULL },
	{ "utf16", MODIFIER_ENCODING, RULE_ENCODE_UTF16, NULL },
	{ "utf16le", MODIFIER_ENCODING, RULE_ENCODE_UTF16LE, NULL },
	{ "utf16be", MODIFIER_ENCODING, RULE_ENCODE_UTF16BE, NULL },
	{ "windash", MODIFIER_ENCODING, RULE_ENCODE_WINDASH, NULL },
	{ "neq", MODIFIER_REFUSED, 0, "write 'not' in the condition" },
	{ "fieldref", MODIFIER_REFUSED, 0,
	  "fields are compared with values, not with each other" },
	{ "cidr", MODIFIER_REFUSED, 0, "no field holds an address" },
	{ "expand", MODIFIER_REFUSED, 0, "there is nothing to expand with" },
	{ "minute", MODIFIER_REFUSED, 0, NO_TIME },
	{ "hour", MODIFIER_REFUSED, 0, NO_TIME },
	{ "day", MODIFIER_REFUSED, 0, NO_TIME },
	{ "week", MODIFIER_REFUSED, 0, NO_TIME },
	{ "month", MODIFIER_REFUSED, 0, NO_TIME },
	{ "year", MODIFIER_REFUSED, 0, NO_TIME },
};

static const struct modifier *find_modifier(const char *name)
{
	size_t n;

	for (n = 0; n < ARRAY_SIZE(modifiers); n++)
		if (!strcmp(modifiers[n].name, name))
			return &modifiers[n];
	return NULL;
}

static bool report_unknown(struct rule_reader *reader,
			   const struct place *place, const char *name)
{
	const char *list[ARRAY_SIZE(modifiers)];
	struct rule_names names = { .list = list };
	size_t n;

	for (n = 0; n < ARRAY_SIZE(modifiers); n++)
		if (modifiers[n].kind != MODIFIER_REFUSED)
			list[names.count++] = modifiers[n].name;
	rule_name_unknown(reader, place, "modifier", name, &names);
	return false;
}

static bool set_comparison(struct rule_reader *reader,
			   const struct place *place,
			   const struct modifier *modifier,
			   struct rule_key *key)
{
	if (key->comparison_name) {
		rule_error(reader, place,
			   "modifiers '%s' and '%s' exclude each other",
			   key->comparison_name, modifier->name);
		return false;
	}
	key->comparison_name = modifier->name;
	key->comparison = modifier->value;
	return true;
}

/* Encodings apply to the bare value, so they come before "contains". */
static bool add_encoding(struct rule_reader *reader, const struct place *place,
			 const struct modifier *modifier, struct rule_key *key)
{
	if (key->comparison_name) {
		rule_error(reader, place,
			   "modifier '%s' has to come before '%s'",
			   modifier->name, key->comparison_name);
		return false;
	}
	if (key->nr_encodings == RULE_KEY_ENCODINGS_MAX) {
		rule_error(reader, place, "more than %u encodings of a value",
			   RULE_KEY_ENCODINGS_MAX);
		return false;
	}
	key->encodings[key->nr_encodings++] = modifier->value;
	return true;
}

static bool apply_modifier(struct rule_reader *reader,
			   const struct place *place, const char *name,
			   struct rule_key *key)
{
	const struct modifier *modifier = find_modifier(name);

	if (!modifier)
		return report_unknown(reader, place, name);
	switch (modifier->kind) {
	case MODIFIER_COMPARISON:
		return set_comparison(reader, place, modifier, key);
	case MODIFIER_ENCODING:
		return add_encoding(reader, place, modifier, key);
	case MODIFIER_REGEX_FLAG:
		key->regex_flags |= modifier->value;
		break;
	case MODIFIER_ALL:
		key->all = true;
		break;
	case MODIFIER_CASED:
		key->cased = true;
		break;
	case MODIFIER_REFUSED:
		rule_error(reader, place, "modifier '%s' is refused: %s", name,
			   modifier->reason);
		return false;
	}
	return true;
}

static bool set_field(struct rule_reader *reader, const struct place *place,
		      const char *name, struct rule_key *key)
{
	int field = rule_interpreter_field(name);

	key->interpreter = field >= 0;
	if (field < 0)
		field = rule_field_by_name(name);
	if (field >= 0 && field < (int)PYDETECT_FIELD_WALKED_COUNT) {
		key->field = field;
		return true;
	}
	if (field >= 0)
		rule_error(reader, place,
			   "'%s' tells processes apart: correlations group by it, rules have nothing to compare it with",
			   name);
	else if (*name)
		rule_name_unknown(reader, place, "field", name,
				  &rule_field_names);
	else
		rule_error(reader, place,
			   "no field: the kernel cannot search all at once");
	return false;
}

/**
 * rule_key_is_number - tell whether a key compares numbers
 * @key: key
 *
 * Return: true for lt, lte, gt and gte
 */
bool rule_key_is_number(const struct rule_key *key)
{
	return key->comparison >= RULE_COMPARE_LT &&
	       key->comparison <= RULE_COMPARE_GTE;
}

static bool refuse(struct rule_reader *reader, const struct rule_key *key,
		   const char *modifier)
{
	rule_error(reader, &key->place, "modifier '%s' does not go with '%s'",
		   modifier, key->comparison_name);
	return false;
}

static bool is_utf16(enum rule_encoding encoding)
{
	return encoding == RULE_ENCODE_UTF16LE ||
	       encoding == RULE_ENCODE_UTF16BE || encoding == RULE_ENCODE_UTF16;
}

/* Fields hold no NUL bytes, and UTF-16 is full of them; base64 has no words. */
static bool check_encodings(struct rule_reader *reader,
			    const struct rule_key *key)
{
	enum rule_encoding last;

	if (!key->nr_encodings)
		return true;
	last = key->encodings[key->nr_encodings - 1];
	if (reader->terms && key->comparison == RULE_COMPARE_CONTAINS &&
	    last != RULE_ENCODE_WINDASH) {
		rule_error(reader, &key->place,
			   "modifier '%s' does not go with 'terms: true'",
			   rule_encoding_name(last));
		return false;
	}
	if (!is_utf16(last))
		return true;
	rule_error(reader, &key->place,
		   "modifier '%s' needs 'base64' or 'base64offset' behind it",
		   rule_encoding_name(last));
	return false;
}

static bool check_interpreter(struct rule_reader *reader,
			      const struct rule_key *key)
{
	if (!key->interpreter || !strchr(key->text, '|'))
		return true;
	rule_error(reader, &key->place,
		   "'%.*s' is compared with the name of an interpreter, without modifiers",
		   (int)strcspn(key->text, "|"), key->text);
	return false;
}

static bool check_number(struct rule_reader *reader, const struct rule_key *key)
{
	if (!rule_key_is_number(key) ||
	    key->field == PYDETECT_FIELD_ARG_COUNT ||
	    key->field == PYDETECT_FIELD_LOGON_ID)
		return true;
	rule_error(reader, &key->place,
		   "modifier '%s' needs a number: ArgCount or LogonId",
		   key->comparison_name);
	return false;
}

/* What the modifiers mean together. */
static bool check_key(struct rule_reader *reader, const struct rule_key *key)
{
	bool text = !rule_key_is_number(key) &&
		    key->comparison != RULE_COMPARE_EXISTS &&
		    key->comparison != RULE_COMPARE_REGEX;

	if (key->cased && !text)
		return refuse(reader, key, "cased");
	if (key->nr_encodings && !text)
		return refuse(reader, key,
			      rule_encoding_name(key->encodings[0]));
	if (key->all && key->comparison == RULE_COMPARE_EXISTS)
		return refuse(reader, key, "all");
	if (key->regex_flags && key->comparison != RULE_COMPARE_REGEX) {
		rule_error(reader, &key->place,
			   "modifiers 'i', 'm' and 's' only go with 're'");
		return false;
	}
	return check_encodings(reader, key) && check_number(reader, key) &&
	       check_interpreter(reader, key);
}

/**
 * rule_read_key - read a key of a detection
 * @reader: file being read
 * @node: the key
 * @key: stored here; keeps no reference to @node
 *
 * Return: true, or false after an error
 */
bool rule_read_key(struct rule_reader *reader, const struct yml_node *node,
		   struct rule_key *key)
{
	char *rest = rule_copy(reader, node->text, node->size), *word;
	const char *start = rest;
	struct yml_walk walk;
	struct place place;
	bool good = true;

	*key = (struct rule_key){ .place = node->place };
	key->text = rule_copy(reader, node->text, node->size);
	yml_walk_start(&walk, reader->yaml, node);
	for (word = strsep(&rest, "|"); word; word = strsep(&rest, "|")) {
		place = *word ? yml_walk_to(&walk, word - start) : node->place;
		if (word == start)
			good = set_field(reader, &place, word, key);
		else
			good = apply_modifier(reader, &place, word, key) &&
			       good;
	}
	return good && check_key(reader, key);
}
