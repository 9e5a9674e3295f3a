/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Events of the past: out of a store, or what the module still holds.
 */
#ifndef PYDETECT_CTL_HISTORY_H
#define PYDETECT_CTL_HISTORY_H

#include "event.h"
#include "print.h"

struct history;

/** enum history_verdict - what became of a start */
enum history_verdict {
	HISTORY_ANY,
	HISTORY_DENIED,		/* it failed with EPERM */
	HISTORY_WOULD_DENY,	/* it would have in mode block, or did */
	HISTORY_REPORTED,	/* a rule matched, and it went on */
	HISTORY_ERROR,		/* it could not be judged */
};

/**
 * struct history_query - which events are asked for
 * @since: not before this, ns since 1970; zero: from the first
 * @until: before this, ns since 1970; zero: up to the last
 * @rule: id of a rule, or a part of its title, case ignored; NULL: any
 * @label: a label that a rule gave; NULL: any
 * @parent: id or entity id of the parent, or a part of its path; NULL: any
 * @level: enum pydetect_level, the lowest that some rule has to have
 * @has_user: only starts of @user
 * @user: the real user
 * @verdict: enum history_verdict
 * @limit: at most that many events; zero: all
 * @oldest_first: the order; and which ones come within @limit
 */
struct history_query {
	uint64_t since;
	uint64_t until;
	const char *rule;
	const char *label;
	const char *parent;
	uint32_t level;
	bool has_user;
	uint32_t user;
	enum history_verdict verdict;
	uint64_t limit;
	bool oldest_first;
};

/**
 * struct history_visitor - who is shown events
 * @event: an event, and the machine and boot it comes from; both are gone when
 *	it returns
 * @gap: events of that boot that are in neither store nor module, between those
 *	shown; may be missing
 * @context: handed to both
 *
 * Both return 0, or a negative errno that ends the reading and is handed on.
 */
struct history_visitor {
	int (*event)(const struct event *event,
		     const struct print_origin *origin, void *context);
	int (*gap)(const struct event_gap *gap,
		   const struct print_origin *origin, void *context);
	void *context;
};

int history_open(struct history **history, const char *store);
void history_close(struct history *history);
const char *history_message(const struct history *history);
int history_read(struct history *history, const struct history_query *query,
		 const struct history_visitor *visitor);

uint32_t history_verdicts(const struct event *event);
bool history_is_rule(struct bytes id, struct bytes title, const char *wanted);
bool history_is_parent(struct bytes image, const char *wanted);
bool history_is_label(struct bytes label, const char *wanted);
bool history_matches(const struct history_query *query,
		     const struct event *event,
		     const struct print_origin *origin);

#endif /* PYDETECT_CTL_HISTORY_H */
