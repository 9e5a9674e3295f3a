// SPDX-License-Identifier: GPL-2.0-only
/*
 * Following processes: which of them descend from one that rules ask for.
 *
 * A table has an entry for every process that does. An entry is made when the
 * exec of such a program succeeds, copied when the process forks, and removed
 * when its last thread ends. So it does not matter who the parent is by the
 * time something is started, and what the process calls itself.
 *
 * Who changes an entry
 * --------------------
 *   begin, note   the process itself, in execve(), under its cred_guard_mutex:
 *                 no two threads of a process are there at once
 *   exec          the process itself, when no other thread is left
 *   fork          the parent, before the child runs for the first time
 *   exit          the last thread
 *   census        anybody, while a policy is being loaded
 *
 * Each change is under the lock of the entry's bucket, and every look as well.
 * An entry is only reached through its bucket, so it is freed at once. Of an
 * ancestor whoever goes on using it takes a reference.
 *
 * fork, exec and exit are called by tracepoints, where nothing may sleep.
 */
#include <linux/atomic.h>
#include <linux/binfmts.h>
#include <linux/cred.h>
#include <linux/hash.h>
#include <linux/list.h>
#include <linux/moduleparam.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/uidgid.h>
#include <linux/user_namespace.h>

#include "capture.h"
#include "track.h"

#define BUCKETS_BITS 12
#define SHARES_BITS 8
/* Of entries that are nobody's share. */
#define NO_SHARE -1

static unsigned int lineages_max __ro_after_init = TRACKS_MAX;
module_param(lineages_max, uint, 0444);
MODULE_PARM_DESC(lineages_max, "processes whose lineage is followed at once");

/**
 * struct track - a process that is followed
 * @node: in its bucket
 * @pid: its id in the first namespace
 * @start: when it started, nanoseconds since boot
 * @share: which of @shares it is counted in, or NO_SHARE
 * @runs: it runs the very program that made @ancestor what it is: it has not
 *	executed another one since, nor has the process it was forked from
 * @pending_runs: the same for @pending
 * @ancestor: nearest process that was asked for; NULL: none yet
 * @pending: what becomes its ancestor if the exec under way succeeds, or NULL
 */
struct track {
	struct hlist_node node;
	u32 pid;
	u64 start;
	int share;
	bool runs;
	bool pending_runs;
	struct ancestor *ancestor;
	struct ancestor *pending;
};

/**
 * struct bucket - the processes whose ids share a hash
 * @lock: held for a few steps, never for allocating
 * @tracks: their entries
 */
struct bucket {
	raw_spinlock_t lock;
	struct hlist_head tracks;
};

static struct bucket buckets[1 << BUCKETS_BITS];

/*
 * Entries there are, and one for every census under way: while this is zero,
 * nobody has to look into the table.
 */
static atomic_t nr_tracks = ATOMIC_INIT(0);
static atomic_t nr_open = ATOMIC_INIT(0);
static atomic64_t nr_lost = ATOMIC64_INIT(0);

/*
 * Entries by the user who caused them, none of whom may fill the table. Users
 * whose ids share a hash also share this.
 */
static atomic_t shares[1 << SHARES_BITS];

static bool is_empty(void)
{
	return !atomic_read(&nr_tracks);
}

static struct bucket *bucket_of(u32 pid)
{
	return &buckets[hash_32(pid, BUCKETS_BITS)];
}

/* Caller holds the bucket's lock. */
static struct track *find_track(const struct bucket *bucket, u32 pid, u64 start)
{
	struct track *track;

	hlist_for_each_entry(track, &bucket->tracks, node)
		if (track->pid == pid && track->start == start)
			return track;
	return NULL;
}

static u64 start_of(const struct task_struct *task)
{
	return task->group_leader->start_boottime;
}

static bool is_stand_in(const struct ancestor *ancestor)
{
	return ancestor && ancestor->stand_in;
}

/* Whom an entry refers to. */
static struct ancestor *real_ancestor(struct ancestor *ancestor)
{
	if (!is_stand_in(ancestor))
		return ancestor;
	/* Pairs with tell_all() in census.c: the ancestor is complete. */
	return smp_load_acquire(&ancestor->real);
}

/* A stand-in that is not known yet is handed on, and known in time. */
static struct ancestor *inherited_ancestor(struct ancestor *ancestor)
{
	/* Pairs with tell_all() in census.c: @real is final. */
	if (is_stand_in(ancestor) && !smp_load_acquire(&ancestor->known))
		return ancestor;
	return real_ancestor(ancestor);
}

/**
 * track_count_lost - a process cannot be followed
 */
void track_count_lost(void)
{
	atomic64_inc(&nr_lost);
}

