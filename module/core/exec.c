// SPDX-License-Identifier: GPL-2.0-only
/*
 * The memory of judging one program start.
 */
#include "exec.h"

static size_t map_bytes(u32 bits)
{
	return BITS_TO_LONGS((size_t)bits) * sizeof(unsigned long);
}

/**
 * pydetect_exec_bytes - memory that judging by a policy takes
 * @view: the policy
 *
 * Return: bytes to hand to pydetect_exec_init().
 */
size_t pydetect_exec_bytes(const struct pydetect_view *view)
{
	return sizeof(struct pydetect_exec) +
	       view->nr_correlations * sizeof(struct pydetect_finding) +
	       2 * map_bytes(view->nr_correlations) +
	       map_bytes(view->nr_predicates) + map_bytes(view->nr_rules) +
	       view->nr_rules * sizeof(u32);
}

/**
 * pydetect_exec_init - prepare memory for judging
 * @memory: pydetect_exec_bytes() of it, zeroed, aligned as from malloc()
 * @view: the policy; has to outlive the result
 *
 * Return: the exec, ready for pydetect_judge(). It owns nothing beside @memory.
 */
struct pydetect_exec *pydetect_exec_init(void *memory,
					 const struct pydetect_view *view)
{
	struct pydetect_exec *exec = memory;
	u8 *rest = (u8 *)(exec + 1);

	exec->view = view;
	exec->wanted = view->late_fields;
	exec->findings = (struct pydetect_finding *)rest;
	rest += view->nr_correlations * sizeof(struct pydetect_finding);
	exec->touched = (unsigned long *)rest;
	rest += map_bytes(view->nr_correlations);
	exec->fed = (unsigned long *)rest;
	rest += map_bytes(view->nr_correlations);
	exec->holds = (unsigned long *)rest;
	rest += map_bytes(view->nr_predicates);
	exec->seen = (unsigned long *)rest;
	rest += map_bytes(view->nr_rules);
	exec->candidates = (u32 *)rest;
	return exec;
}

/**
 * pydetect_exec_reset - make ready for the next program start
 * @exec: the exec
 *
 * Costs next to nothing after a start that no rule was interested in.
 */
void pydetect_exec_reset(struct pydetect_exec *exec)
{
	if (exec->nr_held)
		memset(exec->holds, 0, map_bytes(exec->view->nr_predicates));
	if (exec->nr_triggered)
		memset(exec->seen, 0, map_bytes(exec->view->nr_rules));
	if (exec->nr_touched) {
		memset(exec->touched, 0, map_bytes(exec->view->nr_correlations));
		memset(exec->fed, 0, map_bytes(exec->view->nr_correlations));
	}
	exec->nr_touched = 0;
	exec->nr_findings = 0;
	exec->present = 0;
	exec->wanted = exec->view->late_fields;
	exec->number_present = 0;
	exec->nr_candidates = 0;
	exec->nr_triggered = 0;
	exec->nr_hits = 0;
	exec->nr_held = 0;
}

/**
 * pydetect_exec_trigger - make rules candidates
 * @exec: the exec
 * @rules: which, as an extent of the triggers; known ones are passed over
 */
void pydetect_exec_trigger(struct pydetect_exec *exec,
			   struct pydetect_image_extent rules)
{
	u32 i;

	for (i = 0; i < rules.count; i++) {
		u32 rule = exec->view->triggers[rules.first + i];

		if (test_bit(rule, exec->seen))
			continue;
		__set_bit(rule, exec->seen);
		exec->candidates[exec->nr_candidates++] = rule;
		exec->nr_triggered++;
	}
}

/**
 * pydetect_exec_hold - a predicate became true
 * @exec: the exec
 * @output: the output that says so
 * @end: offset of the byte behind its last symbol; zero where there is no such
 *	place
 */
void pydetect_exec_hold(struct pydetect_exec *exec,
			const struct pydetect_image_output *output, u64 end)
{
	u32 predicate = output->predicate;

	if (test_bit(predicate, exec->holds))
		return;
	__set_bit(predicate, exec->holds);
	exec->nr_held++;
	if (output->flags & PYDETECT_OUTPUT_EDGE_END && end)
		end--;
	if (exec->nr_hits < PYDETECT_HITS_MAX)
		exec->hits[exec->nr_hits++] = (struct pydetect_hit){
			.predicate = predicate,
			.length = end ? output->length : 0,
			.end = end,
		};
	pydetect_exec_trigger(exec, exec->view->predicates[predicate].triggers);
}
