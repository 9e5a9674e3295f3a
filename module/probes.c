// SPDX-License-Identifier: GPL-2.0-only
/*
 * Being told of forks, of execs that succeeded, and of exits: three of the
 * scheduler's tracepoints. They are not exported by name, so they are looked for
 * among all that there are.
 *
 * They are placed when the first policy is loaded that follows processes, and
 * stay until the module goes.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

#include "compat.h"
#include "probes.h"
#include "track.h"

/*
 * In each of these nothing may sleep. The section is what census.c waits for;
 * it does not rely on tracepoints being one.
 */
static void on_fork(void *data, struct task_struct *parent,
		    struct task_struct *child)
{
	rcu_read_lock();
	track_fork(parent, child);
	rcu_read_unlock();
}

static void on_exec(void *data, struct task_struct *task, pid_t old_pid,
		    struct linux_binprm *bprm)
{
	track_exec(task);
}

/* Every thread passes here; the last one finds that none is left. */
static void on_exit(COMPAT_EXIT_ARGUMENTS)
{
	if (!atomic_read(&task->signal->live))
		track_exit(task);
}

/**
 * struct probe - a function and where it is called
 * @name: of the tracepoint
 * @function: called there
 * @tracepoint: NULL until it was found
 * @placed: it is being called
 */
struct probe {
	const char *name;
	void *function;
	struct tracepoint *tracepoint;
	bool placed;
};

/* In the order in which they are placed: what is followed also ends. */
static struct probe probes[] = {
	{ .name = "sched_process_exit", .function = on_exit },
	{ .name = "sched_process_exec", .function = on_exec },
	{ .name = "sched_process_fork", .function = on_fork },
};

/* Serialises placing. Removing is alone anyway. */
static DEFINE_MUTEX(probes_lock);

static void match_name(struct tracepoint *tracepoint, void *unused)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(probes); i++)
		if (!strcmp(tracepoint->name, probes[i].name))
			probes[i].tracepoint = tracepoint;
}

static int place_probe(struct probe *probe)
{
	int error;

	if (probe->placed)
		return 0;
	if (!probe->tracepoint) {
		pr_err("cannot follow processes: this kernel has no tracepoint %s\n",
		       probe->name);
		return -EOPNOTSUPP;
	}
	error = tracepoint_probe_register(probe->tracepoint, probe->function,
					  NULL);
	if (error) {
		pr_err("cannot follow processes: tracepoint %s (error %d)\n",
		       probe->name, error);
		return error;
	}
	probe->placed = true;
	return 0;
}

/**
 * probes_place - from here on the table of followed processes is kept
 *
 * Context: process context, sleeps.
 * Return: 0, also when they are there already, or an error; then the kernel log
 * was told of it. What has been placed stays.
 */
int probes_place(void)
{
	int error = 0;
	u32 i;

	/* A fork allocates, which there may sleep. */
	if (IS_ENABLED(CONFIG_PREEMPT_RT)) {
		pr_err("cannot follow processes: not on a real-time kernel\n");
		return -EOPNOTSUPP;
	}
	mutex_lock(&probes_lock);
	if (!probes[0].tracepoint)
		for_each_kernel_tracepoint(match_name, NULL);
	for (i = 0; !error && i < ARRAY_SIZE(probes); i++)
		error = place_probe(&probes[i]);
	mutex_unlock(&probes_lock);
	return error;
}

/**
 * probes_remove - the table is not kept any more
 *
 * Returns when none of the probes is running.
 *
 * Context: process context, sleeps. No policy is being loaded, and no census is
 * under way.
 */
void probes_remove(void)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(probes); i++)
		if (probes[i].placed)
			tracepoint_probe_unregister(probes[i].tracepoint,
						    probes[i].function, NULL);
	tracepoint_synchronize_unregister();
}
