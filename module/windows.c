// SPDX-License-Identifier: GPL-2.0-only
/*
 * The windows of all correlations: a hash table in bounded memory.
 *
 * The table consists of shards, each with a lock of its own. Every look-up adds
 * a sample, so readers without a lock would gain nothing; and as keys are hashes
 * under a secret, nobody can choose the shard of a window, or fill one.
 *
 * Windows outlive policies: they belong to a correlation that means the same,
 * not to the image it came from.
 *
 * When a shard is full, an idle window has to go. Each shard has lists of its
 * windows by correlation (some share a class) and by how far they have come, the
 * one that has been idle longest at the end. The class with the most windows
 * gives, from the longest of its lists. So a flood of parents that do one thing
 * each only drives out its own kind: what other correlations count stays, and so
 * does a burst in progress.
 */
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <net/netlink.h>

#include "message.h"
#include "windows.h"
#include "uapi/pydetect.h"

#define SHARDS 64
#define SHARD_BUCKETS 64
#define WINDOW_TEXTS 16
#define CLASSES 8
#define LEVELS 4

/* How often windows are looked for in which nothing counts any more. */
#define AGEING_SECONDS 10

static uint windows_max = 16384;
module_param(windows_max, uint, 0444);
MODULE_PARM_DESC(windows_max, "most windows of correlations at a time");

static uint windows_kib = 16384;
module_param(windows_kib, uint, 0444);
MODULE_PARM_DESC(windows_kib, "most memory for windows, in KiB");

/*
 * What has to be equal for a window to be a correlation's. The identity alone
 * would do, if images could be trusted.
 */
struct shape {
	u64 identity;
	u64 timespan;
	u32 type;
	u32 capacity;
	u32 references;
	u32 groups;
};

/**
 * struct entry - a window in the table
 * @node: in its bucket
 * @age: in the list of its level, newest first
 * @key: which window
 * @shape: whose
 * @level: how far it has come
 * @bytes: memory it takes, texts included
 * @nr_texts: values to show
 * @texts: the newest last; owned
 * @groups: what tells it from others; owned
 * @also: references that held anyway when it was last judged
 * @window: the samples
 *
 * Protected by the lock of its shard.
 */
struct entry {
	struct hlist_node node;
	struct list_head age;
	u64 key;
	struct shape shape;
	u32 level;
	u32 bytes;
	u32 nr_texts;
	struct window_text *texts[WINDOW_TEXTS];
	struct window_group *groups;
	u64 also;
	struct pydetect_window window;
};

/**
 * struct shard - a part of the table
 * @lock: protects all of it
 * @buckets: the windows by their keys
 * @levels: the windows by class, and by how far they have come
 * @lengths: of the levels
 * @counts: of the classes
 * @count: windows
 * @bytes: memory they take
 * @evicted: windows that had to go
 * @lost: samples there was no memory for
 */
struct shard {
	spinlock_t lock; /* of everything below */
	struct hlist_head buckets[SHARD_BUCKETS];
	struct list_head levels[CLASSES][LEVELS];
	u32 lengths[CLASSES][LEVELS];
	u32 counts[CLASSES];
	u32 count;
	u64 bytes;
	u64 evicted;
	u64 lost;
} ____cacheline_aligned_in_smp;

static struct shard shards[SHARDS];

static void age_all(struct work_struct *work);
static DECLARE_DEFERRABLE_WORK(ageing, age_all);

static struct shard *shard_of(u64 key)
{
	return &shards[key % SHARDS];
}

static struct hlist_head *window_bucket(struct shard *shard, u64 key)
{
	return &shard->buckets[key / SHARDS % SHARD_BUCKETS];
}

/* All levels of all classes, one after the other. */
static struct list_head *level_at(struct shard *shard, u32 number)
{
	return &shard->levels[number / LEVELS][number % LEVELS];
}

static u32 class_of(const struct entry *entry)
{
	return entry->shape.identity % CLASSES;
}

static struct shape shape_of(const struct pydetect_image_correlation *of)
{
	return (struct shape){
		.identity = of->identity,
		.timespan = of->timespan,
		.type = of->type,
		.capacity = of->capacity,
		.references = of->references.count,
		.groups = of->groups.count,
	};
}

