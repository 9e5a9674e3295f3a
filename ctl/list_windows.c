// SPDX-License-Identifier: GPL-2.0-only
/*
 * Windows of correlations, beyond the messages they came in.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "list.h"

static int take_window(struct bytes attributes, void *context)
{
	struct list_windows *list = context;
	struct list_window *windows =
		reallocarray(list->windows, list->nr + 1, sizeof(*windows));
	struct bytes copy = { .length = attributes.length };
	uint8_t *bytes = malloc(attributes.length + 1);

	if (windows)
		list->windows = windows;
	if (!windows || !bytes) {
		free(bytes);
		return -ENOMEM;
	}
	memcpy(bytes, attributes.data, attributes.length);
	copy.data = bytes;
	windows[list->nr].bytes = bytes;
	return event_decode_window(&windows[list->nr++].window, copy);
}

/**
 * list_windows_free - release a list of windows
 * @list: the list
 */
void list_windows_free(struct list_windows *list)
{
	size_t i;

	for (i = 0; i < list->nr; i++) {
		event_free_window(&list->windows[i].window);
		free(list->windows[i].bytes);
	}
	free(list->windows);
}

/* How far a window has come, in millionths of what it needs. */
static uint64_t fullness(const struct event_window *window)
{
	return window->count * 1000000ull /
	       (window->needed ? window->needed : 1);
}

static int fullest_first(const void *left, const void *right)
{
	const struct event_window *a =
		&((const struct list_window *)left)->window;
	const struct event_window *b =
		&((const struct list_window *)right)->window;

	if (fullness(a) != fullness(b))
		return fullness(a) < fullness(b) ? 1 : -1;
	return a->last < b->last ? 1 : a->last > b->last ? -1 : 0;
}

/**
 * list_windows_read - read what the correlations are counting
 * @list: initialised as empty; released by list_windows_free(), on errors too
 * @channel: where from
 *
 * Return: 0 or a negative errno.
 */
int list_windows_read(struct list_windows *list, struct channel *channel)
{
	int error = channel_windows(channel, take_window, list);

	if (list->nr)
		qsort(list->windows, list->nr, sizeof(*list->windows),
		      fullest_first);
	return error;
}
