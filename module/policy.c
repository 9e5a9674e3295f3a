// SPDX-License-Identifier: GPL-2.0-only
/*
 * The policy in force: verified, swapped in one step, freed after its last
 * user.
 *
 * Whoever judges an exec may sleep on the way, on a file system of somebody's own
 * for ever. So each takes a reference to its policy, and holds on to no other.
 * The references are counted for each CPU as long as the policy is in force: an
 * exec shares no cache line with those on other CPUs.
 */
#include <linux/ktime.h>
#include <linux/llist.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/percpu-refcount.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>

#include "census.h"
#include "core/verdict.h"
#include "overrides.h"
#include "policy.h"
#include "probes.h"

/* Serialises replacements; readers only need their reference. */
static DEFINE_MUTEX(policy_lock);
static struct policy __rcu *policy_in_force;
static u64 last_generation;

/**
 * policy_loaded - is there a policy at all?
 *
 * Return: whether policy_get() is worth while.
 */
bool policy_loaded(void)
{
	return rcu_access_pointer(policy_in_force);
}

/**
 * policy_is_in_force - was a policy not replaced yet?
 * @policy: the policy; the caller uses it
 *
 * Return: whether it is the one that starts are judged by.
 */
bool policy_is_in_force(const struct policy *policy)
{
	return rcu_access_pointer(policy_in_force) == policy;
}

/**
 * policy_get - begin to use the policy in force
 *
 * One that is being replaced may have lost its last user between the two steps;
 * then another one is in force already, or none.
 *
 * Context: does not sleep.
 * Return: the policy, good until policy_put(), or NULL while none is loaded.
 */
struct policy *policy_get(void)
{
	struct policy *policy;

	rcu_read_lock();
	do {
		policy = rcu_dereference(policy_in_force);
	} while (policy && !percpu_ref_tryget(&policy->users));
	rcu_read_unlock();
	return policy;
}

/**
 * policy_put - end the use of a policy
 * @policy: from policy_get(), or NULL
 *
 * Context: does not sleep.
 */
void policy_put(struct policy *policy)
{
	if (policy)
		percpu_ref_put(&policy->users);
}

static void free_policy(struct policy *policy)
{
	percpu_ref_exit(&policy->users);
	scratch_pool_destroy(&policy->pool);
	kvfree(policy->counters);
	kvfree(policy->actions);
	vfree(policy->image);
	kfree(policy);
}

/* Policies without users, until they are freed where one may sleep. */
static LLIST_HEAD(unused_policies);

static void free_unused(struct work_struct *work)
{
	struct policy *policy, *next;

	llist_for_each_entry_safe(policy, next, llist_del_all(&unused_policies),
				  unused)
		free_policy(policy);
}

static DECLARE_WORK(free_work, free_unused);

/*
 * The last user is gone. Nobody is about to become one either: the count cannot
 * get here before those are through that were in policy_get() when the policy
 * was replaced.
 */
static void release_policy(struct percpu_ref *users)
{
	struct policy *policy = container_of(users, struct policy, users);

	llist_add(&policy->unused, &unused_policies);
	schedule_work(&free_work);
}

static int fill_policy(struct policy *policy, void *image, size_t size,
		       struct pydetect_fault *fault)
{
	size_t count;
	int error;

	if (!pydetect_verify(image, size, &policy->view, fault))
		return -EINVAL;
	count = (size_t)policy->view.nr_rules + policy->view.nr_correlations;
	policy->counters = kvcalloc(count, sizeof(*policy->counters),
				    GFP_KERNEL_ACCOUNT);
	policy->actions = kvcalloc(count, sizeof(*policy->actions),
				   GFP_KERNEL_ACCOUNT);
	if (!policy->counters || !policy->actions)
		return -ENOMEM;
	policy->view.actions = policy->actions;
	error = percpu_ref_init(&policy->users, release_policy, 0, GFP_KERNEL);
	if (!error)
		error = scratch_pool_init(&policy->pool, &policy->view);
	if (!error && policy->view.nr_tracked)
		error = probes_place();
	if (error)
		return error;
	policy->loaded_at = ktime_get_real_ns();
	policy->image = image;
	return 0;
}

static void swap_policy(struct policy *policy)
{
	struct policy *old;

	mutex_lock(&policy_lock);
	policy->generation = ++last_generation;
	overrides_apply(&policy->view, policy->actions);
	old = rcu_replace_pointer(policy_in_force, policy,
				  lockdep_is_held(&policy_lock));
	mutex_unlock(&policy_lock);
	if (old)
		percpu_ref_kill(&old->users);
}

