/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reading rules in tests, and writing trees as text so that a test is a line
 * of a table.
 *
 *	Image{*.sh}{x}			one of two patterns
 *	ImageC{..} W{..}		cased, word
 *	CommandLine/../im		a regular expression and its flags
 *	ArgCount[0-3]  Image!		numbers, presence
 *	(and a b)  (or a b)  (not a)
 */
#ifndef PYDETECT_TEST_RULE_H
#define PYDETECT_TEST_RULE_H

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../ctl/rule.h"
#include "../../module/core/env.h"

/* Head of a rule; a test adds "detection:". */
#define TEST_HEAD                                    \
	"title: Test\n"                              \
	"id: 11111111-2222-3333-4444-555555555555\n" \
	"logsource: {product: linux, category: process_creation}\n"

/**
 * struct reading - rules that were read and what was said about them
 * @set: the rules
 * @diag: the messages
 * @options: how to read
 */
struct reading {
	struct rule_set set;
	struct diag diag;
	struct rule_options options;
};

static inline void reading_init(struct reading *reading)
{
	*reading = (struct reading){ 0 };
	rule_set_init(&reading->set);
	diag_init(&reading->diag);
	reading->options.passwd = "/dev/null";
}

static inline void reading_free(struct reading *reading)
{
	rule_set_free(&reading->set);
	diag_free(&reading->diag);
}

static inline void read_bytes(struct reading *reading, const char *bytes,
			      size_t size)
{
	rule_read_buffer(&reading->set, "test.yml", bytes, size,
			 &reading->options, &reading->diag);
}

static inline void read_text(struct reading *reading, const char *text)
{
	read_bytes(reading, text, strlen(text));
}

/* A rule without errors; prints them if there are. */
static inline const struct rule *only_rule(struct reading *reading)
{
	diag_print(&reading->diag, stderr, false);
	assert_int_equal(reading->diag.nr_errors, 0);
	assert_int_equal(reading->set.nr_rules, 1);
	return reading->set.rules[0];
}

static inline void print_atoms(FILE *stream, const struct rule_pattern *pattern)
{
	uint16_t atom;
	size_t n;

	for (n = 0; n < pattern->nr_atoms; n++) {
		atom = pattern->atoms[n];
		if (atom == RULE_ATOM_ANY_RUN)
			fputc('*', stream);
		else if (atom == RULE_ATOM_ANY_ONE)
			fputc('?', stream);
		else if (atom == '*' || atom == '?' || atom == '\\')
			fprintf(stream, "\\%c", atom);
		else
			fputc(atom, stream);
	}
}

static inline void print_pattern(FILE *stream,
				 const struct rule_pattern *pattern)
{
	unsigned int flags = pattern->regex_flags;

	if (pattern->regex) {
		fprintf(stream, "/%s/%s%s%s", pattern->regex,
			flags & RULE_REGEX_IGNORE_CASE ? "i" : "",
			flags & RULE_REGEX_MULTI_LINE ? "m" : "",
			flags & RULE_REGEX_DOT_ALL ? "s" : "");
		return;
	}
	fprintf(stream, "%s%s{", pattern->cased ? "C" : "",
		pattern->word ? "W" : "");
	print_atoms(stream, pattern);
	fputc('}', stream);
}

static inline void print_ranges(FILE *stream, const struct rule_match *match)
{
	static const char *const names[] = { "Uid", "LogonId", "ArgCount" };
	size_t n;

	fputs(names[match->number], stream);
	if (!match->nr_ranges)
		fputs("[]", stream);
	for (n = 0; n < match->nr_ranges; n++)
		fprintf(stream, "[%" PRIu64 "-%" PRIu64 "]",
			(uint64_t)match->ranges[n].low,
			(uint64_t)match->ranges[n].high);
}

static inline void print_match(FILE *stream, const struct rule_match *match)
{
	size_t n;

	if (match->kind == RULE_MATCH_NUMBER) {
		print_ranges(stream, match);
		return;
	}
	fputs(rule_field_name(match->field), stream);
	if (match->kind == RULE_MATCH_PRESENT)
		fputc('!', stream);
	for (n = 0; n < match->nr_patterns; n++)
		print_pattern(stream, &match->patterns[n]);
}

static inline void print_node(FILE *stream, const struct rule_node *node)
{
	static const char *const kinds[] = { "and", "or", "not" };
	size_t n;

	if (node->kind == RULE_NODE_MATCH) {
		print_match(stream, node->match);
		return;
	}
	fprintf(stream, "(%s", kinds[node->kind]);
	for (n = 0; n < node->nr_children; n++) {
		fputc(' ', stream);
		print_node(stream, node->children[n]);
	}
	fputc(')', stream);
}

/* The tree as text; the caller frees it. */
static inline char *tree_text(const struct rule_node *node)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	assert_non_null(stream);
	print_node(stream, node);
	fclose(stream);
	return text;
}

/* Reads a whole rule file and compares the condition of its only rule. */
static inline void assert_tree(const char *file, const char *expected)
{
	struct reading reading;
	char *text;

	reading_init(&reading);
	read_text(&reading, file);
	text = tree_text(only_rule(&reading)->condition);
	assert_string_equal(text, expected);
	free(text);
	reading_free(&reading);
}

/**
 * struct refusal_case - a file and what is said about it
 * @text: what is to be read
 * @line: place of the first message
 * @column: likewise
 * @message: the first message
 * @hint: its hint, or NULL
 */
struct refusal_case {
	const char *text;
	unsigned int line;
	unsigned int column;
	const char *message;
	const char *hint;
};

static inline void assert_entry(const struct diag_entry *entry,
				const struct refusal_case *expected)
{
	assert_string_equal(entry->message, expected->message);
	assert_int_equal(entry->place.line, expected->line);
	assert_int_equal(entry->place.column, expected->column);
	assert_string_equal(entry->place.file, "test.yml");
	if (!expected->hint) {
		assert_null(entry->hint);
		return;
	}
	assert_non_null(entry->hint);
	assert_string_equal(entry->hint, expected->hint);
}

/* Reads a file that has exactly one error. */
static inline void assert_refused(const char *file,
				  const struct refusal_case *expected)
{
	struct reading reading;

	reading_init(&reading);
	read_text(&reading, file);
	if (reading.diag.nr_errors != 1)
		diag_print(&reading.diag, stderr, false);
	assert_int_equal(reading.diag.nr_errors, 1);
	assert_int_equal(reading.set.nr_rules, 0);
	assert_int_equal(reading.set.nr_refused, 1);
	assert_entry(&reading.diag.entries[reading.diag.nr_entries - 1],
		     expected);
	reading_free(&reading);
}

/* Reads one file for each case, which stands where @format has "%s". */
static inline void assert_all_refused(const char *format,
				      const struct refusal_case *cases,
				      size_t count)
{
	char *file;
	size_t n;

	for (n = 0; n < count; n++) {
		assert_true(asprintf(&file, format, cases[n].text) > 0);
		assert_refused(file, &cases[n]);
		free(file);
	}
}

#define CHECK_REFUSED(format, cases) \
	assert_all_refused(format, cases, ARRAY_SIZE(cases))

#endif /* PYDETECT_TEST_RULE_H */
