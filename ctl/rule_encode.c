// SPDX-License-Identifier: GPL-2.0-only
/*
 * Modifiers that turn a value into other values: windash, base64 and the like.
 * All of it happens here, before matching; the kernel only sees plain text.
 */
#include <string.h>

#include "rule_read.h"

static const char *const encoding_names[] = {
	[RULE_ENCODE_WINDASH] = "windash",
	[RULE_ENCODE_UTF16LE] = "wide",
	[RULE_ENCODE_UTF16BE] = "utf16be",
	[RULE_ENCODE_UTF16] = "utf16",
	[RULE_ENCODE_BASE64] = "base64",
	[RULE_ENCODE_BASE64OFFSET] = "base64offset",
};

/* What an option may begin with on Windows: dashes of several lengths. */
static const char *const dashes[] = {
	"-", "/", "\xe2\x80\x93", "\xe2\x80\x94", "\xe2\x80\x95",
};

#define DASHES ARRAY_SIZE(dashes)
#define DASH_BYTES_MAX 3

/* What a pattern costs besides its atoms, in atoms. */
#define TEXT_COST 32

/* Room for @size atoms; NULL once a file has expanded into too much. */
static uint16_t *room(struct rule_reader *reader, const struct place *place,
		      size_t size)
{
	if (size > RULE_VALUE_BYTES_MAX * 6) {
		rule_error(reader, place, "value too long to be encoded");
		return NULL;
	}
	if (size + TEXT_COST <= RULE_ENCODED_ATOMS_MAX - reader->nr_encoded) {
		reader->nr_encoded += size + TEXT_COST;
		return rule_alloc(reader, (size + 1) * sizeof(uint16_t));
	}
	rule_error(reader, place,
		   "the values of this file become too many when encoded");
	return NULL;
}

static bool is_word(uint16_t atom)
{
	return atom < RULE_ATOM_ANY_RUN &&
	       (atom == '_' || atom >= 0x80 || (atom >= '0' && atom <= '9') ||
		(atom >= 'A' && atom <= 'Z') || (atom >= 'a' && atom <= 'z'));
}

/* A dash or slash in front of a word and not within one. */
static bool is_dash(const struct rule_text *text, size_t n)
{
	if (text->atoms[n] != '-' && text->atoms[n] != '/')
		return false;
	return (!n || !is_word(text->atoms[n - 1])) && n + 1 < text->count &&
	       is_word(text->atoms[n + 1]);
}

static size_t count_dashes(const struct rule_text *text)
{
	size_t n, count = 0;

	for (n = 0; n < text->count; n++)
		count += is_dash(text, n);
	return count;
}

/* The digits of @choice, to base DASHES, say which dash to put where. */
static bool put_dashes(struct rule_reader *reader, const struct place *place,
		       const struct rule_text *from, size_t choice,
		       struct rule_text *to)
{
	const char *dash;
	size_t n;

	to->count = 0;
	to->atoms = room(reader, place,
			 from->count + count_dashes(from) * DASH_BYTES_MAX);
	if (!to->atoms)
		return false;
	for (n = 0; n < from->count; n++) {
		if (!is_dash(from, n)) {
			to->atoms[to->count++] = from->atoms[n];
			continue;
		}
		for (dash = dashes[choice % DASHES]; *dash; dash++)
			to->atoms[to->count++] = (unsigned char)*dash;
		choice /= DASHES;
	}
	return true;
}

static size_t count_choices(const struct rule_text *text)
{
	size_t n, choices = 1;

	for (n = count_dashes(text); n && choices <= RULE_VALUE_PATTERNS_MAX;
	     n--)
		choices *= DASHES;
	return choices;
}

static bool windash(struct rule_reader *reader, const struct place *place,
		    const struct rule_text *from, struct rule_texts *to)
{
	size_t n, choices = count_choices(from);

	if (choices > RULE_VALUE_PATTERNS_MAX) {
		rule_error(reader, place,
			   "too many dashes in a value for 'windash'");
		return false;
	}
	to->list = rule_alloc(reader, choices * sizeof(*to->list));
	to->count = choices;
	for (n = 0; n < choices; n++)
		if (!put_dashes(reader, place, from, n, &to->list[n]))
			return false;
	return true;
}

/* YAML is well-formed UTF-8, so continuation bytes need no check. */
static uint32_t next_point(const struct rule_text *text, size_t *at)
{
	uint16_t lead = text->atoms[(*at)++];
	uint32_t point = lead < 0x80 ? lead :
			 lead < 0xe0 ? lead & 0x1f :
			 lead < 0xf0 ? lead & 0x0f :
				       lead & 0x07;

	while (lead >= 0x80 && *at < text->count &&
	       (text->atoms[*at] & 0xc0) == 0x80)
		point = point << 6 | (text->atoms[(*at)++] & 0x3f);
	return point;
}

static void put_unit(struct rule_text *to, uint16_t unit, bool big)
{
	to->atoms[to->count++] = big ? unit >> 8 : unit & 0xff;
	to->atoms[to->count++] = big ? unit & 0xff : unit >> 8;
}

static bool utf16(struct rule_reader *reader, const struct place *place,
		  enum rule_encoding encoding, const struct rule_text *from,
		  struct rule_text *to)
{
	bool big = encoding == RULE_ENCODE_UTF16BE;
	uint32_t point;
	size_t at = 0;