static struct entry *find_window(struct shard *shard, u64 key,
				 const struct shape *shape)
{
	struct entry *entry;

	lockdep_assert_held(&shard->lock);
	hlist_for_each_entry(entry, window_bucket(shard, key), node)
		if (entry->key == key &&
		    !memcmp(&entry->shape, shape, sizeof(*shape)))
			return entry;
	return NULL;
}

static void free_entry(struct entry *entry)
{
	u32 i;

	if (!entry)
		return;
	for (i = 0; i < entry->nr_texts; i++)
		kfree(entry->texts[i]);
	kfree(entry->groups);
	kvfree(entry);
}

static void describe(const struct window_request *request,
		     struct entry *entry)
{
	u32 i;

	for (i = 0; i < entry->shape.groups; i++)
		request->describe(request->context, i, &entry->groups[i]);
}

/*
 * The memory is not charged to whoever starts programs: a small limit of one's
 * own must not be a way not to be counted. The table has a limit itself.
 */
static struct entry *create_entry(const struct window_request *request)
{
	size_t size = offsetof(struct entry, window) +
		      pydetect_window_bytes(request->correlation);
	struct entry *entry = kvzalloc(size, GFP_KERNEL);
	size_t groups;

	if (!entry)
		return NULL;
	entry->key = request->key;
	entry->shape = shape_of(request->correlation);
	groups = entry->shape.groups * sizeof(*entry->groups);
	entry->bytes = roundup_pow_of_two(size) + roundup_pow_of_two(groups | 1);
	if (groups) {
		entry->groups = kzalloc(groups, GFP_KERNEL);
		if (!entry->groups) {
			free_entry(entry);
			return NULL;
		}
		describe(request, entry);
	}
	return entry;
}

static void insert(struct shard *shard, struct entry *entry)
{
	lockdep_assert_held(&shard->lock);
	hlist_add_head(&entry->node, window_bucket(shard, entry->key));
	list_add(&entry->age, &shard->levels[class_of(entry)][entry->level]);
	shard->lengths[class_of(entry)][entry->level]++;
	shard->counts[class_of(entry)]++;
	shard->count++;
	shard->bytes += entry->bytes;
}

/* What is taken out is freed without the lock: that may take its time. */
static void take_out(struct shard *shard, struct entry *entry,
		     struct list_head *gone)
{
	lockdep_assert_held(&shard->lock);
	hlist_del(&entry->node);
	list_move(&entry->age, gone);
	shard->lengths[class_of(entry)][entry->level]--;
	shard->counts[class_of(entry)]--;
	shard->count--;
	shard->bytes -= entry->bytes;
}

static void free_all(struct list_head *gone)
{
	struct entry *entry, *next;

	list_for_each_entry_safe(entry, next, gone, age)
		free_entry(entry);
}

static void touch_entry(struct shard *shard, struct entry *entry, u32 count)
{
	u32 *lengths = shard->lengths[class_of(entry)];

	lockdep_assert_held(&shard->lock);
	lengths[entry->level]--;
	entry->level = clamp_t(u32, count, 1, LEVELS) - 1;
	lengths[entry->level]++;
	list_move(&entry->age, &shard->levels[class_of(entry)][entry->level]);
}

static u32 largest(const u32 *numbers, u32 count)
{
	u32 i, found = 0;

	for (i = 1; i < count; i++)
		if (numbers[i] > numbers[found])
			found = i;
	return found;
}

static struct list_head *longest_level(struct shard *shard)
{
	u32 class = largest(shard->counts, CLASSES);

	return &shard->levels[class][largest(shard->lengths[class], LEVELS)];
}

/* Makes room for what is in the shard already, but not at the cost of @kept. */
static void evict(struct shard *shard, const struct entry *kept,
		  struct list_head *gone)
{
	lockdep_assert_held(&shard->lock);
	while (shard->count > 1 &&
	       (shard->count > DIV_ROUND_UP(windows_max, SHARDS) ||
		shard->bytes > (u64)windows_kib * 1024 / SHARDS)) {
		struct list_head *level = longest_level(shard);
		struct entry *oldest = list_last_entry(level, struct entry,
						       age);

		/* The newest of its level is only the oldest if it is alone. */
		if (oldest == kept)
			return;
		take_out(shard, oldest, gone);
		shard->evicted++;
	}
}

