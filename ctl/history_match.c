// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is an event asked for? The store looks where such events may be; this decides.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "history.h"
#include "../module/uapi/policy.h"
#include "../module/uapi/pydetect.h"

static bool would_be_denied(const struct event *event)
{
	size_t i;

	if (event->denied || event->exempt)
		return true;
	for (i = 0; i < event->nr_rules; i++)
		if (event->rules[i].action == PYDETECT_ACTION_BLOCK)
			return true;
	return false;
}

/**
 * history_verdicts - what became of a start
 * @event: the event
 *
 * Return: bit n: enum history_verdict n.
 */
uint32_t history_verdicts(const struct event *event)
{
	uint32_t verdicts = 1u << HISTORY_ANY;

	if (event->denied)
		verdicts |= 1u << HISTORY_DENIED;
	if (would_be_denied(event))
		verdicts |= 1u << HISTORY_WOULD_DENY;
	if (event->nr_rules && !event->denied)
		verdicts |= 1u << HISTORY_REPORTED;
	if (event->error)
		verdicts |= 1u << HISTORY_ERROR;
	return verdicts;
}

static bool is_same(struct bytes text, const char *wanted)
{
	return text.length == strlen(wanted) &&
	       !strncasecmp((const char *)text.data, wanted, text.length);
}

static bool contains(struct bytes text, const char *wanted)
{
	const size_t length = strlen(wanted);
	size_t i;

	for (i = 0; i + length <= text.length; i++)
		if (!strncasecmp((const char *)text.data + i, wanted, length))
			return true;
	return false;
}

/**
 * history_is_rule - is a rule asked for?
 * @id: its id
 * @title: its title
 * @wanted: the id, or a part of the title, case ignored
 *
 * Return: true where it is.
 */
bool history_is_rule(struct bytes id, struct bytes title, const char *wanted)
{
	return is_same(id, wanted) || contains(title, wanted);
}

/**
 * history_is_label - is a label asked for?
 * @label: the label
 * @wanted: what is asked for, case ignored
 *
 * Return: true where it is.
 */
bool history_is_label(struct bytes label, const char *wanted)
{
	return is_same(label, wanted);
}

/**
 * history_is_parent - is a parent asked for by its path?
 * @image: the path
 * @wanted: a part of it, case ignored
 *
 * Return: true where it is.
 */
bool history_is_parent(struct bytes image, const char *wanted)
{
	return contains(image, wanted);
}

static bool has_rule(const struct event *event, const char *wanted)
{
	size_t i;

	for (i = 0; i < event->nr_rules; i++)
		if (history_is_rule(event->rules[i].id, event->rules[i].title,
				    wanted))
			return true;
	return false;
}

static bool has_label(const struct event *event, const char *wanted)
{
	size_t i, j;

	for (i = 0; i < event->nr_rules; i++)
		for (j = 0; j < event->rules[i].nr_labels; j++)
			if (history_is_label(event->rules[i].labels[j], wanted))
				return true;
	return false;
}

static bool has_level(const struct event *event, uint32_t level)
{
	size_t i;

	for (i = 0; i < event->nr_rules; i++)
		if (event->rules[i].level >= level)
			return true;
	return !level;
}

static bool has_user(const struct event *event, uint32_t user)
{
	return event_process_has(&event->process, PYDETECT_PROCESS_UID) &&
	       event->process.uid == user;
}

static bool has_pid(const struct event_process *parent, const char *wanted)
{
	char *end;
	const unsigned long long pid = strtoull(wanted, &end, 10);

	return end != wanted && !*end &&
	       event_process_has(parent, PYDETECT_PROCESS_PID) &&
	       parent->pid == pid;
}

static bool has_parent(const struct event *event,
		       const struct print_origin *origin, const char *wanted)
{
	const struct event_process *parent = &event->parent;
	char entity[128];

	print_entity(entity, sizeof(entity), origin, parent->pid,
		     parent->start);
	return has_pid(parent, wanted) || !strcmp(entity, wanted) ||
	       history_is_parent(parent->image, wanted);
}

/**
 * history_matches - is an event asked for?
 * @query: what is asked for
 * @event: the event
 * @origin: where it comes from
 *
 * Return: true where it is.
 */
bool history_matches(const struct history_query *query,
		     const struct event *event,
		     const struct print_origin *origin)
{
	return event->time >= query->since &&
	       (!query->until || event->time < query->until) &&
	       (!query->rule || has_rule(event, query->rule)) &&
	       (!query->label || has_label(event, query->label)) &&
	       (!query->parent || has_parent(event, origin, query->parent)) &&
	       has_level(event, query->level) &&
	       (!query->has_user || has_user(event, query->user)) &&
	       history_verdicts(event) >> query->verdict & 1;
}
