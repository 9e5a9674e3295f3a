// SPDX-License-Identifier: GPL-2.0-only
/*
 * One program start: from the hook to the answer.
 */
#include <linux/binfmts.h>
#include <linux/percpu.h>

#include "compat.h"
#include "core/verdict.h"
#include "decide.h"
#include "event.h"
#include "exempt.h"
#include "mode.h"
#include "policy.h"
#include "samples.h"
#include "stage.h"
#include "track.h"

static DEFINE_PER_CPU(struct decide_counters, counters);

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

/*
 * Mode block would deny this start. Does it? Not where the start is exempt; and
 * mode block may have ended, or ends because of this.
 */
static bool settle_denial(struct event *event, const struct linux_binprm *bprm)
{
	event->exempt = exempt(bprm);
	event->denied = !event->exempt && mode_deny();
	if (event->denied)
		this_cpu_inc(counters.denied);
	else if (!event->exempt)
		event->mode = mode_now();
	return event->denied;
}

/* What cannot be judged starts or not, as is set, and is reported. */
static int answer_unjudged(const struct policy *policy,
			   struct scratch *scratch,
			   const struct linux_binprm *bprm,
			   enum pydetect_mode mode, int error)
{
	struct event event = {
		.policy = policy,
		.scratch = scratch,
		.mode = mode,
		.error = -error,
	};

	this_cpu_inc(counters.errors);
	if (mode == PYDETECT_MODE_BLOCK && mode_denies_errors())
		settle_denial(&event, bprm);
	event_publish(&event);
	return event.denied ? -EPERM : 0;
}

static void count_one(const struct policy *policy, u32 number, bool denied)
{
	atomic64_inc(&policy->counters[number].matched);
	if (denied && pydetect_may_deny(&policy->view, number))
		atomic64_inc(&policy->counters[number].denied);
}

/* Correlations follow the rules. */
static void count_rules(const struct policy *policy,
			const struct pydetect_exec *exec, bool denied)
{
	u32 i;

	for (i = 0; i < exec->nr_candidates; i++)
		count_one(policy, exec->candidates[i], denied);
	for (i = 0; i < exec->nr_findings; i++) {
		u32 number = exec->findings[i].correlation;

		if (test_bit(number, exec->fed))
			count_one(policy, policy->view.nr_rules + number,
				  denied);
	}
}

static enum pydetect_verdict verdict_of(struct event *event,
					const struct linux_binprm *bprm)
{
	const struct pydetect_exec *exec = event->scratch->exec;
	enum pydetect_verdict verdict;

	samples_take(event->scratch);
	verdict = pydetect_verdict(exec, event->mode == PYDETECT_MODE_BLOCK);
	if (verdict == PYDETECT_VERDICT_DENY && !settle_denial(event, bprm))
		verdict = pydetect_verdict(exec, false);
	return verdict;
}

static int answer(const struct policy *policy, struct scratch *scratch,
		  const struct linux_binprm *bprm, enum pydetect_mode mode)
{
	struct event event = {
		.policy = policy,
		.scratch = scratch,
		.mode = mode,
	};
	enum pydetect_verdict verdict = verdict_of(&event, bprm);

	count_rules(policy, scratch->exec, event.denied);
	if (verdict == PYDETECT_VERDICT_ALLOW)
		return 0;
	this_cpu_inc(counters.matched);
	event_publish(&event);
	return event.denied ? -EPERM : 0;
}

static int judge(struct policy *policy, struct linux_binprm *bprm,
		 enum pydetect_mode mode)
{
	struct scratch *scratch = scratch_get(&policy->pool);
	int error;

	if (!scratch)
		return answer_unjudged(policy, NULL, bprm, mode, -ENOMEM);
	capture_start(&scratch->capture, bprm, policy->generation);
	error = pydetect_judge(scratch->exec, stage_capture, &scratch->capture);
	lineage_note_exec(scratch->exec, &scratch->capture);
	/* Who is being killed will not see the program start. */
	if (error && error != -EINTR)
		error = answer_unjudged(policy, scratch, bprm, mode, error);
	else if (!error && scratch->exec->nr_candidates)
		error = answer(policy, scratch, bprm, mode);
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
	enum pydetect_mode mode = mode_now();
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
