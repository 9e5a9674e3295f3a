/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of the Sigma front end share and nobody else needs.
 */
#ifndef PYDETECT_CTL_RULE_READ_H
#define PYDETECT_CTL_RULE_READ_H

#include <stdarg.h>

#include "rule.h"
#include "rule_limits.h"
#include "rule_yaml.h"
#include "../module/core/limits.h"

/**
 * struct rule_reader - one file being read
 * @set: where its rules go, and whose memory they take
 * @options: how to read
 * @diag: where errors go
 * @yaml: the file
 * @rule_id: of the rule being read, for messages; NULL while not known
 * @nr_errors: errors in this file, also those no longer shown
 * @errors_before: errors in this file before the document being read
 * @terms: the rule being read has "terms: true"
 * @nr_encoded: atoms that encodings have made of the values of this file
 * @nodes_left: how much larger its condition may become
 */
struct rule_reader {
	struct rule_set *set;
	const struct rule_options *options;
	struct diag *diag;
	struct yml *yaml;
	const char *rule_id;
	size_t nr_errors;
	size_t errors_before;
	bool terms;
	size_t nr_encoded;
	size_t nodes_left;
};

/* rule_set.c: messages; NULL once a file has had too many. */
struct diag_entry *rule_error(struct rule_reader *reader,
			      const struct place *place, const char *format,
			      ...) __attribute__((format(printf, 3, 4)));
struct diag_entry *rule_warning(struct rule_reader *reader,
				const struct place *place, const char *format,
				...) __attribute__((format(printf, 3, 4)));

/* rule_set.c: the text of a message, never NULL; to be freed. */
char *rule_formatted(const char *format, va_list arguments)
	__attribute__((format(printf, 1, 0)));

/* rule_set.c: memory of the set; zeroed. */
void *rule_alloc(struct rule_reader *reader, size_t size);
char *rule_copy(struct rule_reader *reader, const char *text, size_t size);

/* rule_set.c: adds a rule; an error if its id or its name is taken. */
bool rule_set_add(struct rule_reader *reader, struct rule *rule);
void rule_set_leave_out(struct rule_set *set, struct rule *rule,
			const char *reason);
struct rule *rule_set_find(const struct rule_set *set, const char *name);

/**
 * struct rule_names - words that are allowed somewhere
 * @list: the words
 * @count: how many
 */
struct rule_names {
	const char *const *list;
	size_t count;
};

#define RULE_NAMES(array) \
	((struct rule_names){ array, sizeof(array) / sizeof((array)[0]) })

/* rule_name.c */
int rule_name_find(const struct rule_names *names, const char *name);
const char *rule_name_nearest(const struct rule_names *names, const char *name);
void rule_name_unknown(struct rule_reader *reader, const struct place *place,
		       const char *what, const char *name,
		       const struct rule_names *names);

/* rule_field.c */
extern const struct rule_names rule_field_names;
extern const struct rule_names rule_group_names;
extern const struct rule_names rule_level_names;

/* rule_sigma.c: a document; adds its rule to the set unless it has errors. */
void rule_read_document(struct rule_reader *reader,
			const struct yml_node *root);

/* rule_scalar.c: reading plain things; false or NULL after an error. */
bool rule_read_bool(struct rule_reader *reader, const struct yml_node *node,
		    const char *what, bool *value);
const char *rule_read_text(struct rule_reader *reader,
			   const struct yml_node *node, const char *what);
const char *rule_read_name(struct rule_reader *reader,
			   const struct yml_node *node, const char *what);
bool rule_read_texts(struct rule_reader *reader, const struct yml_node *node,
		     const char *what, const char ***texts, size_t *count);
int rule_read_word(struct rule_reader *reader, const struct yml_node *node,
		   const char *what, const struct rule_names *words);
void rule_check_keys(struct rule_reader *reader, const struct yml_node *map,
		     const struct rule_names *names);
bool rule_expect(struct rule_reader *reader, const struct yml_node *node,
		 enum yml_kind kind, const char *what);

/**
 * struct rule_search - a search identifier
 * @name: its name, which ends with NUL
 * @place: where it is defined
 * @node: its tree; NULL after an error
 * @weight: nodes of the tree
 */
struct rule_search {
	const char *name;
	struct place place;
	struct rule_node *node;
	size_t weight;
};

/**
 * struct rule_searches - all search identifiers of a rule
 * @list: in the order of the file
 * @count: how many
 * @names: the names alone
 */
struct rule_searches {
	struct rule_search *list;
	size_t count;
	struct rule_names names;
};

/* rule_detection.c */
void rule_read_searches(struct rule_reader *reader,
			const struct yml_node *detection,
			struct rule_searches *searches);

/* rule_condition.c */
struct rule_node *rule_read_condition(struct rule_reader *reader,
				      const struct yml_node *node,
				      const struct rule_searches *searches);

/* rule_node.c: NULL if a child is NULL; a single child stands for itself. */
struct rule_node *rule_node_join(struct rule_reader *reader,
				 enum rule_node_kind kind,
				 struct rule_node **children, size_t count,
				 const struct place *place);
