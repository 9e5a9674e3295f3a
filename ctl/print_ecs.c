// SPDX-License-Identifier: GPL-2.0-only
/*
 * An event as a document of the Elastic Common Schema, for machines.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "json_text.h"
#include "print.h"
#include "rule.h"
#include "user.h"
#include "../module/uapi/pydetect.h"

#define ECS_VERSION "8.11.0"

/**
 * print_origin - find out what goes into every record
 * @origin: filled in
 */
void print_origin(struct print_origin *origin)
{
	FILE *stream = fopen("/proc/sys/kernel/random/boot_id", "re");

	memset(origin, 0, sizeof(*origin));
	gethostname(origin->host, sizeof(origin->host) - 1);
	if (!stream)
		return;
	if (fgets(origin->boot_id, sizeof(origin->boot_id), stream))
		origin->boot_id[strcspn(origin->boot_id, "\n")] = '\0';
	fclose(stream);
}

static struct json_object *strings(const char *first, const char *second)
{
	struct json_object *array = json_object_new_array();

	json_object_array_add(array, json_object_new_string(first));
	if (second)
		json_object_array_add(array, json_object_new_string(second));
	return array;
}

static struct json_object *texts(const struct bytes *values, size_t nr)
{
	struct json_object *array = json_object_new_array();
	size_t i;

	for (i = 0; i < nr; i++)
		json_object_array_add(array, json_text(values[i]));
	return array;
}

/* Members that every record has. */
static struct json_object *new_record(const struct print_origin *origin,
				      uint64_t time)
{
	struct json_object *record = json_object_new_object();
	struct json_object *ecs = json_object_new_object();
	struct json_object *host = json_object_new_object();
	struct json_object *boot = json_object_new_object();

	json_object_object_add(record, "@timestamp", json_time(time));
	json_add_string(ecs, "version", ECS_VERSION);
	json_object_object_add(record, "ecs", ecs);
	json_add_text(host, "name", bytes_of(origin->host));
	json_add_string(boot, "id", origin->boot_id);
	json_object_object_add(host, "boot", boot);
	json_object_object_add(record, "host", host);
	return record;
}

static const char *outcome(const struct event *event)
{
	if (event->denied)
		return "failure";
	return event->error ? "unknown" : "success";
}

static struct json_object *type(const struct event *event)
{
	if (event->denied)
		return strings("denied", NULL);
	return strings("start", event->error ? "error" : NULL);
}

/* Sigma's levels on a scale of 100, as Elastic's own rules use it. */
static unsigned int severity(const struct event_rule *rule)
{
	static const unsigned int scale[] = { 1, 21, 47, 73, 99 };

	return rule->level < PYDETECT_LEVEL_COUNT ? scale[rule->level] : 0;
}

static void add_event(struct json_object *record, const struct event *event)
{
	const struct event_rule *rule = event_main_rule(event);
	struct json_object *object = json_object_new_object();

	json_add_string(object, "module", "pydetect");
	json_add_string(object, "dataset", "pydetect.exec");
	json_add_string(object, "kind", rule ? "alert" : "event");
	json_object_object_add(object, "category",
			       strings("process", "intrusion_detection"));
	json_object_object_add(object, "type", type(event));
	json_add_string(object, "action", "exec");
	json_add_string(object, "outcome", outcome(event));
	json_add_number(object, "sequence", event->number);
	json_object_object_add(object, "created",
			       json_time(clock_read(CLOCK_REALTIME)));
	if (rule)
		json_add_number(object, "severity", severity(rule));
	json_object_object_add(record, "event", object);
}

static void add_rule(struct json_object *record, const struct event_rule *rule)
{
	struct json_object *object = json_object_new_object();
	struct json_object *log = json_object_new_object();

	json_add_text(object, "id", rule->id);
	json_add_text(object, "name", rule->title);
	if (rule->author.length)
		json_object_object_add(object, "author",
				       texts(&rule->author, 1));
	json_add_string(object, "ruleset", "pydetect");
	json_object_object_add(record, "rule", object);

	json_add_string(log, "level", rule_level_name(rule->level));
	json_object_object_add(record, "log", log);
}

static void add_error(struct json_object *record, const struct event *event)
{
	struct json_object *object = json_object_new_object();
	const char *name = strerrorname_np(event->error);

	if (name)
		json_add_string(object, "code", name);
	json_add_string(object, "message", strerror(event->error));
	json_object_object_add(record, "error", object);
}

