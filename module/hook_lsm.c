// SPDX-License-Identifier: GPL-2.0-only
/*
 * Intercepting exec from inside the kernel: a Linux security module.
 *
 * Security modules are initialised long before the rest; the hook lets every
 * program start pass until a policy is loaded.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/lsm_hooks.h>

#include "compat.h"
#include "decide.h"
#include "hook.h"

static bool registered __ro_after_init;

static int pydetect_bprm_check(struct linux_binprm *bprm)
{
	return decide(bprm);
}

static struct security_hook_list pydetect_hooks[] __ro_after_init = {
	LSM_HOOK_INIT(bprm_check_security, pydetect_bprm_check),
};

#ifdef PYDETECT_LSM_HAS_ID
/* Numbers from 1000 on are not given out to modules in the kernel tree. */
static const struct lsm_id pydetect_lsm_id = {
	.name = "pydetect",
	.id = 10596,
};

#define PYDETECT_LSM (&pydetect_lsm_id)
#else
#define PYDETECT_LSM "pydetect"
#endif

static int __init pydetect_lsm_init(void)
{
	security_add_hooks(pydetect_hooks, ARRAY_SIZE(pydetect_hooks),
			   PYDETECT_LSM);
	registered = true;
	return 0;
}

DEFINE_LSM(pydetect) = {
	.name = "pydetect",
	.init = pydetect_lsm_init,
};

/**
 * hook_place - tell whether program starts are judged
 *
 * Return: always 0: a kernel whose LSM list leaves pydetect out boots all the
 * same, and status says that there is no hook.
 */
int __init hook_place(void)
{
	if (registered)
		pr_info("judging program starts as a security module\n");
	else
		pr_err("not enforcing: pydetect is missing from the list of security modules (lsm=)\n");
	return 0;
}

/**
 * hook_remove - for symmetry; a security module stays until the machine stops
 */
void hook_remove(void)
{
}

/**
 * hook_state - is the hook in place?
 *
 * Return: the way exec is intercepted, or PYDETECT_HOOK_NONE when it is not.
 */
enum pydetect_hook hook_state(void)
{
	return registered ? PYDETECT_HOOK_LSM : PYDETECT_HOOK_NONE;
}
