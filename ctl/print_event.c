// SPDX-License-Identifier: GPL-2.0-only
/*
 * An event for people: a headline that says what happened, and below it who did
 * it and how.
 */
#include <string.h>
#include <time.h>

#include "clock.h"
#include "print.h"
#include "rule.h"
#include "user.h"
#include "../module/uapi/policy.h"
#include "../module/uapi/pydetect.h"

/**
 * print_level_style - the colour of a level
 * @level: enum pydetect_level
 *
 * Return: the style.
 */
enum terminal_style print_level_style(uint32_t level)
{
	switch (level) {
	case PYDETECT_LEVEL_CRITICAL:
	case PYDETECT_LEVEL_HIGH:
		return STYLE_RED;
	case PYDETECT_LEVEL_MEDIUM:
		return STYLE_YELLOW;
	case PYDETECT_LEVEL_LOW:
		return STYLE_CYAN;
	default:
		return STYLE_DIM;
	}
}

/* The words at the start of an indented line. */
static void put_heading(struct terminal *terminal, const char *heading)
{
	terminal_print(terminal, STYLE_DIM, "    %-8s ", heading);
}

static void put_time(struct terminal *terminal, uint64_t time)
{
	const time_t seconds = time / NS_PER_SECOND;
	const unsigned int milliseconds = time % NS_PER_SECOND / 1000000;
	struct tm local;
	char text[64];

	localtime_r(&seconds, &local);
	strftime(text, sizeof(text), "%F %T", &local);
	terminal_print(terminal, STYLE_DIM, "%s.%03u ", text, milliseconds);
}

/**
 * print_user - print what a user is called
 * @terminal: where
 * @uid: the user's id
 */
void print_user(struct terminal *terminal, uint32_t uid)
{
	const char *name = user_name(uid);

	if (name)
		terminal_string(terminal, STYLE_PLAIN, name);
	else
		terminal_print(terminal, STYLE_PLAIN, "uid %u", uid);
}

static void put_labels(struct terminal *terminal, const struct event_rule *rule)
{
	size_t i;

	for (i = 0; i < rule->nr_labels; i++) {
		fputs(i ? ", " : " [", terminal->stream);
		terminal_bytes(terminal, STYLE_CYAN, rule->labels[i]);
	}
	if (rule->nr_labels)
		fputc(']', terminal->stream);
}

/**
 * print_verdict - print what became of a start, in the colour of its level
 * @terminal: where
 * @event: the event
 */
void print_verdict(struct terminal *terminal, const struct event *event)
{
	const struct event_rule *rule = event_main_rule(event);

	if (event->denied)
		terminal_print(terminal, STYLE_ALARM, "DENIED");
	else if (event->error)
		terminal_print(terminal, STYLE_RED, "ERROR ");
	else
		terminal_print(terminal,
			       rule ? print_level_style(rule->level) :
				      STYLE_PLAIN,
			       "REPORT");
	fputc(' ', terminal->stream);
}

/**
 * print_headline - say in one line what happened
 * @terminal: where
 * @event: what
 *
 * Prints neither the time nor the end of the line.
 */
void print_headline(struct terminal *terminal, const struct event *event)
{
	const struct event_rule *rule = event_main_rule(event);

	print_verdict(terminal, event);
	if (rule) {
		terminal_bytes(terminal, STYLE_BOLD, rule->title);
		put_labels(terminal, rule);
	}
	if (event->error)
		terminal_print(terminal, STYLE_BOLD,
			       "%scould not be judged: %s", rule ? "; " : "",
			       strerror(event->error));
	if (event->nr_rules > 1)
		terminal_print(terminal, STYLE_PLAIN, " and %zu more",
			       event->nr_rules - 1);
	fputs(", user ", terminal->stream);
	print_user(terminal, event->process.uid);
	if (event->exempt)
		fputs(" (exempt: not denied)", terminal->stream);
	if (event->brief)
		fputs(" (too large to be told in full)", terminal->stream);
}

static void put_author(struct terminal *terminal, const struct event_rule *rule)
{
	if (!rule->author.length)
		return;
	fputs(", by ", terminal->stream);
	terminal_bytes(terminal, STYLE_PLAIN, rule->author);
}