/*
 * Who has to answer for what the current process does. Many ids can be had in a
 * user namespace, so there it is the user who made the outermost one. Root may
 * do as it likes; of its namespaces each id counts for itself.
 */
static kuid_t answerable(void)
{
	const struct user_namespace *ns = current_user_ns();
	kuid_t uid = current_uid();

	for (; ns != &init_user_ns; ns = ns->parent)
		if (!uid_eq(ns->owner, GLOBAL_ROOT_UID))
			uid = ns->owner;
	return uid;
}

static int share_of_current(void)
{
	kuid_t uid = answerable();

	if (uid_eq(uid, GLOBAL_ROOT_UID))
		return NO_SHARE;
	return hash_32(__kuid_val(uid), SHARES_BITS);
}

/* Half of the table, and at least one entry, is anybody's. */
static bool take_share(int share)
{
	if (share == NO_SHARE ||
	    atomic_inc_return(&shares[share]) <= (int)(lineages_max + 1) / 2)
		return true;
	atomic_dec(&shares[share]);
	return false;
}

static void give_share_back(int share)
{
	if (share != NO_SHARE)
		atomic_dec(&shares[share]);
}

/* Room for one more; every entry and every census has some. */
static bool reserve_track(int share)
{
	if (!take_share(share))
		return false;
	if (atomic_inc_return(&nr_tracks) - atomic_read(&nr_open) <=
	    (int)lineages_max)
		return true;
	atomic_dec(&nr_tracks);
	give_share_back(share);
	return false;
}

static void release_track(int share)
{
	atomic_dec(&nr_tracks);
	give_share_back(share);
}

/*
 * Not accounted, and ancestors neither: a small limit of one's own must not be a
 * way not to be followed. They are no more than there are living processes.
 */
static struct track *new_track(u32 pid, u64 start, int share, gfp_t gfp)
{
	struct track *track;

	if (!reserve_track(share))
		return NULL;
	track = kzalloc(sizeof(*track), gfp);
	if (!track) {
		release_track(share);
		return NULL;
	}
	track->pid = pid;
	track->start = start;
	track->share = share;
	return track;
}

/* An entry that is in no bucket, or NULL. */
static void free_track(struct track *track)
{
	if (!track)
		return;
	ancestor_put(track->ancestor);
	ancestor_put(track->pending);
	release_track(track->share);
	kfree(track);
}

/*
 * Put an entry into the table, unless its process has got one meanwhile; then
 * that one stays. Returns the one that is left over.
 */
static struct track *add_track(struct track *track)
{
	struct bucket *bucket = bucket_of(track->pid);

	raw_spin_lock(&bucket->lock);
	if (!find_track(bucket, track->pid, track->start)) {
		hlist_add_head(&track->node, &bucket->tracks);
		track = NULL;
	}
	raw_spin_unlock(&bucket->lock);
	return track;
}

static struct ancestor *look_up(u32 pid, u64 start, bool running)
{
	struct bucket *bucket = bucket_of(pid);
	struct ancestor *found = NULL;
	struct track *track;

	if (is_empty())
		return NULL;
	raw_spin_lock(&bucket->lock);
	track = find_track(bucket, pid, start);
	if (track && (track->runs || !running))
		found = ancestor_get(real_ancestor(track->ancestor));
	raw_spin_unlock(&bucket->lock);
	return found;
}

/**
 * track_ancestor - nearest process with a tracked image that a process
 *	descends from, or is
 * @pid: id of the process
 * @start: when it started
 *
 * Return: the ancestor, with a reference for the caller, or NULL.
 */
struct ancestor *track_ancestor(u32 pid, u64 start)
{
	return look_up(pid, start, false);
}

/**
 * track_running - what a process runs, as it was when it was started
 * @pid: id of the process
 * @start: when it started
 *
 * A process that was forked by another and has executed nothing since runs
 * what that one ran.
 *
 * Return: the ancestor whose image it runs, with a reference for the caller;
 * NULL where that is not known or was not seen.
 */
struct ancestor *track_running(u32 pid, u64 start)
{
	struct ancestor *found = look_up(pid, start, true);

	if (!found || !found->unverified)
		return found;
	ancestor_put(found);
	return NULL;
}

/**
 * track_matches - is a program start one from which on to follow?
 * @exec: the start, of which at least the first stage was judged
 *
 * Return: whether a predicate holds of those that the policy tracks.
 */
bool track_matches(const struct pydetect_exec *exec)
{
	const struct pydetect_view *view = exec->view;
	u32 i;

	if (!exec->nr_held)
		return false;
	for (i = 0; i < view->nr_tracked; i++)
		if (test_bit(view->tracked[i], exec->holds))
			return true;
	return false;
}

/**
 * lineage_begin_exec - forget an exec that failed
 * @bprm: the program start, before it is judged or let pass
 *
 * What a failed exec would have become must not become true by a later one that
 * succeeds without having been judged. Later passes of one exec go on with what
 * the first one found.
 */
