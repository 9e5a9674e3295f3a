// SPDX-License-Identifier: GPL-2.0-only
/*
 * The log of auditd -> the fields of a program start.
 *
 * One program start is a group of records that carry the same time and number:
 *
 *	type=SYSCALL msg=audit(1700000000.123:42): ... success=yes ... ppid=7
 *		pid=8 ... uid=0 ... ses=3 ... exe="/usr/bin/dash" ...
 *	type=EXECVE msg=audit(1700000000.123:42): argc=2 a0="sh" a1=2D63
 *	type=CWD msg=audit(1700000000.123:42): cwd="/root"
 *	type=PATH msg=audit(1700000000.123:42): item=0 name="/bin/sh" ...
 *	type=PROCTITLE msg=audit(1700000000.123:42): proctitle=...
 *
 * Values with quotes are as they stand, those without are in hexadecimal. A
 * long argument comes in parts, a1[0]= and so on, in as many records as it
 * takes. What the kernel names ends with PROCTITLE or EOE; groups of different
 * processors may be interleaved, so a few are kept open.
 *
 * A log has no parents, but mostly what they executed before: see struct
 * audit_process.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "scan.h"
#include "scan_audit.h"

/* Groups open at the same time; the oldest is complete when there are more. */
#define GROUPS_MAX 32u

/* A power of two. */
#define PROCESSES 32768u

/**
 * struct audit_group - the records of one event so far
 * @stamp: what is between the parentheses of msg=audit()
 * @age: number of the line that began it; zero where there is no group
 * @is_exec: there was an EXECVE record
 * @failed: the call failed: no program was started
 * @exe: what runs now
 * @name: the path that the caller gave
 * @cwd: the working directory
 * @user: the name of the owner, in enriched logs
 * @session: the audit session
 * @args: the arguments, each ended by a NUL
 * @nr_args: how many
 * @pid: of the process
 * @ppid: of its parent
 * @uid: its owner
 * @has_uid: is it known?
 */
struct audit_group {
	struct audit_text stamp;
	unsigned long long age;
	bool is_exec;
	bool failed;
	struct audit_text exe;
	struct audit_text name;
	struct audit_text cwd;
	struct audit_text user;
	struct audit_text session;
	struct audit_text args;
	size_t nr_args;
	uint64_t pid;
	uint64_t ppid;
	uint64_t uid;
	bool has_uid;
};

/**
 * struct audit_process - what a process executed last
 * @pid: the process; zero where there is none
 * @image: the file
 * @args: its arguments
 *
 * Found by the low bits of the number: a later process takes the place of an
 * earlier one, so the memory is bounded and a parent may be unknown.
 */
struct audit_process {
	uint64_t pid;
	struct audit_text image;
	struct audit_text args;
};

/**
 * struct audit_log - the state of reading a log
 * @groups: events that are not complete
 * @done: the one that is being judged
 * @processes: by the low bits of their numbers
 */
struct audit_log {
	struct audit_group groups[GROUPS_MAX];
	struct audit_group done;
	struct audit_process processes[PROCESSES];
};

/**
 * scan_is_audit - does a line look like a record of auditd?
 * @line: the line
 */
bool scan_is_audit(const char *line)
{
	return !strncmp(line, "type=", 5) || !strncmp(line, "----", 4) ||
	       (!strncmp(line, "node=", 5) && strstr(line, " type="));
}

static void group_clear(struct audit_group *group)
{
	group->stamp.length = 0;
	group->age = 0;
	group->is_exec = false;
	group->failed = false;
	group->exe.length = 0;
	group->name.length = 0;
	group->cwd.length = 0;
	group->user.length = 0;
	group->session.length = 0;
	group->args.length = 0;
	group->nr_args = 0;
	group->pid = 0;
	group->ppid = 0;
	group->has_uid = false;
}

static void group_free(struct audit_group *group)
{
	free(group->stamp.data);
	free(group->exe.data);
	free(group->name.data);
	free(group->cwd.data);
	free(group->user.data);
	free(group->session.data);
	free(group->args.data);
}

/**
 * scan_audit_free - release the state of reading a log
 * @log: the state, or NULL
 */
void scan_audit_free(struct audit_log *log)
{
	size_t i;

	if (!log)
		return;
	for (i = 0; i < GROUPS_MAX; i++)
		group_free(&log->groups[i]);
	group_free(&log->done);
	for (i = 0; i < PROCESSES; i++) {
		free(log->processes[i].image.data);
		free(log->processes[i].args.data);
	}
	free(log);
}

static bool key_is(const struct audit_pair *pair, const char *key)
{
	return pair->key.length == strlen(key) &&
	       !memcmp(pair->key.data, key, pair->key.length);
}

static bool value_is(const struct audit_pair *pair, const char *value)
{
	return pair->value.length == strlen(value) &&
	       !memcmp(pair->value.data, value, pair->value.length);
}

