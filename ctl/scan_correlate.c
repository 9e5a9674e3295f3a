// SPDX-License-Identifier: GPL-2.0-only
/*
 * Correlations over a recording: the windows, and what the core asks about a
 * recorded program start. The arithmetic is the kernel's.
 *
 * A recording is finite, so the windows are not: there is no cap, and none goes
 * before the end.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scan_correlate.h"

/* Nobody attacks a recording with collisions, and results are to repeat. */
static const struct pydetect_secret secret = {
	{ 0x7079646574656374, 0x7363616e20616c6c }
};

/**
 * scan_correlator_init - begin without windows
 * @correlator: filled in; scan_correlator_free() releases it
 * @view: the policy; has to outlive @correlator
 */
void scan_correlator_init(struct scan_correlator *correlator,
			  const struct pydetect_view *view)
{
	*correlator = (struct scan_correlator){ .view = view };
}

static void window_free(struct scan_window *window)
{
	size_t i;

	for (i = 0; i < window->nr_values; i++)
		free((void *)window->values[i].text.data);
	free(window);
}

/**
 * scan_correlator_free - release all windows
 * @correlator: the windows
 */
void scan_correlator_free(struct scan_correlator *correlator)
{
	size_t i;

	for (i = 0; i < correlator->windows.count; i++)
		window_free(correlator->windows.items[i]);
	build_list_free(&correlator->windows);
	build_map_free(&correlator->map);
}

/**
 * scan_find_window - find a window
 * @correlator: the windows
 * @number: number of its correlation
 * @key: its key
 *
 * Return: the window, or NULL.
 */
struct scan_window *scan_find_window(const struct scan_correlator *correlator,
				     uint32_t number, uint64_t key)
{
	uint32_t position = BUILD_NONE, found;

	while ((found = build_map_next(&correlator->map, key, &position)) !=
	       BUILD_NONE) {
		struct scan_window *window = correlator->windows.items[found];

		if (window->key == key && window->correlation == number)
			return window;
	}
	return NULL;
}

/* NULL when out of memory. */
static struct scan_window *new_window(struct scan_correlator *correlator,
				      uint32_t number, uint64_t key)
{
	const size_t bytes = offsetof(struct scan_window, window) +
			     pydetect_window_bytes(
				     &correlator->view->correlations[number]);
	struct scan_window *window = calloc(1, bytes);

	if (!window)
		return NULL;
	window->key = key;
	window->correlation = number;
	if (build_map_add(&correlator->map, key, correlator->windows.count) ||
	    !build_list_push(&correlator->windows, window)) {
		free(window);
		return NULL;
	}
	return window;
}

/* A command line is argv joined by single spaces. */
static uint8_t byte_of(struct bytes text, size_t at)
{
	return text.data[at] ? text.data[at] : ' ';
}

static uint64_t hash(struct bytes text)
{
	struct pydetect_siphash siphash;
	size_t i;

	pydetect_siphash_start(&siphash, &secret);
	for (i = 0; i < text.length; i++)
		pydetect_siphash_byte(&siphash, byte_of(text, i));
	return pydetect_siphash_end(&siphash);
}

/**
 * scan_correlate_value - the value that correlations take for a field
 * @event: the program start
 * @field: the field
 * @digits: room that the value may need
 *
 * The kernel knows the owner by number.
 *
 * Return: the value, no data where absent.
 */
struct bytes scan_correlate_value(const struct scan_event *event,
				  enum pydetect_field field,
				  char digits[SCAN_DIGITS])
{
	if (field != PYDETECT_FIELD_USER ||
	    !(event->has_number >> PYDETECT_NUMBER_UID & 1))
		return scan_event_value(event, field);
	snprintf(digits, SCAN_DIGITS, "%llu",
		 (unsigned long long)event->numbers[PYDETECT_NUMBER_UID]);
	return bytes_of(digits);
}

static bool digest(void *context, enum pydetect_field field, u64 *digest)
{
	const struct scan_correlator *correlator = context;
	char digits[SCAN_DIGITS];
	struct bytes value = scan_correlate_value(correlator->event, field, digits);

	if (!value.data)
		return false;
	*digest = hash(value);
	return true;
}

