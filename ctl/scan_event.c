// SPDX-License-Identifier: GPL-2.0-only
/*
 * The fields of a recorded program start, put together from wherever they come.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scan.h"

/**
 * scan_event_clear - forget an event
 * @event: the event; it keeps its memory for argv
 */
void scan_event_clear(struct scan_event *event)
{
	json_object_put(event->json);
	*event = (struct scan_event){
		.args = event->args,
		.args_room = event->args_room,
	};
}

/**
 * scan_event_free - release an event
 * @event: the event
 */
void scan_event_free(struct scan_event *event)
{
	scan_event_clear(event);
	free(event->args);
}

/**
 * scan_number_of - read a decimal number
 * @text: any bytes
 * @number: set to the number
 *
 * Return: false where @text is anything else.
 */
bool scan_number_of(struct bytes text, uint64_t *number)
{
	size_t i;

	*number = 0;
	if (!text.length || text.length > 19)
		return false;
	for (i = 0; i < text.length; i++) {
		if (text.data[i] < '0' || text.data[i] > '9')
			return false;
		*number = *number * 10 + (text.data[i] - '0');
	}
	return true;
}

/**
 * scan_event_number - say that a number is known
 * @event: the event
 * @number: which
 * @value: its value
 */
void scan_event_number(struct scan_event *event, enum pydetect_number number,
		       uint64_t value)
{
	event->numbers[number] = value;
	event->has_number |= 1u << number;
}

/**
 * scan_event_logon_id - set the session: a text, and a number if it is one
 * @event: the event
 * @text: has to last as long as the event
 */
void scan_event_logon_id(struct scan_event *event, struct bytes text)
{
	uint64_t number;

	event->fields[PYDETECT_FIELD_LOGON_ID] = text;
	if (scan_number_of(text, &number))
		scan_event_number(event, PYDETECT_NUMBER_LOGON_ID, number);
}

static bool make_room(struct scan_event *event, size_t room)
{
	char *args;

	if (room <= event->args_room)
		return true;
	args = realloc(event->args, 2 * room);
	if (!args)
		return false;
	event->args = args;
	event->args_room = 2 * room;
	return true;
}

static bool append(struct scan_event *event, struct bytes text)
{
	if (!make_room(event, event->args_length + text.length + 1))
		return false;
	if (text.length)
		memcpy(event->args + event->args_length, text.data,
		       text.length);
	event->args_length += text.length;
	event->args[event->args_length++] = '\0';
	return true;
}

/**
 * scan_event_arg - add an argument
 * @event: the event
 * @arg: the argument, copied
 *
 * Return: false when out of memory.
 */
bool scan_event_arg(struct scan_event *event, struct bytes arg)
{
	event->nr_args++;
	return append(event, arg);
}

/**
 * scan_event_arg_more - continue the last argument
 * @event: the event, which has an argument
 * @part: what comes next in it, copied
 *
 * Return: false when out of memory.
 */
bool scan_event_arg_more(struct scan_event *event, struct bytes part)
{
	event->args_length--;
	return append(event, part);
}

/* A field like any other, and a number. */
static void set_arg_count(struct scan_event *event)
{
	struct bytes *text = &event->fields[PYDETECT_FIELD_ARG_COUNT];

	scan_event_number(event, PYDETECT_NUMBER_ARG_COUNT, event->nr_args);
	text->length = snprintf(event->arg_count, sizeof(event->arg_count),
				"%zu", event->nr_args);
	text->data = (const uint8_t *)event->arg_count;
}

/**
 * scan_event_end_args - that was the last argument
 * @event: the event; where it has no command line, that follows from argv
 *
 * Return: false when out of memory.
 */
bool scan_event_end_args(struct scan_event *event)
{
	struct bytes args;

	if (!make_room(event, 1))
		return false;
	args.data = (const uint8_t *)event->args;
	args.length = event->nr_args ? event->args_length - 1 : 0;
	event->fields[PYDETECT_FIELD_ARGS] = args;
	if (!event->fields[PYDETECT_FIELD_COMMAND_LINE].data)
		event->fields[PYDETECT_FIELD_COMMAND_LINE] = args;
	set_arg_count(event);
	return true;
}

static void name_from_path(struct scan_event *event, enum pydetect_field name,
			   enum pydetect_field path)
{
	struct bytes text = event->fields[path];
	const uint8_t *slash;

	if (!text.data || event->fields[name].data)
		return;
	slash = memrchr(text.data, '/', text.length);
	if (slash) {
		text.length -= slash + 1 - text.data;
		text.data = slash + 1;
	}
	event->fields[name] = text;
}

/**
 * scan_event_end - that were all fields: add those that follow from them
 * @event: the event
 */
void scan_event_end(struct scan_event *event)
{
	name_from_path(event, PYDETECT_FIELD_IMAGE_NAME, PYDETECT_FIELD_IMAGE);
	name_from_path(event, PYDETECT_FIELD_PARENT_IMAGE_NAME,
		       PYDETECT_FIELD_PARENT_IMAGE);
}

static bool add_args(struct scan_event *event, const char **argv)
{
	for (; *argv; argv++)
		if (!scan_event_arg(event, bytes_of(*argv)))
			return false;
	return scan_event_end_args(event);
}

/**
 * scan_event_texts - an event from texts
 * @event: replaced; the texts have to last as long as it is used
 * @fields: by enum pydetect_field, NULL where absent
 * @argv: ends with NULL; or NULL
 *
 * Return: false when out of memory.
 */
bool scan_event_texts(struct scan_event *event, const char *const *fields,
		      const char **argv)
{
	uint64_t number;
	uint32_t i;

	scan_event_clear(event);
	for (i = 0; i < PYDETECT_FIELD_COUNT; i++)
		if (fields[i])
			event->fields[i] = bytes_of(fields[i]);
	if (fields[PYDETECT_FIELD_LOGON_ID])
		scan_event_logon_id(event,
				    event->fields[PYDETECT_FIELD_LOGON_ID]);
	if (argv && !add_args(event, argv))
		return false;
	if (fields[PYDETECT_FIELD_ARG_COUNT]) {
		event->fields[PYDETECT_FIELD_ARG_COUNT] =
			bytes_of(fields[PYDETECT_FIELD_ARG_COUNT]);
		event->has_number &= ~(1u << PYDETECT_NUMBER_ARG_COUNT);
		if (scan_number_of(event->fields[PYDETECT_FIELD_ARG_COUNT],
				   &number))
			scan_event_number(event, PYDETECT_NUMBER_ARG_COUNT,
					  number);
	}
	scan_event_end(event);
	return true;
}