static void put_rule(struct terminal *terminal, const struct event_rule *rule)
{
	size_t i;

	put_heading(terminal, "rule");
	terminal_bytes(terminal, STYLE_PLAIN, rule->id);
	terminal_print(terminal, print_level_style(rule->level), " %s",
		       rule_level_name(rule->level));
	if (rule->action == PYDETECT_ACTION_BLOCK)
		fputs(" blocks", terminal->stream);
	if (rule->overridden)
		fputs(" (set at run time)", terminal->stream);
	for (i = 0; i < rule->nr_tags; i++) {
		fputc(' ', terminal->stream);
		terminal_bytes(terminal, STYLE_DIM, rule->tags[i]);
	}
}

static void put_rules(struct terminal *terminal, const struct event *event)
{
	const struct event_rule *main_rule = event_main_rule(event);
	size_t i;

	for (i = 0; i < event->nr_rules; i++) {
		const struct event_rule *rule = &event->rules[i];

		put_rule(terminal, rule);
		put_author(terminal, rule);
		fputc('\n', terminal->stream);
		if (rule == main_rule)
			continue;
		/* The headline only names the main rule. */
		put_heading(terminal, "");
		terminal_bytes(terminal, STYLE_PLAIN, rule->title);
		put_labels(terminal, rule);
		fputc('\n', terminal->stream);
	}
}

static bool is_same(struct bytes left, struct bytes right)
{
	return left.length == right.length &&
	       (!left.length || !memcmp(left.data, right.data, left.length));
}

static void put_image(struct terminal *terminal,
		      const struct event_process *process)
{
	terminal_bytes(terminal, STYLE_PLAIN, process->image);
	if (process->deleted)
		terminal_print(terminal, STYLE_YELLOW, " (deleted)");
	if (process->invoked.length &&
	    !is_same(process->invoked, process->image)) {
		fputs(", called as ", terminal->stream);
		terminal_bytes(terminal, STYLE_PLAIN, process->invoked);
	}
}

static void put_process(struct terminal *terminal, const struct event *event)
{
	const struct event_process *process = &event->process;
	const struct print_command command = {
		.process = process,
		.hits = event->hits,
		.nr_hits = event->nr_hits,
		.field = PYDETECT_FIELD_COMMAND_LINE,
		.whole = true,
	};

	put_heading(terminal, "image");
	put_image(terminal, process);
	terminal_print(terminal, STYLE_DIM, " pid %u", process->pid);
	fputc('\n', terminal->stream);

	put_heading(terminal, "command");
	print_command(terminal, &command);
	fputc('\n', terminal->stream);
}

static void put_parent(struct terminal *terminal, const struct event *event)
{
	const struct event_process *parent = &event->parent;
	const struct print_command command = {
		.process = parent,
		.hits = event->hits,
		.nr_hits = event->nr_hits,
		.field = PYDETECT_FIELD_PARENT_COMMAND_LINE,
		.whole = true,
	};

	if (!parent->has)
		return;
	put_heading(terminal, "parent");
	put_image(terminal, parent);
	terminal_print(terminal, STYLE_DIM, " pid %u", parent->pid);
	if (parent->nr_pieces) {
		fputs(": ", terminal->stream);
		print_command(terminal, &command);
	}
	if (parent->unverified)
		terminal_print(terminal, STYLE_DIM, " (unverified)");
	fputc('\n', terminal->stream);
}

static void put_lineage(struct terminal *terminal, const struct event *event)
{
	const struct event_process *lineage = &event->lineage;
	const struct print_command command = {
		.process = lineage,
		.field = PYDETECT_FIELD_COUNT,
		.whole = true,
	};

	if (!lineage->has)
		return;
	put_heading(terminal, "lineage");
	put_image(terminal, lineage);
	terminal_print(terminal, STYLE_DIM, " pid %u", lineage->pid);
	if (lineage->nr_pieces) {
		fputs(": ", terminal->stream);
		print_command(terminal, &command);
	}
	if (lineage->unverified)
		terminal_print(terminal, STYLE_DIM, " (unverified)");
	fputc('\n', terminal->stream);
}

static void put_directory(struct terminal *terminal,
			  const struct event_process *process)
{
	if (!process->directory.length)
		return;
	put_heading(terminal, "cwd");
	terminal_bytes(terminal, STYLE_PLAIN, process->directory);
	fputc('\n', terminal->stream);
}