static void drop_text(struct shard *shard, struct entry *entry, u32 index)
{
	u32 bytes = ksize(entry->texts[index]);

	kfree(entry->texts[index]);
	entry->nr_texts--;
	memmove(&entry->texts[index], &entry->texts[index + 1],
		(entry->nr_texts - index) * sizeof(entry->texts[0]));
	entry->bytes -= bytes;
	shard->bytes -= bytes;
}

/* Remember a value to show; one that is known already becomes the newest. */
static void keep_text(struct shard *shard, struct entry *entry,
		      struct window_text *text)
{
	u32 i, bytes = ksize(text);

	lockdep_assert_held(&shard->lock);
	for (i = 0; i < entry->nr_texts; i++)
		if (entry->texts[i]->value == text->value)
			break;
	if (i == entry->nr_texts && i == WINDOW_TEXTS)
		i = 0;
	if (i < entry->nr_texts)
		drop_text(shard, entry, i);
	text->time = entry->window.newest;
	entry->texts[entry->nr_texts++] = text;
	entry->bytes += bytes;
	shard->bytes += bytes;
}

static void take_sample(struct shard *shard, struct entry *entry,
			const struct window_request *request,
			struct pydetect_window_state *state,
			struct list_head *gone)
{
	const struct pydetect_sample *sample = request->sample;

	lockdep_assert_held(&shard->lock);
	pydetect_window_add(&entry->window, request->correlation, sample);
	pydetect_window_judge(&entry->window, request->correlation,
			      sample->time, request->also, state);
	entry->also = request->also;
	if (request->text)
		keep_text(shard, entry, request->text);
	touch_entry(shard, entry, state->count);
	evict(shard, entry, gone);
}

static void lose(const struct window_request *request, struct shard *shard)
{
	spin_lock(&shard->lock);
	shard->lost++;
	spin_unlock(&shard->lock);
	kfree(request->text);
}

/**
 * windows_sample - add a sample to a window, and judge the window
 * @request: the sample; its text is taken over in any case
 * @state: set to how the window stands with it
 *
 * Context: process context, sleeps.
 * Return: true; false if there was no memory for a new window: then the sample
 * is lost, and counted as such.
 */
bool windows_sample(const struct window_request *request,
		    struct pydetect_window_state *state)
{
	const struct shape shape = shape_of(request->correlation);
	struct shard *shard = shard_of(request->key);
	struct entry *entry, *fresh = NULL;
	LIST_HEAD(gone);

	spin_lock(&shard->lock);
	entry = find_window(shard, request->key, &shape);
	if (!entry) {
		spin_unlock(&shard->lock);
		fresh = create_entry(request);
		if (!fresh) {
			lose(request, shard);
			return false;
		}
		spin_lock(&shard->lock);
		entry = find_window(shard, request->key, &shape);
	}
	if (!entry) {
		insert(shard, fresh);
		swap(entry, fresh);
	}
	take_sample(shard, entry, request, state, &gone);
	spin_unlock(&shard->lock);
	free_entry(fresh);
	free_all(&gone);
	schedule_delayed_work(&ageing, AGEING_SECONDS * HZ);
	return true;
}

/**
 * windows_look - see how a window stands
 * @correlation: whose window
 * @key: which
 * @time: the time it is now, ns since boot
 * @state: filled in
 *
 * Return: false where there is no such window.
 */
bool windows_look(const struct pydetect_image_correlation *correlation,
		  u64 key, u64 time, struct pydetect_window_state *state)
{
	const struct shape shape = shape_of(correlation);
	struct shard *shard = shard_of(key);
	struct entry *entry;

	spin_lock(&shard->lock);
	entry = find_window(shard, key, &shape);
	if (entry)
		pydetect_window_look(&entry->window, correlation, time, 0,
				     state);
	spin_unlock(&shard->lock);
	return entry;
}

static void age_level(struct shard *shard, struct list_head *level, u64 now,
		      struct list_head *gone)
{
	struct entry *entry, *next;

	list_for_each_entry_safe(entry, next, level, age)
		if (pydetect_window_empty(&entry->window,
					  entry->shape.timespan, now))
			take_out(shard, entry, gone);
}

