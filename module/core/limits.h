/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every bound in one place.
 */
#ifndef PYDETECT_CORE_LIMITS_H
#define PYDETECT_CORE_LIMITS_H

#include "env.h"
#include "../uapi/policy.h"

/* A whole image: room for 10,000 rules, and what one load may pin. */
#define PYDETECT_IMAGE_BYTES_MAX (64u << 20)

/* State numbers share a word with a byte class. */
#define PYDETECT_STATES_MAX PYDETECT_PAIR_MASK

/* 255 bytes (NUL never stands in an argument) and the edge of a field. */
#define PYDETECT_CLASSES_MAX 256u

/*
 * Edges are searched one after the other for every byte, so their number is
 * part of the promise that matching is linear.
 */
#define PYDETECT_FALLBACK_EDGES_MAX 16u

/* Outputs of one state: each is visited for every hit. */
#define PYDETECT_STATE_OUTPUTS_MAX 4096u

#define PYDETECT_AUTOMATA_MAX 8192u
#define PYDETECT_PREDICATES_MAX (1u << 20)
#define PYDETECT_RULES_MAX (1u << 16)
#define PYDETECT_RULE_LABELS_MAX 32u
#define PYDETECT_RULE_TAGS_MAX 64u

#define PYDETECT_CORRELATIONS_MAX 4096u
/* Each has a bit in the samples of its correlation. */
#define PYDETECT_REFERENCES_MAX 64u
#define PYDETECT_GROUPS_MAX 8u
#define PYDETECT_TRACKED_MAX 64u

/*
 * Values that one window keeps. It is searched from one end to the other for
 * every sample.
 */
#define PYDETECT_WINDOW_VALUES_MAX 4096u
#define PYDETECT_TIMESPAN_MAX (366ull * 24 * 60 * 60 * 1000000000)

/*
 * Hits whose place is remembered, so that an event can show it. Further ones
 * still count, their place does not.
 */
#define PYDETECT_HITS_MAX 32u

/* Ids, titles, labels and tags go into netlink attributes. */
#define PYDETECT_STRING_BYTES_MAX 4096u

static_assert(PYDETECT_STATES_MAX <= PYDETECT_PAIR_MASK);
static_assert(PYDETECT_CLASSES_MAX - 1 <= UINT_MAX >> PYDETECT_PAIR_BITS);
static_assert(UINT_MAX >> PYDETECT_PAIR_BITS >= PYDETECT_FALLBACK_EDGES_MAX);
static_assert(PYDETECT_FIELD_COUNT <= 32);
static_assert(PYDETECT_STAGE_COUNT <= 8);

#endif /* PYDETECT_CORE_LIMITS_H */
