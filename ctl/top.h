/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What `pydetectctl top` shows: read in top_sample.c and top_alerts.c, made
 * into lines in top_layout.c, put on a screen in top_draw.c or on standard
 * output in top_text.c.
 */
#ifndef PYDETECT_CTL_TOP_H
#define PYDETECT_CTL_TOP_H

#include "list.h"
#include "print.h"
#include "top_counter.h"
#include "top_page.h"

struct fold;

/** enum top_number - counters of the module that are watched */
enum top_number {
	TOP_EXECS,
	TOP_MATCHED,
	TOP_DENIED,
	TOP_ERRORS,
	TOP_EVENTS,
	TOP_UNSTORED,
	TOP_LOST,
	TOP_EVICTED,
	TOP_SAMPLES,
	TOP_LINEAGES,
	TOP_NUMBERS,
};

/** enum top_sort - by what the rules are sorted */
enum top_sort {
	TOP_SORT_NEW,
	TOP_SORT_MINUTE,
	TOP_SORT_TOTAL,
	TOP_SORT_LEVEL,
	TOP_SORTS,
};

/**
 * struct top_rule - a rule that is watched
 * @rule: the rule
 * @order: where it stands in the policy
 * @matched: its counter
 */
struct top_rule {
	const struct event_rule *rule;
	size_t order;
	struct top_counter matched;
};

/**
 * struct top_model - what is shown
 * @status: the module's state
 * @time: when all this was so, ns since boot
 * @numbers: the counters in it
 * @begun: the module was looked at before
 * @generation: of the policy that @rules are of
 * @list: what @rules refer to
 * @rules: the rules, in the order of the policy
 * @windows: the windows
 */
struct top_model {
	struct event_status status;
	uint64_t time;
	struct top_counter numbers[TOP_NUMBERS];
	bool begun;
	uint64_t generation;
	struct list_rules list;
	struct top_rule *rules;
	struct list_windows windows;
};

/* As many of the newest alerts are kept. */
#define TOP_ALERTS_MAX 64

/**
 * struct top_alert - an alert, ready to be shown
 * @number: its number
 * @time: ns since 1970
 * @repeats: how many others said the same within a second
 * @level: of the rule that it is mainly about
 * @denied: it was denied
 * @error: it could not be judged
 * @what: which rules; harmless text, owned
 * @who: user, parent and command line; harmless text, owned
 */
struct top_alert {
	uint64_t number;
	uint64_t time;
	uint64_t repeats;
	uint32_t level;
	bool denied;
	bool error;
	char *what;
	char *who;
};

/**
 * struct top_alerts - the newest alerts
 * @channel: where they come from, NULL before they do
 * @fold: those that say the same are counted
 * @newest: number of the last event there was, zero before the first
 * @missed: events that passed by unseen
 * @alerts: the alerts, the oldest first
 * @nr: how many
 */
struct top_alerts {
	struct channel *channel;
	struct fold *fold;
	uint64_t newest;
	uint64_t missed;
	struct top_alert alerts[TOP_ALERTS_MAX];
	size_t nr;
};

/**
 * struct top_view - how it is shown
 * @host: this machine's name
 * @interval: seconds between two looks
 * @sort: the order of the rules
 * @live: somebody sits in front of it and may press keys
 * @paused: nothing is read any more
 * @help: the keys are explained
 */
struct top_view {
	const char *host;
	unsigned long long interval;
	enum top_sort sort;
	bool live;
	bool paused;
	bool help;
};

int top_model_take(struct top_model *model, const struct event_status *status,
		   struct list_rules *list, uint64_t time);
void top_model_reset(struct top_model *model);
void top_model_free(struct top_model *model);
const struct top_rule **top_model_sort(const struct top_model *model,
				       enum top_sort sort);

int top_sample(struct top_model *model, struct channel *channel);

int top_alerts_init(struct top_alerts *alerts);
int top_alerts_subscribe(struct top_alerts *alerts, struct channel *channel,
			 const struct event_status *status);
int top_alerts_receive(struct top_alerts *alerts);
int top_alerts_take(struct top_alerts *alerts, const struct event *event);
void top_alerts_settle(struct top_alerts *alerts);
void top_alerts_close(struct top_alerts *alerts);

int top_layout(struct top_page *page, const struct top_model *model,
	       const struct top_alerts *alerts, const struct top_view *view);

void top_text(const struct top_page *page, struct terminal *terminal);

/** enum top_key - what the user wants */
enum top_key {
	TOP_KEY_NONE,
	TOP_KEY_QUIT,
	TOP_KEY_PAUSE,
	TOP_KEY_SORT,
	TOP_KEY_RESET,
	TOP_KEY_HELP,
	TOP_KEY_REDRAW,
};

int top_draw_open(bool colour);
void top_draw_close(void);
void top_draw_size(size_t *width, size_t *height);
void top_draw(const struct top_page *page);
enum top_key top_draw_key(void);

#endif /* PYDETECT_CTL_TOP_H */
