// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which processes of a recording descend from a program that rules ask for.
 *
 * The kernel follows every process from its fork on. A recording only has
 * starts of programs, so a process that started one before is asked first; then
 * its parent: what that runs, and else what it descends from itself.
 */
#include <stdlib.h>
#include <string.h>

#include "scan_correlate.h"
#include "../module/core/automaton.h"

/**
 * scan_lineages_init - begin without processes
 * @lineages: filled in; scan_lineages_free() releases it
 * @view: the policy; has to outlive @lineages
 */
void scan_lineages_init(struct scan_lineages *lineages,
			const struct pydetect_view *view)
{
	*lineages = (struct scan_lineages){ .view = view };
}

static void lineage_free(struct scan_lineage *lineage)
{
	free((void *)lineage->process.data);
	free((void *)lineage->parent.data);
	free((void *)lineage->guid.data);
	free((void *)lineage->image.data);
	free((void *)lineage->invoked.data);
	free((void *)lineage->build_id.data);
}

/**
 * scan_lineages_free - release all processes
 * @lineages: the processes
 */
void scan_lineages_free(struct scan_lineages *lineages)
{
	size_t i;

	for (i = 0; i < lineages->items.count; i++)
		lineage_free(&lineages->items.items[i]);
	build_list_free(&lineages->items);
	build_map_free(&lineages->map);
}

static bool same(struct bytes a, struct bytes b)
{
	return a.length == b.length &&
	       (!a.length || !memcmp(a.data, b.data, a.length));
}

static uint32_t hash_of(struct bytes process)
{
	return build_hash(process.data, process.length, 0);
}

/* What is known of a process; NULL where nothing is. */
static struct scan_lineage *lineage_of(const struct scan_lineages *lineages,
				       struct bytes process)
{
	uint32_t position = BUILD_NONE, found;

	if (!process.data)
		return NULL;
	while ((found = build_map_next(&lineages->map, hash_of(process),
				       &position)) != BUILD_NONE)
		if (same(lineages->items.items[found].process, process))
			return &lineages->items.items[found];
	return NULL;
}

static bool holds_any(const struct pydetect_exec *exec)
{
	const struct pydetect_view *view = exec->view;
	uint32_t i;

	for (i = 0; i < view->nr_tracked; i++)
		if (test_bit(view->tracked[i], exec->holds))
			return true;
	return false;
}

/* Is the parent's file one that rules ask for? Leaves @exec reset. */
static bool is_parent_tracked(struct pydetect_exec *exec,
			      const struct scan_event *event)
{
	const struct bytes image = event->fields[PYDETECT_FIELD_PARENT_IMAGE];
	const struct bytes name =
		event->fields[PYDETECT_FIELD_PARENT_IMAGE_NAME];
	bool tracked;

	if (!image.data)
		return false;
	pydetect_exec_reset(exec);
	pydetect_walk(exec, PYDETECT_FIELD_IMAGE, image.data, image.length);
	pydetect_walk(exec, PYDETECT_FIELD_IMAGE_NAME, name.data, name.length);
	tracked = holds_any(exec);
	pydetect_exec_reset(exec);
	return tracked;
}

static void set_fields(struct scan_event *event,
		       const struct scan_lineage *lineage)
{
	event->fields[PYDETECT_FIELD_LINEAGE_GUID] = lineage->guid;
	event->fields[PYDETECT_FIELD_LINEAGE_IMAGE] = lineage->image;
	event->fields[PYDETECT_FIELD_LINEAGE_INVOKED] = lineage->invoked;
	event->fields[PYDETECT_FIELD_LINEAGE_BUILD_ID] = lineage->build_id;
	event->fields[PYDETECT_FIELD_LINEAGE_IMAGE_NAME] = (struct bytes){ 0 };
	event->fields[PYDETECT_FIELD_LINEAGE_INVOKED_NAME] =
		(struct bytes){ 0 };
	scan_event_lineage_names(event);
}

static bool set_known(struct scan_event *event,
		      const struct scan_lineage *lineage)
{
	if (!lineage || !lineage->guid.data)
		return false;
	set_fields(event, lineage);
	return true;
}

static bool has_lineage(const struct scan_event *event)
{
	return event->fields[PYDETECT_FIELD_LINEAGE_GUID].data ||
	       event->fields[PYDETECT_FIELD_LINEAGE_IMAGE].data ||
	       event->fields[PYDETECT_FIELD_LINEAGE_IMAGE_NAME].data ||
	       event->fields[PYDETECT_FIELD_LINEAGE_BUILD_ID].data;
}

