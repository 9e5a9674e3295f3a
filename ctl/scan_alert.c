// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is said about a correlation that has become an alert.
 */
#include <stdio.h>

#include "clock.h"
#include "json_text.h"
#include "rule.h"
#include "scan_correlate.h"

/* Seconds, as exact as the recording; a number in JSON may have any digits. */
static struct json_object *seconds_json(uint64_t time)
{
	const uint64_t fraction = time % NS_PER_SECOND;
	char text[48];
	int length;

	if (!fraction)
		return json_object_new_uint64(time / NS_PER_SECOND);
	length = snprintf(text, sizeof(text), "%llu.%09llu",
			  (unsigned long long)(time / NS_PER_SECOND),
			  (unsigned long long)fraction);
	while (text[length - 1] == '0')
		text[--length] = '\0';
	return json_object_new_double_s((double)time / NS_PER_SECOND, text);
}

/* All starts in a window have the same values there: this one, too. */
static struct json_object *group_json(const struct scan_correlator *correlator,
				      uint32_t number)
{
	const struct pydetect_view *view = correlator->view;
	const struct pydetect_image_extent groups =
		view->correlations[number].groups;
	struct json_object *object = json_object_new_object();
	uint32_t i;

	for (i = groups.first; i < groups.first + groups.count; i++) {
		const enum pydetect_field field = view->groups[i];
		char digits[SCAN_DIGITS];

		json_object_object_add(
			object, rule_field_name(field),
			json_text(scan_correlate_value(correlator->event,
						       field, digits)));
	}
	return object;
}

/* Those that count; others may have been seen long before. */
static struct json_object *values_json(const struct scan_window *window,
				       uint64_t timespan)
{
	struct json_object *array = json_object_new_array();
	size_t i;

	for (i = 0; i < window->nr_values; i++)
		if (pydetect_window_counts(window->values[i].time, timespan,
					   window->window.newest))
			json_object_array_add(
				array, json_text(window->values[i].text));
	return array;
}

/* What a window counts now, which may be less than at its last sample. */
static uint32_t count_of(const struct scan_correlator *correlator,
			 const struct scan_window *window)
{
	const uint64_t time = correlator->event->time;
	struct pydetect_window_state state;

	if (window->window.newest >= time)
		return window->count;
	pydetect_window_look(&window->window,
			     &correlator->view->correlations
				      [window->correlation],
			     time, 0, &state);
	return state.count;
}

static bool refers_to(const struct pydetect_view *view,
		      const struct pydetect_image_correlation *correlation,
		      uint32_t number)
{
	const struct pydetect_image_extent references = correlation->references;
	uint32_t i;

	for (i = references.first; i < references.first + references.count;
	     i++)
		if (view->references[i] == view->nr_rules + number)
			return true;
	return false;
}

/* The counts of the correlations that it refers to, as far as they hold. */
static struct json_object *
parts_json(const struct scan_correlator *correlator,
	   const struct pydetect_exec *exec,
	   const struct pydetect_image_correlation *correlation)
{
	const struct pydetect_view *view = correlator->view;
	struct json_object *object = json_object_new_object();
	uint32_t i;

	for (i = 0; i < exec->nr_findings; i++) {
		const struct pydetect_finding *part = &exec->findings[i];
		const uint32_t number = part->correlation;

		if (!refers_to(view, correlation, number))
			continue;
		json_add_number(object,
				pydetect_string(view, view->correlations[number]
							      .head.id),
				count_of(correlator,
					 scan_find_window(correlator, number,
							  part->key)));
	}
	return object;
}

static bool has_parts(const struct pydetect_view *view,
		      const struct pydetect_image_correlation *correlation)
{
	uint32_t i;

	for (i = 0; i < correlation->references.count; i++)
		if (view->references[correlation->references.first + i] >=
		    view->nr_rules)
			return true;
	return false;
}

/**
 * scan_alert - tell of a correlation that has become an alert
 * @correlator: the windows, after scan_correlate()
 * @exec: what it found
 * @finding: an alert among that
 * @object: the members are added here
 */
void scan_alert(const struct scan_correlator *correlator,
		const struct pydetect_exec *exec,
		const struct pydetect_finding *finding,
		struct json_object *object)
{
	const struct pydetect_view *view = correlator->view;
	const struct pydetect_image_correlation *correlation =
		&view->correlations[finding->correlation];
	const struct scan_window *window = scan_find_window(
		correlator, finding->correlation, finding->key);

	json_add_string(object, "correlation",
			pydetect_string(view, correlation->head.id));
	json_object_object_add(object, "ts",
			       seconds_json(correlator->event->time));
	json_object_object_add(object, "group",
			       group_json(correlator, finding->correlation));
	json_add_number(object, "count", window->count);
	json_object_object_add(object, "values",
			       values_json(window, correlation->timespan));
	if (has_parts(view, correlation))
		json_object_object_add(object, "parts",
				       parts_json(correlator, exec,
						  correlation));
}
