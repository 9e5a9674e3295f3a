// SPDX-License-Identifier: GPL-2.0-only
/*
 * Folding for lists of the past. A row waits until it is known how often it
 * repeats itself: for a second of the time that the events tell.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "events_fold.h"
#include "fold.h"

/* Folding wants time to go forwards; in a list with the newest first it is this. */
#define TURNED (UINT64_MAX / 2)

/**
 * struct row - an event that waits
 * @origin: where it comes from
 * @raw: its attributes, owned
 * @length: bytes of @raw
 * @number: its number
 * @until: when it is over, as folding sees the time
 * @repeats: how many said the same
 */
struct row {
	struct print_origin origin;
	uint8_t *raw;
	size_t length;
	uint64_t number;
	uint64_t until;
	uint64_t repeats;
};

/**
 * struct events_fold - a list that is being folded
 * @fold: what says the same as what
 * @oldest_first: the order in which events come
 * @put: gets the rows
 * @context: for @put
 * @rows: those that wait, in a circle
 * @first: place of the first of them
 * @nr: how many
 */
struct events_fold {
	struct fold *fold;
	bool oldest_first;
	events_fold_row_t put;
	void *context;
	struct row rows[FOLD_GROUPS_MAX];
	size_t first;
	size_t nr;
};

static struct row *row_at(struct events_fold *listing, size_t place)
{
	return &listing->rows[(listing->first + place) % FOLD_GROUPS_MAX];
}

static int take_repeat(const struct event_repeat *repeat, void *context)
{
	struct events_fold *listing = context;
	size_t i;

	for (i = 0; i < listing->nr; i++)
		if (row_at(listing, i)->number == repeat->number)
			row_at(listing, i)->repeats = repeat->count;
	return 0;
}

/* Hand out the first row. */
static int put_first(struct events_fold *listing)
{
	struct row *row = row_at(listing, 0);
	struct event event;
	int error;

	error = event_decode(&event, (struct bytes){ row->raw, row->length });
	if (!error)
		error = listing->put(&event, &row->origin, row->repeats,
				     listing->context);
	event_free(&event);
	free(row->raw);
	listing->first = (listing->first + 1) % FOLD_GROUPS_MAX;
	listing->nr--;
	return error;
}

static int put_until(struct events_fold *listing, uint64_t now)
{
	int error = 0;

	while (!error && listing->nr && row_at(listing, 0)->until <= now)
		error = put_first(listing);
	return error;
}

static int add_row(struct events_fold *listing, const struct event *event,
		   const struct print_origin *origin, uint64_t now)
{
	struct row *row;
	int error = 0;

	if (listing->nr == FOLD_GROUPS_MAX)
		error = events_fold_flush(listing);
	if (error)
		return error;
	row = row_at(listing, listing->nr);
	*row = (struct row){
		.origin = *origin,
		.raw = malloc(event->raw.length + 1),
		.length = event->raw.length,
		.number = event->number,
		.until = now + FOLD_NS,
	};
	if (!row->raw)
		return -ENOMEM;
	if (event->raw.length)
		memcpy(row->raw, event->raw.data, event->raw.length);
	listing->nr++;
	return 0;
}

/* Numbers and times of another boot have nothing to do with those before. */
static bool is_other_boot(struct events_fold *listing,
			  const struct print_origin *origin)
{
	return listing->nr &&
	       strcmp(row_at(listing, listing->nr - 1)->origin.boot_id,
		      origin->boot_id);
}

/**
 * events_fold_event - an event of the list
 * @listing: the folding
 * @event: the event, not needed afterwards
 * @origin: where it comes from, not needed afterwards
 *
 * Return: 0, -ENOMEM, or an error of whoever gets the rows.
 */
int events_fold_event(struct events_fold *listing, const struct event *event,
		      const struct print_origin *origin)
{
	struct event turned = *event;
	bool show = false;
	int error = 0;

	if (is_other_boot(listing, origin))
		error = events_fold_flush(listing);
	if (!listing->oldest_first)
		turned.boot_time = TURNED - event->boot_time;
	if (!error)
		error = fold_event(listing->fold, &turned, &show);
	if (!error)
		error = put_until(listing, turned.boot_time);
	if (error || !show)
		return error;
	return add_row(listing, event, origin, turned.boot_time);
}

/**
 * events_fold_flush - hand out all rows, at the end or because of a gap
 * @listing: the folding
 *
 * Return: 0, -ENOMEM, or an error of whoever gets the rows.
 */
int events_fold_flush(struct events_fold *listing)
{
	int error = fold_flush(listing->fold);

	return error ? error : put_until(listing, UINT64_MAX);
}

/**
 * events_fold_new - begin a list
 * @oldest_first: the order in which events will come
 * @row: gets the rows
 * @context: for @row
 *
 * Return: the folding, to be released with events_fold_free(); NULL where
 * memory ran out.
 */
struct events_fold *events_fold_new(bool oldest_first, events_fold_row_t row,
				    void *context)
{
	struct events_fold *listing = calloc(1, sizeof(*listing));

	if (!listing)
		return NULL;
	listing->oldest_first = oldest_first;
	listing->put = row;
	listing->context = context;
	listing->fold = fold_new(take_repeat, listing);
	if (listing->fold)
		return listing;
	free(listing);
	return NULL;
}

/**
 * events_fold_free - end a list
 * @listing: the folding, or NULL; rows that still wait are dropped
 */
void events_fold_free(struct events_fold *listing)
{
	size_t i;

	if (!listing)
		return;
	for (i = 0; i < listing->nr; i++)
		free(row_at(listing, i)->raw);
	fold_free(listing->fold);
	free(listing);
}