/* Whose account it was: the real user, as in detection A. */
static void add_user(struct json_object *record,
		     const struct event_process *process)
{
	struct json_object *object;
	const char *name;

	if (!event_process_has(process, PYDETECT_PROCESS_UID))
		return;
	object = json_object_new_object();
	json_add_id(object, "id", process->uid);
	name = user_name(process->uid);
	if (name)
		json_add_text(object, "name", bytes_of(name));
	json_object_object_add(record, "user", object);
}

/**
 * print_field_name - the name of a field in what machines read
 * @field: enum pydetect_field; a newer module may know more
 *
 * Return: the name, "unknown" for those.
 */
const char *print_field_name(uint32_t field)
{
	return field < PYDETECT_FIELD_COUNT ? rule_field_key(field) : "unknown";
}

static struct json_object *hits(const struct event *event)
{
	struct json_object *array = json_object_new_array();
	size_t i;

	for (i = 0; i < event->nr_hits; i++) {
		const struct event_hit *hit = &event->hits[i];
		struct json_object *object = json_object_new_object();

		json_add_string(object, "field", print_field_name(hit->field));
		json_add_text(object, "text", hit->text);
		json_add_number(object, "offset", hit->offset);
		if (hit->length)
			json_add_number(object, "length", hit->length);
		json_object_array_add(array, object);
	}
	return array;
}

static struct json_object *rules(const struct event *event)
{
	struct json_object *array = json_object_new_array();
	size_t i;

	for (i = 0; i < event->nr_rules; i++)
		json_object_array_add(array, print_rule_json(&event->rules[i]));
	return array;
}

/* The labels of all rules, each once. */
static struct json_object *labels(const struct event *event)
{
	struct json_object *array = json_object_new_array();
	struct json_object *seen = json_object_new_object();
	size_t i, j;

	for (i = 0; i < event->nr_rules; i++)
		for (j = 0; j < event->rules[i].nr_labels; j++) {
			struct json_object *label =
				json_text(event->rules[i].labels[j]);
			const char *text = json_object_get_string(label);

			if (json_object_object_get_ex(seen, text, NULL)) {
				json_object_put(label);
				continue;
			}
			json_object_object_add(seen, text, NULL);
			json_object_array_add(array, label);
		}
	json_object_put(seen);
	return array;
}

static const char *verdict(const struct event *event)
{
	if (event->denied)
		return "deny";
	return event->nr_rules ? "report" : "allow";
}

/* The linker's id of a program, in hexadecimal digits. */
static void add_build_id(struct json_object *object, struct bytes id)
{
	char text[2 * 64 + 1];
	size_t i;

	if (!id.length || id.length > 64)
		return;
	for (i = 0; i < id.length; i++)
		snprintf(text + 2 * i, 3, "%02x", id.data[i]);
	json_add_string(object, "build_id", text);
}

/* What a container is to the kernel. */
static void add_container(struct json_object *object,
			  const struct event_process *process)
{
	if (event_process_has(process, PYDETECT_PROCESS_PID_NAMESPACE))
		json_add_number(object, "pid_namespace",
				process->pid_namespace);
	if (event_process_has(process, PYDETECT_PROCESS_MOUNT_NAMESPACE))
		json_add_number(object, "mount_namespace",
				process->mount_namespace);
	json_add_text(object, "cgroup", process->cgroup);
}

static struct json_object *exact(const struct event_process *process)
{
	struct json_object *object = json_object_new_object();

	json_add_text(object, "invoked", process->invoked);
	json_add_text(object, "comm", process->name);
	if (process->deleted)
		json_object_object_add(object, "deleted",
				       json_object_new_boolean(true));
	if (process->unverified)
		json_object_object_add(object, "unverified",
				       json_object_new_boolean(true));
	if (event_process_has(process, PYDETECT_PROCESS_LOGIN_UID))
		json_add_number(object, "login_uid", process->login_uid);
	if (event_process_has(process, PYDETECT_PROCESS_SESSION))
		json_add_number(object, "session", process->session);
	add_build_id(object, process->build_id);
	add_container(object, process);
	print_ecs_exact(object, process);
	return object;
}

