// SPDX-License-Identifier: GPL-2.0-only
/*
 * process.* and process.parent.* of the Elastic Common Schema.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json_text.h"
#include "print.h"
#include "user.h"
#include "utf8.h"
#include "../module/core/env.h"
#include "../module/uapi/pydetect.h"

/* Between pieces of a command line, where something is not known. */
#define OMISSION " \342\200\246 "

/**
 * print_file_name - the last part of a path
 * @path: the path
 *
 * Return: what stands behind its last slash.
 */
struct bytes print_file_name(struct bytes path)
{
	const uint8_t *slash = NULL;

	if (path.length)
		slash = memrchr(path.data, '/', path.length);
	if (slash) {
		slash++;
		path.length -= slash - path.data;
		path.data = slash;
	}
	return path;
}

/* Do the pieces, one after the other, make up the whole? */
static bool is_complete(const struct event_process *process)
{
	uint64_t end = 0;
	size_t i;

	for (i = 0; i < process->nr_pieces; i++) {
		if (process->pieces[i].offset != end)
			return false;
		end += process->pieces[i].data.length;
	}
	return end == process->args_length &&
	       event_process_has(process, PYDETECT_PROCESS_ARGS_LENGTH);
}

static size_t put_text(uint8_t *to, struct bytes text)
{
	if (text.length)
		memcpy(to, text.data, text.length);
	return text.length;
}

/* All pieces in one run of bytes, with @omission for what lies between. */
static struct bytes join_pieces(const struct event_process *process,
				const char *omission)
{
	struct bytes joined = { 0 };
	uint64_t end = 0;
	size_t i, room = strlen(omission);
	uint8_t *copy;

	for (i = 0; i < process->nr_pieces; i++)
		room += process->pieces[i].data.length + strlen(omission);
	copy = malloc(room + 1);
	joined.data = copy;
	for (i = 0; copy && i < process->nr_pieces; i++) {
		const struct event_piece *piece = &process->pieces[i];

		if (piece->offset != end)
			joined.length += put_text(copy + joined.length,
						  bytes_of(omission));
		joined.length += put_text(copy + joined.length, piece->data);
		end = piece->offset + piece->data.length;
	}
	return joined;
}

/* Each argument by itself; possible only where argv is known as a whole. */
static struct json_object *split_args(struct bytes args)
{
	struct json_object *array = json_object_new_array();

	for (;;) {
		const uint8_t *nul = memchr(args.data, 0, args.length);
		struct bytes arg = args;

		if (nul)
			arg.length = nul - args.data;
		json_object_array_add(array, json_text(arg));
		if (!nul)
			return array;
		args.length -= arg.length + 1;
		args.data = nul + 1;
	}
}

/* No byte at all can be no argument or an empty one: only the count tells. */
static bool has_all_args(const struct event_process *process)
{
	return is_complete(process) &&
	       (process->arg_count || process->args_length);
}

static void add_args(struct json_object *object,
		     const struct event_process *process)
{
	struct bytes joined = join_pieces(process, OMISSION);
	struct json_object *args;

	if (!joined.data)
		return;
	args = split_args(joined);
	/* Of a parent nothing but the arguments tells how many there are. */
	if (!event_process_has(process, PYDETECT_PROCESS_ARG_COUNT))
		json_add_number(object, "args_count",
				json_object_array_length(args));
	json_object_object_add(object, "args", args);
	free((void *)joined.data);
}

/**
 * print_command_line - argv joined by single spaces
 * @process: whose
 *
 * An ellipsis stands where something is not known.
 *
 * Return: the line as it is, whether UTF-8 or not, with @data for the caller to
 * free; without any where there is no memory.
 */
struct bytes print_command_line(const struct event_process *process)
{
	struct bytes line = join_pieces(process, OMISSION);
	uint8_t *copy = (uint8_t *)line.data;
	size_t i;

	for (i = 0; copy && i < line.length; i++)
		if (!copy[i])
			copy[i] = ' ';
	return line;
}

static void add_command_line(struct json_object *object,
			     const struct event_process *process)
{
	struct bytes line = print_command_line(process);

	if (line.data)
		json_object_object_add(object, "command_line", json_text(line));
	free((void *)line.data);
}

static void add_user(struct json_object *object, const char *key, uint32_t uid)
{
	struct json_object *user = json_object_new_object();
	const char *name = user_name(uid);

	json_add_id(user, "id", uid);
	if (name)
		json_add_text(user, "name", bytes_of(name));
	json_object_object_add(object, key, user);
}

