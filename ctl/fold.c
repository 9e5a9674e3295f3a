// SPDX-License-Identifier: GPL-2.0-only
/*
 * Alerts that say the same as one just shown.
 *
 * Two alerts are the same where all that an alert tells of what was started, by
 * whom and why is the same, byte for byte. The first one is shown and opens a
 * group; those of the second that follows are counted in it. A group lasts from
 * its first event, not its last: a storm without end is told once a second.
 *
 * Groups all last equally long, so the one opened first is over first: they
 * stand in a ring in the order in which they were opened. Where there are
 * too many the oldest is told before its time.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fold.h"
#include "../module/core/siphash.h"
#include "../module/uapi/pydetect.h"

/**
 * struct fold_key - all by which alerts are told apart
 * @data: the bytes; NULL while they are only being counted
 * @length: how many
 * @hash: of them
 */
struct fold_key {
	uint8_t *data;
	size_t length;
	uint64_t hash;
};

/**
 * struct fold_group - an alert that was shown, and those that were not
 * @key: what they have in common
 * @until: those before this belong to it
 * @repeat: those that were not shown
 */
struct fold_group {
	struct fold_key key;
	uint64_t until;
	struct event_repeat repeat;
};

/**
 * struct fold - the alerts of the last second
 * @repeat: who is told of counts
 * @context: handed to it
 * @groups: the open groups: a ring
 * @first: the oldest
 * @nr: how many there are
 */
struct fold {
	fold_repeat_t repeat;
	void *context;
	struct fold_group groups[FOLD_GROUPS_MAX];
	size_t first;
	size_t nr;
};

static void put(struct fold_key *key, const void *data, size_t length)
{
	if (key->data && length)
		memcpy(key->data + key->length, data, length);
	key->length += length;
}

static void put_number(struct fold_key *key, uint64_t number)
{
	put(key, &number, sizeof(number));
}

/* With its length, so that no two rows of texts look alike. */
static void put_text(struct fold_key *key, struct bytes text)
{
	put_number(key, text.length);
	put(key, text.data, text.length);
}

static void put_rules(struct fold_key *key, const struct event *event)
{
	size_t i, j;

	put_number(key, event->nr_rules);
	for (i = 0; i < event->nr_rules; i++) {
		const struct event_rule *rule = &event->rules[i];

		put_text(key, rule->id);
		put_number(key, rule->action);
		put_number(key, rule->nr_labels);
		for (j = 0; j < rule->nr_labels; j++)
			put_text(key, rule->labels[j]);
	}
}

static void put_command(struct fold_key *key,
			const struct event_process *process)
{
	size_t i;

	put_number(key, process->arg_count);
	put_number(key, process->args_length);
	put_number(key, process->nr_pieces);
	for (i = 0; i < process->nr_pieces; i++) {
		put_number(key, process->pieces[i].offset);
		put_text(key, process->pieces[i].data);
	}
}

static void put_process(struct fold_key *key,
			const struct event_process *process)
{
	put_number(key, process->uid);
	put_number(key, process->euid);
	put_number(key, process->gid);
	put_number(key, process->deleted);
	put_text(key, process->image);
	put_text(key, process->invoked);
	put_text(key, process->directory);
	put_command(key, process);
}

/* A parent that starts another program is no other process. */
static void put_parent(struct fold_key *key, const struct event_process *parent)
{
	put_number(key, parent->pid);
	put_number(key, parent->start);
	put_text(key, parent->image);
}

static void put_event(struct fold_key *key, const struct event *event)
{
	put_number(key, event->generation);
	put_number(key, event->mode);
	put_number(key, event->error);
	put_number(key, event->denied);
	put_number(key, event->exempt);
	put_rules(key, event);
	put_process(key, &event->process);
	put_parent(key, &event->parent);
}

static uint64_t hash_of(const struct fold_key *key)
{
	static const struct pydetect_secret secret;
	struct pydetect_siphash hash;

	pydetect_siphash_start(&hash, &secret);
	pydetect_siphash_bytes(&hash, key->data, key->length);
	return pydetect_siphash_end(&hash);
}

static int make_key(struct fold_key *key, const struct event *event)
{
	memset(key, 0, sizeof(*key));
	put_event(key, event);
	key->data = malloc(key->length);
	if (!key->data)
		return -ENOMEM;
	key->length = 0;
	put_event(key, event);
	key->hash = hash_of(key);
	return 0;
}

static bool is_same(const struct fold_key *a, const struct fold_key *b)
{
	return a->hash == b->hash && a->length == b->length &&
	       !memcmp(a->data, b->data, a->length);
}

static bool is_correlation_alert(const struct event *event)
{
	size_t i;

	for (i = 0; i < event->nr_windows; i++)
		if (event->windows[i].alert)
			return true;
	return false;
}

