// SPDX-License-Identifier: GPL-2.0-only
/*
 * One program start: from the hook to the answer.
 */
#include <linux/binfmts.h>
#include <linux/percpu.h>
#include <linux/sched/signal.h>

#include "compat.h"
#include "core/verdict.h"
#include "decide.h"
#include "event.h"
#include "policy.h"
#include "samples.h"
#include "stage.h"
#include "track.h"

static enum pydetect_mode current_mode = PYDETECT_MODE_REPORT;

static DEFINE_PER_CPU(struct decide_counters, counters);

/**
 * decide_mode - the mode in force
 *
 * Return: the mode.
 */
enum pydetect_mode decide_mode(void)
{
	return READ_ONCE(current_mode);
}

/**
 * decide_set_mode - change the mode
 * @mode: holds for every exec that is judged from now on
 */
void decide_set_mode(enum pydetect_mode mode)
{
	WRITE_ONCE(current_mode, mode);
}

/**
 * decide_counters - add up what happened on all CPUs
 * @sum: filled in
 */
void decide_counters(struct decide_counters *sum)
{
	int cpu;

	*sum = (struct decide_counters){};
	for_each_possible_cpu(cpu) {
		const struct decide_counters *one = per_cpu_ptr(&counters, cpu);

		sum->execs += READ_ONCE(one->execs);
		sum->matched += READ_ONCE(one->matched);
		sum->denied += READ_ONCE(one->denied);
		sum->errors += READ_ONCE(one->errors);
	}
}

/* What cannot be judged starts, and is reported. */
static int allow_unjudged(const struct policy *policy, struct scratch *scratch,
			  enum pydetect_mode mode, int error)
{
	const struct event event = {
		.policy = policy,
		.scratch = scratch,
		.mode = mode,
		.error = -error,
	};

	this_cpu_inc(counters.errors);
	event_publish(&event);
	return 0;
}

static void count_one(const struct policy *policy, u32 number,
		      const struct pydetect_image_head *head, bool denied)
{
	atomic64_inc(&policy->counters[number].matched);
	if (denied && pydetect_may_deny(head))
		atomic64_inc(&policy->counters[number].denied);
}

/* Correlations follow the rules. */
static void count_rules(const struct policy *policy,
			const struct pydetect_exec *exec, bool denied)
{
	const struct pydetect_view *view = &policy->view;
	u32 i;

	for (i = 0; i < exec->nr_candidates; i++)
		count_one(policy, exec->candidates[i],
			  &view->rules[exec->candidates[i]].head, denied);
	for (i = 0; i < exec->nr_findings; i++) {
		u32 number = exec->findings[i].correlation;

		if (test_bit(number, exec->fed))
			count_one(policy, view->nr_rules + number,
				  &view->correlations[number].head, denied);
	}
}

static enum pydetect_verdict verdict_of(struct scratch *scratch,
					enum pydetect_mode mode)
{
	/* Nothing may keep the first process from starting again. */
	bool blocking = mode == PYDETECT_MODE_BLOCK && !is_global_init(current);

	samples_take(scratch);
	return pydetect_verdict(scratch->exec, blocking);
}

static int answer(const struct policy *policy, struct scratch *scratch,
		  enum pydetect_mode mode)
{
	enum pydetect_verdict verdict = verdict_of(scratch, mode);
	const struct event event = {
		.policy = policy,
		.scratch = scratch,
		.mode = mode,
		.denied = verdict == PYDETECT_VERDICT_DENY,
	};

	count_rules(policy, scratch->exec, event.denied);
	if (verdict == PYDETECT_VERDICT_ALLOW)
		return 0;
	this_cpu_inc(counters.matched);
	if (event.denied)
		this_cpu_inc(counters.denied);
	event_publish(&event);
	return event.denied ? -EPERM : 0;
}

static int judge(struct policy *policy, struct linux_binprm *bprm,
		 enum pydetect_mode mode)
{
	struct scratch *scratch = scratch_get(&policy->pool);
	int error;

	if (!scratch)
		return allow_unjudged(policy, NULL, mode, -ENOMEM);
	capture_start(&scratch->capture, bprm, policy->generation);
	error = pydetect_judge(scratch->exec, stage_capture, &scratch->capture);
	lineage_note_exec(scratch->exec, &scratch->capture);
	/* Who is being killed will not see the program start. */
	if (error && error != -EINTR)
		error = allow_unjudged(policy, scratch, mode, error);
	else if (!error && scratch->exec->nr_candidates)
		error = answer(policy, scratch, mode);
	capture_end(&scratch->capture);
	scratch_put(&policy->pool, scratch);
	return error;
}

/**
 * decide - judge one pass of a program start
 * @bprm: the program; its arguments are in place
 *
 * Context: the task that called execve(), sleeps.
 * Return: 0 to let it start, -EPERM to deny it, -EINTR if the task is being
 * killed.
 */
int decide(struct linux_binprm *bprm)
{
	enum pydetect_mode mode = decide_mode();
	struct policy *policy;
	int error = 0;

	lineage_begin_exec(bprm);
	if (mode == PYDETECT_MODE_OFF || !compat_is_real_exec(bprm))
		return 0;
	this_cpu_inc(counters.execs);
	if (!policy_loaded())
		return 0;
	policy = policy_get();
	if (policy)
		error = judge(policy, bprm, mode);
	policy_put(policy);
	return error;
}
