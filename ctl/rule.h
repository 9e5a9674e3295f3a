/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Rules as a checked tree: what the Sigma front end (rule_*.c) produces and
 * the back end (build_*.c) turns into a policy image.
 *
 * Everything here lives in the obstack of its rule set and is freed with it.
 */
#ifndef PYDETECT_CTL_RULE_H
#define PYDETECT_CTL_RULE_H

#include <obstack.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "diag.h"
#include "../module/core/limits.h"

/* Atoms of a pattern that are not a byte. */
#define RULE_ATOM_ANY_RUN 256 /* '*' */
#define RULE_ATOM_ANY_ONE 257 /* '?' */

/**
 * struct rule_pattern - one string value with its modifiers applied
 * @atoms: bytes (0 to 255) and RULE_ATOM_s; matched against the whole field,
 *	so that contains: x is the three atoms * x *
 * @nr_atoms: how many
 * @regex: instead of atoms: the text of a regular expression, or NULL
 * @regex_flags: bits RULE_REGEX_
 * @cased: upper and lower case differ
 * @word: Kusto's "has": where the text begins (ends) with an ASCII letter or
 *	digit, the byte before (after) it is neither. Only with atoms * x *
 * @place: where the value stands
 */
struct rule_pattern {
	uint16_t *atoms;
	size_t nr_atoms;
	const char *regex;
	unsigned int regex_flags;
	bool cased;
	bool word;
	struct place place;
};

#define RULE_REGEX_IGNORE_CASE 1u
#define RULE_REGEX_MULTI_LINE 2u
#define RULE_REGEX_DOT_ALL 4u

/**
 * enum rule_match_kind - what a leaf of the tree says
 * @RULE_MATCH_STRING: the field matches one of the patterns
 * @RULE_MATCH_NUMBER: the number is in one of the ranges
 * @RULE_MATCH_PRESENT: the exec has the field
 */
enum rule_match_kind {
	RULE_MATCH_STRING,
	RULE_MATCH_NUMBER,
	RULE_MATCH_PRESENT,
};

/**
 * struct rule_match - a leaf of the tree
 * @kind: which of the members below are set
 * @field: for strings and presence
 * @number: for numbers
 * @patterns: values, of which one has to match
 * @nr_patterns: at least one for strings
 * @ranges: for numbers, ascending and disjoint; may be empty (never true)
 * @nr_ranges: how many
 * @text: readable form, e.g. "Image|endswith: /bash (9 values)"
 */
struct rule_match {
	enum rule_match_kind kind;
	enum pydetect_field field;
	enum pydetect_number number;
	struct rule_pattern *patterns;
	size_t nr_patterns;
	struct pydetect_image_range *ranges;
	size_t nr_ranges;
	const char *text;
};

enum rule_node_kind {
	RULE_NODE_AND,
	RULE_NODE_OR,
	RULE_NODE_NOT,
	RULE_NODE_MATCH,
};

/**
 * struct rule_node - a node of a condition
 * @kind: AND and OR have one child or more, NOT has one, MATCH has none
 * @children: in the order of the file; subtrees may be shared
 * @nr_children: how many
 * @match: the leaf
 * @name: of the search identifier whose tree it is, or NULL
 * @place: where it stands
 */
struct rule_node {
	enum rule_node_kind kind;
	const char *name;
	struct rule_node **children;
	size_t nr_children;
	struct rule_match *match;
	struct place place;
};

/**
 * struct rule_label - a name for matches in which a search identifier holds
 */
struct rule_label {
	const char *name;
	struct rule_node *node;
	struct place place;
};

/**
 * struct rule_test - an exec that the rule file says must, or must not, match
 * @fields: string value by field, NULL where absent
 * @argv: arguments, ending with NULL; NULL where only fields are given
 * @env: the environment, likewise
 * @match: which of the two
 * @place: where it stands
 */
struct rule_test {
	const char *fields[PYDETECT_FIELD_COUNT];
	const char **argv;
	const char **env;
	bool match;
	struct place place;
};

/**
 * struct rule_related - another rule that a rule is about
 * @id: its id
 * @type: how it is related: derived, obsolete, merged, renamed, similar; or NULL
 */
struct rule_related {
	const char *id;
	const char *type;
};

/**
 * struct rule_reference - what a correlation counts
 * @name: id or name, as the file has it
 * @rule: the rule or correlation it names; NULL until rule_set_link()
 * @place: where it stands
 */
struct rule_reference {
	const char *name;
	struct rule *rule;
	struct place place;
};

/**
 * struct rule_correlation - what makes a rule a correlation
 * @type: Sigma's type
 * @references: in the order of the file, at least one
 * @nr_references: how many
 * @groups: fields to group by, ascending and distinct
 * @nr_groups: how many
 * @timespan: nanoseconds
 * @field: what PYDETECT_CORRELATION_VALUE_COUNT counts
 * @min: fewest, at least 1
 * @max: most, UINT32_MAX without a bound
 * @except: a count that does not hold, 0 for none
 * @generate: what it refers to is reported as well
 * @number: among the correlations of the set, behind all that it refers to;
 *	set by rule_set_link()
 * @linking: how far rule_set_link() is with it, private to rule_link.c
 * @place: where it stands
 */
