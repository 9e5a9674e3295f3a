// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where a program start comes from: the parent process.
 *
 * What is read here is the parent as it is now, and so as it wants to be seen:
 * its arguments are in its memory, and in a user namespace of its own it may
 * name another file as the one it runs. Events call both unverified.
 */
#include <linux/fs_struct.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

#include "compat.h"
#include "lineage.h"

/*
 * The longest argv that execve() lets through: three quarters of the default
 * stack limit. A process can claim any range of its memory to be its arguments.
 */
#define ARGS_BYTES_MAX (_STK_LIM / 4 * 3)

/**
 * lineage_thread - a thread of a process that still has its memory
 * @task: one of its threads; the leader may be gone
 *
 * for_each_thread() would do the same, but with lockdep it names a lock that
 * modules cannot see.
 *
 * Context: under RCU.
 * Return: the thread; @task if there is none.
 */
struct task_struct *lineage_thread(struct task_struct *task)
{
	struct task_struct *thread;

	list_for_each_entry_rcu(thread, &task->signal->thread_head, thread_node)
		if (READ_ONCE(thread->mm))
			return thread;
	return task;
}

/*
 * Do orphans become children of a process? One that is gone adopts nobody, and
 * has no number any more. Caller is under RCU, which keeps the number.
 */
static bool adopts_orphans(struct task_struct *task)
{
	struct pid *pid = task_tgid(task);

	return task->signal->is_child_subreaper ||
	       (pid && is_child_reaper(pid));
}

/**
 * lineage_parent - find the process that started the current one
 * @parent: filled in; the caller drops the reference with put_task_struct()
 */
void lineage_parent(struct parent *parent)
{
	struct task_struct *task;

	/*
	 * A parent hands its children on before it is released, so under RCU
	 * it and its leader are there.
	 */
	rcu_read_lock();
	task = rcu_dereference(current->real_parent);
	parent->pid = task->tgid;
	parent->start = task->group_leader->start_boottime;
	parent->adopts = adopts_orphans(task);
	parent->task = get_task_struct(lineage_thread(task));
	rcu_read_unlock();
}

/**
 * lineage_image - the file that a process runs
 * @parent: the process
 *
 * Return: the file, with a reference for the caller; NULL for kernel threads
 * and for processes that are gone.
 */
struct file *lineage_image(const struct parent *parent)
{
	struct task_struct *task = parent->task;
	struct file *file = NULL;

	/* Keeps the task from giving its mm up. */
	task_lock(task);
	if (task->mm && !(task->flags & PF_KTHREAD))
		file = compat_get_exe_file(task->mm);
	task_unlock(task);
	return file;
}

/**
 * lineage_args - where a process has its arguments
 * @parent: the process
 * @start: set to the address of the first byte
 * @end: set to the address behind the last one; no further than argv can reach
 *
 * Return: the address space, with a reference that the caller drops with
 * mmput(), which sleeps; NULL where there are no arguments.
 */
struct mm_struct *lineage_args(const struct parent *parent,
			       unsigned long *start, unsigned long *end)
{
	struct mm_struct *mm = get_task_mm(parent->task);

	if (!mm)
		return NULL;
	spin_lock(&mm->arg_lock);
	*start = mm->arg_start;
	*end = mm->arg_end;
	spin_unlock(&mm->arg_lock);
	if (*start < *end) {
		*end = min(*end, *start + ARGS_BYTES_MAX);
		return mm;
	}
	mmput(mm);
	return NULL;
}

/**
 * lineage_directory - the working directory of a process
 * @parent: the process
 * @path: set, with references for the caller
 *
 * Return: whether there is one; a process that is gone has none.
 */
bool lineage_directory(const struct parent *parent, struct path *path)
{
	struct task_struct *task = parent->task;
	bool found = false;

	/* Keeps the task from giving it up. */
	task_lock(task);
	if (task->fs) {
		get_fs_pwd(task->fs, path);
		found = true;
	}
	task_unlock(task);
	return found;
}
