// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who was there before us: processes that ran already when a policy was loaded.
 *
 * Which of them run something that rules ask for is only known after their
 * files were looked at, which sleeps; and meanwhile they go on forking. So every
 * process first gets a stand-in for its ancestor, which its children inherit as
 * they would inherit the ancestor. When all is known, the stand-ins tell whom
 * they stand for, and are replaced.
 *
 * No child is lost on the way. Say that P is in the list of processes and forks
 * C, which joins the end of the list before on_fork() looks P up:
 *
 * - The lookup finds P's stand-in: C inherits it.
 * - The lookup came before P got one, both under the lock of P's bucket. Then C
 *   had joined the list before the stand-in of P was there, and so stands
 *   between P and the end, where the walk gets later: C gets one of its own, and
 *   knows P as its parent.
 * - There was no lookup, because the table seemed to be empty. Those forks are
 *   over before the walk begins: track_open(), synchronize_rcu().
 *
 * The same stand-in may not be inherited any more once it was replaced: those
 * forks that found it unknown are over before that: synchronize_rcu() again.
 *
 * The walk is a single one in a single section of RCU. It could only be
 * interrupted at a process that might be gone on return; and a process takes
 * it less than a microsecond.
 *
 * Two things remain. A process whose parent ends during the walk is a child of
 * whoever takes it over, as if the parent had ended before. And an exec that was
 * judged by the policy before and has not succeeded yet counts as what it was.
 */
#include <linux/atomic.h>
#include <linux/file.h>
#include <linux/hashtable.h>
#include <linux/list.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "census.h"
#include "lineage.h"
#include "policy.h"
#include "stage.h"
#include "track.h"

/**
 * struct resident - a process that ran before
 * @node: in the hash of all of them, by @pid
 * @task: the leader of its threads, with a reference
 * @pid: its id
 * @start: when it started
 * @parent_pid: id of its parent at the time
 * @parent_start: when that started
 * @forked: it has executed nothing since it was forked
 * @stand_in: what the table has of it, with a reference
 * @own: the process itself as an ancestor, with a reference; NULL: it runs
 *	nothing that is asked for
 * @source: its parent, where that is to have the same @found; NULL: @found is
 *	what counts
 * @found: whom the stand-in will stand for
 * @former: whom it stood for before, with a reference
 */
struct resident {
	struct hlist_node node;
	struct task_struct *task;
	u32 pid;
	u64 start;
	u32 parent_pid;
	u64 parent_start;
	bool forked;
	struct ancestor *stand_in;
	struct ancestor *own;
	struct resident *source;
	struct ancestor *found;
	struct ancestor *former;
};

/* Of the census under way; nobody else sees them. */
static DEFINE_HASHTABLE(residents, 10);

/* How many were asked for, and how many of these are over. */
static atomic_t nr_asked = ATOMIC_INIT(0);
static atomic_t nr_answered = ATOMIC_INIT(0);

static struct resident *find_resident(u32 pid, u64 start)
{
	struct resident *resident;

	hash_for_each_possible(residents, resident, node, pid)
		if (resident->pid == pid && resident->start == start)
			return resident;
	return NULL;
}

static struct resident *create_resident(struct task_struct *task)
{
	struct task_struct *parent = rcu_dereference(task->real_parent);
	struct resident *resident = kzalloc(sizeof(*resident),
					    GFP_ATOMIC | __GFP_NOWARN);

	if (!resident)
		return NULL;
	resident->stand_in = ancestor_stand_in();
	if (!resident->stand_in) {
		kfree(resident);
		return NULL;
	}
	resident->pid = task->tgid;
	resident->start = task->start_boottime;
	resident->forked = task->flags & PF_FORKNOEXEC;
	resident->parent_pid = parent->tgid;
	resident->parent_start = parent->group_leader->start_boottime;
	return resident;
}

/*
 * One that has ended before it was adopted was not removed by its exit. Whether
 * it has is asked afterwards: either on_exit() comes later, or we see it.
 */
static void adopt(struct task_struct *task)
{
	struct resident *resident = create_resident(task);

	if (!resident) {
		track_count_lost();
		return;
	}
	if (!track_adopt(task, resident->stand_in)) {
		ancestor_put(resident->stand_in);
		kfree(resident);
		return;
	}
	resident->task = get_task_struct(task);
	hash_add(residents, &resident->node, resident->pid);
	/* Either the probe of its exit finds the entry, or we see it gone. */
	smp_mb();
	if (!atomic_read(&task->signal->live))
		track_exit(task);
}

static bool is_resident(const struct task_struct *task)
{
	return !(task->flags & PF_KTHREAD) && atomic_read(&task->signal->live);
}

static void adopt_all(void)
{
	struct task_struct *task;

	rcu_read_lock();
	for_each_process(task)
		if (is_resident(task))
			adopt(task);
	rcu_read_unlock();
}

/* By any thread that lives: the one that stands for it may have ended. */
static struct file *image_of(const struct resident *resident)
{
	struct parent process;
	struct file *file;

	rcu_read_lock();
	process.task = lineage_thread(resident->task);
	file = lineage_image(&process);
	rcu_read_unlock();
	return file;
}

/* Does it run something that the policy asks for? */
static void examine(struct resident *resident, struct scratch *scratch)
{
	struct capture *capture = &scratch->capture;
	struct file *file = image_of(resident);

	if (!file)
		return;
	stage_running(scratch->exec, capture, file);
	if (track_matches(scratch->exec)) {
		resident->own = ancestor_of_running(resident->pid,
						    resident->start,
						    capture_image(capture),
						    &capture->build_id);
		if (!resident->own)
			track_count_lost();
	}
	capture_end_running(capture);
	fput(file);
	pydetect_exec_reset(scratch->exec);
}

