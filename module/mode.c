// SPDX-License-Identifier: GPL-2.0-only
/*
 * The mode: who changes it, until when it holds, and what ends it early.
 *
 * The kernel keeps the clock, so that mode block ends in time whatever became of
 * who asked for it. It is the clock that goes on while the machine sleeps. A
 * timer only wakes a worker: what is due is due for whoever takes the lock first,
 * and no start is denied after its time.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/hrtimer.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/sysfs.h>
#include <linux/timekeeping.h>
#include <linux/workqueue.h>

#include "compat.h"
#include "denials.h"
#include "mode.h"

/**
 * struct mode_state - the mode and what ends it
 * @mode: the mode
 * @highest: the highest that a command may set
 * @reason: why it last changed
 * @since: when, ns since 1970
 * @confirm_by: when it ends unless confirmed, ns since boot; 0: never
 * @ends: when it ends all the same, ns since boot; 0: never
 * @denials: counts denials where there is a limit to them, otherwise NULL
 *
 * Functions that are handed one neither lock nor look at a clock.
 */
struct mode_state {
	enum pydetect_mode mode;
	enum pydetect_mode highest;
	enum pydetect_reason reason;
	u64 since;
	u64 confirm_by;
	u64 ends;
	struct denials *denials;
};

/**
 * struct mode_note - a change that the kernel log is yet to be told of
 * @changed: is there any?
 * @from: the mode before
 * @to: the mode after
 * @reason: why
 */
struct mode_note {
	bool changed;
	enum pydetect_mode from;
	enum pydetect_mode to;
	enum pydetect_reason reason;
};

/* What starts are judged by: a copy of that in the state. */
enum pydetect_mode mode_in_force = PYDETECT_MODE_REPORT;

static enum pydetect_on_error on_error_in_force;

/* Protects the state, and the timer that belongs to it. */
static DEFINE_SPINLOCK(mode_lock);
static struct mode_state mode_state = {
	.mode = PYDETECT_MODE_REPORT,
	.highest = PYDETECT_MODE_BLOCK,
};

static struct hrtimer mode_timer;

static const char *const mode_names[] = {
	[PYDETECT_MODE_OFF] = "off",
	[PYDETECT_MODE_REPORT] = "report",
	[PYDETECT_MODE_BLOCK] = "block",
};

static const char *const reason_names[] = {
	[PYDETECT_REASON_START] = "the module was loaded",
	[PYDETECT_REASON_COMMAND] = "command",
	[PYDETECT_REASON_UNCONFIRMED] = "it was not confirmed in time",
	[PYDETECT_REASON_TIME_OVER] = "its time is over",
	[PYDETECT_REASON_TOO_MANY] = "too many starts were denied",
};

static const char *const on_error_names[] = {
	[PYDETECT_ON_ERROR_ALLOW] = "allow",
	[PYDETECT_ON_ERROR_DENY] = "deny",
};

static void change_mode(struct mode_state *state, enum pydetect_mode mode,
			enum pydetect_reason reason, u64 now_real)
{
	state->mode = mode;
	state->reason = reason;
	state->since = now_real;
	state->confirm_by = 0;
	state->ends = 0;
}

/* The earlier of the two times, 0 where there is none. */
static u64 next_deadline(const struct mode_state *state)
{
	if (!state->confirm_by || !state->ends)
		return state->confirm_by | state->ends;
	return min(state->confirm_by, state->ends);
}

/* End what is due. Returns whether the mode changed. */
static bool expire_mode(struct mode_state *state, u64 now, u64 now_real)
{
	const u64 deadline = next_deadline(state);

	if (!deadline || now < deadline)
		return false;
	change_mode(state, PYDETECT_MODE_REPORT,
		    deadline == state->confirm_by ?
			    PYDETECT_REASON_UNCONFIRMED :
			    PYDETECT_REASON_TIME_OVER,
		    now_real);
	return true;
}

