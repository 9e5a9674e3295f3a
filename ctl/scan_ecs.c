// SPDX-License-Identifier: GPL-2.0-only
/*
 * NDJSON in the Elastic Common Schema -> the fields of a program start.
 *
 * Members may be nested ("process": {"args": ...}) or have dotted names
 * ("process.args": ...). What pydetectctl monitor --json prints is in this
 * form as well; there the resolved user is real_user, and what ECS has no name
 * for stands below pydetect.
 */
#include <string.h>

#include "scan.h"

/* Deeper members are of no interest. */
#define NAME_BYTES 64

/* The member of a dotted name, or NULL where it is absent or null. */
static struct json_object *member(struct json_object *json, const char *name)
{
	const char *dot = strchr(name, '.');
	struct json_object *value = NULL;
	char first[NAME_BYTES];

	if (json_object_object_get_ex(json, name, &value))
		return value;
	if (!dot || (size_t)(dot - name) >= sizeof(first))
		return NULL;
	memcpy(first, name, dot - name);
	first[dot - name] = '\0';
	if (!json_object_object_get_ex(json, first, &value) ||
	    !json_object_is_type(value, json_type_object))
		return NULL;
	return member(value, dot + 1);
}

static bool has_any(struct json_object *json, const char *const *names)
{
	for (; *names; names++)
		if (json_object_object_get_ex(json, *names, NULL))
			return true;
	return false;
}

/**
 * scan_is_ecs - does a record look like the Elastic Common Schema?
 * @json: the record
 *
 * One with Sigma's own field names does not, whatever else is in it.
 */
bool scan_is_ecs(struct json_object *json)
{
	static const char *const ecs[] = { "process", "process.executable",
					   "process.args", "@timestamp",
					   "process.command_line", NULL };
	static const char *const sigma[] = { "Image", "CommandLine", "argv",
					     "Args", NULL };

	return !has_any(json, sigma) && has_any(json, ecs);
}

/* Is @word the value, or one of a list of values? */
static bool says(struct json_object *value, const char *word)
{
	size_t i;

	if (json_object_is_type(value, json_type_string))
		return !strcmp(json_object_get_string(value), word);
	if (!json_object_is_type(value, json_type_array))
		return false;
	for (i = 0; i < json_object_array_length(value); i++)
		if (says(json_object_array_get_idx(value, i), word))
			return true;
	return false;
}

/**
 * scan_is_ecs_start - is a record about the start of a program?
 * @json: the record
 *
 * Return: false for records without a process, and for those that say that it
 * ended or forked.
 */
bool scan_is_ecs_start(struct json_object *json)
{
	struct json_object *type = member(json, "event.type");

	if (!member(json, "process.executable") &&
	    !member(json, "process.args") &&
	    !member(json, "process.command_line"))
		return false;
	if (says(member(json, "event.action"), "fork"))
		return false;
	return !says(type, "end") || says(type, "start");
}

static enum scan_read take_strings(struct scan_reader *reader,
				   struct scan_event *event)
{
	static const struct {
		const char *name;
		enum pydetect_field field;
	} names[] = {
		{ "process.executable", PYDETECT_FIELD_IMAGE },
		{ "pydetect.invoked", PYDETECT_FIELD_INVOKED },
		{ "process.command_line", PYDETECT_FIELD_COMMAND_LINE },
		{ "process.working_directory",
		  PYDETECT_FIELD_CURRENT_DIRECTORY },
		{ "process.parent.executable", PYDETECT_FIELD_PARENT_IMAGE },
		{ "process.parent.command_line",
		  PYDETECT_FIELD_PARENT_COMMAND_LINE },
		{ "process.entity_id", PYDETECT_FIELD_PROCESS_GUID },
		{ "process.parent.entity_id",
		  PYDETECT_FIELD_PARENT_PROCESS_GUID },
		{ "pydetect.build_id", PYDETECT_FIELD_IMAGE_BUILD_ID },
		{ "pydetect.lineage.executable",
		  PYDETECT_FIELD_LINEAGE_IMAGE },
		{ "pydetect.lineage.invoked", PYDETECT_FIELD_LINEAGE_INVOKED },
		{ "pydetect.lineage.build_id",
		  PYDETECT_FIELD_LINEAGE_BUILD_ID },
		{ "pydetect.lineage.entity_id", PYDETECT_FIELD_LINEAGE_GUID },
	};
	enum scan_read result = SCAN_EVENT;
	size_t i;

