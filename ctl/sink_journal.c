// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events -> the journal of systemd. An entry has a line for people, fields to
 * search by, and the whole document for whoever sends it on.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

#include "json_text.h"
#include "rule.h"
#include "sink.h"
#include "user.h"
#include "../module/core/env.h"
#include "../module/uapi/pydetect.h"

/* Where systemd-journald listens. */
#define SOCKET "/run/systemd/journal/socket"

/* The same for ever: they are searched for. */
#define MESSAGE_ID_EVENT "46cb22ae7d534847a4bd9fa185ecc2ab"
#define MESSAGE_ID_GAP "96a506e3fe894508abf76adea7a935c0"

/* journald drops entries with more than 1024 fields. The document has all. */
#define FIELDS_MAX 512

/**
 * struct journal - the sink
 * @sink: seen from outside
 * @message: what is wrong
 */
struct journal {
	struct sink sink;
	char message[256];
};

/**
 * struct entry - an entry of the journal as it grows
 * @stream: writes to @text
 * @text: NAME=VALUE of all fields, one directly behind the other
 * @size: of @text
 * @ends: where each field ends in @text
 * @nr: how many fields
 */
struct entry {
	FILE *stream;
	char *text;
	size_t size;
	size_t ends[FIELDS_MAX];
	size_t nr;
};

static void put_bytes(struct entry *entry, const char *name, struct bytes value)
{
	if (!value.length || entry->nr == FIELDS_MAX)
		return;
	fprintf(entry->stream, "%s=", name);
	fwrite(value.data, 1, value.length, entry->stream);
	entry->ends[entry->nr++] = ftell(entry->stream);
}

static void put_string(struct entry *entry, const char *name, const char *value)
{
	put_bytes(entry, name, bytes_of(value));
}

static void put_number(struct entry *entry, const char *name, uint64_t number)
{
	char text[32];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)number);
	put_string(entry, name, text);
}

/**
 * struct names - what the fields of a process are called
 */
struct names {
	const char *image;
	const char *command_line;
	const char *directory;
	const char *pid;
	const char *entity;
};

static const struct names process_names = {
	.image = "PYDETECT_IMAGE",
	.command_line = "PYDETECT_COMMAND_LINE",
	.directory = "PYDETECT_DIRECTORY",
	.pid = "PYDETECT_PID",
	.entity = "PYDETECT_ENTITY_ID",
};

static const struct names parent_names = {
	.image = "PYDETECT_PARENT_IMAGE",
	.command_line = "PYDETECT_PARENT_COMMAND_LINE",
	.directory = "PYDETECT_PARENT_DIRECTORY",
	.pid = "PYDETECT_PARENT_PID",
	.entity = "PYDETECT_PARENT_ENTITY_ID",
};

static void put_process(struct entry *entry,
			const struct event_process *process,
			const struct print_origin *origin,
			const struct names *names)
{
	struct bytes line = print_command_line(process);
	char entity[128];

	put_bytes(entry, names->image, process->image);
	put_bytes(entry, names->command_line, line);
	put_bytes(entry, names->directory, process->directory);
	put_number(entry, names->pid, process->pid);
	free((void *)line.data);
	if (!event_process_has(process, PYDETECT_PROCESS_START))
		return;
	print_entity(entity, sizeof(entity), origin, process->pid,
		     process->start);
	put_string(entry, names->entity, entity);
}

static void put_user(struct entry *entry, const struct event_process *process)
{
	const char *name;

	if (!event_process_has(process, PYDETECT_PROCESS_UID))
		return;
	put_number(entry, "PYDETECT_UID", process->uid);
	name = user_name(process->uid);
	if (name)
		put_string(entry, "PYDETECT_USER", name);
}

static void put_rules(struct entry *entry, const struct event *event)
{
	size_t i, j;

	for (i = 0; i < event->nr_rules; i++) {
		const struct event_rule *rule = &event->rules[i];

		put_bytes(entry, "PYDETECT_RULE_ID", rule->id);
		put_bytes(entry, "PYDETECT_RULE_NAME", rule->title);
		for (j = 0; j < rule->nr_labels; j++)
			put_bytes(entry, "PYDETECT_LABEL", rule->labels[j]);
	}
}

/* What could not be judged is worth a warning. */
static int priority(const struct event *event)
{
	static const int priorities[] = {
		[PYDETECT_LEVEL_INFORMATIONAL] = LOG_INFO,
		[PYDETECT_LEVEL_LOW] = LOG_NOTICE,
		[PYDETECT_LEVEL_MEDIUM] = LOG_WARNING,
		[PYDETECT_LEVEL_HIGH] = LOG_ERR,
		[PYDETECT_LEVEL_CRITICAL] = LOG_CRIT,
	};
	const struct event_rule *rule = event_main_rule(event);

	return rule ? priorities[rule->level] : LOG_WARNING;
}

