// SPDX-License-Identifier: GPL-2.0-only
/*
 * The lock: from here until the next boot the module stays, no mode is lowered,
 * and a policy is replaced by a newer one with a good signature, if at all.
 *
 * There is no way back, so there is no code for one.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cred.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/rculist.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/uidgid.h>

#include "lock.h"
#include "overrides.h"
#include "policy.h"

/*
 * Protects what follows, and makes a look at a policy and its being put in
 * force one step. Taken before the policy's own lock.
 */
static DEFINE_MUTEX(lock_mutex);
static enum pydetect_lock lock_in_force;

/*
 * Of all policies that came with a good signature, before the lock as well. What
 * an unsigned one says of itself counts for nothing.
 */
static u64 highest_serial;

/* Who asks is the task that sent the command. Its name is its own choice. */
static void log_refusal(const char *reason)
{
	char name[TASK_COMM_LEN];

	get_task_comm(name, current);
	pr_warn_ratelimited("refused: %s (asked by process %d, %*pE, of user %u)\n",
			    reason, task_tgid_nr(current), (int)strlen(name),
			    name, from_kuid(&init_user_ns, current_uid()));
}

/**
 * lock_state - how far is the module locked?
 *
 * Return: how far. It never becomes less.
 */
enum pydetect_lock lock_state(void)
{
	return READ_ONCE(lock_in_force);
}

/**
 * lock_is_set - is the module locked at all?
 *
 * Return: whether nothing may lower what the module does any more.
 */
bool lock_is_set(void)
{
	return lock_state() != PYDETECT_LOCK_OPEN;
}

/**
 * lock_highest_serial - the version that a signed policy has to exceed
 *
 * Return: the highest version of a signed policy so far, 0: there was none.
 */
u64 lock_highest_serial(void)
{
	return READ_ONCE(highest_serial);
}

#if defined(MODULE) && IS_ENABLED(CONFIG_MODULE_UNLOAD)
/*
 * A reference makes delete_module() fail, but not with O_TRUNC, which "rmmod -f"
 * asks for. A module that is used by another one is not removed even then. So
 * this one is used by itself, as /proc/modules will tell. Nobody else can: it
 * exports nothing, so its list of users has no other writer.
 */
static struct module_use own_use = {
	.source = THIS_MODULE,
	.target = THIS_MODULE,
};

static int stay_loaded(const char **reason)
{
	if (!try_module_get(THIS_MODULE)) {
		*reason = "the module is being unloaded";
		return -EBUSY;
	}
	/* Readers hold a mutex of the kernel's that is out of our reach. */
	list_add_rcu(&own_use.source_list, &THIS_MODULE->source_list);
	return 0;
}
#else
static int stay_loaded(const char **reason)
{
	return 0;
}
#endif

static bool ends_by_itself(void)
{
	struct mode_status status;

	mode_status(&status);
	return status.unconfirmed || status.limited || status.limit;
}

static int raise_lock(enum pydetect_lock wanted, const char **reason)
{
	int error = 0;

	lockdep_assert_held(&lock_mutex);
	if (wanted <= lock_in_force)
		return 0;
	if (ends_by_itself()) {
		*reason = "mode block may end by itself: set it without time and limit first";
		return -EBUSY;
	}
	if (overrides_count()) {
		*reason = "rules were set by hand: set them to default first";
		return -EBUSY;
	}
	if (wanted == PYDETECT_LOCK_SIGNED && !signature_possible()) {
		*reason = "no certificate is built in, so no policy could follow: freeze it then";
		return -ENOKEY;
	}
	if (wanted == PYDETECT_LOCK_FROZEN && !policy_loaded()) {
		*reason = "there is no policy that could be frozen";
		return -ENODATA;
	}
	if (lock_in_force == PYDETECT_LOCK_OPEN)
		error = stay_loaded(reason);
	if (!error)
		WRITE_ONCE(lock_in_force, wanted);
	return error;
}

/**
 * lock_set - lock the module until the next boot
 * @wanted: how far; where it is locked that far already nothing happens
 * @reason: set to a constant on error
 *
 * Context: process context, sleeps.
 * Return: 0; -ENOKEY where only signed policies were to be taken, but none could
 * be; -ENODATA where there is no policy to be frozen; -EBUSY where the mode could
 * still be lowered by time or by denials, where rules are set to something else
 * than their files say, or while the module is being unloaded.
 */
int lock_set(enum pydetect_lock wanted, const char **reason)
{
	int error;

	mutex_lock(&lock_mutex);
	error = raise_lock(wanted, reason);
	mutex_unlock(&lock_mutex);
	if (!error)
		pr_notice("locked until the next boot: %s\n",
			  lock_state() == PYDETECT_LOCK_FROZEN ?
				  "the policy is never replaced" :
				  "only newer signed policies replace this one");
	return error;
}