void lineage_begin_exec(const struct linux_binprm *bprm)
{
	struct bucket *bucket = bucket_of(current->tgid);
	struct ancestor *failed = NULL;
	struct track *track;

	if (is_empty() || bprm->interp != bprm->filename)
		return;
	raw_spin_lock(&bucket->lock);
	track = find_track(bucket, current->tgid, start_of(current));
	if (track) {
		swap(track->pending, failed);
		if (track->ancestor)
			track = NULL;
		else
			hlist_del(&track->node);
	}
	raw_spin_unlock(&bucket->lock);
	ancestor_put(failed);
	free_track(track);
}

/*
 * Takes over @pending. An entry that was there may vanish at any time, if it
 * is one of a census: so one is at hand.
 */
static void set_pending(struct ancestor *pending)
{
	struct bucket *bucket = bucket_of(current->tgid);
	struct track *spare = new_track(current->tgid, start_of(current),
					share_of_current(), GFP_KERNEL);
	struct track *track;

	raw_spin_lock(&bucket->lock);
	track = find_track(bucket, current->tgid, start_of(current));
	if (!track && spare) {
		hlist_add_head(&spare->node, &bucket->tracks);
		swap(track, spare);
	}
	if (track) {
		swap(track->pending, pending);
		track->pending_runs = true;
	}
	raw_spin_unlock(&bucket->lock);
	if (!track)
		track_count_lost();
	ancestor_put(pending);
	free_track(spare);
}

/* The program of a later pass is another one than that which was asked for. */
static void replace_running(void)
{
	struct bucket *bucket = bucket_of(current->tgid);
	struct track *track;

	if (is_empty())
		return;
	raw_spin_lock(&bucket->lock);
	track = find_track(bucket, current->tgid, start_of(current));
	if (track)
		track->pending_runs = false;
	raw_spin_unlock(&bucket->lock);
}

/**
 * lineage_note_exec - remember what the current process may become
 * @exec: the program start, judged as far as there was need
 * @capture: its fields
 *
 * Nothing counts before the exec has succeeded: track_exec().
 *
 * Context: process context, sleeps.
 */
void lineage_note_exec(const struct pydetect_exec *exec,
		       struct capture *capture)
{
	struct ancestor *ancestor;

	if (!exec->view->nr_tracked)
		return;
	if (!track_matches(exec)) {
		replace_running();
		return;
	}
	ancestor = ancestor_of_exec(capture);
	if (ancestor)
		set_pending(ancestor);
	else
		track_count_lost();
}

/**
 * track_fork - a process has been made
 * @parent: who made it: the current task
 * @child: its first thread, or another thread of the same process
 *
 * Context: does not sleep. The child has not run yet.
 */
void track_fork(const struct task_struct *parent,
		const struct task_struct *child)
{
	struct ancestor *ancestor = NULL;
	struct bucket *bucket;
	struct track *track;
	bool runs = false;

	if (is_empty() || child->group_leader != child)
		return;
	bucket = bucket_of(parent->tgid);
	raw_spin_lock(&bucket->lock);
	track = find_track(bucket, parent->tgid, start_of(parent));
	if (track) {
		ancestor = ancestor_get(inherited_ancestor(track->ancestor));
		runs = track->runs;
	}
	raw_spin_unlock(&bucket->lock);
	if (!ancestor)
		return;
	track = new_track(child->tgid, start_of(child), share_of_current(),
			  GFP_ATOMIC | __GFP_NOWARN);
	if (!track) {
		ancestor_put(ancestor);
		track_count_lost();
		return;
	}
	track->ancestor = ancestor;
	track->runs = runs;
	free_track(add_track(track));
}

/**
 * track_exec - an exec has succeeded
 * @task: the current task
 *
 * Context: does not sleep.
 */
void track_exec(const struct task_struct *task)
{
	struct bucket *bucket = bucket_of(task->tgid);
	struct ancestor *former = NULL;
	struct track *track;

	if (is_empty())
		return;
	raw_spin_lock(&bucket->lock);
	track = find_track(bucket, task->tgid, start_of(task));
	if (track) {
		track->runs = track->pending && track->pending_runs;
		if (track->pending) {
			former = track->ancestor;
			track->ancestor = track->pending;
			track->pending = NULL;
		}
	}
	raw_spin_unlock(&bucket->lock);
	ancestor_put(former);
}

/**
 * track_exit - a process is gone
 * @task: its last thread, or one that ended at the same time
 *
 * Context: does not sleep.
 */
