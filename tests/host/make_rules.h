/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Rules made by hand, and numbers that look random and are not.
 */
#ifndef PYDETECT_TESTS_MAKE_RULES_H
#define PYDETECT_TESTS_MAKE_RULES_H

#include "../../ctl/rule.h"

/** struct dice - a sequence of numbers that a seed determines */
struct dice {
	uint64_t state;
};

uint32_t dice_below(struct dice *dice, uint32_t bound);
bool dice_chance(struct dice *dice, uint32_t percent);

#define MAKE_CASED 1u
#define MAKE_WORD 2u

struct rule_pattern make_glob(struct rule_set *set, const char *text,
			      unsigned int flags);
struct rule_pattern make_regex(struct rule_set *set, const char *text,
			       unsigned int flags);
struct rule_node *make_strings(struct rule_set *set, enum pydetect_field field,
			       const struct rule_pattern *patterns,
			       size_t nr_patterns);
struct rule_node *make_numbers(struct rule_set *set,
			       enum pydetect_number number,
			       const struct pydetect_image_range *ranges,
			       size_t nr_ranges);
struct rule_node *make_present(struct rule_set *set,
			       enum pydetect_field field);
struct rule_node *make_node(struct rule_set *set, enum rule_node_kind kind,
			    struct rule_node *const *children,
			    size_t nr_children);
struct rule *make_rule(struct rule_set *set, struct rule_node *condition);

#endif /* PYDETECT_TESTS_MAKE_RULES_H */
