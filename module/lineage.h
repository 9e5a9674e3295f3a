/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_LINEAGE_H
#define PYDETECT_LINEAGE_H

#include <linux/types.h>

struct file;
struct mm_struct;
struct task_struct;

struct task_struct *lineage_parent(void);
struct file *lineage_image(struct task_struct *process);
struct mm_struct *lineage_args(struct task_struct *process,
			       unsigned long *start, unsigned long *end);

#endif /* PYDETECT_LINEAGE_H */