/* A command sets the mode, and counting starts afresh. */
static void command_mode(struct mode_state *state,
			 const struct mode_request *request, u64 now,
			 u64 now_real)
{
	change_mode(state, request->mode, PYDETECT_REASON_COMMAND, now_real);
	denials_forget(state->denials);
	if (request->confirm_within)
		state->confirm_by = now + (u64)request->confirm_within * NSEC_PER_SEC;
	if (request->lasts)
		state->ends = now + (u64)request->lasts * NSEC_PER_SEC;
}

/* May a start be denied? If it would be one too many, mode block ends. */
static bool take_denial(struct mode_state *state, u64 now, u64 now_real)
{
	if (state->mode != PYDETECT_MODE_BLOCK)
		return false;
	if (denials_add(state->denials, now))
		return true;
	change_mode(state, PYDETECT_MODE_REPORT, PYDETECT_REASON_TOO_MANY,
		    now_real);
	return false;
}

/* What a command may not ask for, or NULL. */
static const char *refusal(const struct mode_request *request)
{
	if (!request->confirm_within && !request->lasts)
		return NULL;
	if (!request->set_mode || request->mode != PYDETECT_MODE_BLOCK)
		return "only mode block can be limited in time: name it in the same command";
	return NULL;
}

/* Why the mode may not be set, or NULL. */
static const char *forbidden(const struct mode_state *state,
			     const struct mode_request *request)
{
	if (!request->set_mode || request->mode <= state->highest)
		return NULL;
	if (state->highest == PYDETECT_MODE_OFF)
		return "the module was loaded with mode=off, which wins; load it without";
	return "the module was loaded with mode=report, which wins; load it without";
}

static struct mode_note note_before(const struct mode_state *state)
{
	return (struct mode_note){ .from = state->mode };
}

/*
 * Let everybody see the state, and wake up in time for what is due next. The
 * time is absolute: starting the timer again does no harm.
 */
static void settle_mode(struct mode_note *note)
{
	const u64 deadline = next_deadline(&mode_state);

	lockdep_assert_held(&mode_lock);
	note->to = mode_state.mode;
	note->reason = mode_state.reason;
	WRITE_ONCE(mode_in_force, mode_state.mode);
	if (deadline)
		hrtimer_start(&mode_timer, ns_to_ktime(deadline),
			      HRTIMER_MODE_ABS);
	else
		hrtimer_try_to_cancel(&mode_timer);
}

/* Not under the lock: consoles are slow. */
static void tell_mode(const struct mode_note *note)
{
	if (!note->changed)
		return;
	if (note->reason == PYDETECT_REASON_COMMAND)
		pr_info_ratelimited("mode %s, was %s: command of process %d\n",
				    mode_names[note->to],
				    mode_names[note->from],
				    task_tgid_nr(current));
	else
		pr_warn_ratelimited("mode %s, was %s: %s\n",
				    mode_names[note->to],
				    mode_names[note->from],
				    reason_names[note->reason]);
}

/* Look at the clock. Called first wherever the lock was taken. */
static u64 catch_up(struct mode_note *note)
{
	const u64 now = ktime_get_boottime_ns();

	lockdep_assert_held(&mode_lock);
	*note = note_before(&mode_state);
	if (expire_mode(&mode_state, now, ktime_get_real_ns())) {
		note->changed = true;
		settle_mode(note);
	}
	return now;
}

static void mode_work_function(struct work_struct *work)
{
	struct mode_note note;

	spin_lock(&mode_lock);
	catch_up(&note);
	settle_mode(&note);
	spin_unlock(&mode_lock);
	tell_mode(&note);
}

static DECLARE_WORK(mode_work, mode_work_function);

static enum hrtimer_restart mode_timer_function(struct hrtimer *timer)
{
	schedule_work(&mode_work);
	return HRTIMER_NORESTART;
}

/* Returns the counter that is not used any more. */
static struct denials *apply_request(const struct mode_request *request,
				     struct denials *denials, u64 now,
				     struct mode_note *note)
{
	struct denials *old = NULL;

