// SPDX-License-Identifier: GPL-2.0-only
/*
 * Columns that events can be listed by: short ones for people, those of
 * Microsoft Sentinel, and those of the Elastic Common Schema, which are paths
 * into the document that monitor --json prints.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "events_column.h"
#include "history.h"
#include "json_text.h"
#include "rule.h"
#include "user.h"
#include "../module/core/env.h"

static void put_bytes(struct bytes text, FILE *stream)
{
	if (text.length)
		fwrite(text.data, 1, text.length, stream);
}

static void put_time(const struct event *event, FILE *stream)
{
	const time_t seconds = event->time / NS_PER_SECOND;
	struct tm local;
	char text[64];

	localtime_r(&seconds, &local);
	strftime(text, sizeof(text), "%F %T", &local);
	fputs(text, stream);
}

static void put_verdict(const struct event *event, FILE *stream)
{
	const uint32_t verdicts = history_verdicts(event);

	if (verdicts >> HISTORY_DENIED & 1)
		fputs("deny", stream);
	else if (verdicts >> HISTORY_ERROR & 1)
		fputs("error", stream);
	else if (verdicts >> HISTORY_WOULD_DENY & 1)
		fputs("would-deny", stream);
	else
		fputs("report", stream);
}

static void put_level(const struct event *event, FILE *stream)
{
	const struct event_rule *rule = event_main_rule(event);

	if (rule)
		fputs(rule_level_name(rule->level), stream);
}

static void put_labels(const struct event *event, FILE *stream)
{
	const struct event_rule *rule = event_main_rule(event);
	size_t i;

	for (i = 0; rule && i < rule->nr_labels; i++) {
		fputs(i ? "; " : "", stream);
		put_bytes(rule->labels[i], stream);
	}
}

static void put_rule(const struct event *event, FILE *stream)
{
	const struct event_rule *rule = event_main_rule(event);

	if (!rule)
		return;
	put_bytes(rule->title, stream);
	if (rule->nr_labels)
		fputs(" [", stream);
	put_labels(event, stream);
	if (rule->nr_labels)
		fputs("]", stream);
	if (event->nr_rules > 1)
		fprintf(stream, " +%zu", event->nr_rules - 1);
}

static void put_user(const struct event *event, FILE *stream)
{
	const char *name = user_name(event->process.uid);

	if (name)
		fputs(name, stream);
	else
		fprintf(stream, "%u", event->process.uid);
}

static void put_parent(const struct event *event, FILE *stream)
{
	if (!event->parent.has)
		return;
	put_bytes(print_file_name(event->parent.image), stream);
	fprintf(stream, "[%u]", event->parent.pid);
}

static void put_command(const struct event *event, FILE *stream)
{
	const struct event_process *process = &event->process;
	uint64_t end = 0;
	size_t i;

	for (i = 0; i < process->nr_pieces; i++) {
		const struct event_piece *piece = &process->pieces[i];

		if (piece->offset != end)
			fputs(" \342\200\246 ", stream);
		put_bytes(piece->data, stream);
		end = piece->offset + piece->data.length;
	}
	if (!process->nr_pieces)
		put_bytes(process->image, stream);
}

#define OWN(name, width)                       \
	{                                      \
#name, width, put_##name, NULL \
	}
#define PATH(name, width)               \
	{                               \
		name, width, NULL, name \
	}
#define ALIAS(name, width, path)        \
	{                               \
		name, width, NULL, path \
	}
#define LABEL(name)                                \
	{                                          \
		name, sizeof(name) - 1, NULL, NULL \
	}

static const struct events_column known[] = {
	OWN(time, 19),
	OWN(verdict, 10),
	OWN(level, 8),
	OWN(labels, 24),
	OWN(rule, 40),
	OWN(user, 10),
	OWN(parent, 18),
	OWN(command, 60),

	ALIAS("Timestamp", 30, "@timestamp"),
	ALIAS("DeviceName", 16, "host.name"),
	ALIAS("AccountName", 12, "user.name"),
	ALIAS("FileName", 16, "process.name"),
	ALIAS("FolderPath", 24, "process.executable"),
	ALIAS("ProcessId", 9, "process.pid"),
	ALIAS("ProcessCommandLine", 60, "process.command_line"),
	ALIAS("InitiatingProcessFileName", 25, "process.parent.name"),
	ALIAS("InitiatingProcessFolderPath", 27, "process.parent.executable"),
	ALIAS("InitiatingProcessId", 19, "process.parent.pid"),
	ALIAS("InitiatingProcessCommandLine", 60,
	      "process.parent.command_line"),
	LABEL("ReverseShell"),
	LABEL("DownloadExec"),
	LABEL("SubprocessExec"),
	LABEL("CodeExec"),

	PATH("@timestamp", 30),
	PATH("event.kind", 10),
	PATH("event.category", 30),
	PATH("event.type", 12),
	PATH("event.action", 12),
	PATH("event.outcome", 13),
	PATH("event.sequence", 14),
	PATH("event.severity", 14),
	PATH("event.created", 30),
	PATH("error.code", 10),
	PATH("error.message", 24),
	PATH("log.level", 9),
	PATH("host.name", 16),
	PATH("host.boot.id", 36),
	PATH("host.id", 32),
	PATH("agent.id", 36),
	PATH("rule.id", 36),
	PATH("rule.name", 40),
	PATH("rule.author", 20),
	PATH("rule.ruleset", 12),
	PATH("threat.framework", 16),
	PATH("threat.tactic.id", 16),
	PATH("threat.tactic.name", 18),
	PATH("threat.technique.id", 19),
	PATH("threat.technique.name", 24),
	PATH("threat.technique.subtechnique.id", 32),
	PATH("user.id", 10),
	PATH("user.name", 12),
	PATH("process.pid", 11),
	PATH("process.entity_id", 60),
	PATH("process.start", 30),
	PATH("process.name", 16),
	PATH("process.executable", 24),
	PATH("process.command_line", 60),
	PATH("process.args", 60),
	PATH("process.args_count", 18),
	PATH("process.working_directory", 25),
	PATH("process.thread.id", 17),
	PATH("process.user.id", 15),
	PATH("process.user.name", 17),
	PATH("process.real_user.id", 20),
	PATH("process.real_user.name", 22),
	PATH("process.group.id", 16),
	PATH("process.parent.pid", 18),
	PATH("process.parent.entity_id", 60),
	PATH("process.parent.start", 30),
	PATH("process.parent.name", 19),
	PATH("process.parent.executable", 25),
	PATH("process.parent.command_line", 60),
	PATH("process.parent.args", 60),
	PATH("process.parent.working_directory", 32),
	PATH("pydetect.verdict", 16),
	PATH("pydetect.mode", 13),
	PATH("pydetect.generation", 19),
	PATH("pydetect.labels", 30),
	PATH("pydetect.cgroup", 30),
	PATH("pydetect.rules.id", 36),
	PATH("pydetect.rules.title", 40),
	PATH("pydetect.windows.correlation", 36),
	PATH("pydetect.windows.count", 22),
	PATH("pydetect.windows.values", 60),
};

/**
 * struct column_set - several columns under one name
 * @name: the name
 * @list: the columns
 */
