// SPDX-License-Identifier: GPL-2.0-only
/*
 * Records of auditd, one line each: type, time and number, names and values.
 */
#include <stdlib.h>
#include <string.h>

#include "scan.h"
#include "scan_audit.h"

/* Enriched logs have names behind the numbers, after this. */
#define GROUP_SEPARATOR 0x1d

/**
 * audit_same - are two runs of bytes the same?
 * @a: one
 * @b: the other
 */
bool audit_same(struct bytes a, struct bytes b)
{
	return a.length == b.length &&
	       (!a.length || !memcmp(a.data, b.data, a.length));
}

/**
 * audit_is - is a run of bytes this word?
 * @text: the bytes
 * @word: the word
 */
bool audit_is(struct bytes text, const char *word)
{
	return audit_same(text, bytes_of(word));
}

/**
 * audit_is_separator - is a line what ausearch puts between events?
 * @line: the line
 */
bool audit_is_separator(const char *line)
{
	return !strncmp(line, "----", 4) || !strncmp(line, "time->", 6);
}

/**
 * audit_parse_record - find the parts of a record
 * @line: the line
 * @record: filled in with parts of it
 *
 * Return: false where it is no record.
 */
bool audit_parse_record(const char *line, struct audit_record *record)
{
	static const char before[] = "msg=audit(";
	const char *type = strstr(line, "type=");
	const char *stamp = type ? strstr(type, before) : NULL;
	const char *end = stamp ? strchr(stamp, ')') : NULL;

	if (!end || (type != line && type[-1] != ' '))
		return false;
	type += strlen("type=");
	stamp += strlen(before);
	record->type.data = (const uint8_t *)type;
	record->type.length = strcspn(type, " ");
	record->stamp.data = (const uint8_t *)stamp;
	record->stamp.length = end - stamp;
	record->rest = end + 1 + (end[1] == ':');
	return true;
}

static bool is_space(char byte)
{
	return byte == ' ' || byte == GROUP_SEPARATOR;
}

/* The value at @at; returns what follows it. */
static const char *take_value(const char *at, struct audit_pair *pair)
{
	const char *end;

	pair->quoted = *at == '"';
	if (pair->quoted) {
		end = strchrnul(++at, '"');
	} else {
		end = at;
		while (*end && !is_space(*end))
			end++;
	}
	pair->value.data = (const uint8_t *)at;
	pair->value.length = end - at;
	return pair->quoted && *end ? end + 1 : end;
}

/**
 * audit_next_pair - the next name and value
 * @rest: what is left of the record
 * @pair: set to them
 *
 * Return: what is left behind them; NULL when there are no more.
 */
const char *audit_next_pair(const char *rest, struct audit_pair *pair)
{
	for (;;) {
		const char *start, *end;

		while (is_space(*rest))
			rest++;
		if (!*rest)
			return NULL;
		start = rest;
		end = start;
		while (*end && *end != '=' && !is_space(*end))
			end++;
		rest = end;
		if (*end != '=')
			continue;
		pair->key.data = (const uint8_t *)start;
		pair->key.length = end - start;
		return take_value(end + 1, pair);
	}
}

/**
 * audit_bytes - bytes that grow, as they are now
 * @text: the bytes
 */
struct bytes audit_bytes(const struct audit_text *text)
{
	return (struct bytes){ text->data, text->length };
}

static int make_room(struct audit_text *text, size_t more)
{
	const size_t room = 2 * (text->length + more) + 64;
	uint8_t *data;

	if (text->data && text->length + more <= text->room)
		return 0;
	data = realloc(text->data, room);
	if (!data)
		return -1;
	text->data = data;
	text->room = room;
	return 0;
}

/**
 * audit_text_set - replace what is there
 * @text: where
 * @value: by what
 *
 * Return: 0, or -1 when out of memory.
 */
int audit_text_set(struct audit_text *text, struct bytes value)
{
	text->length = 0;
	if (make_room(text, value.length))
		return -1;
	if (value.length)
		memcpy(text->data, value.data, value.length);
	text->length = value.length;
	return 0;
}

static int digit(uint8_t byte)
{
	if (byte >= '0' && byte <= '9')
		return byte - '0';
	if (byte >= 'A' && byte <= 'F')
		return byte - 'A' + 10;
	if (byte >= 'a' && byte <= 'f')
		return byte - 'a' + 10;
	return -1;
}

static bool is_hex(struct bytes value)
{
	size_t i;

	for (i = 0; i < value.length; i++)
		if (digit(value.data[i]) < 0)
			return false;
	return value.length && value.length % 2 == 0;
}

/* No path and no argument holds a NUL: a byte that claims so is left out. */
static void append_hex(struct audit_text *text, struct bytes value)
{
	size_t i;

	for (i = 0; i < value.length; i += 2) {
		const int byte = digit(value.data[i]) << 4 |
				 digit(value.data[i + 1]);

		if (byte)
			text->data[text->length++] = byte;
	}
}

/* What has neither quotes nor is in hexadecimal stands for itself: ses=3. */
static int append_value(struct audit_text *text, const struct audit_pair *pair,
			bool plain)
{
	if (make_room(text, pair->value.length + 1))
		return -1;
	if (!pair->quoted && !plain && is_hex(pair->value)) {
		append_hex(text, pair->value);
		return 0;
	}
	if (pair->value.length)
		memcpy(text->data + text->length, pair->value.data,
		       pair->value.length);
	text->length += pair->value.length;
	return 0;
}

/**
 * audit_text_value - replace what is there by a value
 * @text: where
 * @pair: name and value; "(null)" and "?" are no value
 *
 * Return: 0, or -1 when out of memory.
 */
int audit_text_value(struct audit_text *text, const struct audit_pair *pair)
{
	text->length = 0;
	if (!pair->quoted && (audit_is(pair->value, "(null)") ||
			      audit_is(pair->value, "?")))
		return 0;
	return append_value(text, pair, audit_is(pair->key, "ses"));
}

/**
 * audit_text_arg - an argument or a part of one
 * @args: the arguments so far, each ended by a NUL
 * @pair: name and value
 * @number: the number of the argument as written
 * @part: the number of the part; zero begins the argument
 * @nr_args: how many there are; updated
 *
 * Arguments come in their order: anything else under such a name, a7_len for
 * instance, or the a0 of other records, is no argument.
 *
 * Return: 0, or -1 when out of memory.
 */
int audit_text_arg(struct audit_text *args, const struct audit_pair *pair,
		   struct bytes number, uint64_t part, size_t *nr_args)
{
	uint64_t index;

	if (!scan_number_of(number, &index) || index + !!part != *nr_args)
		return 0;
	if (part)
		args->length--;
	else
		++*nr_args;
	if (append_value(args, pair, false))
		return -1;
	args->data[args->length++] = '\0';
	return 0;
}
