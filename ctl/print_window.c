// SPDX-License-Identifier: GPL-2.0-only
/*
 * Windows of correlations.
 */
#include <stdio.h>
#include <time.h>

#include "clock.h"
#include "json_text.h"
#include "print.h"

static uint64_t calendar(const struct print_clock *clock, uint64_t boot_time)
{
	return clock->time - clock->boot_time + boot_time;
}

static void put_clock(struct terminal *terminal,
		      const struct print_clock *clock, uint64_t boot_time)
{
	const time_t seconds = calendar(clock, boot_time) / NS_PER_SECOND;
	struct tm local;
	char text[32];

	localtime_r(&seconds, &local);
	strftime(text, sizeof(text), "%T", &local);
	fputs(text, terminal->stream);
}

static void put_groups(struct terminal *terminal,
		       const struct event_window *window)
{
	size_t i;

	for (i = 0; i < window->nr_groups; i++) {
		const struct event_group *group = &window->groups[i];

		terminal_print(terminal, STYLE_DIM, ", %s ",
			       print_field_name(group->field));
		if (group->start)
			fprintf(terminal->stream, "pid %u", group->pid);
		else
			terminal_bytes(terminal, STYLE_PLAIN, group->text);
	}
}

static void put_values(struct terminal *terminal,
		       const struct event_window *window)
{
	size_t i;

	for (i = 0; i < window->nr_values; i++) {
		fputs("               ", terminal->stream);
		terminal_bytes(terminal, STYLE_PLAIN, window->values[i]);
		fputc('\n', terminal->stream);
	}
}

/**
 * print_window - print a window for people
 * @terminal: where
 * @window: the window
 * @clock: relates its times to the calendar
 */
void print_window(struct terminal *terminal, const struct event_window *window,
		  const struct print_clock *clock)
{
	const bool holds = window->count >= window->needed;

	terminal_print(terminal, holds ? STYLE_YELLOW : STYLE_PLAIN, "%u of %u",
		       window->count, window->needed);
	fprintf(terminal->stream, " in %llu s, ",
		(unsigned long long)(window->timespan / NS_PER_SECOND));
	put_clock(terminal, clock, window->first);
	fputs(" to ", terminal->stream);
	put_clock(terminal, clock, window->last);
	fputs(": ", terminal->stream);
	terminal_bytes(terminal, STYLE_PLAIN, window->title);
	put_groups(terminal, window);
	fputc('\n', terminal->stream);
	put_values(terminal, window);
}

static struct json_object *groups(const struct event_window *window,
				  const struct print_origin *origin)
{
	struct json_object *object = json_object_new_object();
	char entity[128];
	size_t i;

	for (i = 0; i < window->nr_groups; i++) {
		const struct event_group *group = &window->groups[i];

		if (!group->start) {
			json_add_text(object, print_field_name(group->field),
				      group->text);
			continue;
		}
		print_entity(entity, sizeof(entity), origin, group->pid,
			     group->start);
		json_add_string(object, print_field_name(group->field), entity);
	}
	return object;
}

static struct json_object *values(const struct event_window *window)
{
	struct json_object *array = json_object_new_array();
	size_t i;

	for (i = 0; i < window->nr_values; i++)
		json_object_array_add(array, json_text(window->values[i]));
	return array;
}

static struct json_object *times(const struct event_window *window,
				 const struct print_clock *clock)
{
	struct json_object *array = json_object_new_array();
	size_t i;

	for (i = 0; i < window->nr_values; i++)
		json_object_array_add(
			array, json_time(calendar(clock, window->times[i])));
	return array;
}

/* A module that does not tell one does not tell any. */
static bool has_times(const struct event_window *window)
{
	return window->times && window->times[0];
}

/**
 * print_window_json - a window for machines
 * @window: the window
 * @origin: this machine
 * @clock: relates its times to the calendar
 *
 * Return: an object, owned by the caller.
 */
struct json_object *print_window_json(const struct event_window *window,
				      const struct print_origin *origin,
				      const struct print_clock *clock)
{
	struct json_object *object = json_object_new_object();

	json_add_text(object, "correlation", window->id);
	json_add_text(object, "title", window->title);
	json_object_object_add(object, "alert",
			       json_object_new_boolean(window->alert));
	json_add_number(object, "count", window->count);
	json_add_number(object, "needed", window->needed);
	json_object_object_add(object, "first",
			       json_time(calendar(clock, window->first)));
	json_object_object_add(object, "last",
			       json_time(calendar(clock, window->last)));
	json_object_object_add(object, "timespan",
			       json_object_new_double(
				       (double)window->timespan /
				       NS_PER_SECOND));
	json_object_object_add(object, "group", groups(window, origin));
	if (window->nr_values) {
		json_add_string(object, "field",
				print_field_name(window->field));
		json_object_object_add(object, "values", values(window));
		if (has_times(window))
			json_object_object_add(object, "seen",
					       times(window, clock));
	}
	return object;
}
