// SPDX-License-Identifier: GPL-2.0-only
/*
 * What rules do instead of what their files say.
 *
 * An override belongs to an id and not to a policy, so that rules can be loaded
 * again without losing it. It ends with the first policy that does not have the
 * id: an id that comes back much later would find something forgotten. Callers
 * hold the lock that policies are replaced under.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/hashtable.h>
#include <linux/list.h>
#include <linux/overflow.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/stringhash.h>

#include "core/image.h"
#include "overrides.h"

#define OVERRIDES_BITS 8

/**
 * struct override - what a rule does
 * @node: in its bucket
 * @action: enum pydetect_action
 * @used: the policy has the id
 * @id: of the rule
 */
struct override {
	struct hlist_node node;
	u8 action;
	bool used;
	char id[];
};

static DEFINE_HASHTABLE(overrides, OVERRIDES_BITS);
static u32 nr_overrides;

static_assert((int)PYDETECT_OVERRIDE_REPORT == (int)PYDETECT_ACTION_REPORT);
static_assert((int)PYDETECT_OVERRIDE_BLOCK == (int)PYDETECT_ACTION_BLOCK);
static_assert((int)PYDETECT_OVERRIDE_NONE == (int)PYDETECT_ACTION_COUNT);

static u32 hash_of_id(const char *id)
{
	return full_name_hash(NULL, id, strlen(id));
}

static struct override *find_override(const char *id)
{
	struct override *override;

	hash_for_each_possible(overrides, override, node, hash_of_id(id))
		if (!strcmp(override->id, id))
			return override;
	return NULL;
}

static void remove_override(struct override *override)
{
	hash_del(&override->node);
	WRITE_ONCE(nr_overrides, nr_overrides - 1);
	kfree(override);
}

static struct override *add_override(const char *id)
{
	const size_t size = strlen(id) + 1;
	struct override *override;

	override = kzalloc(struct_size(override, id, size), GFP_KERNEL_ACCOUNT);
	if (!override)
		return NULL;
	memcpy(override->id, id, size);
	hash_add(overrides, &override->node, hash_of_id(id));
	WRITE_ONCE(nr_overrides, nr_overrides + 1);
	return override;
}

/**
 * overrides_set - remember what a rule does
 * @id: its id
 * @action: what it does; PYDETECT_OVERRIDE_NONE: what its file says
 *
 * Context: process context, sleeps. The caller's lock is held.
 * Return: 0, -ENOSPC where there are too many, or -ENOMEM.
 */
int overrides_set(const char *id, enum pydetect_override action)
{
	struct override *override = find_override(id);

	if (action == PYDETECT_OVERRIDE_NONE) {
		if (override)
			remove_override(override);
		return 0;
	}
	if (!override && nr_overrides >= PYDETECT_OVERRIDES_MAX)
		return -ENOSPC;
	if (!override)
		override = add_override(id);
	if (!override)
		return -ENOMEM;
	override->action = action;
	return 0;
}

static u8 use_override(const struct pydetect_view *view, u32 number)
{
	const struct pydetect_image_head *head = pydetect_head(view, number);
	struct override *override = NULL;

	if (nr_overrides)
		override = find_override(pydetect_string(view, head->id));
	if (!override)
		return head->action;
	override->used = true;
	return override->action | PYDETECT_ACTION_SET;
}

static void drop_unused(void)
{
	struct override *override;
	struct hlist_node *next;
	int bucket;

	hash_for_each_safe(overrides, bucket, next, override, node) {
		if (!override->used) {
			pr_info_ratelimited("the policy has no rule %*pE any more: it is not set to anything\n",
					    (int)strlen(override->id),
					    override->id);
			remove_override(override);
		} else {
			override->used = false;
		}
	}
}

/**
 * overrides_apply - a policy comes into force
 * @view: the policy
 * @actions: filled in: see struct pydetect_view
 *
 * Overrides of ids that the policy does not have are forgotten.
 *
 * Context: process context. The caller's lock is held.
 */
void overrides_apply(const struct pydetect_view *view, u8 *actions)
{
	u32 number, count = view->nr_rules + view->nr_correlations;

	for (number = 0; number < count; number++)
		actions[number] = use_override(view, number);
	if (nr_overrides)
		drop_unused();
}

/**
 * overrides_count - how many rules do not do what their files say?
 *
 * Context: any.
 * Return: how many were set.
 */
u32 overrides_count(void)
{
	return READ_ONCE(nr_overrides);
}

/**
 * overrides_destroy - forget all of them
 *
 * Context: process context. Nobody else looks at them any more.
 */
void overrides_destroy(void)
{
	struct override *override;
	struct hlist_node *next;
	int bucket;

	hash_for_each_safe(overrides, bucket, next, override, node)
		remove_override(override);
}
