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
 * @event: the event; it keeps its memory for argv and the environment
 */
void scan_event_clear(struct scan_event *event)
{
	json_object_put(event->json);
	*event = (struct scan_event){
		.args = event->args,
		.env = event->env,
	};
	scan_strings_clear(&event->args);
	scan_strings_clear(&event->env);
}

/**
 * scan_event_free - release an event
 * @event: the event
 */
void scan_event_free(struct scan_event *event)
{
	scan_event_clear(event);
	scan_strings_free(&event->args);
	scan_strings_free(&event->env);
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

/* A field like any other, and a number. */
static void set_arg_count(struct scan_event *event)
{
	struct bytes *text = &event->fields[PYDETECT_FIELD_ARG_COUNT];

	scan_event_number(event, PYDETECT_NUMBER_ARG_COUNT, event->args.count);
	text->length = snprintf(event->arg_count, sizeof(event->arg_count),
				"%zu", event->args.count);
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

	if (!scan_strings_all(&event->args, &args))
		return false;
	event->fields[PYDETECT_FIELD_ARGS] = args;
	if (!event->fields[PYDETECT_FIELD_COMMAND_LINE].data)
		event->fields[PYDETECT_FIELD_COMMAND_LINE] = args;
	set_arg_count(event);
	return true;
}

/**
 * scan_event_end_env - that was the last string of the environment
 * @event: the event
 *
 * Return: false when out of memory.
 */
bool scan_event_end_env(struct scan_event *event)
{
	return scan_strings_all(&event->env,
				&event->fields[PYDETECT_FIELD_ENV]);
}

static void put_digits(char digits[SCAN_DIGITS], uint64_t number)
{
	digits[0] = '\0';
	if (number)
		snprintf(digits, SCAN_DIGITS, "%llu",
			 (unsigned long long)number);
}

/**
 * scan_event_pids - set the numbers of the process and of its parent
 * @event: the event
 * @pid: of the process, zero where not known
 * @ppid: of its parent, likewise
 */
void scan_event_pids(struct scan_event *event, uint64_t pid, uint64_t ppid)
{
	put_digits(event->pid, pid);
	put_digits(event->ppid, ppid);
}

static struct bytes identity(struct bytes guid, const char *digits)
{
	return guid.data || !*digits ? guid : bytes_of(digits);
}

/**
 * scan_event_value - what correlations take for the value of a field
 * @event: the event
 * @field: the field
 *
 * Return: the value, no data where absent; the number of a process where it has
 * no better identity
 */
struct bytes scan_event_value(const struct scan_event *event,
			      enum pydetect_field field)
{
	const struct bytes value = event->fields[field];

	if (field == PYDETECT_FIELD_PROCESS_GUID)
		return identity(value, event->pid);
	if (field == PYDETECT_FIELD_PARENT_PROCESS_GUID)
		return identity(value, event->ppid);
	return value;
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
 * scan_event_lineage_names - the names that follow from paths of the lineage
 * @event: the event
 */
void scan_event_lineage_names(struct scan_event *event)
{
	name_from_path(event, PYDETECT_FIELD_LINEAGE_IMAGE_NAME,
		       PYDETECT_FIELD_LINEAGE_IMAGE);
	name_from_path(event, PYDETECT_FIELD_LINEAGE_INVOKED_NAME,
		       PYDETECT_FIELD_LINEAGE_INVOKED);
}

/**
 * scan_event_end - that were all fields: add those that follow from them
 * @event: the event
 */
void scan_event_end(struct scan_event *event)
{
	name_from_path(event, PYDETECT_FIELD_IMAGE_NAME, PYDETECT_FIELD_IMAGE);
	name_from_path(event, PYDETECT_FIELD_INVOKED_NAME,
		       PYDETECT_FIELD_INVOKED);
	name_from_path(event, PYDETECT_FIELD_PARENT_IMAGE_NAME,
		       PYDETECT_FIELD_PARENT_IMAGE);
	scan_event_lineage_names(event);
}

static bool add_args(struct scan_event *event, const char **argv)
{
	for (; *argv; argv++)
		if (!scan_strings_add(&event->args, bytes_of(*argv)))
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

/**
 * scan_event_environment - the environment from texts
 * @event: the event
 * @env: ends with NULL; or NULL
 *
 * Return: false when out of memory.
 */
bool scan_event_environment(struct scan_event *event, const char **env)
{
	if (!env)
		return true;
	for (; *env; env++)
		if (!scan_strings_add(&event->env, bytes_of(*env)))
			return false;
	return scan_event_end_env(event);
}