static struct json_object *windows(const struct event *event,
				   const struct print_origin *origin)
{
	const struct print_clock clock = {
		.time = event->time,
		.boot_time = event->boot_time,
	};
	struct json_object *array = json_object_new_array();
	size_t i;

	for (i = 0; i < event->nr_windows; i++)
		json_object_array_add(array,
				      print_window_json(&event->windows[i],
							origin, &clock));
	return array;
}

/* The ancestor is no parent: ECS has no place for it. */
static struct json_object *lineage(const struct event *event,
				   const struct print_origin *origin)
{
	const struct event_process *process = &event->lineage;
	struct json_object *object = print_ecs_process(process, event, origin);

	if (process->unverified)
		json_object_object_add(object, "unverified",
				       json_object_new_boolean(true));
	add_build_id(object, process->build_id);
	return object;
}

/* What ECS has no field for. */
static void add_own(struct json_object *record, const struct event *event,
		    const struct print_origin *origin)
{
	struct json_object *object = exact(&event->process);

	json_add_string(object, "mode", event_mode_name(event->mode));
	json_add_string(object, "verdict", verdict(event));
	if (event->exempt)
		json_object_object_add(object, "exempt",
				       json_object_new_boolean(true));
	json_add_number(object, "generation", event->generation);
	json_add_number(object, "pass", event->pass);
	if (event->brief)
		json_object_object_add(object, "brief",
				       json_object_new_boolean(true));
	json_add_number(object, "boot_time", event->boot_time);
	json_object_object_add(object, "labels", labels(event));
	json_object_object_add(object, "rules", rules(event));
	json_object_object_add(object, "hits", hits(event));
	if (event->nr_windows)
		json_object_object_add(object, "windows",
				       windows(event, origin));
	if (event->parent.has)
		json_object_object_add(object, "parent", exact(&event->parent));
	if (event->lineage.has)
		json_object_object_add(object, "lineage",
				       lineage(event, origin));
	json_object_object_add(record, "pydetect", object);
}

/**
 * print_ecs - an event as a document of the Elastic Common Schema
 * @event: the event
 * @origin: this machine
 *
 * Where several rules matched, rule.* is the one with the highest level, and
 * pydetect.rules holds all.
 *
 * Return: the document, owned by the caller.
 */
struct json_object *print_ecs(const struct event *event,
			      const struct print_origin *origin)
{
	struct json_object *record = new_record(origin, event->time);
	struct json_object *process, *parent, *threat;

	add_event(record, event);
	if (event->nr_rules)
		add_rule(record, event_main_rule(event));
	threat = print_ecs_threat(event);
	if (threat)
		json_object_object_add(record, "threat", threat);
	if (event->error)
		add_error(record, event);
	add_user(record, &event->process);

	process = print_ecs_process(&event->process, event, origin);
	if (event->parent.has) {
		parent = print_ecs_process(&event->parent, event, origin);
		json_object_object_add(process, "parent", parent);
	}
	json_object_object_add(record, "process", process);
	add_own(record, event, origin);
	return record;
}

/**
 * print_ecs_gap - a record that says that events will not come
 * @gap: which
 * @origin: this machine
 *
 * Return: the document, owned by the caller.
 */
struct json_object *print_ecs_gap(const struct event_gap *gap,
				  const struct print_origin *origin)
{
	struct json_object *record =
		new_record(origin, clock_read(CLOCK_REALTIME));
	struct json_object *object = json_object_new_object();
	struct json_object *own = json_object_new_object();
	struct json_object *lost = json_object_new_object();

	json_add_string(object, "module", "pydetect");
	json_add_string(object, "dataset", "pydetect.exec");
	json_add_string(object, "kind", "pipeline_error");
	json_add_string(object, "action", "lost");
	json_object_object_add(record, "event", object);

	json_add_number(lost, "first", gap->first);
	json_add_number(lost, "count", gap->count);
	json_object_object_add(own, "lost", lost);
	json_object_object_add(record, "pydetect", own);
	return record;
}

/**
 * print_json - print a JSON value on a line of its own, and release it
 * @object: the value, which the caller gives away
 * @stream: where
 */
void print_json(struct json_object *object, FILE *stream)
{
	const int flags = JSON_C_TO_STRING_PLAIN |
			  JSON_C_TO_STRING_NOSLASHESCAPE;

	fputs(json_object_to_json_string_ext(object, flags), stream);
	fputc('\n', stream);
	json_object_put(object);
}