static int take_syscall(struct audit_group *group,
			const struct audit_pair *pair)
{
	if (key_is(pair, "success"))
		group->failed = value_is(pair, "no");
	else if (key_is(pair, "exe"))
		return audit_text_value(&group->exe, pair);
	else if (key_is(pair, "pid"))
		scan_number_of(pair->value, &group->pid);
	else if (key_is(pair, "ppid"))
		scan_number_of(pair->value, &group->ppid);
	else if (key_is(pair, "uid"))
		group->has_uid = scan_number_of(pair->value, &group->uid);
	else if (key_is(pair, "UID"))
		return audit_text_value(&group->user, pair);
	else if (key_is(pair, "ses"))
		return audit_text_value(&group->session, pair);
	return 0;
}

/* a7, or part of it: a7[0] begins it and a7[1] goes on. a7_len is passed by. */
static int take_arg(struct audit_group *group, const struct audit_pair *pair)
{
	struct bytes number = pair->key;
	uint64_t part = 0;
	const uint8_t *bracket;

	if (pair->key.length < 2 || pair->key.data[0] != 'a')
		return 0;
	number.data++;
	number.length--;
	bracket = memchr(number.data, '[', number.length);
	if (bracket) {
		const size_t before = bracket - number.data;
		const struct bytes inner = { bracket + 1,
					     number.length - before - 2 };

		if (number.data[number.length - 1] != ']' ||
		    !scan_number_of(inner, &part))
			return 0;
		number.length = before;
	}
	return audit_text_arg(&group->args, pair, number, part,
			      &group->nr_args);
}

/* Item 0 is the path that was given, the others are interpreters. */
static int take_path(struct audit_group *group, const struct audit_pair *pair,
		     bool *first)
{
	if (key_is(pair, "item"))
		*first = value_is(pair, "0");
	else if (*first && key_is(pair, "name"))
		return audit_text_value(&group->name, pair);
	return 0;
}

static int take_pair(struct audit_group *group, struct bytes type,
		     const struct audit_pair *pair, bool *first)
{
	if (audit_is(type, "SYSCALL"))
		return take_syscall(group, pair);
	if (audit_is(type, "EXECVE"))
		return take_arg(group, pair);
	if (audit_is(type, "PATH"))
		return take_path(group, pair, first);
	if (audit_is(type, "CWD") && key_is(pair, "cwd"))
		return audit_text_value(&group->cwd, pair);
	return 0;
}

static int take_record(struct audit_group *group,
		       const struct audit_record *record)
{
	const char *rest = record->rest;
	struct audit_pair pair;
	bool first = false;
	int error = 0;

	if (audit_is(record->type, "EXECVE"))
		group->is_exec = true;
	while (!error && (rest = audit_next_pair(rest, &pair)))
		error = take_pair(group, record->type, &pair, &first);
	return error;
}

static struct audit_process *process_of(struct audit_log *log, uint64_t pid)
{
	return &log->processes[pid & (PROCESSES - 1)];
}

/* From now on this is what the process runs. */
static int remember(struct audit_log *log, const struct audit_group *group)
{
	struct audit_process *process = process_of(log, group->pid);

	if (!group->pid)
		return 0;
	process->pid = group->pid;
	if (audit_text_set(&process->image, audit_bytes(&group->exe)))
		return -1;
	return audit_text_set(&process->args, audit_bytes(&group->args));
}

static void set_field(struct scan_event *event, enum pydetect_field field,
		      const struct audit_text *text)
{
	if (text->length)
		event->fields[field] = audit_bytes(text);
}

static void set_parent(struct audit_log *log, const struct audit_group *group,
		       struct scan_event *event)
{
	const struct audit_process *parent = process_of(log, group->ppid);
	struct bytes args = audit_bytes(&parent->args);

	if (!group->ppid || parent->pid != group->ppid)
		return;
	set_field(event, PYDETECT_FIELD_PARENT_IMAGE, &parent->image);
	if (args.length)
		args.length--;
	event->fields[PYDETECT_FIELD_PARENT_COMMAND_LINE] = args;
}

static int set_args(struct scan_event *event, const struct audit_group *group)
{
	struct bytes args = audit_bytes(&group->args);

	while (args.length) {
		const uint8_t *end = memchr(args.data, 0, args.length);
		const struct bytes arg = { args.data, end - args.data };

		if (!scan_strings_add(&event->args, arg))
			return -1;
		args.length -= arg.length + 1;
		args.data = end + 1;
	}
	return scan_event_end_args(event) ? 0 : -1;
}

/* The stamp is the time in seconds, a colon and a number. */
static void set_time(struct scan_event *event, struct bytes stamp)
{
	char text[64];
	const uint8_t *colon = memchr(stamp.data, ':', stamp.length);
	const size_t length = colon ? (size_t)(colon - stamp.data) :
				      stamp.length;

	if (length >= sizeof(text))
		return;
	memcpy(text, stamp.data, length);
	text[length] = '\0';
	event->has_time = scan_time_of_text(text, &event->time);
}