void track_exit(const struct task_struct *task)
{
	struct bucket *bucket = bucket_of(task->tgid);
	struct track *track;

	if (is_empty())
		return;
	raw_spin_lock(&bucket->lock);
	track = find_track(bucket, task->tgid, start_of(task));
	if (track)
		hlist_del(&track->node);
	raw_spin_unlock(&bucket->lock);
	free_track(track);
}

/**
 * track_open - from here on every fork and exit looks into the table
 *
 * A fork that began before, and did not look, may not be over yet.
 */
void track_open(void)
{
	atomic_inc(&nr_open);
	atomic_inc(&nr_tracks);
}

/**
 * track_close - the opposite
 */
void track_close(void)
{
	atomic_dec(&nr_tracks);
	atomic_dec(&nr_open);
}

/*
 * Put a stand-in in front of what an entry has. Not where that is a stand-in
 * already: the process was forked by another that is being counted. And not
 * where the process itself is its ancestor: nobody is nearer.
 */
static bool put_in_front(struct track *track, struct ancestor *stand_in)
{
	struct ancestor *ancestor = track->ancestor;

	if (ancestor && (ancestor->stand_in ||
			 (track->runs && ancestor->pid == track->pid &&
			  ancestor->start == track->start)))
		return false;
	/* The reference goes from the entry to the stand-in. */
	stand_in->real = ancestor;
	track->ancestor = ancestor_get(stand_in);
	return true;
}

/**
 * track_adopt - follow a process of which nothing is known yet
 * @task: the leader of its threads
 * @stand_in: takes the place of its ancestor; on success the table has a
 *	reference to it, and it one to the former ancestor
 *
 * Context: does not sleep; under RCU.
 * Return: whether anything refers to @stand_in now.
 */
bool track_adopt(const struct task_struct *task, struct ancestor *stand_in)
{
	struct bucket *bucket = bucket_of(task->tgid);
	struct track *track, *spare;
	bool adopted = true;

	/* These are no more than there are processes. */
	spare = new_track(task->tgid, start_of(task), NO_SHARE,
			  GFP_ATOMIC | __GFP_NOWARN);
	raw_spin_lock(&bucket->lock);
	track = find_track(bucket, task->tgid, start_of(task));
	if (track) {
		adopted = put_in_front(track, stand_in);
	} else if (spare) {
		spare->ancestor = ancestor_get(stand_in);
		hlist_add_head(&spare->node, &bucket->tracks);
		spare = NULL;
	} else {
		adopted = false;
		track_count_lost();
	}
	raw_spin_unlock(&bucket->lock);
	free_track(spare);
	return adopted;
}

/* Move entries that nobody needs from a bucket to a list of their own. */
static void settle_bucket(struct bucket *bucket, struct hlist_head *unneeded)
{
	struct hlist_node *next;
	struct track *track;

	raw_spin_lock(&bucket->lock);
	hlist_for_each_entry_safe(track, next, &bucket->tracks, node) {
		struct ancestor *former = track->ancestor;

		if (!former || !former->stand_in)
			continue;
		track->ancestor = ancestor_get(real_ancestor(former));
		/* Never the last one: that has the census. */
		ancestor_put(former);
		if (track->ancestor || track->pending)
			continue;
		hlist_del(&track->node);
		hlist_add_head(&track->node, unneeded);
	}
	raw_spin_unlock(&bucket->lock);
}

static void free_list(struct hlist_head *list)
{
	struct hlist_node *next;
	struct track *track;

	hlist_for_each_entry_safe(track, next, list, node)
		free_track(track);
}

/**
 * track_settle - replace all stand-ins by whom they stand for
 *
 * All of them are known, and no fork is under way that saw one when it was not:
 * so there will be no more of them.
 *
 * Context: process context, sleeps.
 */
void track_settle(void)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(buckets); i++) {
		HLIST_HEAD(unneeded);

		settle_bucket(&buckets[i], &unneeded);
		free_list(&unneeded);
		cond_resched();
	}
}

/**
 * track_status - how many processes are followed
 * @status: filled in
 */
void track_status(struct track_status *status)
{
	int count = atomic_read(&nr_tracks) - atomic_read(&nr_open);

	status->count = max(count, 0);
	status->max = lineages_max;
	status->lost = atomic64_read(&nr_lost);
}

/**
 * track_init - make ready
 */
void track_init(void)
{
	u32 i;

	lineages_max = min_t(unsigned int, lineages_max, TRACKS_MAX);
	for (i = 0; i < ARRAY_SIZE(buckets); i++)
		raw_spin_lock_init(&buckets[i].lock);
}

/**
 * track_destroy - free all entries
 *
 * Context: nothing calls in here any more.
 */
void track_destroy(void)
{
	struct hlist_node *next;
	struct track *track;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(buckets); i++)
		hlist_for_each_entry_safe(track, next, &buckets[i].tracks, node)
			free_track(track);
}
