/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_POLICY_H
#define PYDETECT_POLICY_H

#include <linux/atomic.h>
#include <linux/llist.h>
#include <linux/percpu-refcount.h>

#include "core/verify.h"
#include "scratch.h"
#include "uapi/pydetect.h"

/**
 * struct rule_counters - what became of one rule
 * @matched: program starts it matched
 * @denied: of these, how many were denied
 */
struct rule_counters {
	atomic64_t matched;
	atomic64_t denied;
};

/**
 * struct policy - a verified image in force
 * @users: counts them; also while it is in force
 * @unused: for freeing it
 * @image: the image, from vmalloc()
 * @view: its parts
 * @pool: memory for judging by it
 * @counters: one for each rule, and behind them for each correlation
 * @actions: what each of them does, see struct pydetect_view
 * @generation: 1 for the first policy since the module was loaded
 * @loaded_at: nanoseconds since 1970
 * @is_signed: it came with a good signature
 */
struct policy {
	struct percpu_ref users;
	struct llist_node unused;
	void *image;
	struct pydetect_view view;
	struct scratch_pool pool;
	struct rule_counters *counters;
	u8 *actions;
	u64 generation;
	u64 loaded_at;
	bool is_signed;
};

bool policy_loaded(void);
bool policy_is_in_force(const struct policy *policy);
struct policy *policy_get(void);
void policy_put(struct policy *policy);
int __must_check policy_replace(void *image, size_t size, bool is_signed,
				struct pydetect_fault *fault);
int __must_check policy_set_rule(const char *id, enum pydetect_override action,
				 const char **reason);
void policy_destroy(void);

#endif /* PYDETECT_POLICY_H */
