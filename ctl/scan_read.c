// SPDX-License-Identifier: GPL-2.0-only
/*
 * NDJSON with Sigma's field names -> the fields of a program start.
 */
#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "scan.h"

/* More than one argv can hold in Linux, and far from what would hurt. */
#define LINE_BYTES_MAX (64u << 20)

static enum scan_read malformed(struct scan_reader *reader, const char *format,
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

static enum scan_read take_string(struct scan_reader *reader,
				  struct scan_event *event, const char *key,
				  enum pydetect_field field)
{
	struct json_object *value;

	if (!json_object_object_get_ex(event->json, key, &value) || !value)
		return SCAN_EVENT;
	if (!json_object_is_type(value, json_type_string))
		return malformed(reader, "%s is not a string", key);
	if (!text_of(value, &event->fields[field]))
		return malformed(reader, "%s holds a NUL", key);
	return SCAN_EVENT;
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
	};
	enum scan_read result = SCAN_EVENT;
	size_t i;

	for (i = 0; result == SCAN_EVENT && i < ARRAY_SIZE(keys); i++)
		result = take_string(reader, event, keys[i].key, keys[i].field);
	return result;
}

static void set_number(struct scan_event *event, enum pydetect_number number,
		       uint64_t value)
{
	event->numbers[number] = value;
	event->has_number |= 1u << number;
}

/* A decimal number in a string; everything else is not a number. */
static bool number_of(struct bytes text, uint64_t *number)
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

/* LogonId is a string in some records and a number in others. */
static enum scan_read take_logon_id(struct scan_reader *reader,
				    struct scan_event *event)
{
	struct bytes *text = &event->fields[PYDETECT_FIELD_LOGON_ID];
	struct json_object *value;
	uint64_t number;

	if (!json_object_object_get_ex(event->json, "LogonId", &value) ||
	    !value)
		return SCAN_EVENT;
	if (!json_object_is_type(value, json_type_string) &&
	    !json_object_is_type(value, json_type_int))
		return malformed(reader, "%s is neither a string nor a number",
				 "LogonId");
	if (!text_of(value, text))
		return malformed(reader, "%s holds a NUL", "LogonId");
	if (number_of(*text, &number))
		set_number(event, PYDETECT_NUMBER_LOGON_ID, number);
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
		return malformed(reader, "%s is not a user id", "uid");
	set_number(event, PYDETECT_NUMBER_UID, json_object_get_int64(value));
	return SCAN_EVENT;
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

/* The bytes that the kernel has: arguments with a NUL between them. */
static enum scan_read join_args(struct scan_reader *reader,
				struct scan_event *event,
				struct json_object *array, size_t *length)
{
	static const char not_strings[] =
		"argv is not a list of strings without NUL";
	const size_t nr = json_object_array_length(array);
	struct bytes arg;
	size_t i;

	*length = 0;
	for (i = 0; i < nr; i++) {
		struct json_object *value = json_object_array_get_idx(array, i);

		if (!json_object_is_type(value, json_type_string) ||
		    !text_of(value, &arg))
			return malformed(reader, "%s", not_strings);
		if (!make_room(event, *length + arg.length + 1))
			return SCAN_FAILED;
		memcpy(event->args + *length, arg.data, arg.length);
		*length += arg.length;
		event->args[(*length)++] = '\0';
	}
	if (nr)
		--*length;
	return SCAN_EVENT;
}

/* A field like any other, and a number. */
static void set_arg_count(struct scan_event *event, size_t count)
{
	struct bytes *text = &event->fields[PYDETECT_FIELD_ARG_COUNT];

	set_number(event, PYDETECT_NUMBER_ARG_COUNT, count);
	text->length = snprintf(event->arg_count, sizeof(event->arg_count),
				"%zu", count);
	text->data = (const uint8_t *)event->arg_count;
}

/* Where only argv is given, the command line follows from it. */
static enum scan_read take_args(struct scan_reader *reader,
				struct scan_event *event)
{
	struct json_object *array;
	enum scan_read result;
	struct bytes args;

	if ((!json_object_object_get_ex(event->json, "argv", &array) ||
	     !array) &&
	    (!json_object_object_get_ex(event->json, "Args", &array) || !array))
		return SCAN_EVENT;
	if (!json_object_is_type(array, json_type_array))
		return malformed(reader, "%s is not a list", "argv");
	if (!make_room(event, 1))
		return SCAN_FAILED;
	result = join_args(reader, event, array, &args.length);
	if (result != SCAN_EVENT)
		return result;
	args.data = (const uint8_t *)event->args;
	event->fields[PYDETECT_FIELD_ARGS] = args;
	if (!event->fields[PYDETECT_FIELD_COMMAND_LINE].data)
		event->fields[PYDETECT_FIELD_COMMAND_LINE] = args;
	set_arg_count(event, json_object_array_length(array));
	return SCAN_EVENT;
}

static void name_from_path(struct scan_event *event, enum pydetect_field name,
			   enum pydetect_field path)
{
	struct bytes text = event->fields[path];
	const uint8_t *slash;

	if (!text.data)
		return;
	slash = memrchr(text.data, '/', text.length);
	if (slash) {
		text.length -= slash + 1 - text.data;
		text.data = slash + 1;
	}
	event->fields[name] = text;
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
	name_from_path(event, PYDETECT_FIELD_IMAGE_NAME, PYDETECT_FIELD_IMAGE);
	name_from_path(event, PYDETECT_FIELD_PARENT_IMAGE_NAME,
		       PYDETECT_FIELD_PARENT_IMAGE);
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
		return malformed(reader, "%s", "the JSON ends too early");
	if (error != json_tokener_success) {
		snprintf(reader->error, sizeof(reader->error),
			 "not JSON: %s at column %zu",
			 json_tokener_error_desc(error),
			 json_tokener_get_parse_end(tokener) + 1);
		return SCAN_MALFORMED;
	}
	if (!json_object_is_type(event->json, json_type_object))
		return malformed(reader, "%s", "not a JSON object");
	return take_fields(reader, event);
}

/* Forget the last event, but keep the memory for argv. */
static void clear(struct scan_event *event)
{
	json_object_put(event->json);
	*event = (struct scan_event){
		.args = event->args,
		.args_room = event->args_room,
	};
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
		while (length && strchr(" \t\r\n", reader->line[length - 1]))
			length--;
		reader->line[length] = '\0';
	} while (!length);
	return length;
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
	ssize_t length;

	clear(event);
	errno = 0;
	length = next_line(reader);
	if (length < 0)
		return feof(reader->stream) ? SCAN_END : SCAN_FAILED;
	if (length > LINE_BYTES_MAX)
		return malformed(reader, "%s", "the line is too long");
	if (memchr(reader->line, 0, length))
		return malformed(reader, "%s", "not JSON: a NUL");
	return parse(reader, event, length);
}

/**
 * scan_event_free - release an event
 * @event: the event
 */
void scan_event_free(struct scan_event *event)
{
	clear(event);
	free(event->args);
}
