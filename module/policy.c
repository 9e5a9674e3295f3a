// SPDX-License-Identifier: GPL-2.0-only
/*
 * The policy in force: verified, swapped in one step, freed after its last
 * user.
 *
 * Whoever judges an exec may sleep on the way, so readers are in a section of
 * sleepable RCU. Replacing a policy does not wait for them: an exec that hangs
 * keeps the policy it began with, and nobody else has to wait for it.
 */
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/srcu.h>
#include <linux/timekeeping.h>
#include <linux/vmalloc.h>

#include "census.h"
#include "policy.h"
#include "probes.h"

DEFINE_STATIC_SRCU(policy_readers);

/* Serialises replacements; readers only need the section. */
static DEFINE_MUTEX(policy_lock);
static struct policy __rcu *policy_in_force;
static u64 last_generation;

/**
 * policy_loaded - is there a policy at all?
 *
 * Return: whether policy_enter() is worth while.
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
 * policy_enter - begin to use the policy in force
 * @section: set; for policy_exit(), which has to follow in any case
 *
 * Return: the policy, good until policy_exit(), or NULL while none is loaded.
 */
struct policy *policy_enter(int *section) __acquires(policy)
{
	*section = srcu_read_lock(&policy_readers);
	return srcu_dereference(policy_in_force, &policy_readers);
}

/**
 * policy_exit - end the use of a policy
 * @section: from policy_enter()
 */
void policy_exit(int section) __releases(policy)
{
	srcu_read_unlock(&policy_readers, section);
}

static void free_policy(struct policy *policy)
{
	scratch_pool_destroy(&policy->pool);
	kvfree(policy->counters);
	vfree(policy->image);
	kfree(policy);
}

/* Runs without sleeping; vfree() puts its work off where it has to. */
static void free_policy_rcu(struct rcu_head *rcu)
{
	free_policy(container_of(rcu, struct policy, rcu));
}

static int fill_policy(struct policy *policy, void *image, size_t size,
		       struct pydetect_fault *fault)
{
	int error;

	if (!pydetect_verify(image, size, &policy->view, fault))
		return -EINVAL;
	policy->counters = kvcalloc((size_t)policy->view.nr_rules +
					    policy->view.nr_correlations,
				    sizeof(*policy->counters),
				    GFP_KERNEL_ACCOUNT);
	if (!policy->counters)
		return -ENOMEM;
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
	old = rcu_replace_pointer(policy_in_force, policy,
				  lockdep_is_held(&policy_lock));
	mutex_unlock(&policy_lock);
	if (old)
		call_srcu(&policy_readers, &old->rcu, free_policy_rcu);
}

/**
 * policy_replace - put an image in force
 * @image: from vmalloc(); nobody else may still be able to write to it. Taken
 *	over on success, still the caller's on failure
 * @size: its size in bytes
 * @fault: says why an image was refused
 *
 * Context: process context, sleeps.
 * Return: 0; -EINVAL where the verifier refused the image, -ENOMEM, or an error
 * of probes_place(). The policy in force changes on success only. The processes
 * that run already are looked at later: census_complete().
 */
int policy_replace(void *image, size_t size, struct pydetect_fault *fault)
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
	follows = policy->view.nr_tracked;
	swap_policy(policy);
	/* From here on the next one may free it. */
	if (follows)
		census_start();
	return 0;
}

/**
 * policy_destroy - free the last policy and wait for those on their way out
 *
 * Context: process context, sleeps. There are no readers any more.
 */
void policy_destroy(void)
{
	struct policy *policy = rcu_dereference_protected(policy_in_force, true);

	RCU_INIT_POINTER(policy_in_force, NULL);
	srcu_barrier(&policy_readers);
	if (policy)
		free_policy(policy);
}