	to->count = 0;
	to->atoms = room(reader, place, from->count * 2 + 2);
	if (!to->atoms)
		return false;
	if (encoding == RULE_ENCODE_UTF16)
		put_unit(to, 0xfeff, big);
	while (at < from->count) {
		point = next_point(from, &at);
		if (point >= 0x10000) {
			put_unit(to, 0xd7c0 + (point >> 10), big);
			point = 0xdc00 + (point & 0x3ff);
		}
		put_unit(to, point, big);
	}
	return true;
}

/* The atom @n of @text behind @offset spaces; zero behind its end. */
static uint32_t byte_at(const struct rule_text *text, size_t offset, size_t n)
{
	if (n < offset)
		return ' ';
	return n - offset < text->count ? text->atoms[n - offset] : 0;
}

/* The base64 digit @n of @text behind @offset spaces. */
static char digit_at(const struct rule_text *text, size_t offset, size_t n)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t at = n / 4 * 3;
	uint32_t three = byte_at(text, offset, at) << 16 |
			 byte_at(text, offset, at + 1) << 8 |
			 byte_at(text, offset, at + 2);

	return digits[three >> (18 - n % 4 * 6) & 0x3f];
}

static bool base64(struct rule_reader *reader, const struct place *place,
		   const struct rule_text *from, struct rule_text *to)
{
	size_t digits = (from->count * 8 + 5) / 6;
	size_t size = (from->count + 2) / 3 * 4;

	to->atoms = room(reader, place, size);
	if (!to->atoms)
		return false;
	for (to->count = 0; to->count < size; to->count++)
		to->atoms[to->count] =
			to->count < digits ? digit_at(from, 0, to->count) : '=';
	return true;
}

/* The digits behind @offset other bytes that depend on nothing but @from. */
static bool base64_at(struct rule_reader *reader, const struct place *place,
		      const struct rule_text *from, size_t offset,
		      struct rule_text *to)
{
	static const size_t first[] = { 0, 2, 3 };
	size_t n, last = (from->count + offset) * 8 / 6;

	to->count = 0;
	to->atoms = room(reader, place, last);
	if (!to->atoms)
		return false;
	for (n = first[offset]; n < last; n++)
		to->atoms[to->count++] = digit_at(from, offset, n);
	return true;
}

static bool base64_offsets(struct rule_reader *reader,
			   const struct place *place,
			   const struct rule_text *from, struct rule_texts *to)
{
	size_t n;

	if (from->count < 2) {
		rule_error(reader, place, "value too short for 'base64offset'");
		return false;
	}
	to->list = rule_alloc(reader, 3 * sizeof(*to->list));
	to->count = 3;
	for (n = 0; n < 3; n++)
		if (!base64_at(reader, place, from, n, &to->list[n]))
			return false;
	return true;
}

static bool has_wildcard(const struct rule_text *text)
{
	size_t n;

	for (n = 0; n < text->count; n++)
		if (text->atoms[n] >= RULE_ATOM_ANY_RUN)
			return true;
	return false;
}

/* One text -> one or more. */
static bool encode_one(struct rule_reader *reader, const struct place *place,
		       enum rule_encoding encoding,
		       const struct rule_text *from, struct rule_texts *to)
{
	if (encoding == RULE_ENCODE_WINDASH)
		return windash(reader, place, from, to);
	if (has_wildcard(from)) {
		rule_error(reader, place,
			   "'%s' needs a value without wildcards",
			   encoding_names[encoding]);
		return false;
	}
	if (encoding == RULE_ENCODE_BASE64OFFSET)
		return base64_offsets(reader, place, from, to);
	to->list = rule_alloc(reader, sizeof(*to->list));
	to->count = 1;
	if (encoding == RULE_ENCODE_BASE64)
		return base64(reader, place, from, to->list);
	return utf16(reader, place, encoding, from, to->list);
}

/* Lists of texts -> one list. */
static bool flatten(struct rule_reader *reader, const struct place *place,
		    const struct rule_texts *lists, size_t count,
		    struct rule_texts *all)
{
	size_t n, sum = 0;

	for (n = 0; n < count; n++)
		sum += lists[n].count;
	if (sum > RULE_VALUE_PATTERNS_MAX) {
		rule_error(reader, place,
			   "value becomes too many when encoded");
		return false;
	}
	all->list = rule_alloc(reader, sum * sizeof(*all->list));
	all->count = 0;
	for (n = 0; n < count; n++) {
		memcpy(all->list + all->count, lists[n].list,
		       lists[n].count * sizeof(*all->list));
		all->count += lists[n].count;
	}
	return true;
}

static bool encode_all(struct rule_reader *reader, const struct place *place,
		       enum rule_encoding encoding, struct rule_texts *texts)
{
	struct rule_texts *lists =
		rule_alloc(reader, texts->count * sizeof(*lists));
	size_t n;

	for (n = 0; n < texts->count; n++)
		if (!encode_one(reader, place, encoding, &texts->list[n],
				&lists[n]))
			return false;
	return flatten(reader, place, lists, texts->count, texts);
}

/**
 * rule_encode - apply the encodings of a key to a value
 * @reader: file being read
 * @key: the key
 * @place: where the value stands
 * @texts: the value; replaced by what it becomes
 *
 * Return: true, or false after an error
 */
bool rule_encode(struct rule_reader *reader, const struct rule_key *key,
		 const struct place *place, struct rule_texts *texts)
{
	size_t n;

	for (n = 0; n < key->nr_encodings; n++)
		if (!encode_all(reader, place, key->encodings[n], texts))
			return false;
	return true;
}

/**
 * rule_encoding_name - the modifier of an encoding
 * @encoding: encoding
 *
 * Return: its name
 */
const char *rule_encoding_name(enum rule_encoding encoding)
{
	return encoding_names[encoding];
}
