/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A small policy in which every section has elements, and judging by it.
 */
#ifndef PYDETECT_TESTS_CORE_SAMPLE_H
#define PYDETECT_TESTS_CORE_SAMPLE_H

#include "../../module/core/verdict.h"
#include "core_image.h"

/* Its rules. */
enum {
	SAMPLE_SHELL, /* Image and (shell or import) and not cron; blocks */
	SAMPLE_USER,  /* a number, so it is always a candidate */
	SAMPLE_CRON,  /* only known in the last stage */
	SAMPLE_CODE,  /* an argument is just "-c" */
	SAMPLE_RULES,
};

/* Its correlations, which feed nothing but each other. */
enum {
	SAMPLE_BURST, /* command lines with code, by parent and directory */
	SAMPLE_BOTH,  /* the same parents, and cron */
	SAMPLE_CORRELATIONS,
};

/* Its predicates. */
enum {
	SAMPLE_IS_PYTHON,
	SAMPLE_HAS_SHELL,
	SAMPLE_HAS_IMPORT,
	SAMPLE_HAS_CODE,
	SAMPLE_BY_CRON,
	SAMPLE_PREDICATES,
};

/* Its automata, one a field. */
enum {
	SAMPLE_OF_IMAGE,
	SAMPLE_OF_INVOKED,
	SAMPLE_OF_COMMAND_LINE,
	SAMPLE_OF_ARGS,
	SAMPLE_OF_PARENT,
	SAMPLE_AUTOMATA,
};

void core_sample_draft(struct core_draft *draft);
void core_sample(struct core_image *image);

/**
 * struct core_random - numbers that look random and are the same every time
 * @state: any number but zero
 */
struct core_random {
	u64 state;
};

u32 core_random_below(struct core_random *random, u32 bound);

struct pydetect_exec *core_exec_new(const struct pydetect_view *view);
void core_exec_free(struct pydetect_exec *exec);
void core_view_scatter(struct pydetect_view *view);
void core_view_free(struct pydetect_view *view);
void core_judge_anything(struct pydetect_exec *exec,
			 struct core_random *random);

#endif /* PYDETECT_TESTS_CORE_SAMPLE_H */
