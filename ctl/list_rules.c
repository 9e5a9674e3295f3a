// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rules with their counters, beyond the messages they came in.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "list.h"

static size_t string_bytes(const struct event_rule *rule)
{
	size_t i, bytes = rule->id.length + rule->title.length +
			  rule->author.length;

	for (i = 0; i < rule->nr_tags; i++)
		bytes += rule->tags[i].length;
	for (i = 0; i < rule->nr_labels; i++)
		bytes += rule->labels[i].length;
	return bytes;
}

static void move_text(struct bytes *text, uint8_t **to)
{
	if (text->length)
		memcpy(*to, text->data, text->length);
	text->data = *to;
	*to += text->length;
}

/* One block: the rule, its arrays, its strings. */
static struct list_rule *copy_rule(const struct event_rule *rule)
{
	const size_t nr = rule->nr_tags + rule->nr_labels;
	struct list_rule *copy;
	struct bytes *texts;
	uint8_t *to;
	size_t i;

	copy = malloc(sizeof(*copy) + nr * sizeof(*texts) + string_bytes(rule));
	if (!copy)
		return NULL;
	texts = (struct bytes *)(copy + 1);
	to = (uint8_t *)(texts + nr);
	copy->rule = *rule;
	copy->rule.tags = texts;
	copy->rule.labels = texts + rule->nr_tags;
	for (i = 0; i < nr; i++) {
		texts[i] = i < rule->nr_tags ? rule->tags[i] :
					       rule->labels[i - rule->nr_tags];
		move_text(&texts[i], &to);
	}
	move_text(&copy->rule.id, &to);
	move_text(&copy->rule.title, &to);
	move_text(&copy->rule.author, &to);
	return copy;
}

/**
 * list_rules_free - release a list of rules
 * @list: the list, empty afterwards
 */
void list_rules_free(struct list_rules *list)
{
	while (list->nr)
		free(list->rules[--list->nr]);
	free(list->rules);
	list->rules = NULL;
}

/**
 * list_rules_add - add a rule to the end of a list
 * @list: the list
 * @rule: the rule, copied
 *
 * Return: 0 or -ENOMEM.
 */
int list_rules_add(struct list_rules *list, const struct event_rule *rule)
{
	struct list_rule *copy = copy_rule(rule);
	struct event_rule **rules;

	rules = reallocarray(list->rules, list->nr + 1, sizeof(*rules));
	if (rules)
		list->rules = rules;
	if (!copy || !rules) {
		free(copy);
		return -ENOMEM;
	}
	copy->order = list->nr;
	rules[list->nr++] = &copy->rule;
	return 0;
}

static int take_rule(const struct event_rule *rule, void *context)
{
	struct list_rules *list = context;

	if (rule)
		return list_rules_add(list, rule);
	list_rules_free(list);
	return 0;
}

/**
 * list_rules_read - read the rules of the policy in force
 * @list: initialised as empty; released by list_rules_free(), on errors too
 * @channel: where from
 *
 * Return: 0 or a negative errno.
 */
int list_rules_read(struct list_rules *list, struct channel *channel)
{
	return channel_rules(channel, take_rule, list);
}