static int refuse_lowering(const char **reason, const char *what)
{
	*reason = what;
	log_refusal(what);
	return -EPERM;
}

/**
 * lock_permits_mode - may the mode, and what belongs to it, be changed?
 * @wanted: to what
 * @reason: set to a constant on error
 *
 * Context: nobody else changes the mode or the lock meanwhile.
 * Return: 0, or -EPERM where something would be lowered under a lock, now or
 * later.
 */
int lock_permits_mode(const struct mode_request *wanted, const char **reason)
{
	struct mode_status now;

	if (!lock_is_set())
		return 0;
	mode_status(&now);
	if (wanted->set_mode && wanted->mode < now.mode)
		return refuse_lowering(reason,
				       "locked: the mode cannot be lowered before the next boot");
	if (wanted->confirm_within || wanted->lasts ||
	    (wanted->set_limit && wanted->limit))
		return refuse_lowering(reason,
				       "locked: nothing may end mode block before the next boot");
	if (wanted->set_on_error && wanted->on_error < now.on_error)
		return refuse_lowering(reason,
				       "locked: what cannot be judged stays denied until the next boot");
	return 0;
}

/**
 * lock_permits_rule - may a rule be set to something at run time?
 * @wanted: to what
 * @reason: set to a constant on error
 *
 * Return: 0, or -EPERM where it could deny less under a lock.
 */
int lock_permits_rule(enum pydetect_override wanted, const char **reason)
{
	if (!lock_is_set() || wanted == PYDETECT_OVERRIDE_BLOCK)
		return 0;
	return refuse_lowering(reason,
			       "locked: rules can only be set to block before the next boot");
}

/* Good for nothing but a comparison: the image may not have been verified. */
static u64 serial_of(const void *image, size_t size)
{
	const struct pydetect_image_header *header = image;

	return size < sizeof(*header) ? 0 : header->serial;
}

/* Nobody else replaces a policy meanwhile. */
static bool is_in_force(const void *image, size_t size)
{
	struct policy *policy = policy_get();
	bool same;

	lockdep_assert_held(&lock_mutex);
	same = policy && policy->view.header->size == size &&
	       !memcmp(policy->image, image, size);
	policy_put(policy);
	return same;
}

/*
 * The same version again is only taken for the very same policy, so that
 * loading it twice, as tools do that keep machines as they should be, is fine.
 */
static int admit_serial(const void *image, size_t size, const char **reason)
{
	const u64 serial = serial_of(image, size);

	if (serial > highest_serial ||
	    (serial && serial == highest_serial && is_in_force(image, size)))
		return 0;
	*reason = serial == highest_serial && serial ?
			  "locked: another policy had this version already" :
			  "locked: the policy is older than one that was signed before";
	return -EPERM;
}

static int admit(const void *image, size_t size,
		 const struct signature *signature, const char **reason)
{
	int error = 0;

	lockdep_assert_held(&lock_mutex);
	if (lock_in_force == PYDETECT_LOCK_FROZEN) {
		*reason = "locked: no policy is replaced before the next boot";
		return -EPERM;
	}
	if (signature)
		error = signature_verify(image, size, signature, reason);
	if (error || lock_in_force == PYDETECT_LOCK_OPEN)
		return error;
	if (signature)
		return admit_serial(image, size, reason);
	*reason = "locked: a policy needs a signature";
	return -EPERM;
}

static int load_admitted(void *image, size_t size, bool is_signed,
			 struct pydetect_fault *fault)
{
	const u64 serial = serial_of(image, size);
	int error = policy_replace(image, size, is_signed, fault);

	lockdep_assert_held(&lock_mutex);
	if (!error && is_signed && serial > highest_serial)
		WRITE_ONCE(highest_serial, serial);
	return error;
}

/**
 * lock_load - put an image in force, if that is allowed
 * @image: as for policy_replace()
 * @size: its size in bytes
 * @signature: over all of @image, or NULL. A bad one is worse than none: the
 *	image is refused, lock or not
 * @fault: says why the verifier refused an image
 * @reason: set to a constant where it was refused for another reason; the log
 *	has been told of that
 *
 * Context: process context, sleeps.
 * Return: 0; -EPERM where the lock forbids it; an error of signature_verify() or
 * policy_replace(). The policy in force changes on success only.
 */
int lock_load(void *image, size_t size, const struct signature *signature,
	      struct pydetect_fault *fault, const char **reason)
{
	int error;

	mutex_lock(&lock_mutex);
	error = admit(image, size, signature, reason);
	if (!error)
		error = load_admitted(image, size, signature, fault);
	mutex_unlock(&lock_mutex);
	if (*reason)
		log_refusal(*reason);
	return error;
}
