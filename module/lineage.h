/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_LINEAGE_H
#define PYDETECT_LINEAGE_H

#include <linux/types.h>

struct file;
struct mm_struct;
struct path;
struct task_struct;

/**
 * struct parent - the process that started the current one
 * @task: one of its threads, with a reference; NULL: not looked up yet
 * @pid: its id in the first namespace
 * @start: when it started, nanoseconds since boot
 * @adopts: orphans become its children
 *
 * The id and the time together never come back, so they name the process.
 */
struct parent {
	struct task_struct *task;
	u32 pid;
	u64 start;
	bool adopts;
};

struct task_struct *lineage_thread(struct task_struct *task);
void lineage_parent(struct parent *parent);
struct file *lineage_image(const struct parent *parent);
struct mm_struct *lineage_args(const struct parent *parent,
			       unsigned long *start, unsigned long *end);
bool lineage_directory(const struct parent *parent, struct path *path);

#endif /* PYDETECT_LINEAGE_H */
