/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_CORE_VERDICT_H
#define PYDETECT_CORE_VERDICT_H

#include "exec.h"

/**
 * enum pydetect_verdict - what becomes of a program start
 * @PYDETECT_VERDICT_ALLOW: no rule matched
 * @PYDETECT_VERDICT_REPORT: a rule matched; the program starts
 * @PYDETECT_VERDICT_DENY: a rule that blocks matched; execve() fails, EPERM
 */
enum pydetect_verdict {
	PYDETECT_VERDICT_ALLOW,
	PYDETECT_VERDICT_REPORT,
	PYDETECT_VERDICT_DENY,
};

/**
 * typedef pydetect_capture_t - captures the fields of one stage
 * @exec: where to: numbers and presence, and hits through pydetect_walk()
 * @stage: which
 * @context: the caller's
 *
 * Return: 0, or an error, which ends the judging and is handed on.
 */
typedef int (*pydetect_capture_t)(struct pydetect_exec *exec,
				  enum pydetect_stage stage, void *context);

/** pydetect_is_silent - does a rule or correlation only feed others? */
static inline bool pydetect_is_silent(const struct pydetect_image_head *head)
{
	return head->flags & PYDETECT_HEAD_SILENT;
}

/**
 * pydetect_may_deny - may it deny a program start in mode block?
 * @view: the policy
 * @number: of the rule; those of correlations follow
 *
 * Return: whether it may.
 */
static inline bool pydetect_may_deny(const struct pydetect_view *view,
				     u32 number)
{
	return pydetect_action(view, number) == PYDETECT_ACTION_BLOCK &&
	       !pydetect_is_silent(pydetect_head(view, number));
}

int __must_check pydetect_judge(struct pydetect_exec *exec,
				pydetect_capture_t capture, void *context);
enum pydetect_verdict pydetect_verdict(const struct pydetect_exec *exec,
				       bool blocking);

#endif /* PYDETECT_CORE_VERDICT_H */