/* Returns how many windows are left. */
static u32 age_shard(struct shard *shard)
{
	u64 now = ktime_get_boottime_ns();
	LIST_HEAD(gone);
	u32 i, left;

	spin_lock(&shard->lock);
	for (i = 0; i < CLASSES * LEVELS; i++)
		age_level(shard, level_at(shard, i), now, &gone);
	left = shard->count;
	spin_unlock(&shard->lock);
	free_all(&gone);
	return left;
}

static void age_all(struct work_struct *work)
{
	u32 i, left = 0;

	for (i = 0; i < SHARDS; i++) {
		left += age_shard(&shards[i]);
		cond_resched();
	}
	if (left)
		schedule_delayed_work(&ageing, AGEING_SECONDS * HZ);
}

/**
 * windows_status - how full the table is
 * @status: filled in
 */
void windows_status(struct windows_status *status)
{
	u32 i;

	*status = (struct windows_status){
		.max = windows_max,
		.bytes_max = (u64)windows_kib * 1024,
	};
	for (i = 0; i < SHARDS; i++) {
		struct shard *shard = &shards[i];

		spin_lock(&shard->lock);
		status->count += shard->count;
		status->bytes += shard->bytes;
		status->evicted += shard->evicted;
		status->lost += shard->lost;
		spin_unlock(&shard->lock);
	}
}

static bool is_process(u32 field)
{
	return field >= PYDETECT_FIELD_WALKED_COUNT;
}

static int put_group(struct sk_buff *message, const struct window_group *group)
{
	struct nlattr *nest = nla_nest_start(message, PYDETECT_WINDOW_GROUP);

	if (!nest ||
	    nla_put_u32(message, PYDETECT_GROUP_FIELD, group->field))
		return -EMSGSIZE;
	if (is_process(group->field)) {
		if (nla_put_u32(message, PYDETECT_GROUP_PID, group->pid) ||
		    put_u64(message, PYDETECT_GROUP_START, group->start))
			return -EMSGSIZE;
	} else if (nla_put(message, PYDETECT_GROUP_TEXT, group->length,
			   group->text)) {
		return -EMSGSIZE;
	}
	nla_nest_end(message, nest);
	return 0;
}

static int put_groups(struct sk_buff *message, const struct entry *entry)
{
	u32 i;

	for (i = 0; i < entry->shape.groups; i++)
		if (put_group(message, &entry->groups[i]))
			return -EMSGSIZE;
	return 0;
}

/* Those that still count. */
static int put_values(struct sk_buff *message, const struct entry *entry)
{
	const u64 now = ktime_get_boottime_ns();
	u32 i;

	for (i = 0; i < entry->nr_texts; i++) {
		const struct window_text *text = entry->texts[i];

		if (!pydetect_window_counts(text->time, entry->shape.timespan,
					    now))
			continue;
		if (nla_put(message, PYDETECT_WINDOW_VALUE, text->length,
			    text->bytes) ||
		    put_u64(message, PYDETECT_WINDOW_VALUE_TIME, text->time))
			return -EMSGSIZE;
	}
	return 0;
}

static int put_state(struct sk_buff *message, const struct entry *entry,
		     const struct pydetect_image_correlation *correlation)
{
	struct pydetect_window_state state;

	pydetect_window_look(&entry->window, correlation,
			     ktime_get_boottime_ns(), entry->also, &state);
	if (nla_put_u32(message, PYDETECT_WINDOW_COUNT, state.count) ||
	    nla_put_u32(message, PYDETECT_WINDOW_NEEDED, correlation->min) ||
	    nla_put_u32(message, PYDETECT_WINDOW_TYPE, correlation->type) ||
	    put_u64(message, PYDETECT_WINDOW_FIRST, state.first) ||
	    put_u64(message, PYDETECT_WINDOW_LAST, state.last) ||
	    put_u64(message, PYDETECT_WINDOW_TIMESPAN, correlation->timespan))
		return -EMSGSIZE;
	return 0;
}

