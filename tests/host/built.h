/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An image of rules that are one regular expression each.
 */
#ifndef PYDETECT_TESTS_BUILT_H
#define PYDETECT_TESTS_BUILT_H

#include "oracle.h"

/**
 * struct built - rules and their image
 * @set: the rules
 * @image: the image
 * @diag: what the compiler said
 */
struct built {
	struct rule_set set;
	struct image image;
	struct diag diag;
};

void built_begin(struct built *built);
void built_regex(struct built *built, enum pydetect_field field,
		 const char *text, unsigned int flags);
void built_build(struct built *built);
bool built_matches(const struct built *built, uint32_t rule,
		   enum pydetect_field field, const void *text, size_t length);
void built_end(struct built *built);

#endif /* PYDETECT_TESTS_BUILT_H */
