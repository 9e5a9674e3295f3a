// SPDX-License-Identifier: GPL-2.0-only
/*
 * Paths of Windows in rules for Linux: mostly a rule copied from elsewhere that
 * will never match.
 *
 * Backslashes alone are no sign, they are in escapes and in regular
 * expressions; nor is ".exe", which a Python interpreter may well be called.
 */
#include <ctype.h>
#include <string.h>

#include "rule_read.h"

/* Letters from which on what follows a backslash is a name, not an escape. */
#define NAME_LETTERS 3u

static bool is_name(char byte)
{
	return isalnum((unsigned char)byte) || byte == '_' || byte == '.' ||
	       byte == '-' || byte == '~' || byte == '%';
}

static size_t name_length(const char *text)
{
	size_t length = 0;

	while (is_name(text[length]))
		length++;
	return length;
}

/* A byte or character by its number: \x2f, \u002f, \057 */
static bool is_number(const char *name)
{
	if (isdigit((unsigned char)*name))
		return true;
	return (*name == 'x' || *name == 'u' || *name == 'U') &&
	       isxdigit((unsigned char)name[1]) &&
	       isxdigit((unsigned char)name[2]);
}

/* A drive and a backslash: C:\ */
static bool has_drive(const char *text)
{
	const char *at;

	for (at = strstr(text, ":\\"); at; at = strstr(at + 1, ":\\"))
		if (at > text && isalpha((unsigned char)at[-1]) &&
		    (at - 1 == text || !isalnum((unsigned char)at[-2])))
			return true;
	return false;
}

/* Names with backslashes in front; two of them, or one that ends in .exe. */
static bool has_names(const char *text, size_t enough)
{
	const char *at = text;
	size_t names = 0;

	while ((at = strchr(at, '\\'))) {
		size_t length;

		at += strspn(at, "\\");
		length = name_length(at);
		if (length < NAME_LETTERS || is_number(at))
			continue;
		if (length > 4 && !strncasecmp(at + length - 4, ".exe", 4))
			return true;
		at += length;
		if (++names >= enough)
			return true;
	}
	return false;
}

static bool is_path_field(enum pydetect_field field)
{
	return field == PYDETECT_FIELD_IMAGE ||
	       field == PYDETECT_FIELD_PARENT_IMAGE ||
	       field == PYDETECT_FIELD_CURRENT_DIRECTORY;
}

/**
 * rule_warn_windows - warn where a value is a path of Windows
 * @reader: file being read
 * @key: field and modifiers
 * @value: the value, no regular expression
 *
 * Where the rule is refused anyway, perhaps because it is one for Windows,
 * there is nothing to add.
 */
void rule_warn_windows(struct rule_reader *reader, const struct rule_key *key,
		       const struct yml_node *value)
{
	if (reader->options->any_product || !strchr(value->text, '\\') ||
	    reader->nr_errors != reader->errors_before)
		return;
	if (!has_drive(value->text) &&
	    !has_names(value->text, is_path_field(key->field) ? 1 : 2))
		return;
	diag_hint(rule_warning(reader, &value->place,
			       "this looks like a path of Windows"),
		  "paths of Linux have slashes, and no drive");
}
