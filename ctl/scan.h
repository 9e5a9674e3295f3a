/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Recorded program starts, judged by the same core as in the kernel.
 */
#ifndef PYDETECT_CTL_SCAN_H
#define PYDETECT_CTL_SCAN_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdio.h>

#include "bytes.h"
#include "../module/core/verdict.h"

/**
 * struct scan_strings - strings one after the other, each ended by a NUL
 * @bytes: all of them
 * @room: how much fits in
 * @length: how much is in use
 * @count: how many
 */
struct scan_strings {
	char *bytes;
	size_t room;
	size_t length;
	size_t count;
};

/* Room for a number in digits. */
#define SCAN_DIGITS 24

/**
 * struct scan_event - one recorded program start
 * @json: what it was read from and owns the bytes of @fields, but those of argv
 * @id: its id within @json, or NULL
 * @fields: by enum pydetect_field; no data where absent
 * @args: argv; its memory is kept from event to event
 * @env: the environment, likewise
 * @arg_count: the number of arguments in digits
 * @pid: number of the process in digits, empty where not known
 * @ppid: number of its parent, likewise
 * @numbers: by enum pydetect_number
 * @has_number: bit n: numbers[n] is known
 * @time: when, in ns since 1970
 * @has_time: is that known?
 * @again: a later pass of a start that was recorded before
 */
struct scan_event {
	struct json_object *json;
	struct json_object *id;
	struct bytes fields[PYDETECT_FIELD_COUNT];
	struct scan_strings args;
	struct scan_strings env;
	char arg_count[SCAN_DIGITS];
	char pid[SCAN_DIGITS];
	char ppid[SCAN_DIGITS];
	uint64_t numbers[PYDETECT_NUMBER_COUNT];
	uint32_t has_number;
	uint64_t time;
	bool has_time;
	bool again;
};

/**
 * enum scan_format - forms of records
 * @SCAN_AUTO: find out
 * @SCAN_NDJSON: a JSON object a line, with Sigma's field names
 * @SCAN_ECS: a JSON object a line, in the Elastic Common Schema
 * @SCAN_AUDIT: the log of auditd, as ausearch --raw prints it
 */
enum scan_format {
	SCAN_AUTO,
	SCAN_NDJSON,
	SCAN_ECS,
	SCAN_AUDIT,
};

struct audit_log;

/**
 * struct scan_reader - reads recorded program starts
 * @stream: where from, not owned
 * @format: as asked for; what begins a log of auditd turns SCAN_AUTO into it
 * @tokener: json-c's parser
 * @audit: records of auditd that are not complete yet, or NULL
 * @line: the line
 * @line_room: how much fits in
 * @number: number of the line, from 1
 * @bytes: read so far
 * @error: what is wrong with it
 */
struct scan_reader {
	FILE *stream;
	enum scan_format format;
	struct json_tokener *tokener;
	struct audit_log *audit;
	char *line;
	size_t line_room;
	unsigned long long number;
	unsigned long long bytes;
	char error[128];
};

/**
 * enum scan_read - what scan_read() found
 * @SCAN_EVENT: a program start
 * @SCAN_MALFORMED: a line that cannot be read
 * @SCAN_END: the end
 * @SCAN_FAILED: errno says what
 * @SCAN_OTHER: a record of something else; scan_read() passes over it
 */
enum scan_read {
	SCAN_EVENT,
	SCAN_MALFORMED,
	SCAN_END,
	SCAN_FAILED,
	SCAN_OTHER,
};

int scan_reader_init(struct scan_reader *reader, FILE *stream);
int scan_format_by_name(const char *name);
void scan_reader_free(struct scan_reader *reader);
enum scan_read scan_read(struct scan_reader *reader, struct scan_event *event);

/* scan_read.c, for the other forms. */
enum scan_read scan_malformed(struct scan_reader *reader, const char *format,
			      const char *what);
enum scan_read scan_take_string(struct scan_reader *reader,
				struct json_object *value, const char *key,
				struct bytes *text);
enum scan_read scan_take_args(struct scan_reader *reader,
			      struct scan_event *event,
			      struct json_object *array);
enum scan_read scan_take_env(struct scan_reader *reader,
			     struct scan_event *event,
			     struct json_object *array);

/* scan_ecs.c */
bool scan_is_ecs(struct json_object *json);
bool scan_is_ecs_start(struct json_object *json);
enum scan_read scan_take_ecs(struct scan_reader *reader,
			     struct scan_event *event);

/* scan_audit.c: @line as scan_read() found it; NULL: there are no more. */
bool scan_is_audit(const char *line);
enum scan_read scan_take_audit(struct scan_reader *reader, char *line,
			       struct scan_event *event);
void scan_audit_free(struct audit_log *log);

/* scan_strings.c */
void scan_strings_clear(struct scan_strings *strings);
void scan_strings_free(struct scan_strings *strings);
bool scan_strings_add(struct scan_strings *strings, struct bytes text);
bool scan_strings_more(struct scan_strings *strings, struct bytes part);
bool scan_strings_all(struct scan_strings *strings, struct bytes *all);

/* scan_time.c */
bool scan_time_of_text(const char *text, uint64_t *time);
bool scan_time_of(struct json_object *value, uint64_t *time);

/* scan_event.c: putting an event together. */
void scan_event_clear(struct scan_event *event);
void scan_event_free(struct scan_event *event);
bool scan_number_of(struct bytes text, uint64_t *number);
void scan_event_number(struct scan_event *event, enum pydetect_number number,
		       uint64_t value);
void scan_event_logon_id(struct scan_event *event, struct bytes text);
bool scan_event_end_args(struct scan_event *event);
bool scan_event_end_env(struct scan_event *event);
void scan_event_pids(struct scan_event *event, uint64_t pid, uint64_t ppid);
struct bytes scan_event_value(const struct scan_event *event,
			      enum pydetect_field field);
void scan_event_lineage_names(struct scan_event *event);
void scan_event_end(struct scan_event *event);
bool scan_event_texts(struct scan_event *event, const char *const *fields,
		      const char **argv);
bool scan_event_environment(struct scan_event *event, const char **env);

/* scan_judge.c */
struct pydetect_exec *scan_exec_new(const struct pydetect_view *view);
int scan_judge(struct pydetect_exec *exec, const struct scan_event *event);
bool scan_matched(const struct pydetect_exec *exec, uint32_t rule);

#endif /* PYDETECT_CTL_SCAN_H */
