// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events of the past, wherever they are.
 */
#include <errno.h>
#include <stdlib.h>

#include "history_ring.h"
#include "store.h"

/**
 * struct history - where events come from
 * @store: the store
 * @channel: without a store: the module
 */
struct history {
	struct store *store;
	struct channel *channel;
};

/**
 * history_open - get at events of the past
 * @history: set to it; has to be closed with history_close(), on errors too
 * @store: path of a store; NULL: what the module still holds
 *
 * Return: 0 or a negative errno, -ENOENT where there is no such store, or no
 * module; see history_message().
 */
int history_open(struct history **history, const char *store)
{
	*history = calloc(1, sizeof(**history));
	if (!*history)
		return -ENOMEM;
	return store ? store_open(&(*history)->store, store) :
		       channel_open(&(*history)->channel);
}

/**
 * history_close - let go of it
 * @history: the history; may be NULL
 */
void history_close(struct history *history)
{
	if (!history)
		return;
	store_close(history->store);
	if (history->channel)
		channel_close(history->channel);
	free(history);
}

/**
 * history_message - what is wrong with it
 * @history: the history, on which something failed
 *
 * Return: a sentence. Of a store it names the file and says what to do; of the
 * module it may be empty: see cmd_module_failed().
 */
const char *history_message(const struct history *history)
{
	if (history && history->channel)
		return channel_message(history->channel);
	return store_message(history ? history->store : NULL);
}

/**
 * history_read - show events of the past
 * @history: the history
 * @query: which ones, in which order
 * @visitor: who is shown them
 *
 * May be called again for a store, but only once for the module.
 *
 * Return: 0, an error of @visitor, or a negative errno.
 */
int history_read(struct history *history, const struct history_query *query,
		 const struct history_visitor *visitor)
{
	return history->store ?
		       store_read(history->store, query, visitor) :
		       history_ring_read(history->channel, query, visitor);
}