static enum scan_read make_event(struct audit_log *log,
				 struct scan_event *event)
{
	const struct audit_group *group = &log->done;
	const struct bytes stamp = audit_bytes(&group->stamp);

	if (!group->is_exec || group->failed)
		return SCAN_OTHER;
	set_field(event, PYDETECT_FIELD_IMAGE,
		  group->exe.length ? &group->exe : &group->name);
	set_field(event, PYDETECT_FIELD_INVOKED, &group->name);
	set_field(event, PYDETECT_FIELD_CURRENT_DIRECTORY, &group->cwd);
	set_field(event, PYDETECT_FIELD_USER, &group->user);
	if (group->session.length)
		scan_event_logon_id(event, audit_bytes(&group->session));
	if (group->has_uid)
		scan_event_number(event, PYDETECT_NUMBER_UID, group->uid);
	set_parent(log, group, event);
	set_time(event, stamp);
	scan_event_pids(event, group->pid, group->ppid);
	event->json = json_object_new_string_len((const char *)stamp.data,
						 stamp.length);
	event->id = event->json;
	if (set_args(event, group) || remember(log, group))
		return SCAN_FAILED;
	scan_event_end(event);
	return SCAN_EVENT;
}

/* Judge a group; its memory is used for the next one in its place. */
static enum scan_read finish(struct audit_log *log, struct audit_group *group,
			     struct scan_event *event)
{
	const struct audit_group last = log->done;

	log->done = *group;
	*group = last;
	group_clear(group);
	return make_event(log, event);
}

static struct audit_group *find_group(struct audit_log *log, struct bytes stamp)
{
	size_t i;

	for (i = 0; i < GROUPS_MAX; i++)
		if (log->groups[i].age &&
		    audit_same(audit_bytes(&log->groups[i].stamp), stamp))
			return &log->groups[i];
	return NULL;
}

/* A place for a group: a free one, or that of the oldest. */
static struct audit_group *find_place(struct audit_log *log)
{
	struct audit_group *oldest = &log->groups[0];
	size_t i;

	for (i = 1; i < GROUPS_MAX; i++)
		if (log->groups[i].age < oldest->age)
			oldest = &log->groups[i];
	return oldest;
}

/* A group whose end is missing gives way to a new one. */
static enum scan_read begin_group(struct audit_log *log,
				  const struct audit_record *record,
				  unsigned long long line,
				  struct scan_event *event)
{
	struct audit_group *group = find_place(log);
	enum scan_read result = SCAN_OTHER;

	if (group->age)
		result = finish(log, group, event);
	if (result == SCAN_FAILED)
		return result;
	group->age = line;
	if (audit_text_set(&group->stamp, record->stamp) ||
	    take_record(group, record))
		return SCAN_FAILED;
	return result;
}

static enum scan_read take_line(struct audit_log *log,
				const struct audit_record *record,
				unsigned long long line,
				struct scan_event *event)
{
	struct audit_group *group = find_group(log, record->stamp);
	const bool is_end = audit_is(record->type, "PROCTITLE") ||
			    audit_is(record->type, "EOE");

	if (is_end)
		return group ? finish(log, group, event) : SCAN_OTHER;
	if (!group)
		return begin_group(log, record, line, event);
	return take_record(group, record) ? SCAN_FAILED : SCAN_OTHER;
}

/* The end of the log ends every group, the oldest first. */
static enum scan_read take_rest(struct audit_log *log, struct scan_event *event)
{
	for (;;) {
		struct audit_group *group = NULL;
		enum scan_read result;
		size_t i;

		for (i = 0; i < GROUPS_MAX; i++)
			if (log->groups[i].age &&
			    (!group || log->groups[i].age < group->age))
				group = &log->groups[i];
		if (!group)
			return SCAN_END;
		result = finish(log, group, event);
		if (result != SCAN_OTHER)
			return result;
	}
}

/**
 * scan_take_audit - take a record of auditd in
 * @reader: the reader
 * @line: the record; NULL: there are no more
 * @event: filled in when an event is complete
 *
 * Return: SCAN_EVENT; SCAN_OTHER where no event is complete yet; SCAN_END
 * after the last one; SCAN_MALFORMED or SCAN_FAILED.
 */
enum scan_read scan_take_audit(struct scan_reader *reader, char *line,
			       struct scan_event *event)
{
	struct audit_record record;

	if (!reader->audit)
		reader->audit = calloc(1, sizeof(*reader->audit));
	if (!reader->audit) {
		errno = ENOMEM;
		return SCAN_FAILED;
	}
	if (!line)
		return take_rest(reader->audit, event);
	if (audit_is_separator(line))
		return SCAN_OTHER;
	if (!audit_parse_record(line, &record))
		return scan_malformed(reader, "%s", "not a record of auditd");
	return take_line(reader->audit, &record, reader->number, event);
}