struct rule_node *rule_node_not(struct rule_reader *reader,
				struct rule_node *child,
				const struct place *place);
struct rule_node *rule_node_match(struct rule_reader *reader,
				  struct rule_match *match,
				  const struct place *place);
size_t rule_node_weight(const struct rule_node *node);

/* What a value is compared by. */
enum rule_comparison {
	RULE_COMPARE_EQUALS,
	RULE_COMPARE_CONTAINS,
	RULE_COMPARE_STARTSWITH,
	RULE_COMPARE_ENDSWITH,
	RULE_COMPARE_REGEX,
	RULE_COMPARE_LT,
	RULE_COMPARE_LTE,
	RULE_COMPARE_GT,
	RULE_COMPARE_GTE,
	RULE_COMPARE_EXISTS,
};

/* What a value is turned into before it is compared. */
enum rule_encoding {
	RULE_ENCODE_WINDASH,
	RULE_ENCODE_UTF16LE,
	RULE_ENCODE_UTF16BE,
	RULE_ENCODE_UTF16,
	RULE_ENCODE_BASE64,
	RULE_ENCODE_BASE64OFFSET,
};

#define RULE_KEY_ENCODINGS_MAX 4

/**
 * struct rule_key - a key of a detection: a field and its modifiers
 * @text: as written
 * @place: where it stands
 * @field: the field
 * @interpreter: written as the name of an interpreter, which becomes build ids
 * @comparison: how the values are compared
 * @comparison_name: the modifier that said so, or NULL
 * @all: every value has to match, not just one
 * @cased: upper and lower case differ
 * @regex_flags: bits RULE_REGEX_
 * @encodings: in the order in which they apply
 * @nr_encodings: how many
 */
struct rule_key {
	const char *text;
	struct place place;
	enum pydetect_field field;
	bool interpreter;
	enum rule_comparison comparison;
	const char *comparison_name;
	bool all;
	bool cased;
	unsigned int regex_flags;
	enum rule_encoding encodings[RULE_KEY_ENCODINGS_MAX];
	size_t nr_encodings;
};

/* rule_modifier.c */
bool rule_read_key(struct rule_reader *reader, const struct yml_node *node,
		   struct rule_key *key);
bool rule_key_is_number(const struct rule_key *key);

/**
 * struct rule_text - a value, without what "contains" and the like add
 * @atoms: as in struct rule_pattern
 * @count: how many
 */
struct rule_text {
	uint16_t *atoms;
	size_t count;
};

struct rule_texts {
	struct rule_text *list;
	size_t count;
};

/* rule_encode.c */
bool rule_encode(struct rule_reader *reader, const struct rule_key *key,
		 const struct place *place, struct rule_texts *texts);
const char *rule_encoding_name(enum rule_encoding encoding);

/* rule_windows.c */
void rule_warn_windows(struct rule_reader *reader, const struct rule_key *key,
		       const struct yml_node *value);

/* rule_value.c */
struct rule_match *rule_read_values(struct rule_reader *reader,
				    const struct rule_key *key,
				    struct yml_node *const *values,
				    size_t count);

/* rule_interpreter.c */
int rule_interpreter_field(const char *name);
struct rule_match *rule_read_interpreters(struct rule_reader *reader,
					  const struct rule_key *key,
					  struct yml_node *const *values,
					  size_t count);

/* rule_number.c */
struct rule_match *rule_read_numbers(struct rule_reader *reader,
				     const struct rule_key *key,
				     struct yml_node *const *values,
				     size_t count);

/* rule_match.c: leaves without values, and the readable form of leaves. */
const char *rule_match_text(struct rule_reader *reader,
			    const struct rule_key *key,
			    const struct yml_node *value, size_t count);
struct rule_node *rule_match_present(struct rule_reader *reader,
				     const struct rule_key *key);

/* rule_user.c */
struct rule_node *rule_user_node(struct rule_reader *reader,
				 struct rule_match *names,
				 const struct place *place);
struct rule_node *rule_user_present(struct rule_reader *reader,
				    const struct place *place);

/* rule_extension.c: the key "pydetect" */
void rule_read_terms(struct rule_reader *reader, const struct yml_node *node);
void rule_read_extension(struct rule_reader *reader,
			 const struct yml_node *node, struct rule *rule,
			 const struct rule_searches *searches);
void rule_read_correlation_extension(struct rule_reader *reader,
				     const struct yml_node *node,
				     struct rule *rule);

/* rule_correlation.c: the key "correlation" */
void rule_read_correlation(struct rule_reader *reader,
			   const struct yml_node *root, struct rule *rule);

/* rule_count.c */
void rule_read_count(struct rule_reader *reader, const struct yml_node *node,
		     struct rule_correlation *correlation);

/* rule_example.c */
void rule_read_examples(struct rule_reader *reader, const struct yml_node *node,
			struct rule *rule);

#endif /* PYDETECT_CTL_RULE_READ_H */
