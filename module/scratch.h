/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_SCRATCH_H
#define PYDETECT_SCRATCH_H

#include "capture.h"

/**
 * struct scratch - the memory of judging one program start
 * @exec: state of the core, reset whenever the scratch is idle
 * @capture: the fields
 */
struct scratch {
	struct pydetect_exec *exec;
	struct capture capture;
};

/**
 * struct scratch_pool - idle scratches of one policy
 * @view: the policy, which fixes their size
 * @idle: at most one for each CPU
 */
struct scratch_pool {
	const struct pydetect_view *view;
	struct scratch *__percpu *idle;
};

int __must_check scratch_pool_init(struct scratch_pool *pool,
				   const struct pydetect_view *view);
void scratch_pool_destroy(struct scratch_pool *pool);
struct scratch *scratch_get(struct scratch_pool *pool);
void scratch_put(struct scratch_pool *pool, struct scratch *scratch);
size_t scratch_bytes(const struct pydetect_view *view);

#endif /* PYDETECT_SCRATCH_H */
