// SPDX-License-Identifier: GPL-2.0-only
/*
 * The newest alerts, made into harmless text as they come.
 *
 * Only the newest matter here: where they come faster than they are read, some
 * pass by unseen, and it is said how many.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fold.h"
#include "top.h"
#include "user.h"
#include "../module/uapi/policy.h"
#include "../module/uapi/pydetect.h"

static struct top_alert *find_alert(struct top_alerts *alerts, uint64_t number)
{
	size_t i;

	for (i = alerts->nr; i; i--)
		if (alerts->alerts[i - 1].number == number)
			return &alerts->alerts[i - 1];
	return NULL;
}

static int take_repeat(const struct event_repeat *repeat, void *context)
{
	struct top_alert *alert = find_alert(context, repeat->number);

	if (alert)
		alert->repeats = repeat->count;
	return 0;
}

static void free_alert(const struct top_alert *alert)
{
	free(alert->what);
	free(alert->who);
}

/* Room for one more at the end. */
static struct top_alert *new_alert(struct top_alerts *alerts)
{
	if (alerts->nr == TOP_ALERTS_MAX) {
		free_alert(alerts->alerts);
		alerts->nr--;
		memmove(alerts->alerts, alerts->alerts + 1,
			alerts->nr * sizeof(*alerts->alerts));
	}
	memset(&alerts->alerts[alerts->nr], 0, sizeof(*alerts->alerts));
	return &alerts->alerts[alerts->nr++];
}

static void put_labels(struct terminal *terminal, const struct event_rule *rule)
{
	size_t i;

	for (i = 0; i < rule->nr_labels; i++) {
		fputs(i ? ", " : " [", terminal->stream);
		terminal_bytes(terminal, STYLE_PLAIN, rule->labels[i]);
	}
	if (rule->nr_labels)
		fputc(']', terminal->stream);
}

static void put_what(struct terminal *terminal, const struct event *event)
{
	const struct event_rule *rule = event_main_rule(event);

	if (rule) {
		terminal_bytes(terminal, STYLE_PLAIN, rule->title);
		put_labels(terminal, rule);
	}
	if (event->nr_rules > 1)
		fprintf(terminal->stream, " and %zu more", event->nr_rules - 1);
	if (event->error)
		fprintf(terminal->stream, "%scould not be judged: %s",
			rule ? "; " : "", strerror(event->error));
}

static void put_user(struct terminal *terminal, uint32_t uid)
{
	const char *name = user_name(uid);

	if (name)
		terminal_string(terminal, STYLE_PLAIN, name);
	else
		fprintf(terminal->stream, "uid %u", uid);
}

static struct bytes base_name(struct bytes path)
{
	const uint8_t *slash =
		path.length ? memrchr(path.data, '/', path.length) : NULL;

	if (!slash)
		return path;
	path.length -= slash + 1 - path.data;
	path.data = slash + 1;
	return path;
}

static void put_who(struct terminal *terminal, const struct event *event)
{
	const struct print_command command = {
		.process = &event->process,
		.hits = event->hits,
		.nr_hits = event->nr_hits,
		.field = PYDETECT_FIELD_COMMAND_LINE,
	};

	put_user(terminal, event->process.uid);
	fputs(": ", terminal->stream);
	if (event->parent.has) {
		terminal_bytes(terminal, STYLE_PLAIN,
			       base_name(event->parent.image));
		fprintf(terminal->stream, "[%u] > ", event->parent.pid);
	}
	if (event->process.nr_pieces)
		print_command(terminal, &command);
	else
		terminal_bytes(terminal, STYLE_PLAIN, event->process.image);
}

/* Text without colours and beyond ASCII only escapes; NULL without memory. */
static char *text_of(const struct event *event,
		     void (*put)(struct terminal *terminal,
				 const struct event *event))
{
	struct terminal terminal = { 0 };
	char *text = NULL;
	size_t length;

	terminal.stream = open_memstream(&text, &length);
	if (!terminal.stream)
		return NULL;
	put(&terminal, event);
	fclose(terminal.stream);
	return text;
}