/*
 * Whoever started it has to be known, and all that there is to compare. What a
 * correlation found is a finding of its own, though what it found it in may
 * look like the event before.
 */
static bool may_fold(const struct event *event)
{
	return event_process_has(&event->parent, PYDETECT_PROCESS_PID) &&
	       event_process_has(&event->parent, PYDETECT_PROCESS_START) &&
	       !event->brief && !is_correlation_alert(event);
}

/* Where the group lies that was opened @age groups after the oldest. */
static size_t slot(const struct fold *fold, size_t age)
{
	return (fold->first + age) % FOLD_GROUPS_MAX;
}

static struct fold_group *find_group(struct fold *fold,
				     const struct fold_key *key)
{
	size_t age;

	for (age = 0; age < fold->nr; age++) {
		struct fold_group *group = &fold->groups[slot(fold, age)];

		if (is_same(&group->key, key))
			return group;
	}
	return NULL;
}

static void drop_oldest(struct fold *fold)
{
	free(fold->groups[fold->first].key.data);
	fold->first = slot(fold, 1);
	fold->nr--;
}

static int close_oldest(struct fold *fold)
{
	const struct event_repeat repeat = fold->groups[fold->first].repeat;

	drop_oldest(fold);
	return repeat.count ? fold->repeat(&repeat, fold->context) : 0;
}

/* Takes the key over. */
static int open_group(struct fold *fold, const struct fold_key *key,
		      const struct event *event)
{
	int error = fold->nr == FOLD_GROUPS_MAX ? close_oldest(fold) : 0;

	fold->groups[slot(fold, fold->nr++)] = (struct fold_group){
		.key = *key,
		.until = event->boot_time + FOLD_NS,
		.repeat.number = event->number,
	};
	return error;
}

static void count(struct event_repeat *repeat, const struct event *event)
{
	repeat->count++;
	repeat->last = event->number;
	repeat->time = event->time;
}

/**
 * fold_new - begin to fold
 * @repeat: told of a group that is over and has something counted; may return
 *	a negative errno, which is handed on by whatever closed the group
 * @context: handed to it
 *
 * Return: released by fold_free(); NULL where memory ran out.
 */
struct fold *fold_new(fold_repeat_t repeat, void *context)
{
	struct fold *fold = calloc(1, sizeof(*fold));

	if (!fold)
		return NULL;
	fold->repeat = repeat;
	fold->context = context;
	return fold;
}

/**
 * fold_free - end folding; what was counted and not told is forgotten
 * @fold: the folding, or NULL
 */
void fold_free(struct fold *fold)
{
	while (fold && fold->nr)
		drop_oldest(fold);
	free(fold);
}

/**
 * fold_event - an event came
 * @fold: the folding
 * @event: the event, not needed afterwards
 * @show: set to whether it is to be shown; otherwise it was counted
 *
 * First tells of the groups that were over by the time of the event.
 *
 * Return: 0 or a negative errno; -ENOMEM where memory ran out.
 */
int fold_event(struct fold *fold, const struct event *event, bool *show)
{
	struct fold_group *group;
	struct fold_key key;
	int error;

	*show = true;
	error = fold_expire(fold, event->boot_time);
	if (error || !may_fold(event))
		return error;
	error = make_key(&key, event);
	if (error)
		return error;
	group = find_group(fold, &key);
	if (!group)
		return open_group(fold, &key, event);
	free(key.data);
	count(&group->repeat, event);
	*show = false;
	return 0;
}

/**
 * fold_expire - tell of the groups whose second is over
 * @fold: the folding
 * @now: the time, ns since boot
 *
 * Return: 0 or a negative errno of whoever is told.
 */
int fold_expire(struct fold *fold, uint64_t now)
{
	int error = 0;

	while (!error && fold->nr && fold->groups[fold->first].until <= now)
		error = close_oldest(fold);
	return error;
}

/**
 * fold_flush - tell of all groups, as if their second were over
 * @fold: the folding
 *
 * Return: 0 or a negative errno of whoever is told.
 */
int fold_flush(struct fold *fold)
{
	return fold_expire(fold, UINT64_MAX);
}

/**
 * fold_due - when there is something to tell even if nothing comes
 * @fold: the folding
 *
 * Return: when fold_expire() has something to do, ns since boot; UINT64_MAX:
 * never.
 */
uint64_t fold_due(const struct fold *fold)
{
	size_t age;

	for (age = 0; age < fold->nr; age++) {
		const size_t at = slot(fold, age);

		if (fold->groups[at].repeat.count)
			return fold->groups[at].until;
	}
	return UINT64_MAX;
}