struct column_set {
	const char *name;
	const char *list;
};

static const struct column_set sets[] = {
	{ "sentinel", "Timestamp,DeviceName,AccountName,FileName,"
		      "ProcessCommandLine,"
		      "InitiatingProcessFileName,InitiatingProcessCommandLine,"
		      "ReverseShell,DownloadExec,SubprocessExec,CodeExec" },
	{ "elastic", "@timestamp,host.name,host.id,agent.id,process.name,"
		     "process.executable,process.command_line,"
		     "process.working_directory,process.parent.name,"
		     "process.parent.executable,process.parent.entity_id,"
		     "process.parent.working_directory,pydetect.windows.count,"
		     "pydetect.windows.values" },
};

static const struct events_column *find(struct bytes name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known); i++)
		if (strlen(known[i].name) == name.length &&
		    !memcmp(known[i].name, name.data, name.length))
			return &known[i];
	return NULL;
}

static const char *expand(const char *list)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sets); i++)
		if (!strcmp(sets[i].name, list))
			return sets[i].list;
	return list;
}

/**
 * events_columns_read - read a list of columns
 * @columns: filled in
 * @list: names with commas between, or the name of a set
 *
 * Return: NULL, or where in @list there is no column that we know, or one too
 * many.
 */
const char *events_columns_read(struct events_columns *columns,
				const char *list)
{
	const char *at = expand(list);

	columns->nr = 0;
	for (;;) {
		const size_t length = strcspn(at, ",");
		const struct events_column *column =
			find((struct bytes){ (const uint8_t *)at, length });

		if (!column || columns->nr == EVENTS_COLUMNS_MAX)
			return at;
		columns->columns[columns->nr++] = column;
		at += length;
		if (!*at++)
			return NULL;
	}
}

