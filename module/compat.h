/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Differences between kernel versions, and nothing else. The macros that are
 * tested here come from features.mk.
 */
#ifndef PYDETECT_COMPAT_H
#define PYDETECT_COMPAT_H

#include <linux/binfmts.h>
#include <linux/fs.h>
#include <linux/ftrace.h>
#include <linux/hrtimer.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/time64.h>

/* Caller holds the mmap lock of @mm. May sleep. */
static inline long compat_get_user_pages(struct mm_struct *mm,
					 unsigned long start,
					 unsigned long count, unsigned int flags,
					 struct page **pages)
{
#ifdef PYDETECT_GUP_WANTS_VMAS
	return get_user_pages_remote(mm, start, count, flags, pages, NULL, NULL);
#else
	return get_user_pages_remote(mm, start, count, flags, pages, NULL);
#endif
}

/*
 * The file a process runs, with a reference, or NULL. get_mm_exe_file() is not
 * exported. The caller keeps @mm alive.
 */
static inline struct file *compat_get_exe_file(struct mm_struct *mm)
{
	struct file *file;

	rcu_read_lock();
#ifdef PYDETECT_GET_FILE_RCU_BY_PLACE
	file = get_file_rcu(&mm->exe_file);
#else
	file = rcu_dereference(mm->exe_file);
	if (file && !get_file_rcu(file))
		file = NULL;
#endif
	rcu_read_unlock();
	return file;
}

/*
 * The file at a place, with a reference; NULL if its last user is just closing
 * it. The caller sees to it that it is not freed meanwhile.
 */
static inline struct file *compat_get_file(struct file **place)
{
#ifdef PYDETECT_GET_FILE_RCU_BY_PLACE
	return get_file_active(place);
#else
	return get_file_rcu(*place) ? *place : NULL;
#endif
}

/* When an inode last changed, nanoseconds since 1970. */
static inline s64 compat_changed(const struct inode *inode)
{
#ifdef PYDETECT_INODE_GET_CTIME
	struct timespec64 changed = inode_get_ctime(inode);
#else
	struct timespec64 changed = inode->i_ctime;
#endif

	return timespec64_to_ns(&changed);
}

static inline void
compat_hrtimer_setup(struct hrtimer *timer,
		     enum hrtimer_restart (*function)(struct hrtimer *timer),
		     clockid_t clock, enum hrtimer_mode mode)
{
#ifdef PYDETECT_HRTIMER_SETUP
	hrtimer_setup(timer, function, clock, mode);
#else
	hrtimer_init(timer, clock, mode);
	timer->function = function;
#endif
}

/* Is this an exec, and not only the question whether one would be allowed? */
static inline bool compat_is_real_exec(const struct linux_binprm *bprm)
{
#ifdef PYDETECT_BPRM_IS_CHECK
	return !bprm->is_check;
#else
	return true;
#endif
}

#ifdef MODULE
/* Is @address in the code of @module, that of its start left aside? */
static __always_inline bool compat_is_code_of(unsigned long address,
					      const struct module *module)
{
#ifdef PYDETECT_MODULE_MEM
	return within_module_mem_type(address, module, MOD_TEXT);
#else
	return within_module_core(address, module);
#endif
}
#endif

/* What the probe of sched_process_exit is called with. */
#ifdef PYDETECT_EXIT_TELLS_GROUP
#define COMPAT_EXIT_ARGUMENTS void *data, struct task_struct *task, bool group_dead
#else
#define COMPAT_EXIT_ARGUMENTS void *data, struct task_struct *task
#endif

#ifdef CONFIG_DYNAMIC_FTRACE
static __always_inline void compat_set_ip(struct ftrace_regs *regs,
					  unsigned long ip)
{
#ifdef PYDETECT_FTRACE_REGS
	ftrace_regs_set_instruction_pointer(regs, ip);
#else
	ftrace_instruction_pointer_set(regs, ip);
#endif
}
#endif

#endif /* PYDETECT_COMPAT_H */
