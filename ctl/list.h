/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the module lists message by message, kept as a whole.
 */
#ifndef PYDETECT_CTL_LIST_H
#define PYDETECT_CTL_LIST_H

#include "nl.h"

/**
 * struct list_rule - a rule that outlives the message it came in
 * @rule: the rule
 * @order: where it stood in the policy
 */
struct list_rule {
	struct event_rule rule;
	size_t order;
};

/**
 * struct list_rules - the rules of the policy in force
 * @rules: the rules, in the order of the policy, each the first member of a
 *	struct list_rule; owned
 * @nr: how many
 */
struct list_rules {
	struct event_rule **rules;
	size_t nr;
};

/**
 * struct list_window - a window that outlives the message it came in
 * @window: the window
 * @bytes: the attributes that it refers to
 */
struct list_window {
	struct event_window window;
	uint8_t *bytes;
};

/**
 * struct list_windows - all windows
 * @windows: the windows, the fullest first; owned
 * @nr: how many
 */
struct list_windows {
	struct list_window *windows;
	size_t nr;
};

int list_rules_read(struct list_rules *list, struct channel *channel);
int list_rules_add(struct list_rules *list, const struct event_rule *rule);
void list_rules_free(struct list_rules *list);
int list_windows_read(struct list_windows *list, struct channel *channel);
void list_windows_free(struct list_windows *list);

#endif /* PYDETECT_CTL_LIST_H */