/* Nobody asks any more what an earlier policy would have found. */
static void examine_all(const struct policy *policy, struct scratch *scratch)
{
	struct resident *resident;
	int i;

	hash_for_each(residents, i, resident, node) {
		if (!policy_is_in_force(policy))
			return;
		examine(resident, scratch);
		cond_resched();
	}
}

/* Is it, so to speak, the same program as its parent, in another process? */
static bool is_copy(const struct resident *resident,
		    const struct resident *parent)
{
	const struct ancestor *own = resident->own, *other = parent->own;

	return resident->forked && other &&
	       own->image_length == other->image_length &&
	       !memcmp(ancestor_image(own), ancestor_image(other),
		       own->image_length);
}

static struct resident *parent_of(const struct resident *resident)
{
	struct resident *parent = find_resident(resident->parent_pid,
						resident->parent_start);

	/* Parents are older: so whoever goes up gets to an end. */
	return parent && parent->start < resident->start ? parent : NULL;
}

/*
 * Either the answer, or whose answer it is: the nearest in the line of parents
 * counts. Where the parent had another ancestor than the process, from an
 * earlier policy, that is nearer than the parent: the process was made by
 * somebody else.
 */
static void find_source(struct resident *resident)
{
	struct resident *parent = parent_of(resident);

	if (resident->own && !(parent && is_copy(resident, parent)))
		resident->found = ancestor_get(resident->own);
	else if (!parent || parent->stand_in->real != resident->stand_in->real)
		resident->found = ancestor_get(resident->stand_in->real);
	else
		resident->source = parent;
}

/*
 * Up to the first that has the answer, and then all on the way get it. So each
 * is passed once and no more, however long the lines of parents are.
 */
static void follow_source(struct resident *resident)
{
	struct resident *end = resident, *next;

	while (end->source)
		end = end->source;
	for (; resident != end; resident = next) {
		next = resident->source;
		resident->found = ancestor_get(end->found);
		resident->source = NULL;
	}
}

/* For all of them, before the first one is told: see find_source(). */
static void find_all(void)
{
	struct resident *resident;
	int i;

	hash_for_each(residents, i, resident, node) {
		find_source(resident);
		cond_resched();
	}
	hash_for_each(residents, i, resident, node) {
		follow_source(resident);
		cond_resched();
	}
}

/*
 * Whoever looks at a stand-in does so under the lock of a bucket. What it said
 * before is kept until none of those that may have read it is left.
 */
static void tell_all(void)
{
	struct resident *resident;
	int i;

	hash_for_each(residents, i, resident, node) {
		struct ancestor *stand_in = resident->stand_in;

		resident->former = stand_in->real;
		/* Pairs with real_ancestor(): the ancestor is complete. */
		smp_store_release(&stand_in->real, resident->found);
		/* Pairs with inherited_ancestor(): @real is final. */
		smp_store_release(&stand_in->known, true);
	}
	synchronize_rcu();
}

/* The stand-in has taken over the reference to whom was found. */
static void free_residents(void)
{
	struct resident *resident;
	struct hlist_node *next;
	int i;

	hash_for_each_safe(residents, i, next, resident, node) {
		hash_del(&resident->node);
		put_task_struct(resident->task);
		ancestor_put(resident->former);
		ancestor_put(resident->own);
		ancestor_put(resident->stand_in);
		kfree(resident);
	}
}

static void take(const struct policy *policy, struct scratch *scratch)
{
	track_open();
	synchronize_rcu();
	adopt_all();
	if (scratch)
		examine_all(policy, scratch);
	else
		track_count_lost();
	find_all();
	tell_all();
	track_settle();
	track_close();
	free_residents();
}

static void census_of(struct policy *policy)
{
	struct scratch *scratch = scratch_get(&policy->pool);

	take(policy, scratch);
	if (scratch)
		scratch_put(&policy->pool, scratch);
}

/*
 * By the policy in force, whichever that is by now. What is asked for from here
 * on gets another census: the work is pending again.
 */
static void census_take(struct work_struct *unused)
{
	int until = atomic_read(&nr_asked);
	struct policy *policy = policy_get();

	if (policy && policy->view.nr_tracked)
		census_of(policy);
	policy_put(policy);
	atomic_set(&nr_answered, until);
}

/* One census at a time: a work item never runs twice at once. */
static DECLARE_WORK(census_work, census_take);

/**
 * census_start - follow the processes that run already
 *
 * By the policy in force, which follows some. Does not wait for it: who loads a
 * policy holds locks that all of generic netlink needs. One that is under way,
 * for an earlier policy, ends early.
 *
 * Context: probes_place() has succeeded.
 */
void census_start(void)
{
	atomic_inc(&nr_asked);
	queue_work(system_unbound_wq, &census_work);
}

/**
 * census_complete - are the processes followed that ran before?
 *
 * Return: whether every census that was asked for is over.
 */
bool census_complete(void)
{
	return atomic_read(&nr_answered) == atomic_read(&nr_asked);
}

/**
 * census_stop - wait for the last census
 *
 * Context: process context, sleeps. None is asked for any more.
 */
void census_stop(void)
{
	cancel_work_sync(&census_work);
}
