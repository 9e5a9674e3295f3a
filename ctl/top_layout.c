// SPDX-License-Identifier: GPL-2.0-only
/*
 * What stands where on the page.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "rule.h"
#include "top.h"
#include "../module/core/env.h"
#include "../module/uapi/policy.h"
#include "../module/uapi/pydetect.h"

/* A window and an alert take two rows each. */
#define ROWS_EACH 2

#define GAUGE_CELLS 10

static const char *const sort_names[TOP_SORTS] = {
	[TOP_SORT_NEW] = "new hits",
	[TOP_SORT_MINUTE] = "hits of 1 min",
	[TOP_SORT_TOTAL] = "all hits",
	[TOP_SORT_LEVEL] = "level",
};

/* The lowest one takes too much room as it is called elsewhere. */
static const char *level_name(uint32_t level)
{
	return level == PYDETECT_LEVEL_INFORMATIONAL ? "info" :
						       rule_level_name(level);
}

/* Numbers beyond a column are told in thousands and so on. */
static void put_number(struct top_page *page, enum terminal_style style,
		       int width, double value)
{
	static const char units[] = " kMGTPE";
	double limit = 1;
	size_t unit = 0;
	int i;

	for (i = 1; i < width; i++)
		limit *= 10;
	while (value >= limit) {
		value /= 1000;
		unit++;
		if (unit == 1)
			limit /= 1000;
	}
	if (unit)
		top_page_print(page, style, "%*.1f%c", width - 1, value,
			       units[unit]);
	else
		top_page_print(page, style, "%*.0f", width, value);
}

static void put_rate(struct top_page *page, const struct top_counter *counter,
		     double rate)
{
	if (!counter->timed)
		top_page_print(page, STYLE_DIM, "%9s", "-");
	else if (rate >= 1000)
		put_number(page, STYLE_PLAIN, 9, rate);
	else
		top_page_print(page, rate > 0 ? STYLE_PLAIN : STYLE_DIM,
			       "%9.1f", rate);
}

static void put_time(struct top_page *page, uint64_t time)
{
	const time_t seconds = time / NS_PER_SECOND;
	struct tm local;
	char text[32];

	localtime_r(&seconds, &local);
	strftime(text, sizeof(text), "%T", &local);
	top_page_print(page, STYLE_DIM, "%s ", text);
}

static void put_title(struct top_page *page, const struct top_view *view)
{
	const time_t now = time(NULL);
	struct tm local;
	char text[32];

	localtime_r(&now, &local);
	strftime(text, sizeof(text), "%T", &local);
	top_page_print(page, STYLE_BAR, " pydetect  ");
	top_page_bytes(page, STYLE_BAR, bytes_of(view->host));
	top_page_print(page, STYLE_BAR, "  %s  every %llu s  ", text,
		       view->interval);
	if (view->paused)
		top_page_print(page, STYLE_ALARM, " PAUSED ");
	top_page_bar(page);
}

static void put_lock(struct top_page *page, const struct event_status *status)
{
	static const char *const locks[] = {
		[PYDETECT_LOCK_OPEN] = "not locked",
		[PYDETECT_LOCK_SIGNED] = "locked to signed policies",
		[PYDETECT_LOCK_FROZEN] = "frozen",
	};

	top_page_print(page,
		       status->lock == PYDETECT_LOCK_OPEN ? STYLE_PLAIN :
							    STYLE_GREEN,
		       ", %s",
		       status->lock < ARRAY_SIZE(locks) ? locks[status->lock] :
							  "lock unknown");
}

static void put_mode(struct top_page *page, const struct event_status *status)
{
	const bool off = status->mode == PYDETECT_MODE_OFF;

	top_page_print(page, STYLE_BOLD, "mode    ");
	top_page_print(page, off ? STYLE_YELLOW : STYLE_GREEN, "%s",
		       event_mode_name(status->mode));
	if (status->hook == PYDETECT_HOOK_NONE)
		top_page_print(page, STYLE_ALARM,
			       " no hook: nothing is judged");
	if (status->mode_reason > PYDETECT_REASON_COMMAND)
		top_page_print(page, STYLE_YELLOW, " (%s)",
			       event_reason_name(status->mode_reason));
	if (status->unconfirmed)
		top_page_print(page, STYLE_YELLOW, ", unconfirmed, %llu s left",
			       (unsigned long long)(status->confirm_left /
						    NS_PER_SECOND));
	if (status->limited)
		top_page_print(page, STYLE_PLAIN, ", %llu s left",
			       (unsigned long long)(status->mode_left /
						    NS_PER_SECOND));
	put_lock(page, status);
	top_page_print(page, STYLE_PLAIN, ", on error %s",
		       event_on_error_name(status->on_error));
	if (status->fallback_above)
		top_page_print(page, STYLE_PLAIN, ", %u of %u denials a minute",
			       status->denied_recently, status->fallback_above);
	top_page_next(page);
}

