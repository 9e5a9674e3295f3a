/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every bound of the front end in one place. They keep time and memory in
 * proportion to the size of a rule file, whatever is in it.
 */
#ifndef PYDETECT_CTL_RULE_LIMITS_H
#define PYDETECT_CTL_RULE_LIMITS_H

/* One rule file. */
#define RULE_FILE_BYTES_MAX (16u << 20)

/* Errors shown for one file; more of them would not help anybody. */
#define RULE_FILE_ERRORS_MAX 1000u

/* Maps and lists within each other. */
#define RULE_YAML_DEPTH_MAX 64u

/* Nodes of one file, those that come from aliases and merges counted anew. */
#define RULE_YAML_NODES_MAX 1000000u

/* Anchors of one document: each alias is compared with all of them. */
#define RULE_YAML_ANCHORS_MAX 1024u

/* A value in a detection. */
#define RULE_VALUE_BYTES_MAX 4096u

/* A text of a rule, e.g. its description; titles and ids go into the image. */
#define RULE_TEXT_BYTES_MAX 65535u
#define RULE_NAME_TEXT_BYTES_MAX (PYDETECT_STRING_BYTES_MAX - 1)

/* Patterns that one value may become, e.g. through windash. */
#define RULE_VALUE_PATTERNS_MAX 4096u

/* Atoms that all values of a file may become through such modifiers. */
#define RULE_ENCODED_ATOMS_MAX (8u << 20)

/* Search identifiers of one rule: each is compared with each name* pattern. */
#define RULE_SEARCHES_MAX 1024u

/* Parentheses and nots within each other. */
#define RULE_CONDITION_DEPTH_MAX 64u

/* The text of a condition. */
#define RULE_CONDITION_BYTES_MAX 16384u

/* Nodes of a rule's tree, shared ones counted as often as they are used. */
#define RULE_NODES_MAX 65536u

/* A name that takes part in the search for the nearest one. */
#define RULE_NAME_BYTES_MAX 48u

#endif /* PYDETECT_CTL_RULE_LIMITS_H */
