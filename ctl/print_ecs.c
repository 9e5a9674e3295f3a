// SPDX-License-Identifier: GPL-2.0-only
/*
 * An event as a document of the Elastic Common Schema, for machines.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "json_text.h"
#include "print.h"
#include "rule.h"
#include "user.h"
#include "../module/uapi/pydetect.h"
#include "../module/version.h"

#define ECS_VERSION "8.11.0"

/* Characters of the id that a container runtime gives. */
#define CONTAINER_ID_BYTES 64

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

static void add_agent(struct json_object *record,
		      const struct print_origin *origin)
{
	struct json_object *agent = json_object_new_object();

	json_add_text(agent, "id", bytes_of(origin->agent_id));
	json_add_string(agent, "type", "pydetect");
	json_add_string(agent, "version", PYDETECT_VERSION);
	json_object_object_add(record, "agent", agent);
}

static void add_host(struct json_object *record,
		     const struct print_origin *origin)
{
	struct json_object *host = json_object_new_object();
	struct json_object *boot = json_object_new_object();
	struct json_object *os = json_object_new_object();

	json_add_text(host, "name", bytes_of(origin->host));
	json_add_text(host, "hostname", bytes_of(origin->host));
	json_add_text(host, "id", bytes_of(origin->host_id));
	json_add_string(boot, "id", origin->boot_id);
	json_object_object_add(host, "boot", boot);
	/* Elastic's own rules ask for it. */
	json_add_string(os, "type", "linux");
	json_object_object_add(host, "os", os);
	json_object_object_add(record, "host", host);
}

/* Members that every record has. */
static struct json_object *new_record(const struct print_origin *origin,
				      uint64_t time)
{
	struct json_object *record = json_object_new_object();
	struct json_object *ecs = json_object_new_object();

	json_object_object_add(record, "@timestamp", json_time(time));
	json_add_string(ecs, "version", ECS_VERSION);
	json_object_object_add(record, "ecs", ecs);
	add_agent(record, origin);
	add_host(record, origin);
	return record;
}

static struct json_object *new_event(const char *kind, const char *action,
				     const char *id)
{
	struct json_object *object = json_object_new_object();

	json_add_string(object, "module", "pydetect");
	json_add_string(object, "dataset", "pydetect.exec");
	json_add_string(object, "id", id);
	json_add_string(object, "kind", kind);
	json_add_string(object, "action", action);
	json_object_object_add(object, "created",
			       json_time(clock_read(CLOCK_REALTIME)));
	return object;
}

/* Takes a text that malloc() made; there may be none. */
static void add_message(struct json_object *record, char *message)
{
	if (message)
		json_add_string(record, "message", message);
	free(message);
}

static const char *outcome(const struct event *event)
{
	if (event->denied)
		return "failure";
	return event->error ? "unknown" : "success";
}

/*
 * ECS ties types to categories: a process starts, an intrusion detection lets
 * it. What was denied did not start.
 */
static struct json_object *type(const struct event *event)
{
	if (event->denied)
		return strings("denied", NULL);
	return strings("start", "allowed");
}

/* Sigma's levels on a scale of 100, as Elastic's own rules use it. */
static unsigned int severity(const struct event_rule *rule)
{
	static const unsigned int scale[] = { 1, 21, 47, 73, 99 };

	return rule->level < PYDETECT_LEVEL_COUNT ? scale[rule->level] : 0;
}

/**
 * print_event_id - the id of an event that no other one ever has
 * @buffer: where to
 * @size: of @buffer; PRINT_EVENT_ID_BYTES suffice
 * @event: the event
 * @origin: this machine
 *
 * The number alone begins again when the module is loaded again. Whoever tells
 * of the same event twice gives it the same id.
 */
void print_event_id(char *buffer, size_t size, const struct event *event,
		    const struct print_origin *origin)
{
	snprintf(buffer, size, "%s-%llu-%llu", origin->boot_id,
		 (unsigned long long)event->number,
		 (unsigned long long)event->boot_time);
}