static void put_policy(struct top_page *page, const struct event_status *status)
{
	top_page_print(page, STYLE_BOLD, "policy  ");
	if (status->generation)
		top_page_print(
			page, STYLE_PLAIN,
			"%u rules, %u correlations, generation %llu, version %llu, %s",
			status->rules, status->correlations,
			(unsigned long long)status->generation,
			(unsigned long long)status->serial,
			status->is_signed ? "signed" : "not signed");
	else
		top_page_print(page, STYLE_YELLOW,
			       "none: load one with pydetectctl load");
	if (status->overrides)
		top_page_print(page, STYLE_YELLOW, ", %u set by hand",
			       status->overrides);
	top_page_next(page);
}

static void put_room(struct top_page *page, const struct event_status *status)
{
	const uint64_t held =
		status->event_oldest ?
			status->event_next - status->event_oldest :
			0;

	top_page_print(page, STYLE_BOLD, "ring    ");
	top_page_print(page, STYLE_PLAIN, "events held: %llu",
		       (unsigned long long)held);
	if (held)
		top_page_print(page, STYLE_PLAIN, ", from %llu on",
			       (unsigned long long)status->event_oldest);
	top_page_print(page, STYLE_PLAIN, "; readers: %u", status->readers);
	top_page_next(page);
	top_page_print(page, STYLE_BOLD, "memory  ");
	top_page_print(
		page, STYLE_PLAIN,
		"%u of %u windows, %llu of %llu KiB, %u of %u processes followed",
		status->windows, status->windows_max,
		(unsigned long long)status->window_bytes / 1024,
		(unsigned long long)status->window_bytes_max / 1024,
		status->lineages, status->lineages_max);
	top_page_next(page);
}

/* How often it happened, which is good news for none of the drops. */
static void put_rates(struct top_page *page, const char *name,
		      const struct top_counter *counter, bool bad)
{
	const enum terminal_style style =
		bad && top_counter_new(counter) ? STYLE_RED : STYLE_PLAIN;

	top_page_print(page, STYLE_PLAIN, "  %-11s", name);
	put_rate(page, counter, counter->rate);
	put_rate(page, counter, top_counter_average(counter));
	put_number(page, style, 9, top_counter_new(counter));
	put_number(page, STYLE_BOLD, 9, counter->value);
}

static void put_drops(struct top_page *page, const char *name,
		      const struct top_counter *counter)
{
	const uint64_t fresh = top_counter_new(counter);
	const enum terminal_style style = fresh		 ? STYLE_ALARM :
					  counter->value ? STYLE_YELLOW :
							   STYLE_DIM;

	top_page_move(page, 52);
	top_page_print(page, STYLE_PLAIN, "%-12s", name);
	put_number(page, style, 7, fresh);
	put_number(page, style, 8, counter->value);
	top_page_next(page);
}

static void put_numbers(struct top_page *page,
			const struct top_counter *numbers)
{
	static const struct {
		const char *name;
		enum top_number number;
		bool bad;
		const char *drop_name;
		enum top_number drop;
	} rows[] = {
		{ "judged", TOP_EXECS, false, "not stored", TOP_UNSTORED },
		{ "matched", TOP_MATCHED, false, "readers", TOP_LOST },
		{ "denied", TOP_DENIED, true, "windows", TOP_EVICTED },
		{ "errors", TOP_ERRORS, true, "values", TOP_SAMPLES },
		{ "events", TOP_EVENTS, false, "lineages", TOP_LINEAGES },
	};
	size_t i;

	top_page_print(page, STYLE_PLAIN, "  %-11s%9s%9s%9s%9s", "STARTS",
		       "now/s", "1 min/s", "new", "total");
	top_page_move(page, 52);
	top_page_print(page, STYLE_PLAIN, "%-12s%7s%8s", "LOST", "new",
		       "total");
	top_page_bar(page);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		put_rates(page, rows[i].name, &numbers[rows[i].number],
			  rows[i].bad);
		put_drops(page, rows[i].drop_name, &numbers[rows[i].drop]);
	}
}