static void drop_value(struct scan_window *window, size_t index)
{
	free((void *)window->values[index].text.data);
	window->nr_values--;
	memmove(&window->values[index], &window->values[index + 1],
		(window->nr_values - index) * sizeof(*window->values));
}

/* No data when out of memory. */
static struct bytes copy_of(struct bytes text)
{
	const size_t length = text.length < SCAN_VALUE_BYTES ?
				      text.length :
				      SCAN_VALUE_BYTES;
	uint8_t *copy = malloc(length + 1);
	size_t i;

	for (i = 0; copy && i < length; i++)
		copy[i] = byte_of(text, i);
	return (struct bytes){ copy, length };
}

/* A value that is seen again becomes the newest. */
static bool keep_value(struct scan_window *window, struct bytes text,
		       uint64_t time)
{
	struct scan_value value = {
		.digest = hash(text),
		.time = time,
		.text = copy_of(text),
	};
	size_t i = 0;

	if (!value.text.data)
		return false;
	while (i < window->nr_values &&
	       window->values[i].digest != value.digest)
		i++;
	if (i < window->nr_values)
		drop_value(window, i);
	else if (i == SCAN_VALUES)
		drop_value(window, 0);
	window->values[window->nr_values++] = value;
	return true;
}

static bool show(struct scan_correlator *correlator, struct scan_window *window)
{
	const struct pydetect_image_correlation *correlation =
		&correlator->view->correlations[window->correlation];
	char digits[SCAN_DIGITS];
	struct bytes text = scan_correlate_value(
		correlator->event, pydetect_shown_field(correlation), digits);

	return !text.data || keep_value(window, text, window->window.newest);
}

static bool sample(void *context, u32 number, u64 key,
		   const struct pydetect_sample *sample, u64 also,
		   struct pydetect_window_state *state)
{
	struct scan_correlator *correlator = context;
	const struct pydetect_image_correlation *correlation =
		&correlator->view->correlations[number];
	struct scan_window *window = scan_find_window(correlator, number, key);

	if (!window)
		window = new_window(correlator, number, key);
	if (!window) {
		correlator->failed = true;
		return false;
	}
	pydetect_window_add(&window->window, correlation, sample);
	if (!show(correlator, window))
		correlator->failed = true;
	pydetect_window_judge(&window->window, correlation, sample->time, also,
			      state);
	window->count = state->count;
	return true;
}

static bool look(void *context, u32 number, u64 key, u64 time,
		 struct pydetect_window_state *state)
{
	const struct scan_correlator *correlator = context;
	const struct scan_window *window =
		scan_find_window(correlator, number, key);

	if (!window)
		return false;
	pydetect_window_look(&window->window,
			     &correlator->view->correlations[number], time, 0,
			     state);
	return true;
}

/* Passes of one start are told by its process; without that, each is one. */
static uint64_t caller_of(const struct scan_correlator *correlator)
{
	const struct bytes process = scan_event_value(
		correlator->event, PYDETECT_FIELD_PROCESS_GUID);

	return process.data ? hash(process) : correlator->nr_events;
}

/**
 * scan_correlate - tell the correlations of a recorded program start
 * @correlator: the windows
 * @exec: after scan_judge(); gains the correlations that hold
 * @event: the program start
 *
 * Return: 0, or -1 when out of memory.
 */
int scan_correlate(struct scan_correlator *correlator,
		   struct pydetect_exec *exec, const struct scan_event *event)
{
	struct pydetect_correlator world = {
		.secret = &secret,
		.time = event->time,
		.again = event->again,
		.context = correlator,
		.digest = digest,
		.sample = sample,
		.look = look,
	};

	correlator->event = event;
	correlator->nr_events++;
	if (!pydetect_feeds_any(exec))
		return 0;
	if (!event->has_time) {
		correlator->nr_timeless++;
		return 0;
	}
	world.caller = caller_of(correlator);
	pydetect_correlate(exec, &world);
	return correlator->failed ? -1 : 0;
}
