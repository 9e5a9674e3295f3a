// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory for judging, kept ready: one idle scratch for each CPU. An exec that
 * sleeps while it is being judged simply keeps the one it took.
 */
#include <linux/percpu.h>
#include <linux/slab.h>

#include "scratch.h"
#include "stage.h"

static size_t streams_offset(const struct pydetect_view *view)
{
	return ALIGN(sizeof(struct scratch) + pydetect_exec_bytes(view),
		     __alignof__(struct pydetect_stream));
}

static size_t decoder_offset(const struct pydetect_view *view)
{
	return ALIGN(streams_offset(view) +
			     stage_streams(view) * sizeof(struct pydetect_stream),
		     __alignof__(struct pydetect_decoder));
}

/**
 * scratch_bytes - memory of one scratch
 * @view: the policy
 *
 * Return: bytes.
 */
size_t scratch_bytes(const struct pydetect_view *view)
{
	return decoder_offset(view) + pydetect_decoder_bytes(view);
}

/**
 * scratch_pool_init - prepare a pool without any scratch in it
 * @pool: the pool
 * @view: the policy; has to outlive the pool
 *
 * Return: 0 or -ENOMEM.
 */
int scratch_pool_init(struct scratch_pool *pool,
		      const struct pydetect_view *view)
{
	pool->view = view;
	pool->idle = alloc_percpu_gfp(struct scratch *,
				      GFP_KERNEL_ACCOUNT | __GFP_ZERO);
	return pool->idle ? 0 : -ENOMEM;
}

/**
 * scratch_pool_destroy - free a pool and what is in it
 * @pool: the pool; every scratch was put back
 */
void scratch_pool_destroy(struct scratch_pool *pool)
{
	int cpu;

	if (!pool->idle)
		return;
	for_each_possible_cpu(cpu)
		kvfree(*per_cpu_ptr(pool->idle, cpu));
	free_percpu(pool->idle);
}

static struct scratch *create(const struct pydetect_view *view)
{
	struct scratch *scratch = kvzalloc(scratch_bytes(view), GFP_KERNEL);

	if (!scratch)
		return NULL;
	scratch->exec = pydetect_exec_init(scratch + 1, view);
	scratch->capture.streams = (void *)scratch + streams_offset(view);
	if (pydetect_decoder_bytes(view))
		scratch->capture.decoder = (void *)scratch +
					   decoder_offset(view);
	return scratch;
}

/**
 * scratch_get - take a scratch
 * @pool: the pool
 *
 * Context: process context, may sleep.
 * Return: a scratch in its idle state, owned by the caller until
 * scratch_put(); NULL if there is no memory.
 */
struct scratch *scratch_get(struct scratch_pool *pool)
{
	struct scratch *scratch = this_cpu_xchg(*pool->idle, NULL);

	return scratch ? scratch : create(pool->view);
}

/**
 * scratch_put - give a scratch back
 * @pool: the pool it came from
 * @scratch: the scratch; the capture in it was ended
 *
 * Context: process context.
 */
void scratch_put(struct scratch_pool *pool, struct scratch *scratch)
{
	pydetect_exec_reset(scratch->exec);
	kvfree(this_cpu_xchg(*pool->idle, scratch));
}
