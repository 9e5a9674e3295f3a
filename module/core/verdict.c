// SPDX-License-Identifier: GPL-2.0-only
/*
 * From one program start to a verdict: the order in which things happen.
 */
#include "condition.h"
#include "verdict.h"

/*
 * Keep the candidates whose program for the stage just captured holds. What they
 * ask for is what is still to be walked.
 */
static void drop_candidates(struct pydetect_exec *exec,
			    enum pydetect_stage stage)
{
	const struct pydetect_image_rule *rules = exec->view->rules;
	u32 wanted = exec->view->late_fields;
	u32 i, kept = 0;

	for (i = 0; i < exec->nr_candidates; i++) {
		u32 rule = exec->candidates[i];

		if (!pydetect_program_holds(exec, rules[rule].programs[stage]))
			continue;
		exec->candidates[kept++] = rule;
		wanted |= rules[rule].fields;
	}
	exec->nr_candidates = kept;
	exec->wanted = wanted;
}

/*
 * Rules were triggered in the order of their hits; list those that matched in
 * the order of the policy. The map of seen rules has done its work and serves
 * to sort them.
 */
static void sort_matches(struct pydetect_exec *exec)
{
	const u32 words = BITS_TO_LONGS(exec->view->nr_rules);
	u32 i, word, sorted = 0;

	if (exec->nr_candidates < 2)
		return;
	memset(exec->seen, 0, words * sizeof(unsigned long));
	for (i = 0; i < exec->nr_candidates; i++)
		__set_bit(exec->candidates[i], exec->seen);
	for (word = 0; word < words; word++)
		for (i = 0; exec->seen[word] >> i; i++) {
			if (exec->seen[word] >> i & 1)
				exec->candidates[sorted++] =
					word * BITS_PER_LONG + i;
			if (i == BITS_PER_LONG - 1)
				break;
		}
}

/* Does anything still depend on this stage, or on one after it? */
static bool stage_matters(const struct pydetect_exec *exec, u32 stage)
{
	return exec->nr_candidates || stage <= exec->view->late_stage;
}

/* The first stage has the numbers, which cost nothing. */
static bool wants_stage(const struct pydetect_exec *exec, u32 stage)
{
	return stage == PYDETECT_STAGE_FILE ||
	       exec->wanted & exec->view->stage_fields[stage];
}

/**
 * pydetect_judge - find the rules that match a program start
 * @exec: fresh or reset; afterwards its candidates are the rules that matched,
 *	in ascending order
 * @capture: called for each stage that can still make a difference
 * @context: for @capture
 *
 * May sleep if @capture does.
 *
 * Return: 0, or the first error of @capture; then nothing is decided.
 */
int pydetect_judge(struct pydetect_exec *exec, pydetect_capture_t capture,
		   void *context)
{
	u32 stage;

	pydetect_exec_trigger(exec, exec->view->header->always);
	for (stage = 0; stage < PYDETECT_STAGE_COUNT; stage++) {
		int error = 0;

		if (!stage_matters(exec, stage))
			return 0;
		if (wants_stage(exec, stage))
			error = capture(exec, stage, context);
		if (error)
			return error;
		drop_candidates(exec, stage);
	}
	sort_matches(exec);
	return 0;
}

/* A correlation denies every start that it holds at, alert or not. */
static bool is_denied(const struct pydetect_exec *exec)
{
	const struct pydetect_view *view = exec->view;
	u32 i;

	for (i = 0; i < exec->nr_candidates; i++)
		if (pydetect_may_deny(view, exec->candidates[i]))
			return true;
	for (i = 0; i < exec->nr_findings; i++) {
		u32 number = exec->findings[i].correlation;

		if (test_bit(number, exec->fed) &&
		    pydetect_may_deny(view, view->nr_rules + number))
			return true;
	}
	return false;
}

static bool is_reported(const struct pydetect_exec *exec)
{
	u32 i;

	for (i = 0; i < exec->nr_candidates; i++)
		if (!pydetect_is_silent(&exec->view->rules[exec->candidates[i]].head))
			return true;
	for (i = 0; i < exec->nr_findings; i++)
		if (exec->findings[i].alert)
			return true;
	return false;
}

/**
 * pydetect_verdict - what becomes of a program start that was judged
 * @exec: the exec, after pydetect_judge() and pydetect_correlate()
 * @blocking: may it be denied? False in report mode and for exempt processes
 *
 * Return: the verdict.
 */
enum pydetect_verdict pydetect_verdict(const struct pydetect_exec *exec,
				       bool blocking)
{
	if (!exec->nr_candidates)
		return PYDETECT_VERDICT_ALLOW;
	if (blocking && is_denied(exec))
		return PYDETECT_VERDICT_DENY;
	return is_reported(exec) ? PYDETECT_VERDICT_REPORT :
				   PYDETECT_VERDICT_ALLOW;
}