/* Numbers of processes come again; with another parent it is another one. */
static const struct scan_lineage *
own_lineage(const struct scan_lineages *lineages,
	    const struct scan_event *event)
{
	const struct scan_lineage *own = lineage_of(
		lineages,
		scan_event_value(event, PYDETECT_FIELD_PROCESS_GUID));
	const struct bytes parent =
		scan_event_value(event, PYDETECT_FIELD_PARENT_PROCESS_GUID);

	return own && same(own->parent, parent) ? own : NULL;
}

/**
 * scan_lineage_find - set the lineage of a recorded program start
 * @lineages: the processes
 * @exec: memory of the core; reset
 * @event: the program start, before it is judged; what the recording itself
 *	says of its lineage stays. Good until scan_lineage_keep() is called
 */
void scan_lineage_find(const struct scan_lineages *lineages,
		       struct pydetect_exec *exec, struct scan_event *event)
{
	const struct bytes parent =
		scan_event_value(event, PYDETECT_FIELD_PARENT_PROCESS_GUID);
	const struct bytes image = event->fields[PYDETECT_FIELD_PARENT_IMAGE];
	const struct scan_lineage of_parent = { .guid = parent, .image = image };
	const struct scan_lineage *known;

	if (!lineages->view->nr_tracked || has_lineage(event) ||
	    set_known(event, own_lineage(lineages, event)))
		return;
	known = lineage_of(lineages, parent);
	if (known && same(known->guid, parent) && same(known->image, image))
		set_known(event, known);
	else if (parent.data && is_parent_tracked(exec, event))
		set_fields(event, &of_parent);
	else
		set_known(event, known);
}

/* Replaces @to; false when out of memory. */
static bool copy(struct bytes *to, struct bytes from)
{
	uint8_t *data = NULL;

	if (from.data) {
		data = malloc(from.length + 1);
		if (!data)
			return false;
		memcpy(data, from.data, from.length);
	}
	free((void *)to->data);
	*to = (struct bytes){ data, from.length };
	return true;
}

/* NULL when out of memory. */
static struct scan_lineage *new_lineage(struct scan_lineages *lineages,
					struct bytes process)
{
	struct scan_lineage lineage = { 0 };
	const size_t number = lineages->items.count;

	if (!copy(&lineage.process, process))
		return NULL;
	if (build_map_add(&lineages->map, hash_of(process), number) ||
	    !build_list_push(&lineages->items, lineage)) {
		lineage_free(&lineage);
		return NULL;
	}
	return &lineages->items.items[number];
}

/* What the process descends from, from now on. */
static struct scan_lineage next_lineage(const struct pydetect_exec *exec,
					const struct scan_event *event,
					struct bytes process)
{
	struct scan_lineage next = {
		.parent = scan_event_value(event,
					   PYDETECT_FIELD_PARENT_PROCESS_GUID),
		.guid = event->fields[PYDETECT_FIELD_LINEAGE_GUID],
		.image = event->fields[PYDETECT_FIELD_LINEAGE_IMAGE],
		.invoked = event->fields[PYDETECT_FIELD_LINEAGE_INVOKED],
		.build_id = event->fields[PYDETECT_FIELD_LINEAGE_BUILD_ID],
	};

	if (!holds_any(exec))
		return next;
	next.guid = process;
	next.image = event->fields[PYDETECT_FIELD_IMAGE];
	next.invoked = event->fields[PYDETECT_FIELD_INVOKED];
	next.build_id = event->fields[PYDETECT_FIELD_IMAGE_BUILD_ID];
	return next;
}

/**
 * scan_lineage_keep - remember what a process descends from, from now on
 * @lineages: the processes
 * @exec: after scan_judge()
 * @event: the program start; its lineage is gone afterwards
 *
 * Return: 0, or -1 when out of memory.
 */
int scan_lineage_keep(struct scan_lineages *lineages,
		      const struct pydetect_exec *exec,
		      struct scan_event *event)
{
	const struct bytes process =
		scan_event_value(event, PYDETECT_FIELD_PROCESS_GUID);
	struct scan_lineage *lineage = lineage_of(lineages, process);
	struct scan_lineage next;
	int error = 0;

	if (!lineages->view->nr_tracked || !process.data)
		return 0;
	next = next_lineage(exec, event, process);
	/* Having none has only to be known of what had one. */
	if (!lineage && next.guid.data)
		lineage = new_lineage(lineages, process);
	else if (!lineage)
		return 0;
	if (!lineage || !copy(&lineage->parent, next.parent) ||
	    !copy(&lineage->guid, next.guid) ||
	    !copy(&lineage->image, next.image) ||
	    !copy(&lineage->invoked, next.invoked) ||
	    !copy(&lineage->build_id, next.build_id))
		error = -1;
	set_fields(event, &(struct scan_lineage){ 0 });
	return error;
}
