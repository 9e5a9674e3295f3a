// SPDX-License-Identifier: GPL-2.0-only
/*
 * Intercepting exec from a module.
 *
 * A module cannot register LSM hooks. Instead ftrace redirects
 * security_bprm_check(), which every program start passes once per binary
 * format, before the point of no return: the callback below only changes the
 * instruction pointer, and the kernel goes on in judged_bprm_check(), in plain
 * process context where it may sleep and may refuse. Livepatching works the
 * same way.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/ftrace.h>
#include <linux/kallsyms.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/srcu.h>
#include <linux/static_call.h>

#include "compat.h"
#include "decide.h"
#include "hook.h"

static const char hooked_name[] = "security_bprm_check";

/* Stands in until hook_place() has found the real one. */
static int pass(struct linux_binprm *bprm)
{
	return 0;
}

/*
 * The original is called by a patched direct call. An indirect one would fault
 * on CPUs that track indirect branches: security_bprm_check() is only called
 * by name in the kernel, so its ENDBR is overwritten at boot.
 */
DEFINE_STATIC_CALL(original, pass);

static unsigned long original_address __ro_after_init;

/* Held while a task is in judged_bprm_check(), where it may sleep for long. */
DEFINE_STATIC_SRCU(inside);

/*
 * The other security modules are asked first: what they refuse is not ours to
 * judge. That call must not become a tail call, see Kbuild.
 */
static noinline notrace int judged_bprm_check(struct linux_binprm *bprm)
{
	int section, error;

	section = srcu_read_lock(&inside);
	error = static_call(original)(bprm);
	if (!error)
		error = decide(bprm);
	srcu_read_unlock(&inside, section);
	return error;
}

static void notrace redirect(unsigned long ip, unsigned long parent_ip,
			     struct ftrace_ops *ops, struct ftrace_regs *regs)
{
	/* Our own call of the original has to get through. */
	if (!compat_is_code_of(parent_ip, THIS_MODULE))
		compat_set_ip(regs, (unsigned long)judged_bprm_check);
}

/*
 * IPMODIFY: ftrace makes sure that nobody else redirects the same function.
 * PERMANENT: kernel.ftrace_enabled cannot be cleared while we are here.
 * Not RECURSION: the callback calls nothing that could be traced.
 */
static struct ftrace_ops redirect_ops = {
	.func = redirect,
	.flags = FTRACE_OPS_FL_IPMODIFY | FTRACE_OPS_FL_PERMANENT |
		 (IS_ENABLED(CONFIG_DYNAMIC_FTRACE_WITH_ARGS) ?
			  0 : FTRACE_OPS_FL_SAVE_REGS),
};

/*
 * Where kernels are built for indirect branch tracking a kprobe sits behind
 * the ENDBR instruction: go back by the offset that the symbol table gives.
 */
static unsigned long entry_of(unsigned long address)
{
	char symbol[KSYM_SYMBOL_LEN];
	unsigned long offset;
	char *plus;

	sprint_symbol(symbol, address);
	plus = strchr(symbol, '+');
	if (!plus || plus - symbol != strlen(hooked_name) ||
	    strncmp(symbol, hooked_name, plus - symbol) ||
	    sscanf(plus, "+0x%lx/", &offset) != 1)
		return 0;
	return address - offset;
}

/* kallsyms_lookup_name() is not exported, but kprobes look names up. */
static unsigned long find_original(void)
{
	struct kprobe probe = { .symbol_name = hooked_name };
	unsigned long address;
	int error;

	error = register_kprobe(&probe);
	if (error) {
		pr_err("cannot find %s() in this kernel (error %d): is it compiled in whole?\n",
		       hooked_name, error);
		return 0;
	}
	address = entry_of((unsigned long)probe.addr);
	unregister_kprobe(&probe);
	if (!address)
		pr_err("cannot tell where %s() begins\n", hooked_name);
	return address;
}

static int refuse_redirect(int error)
{
	if (error == -EBUSY)
		pr_err("%s() cannot be redirected: kernel.ftrace_enabled is 0, or a livepatch or another module redirects it already (see /sys/kernel/livepatch, and enabled_functions in tracefs)\n",
		       hooked_name);
	else
		pr_err("ftrace cannot redirect %s() (error %d)\n", hooked_name,
		       error);
	return error;
}

/**
 * hook_place - from here on every program start is judged
 *
 * Context: process context, may sleep.
 * Return: 0, or an error after the kernel log was told what is in the way.
 */
int __init hook_place(void)
{
	unsigned long address = find_original();
	int error;

	if (!address)
		return -ENOENT;
	original_address = address;
	static_call_update(original,
			   (int (*)(struct linux_binprm *))address);

	error = ftrace_set_filter_ip(&redirect_ops, address, 0, 0);
	if (error)
		return refuse_redirect(error);
	error = register_ftrace_function(&redirect_ops);
	if (error) {
		ftrace_set_filter_ip(&redirect_ops, address, 1, 0);
		return refuse_redirect(error);
	}
	pr_info("judging program starts at %pS\n", (void *)address);
	return 0;
}

/**
 * hook_remove - no program start is judged any more
 *
 * Returns when no task can be in this module's code on behalf of an exec:
 *
 * 1. unregistering ends new redirections;
 * 2. a task that was redirected, but has not entered the SRCU section yet, can
 *    only have been preempted: tasks RCU waits until it has moved on;
 * 3. tasks in the section may sleep there as long as they like: SRCU;
 * 4. a task that left the section but not the function yet: tasks RCU again.
 *
 * Context: process context, sleeps.
 */
void hook_remove(void)
{
	unregister_ftrace_function(&redirect_ops);
	ftrace_set_filter_ip(&redirect_ops, original_address, 1, 0);
	synchronize_rcu_tasks();
	synchronize_srcu(&inside);
	synchronize_rcu_tasks();
}

/**
 * hook_state - is the hook in place?
 *
 * Return: the way exec is intercepted, or PYDETECT_HOOK_NONE when it is not.
 */
enum pydetect_hook hook_state(void)
{
	if (READ_ONCE(redirect_ops.flags) & FTRACE_OPS_FL_ENABLED)
		return PYDETECT_HOOK_FTRACE;
	return PYDETECT_HOOK_NONE;
}
