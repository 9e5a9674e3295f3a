// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lines -> program starts; and NDJSON with Sigma's field names.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "scan.h"

/* More than one argv can hold in Linux, and far from what would hurt. */
#define LINE_BYTES_MAX (64u << 20)

/**
 * scan_malformed - say what is wrong with a line
 * @reader: the reader
 * @format: for printf(), with one %s
 * @what: what goes there
 *
 * Return: SCAN_MALFORMED.
 */
enum scan_read scan_malformed(struct scan_reader *reader, const char *format,
			      const char *what)
{
	snprintf(reader->error, sizeof(reader->error), format, what);
	return SCAN_MALFORMED;
}

/**
 * scan_reader_init - start reading
 * @reader: filled in; scan_reader_free() releases it
 * @stream: where from; has to outlive @reader
 *
 * Return: 0 or -ENOMEM.
 */
int scan_reader_init(struct scan_reader *reader, FILE *stream)
{
	memset(reader, 0, sizeof(*reader));
	reader->stream = stream;
	reader->tokener = json_tokener_new();
	if (!reader->tokener)
		return -ENOMEM;
	json_tokener_set_flags(reader->tokener, JSON_TOKENER_STRICT);
	return 0;
}

/**
 * scan_reader_free - stop reading
 * @reader: the reader
 */
void scan_reader_free(struct scan_reader *reader)
{
	scan_audit_free(reader->audit);
	if (reader->tokener)
		json_tokener_free(reader->tokener);
	free(reader->line);
}

/*
 * The text of a string, or of a number as it would be printed; false where it
 * holds a NUL, which no path and no argument can.
 */
static bool text_of(struct json_object *value, struct bytes *text)
{
	const char *string = json_object_get_string(value);

	text->data = (const uint8_t *)string;
	text->length = json_object_is_type(value, json_type_string) ?
			       (size_t)json_object_get_string_len(value) :
			       strlen(string);
	return !memchr(text->data, 0, text->length);
}

/**
 * scan_take_string - take a string in
 * @reader: the reader
 * @value: its value, or NULL
 * @key: its name, for messages
 * @text: set to its bytes, which belong to @value; left alone where it is NULL
 *
 * Return: SCAN_EVENT or SCAN_MALFORMED.
 */
enum scan_read scan_take_string(struct scan_reader *reader,
				struct json_object *value, const char *key,
				struct bytes *text)
{
	if (!value)
		return SCAN_EVENT;
	if (!json_object_is_type(value, json_type_string))
		return scan_malformed(reader, "%s is not a string", key);
	if (!text_of(value, text))
		return scan_malformed(reader, "%s holds a NUL", key);
	return SCAN_EVENT;
}

static enum scan_read take_string(struct scan_reader *reader,
				  struct scan_event *event, const char *key,
				  enum pydetect_field field)
{
	struct json_object *value = NULL;

	json_object_object_get_ex(event->json, key, &value);
	return scan_take_string(reader, value, key, &event->fields[field]);
}

static enum scan_read take_strings(struct scan_reader *reader,
				   struct scan_event *event)
{
	static const struct {
		const char *key;
		enum pydetect_field field;
	} keys[] = {
		{ "Image", PYDETECT_FIELD_IMAGE },
		{ "Invoked", PYDETECT_FIELD_INVOKED },
		{ "User", PYDETECT_FIELD_USER },
		{ "ParentImage", PYDETECT_FIELD_PARENT_IMAGE },
		{ "CurrentDirectory", PYDETECT_FIELD_CURRENT_DIRECTORY },
		{ "CommandLine", PYDETECT_FIELD_COMMAND_LINE },
		{ "ParentCommandLine", PYDETECT_FIELD_PARENT_COMMAND_LINE },
		{ "ImageBuildId", PYDETECT_FIELD_IMAGE_BUILD_ID },
		{ "LineageImage", PYDETECT_FIELD_LINEAGE_IMAGE },
		{ "LineageInvoked", PYDETECT_FIELD_LINEAGE_INVOKED },
		{ "LineageBuildId", PYDETECT_FIELD_LINEAGE_BUILD_ID },
		{ "ProcessGuid", PYDETECT_FIELD_PROCESS_GUID },
		{ "ParentProcessGuid", PYDETECT_FIELD_PARENT_PROCESS_GUID },
		{ "LineageGuid", PYDETECT_FIELD_LINEAGE_GUID },
	};
	enum scan_read result = SCAN_EVENT;
	size_t i;

	for (i = 0; result == SCAN_EVENT && i < ARRAY_SIZE(keys); i++)
		result = take_string(reader, event, keys[i].key, keys[i].field);
	return result;
}

/* LogonId is a string in some records and a number in others. */
static enum scan_read take_logon_id(struct scan_reader *reader,
				    struct scan_event *event)
{
	struct json_object *value;
	struct bytes text;

