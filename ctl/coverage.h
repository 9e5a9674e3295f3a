/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_CTL_COVERAGE_H
#define PYDETECT_CTL_COVERAGE_H

#include "rule.h"
#include "terminal.h"
#include "../module/core/image.h"

struct json_object;

/**
 * struct coverage_field - what is done with one field
 * @automata: how many read each byte of it
 * @states: their states
 * @bytes: their tables
 */
struct coverage_field {
	uint64_t automata;
	uint64_t states;
	uint64_t bytes;
};

/**
 * struct coverage - what a policy takes and what it costs
 * @strings: values in the conditions; zero for a policy without its rules
 * @states: of all automata
 * @table_bytes: of all automata
 * @exec_bytes: memory that judging one start takes
 * @always: rules that are candidates at every start
 * @stages: rules by the last stage that can make them candidates
 * @fields: by enum pydetect_field
 */
struct coverage {
	uint64_t strings;
	uint64_t states;
	uint64_t table_bytes;
	uint64_t exec_bytes;
	uint64_t always;
	uint64_t stages[PYDETECT_STAGE_COUNT];
	struct coverage_field fields[PYDETECT_FIELD_COUNT];
};

void coverage_init(struct coverage *coverage, const struct pydetect_view *view,
		   const struct rule_set *set);
size_t coverage_automaton_bytes(const struct pydetect_view *view, u32 number);

/* print_coverage.c */
void print_coverage(struct terminal *terminal, const struct coverage *coverage,
		    const struct pydetect_view *view);
struct json_object *print_cost_json(const struct coverage *coverage,
				    const struct pydetect_view *view);

#endif /* PYDETECT_CTL_COVERAGE_H */
