// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "cmd.h"
#include "json_text.h"
#include "print.h"

static const char help[] =
	"Usage: pydetectctl windows [OPTION]...\n\n"
	"Lists what the correlations of the policy are counting, the fullest windows\n"
	"first. How much room they take is shown by pydetectctl status.\n\n"
	"  --limit N   only the first N\n"
	"  --json      print them as JSON\n"
	"  -h, --help  show this\n";

static const struct option options[] = {
	{ "limit", required_argument, NULL, 'l' },
	{ "json", no_argument, NULL, 'j' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

/**
 * struct record - a window that outlives the message it came in
 * @window: the window
 * @bytes: the attributes that it refers to
 */
struct record {
	struct event_window window;
	uint8_t *bytes;
};

/**
 * struct list - all windows
 * @records: the windows
 * @nr: how many
 */
struct list {
	struct record *records;
	size_t nr;
};

static int add(struct bytes attributes, void *context)
{
	struct list *list = context;
	struct record *records =
		reallocarray(list->records, list->nr + 1, sizeof(*records));
	struct bytes copy = { .length = attributes.length };
	uint8_t *bytes = malloc(attributes.length + 1);

	if (records)
		list->records = records;
	if (!records || !bytes) {
		free(bytes);
		return -ENOMEM;
	}
	memcpy(bytes, attributes.data, attributes.length);
	copy.data = bytes;
	records[list->nr].bytes = bytes;
	return event_decode_window(&records[list->nr++].window, copy);
}

static void clear(struct list *list)
{
	size_t i;

	for (i = 0; i < list->nr; i++) {
		event_free_window(&list->records[i].window);
		free(list->records[i].bytes);
	}
	free(list->records);
}

/* How far a window has come, in millionths of what it needs. */
static uint64_t fullness(const struct event_window *window)
{
	return window->count * 1000000ull /
	       (window->needed ? window->needed : 1);
}

static int fullest_first(const void *left, const void *right)
{
	const struct event_window *a = &((const struct record *)left)->window;
	const struct event_window *b = &((const struct record *)right)->window;

	if (fullness(a) != fullness(b))
		return fullness(a) < fullness(b) ? 1 : -1;
	return a->last < b->last ? 1 : a->last > b->last ? -1 : 0;
}

static void put_json(const struct list *list, size_t limit,
		     const struct print_clock *clock)
{
	struct json_object *array = json_object_new_array();
	struct print_origin origin;
	size_t i;

	print_origin(&origin);
	for (i = 0; i < list->nr && i < limit; i++)
		json_object_array_add(
			array, print_window_json(&list->records[i].window,
						 &origin, clock));
	print_json(array, stdout);
}

static void put_text(const struct list *list, size_t limit,
		     const struct print_clock *clock)
{
	struct terminal terminal;
	size_t i;

	terminal_init(&terminal, stdout);
	if (!list->nr)
		puts("no correlation is counting anything");
	for (i = 0; i < list->nr && i < limit; i++)
		print_window(&terminal, &list->records[i].window, clock);
}

static void put(const struct list *list, size_t limit, bool json)
{
	const struct print_clock clock = {
		.time = clock_read(CLOCK_REALTIME),
		.boot_time = clock_read(CLOCK_BOOTTIME),
	};

	if (json)
		put_json(list, limit, &clock);
	else
		put_text(list, limit, &clock);
}

static int show(size_t limit, bool json)
{
	struct list list = { 0 };
	struct channel *channel;
	int error, result;

	result = cmd_connect(&channel);
	if (result != CMD_DONE)
		return result;
	error = channel_windows(channel, add, &list);
	if (error)
		result = cmd_channel_failed(channel, "listing the windows",
					    error);
	if (list.nr)
		qsort(list.records, list.nr, sizeof(*list.records),
		      fullest_first);
	if (!error)
		put(&list, limit, json);
	clear(&list);
	channel_close(channel);
	return result;
}

/**
 * cmd_windows - pydetectctl windows
 * @argc: number of arguments
 * @argv: arguments
 *
 * Return: enum cmd_result.
 */
int cmd_windows(int argc, char **argv)
{
	unsigned long long limit = SIZE_MAX;
	bool json = false;
	int option;

	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (option) {
		case 'l':
			if (!cmd_number(optarg, &limit))
				return cmd_usage("windows: '%s' is no number",
						 optarg);
			break;
		case 'j':
			json = true;
			break;
		case 'h':
			return cmd_help(help);
		default:
			return cmd_bad_option();
		}
	}
	if (optind < argc)
		return cmd_usage("windows: unexpected argument '%s'",
				 argv[optind]);
	return show(limit, json);
}