/**
 * events_columns_list - print which columns and sets there are
 * @stream: where
 */
void events_columns_list(FILE *stream)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known); i++)
		fprintf(stream, "%s\n", known[i].name);
	for (i = 0; i < ARRAY_SIZE(sets); i++)
		fprintf(stream, "%s: %s\n", sets[i].name, sets[i].list);
}

static bool has_label(const struct event *event, const char *label)
{
	size_t i, j;

	for (i = 0; i < event->nr_rules; i++)
		for (j = 0; j < event->rules[i].nr_labels; j++)
			if (history_is_label(event->rules[i].labels[j], label))
				return true;
	return false;
}

static void put_value(struct json_object *value, const char *path,
		      FILE *stream);

/* Values of a list stand one behind the other. */
static void put_list(struct json_object *list, const char *path, FILE *stream)
{
	const size_t nr = json_object_array_length(list);
	size_t i;

	for (i = 0; i < nr; i++) {
		fputs(i ? "; " : "", stream);
		put_value(json_object_array_get_idx(list, i), path, stream);
	}
}

static void put_member(struct json_object *value, const char *path,
		       FILE *stream)
{
	const size_t length = strcspn(path, ".");
	struct json_object *member;
	char name[64];

	if (length >= sizeof(name))
		return;
	memcpy(name, path, length);
	name[length] = '\0';
	if (json_object_object_get_ex(value, name, &member))
		put_value(member, path + length + !!path[length], stream);
}

/* What is to be found at @path from here. */
static void put_value(struct json_object *value, const char *path, FILE *stream)
{
	if (json_object_is_type(value, json_type_array))
		put_list(value, path, stream);
	else if (*path && json_object_is_type(value, json_type_object))
		put_member(value, path, stream);
	else if (!*path && json_object_is_type(value, json_type_string))
		fwrite(json_object_get_string(value), 1,
		       json_object_get_string_len(value), stream);
	else if (!*path && value)
		fputs(json_object_to_json_string(value), stream);
}

static struct json_object *document_of(struct events_row *row)
{
	if (!row->document)
		row->document = print_ecs(row->event, row->origin);
	return row->document;
}

/**
 * events_column_text - the value of a column
 * @column: the column
 * @row: the event
 * @length: set to the bytes of the value
 *
 * Return: the value, which has to be freed; NULL where memory ran out.
 */
char *events_column_text(const struct events_column *column,
			 struct events_row *row, size_t *length)
{
	char *text = NULL;
	FILE *stream = open_memstream(&text, length);

	if (!stream)
		return NULL;
	if (column->put)
		column->put(row->event, stream);
	else if (column->path)
		put_value(document_of(row), column->path, stream);
	else
		fputs(has_label(row->event, column->name) ? "true" : "false",
		      stream);
	fclose(stream);
	return text;
}

/**
 * events_row_free - release what columns needed
 * @row: the row
 */
void events_row_free(struct events_row *row)
{
	json_object_put(row->document);
	row->document = NULL;
}