static void put_hits(struct terminal *terminal, const struct event *event)
{
	size_t i;

	for (i = 0; i < event->nr_hits; i++) {
		const struct event_hit *hit = &event->hits[i];

		put_heading(terminal, i ? "" : "hits");
		terminal_bytes(terminal, STYLE_PLAIN, hit->text);
		terminal_print(terminal, STYLE_DIM, " @%llu",
			       (unsigned long long)hit->offset);
		fputc('\n', terminal->stream);
	}
}

static void put_ids(struct terminal *terminal,
		    const struct event_process *process)
{
	put_heading(terminal, "ids");
	fprintf(terminal->stream, "uid %u, euid %u, gid %u", process->uid,
		process->euid, process->gid);
	if (event_process_has(process, PYDETECT_PROCESS_LOGIN_UID)) {
		fputs(", logged in as ", terminal->stream);
		print_user(terminal, process->login_uid);
	}
	if (event_process_has(process, PYDETECT_PROCESS_SESSION))
		fprintf(terminal->stream, ", session %u", process->session);
	if (process->name.length) {
		fputs(", comm ", terminal->stream);
		terminal_bytes(terminal, STYLE_PLAIN, process->name);
	}
	fputc('\n', terminal->stream);
}

static void put_event_line(struct terminal *terminal, const struct event *event)
{
	put_heading(terminal, "event");
	fprintf(terminal->stream,
		"number %llu, mode %s, policy generation %llu",
		(unsigned long long)event->number, event_mode_name(event->mode),
		(unsigned long long)event->generation);
	if (event->pass > 1)
		fprintf(terminal->stream, ", interpreter (pass %u)",
			event->pass);
	fputc('\n', terminal->stream);
}

static void put_windows(struct terminal *terminal, const struct event *event)
{
	const struct print_clock clock = {
		.time = event->time,
		.boot_time = event->boot_time,
	};
	size_t i;

	for (i = 0; i < event->nr_windows; i++) {
		put_heading(terminal, i ? "" : "window");
		print_window(terminal, &event->windows[i], &clock);
	}
}

/**
 * print_event - print all that is known of an event, for people
 * @terminal: where
 * @event: what
 */
void print_event(struct terminal *terminal, const struct event *event)
{
	put_time(terminal, event->time);
	print_headline(terminal, event);
	fputc('\n', terminal->stream);
	put_rules(terminal, event);
	put_process(terminal, event);
	put_parent(terminal, event);
	put_lineage(terminal, event);
	put_directory(terminal, &event->process);
	put_windows(terminal, event);
	put_hits(terminal, event);
	put_ids(terminal, &event->process);
	put_event_line(terminal, event);
}

static void put_reason(struct terminal *terminal, uint64_t count,
		       const char *reason, const char **separator)
{
	if (!count)
		return;
	terminal_print(terminal, STYLE_ALARM, "%s%llu %s", *separator,
		       (unsigned long long)count, reason);
	*separator = ", ";
}

static void put_reasons(struct terminal *terminal, const struct event_gap *gap)
{
	const char *separator = ": ";

	put_reason(terminal, gap->unstored, "for want of memory", &separator);
	put_reason(terminal, gap->overwritten,
		   "overwritten before they were read", &separator);
	put_reason(terminal, gap->late, "gone before they were asked for",
		   &separator);
}

/**
 * print_lost - say that events will not come
 * @terminal: where
 * @gap: which
 *
 * Does not print the end of the line.
 */
void print_lost(struct terminal *terminal, const struct event_gap *gap)
{
	const unsigned long long first = gap->first, count = gap->count;

	if (count == 1)
		terminal_print(terminal, STYLE_ALARM, "lost event %llu", first);
	else
		terminal_print(terminal, STYLE_ALARM,
			       "lost %llu events, %llu-%llu", count, first,
			       first + count - 1);
	put_reasons(terminal, gap);
}

/**
 * print_gap - a line that says that events will not come
 * @terminal: where
 * @gap: which
 */
void print_gap(struct terminal *terminal, const struct event_gap *gap)
{
	print_lost(terminal, gap);
	fputc('\n', terminal->stream);
}
