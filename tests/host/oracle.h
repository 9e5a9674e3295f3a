/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What rules mean, worked out in the plainest way there is.
 *
 * Shares nothing with the compiler and the core but the tree: no automata, no
 * programs, no stages.
 */
#ifndef PYDETECT_TESTS_ORACLE_H
#define PYDETECT_TESTS_ORACLE_H

#include "../../ctl/build.h"
#include "make_rules.h"

/**
 * struct oracle_exec - one program start
 * @values: of the fields that it has, NULL for the others; in argv fields a
 *	NUL stands between arguments
 * @lengths: their lengths
 * @numbers: the numbers
 * @number_present: bit n: it has numbers[n]
 */
struct oracle_exec {
	const uint8_t *values[PYDETECT_FIELD_COUNT];
	size_t lengths[PYDETECT_FIELD_COUNT];
	uint64_t numbers[PYDETECT_NUMBER_COUNT];
	uint32_t number_present;
};

bool oracle_pattern(const struct rule_pattern *pattern,
		    enum pydetect_field field, const uint8_t *value,
		    size_t length);
bool oracle_holds(const struct rule_node *node,
		  const struct oracle_exec *exec);

/* The same by way of an image, its streams cut into pieces by @dice. */
struct oracle_judge {
	struct pydetect_exec *exec;
	const struct oracle_exec *source;
	struct dice *dice;
};

void oracle_judge(struct oracle_judge *judge, const struct image *image);
bool oracle_matched(const struct oracle_judge *judge, uint32_t rule);
void oracle_judge_free(struct oracle_judge *judge);

/* Build an image of @set that has to succeed, and compare it on @exec. */
void oracle_compare(const struct rule_set *set, const struct image *image,
		    const struct oracle_exec *exec, struct dice *dice);

#endif /* PYDETECT_TESTS_ORACLE_H */
