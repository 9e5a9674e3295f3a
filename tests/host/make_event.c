// SPDX-License-Identifier: GPL-2.0-only
#include "make_event.h"
#include "../../module/uapi/policy.h"
#include "../../module/uapi/pydetect.h"

/* Processes of made events start that long after the boot, ns. */
#define START 5000000000u

static void put_rule(struct message *message, const struct make_event *event)
{
	struct message nest = { 0 };

	message_string(&nest, PYDETECT_RULE_ID, event->rule);
	message_string(&nest, PYDETECT_RULE_TITLE, event->title);
	message_u32(&nest, PYDETECT_RULE_LEVEL, event->level);
	message_u32(&nest, PYDETECT_RULE_ACTION,
		    event->block ? PYDETECT_ACTION_BLOCK :
				   PYDETECT_ACTION_REPORT);
	if (event->label)
		message_string(&nest, PYDETECT_RULE_LABEL, event->label);
	message_nest(message, PYDETECT_EVENT_RULE, &nest);
}

static void put_args(struct message *message, const struct make_event *event)
{
	struct message piece = { 0 };

	message_u32(message, PYDETECT_PROCESS_ARG_COUNT, 1);
	message_u64(message, PYDETECT_PROCESS_ARGS_LENGTH, event->args_length);
	message_u64(&piece, PYDETECT_PIECE_OFFSET, 0);
	message_put(&piece, PYDETECT_PIECE_DATA, event->args,
		    event->args_length);
	message_nest(message, PYDETECT_PROCESS_ARGS_PIECE, &piece);
}

static void put_process(struct message *message, const struct make_event *event)
{
	struct message nest = { 0 };

	message_u32(&nest, PYDETECT_PROCESS_PID, 1000 + event->number % 30000);
	message_u64(&nest, PYDETECT_PROCESS_START, START + event->number);
	message_u32(&nest, PYDETECT_PROCESS_UID, event->uid);
	if (event->image)
		message_path(&nest, PYDETECT_PROCESS_IMAGE, event->image);
	if (event->args)
		put_args(&nest, event);
	message_nest(message, PYDETECT_EVENT_PROCESS, &nest);
}

static void put_parent(struct message *message, const struct make_event *event)
{
	struct message nest = { 0 };

	message_u32(&nest, PYDETECT_PROCESS_PID, event->parent_pid);
	message_u64(&nest, PYDETECT_PROCESS_START, START);
	if (event->parent_image)
		message_path(&nest, PYDETECT_PROCESS_IMAGE,
			     event->parent_image);
	message_nest(message, PYDETECT_EVENT_PARENT, &nest);
}

/**
 * make_event - put an event together
 * @message: an empty message; its attributes are for event_decode()
 * @event: what to put in
 */
void make_event(struct message *message, const struct make_event *event)
{
	message_u64(message, PYDETECT_EVENT_NUMBER, event->number);
	message_u64(message, PYDETECT_EVENT_TIME, event->time);
	message_u64(message, PYDETECT_EVENT_BOOT_TIME, 2ull * START);
	message_u32(message, PYDETECT_EVENT_MODE, PYDETECT_MODE_REPORT);
	message_u32(message, PYDETECT_EVENT_PASS, 1);
	if (event->denied)
		message_flag(message, PYDETECT_EVENT_DENIED);
	if (event->error)
		message_u32(message, PYDETECT_EVENT_ERROR, event->error);
	if (event->rule)
		put_rule(message, event);
	put_process(message, event);
	if (event->parent_pid)
		put_parent(message, event);
}