static int put_entry(struct sk_buff *message, const struct pydetect_view *view,
		     const struct pydetect_image_correlation *correlation,
		     const struct entry *entry, bool with_values)
{
	if (nla_put_string(message, PYDETECT_WINDOW_ID,
			   pydetect_string(view, correlation->head.id)) ||
	    nla_put_string(message, PYDETECT_WINDOW_TITLE,
			   pydetect_string(view, correlation->head.title)) ||
	    put_state(message, entry, correlation) ||
	    put_groups(message, entry))
		return -EMSGSIZE;
	if (!with_values || !entry->nr_texts)
		return 0;
	if (nla_put_u32(message, PYDETECT_WINDOW_FIELD,
			pydetect_shown_field(correlation)))
		return -EMSGSIZE;
	return put_values(message, entry);
}

/**
 * windows_put - describe a window
 * @message: where to add PYDETECT_WINDOW_ attributes
 * @view: the policy
 * @correlation: whose window
 * @key: which
 * @with_values: list the values
 *
 * Return: 0, also where the window is gone by now; -EMSGSIZE.
 */
int windows_put(struct sk_buff *message, const struct pydetect_view *view,
		const struct pydetect_image_correlation *correlation, u64 key,
		bool with_values)
{
	const struct shape shape = shape_of(correlation);
	struct shard *shard = shard_of(key);
	struct entry *entry;
	int error = 0;

	spin_lock(&shard->lock);
	entry = find_window(shard, key, &shape);
	if (entry)
		error = put_entry(message, view, correlation, entry,
				  with_values);
	spin_unlock(&shard->lock);
	return error;
}

static const struct pydetect_image_correlation *
owner_of(const struct pydetect_view *view, const struct entry *entry)
{
	u32 i;

	for (i = 0; i < view->nr_correlations; i++) {
		struct shape shape = shape_of(&view->correlations[i]);

		if (!memcmp(&shape, &entry->shape, sizeof(shape)))
			return &view->correlations[i];
	}
	return NULL;
}

/* The window at @index of a shard, counted in the order of its buckets. */
static struct entry *entry_at(struct shard *shard, u32 index)
{
	struct entry *entry;
	u32 i;

	lockdep_assert_held(&shard->lock);
	for (i = 0; i < SHARD_BUCKETS; i++)
		hlist_for_each_entry(entry, &shard->buckets[i], node)
			if (!index--)
				return entry;
	return NULL;
}

/* 1: described; 0: nothing to describe at this place; or -EMSGSIZE. */
static int put_at(struct sk_buff *message, const struct pydetect_view *view,
		  struct windows_place *place)
{
	const struct pydetect_image_correlation *correlation = NULL;
	struct shard *shard = &shards[place->shard];
	struct entry *entry;
	int result = 0;

	spin_lock(&shard->lock);
	entry = entry_at(shard, place->index);
	if (entry)
		correlation = owner_of(view, entry);
	if (correlation && !pydetect_window_empty(&entry->window,
						  entry->shape.timespan,
						  ktime_get_boottime_ns()))
		result = put_entry(message, view, correlation, entry, true) ?:
			 1;
	spin_unlock(&shard->lock);
	cond_resched();
	if (entry) {
		place->index += result >= 0;
	} else {
		place->shard++;
		place->index = 0;
	}
	return result;
}

/**
 * windows_put_next - describe one window after the other
 * @message: where to add PYDETECT_WINDOW_ attributes
 * @view: the policy; windows of correlations it does not have are passed over
 * @place: where to go on; zero at first
 *
 * What changes between two calls may be missed, or come twice.
 *
 * Return: 1; 0 when there are no more; -EMSGSIZE, with @place where it was.
 */
int windows_put_next(struct sk_buff *message, const struct pydetect_view *view,
		     struct windows_place *place)
{
	int result = 0;

	while (!result && place->shard < SHARDS)
		result = put_at(message, view, place);
	return result;
}

/**
 * windows_init - prepare the table
 */
void windows_init(void)
{
	u32 i, level;

	for (i = 0; i < SHARDS; i++) {
		spin_lock_init(&shards[i].lock);
		for (level = 0; level < CLASSES * LEVELS; level++)
			INIT_LIST_HEAD(level_at(&shards[i], level));
	}
}

/**
 * windows_destroy - free all windows
 *
 * Context: process context, sleeps. Nobody uses the table any more.
 */
void windows_destroy(void)
{
	u32 i, level;

	cancel_delayed_work_sync(&ageing);
	for (i = 0; i < SHARDS; i++)
		for (level = 0; level < CLASSES * LEVELS; level++)
			free_all(level_at(&shards[i], level));
}
