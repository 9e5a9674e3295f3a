/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An image while it is being built: its sections as growing arrays.
 */
#ifndef PYDETECT_CTL_BUILD_DRAFT_H
#define PYDETECT_CTL_BUILD_DRAFT_H

#include "build.h"
#include "build_memory.h"

/* What a step of the compiler returns besides 0 and -1 (out of memory). */
#define BUILD_REFUSED 1

/**
 * struct build_refusal - why something cannot be expressed
 * @reason: without a full stop
 * @predicate: number of the predicate that is to blame, or BUILD_NONE
 * @pattern: number of the pattern of it
 */
struct build_refusal {
	char reason[240];
	u32 predicate;
	u32 pattern;
};

int build_refuse(struct build_refusal *refusal, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * struct build_draft - the sections of enum pydetect_section, in their order
 * @always: as in the header
 */
struct build_draft {
	BUILD_LIST(struct pydetect_image_automaton) automata;
	BUILD_LIST(u8) classes;
	BUILD_LIST(u32) cells;
	BUILD_LIST(u32) links;
	BUILD_LIST(struct pydetect_image_fallback) fallbacks;
	BUILD_LIST(u32) edges;
	BUILD_LIST(u32) lists;
	BUILD_LIST(struct pydetect_image_output) outputs;
	BUILD_LIST(struct pydetect_image_predicate) predicates;
	BUILD_LIST(u32) triggers;
	BUILD_LIST(struct pydetect_image_number) numbers;
	BUILD_LIST(struct pydetect_image_range) ranges;
	BUILD_LIST(struct pydetect_image_step) steps;
	BUILD_LIST(struct pydetect_image_rule) rules;
	BUILD_LIST(struct pydetect_image_label) labels;
	BUILD_LIST(u32) tags;
	BUILD_LIST(struct pydetect_image_correlation) correlations;
	BUILD_LIST(u32) references;
	BUILD_LIST(u32) groups;
	BUILD_LIST(u32) feeds;
	BUILD_LIST(u32) tracked;
	struct build_text strings;
	struct pydetect_image_extent always;
};

struct build_alphabet;

void build_draft_begin(const struct build_draft *draft,
		       struct pydetect_image_automaton *record, u32 field);
int build_draft_end(struct build_draft *draft,
		    struct pydetect_image_automaton *record,
		    const struct build_alphabet *alphabet);
void build_draft_free(struct build_draft *draft);

/* In image.c. Lays out and verifies; 0, or -1 and an error in @diag. */
int image_from_draft(const struct build_draft *draft, struct image *image,
		     struct diag *diag);

#endif /* PYDETECT_CTL_BUILD_DRAFT_H */