	for (i = 0; result == SCAN_EVENT && i < ARRAY_SIZE(names); i++)
		result = scan_take_string(reader,
					  member(event->json, names[i].name),
					  names[i].name,
					  &event->fields[names[i].field]);
	return result;
}

/* The owner: of the process where that is told, else of the event. */
static enum scan_read take_user(struct scan_reader *reader,
				struct scan_event *event)
{
	static const char *const users[] = { "process.real_user",
					     "process.user", "user" };
	struct json_object *name = NULL, *id = NULL;
	struct bytes text = { 0 };
	enum scan_read result;
	char path[NAME_BYTES];
	uint64_t number;
	size_t i;

	for (i = 0; !name && !id && i < ARRAY_SIZE(users); i++) {
		snprintf(path, sizeof(path), "%s.name", users[i]);
		name = member(event->json, path);
		snprintf(path, sizeof(path), "%s.id", users[i]);
		id = member(event->json, path);
	}
	result = scan_take_string(reader, name, "user.name",
				  &event->fields[PYDETECT_FIELD_USER]);
	if (result != SCAN_EVENT || !id)
		return result;
	text = bytes_of(json_object_get_string(id));
	if (scan_number_of(text, &number))
		scan_event_number(event, PYDETECT_NUMBER_UID, number);
	return SCAN_EVENT;
}

static enum scan_read take_args(struct scan_reader *reader,
				struct scan_event *event)
{
	struct json_object *args = member(event->json, "process.args");

	return args ? scan_take_args(reader, event, args) : SCAN_EVENT;
}

static enum scan_read take_env(struct scan_reader *reader,
			       struct scan_event *event)
{
	struct json_object *env = member(event->json, "process.env_vars");

	return env ? scan_take_env(reader, event, env) : SCAN_EVENT;
}

static uint64_t pid_of(struct scan_event *event, const char *name)
{
	struct json_object *value = member(event->json, name);

	return json_object_is_type(value, json_type_int) &&
			       json_object_get_int64(value) > 0 ?
		       json_object_get_int64(value) :
		       0;
}

/* Collectors write many things here; what is no time is not known. */
static void take_time(struct scan_event *event)
{
	struct json_object *value = member(event->json, "@timestamp");

	event->has_time = value && scan_time_of(value, &event->time);
}

/* The kernel judges a script, and once more its interpreter. */
static void take_pass(struct scan_event *event)
{
	struct json_object *pass = member(event->json, "pydetect.pass");

	event->again = pass && json_object_get_int64(pass) > 1;
}

/* A record's own name, its number in a stream, or its time. */
static struct json_object *id_of(struct json_object *json)
{
	static const char *const names[] = { "id", "event.id", "event.sequence",
					     "@timestamp" };
	struct json_object *id = NULL;
	size_t i;

	for (i = 0; !id && i < ARRAY_SIZE(names); i++)
		id = member(json, names[i]);
	return id;
}

/**
 * scan_take_ecs - take a record in
 * @reader: the reader
 * @event: the event, with its JSON
 *
 * Return: SCAN_EVENT, SCAN_MALFORMED or SCAN_FAILED.
 */
enum scan_read scan_take_ecs(struct scan_reader *reader,
			     struct scan_event *event)
{
	struct json_object *session =
		member(event->json, "process.entry_leader.entry_meta.session");
	enum scan_read result = take_strings(reader, event);

	if (!session)
		session = member(event->json, "pydetect.session");
	if (session)
		scan_event_logon_id(event,
				    bytes_of(json_object_get_string(session)));
	if (result == SCAN_EVENT)
		result = take_user(reader, event);
	if (result == SCAN_EVENT)
		result = take_args(reader, event);
	if (result == SCAN_EVENT)
		result = take_env(reader, event);
	take_time(event);
	take_pass(event);
	scan_event_pids(event, pid_of(event, "process.pid"),
			pid_of(event, "process.parent.pid"));
	scan_event_end(event);
	event->id = id_of(event->json);
	return result;
}
