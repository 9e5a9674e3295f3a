// SPDX-License-Identifier: GPL-2.0-only
/*
 * pydetect.* in documents of the Elastic Common Schema.
 * tests/vectors/ecs-fields.txt says what is in there.
 */
#include <stdio.h>

#include "json_text.h"
#include "print.h"
#include "rule.h"
#include "../module/uapi/pydetect.h"

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

/**
 * print_verdict_word - what became of a start, in a word
 * @event: the event
 *
 * Return: the word.
 */
const char *print_verdict_word(const struct event *event)
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
		json_object_array_add(
			array,
			print_window_json(&event->windows[i], origin, &clock));
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
	print_ecs_exact(object, process);
	return object;
}

/**
 * print_ecs_own - what ECS has no field for
 * @event: the event
 * @origin: this machine
 *
 * Return: pydetect.*, owned by the caller.
 */
struct json_object *print_ecs_own(const struct event *event,
				  const struct print_origin *origin)
{
	struct json_object *object = exact(&event->process);

	json_add_string(object, "mode", event_mode_name(event->mode));
	json_add_string(object, "verdict", print_verdict_word(event));
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
	return object;
}
