// SPDX-License-Identifier: GPL-2.0-only
/*
 * Leaves: their readable form, and those that only ask for presence.
 */
#include <stdio.h>
#include <string.h>

#include "rule_read.h"

/* How much of a key and of a value the readable form shows. */
#define KEY_BYTES 128
#define VALUE_BYTES 64

/* Bytes to show of a value: not half a character. */
static size_t shown_bytes(const struct yml_node *value)
{
	size_t size = VALUE_BYTES;

	if (value->size <= size)
		return value->size;
	while (size && ((unsigned char)value->text[size] & 0xc0) == 0x80)
		size--;
	return size;
}

/* Values may hold anything; the readable form is for terminals. */
static void hide_controls(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			*text = '?';
}

/**
 * rule_match_text - the readable form of a leaf
 * @reader: file being read
 * @key: its field and modifiers
 * @value: its first value
 * @count: how many values it has
 *
 * Return: a text like "Image|endswith: /bash (9 values)"
 */
const char *rule_match_text(struct rule_reader *reader,
			    const struct rule_key *key,
			    const struct yml_node *value, size_t count)
{
	char text[KEY_BYTES + VALUE_BYTES + 64], number[40] = "";
	size_t shown = shown_bytes(value);

	if (count > 1)
		snprintf(number, sizeof(number), " (%zu values)", count);
	snprintf(text, sizeof(text), "%.*s: %.*s%s%s", KEY_BYTES, key->text,
		 (int)shown, value->text, shown < value->size ? "..." : "",
		 number);
	hide_controls(text);
	return rule_copy(reader, text, strlen(text));
}

/**
 * rule_match_present - a leaf that is true where an exec has a field
 * @reader: file being read
 * @key: the field
 *
 * Return: the leaf
 */
struct rule_node *rule_match_present(struct rule_reader *reader,
				     const struct rule_key *key)
{
	struct rule_match *match;

	if (key->field == PYDETECT_FIELD_USER)
		return rule_user_present(reader, &key->place);
	match = rule_alloc(reader, sizeof(*match));
	match->kind = RULE_MATCH_PRESENT;
	match->field = key->field;
	match->text = rule_field_name(key->field);
	return rule_node_match(reader, match, &key->place);
}