static enum terminal_style window_style(const struct event_window *window)
{
	if (window->count >= window->needed)
		return STYLE_RED;
	return 2ull * window->count >= window->needed ? STYLE_YELLOW :
							STYLE_GREEN;
}

static void put_gauge(struct top_page *page, const struct event_window *window)
{
	uint32_t full = GAUGE_CELLS, i;

	if (window->count < window->needed)
		full = (uint64_t)window->count * GAUGE_CELLS / window->needed;
	top_page_print(page, STYLE_DIM, "[");
	for (i = 0; i < GAUGE_CELLS; i++)
		top_page_print(page,
			       i < full ? window_style(window) : STYLE_DIM,
			       i < full ? "#" : ".");
	top_page_print(page, STYLE_DIM, "]  ");
}

static void put_groups(struct top_page *page, const struct event_window *window)
{
	size_t i;

	for (i = 0; i < window->nr_groups; i++) {
		const struct event_group *group = &window->groups[i];

		top_page_print(page, STYLE_DIM, "%s%s ", i ? ", " : "",
			       print_field_name(group->field));
		if (group->start)
			top_page_print(page, STYLE_PLAIN, "pid %u", group->pid);
		else
			top_page_bytes(page, STYLE_PLAIN, group->text);
	}
}

static void put_window(struct top_page *page, const struct event_window *window)
{
	top_page_print(page, window_style(window), "%5u of %-4u ",
		       window->count, window->needed);
	put_gauge(page, window);
	top_page_print(page, STYLE_DIM, "%4llu s  ",
		       (unsigned long long)(window->timespan / NS_PER_SECOND));
	top_page_bytes(page, STYLE_BOLD, window->title);
	top_page_next(page);
	top_page_move(page, 14);
	put_groups(page, window);
	if (window->nr_values) {
		top_page_print(page, STYLE_DIM, "%snewest ",
			       window->nr_groups ? ", " : "");
		top_page_bytes(page, STYLE_CYAN,
			       window->values[window->nr_values - 1]);
	}
	top_page_next(page);
}

static void put_windows(struct top_page *page, const struct top_model *model,
			size_t rows)
{
	const struct list_windows *windows = &model->windows;
	const size_t end = page->row + rows;
	size_t i;

	top_page_print(page, STYLE_PLAIN, "  WINDOWS  %zu, the fullest first",
		       windows->nr);
	top_page_bar(page);
	if (!windows->nr)
		top_page_print(page, STYLE_DIM,
			       "  no correlation is counting anything");
	for (i = 0; i < windows->nr && page->row + ROWS_EACH <= end; i++)
		put_window(page, &windows->windows[i].window);
	page->row = end;
	page->column = 0;
}

static const char *action_name(const struct event_rule *rule)
{
	if (rule->silent)
		return "feed";
	return rule->action == PYDETECT_ACTION_BLOCK ? "block" : "report";
}

/* What never matched stays in the background, however bad it would be. */
static void put_level(struct top_page *page, const struct event_rule *rule)
{
	top_page_print(page,
		       rule->matched ? print_level_style(rule->level) :
				       STYLE_DIM,
		       "  %-8s ", level_name(rule->level));
}

static void put_rule(struct top_page *page, const struct top_rule *rule)
{
	const uint64_t fresh = top_counter_new(&rule->matched);
	const enum terminal_style style = fresh ? STYLE_BOLD : STYLE_DIM;

	put_number(page, style, 7, fresh);
	put_number(page, style, 8, top_counter_minute(&rule->matched));
	put_number(page, style, 9, rule->rule->matched);
	put_number(page, rule->rule->denied ? STYLE_RED : STYLE_DIM, 9,
		   rule->rule->denied);
	put_level(page, rule->rule);
	top_page_print(page, rule->rule->overridden ? STYLE_YELLOW : STYLE_DIM,
		       "%-7s", action_name(rule->rule));
	top_page_bytes(page, fresh ? STYLE_PLAIN : STYLE_DIM,
		       rule->rule->title);
	top_page_next(page);
}

static int put_rules(struct top_page *page, const struct top_model *model,
		     enum top_sort sort, size_t rows)
{
	const struct top_rule **sorted = top_model_sort(model, sort);
	const size_t end = page->row + rows;
	size_t i;

	if (!sorted)
		return -ENOMEM;
	top_page_print(page, STYLE_PLAIN, "%7s%8s%9s%9s  %-8s %-7sRULES by %s",
		       "new", "1 min", "total", "denied", "level", "action",
		       sort_names[sort]);
	top_page_bar(page);
	for (i = 0; i < model->list.nr && page->row < end; i++)
		put_rule(page, sorted[i]);
	free(sorted);
	page->row = end;
	return 0;
}

