// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where a program start comes from: the parent process.
 *
 * What is read here is the parent as it is now. Its image is the kernel's own
 * record; its arguments are the parent's memory, which it may have rewritten,
 * so events call them unverified.
 */
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

#include "compat.h"
#include "lineage.h"

/**
 * lineage_parent - the process that started the current one
 *
 * The leader of the thread group stands for the process, whichever of its
 * threads forked.
 *
 * Return: the leader, with a reference that the caller drops with
 * put_task_struct().
 */
struct task_struct *lineage_parent(void)
{
	struct task_struct *leader;

	rcu_read_lock();
	leader = rcu_dereference(current->real_parent)->group_leader;
	get_task_struct(leader);
	rcu_read_unlock();
	return leader;
}

/**
 * lineage_image - the file that a process runs
 * @process: the process, referenced by the caller
 *
 * Return: the file, with a reference for the caller; NULL for kernel threads
 * and for processes that are gone.
 */
struct file *lineage_image(struct task_struct *process)
{
	struct file *file = NULL;

	/* Keeps the process from giving its mm up. */
	task_lock(process);
	if (process->mm && !(process->flags & PF_KTHREAD))
		file = compat_get_exe_file(process->mm);
	task_unlock(process);
	return file;
}

/**
 * lineage_args - where a process has its arguments
 * @process: the process, referenced by the caller
 * @start: set to the address of the first byte
 * @end: set to the address behind the last one
 *
 * Return: the address space, with a reference that the caller drops with
 * mmput(), which sleeps; NULL where there are no arguments.
 */
struct mm_struct *lineage_args(struct task_struct *process,
			       unsigned long *start, unsigned long *end)
{
	struct mm_struct *mm = get_task_mm(process);

	if (!mm)
		return NULL;
	spin_lock(&mm->arg_lock);
	*start = mm->arg_start;
	*end = mm->arg_end;
	spin_unlock(&mm->arg_lock);
	if (*start < *end)
		return mm;
	mmput(mm);
	return NULL;
}