static void add_ids(struct json_object *object,
		    const struct event_process *process)
{
	struct json_object *group;

	if (event_process_has(process, PYDETECT_PROCESS_UID))
		add_user(object, "real_user", process->uid);
	if (event_process_has(process, PYDETECT_PROCESS_EUID))
		add_user(object, "user", process->euid);
	else if (event_process_has(process, PYDETECT_PROCESS_UID))
		add_user(object, "user", process->uid);
	if (!event_process_has(process, PYDETECT_PROCESS_GID))
		return;
	/* The effective group is not told. */
	group = json_object_new_object();
	json_add_id(group, "id", process->gid);
	json_object_object_add(object, "real_group", group);
}

/*
 * A process is known by boot, number and start, because numbers are used
 * again.
 */
static void add_entity(struct json_object *object,
		       const struct event_process *process,
		       const struct event *event,
		       const struct print_origin *origin)
{
	char entity[128];
	uint64_t age;

	json_add_number(object, "pid", process->pid);
	if (!event_process_has(process, PYDETECT_PROCESS_START))
		return;
	print_entity(entity, sizeof(entity), origin, process->pid,
		     process->start);
	json_add_string(object, "entity_id", entity);
	age = event->boot_time - process->start;
	if (process->start <= event->boot_time)
		json_object_object_add(object, "start",
				       json_time(event->time - age));
}

/**
 * print_entity - the id of a process that no other one ever has
 * @buffer: where to
 * @size: of @buffer; 128 suffice
 * @origin: this machine
 * @pid: id of the process
 * @start: when it started, ns since boot
 */
void print_entity(char *buffer, size_t size, const struct print_origin *origin,
		  uint32_t pid, uint64_t start)
{
	snprintf(buffer, size, "%s-%u-%llu", origin->boot_id, pid,
		 (unsigned long long)start);
}

/**
 * print_ecs_process - a process of an event
 * @process: the process
 * @event: the event
 * @origin: this machine
 *
 * Return: process.* without parent, owned by the caller.
 */
struct json_object *print_ecs_process(const struct event_process *process,
				      const struct event *event,
				      const struct print_origin *origin)
{
	struct json_object *object = json_object_new_object();
	struct json_object *thread;

	add_entity(object, process, event, origin);
	json_add_text(object, "executable", process->image);
	if (process->image.length)
		json_add_text(object, "name", print_file_name(process->image));
	json_add_text(object, "working_directory", process->directory);
	if (event_process_has(process, PYDETECT_PROCESS_ARG_COUNT))
		json_add_number(object, "args_count", process->arg_count);
	if (has_all_args(process))
		add_args(object, process);
	if (process->nr_pieces || is_complete(process))
		add_command_line(object, process);
	add_ids(object, process);
	if (event_process_has(process, PYDETECT_PROCESS_THREAD)) {
		thread = json_object_new_object();
		json_add_number(thread, "id", process->thread);
		json_object_object_add(object, "thread", thread);
	}
	return object;
}

/* The pieces as they are, when the command line alone does not tell. */
static void add_pieces(struct json_object *object,
		       const struct event_process *process)
{
	struct json_object *array = json_object_new_array();
	size_t i;

	for (i = 0; i < process->nr_pieces; i++) {
		const struct event_piece *piece = &process->pieces[i];
		struct json_object *entry = json_object_new_object();

		json_add_number(entry, "offset", piece->offset);
		json_add_number(entry, "length", piece->data.length);
		json_object_object_add(entry, "base64",
				       json_base64(piece->data));
		json_object_array_add(array, entry);
	}
	json_object_object_add(object, "pieces", array);
}

static void add_exact_args(struct json_object *object,
			   const struct event_process *process)
{
	const bool complete = is_complete(process);
	struct bytes joined;

	if (!event_process_has(process, PYDETECT_PROCESS_ARGS_LENGTH))
		return;
	json_add_number(object, "args_length", process->args_length);
	json_object_object_add(object, "args_complete",
			       json_object_new_boolean(complete));
	if (!complete) {
		add_pieces(object, process);
		return;
	}
	joined = join_pieces(process, "");
	if (joined.data && !utf8_is_valid(joined))
		json_object_object_add(object, "command_line_base64",
				       json_base64(joined));
	free((void *)joined.data);
}

/**
 * print_ecs_exact - what process.* could not say exactly
 * @object: where members are added
 * @process: the process
 *
 * ECS strings are UTF-8; paths and arguments are any bytes. With these members
 * every byte that is known can be had back.
 */
void print_ecs_exact(struct json_object *object,
		     const struct event_process *process)
{
	static const char *const keys[] = { "executable_base64",
					    "invoked_base64",
					    "working_directory_base64" };
	const struct bytes values[] = { process->image, process->invoked,
					process->directory };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(keys); i++)
		if (!utf8_is_valid(values[i]))
			json_object_object_add(object, keys[i],
					       json_base64(values[i]));
	add_exact_args(object, process);
}