static void put_verdict(struct top_page *page, const struct top_alert *alert)
{
	if (alert->denied)
		top_page_print(page, STYLE_ALARM, "DENIED");
	else if (alert->error)
		top_page_print(page, STYLE_RED, "ERROR ");
	else
		top_page_print(page, print_level_style(alert->level), "REPORT");
	top_page_print(page, print_level_style(alert->level), " %-8s ",
		       alert->error ? "" : level_name(alert->level));
}

static void put_alert(struct top_page *page, const struct top_alert *alert)
{
	put_time(page, alert->time);
	put_verdict(page, alert);
	top_page_bytes(page, STYLE_BOLD, bytes_of(alert->what));
	if (alert->repeats)
		top_page_print(page, STYLE_YELLOW, " x%llu",
			       (unsigned long long)alert->repeats + 1);
	top_page_next(page);
	top_page_move(page, 9);
	top_page_bytes(page, STYLE_PLAIN, bytes_of(alert->who));
	top_page_next(page);
}

static void put_alerts(struct top_page *page, const struct top_alerts *alerts,
		       size_t rows)
{
	size_t fit = rows ? (rows - 1) / ROWS_EACH : 0;
	size_t i;

	if (fit > alerts->nr)
		fit = alerts->nr;
	top_page_print(page, STYLE_PLAIN, "  ALERTS  the newest last");
	if (alerts->missed)
		top_page_print(page, STYLE_PLAIN, ", %llu passed by unseen",
			       (unsigned long long)alerts->missed);
	top_page_bar(page);
	if (!alerts->nr)
		top_page_print(page, STYLE_DIM, "  none yet");
	for (i = alerts->nr - fit; i < alerts->nr; i++)
		put_alert(page, &alerts->alerts[i]);
}

static void put_help(struct top_page *page)
{
	static const char *const lines[] = {
		"",
		"  q  quit",
		"  p  pause: what is shown stays, and nothing is read",
		"  s  sort the rules by new hits, by those in the last minute, by all, by level",
		"  r  from here on hits and losses are new",
		"  h  back to the figures",
		"",
		"  now/s    a second, between the last two looks",
		"  1 min    within the last minute",
		"  new      since this was started, or r was pressed",
		"  total    since the module or the policy was loaded",
		"  lost     events not stored and not read in time; windows gone before their",
		"           time; values and lineages that there was no room for",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lines); i++) {
		top_page_print(page, STYLE_PLAIN, "%s", lines[i]);
		top_page_next(page);
	}
}

static void put_keys(struct top_page *page)
{
	page->row = page->height - 1;
	page->column = 0;
	top_page_print(page, STYLE_PLAIN,
		       " q quit   p pause   s sort   r reset   h help");
	top_page_bar(page);
}

static size_t min_rows(size_t a, size_t b)
{
	return a < b ? a : b;
}

/*
 * Windows and rules get what they need, within reason; alerts get the rest,
 * because of these there is always another one.
 */
static int put_body(struct top_page *page, const struct top_model *model,
		    const struct top_alerts *alerts,
		    const struct top_view *view)
{
	const size_t end = page->height - view->live;
	const size_t rows = end > page->row ? end - page->row : 0;
	const size_t nr_windows = model->windows.nr ? model->windows.nr : 1;
	const size_t windows = min_rows(1 + ROWS_EACH * nr_windows, rows / 3);
	const size_t rules = min_rows(1 + model->list.nr, (rows - windows) / 2);

	put_windows(page, model, windows);
	if (put_rules(page, model, view->sort, rules))
		return -ENOMEM;
	put_alerts(page, alerts, rows - windows - rules);
	return 0;
}

/**
 * top_layout - put everything on a page
 * @page: a blank page
 * @model: what the module says
 * @alerts: the newest alerts
 * @view: how it is shown
 *
 * What does not fit is left out.
 *
 * Return: 0 or -ENOMEM.
 */
int top_layout(struct top_page *page, const struct top_model *model,
	       const struct top_alerts *alerts, const struct top_view *view)
{
	int error = 0;

	put_title(page, view);
	put_mode(page, &model->status);
	put_policy(page, &model->status);
	put_room(page, &model->status);
	put_numbers(page, model->numbers);
	if (view->help)
		put_help(page);
	else
		error = put_body(page, model, alerts, view);
	if (view->live)
		put_keys(page);
	return error;
}