static int add_alert(struct top_alerts *alerts, const struct event *event)
{
	const struct event_rule *rule = event_main_rule(event);
	struct top_alert *alert = new_alert(alerts);

	alert->number = event->number;
	alert->time = event->time;
	alert->level = rule ? rule->level : 0;
	alert->denied = event->denied;
	alert->error = event->error;
	alert->what = text_of(event, put_what);
	alert->who = text_of(event, put_who);
	return alert->what && alert->who ? 0 : -ENOMEM;
}

/**
 * top_alerts_take - an event has come
 * @alerts: the alerts
 * @event: the event, not needed afterwards
 *
 * Return: 0 or -ENOMEM.
 */
int top_alerts_take(struct top_alerts *alerts, const struct event *event)
{
	bool show;
	int error;

	if (event->number <= alerts->newest)
		return 0;
	if (alerts->newest)
		alerts->missed += event->number - alerts->newest - 1;
	alerts->newest = event->number;
	error = fold_event(alerts->fold, event, &show);
	return error || !show ? error : add_alert(alerts, event);
}

static int on_event(const struct event *event, void *context)
{
	return top_alerts_take(context, event);
}

/* What is gone shows as a hole in the numbers when the next one comes. */
static int on_lost(const struct event_gap *lost, void *context)
{
	(void)lost;
	(void)context;
	return 0;
}

/* Enough to fill the screen from the start. */
static uint64_t first_number(const struct event_status *status)
{
	const uint64_t next = status->event_next;
	const uint64_t first =
		next > TOP_ALERTS_MAX ? next - TOP_ALERTS_MAX : 1;

	return first > status->event_oldest ? first : status->event_oldest;
}

/**
 * top_alerts_init - begin without alerts
 * @alerts: initialised; released by top_alerts_close(), on errors too
 *
 * Return: 0 or -ENOMEM.
 */
int top_alerts_init(struct top_alerts *alerts)
{
	*alerts = (struct top_alerts){ 0 };
	alerts->fold = fold_new(take_repeat, alerts);
	return alerts->fold ? 0 : -ENOMEM;
}

/**
 * top_alerts_subscribe - have alerts come, beginning with some of the past
 * @alerts: the alerts
 * @channel: where from; owned by the alerts, also on errors
 * @status: the module's state
 *
 * Return: 0 or a negative errno.
 */
int top_alerts_subscribe(struct top_alerts *alerts, struct channel *channel,
			 const struct event_status *status)
{
	const struct channel_reader reader = {
		.event = on_event,
		.lost = on_lost,
		.context = alerts,
	};

	alerts->channel = channel;
	return channel_subscribe(channel, &reader, first_number(status));
}

/**
 * top_alerts_receive - take what has come
 * @alerts: the alerts
 *
 * Return: 0 or a negative errno; -ENOENT when the module went away.
 */
int top_alerts_receive(struct top_alerts *alerts)
{
	int error = channel_receive(alerts->channel);

	if (error != -ENOBUFS)
		return error;
	/* Go on with the next one. */
	return channel_resume(alerts->channel, 0);
}

/**
 * top_alerts_settle - count what repeated itself until now
 * @alerts: the alerts
 *
 * What repeats itself after that is an alert of its own.
 */
void top_alerts_settle(struct top_alerts *alerts)
{
	/* take_repeat() does not fail. */
	(void)fold_flush(alerts->fold);
}

/**
 * top_alerts_close - release the alerts, and the channel
 * @alerts: the alerts
 */
void top_alerts_close(struct top_alerts *alerts)
{
	size_t i;

	for (i = 0; i < alerts->nr; i++)
		free_alert(&alerts->alerts[i]);
	fold_free(alerts->fold);
	channel_close(alerts->channel);
}