	if (!json_object_object_get_ex(event->json, "LogonId", &value) ||
	    !value)
		return SCAN_EVENT;
	if (!json_object_is_type(value, json_type_string) &&
	    !json_object_is_type(value, json_type_int))
		return scan_malformed(reader, "%s is neither a string nor a number",
				 "LogonId");
	if (!text_of(value, &text))
		return scan_malformed(reader, "%s holds a NUL", "LogonId");
	scan_event_logon_id(event, text);
	return SCAN_EVENT;
}

static enum scan_read take_uid(struct scan_reader *reader,
			       struct scan_event *event)
{
	struct json_object *value;

	if (!json_object_object_get_ex(event->json, "uid", &value) || !value)
		return SCAN_EVENT;
	if (!json_object_is_type(value, json_type_int) ||
	    json_object_get_int64(value) < 0)
		return scan_malformed(reader, "%s is not a user id", "uid");
	scan_event_number(event, PYDETECT_NUMBER_UID,
			  json_object_get_int64(value));
	return SCAN_EVENT;
}

/* A list of strings into @strings. */
static enum scan_read take_list(struct scan_reader *reader,
				struct scan_strings *strings,
				struct json_object *array, const char *what)
{
	struct bytes text;
	size_t i, nr;

	if (!json_object_is_type(array, json_type_array))
		return scan_malformed(reader, "%s is not a list", what);
	nr = json_object_array_length(array);
	for (i = 0; i < nr; i++) {
		struct json_object *value = json_object_array_get_idx(array, i);

		if (!json_object_is_type(value, json_type_string) ||
		    !text_of(value, &text))
			return scan_malformed(reader,
					      "%s is not a list of strings without NUL",
					      what);
		if (!scan_strings_add(strings, text))
			return SCAN_FAILED;
	}
	return SCAN_EVENT;
}

/**
 * scan_take_args - take argv in
 * @reader: the reader
 * @event: the event
 * @array: a list
 *
 * Return: SCAN_EVENT, SCAN_MALFORMED or SCAN_FAILED.
 */
enum scan_read scan_take_args(struct scan_reader *reader,
			      struct scan_event *event,
			      struct json_object *array)
{
	enum scan_read result = take_list(reader, &event->args, array, "argv");

	if (result == SCAN_EVENT && !scan_event_end_args(event))
		return SCAN_FAILED;
	return result;
}

/**
 * scan_take_env - take the environment in
 * @reader: the reader
 * @event: the event
 * @array: a list
 *
 * Return: SCAN_EVENT, SCAN_MALFORMED or SCAN_FAILED.
 */
enum scan_read scan_take_env(struct scan_reader *reader,
			     struct scan_event *event,
			     struct json_object *array)
{
	enum scan_read result = take_list(reader, &event->env, array,
					  "the environment");

	if (result == SCAN_EVENT && !scan_event_end_env(event))
		return SCAN_FAILED;
	return result;
}

/* A member, or one of another name; NULL where both are absent or null. */
static struct json_object *either(const struct scan_event *event,
				  const char *name, const char *other)
{
	struct json_object *value = NULL;

	if (!json_object_object_get_ex(event->json, name, &value) || !value)
		json_object_object_get_ex(event->json, other, &value);
	return value;
}

/* Where only argv is given, the command line follows from it. */
static enum scan_read take_args(struct scan_reader *reader,
				struct scan_event *event)
{
	struct json_object *args = either(event, "argv", "Args");

	return args ? scan_take_args(reader, event, args) : SCAN_EVENT;
}

static enum scan_read take_env(struct scan_reader *reader,
			       struct scan_event *event)
{
	struct json_object *env = NULL;

	json_object_object_get_ex(event->json, "Env", &env);
	return env ? scan_take_env(reader, event, env) : SCAN_EVENT;
}

static enum scan_read take_time(struct scan_reader *reader,
				struct scan_event *event)
{
	struct json_object *value = NULL;

	json_object_object_get_ex(event->json, "ts", &value);
	if (!value)
		return SCAN_EVENT;
	event->has_time = scan_time_of(value, &event->time);
	return event->has_time ? SCAN_EVENT :
				 scan_malformed(reader, "%s is not a time",
						"ts");
}

static enum scan_read take_pid(struct scan_reader *reader,
			       struct json_object *value, const char *key,
			       uint64_t *pid)
{
	*pid = 0;
	if (!value || scan_number_of(bytes_of(json_object_get_string(value)),
				     pid))
		return SCAN_EVENT;
	return scan_malformed(reader, "%s is not a process id", key);
}

static enum scan_read take_pids(struct scan_reader *reader,
				struct scan_event *event)
{
	uint64_t pid, ppid;
	enum scan_read result;