struct rule_correlation {
	enum pydetect_correlation_type type;
	struct rule_reference *references;
	size_t nr_references;
	enum pydetect_field groups[PYDETECT_GROUPS_MAX];
	size_t nr_groups;
	uint64_t timespan;
	enum pydetect_field field;
	uint32_t min;
	uint32_t max;
	uint32_t except;
	bool generate;
	uint32_t number;
	unsigned int linking;
	struct place place;
};

/**
 * struct rule - one detection rule or correlation, checked
 * @name: how correlations may call it, or NULL
 * @condition: conditions of a list are already joined by OR; NULL for a
 *	correlation
 * @decode: what its command line decodes to counts as well
 * @correlation: what it correlates; NULL for a detection rule
 * @silent: only feeds correlations; set by rule_set_link()
 * @refused: why it was left out of the set; NULL for the rules in it
 *
 * Strings that a file does not give are NULL, except @id and @title.
 */
struct rule {
	const char *id;
	const char *name;
	const char *title;
	const char *author;
	const char *status;
	const char *description;
	const char *date;
	const char *modified;
	struct rule_related *related;
	size_t nr_related;
	enum pydetect_level level;
	enum pydetect_action action;
	bool decode;
	const char **tags;
	size_t nr_tags;
	const char **references;
	size_t nr_references;
	const char **falsepositives;
	size_t nr_falsepositives;
	struct rule_node *condition;
	struct rule_correlation *correlation;
	bool silent;
	const char *refused;
	struct rule_label *labels;
	size_t nr_labels;
	struct rule_test *tests;
	size_t nr_tests;
	struct place place;
};

/**
 * struct rule_set - the rules of one load
 * @memory: everything the rules consist of
 * @rules: the rules without errors, in the order in which they were read
 * @nr_rules: how many
 * @nr_refused: rules left out because of an error; those errors are in the diag
 * @capacity: room in @rules, private to rule_set.c
 * @left_out: the rules with errors, as far as they could be read
 * @nr_left_out: how many
 * @left_out_capacity: room in @left_out, private to rule_set.c
 * @ids: all of them by id, a tree of tsearch(), private to rule_set.c
 * @names: the same by name
 * @users: the passwd database, in @memory, private to rule_user.c
 * @nr_users: how many
 * @users_read: the database was read
 * @interpreters: build ids of the installed interpreters, private to
 *	rule_interpreter.c
 * @nr_interpreters: how many
 * @interpreters_read: they were looked for
 */
struct rule_set {
	struct obstack memory;
	struct rule **rules;
	size_t nr_rules;
	size_t nr_refused;
	size_t capacity;
	struct rule **left_out;
	size_t nr_left_out;
	size_t left_out_capacity;
	void *ids;
	void *names;
	struct rule_user *users;
	size_t nr_users;
	bool users_read;
	const char **interpreters;
	size_t nr_interpreters;
	bool interpreters_read;
};

/*
 * What rules are made of: memory that lives as long as the obstack of their
 * set. There is no return without it.
 */
void rule_memory_init(struct obstack *memory);
void rule_memory_free(struct obstack *memory);
void *rule_memory_alloc(struct obstack *memory, size_t size);
void *rule_memory_copy(struct obstack *memory, const void *bytes, size_t size);
void rule_memory_failed(void) __attribute__((noreturn));

/**
 * struct rule_options - how to read rules
 * @any_product: do not check logsource
 * @passwd: file to take the names of users from; NULL: the system's database
 * @root: directory below which interpreters are looked for; NULL: the system's
 */
struct rule_options {
	bool any_product;
	const char *passwd;
	const char *root;
};

void rule_set_init(struct rule_set *set);
void rule_set_free(struct rule_set *set);

/*
 * Read a file, or all *.yml and *.yaml files below a directory in the order of
 * their paths. Errors go to @diag; the rules without errors are in @set in any
 * case, so that the caller decides whether a load is all or nothing.
 */
void rule_read_path(struct rule_set *set, const char *path,
		    const struct rule_options *options, struct diag *diag);

/*
 * The same for a file that is already in memory; @name stands for it in
 * messages. The bytes are not needed afterwards.
 */
void rule_read_buffer(struct rule_set *set, const char *name, const char *bytes,
		      size_t size, const struct rule_options *options,
		      struct diag *diag);

/*
 * Find what correlations refer to, once all files are read. Correlations that
 * cannot be are refused and leave the set, and with them those that refer to
 * them.
 */
void rule_set_link(struct rule_set *set, struct diag *diag);

/* The name of a field in rules ("CommandLine"), and back; -1 if unknown. */
const char *rule_field_name(enum pydetect_field field);
const char *rule_field_key(enum pydetect_field field);
const char *rule_field_title(enum pydetect_field field);
int rule_field_by_key(const char *key);
int rule_field_by_name(const char *name);
const char *rule_level_name(enum pydetect_level level);
const char *rule_correlation_type_name(enum pydetect_correlation_type type);

#endif /* PYDETECT_CTL_RULE_H */