static void add_event(struct json_object *record, const struct event *event,
		      const struct print_origin *origin)
{
	const struct event_rule *rule = event_main_rule(event);
	struct json_object *object;
	char id[PRINT_EVENT_ID_BYTES];

	print_event_id(id, sizeof(id), event, origin);
	object = new_event(rule ? "alert" : "event", "exec", id);
	json_object_object_add(object, "category",
			       strings("process", "intrusion_detection"));
	json_object_object_add(object, "type", type(event));
	json_add_string(object, "outcome", outcome(event));
	json_add_number(object, "sequence", event->number);
	if (rule) {
		json_add_number(object, "severity", severity(rule));
		json_add_number(object, "risk_score", severity(rule));
	}
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

static void append_user(struct json_object *users, uint32_t uid)
{
	const char *name = user_name(uid);
	char id[16];

	snprintf(id, sizeof(id), "%u", uid);
	json_append_once(users, name ? name : id);
}

/* Who is to be found by name, wherever it stands. */
static void add_related(struct json_object *record, const struct event *event,
			const struct print_origin *origin)
{
	const struct event_process *process = &event->process;
	struct json_object *object = json_object_new_object();
	struct json_object *users = json_object_new_array();

	if (event_process_has(process, PYDETECT_PROCESS_UID))
		append_user(users, process->uid);
	if (event_process_has(process, PYDETECT_PROCESS_EUID))
		append_user(users, process->euid);
	json_object_object_add(object, "user", users);
	json_object_object_add(object, "hosts", strings(origin->host, NULL));
	json_object_object_add(record, "related", object);
}

static bool ends_with(struct bytes text, const char *end)
{
	const size_t length = strlen(end);

	return text.length >= length &&
	       !memcmp(text.data + text.length - length, end, length);
}

/*
 * Docker, containerd, CRI-O and Podman name the control group of a container
 * .../ID or .../NAME-ID.scope. Anything else is not taken for one.
 */
static struct bytes container_id(struct bytes cgroup)
{
	static const char scope[] = ".scope";
	struct bytes id = cgroup;
	size_t i;

	if (ends_with(id, scope))
		id.length -= sizeof(scope) - 1;
	if (id.length <= CONTAINER_ID_BYTES)
		return (struct bytes){ 0 };
	id.data += id.length - CONTAINER_ID_BYTES;
	id.length = CONTAINER_ID_BYTES;
	for (i = 0; i < id.length; i++)
		if (!isdigit(id.data[i]) &&
		    !(id.data[i] >= 'a' && id.data[i] <= 'f'))
			return (struct bytes){ 0 };
	if (id.data[-1] != '/' && id.data[-1] != '-')
		return (struct bytes){ 0 };
	return id;
}

static void add_container(struct json_object *record,
			  const struct event_process *process)
{
	const struct bytes id = container_id(process->cgroup);
	struct json_object *object;

	if (!id.length)
		return;
	object = json_object_new_object();
	json_add_text(object, "id", id);
	json_object_object_add(record, "container", object);
}

static void add_process(struct json_object *record, const struct event *event,
			const struct print_origin *origin)
{
	struct json_object *process, *parent;

	process = print_ecs_process(&event->process, event, origin);
	if (event->parent.has) {
		parent = print_ecs_process(&event->parent, event, origin);
		json_object_object_add(process, "parent", parent);
	}
	json_object_object_add(record, "process", process);
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
	struct json_object *threat;

	add_message(record, print_summary(event));
	add_event(record, event, origin);
	if (event->nr_rules)
		add_rule(record, event_main_rule(event));
	threat = print_ecs_threat(event);
	if (threat)
		json_object_object_add(record, "threat", threat);
	if (event->error)
		add_error(record, event);
	add_user(record, &event->process);
	add_related(record, event, origin);
	add_container(record, &event->process);
	add_process(record, event, origin);
	json_object_object_add(record, "pydetect",
			       print_ecs_own(event, origin));
	return record;
}

static void add_reason(struct json_object *lost, const char *reason,
		       uint64_t count)
{
	if (count)
		json_add_number(lost, reason, count);
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
	struct json_object *own = json_object_new_object();
	struct json_object *lost = json_object_new_object();
	char id[PRINT_EVENT_ID_BYTES];

	/* The time tells apart what several readers miss. */
	snprintf(id, sizeof(id), "%s-lost-%llu-%llu", origin->boot_id,
		 (unsigned long long)gap->first,
		 (unsigned long long)clock_read(CLOCK_BOOTTIME));
	add_message(record, print_summary_gap(gap));
	json_object_object_add(record, "event",
			       new_event("pipeline_error", "lost", id));

	json_add_number(lost, "first", gap->first);
	json_add_number(lost, "count", gap->count);
	add_reason(lost, "unstored", gap->unstored);
	add_reason(lost, "overwritten", gap->overwritten);
	add_reason(lost, "late", gap->late);
	json_object_object_add(own, "lost", lost);
	json_object_object_add(record, "pydetect", own);
	return record;
}

/**
 * print_json_text - a JSON value as text without line breaks
 * @object: the value
 *
 * Return: the text, which lives as long as @object and is not changed.
 */
const char *print_json_text(struct json_object *object)
{
	const int flags =
		JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE;

	return json_object_to_json_string_ext(object, flags);
}

/**
 * print_json - print a JSON value on a line of its own, and release it
 * @object: the value, which the caller gives away
 * @stream: where
 */
void print_json(struct json_object *object, FILE *stream)
{
	fputs(print_json_text(object), stream);
	fputc('\n', stream);
	json_object_put(object);
}