/**
 * policy_replace - put an image in force
 * @image: from vmalloc(); nobody else may still be able to write to it. Taken
 *	over on success, still the caller's on failure
 * @size: its size in bytes
 * @is_signed: somebody signed it whose signatures count
 * @fault: says why an image was refused
 *
 * Context: process context, sleeps.
 * Return: 0; -EINVAL where the verifier refused the image, -ENOMEM, or an error
 * of probes_place(). The policy in force changes on success only. The processes
 * that run already are looked at later: census_complete().
 */
int policy_replace(void *image, size_t size, bool is_signed,
		   struct pydetect_fault *fault)
{
	struct policy *policy = kzalloc(sizeof(*policy), GFP_KERNEL_ACCOUNT);
	bool follows;
	int error;

	if (!policy)
		return -ENOMEM;
	error = fill_policy(policy, image, size, fault);
	if (error) {
		free_policy(policy);
		return error;
	}
	policy->is_signed = is_signed;
	follows = policy->view.nr_tracked;
	swap_policy(policy);
	/* From here on the next one may free it. */
	if (follows)
		census_start();
	return 0;
}

/*
 * Look a rule or correlation up by its id, from a number on. Returns its number,
 * or how many there are.
 */
static u32 find_rule(const struct pydetect_view *view, const char *id,
		     u32 number)
{
	const u32 count = view->nr_rules + view->nr_correlations;

	for (; number < count; number++) {
		u32 offset = pydetect_head(view, number)->id;

		if (!strcmp(pydetect_string(view, offset), id))
			break;
	}
	return number;
}

static const char *rule_refusal(const struct policy *policy, const char *id,
				int *error)
{
	const struct pydetect_view *view;
	u32 number;

	*error = -ESRCH;
	if (!policy)
		return "no policy is loaded";
	view = &policy->view;
	number = find_rule(view, id, 0);
	if (number == view->nr_rules + view->nr_correlations)
		return "the policy in force has no rule or correlation with this id";
	*error = -EOPNOTSUPP;
	if (pydetect_is_silent(pydetect_head(view, number)))
		return "it only feeds correlations and never denies by itself: set the correlation";
	*error = 0;
	return NULL;
}

/* An image may have an id twice; they are one to whoever sets it. */
static void set_actions(struct policy *policy, const char *id,
			enum pydetect_override action)
{
	const struct pydetect_view *view = &policy->view;
	const u32 count = view->nr_rules + view->nr_correlations;
	u32 number;

	for (number = find_rule(view, id, 0); number < count;
	     number = find_rule(view, id, number + 1))
		WRITE_ONCE(policy->actions[number],
			   action == PYDETECT_OVERRIDE_NONE ?
				   pydetect_head(view, number)->action :
				   (u32)action | PYDETECT_ACTION_SET);
}

static int set_rule(struct policy *policy, const char *id,
		    enum pydetect_override action, const char **reason)
{
	int error;

	lockdep_assert_held(&policy_lock);
	*reason = rule_refusal(policy, id, &error);
	if (error)
		return error;
	error = overrides_set(id, action);
	if (!error)
		set_actions(policy, id, action);
	else if (error == -ENOSPC)
		*reason = "too many rules are set already: take some back first";
	return error;
}

/**
 * policy_set_rule - have a rule or correlation do something else
 * @id: its id
 * @action: what it does, also in policies that come later and have it
 * @reason: set to a constant, or to NULL
 *
 * Context: process context, sleeps.
 * Return: 0; -ESRCH where the policy in force does not have it, -EOPNOTSUPP
 * where it never denies, -ENOSPC where too many are set, or -ENOMEM. On errors
 * nothing has changed.
 */
int policy_set_rule(const char *id, enum pydetect_override action,
		    const char **reason)
{
	int error;

	mutex_lock(&policy_lock);
	error = set_rule(rcu_dereference_protected(policy_in_force,
						   lockdep_is_held(&policy_lock)),
			 id, action, reason);
	mutex_unlock(&policy_lock);
	return error;
}

/*
 * Until all policies are freed that are neither in force nor used: their counts
 * leave the CPUs in a callback of RCU.
 */
static void wait_for_unused(void)
{
	rcu_barrier();
	flush_work(&free_work);
}

/**
 * policy_destroy - free the last policy and wait for those on their way out
 *
 * Context: process context, sleeps. There are no users any more.
 */
void policy_destroy(void)
{
	struct policy *policy = rcu_dereference_protected(policy_in_force, true);

	RCU_INIT_POINTER(policy_in_force, NULL);
	if (policy)
		percpu_ref_kill(&policy->users);
	wait_for_unused();
	overrides_destroy();
}
