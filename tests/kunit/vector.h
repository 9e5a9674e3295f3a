/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What make-vectors.sh writes into vectors.h.
 */
#ifndef PYDETECT_KUNIT_VECTOR_H
#define PYDETECT_KUNIT_VECTOR_H

#include <linux/types.h>

#include "../../module/core/verdict.h"

/* The policies that every exec is judged by. */
enum {
	VECTOR_SHIPPED, /* the rules in rules/ */
	VECTOR_SMALL, /* small.yml */
	VECTOR_POLICIES,
};

/**
 * struct vector_expected - what the tool says of an exec
 * @verdict: in block mode
 * @rules: ids of the rules that match, each followed by a blank
 * @labels: the labels of the match, each followed by a blank
 */
struct vector_expected {
	enum pydetect_verdict verdict;
	const char *rules;
	const char *labels;
};

/**
 * struct vector - an exec
 * @name: says what it is about
 * @image: and so on: fields, NULL where it has no such field
 * @memory: argv, each with its NUL, and what lies behind it
 * @memory_bytes: how much that is
 * @nr_args: how many of the strings belong to argv
 * @has_uid: is there a user?
 * @uid: the user
 * @expected: for each policy what the tool says
 */
struct vector {
	const char *name;
	const char *image;
	const char *invoked;
	const char *parent_image;
	const char *parent_args;
	const char *directory;
	const char *memory;
	size_t memory_bytes;
	u32 nr_args;
	bool has_uid;
	u32 uid;
	struct vector_expected expected[VECTOR_POLICIES];
};

#endif /* PYDETECT_KUNIT_VECTOR_H */