/* Fields that every entry has. Takes @message and @record. */
static void put_head(struct entry *entry, const char *id, int level,
		     char *message, struct json_object *record)
{
	put_string(entry, "MESSAGE", message ? message : "out of memory");
	put_string(entry, "MESSAGE_ID", id);
	put_string(entry, "SYSLOG_IDENTIFIER", "pydetect");
	put_number(entry, "PRIORITY", level);
	put_string(entry, "PYDETECT_JSON", print_json_text(record));
	json_object_put(record);
	free(message);
}

static void put_event(struct entry *entry, const struct event *event,
		      const struct print_origin *origin)
{
	const struct event_rule *rule = event_main_rule(event);
	char id[PRINT_EVENT_ID_BYTES];

	put_head(entry, MESSAGE_ID_EVENT, priority(event), print_summary(event),
		 print_ecs(event, origin));
	print_event_id(id, sizeof(id), event, origin);
	put_string(entry, "PYDETECT_EVENT_ID", id);
	put_number(entry, "PYDETECT_NUMBER", event->number);
	put_string(entry, "PYDETECT_VERDICT", print_verdict_word(event));
	put_string(entry, "PYDETECT_MODE", event_mode_name(event->mode));
	if (rule)
		put_string(entry, "PYDETECT_LEVEL",
			   rule_level_name(rule->level));
	put_user(entry, &event->process);
	put_process(entry, &event->process, origin, &process_names);
	if (event->parent.has)
		put_process(entry, &event->parent, origin, &parent_names);
	put_rules(entry, event);
}

static void put_gap(struct entry *entry, const struct event_gap *gap,
		    const struct print_origin *origin)
{
	put_head(entry, MESSAGE_ID_GAP, LOG_ERR, print_summary_gap(gap),
		 print_ecs_gap(gap, origin));
	put_number(entry, "PYDETECT_LOST_FIRST", gap->first);
	put_number(entry, "PYDETECT_LOST_COUNT", gap->count);
}

/*
 * sd_journal_sendv() succeeds where nobody listens: whoever wants to know has
 * to look.
 */
static int check_socket(void)
{
	return access(SOCKET, W_OK) ? -errno : 0;
}

static int send_entry(const struct entry *entry)
{
	struct iovec fields[FIELDS_MAX];
	size_t i, start = 0;
	int error;

	for (i = 0; i < entry->nr; i++) {
		fields[i].iov_base = entry->text + start;
		fields[i].iov_len = entry->ends[i] - start;
		start = entry->ends[i];
	}
	error = sd_journal_sendv(fields, entry->nr);
	return error ? error : check_socket();
}

static int open_entry(struct entry *entry)
{
	entry->nr = 0;
	entry->text = NULL;
	entry->stream = open_memstream(&entry->text, &entry->size);
	return entry->stream ? 0 : -ENOMEM;
}

/* Send the entry, and release it. */
static int close_entry(struct entry *entry)
{
	const bool failed = ferror(entry->stream);
	int error = -ENOMEM;

	if (!fclose(entry->stream) && !failed)
		error = send_entry(entry);
	free(entry->text);
	return error;
}

static struct journal *journal_of(struct sink *sink)
{
	return (struct journal *)sink;
}

/* Note what is wrong, if anything, and hand it on. */
static int result(struct journal *journal, int error)
{
	if (error)
		snprintf(journal->message, sizeof(journal->message),
			 "the journal takes nothing (" SOCKET ": %s); start "
			 "systemd-"
			 "journald",
			 strerror(-error));
	return error;
}

static int take_event(struct sink *sink, const struct event *event)
{
	struct entry entry;
	int error = open_entry(&entry);

	if (!error) {
		put_event(&entry, event, sink->origin);
		error = close_entry(&entry);
	}
	return result(journal_of(sink), error);
}

static int take_gap(struct sink *sink, const struct event_gap *gap)
{
	struct entry entry;
	int error = open_entry(&entry);

	if (!error) {
		put_gap(&entry, gap, sink->origin);
		error = close_entry(&entry);
	}
	return result(journal_of(sink), error);
}

/* Every entry was handed over when it was sent. */
static int flush(struct sink *sink)
{
	return result(journal_of(sink), check_socket());
}

static const char *message(struct sink *sink)
{
	return journal_of(sink)->message;
}

static void close_sink(struct sink *sink)
{
	free(sink);
}

/**
 * sink_journal_open - events go to the journal
 * @sink: set to the sink, which has to be closed on errors too; NULL where
 *	memory ran out
 * @origin: this machine, which has to outlive it
 *
 * Return: 0; -ENOENT where no journal runs, or another negative errno.
 */
int sink_journal_open(struct sink **sink, const struct print_origin *origin)
{
	static const struct sink_operations operations = {
		.event = take_event,
		.gap = take_gap,
		.flush = flush,
		.message = message,
		.close = close_sink,
	};
	struct journal *journal = calloc(1, sizeof(*journal));

	*sink = NULL;
	if (!journal)
		return -ENOMEM;
	journal->sink.operations = &operations;
	journal->sink.origin = origin;
	*sink = &journal->sink;
	return flush(*sink);
}