	lockdep_assert_held(&mode_lock);
	if (request->set_limit) {
		old = mode_state.denials;
		mode_state.denials = denials;
	}
	if (request->set_on_error)
		WRITE_ONCE(on_error_in_force, request->on_error);
	if (!request->set_mode)
		return old;
	command_mode(&mode_state, request, now, ktime_get_real_ns());
	note->changed = true;
	settle_mode(note);
	return old;
}

static int try_request(const struct mode_request *request,
		       struct denials *denials, const char **reason)
{
	struct mode_note expired, note;
	struct denials *unused = denials;
	u64 now;

	spin_lock(&mode_lock);
	now = catch_up(&expired);
	*reason = forbidden(&mode_state, request);
	note = note_before(&mode_state);
	if (!*reason)
		unused = apply_request(request, denials, now, &note);
	spin_unlock(&mode_lock);
	tell_mode(&expired);
	tell_mode(&note);
	denials_destroy(unused);
	return *reason ? -EPERM : 0;
}

/**
 * mode_request - change the mode, and what belongs to it
 * @request: what to change; what it does not name stays as it is
 * @reason: set to a constant on error, or to NULL
 *
 * Context: process context, sleeps.
 * Return: 0; -EINVAL where the request makes no sense, -EPERM where the
 * parameter of the module does not allow that mode, -ENOMEM. On errors nothing
 * has changed.
 */
int mode_request(const struct mode_request *request, const char **reason)
{
	struct denials *denials = NULL;

	*reason = refusal(request);
	if (*reason)
		return -EINVAL;
	if (request->set_limit && request->limit) {
		denials = denials_create(request->limit);
		if (!denials)
			return -ENOMEM;
	}
	return try_request(request, denials, reason);
}

static const char *not_waiting(const struct mode_state *state)
{
	if (state->confirm_by)
		return NULL;
	if (state->mode == PYDETECT_MODE_BLOCK)
		return "mode block does not wait to be confirmed";
	return state->reason == PYDETECT_REASON_UNCONFIRMED ?
		       "too late: mode block ended because it was not confirmed in time" :
		       "mode block is not on";
}

/**
 * mode_confirm - mode block is to stay
 * @reason: set to a constant on error
 *
 * Where it was also limited in time it still ends then.
 *
 * Context: process context.
 * Return: 0, or -ENODATA where nothing waits to be confirmed.
 */
int mode_confirm(const char **reason)
{
	struct mode_note expired, note;

	spin_lock(&mode_lock);
	catch_up(&expired);
	*reason = not_waiting(&mode_state);
	mode_state.confirm_by = 0;
	note = note_before(&mode_state);
	settle_mode(&note);
	spin_unlock(&mode_lock);
	tell_mode(&expired);
	if (*reason)
		return -ENODATA;
	pr_info_ratelimited("mode block is confirmed by process %d\n",
			    task_tgid_nr(current));
	return 0;
}

/**
 * mode_deny - ask whether a start may be denied after all, and count it
 *
 * The start was judged in mode block, which may have ended since; or so many
 * were denied within a minute that it ends with this call. Who gets true has to
 * deny.
 *
 * Context: process context.
 * Return: whether it is to be denied.
 */
bool mode_deny(void)
{
	struct mode_note expired, note;
	bool denied;
	u64 now;

	spin_lock(&mode_lock);
	now = catch_up(&expired);
	note = note_before(&mode_state);
	denied = take_denial(&mode_state, now, ktime_get_real_ns());
	note.changed = mode_state.mode != note.from;
	if (note.changed)
		settle_mode(&note);
	spin_unlock(&mode_lock);
	tell_mode(&expired);
	tell_mode(&note);
	return denied;
}

/**
 * mode_denies_errors - what becomes of a start that cannot be judged?
 *
 * Return: whether it is to be denied in mode block.
 */
bool mode_denies_errors(void)
{
	return READ_ONCE(on_error_in_force) == PYDETECT_ON_ERROR_DENY;
}