	result = take_pid(reader, either(event, "pid", "ProcessId"), "pid",
			  &pid);
	if (result == SCAN_EVENT)
		result = take_pid(reader,
				  either(event, "ppid", "ParentProcessId"),
				  "ppid", &ppid);
	if (result == SCAN_EVENT)
		scan_event_pids(event, pid, ppid);
	return result;
}

static enum scan_read take_fields(struct scan_reader *reader,
				  struct scan_event *event)
{
	enum scan_read result = take_strings(reader, event);

	if (result == SCAN_EVENT)
		result = take_logon_id(reader, event);
	if (result == SCAN_EVENT)
		result = take_uid(reader, event);
	if (result == SCAN_EVENT)
		result = take_args(reader, event);
	if (result == SCAN_EVENT)
		result = take_env(reader, event);
	if (result == SCAN_EVENT)
		result = take_time(reader, event);
	if (result == SCAN_EVENT)
		result = take_pids(reader, event);
	scan_event_end(event);
	json_object_object_get_ex(event->json, "id", &event->id);
	return result;
}

/* One object, and nothing behind it. */
static enum scan_read parse(struct scan_reader *reader,
			    struct scan_event *event, size_t length)
{
	struct json_tokener *tokener = reader->tokener;
	enum json_tokener_error error;

	json_tokener_reset(tokener);
	event->json = json_tokener_parse_ex(tokener, reader->line, length + 1);
	error = json_tokener_get_error(tokener);
	if (error == json_tokener_continue)
		return scan_malformed(reader, "%s", "the JSON ends too early");
	if (error != json_tokener_success) {
		snprintf(reader->error, sizeof(reader->error),
			 "not JSON: %s at column %zu",
			 json_tokener_error_desc(error),
			 json_tokener_get_parse_end(tokener) + 1);
		return SCAN_MALFORMED;
	}
	if (!json_object_is_type(event->json, json_type_object))
		return scan_malformed(reader, "%s", "not a JSON object");
	if (reader->format == SCAN_NDJSON ||
	    (reader->format == SCAN_AUTO && !scan_is_ecs(event->json)))
		return take_fields(reader, event);
	return scan_is_ecs_start(event->json) ? scan_take_ecs(reader, event) :
						SCAN_OTHER;
}

/* The length of the next line that is not empty; -1 at the end. */
static ssize_t next_line(struct scan_reader *reader)
{
	ssize_t length;

	do {
		length = getline(&reader->line, &reader->line_room,
				 reader->stream);
		if (length < 0)
			return -1;
		reader->number++;
		reader->bytes += length;
		while (length && strchr(" \t\r\n", reader->line[length - 1]))
			length--;
		reader->line[length] = '\0';
	} while (!length);
	return length;
}

static enum scan_read read_line(struct scan_reader *reader,
				struct scan_event *event, size_t length)
{
	if (length > LINE_BYTES_MAX)
		return scan_malformed(reader, "%s", "the line is too long");
	if (reader->format == SCAN_AUTO && scan_is_audit(reader->line))
		reader->format = SCAN_AUDIT;
	if (reader->format == SCAN_AUDIT)
		return scan_take_audit(reader, reader->line, event);
	if (memchr(reader->line, 0, length))
		return scan_malformed(reader, "%s", "not JSON: a NUL");
	return parse(reader, event, length);
}

/* No more lines: what is left of records that were not complete. */
static enum scan_read read_end(struct scan_reader *reader,
			       struct scan_event *event)
{
	if (!feof(reader->stream))
		return SCAN_FAILED;
	return reader->audit ? scan_take_audit(reader, NULL, event) : SCAN_END;
}

/**
 * scan_read - read the next event
 * @reader: the reader; its error says what is wrong with a malformed line
 * @event: the event, zeroed before the first one; valid until the next one is
 *	read
 *
 * Return: an event, a malformed line, the end, or a failure with errno.
 */
enum scan_read scan_read(struct scan_reader *reader, struct scan_event *event)
{
	enum scan_read result;
	ssize_t length;

	do {
		scan_event_clear(event);
		errno = 0;
		length = next_line(reader);
		result = length < 0 ? read_end(reader, event) :
				      read_line(reader, event, length);
	} while (result == SCAN_OTHER);
	return result;
}

/**
 * scan_format_by_name - look a format up
 * @name: its name
 *
 * Return: enum scan_format, or -1.
 */
int scan_format_by_name(const char *name)
{
	static const char *const names[] = {
		[SCAN_AUTO] = "auto",
		[SCAN_NDJSON] = "ndjson",
		[SCAN_ECS] = "ecs",
		[SCAN_AUDIT] = "audit",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(names[i], name))
			return i;
	return -1;
}
