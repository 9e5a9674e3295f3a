// SPDX-License-Identifier: GPL-2.0-only
/*
 * A look at the module.
 */
#include <errno.h>

#include "clock.h"
#include "top.h"

/* A policy may be replaced while we look, but not for ever. */
#define TRIES 8

/* The state, and the rules of just the policy that it speaks of. */
static int read_policy(struct channel *channel, uint64_t generation,
		       struct event_status *status, struct list_rules *list)
{
	int error = 0;
	int try;

	for (try = 0; try < TRIES; try++) {
		list_rules_free(list);
		error = list_rules_read(list, channel);
		if (!error)
			error = channel_status(channel, status);
		if (error || status->generation == generation)
			return error;
		generation = status->generation;
	}
	return -EINTR;
}

static int read_windows(struct top_model *model, struct channel *channel)
{
	struct list_windows windows = { 0 };
	int error = list_windows_read(&windows, channel);

	if (error) {
		list_windows_free(&windows);
		return error;
	}
	list_windows_free(&model->windows);
	model->windows = windows;
	return 0;
}

/**
 * top_sample - look at the module once more
 * @model: the model, zero before the first look
 * @channel: a channel without a subscription
 *
 * Return: 0 or a negative errno; channel_message() may say more.
 */
int top_sample(struct top_model *model, struct channel *channel)
{
	struct event_status status = { 0 };
	struct list_rules list = { 0 };
	int error;

	error = read_policy(channel, model->generation, &status, &list);
	if (!error)
		error = read_windows(model, channel);
	if (!error)
		error = top_model_take(model, &status, &list,
				       clock_read(CLOCK_BOOTTIME));
	list_rules_free(&list);
	return error;
}