/**
 * mode_status - describe the mode and what belongs to it
 * @status: filled in
 *
 * Context: process context.
 */
void mode_status(struct mode_status *status)
{
	const struct mode_state *state = &mode_state;
	struct mode_note expired;
	u64 now;

	spin_lock(&mode_lock);
	now = catch_up(&expired);
	*status = (struct mode_status){
		.mode = state->mode,
		.highest = state->highest,
		.reason = state->reason,
		.since = state->since,
		.unconfirmed = state->confirm_by,
		.limited = state->ends,
		.confirm_left = state->confirm_by ? state->confirm_by - now : 0,
		.left = state->ends ? state->ends - now : 0,
		.limit = state->denials ? state->denials->limit : 0,
		.recent = denials_recent(state->denials, now),
		.on_error = READ_ONCE(on_error_in_force),
	};
	spin_unlock(&mode_lock);
	tell_mode(&expired);
}

/**
 * mode_init - start in mode report, or in the one that a parameter allows
 */
void __init mode_init(void)
{
	compat_hrtimer_setup(&mode_timer, mode_timer_function, CLOCK_BOOTTIME,
			     HRTIMER_MODE_ABS);
	mode_state.since = ktime_get_real_ns();
	mode_state.mode = min(mode_state.mode, mode_state.highest);
	WRITE_ONCE(mode_in_force, mode_state.mode);
	if (mode_state.highest < PYDETECT_MODE_BLOCK)
		pr_info("mode %s, and none above it: the parameter of the module says so\n",
			mode_names[mode_state.highest]);
}

/**
 * mode_stop - the timer and its worker are done
 *
 * Context: process context, sleeps. No start is judged and no command runs any
 * more.
 */
void mode_stop(void)
{
	spin_lock(&mode_lock);
	mode_state.confirm_by = 0;
	mode_state.ends = 0;
	spin_unlock(&mode_lock);
	/* From here on nobody starts the timer. */
	hrtimer_cancel(&mode_timer);
	cancel_work_sync(&mode_work);
	denials_destroy(mode_state.denials);
	mode_state.denials = NULL;
}

/*
 * Modules are loaded with what configuration files say and, behind it, with what
 * the kernel's command line says. The lowest counts, so neither raises what the
 * other one lowered.
 */
static int set_highest(const char *text, const struct kernel_param *parameter)
{
	int mode = sysfs_match_string(mode_names, text);

	if (mode != PYDETECT_MODE_OFF && mode != PYDETECT_MODE_REPORT) {
		pr_err("mode=%s: it can be off or report; pydetectctl sets it otherwise\n",
		       text);
		return -EINVAL;
	}
	mode_state.highest = min_t(enum pydetect_mode, mode_state.highest, mode);
	return 0;
}

static int get_highest(char *buffer, const struct kernel_param *parameter)
{
	return sysfs_emit(buffer, "%s\n", mode_names[mode_state.highest]);
}

static const struct kernel_param_ops highest_ops = {
	.set = set_highest,
	.get = get_highest,
};

module_param_cb(mode, &highest_ops, NULL, 0444);
MODULE_PARM_DESC(mode, "highest mode that can be set: off or report (default: block); wins over any command");

static int set_on_error(const char *text, const struct kernel_param *parameter)
{
	int action = sysfs_match_string(on_error_names, text);

	if (action < 0) {
		pr_err("on_error=%s: it can be allow or deny\n", text);
		return -EINVAL;
	}
	WRITE_ONCE(on_error_in_force, action);
	return 0;
}

static int get_on_error(char *buffer, const struct kernel_param *parameter)
{
	return sysfs_emit(buffer, "%s\n",
			  on_error_names[READ_ONCE(on_error_in_force)]);
}

static const struct kernel_param_ops on_error_ops = {
	.set = set_on_error,
	.get = get_on_error,
};

module_param_cb(on_error, &on_error_ops, NULL, 0444);
MODULE_PARM_DESC(on_error, "what becomes in mode block of starts that cannot be judged: allow (default) or deny");
