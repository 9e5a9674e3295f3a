// SPDX-License-Identifier: GPL-2.0-only
/*
 * An event in one line, as wide as the terminal: when, what became of it, which
 * rule, who, from where, and what was started.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "print.h"
#include "user.h"
#include "../module/uapi/policy.h"
#include "../module/uapi/pydetect.h"

/* Shares of the width that a part takes at most. */
#define TITLE 4
#define LABELS 5
#define PARENT 6

/* What is left for the command line, however narrow the terminal. */
#define COMMAND_MIN 10

/**
 * struct line - a line as it fills
 * @terminal: where
 * @width: columns that it may take; SIZE_MAX: any number
 * @left: columns that are left
 */
struct line {
	struct terminal *terminal;
	size_t width;
	size_t left;
};

static void use(struct line *line, size_t columns)
{
	line->left -= columns < line->left ? columns : line->left;
}

static void put_words(struct line *line, enum terminal_style style,
		      const char *words)
{
	terminal_print(line->terminal, style, "%s", words);
	use(line, strlen(words));
}

/* A text of which no more than a share of the width is printed. */
static void put_share(struct line *line, enum terminal_style style,
		      struct bytes text, unsigned int share)
{
	size_t columns = line->width / share;
	size_t left = columns;
	const size_t fits = terminal_fit(line->terminal, text, &left);
	const bool cut = fits < text.length;

	text.length = fits;
	terminal_bytes(line->terminal, style, text);
	use(line, columns - left);
	if (cut)
		put_words(line, style, terminal_ellipsis(line->terminal));
}

static bool is_today(const struct tm *day)
{
	const time_t now = clock_read(CLOCK_REALTIME) / NS_PER_SECOND;
	struct tm today;

	localtime_r(&now, &today);
	return day->tm_year == today.tm_year && day->tm_yday == today.tm_yday;
}

static void put_time(struct line *line, uint64_t time)
{
	const time_t seconds = time / NS_PER_SECOND;
	const unsigned int milliseconds = time % NS_PER_SECOND / 1000000;
	char text[64], all[80];
	struct tm local;

	localtime_r(&seconds, &local);
	strftime(text, sizeof(text), is_today(&local) ? "%T" : "%F %T", &local);
	snprintf(all, sizeof(all), "%s.%03u ", text, milliseconds);
	put_words(line, STYLE_DIM, all);
}

static void put_labels(struct line *line, const struct event_rule *rule)
{
	size_t i;

	for (i = 0; i < rule->nr_labels; i++) {
		put_words(line, STYLE_PLAIN, i ? ", " : " [");
		put_share(line, STYLE_CYAN, rule->labels[i], LABELS);
	}
	if (rule->nr_labels)
		put_words(line, STYLE_PLAIN, "]");
}

static void put_reason(struct line *line, const struct event *event)
{
	const struct event_rule *rule = event_main_rule(event);
	char text[32];

	if (rule) {
		put_share(line, STYLE_BOLD, rule->title, TITLE);
		put_labels(line, rule);
	}
	if (event->error) {
		put_words(line, STYLE_PLAIN, rule ? "; " : "");
		put_words(line, STYLE_BOLD, "could not be judged: ");
		put_words(line, STYLE_BOLD, strerror(event->error));
	}
	if (event->nr_rules > 1) {
		snprintf(text, sizeof(text), " +%zu", event->nr_rules - 1);
		put_words(line, STYLE_PLAIN, text);
	}
}

static void put_user(struct line *line, uint32_t uid)
{
	const char *name = user_name(uid);
	char text[32];

	put_words(line, STYLE_PLAIN, ", ");
	if (name) {
		put_share(line, STYLE_PLAIN, bytes_of(name), PARENT);
		return;
	}
	snprintf(text, sizeof(text), "uid %u", uid);
	put_words(line, STYLE_PLAIN, text);
}

static void put_parent(struct line *line, const struct event_process *parent)
{
	char text[32];

	if (!parent->has)
		return;
	put_words(line, STYLE_PLAIN, ", from ");
	put_share(line, STYLE_PLAIN, print_file_name(parent->image), PARENT);
	snprintf(text, sizeof(text), "[%u]", parent->pid);
	put_words(line, STYLE_DIM, text);
}

static size_t columns_left(const struct line *line)
{
	if (line->width == SIZE_MAX)
		return 0;
	return line->left > COMMAND_MIN ? line->left : COMMAND_MIN;
}

static void put_command(struct line *line, const struct event *event)
{
	struct print_command command = {
		.process = &event->process,
		.hits = event->hits,
		.nr_hits = event->nr_hits,
		.field = PYDETECT_FIELD_COMMAND_LINE,
	};

	put_words(line, STYLE_PLAIN, ": ");
	command.columns = columns_left(line);
	if (event->process.nr_pieces)
		print_command(line->terminal, &command);
	else
		terminal_bytes(line->terminal, STYLE_PLAIN,
			       event->process.image);
}

static void put_rest(struct line *line, const struct event *event)
{
	put_reason(line, event);
	put_user(line, event->process.uid);
	if (event->exempt)
		put_words(line, STYLE_PLAIN, " (exempt)");
	put_parent(line, &event->parent);
	put_command(line, event);
	fputc('\n', line->terminal->stream);
}

static void begin(struct line *line, struct terminal *terminal,
		  const struct event *event, uint64_t time)
{
	line->terminal = terminal;
	line->width = terminal_width(terminal);
	line->left = line->width;
	put_time(line, time);
	print_verdict(terminal, event);
	use(line, strlen("REPORT "));
}

/**
 * print_alert - print an event for people, in one line
 * @terminal: where
 * @event: what
 */
void print_alert(struct terminal *terminal, const struct event *event)
{
	struct line line;

	begin(&line, terminal, event, event->time);
	put_rest(&line, event);
}

/**
 * print_repeat - say that events said the same as one that was printed
 * @terminal: where
 * @event: the one that was printed
 * @count: how many said the same
 * @time: of the last one, ns since 1970
 */
void print_repeat(struct terminal *terminal, const struct event *event,
		  uint64_t count, uint64_t time)
{
	struct line line;
	char text[32];

	begin(&line, terminal, event, time);
	snprintf(text, sizeof(text), "%llu more: ", (unsigned long long)count);
	put_words(&line, STYLE_BOLD, text);
	put_rest(&line, event);
}
