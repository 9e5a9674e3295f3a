/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_TRACK_H
#define PYDETECT_TRACK_H

#include "ancestor.h"

struct capture;
struct linux_binprm;
struct pydetect_exec;
struct pydetect_view;
struct task_struct;

/* Processes that can be followed at once; module parameter: lineages_max. */
#define TRACKS_MAX 65536

/**
 * struct track_status - how many processes are followed
 * @count: there are
 * @max: there may be
 * @lost: there was no room or no memory to follow them, since the beginning
 */
struct track_status {
	u32 count;
	u32 max;
	u64 lost;
};

void track_init(void);
void track_destroy(void);
void track_status(struct track_status *status);

struct ancestor *track_ancestor(u32 pid, u64 start);
struct ancestor *track_running(u32 pid, u64 start);

bool track_matches(const struct pydetect_exec *exec);
void lineage_begin_exec(const struct linux_binprm *bprm);
void lineage_note_exec(const struct pydetect_exec *exec,
		       struct capture *capture);

void track_fork(const struct task_struct *parent,
		const struct task_struct *child);
void track_exec(const struct task_struct *task);
void track_exit(const struct task_struct *task);

void track_open(void);
void track_close(void);
bool track_adopt(const struct task_struct *task, struct ancestor *stand_in);
void track_settle(void);
void track_count_lost(void);

#endif /* PYDETECT_TRACK_H */
