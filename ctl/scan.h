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
 * struct scan_event - one recorded program start
 * @json: what it was read from and owns the bytes of @fields, but those of argv
 * @id: its id within @json, or NULL
 * @fields: by enum pydetect_field; no data where absent
 * @args: bytes of argv, each argument ended by a NUL, kept from event to event
 * @args_room: how much fits in
 * @args_length: how much is in use
 * @nr_args: number of arguments
 * @arg_count: the number of arguments in digits
 * @numbers: by enum pydetect_number
 * @has_number: bit n: numbers[n] is known
 */
struct scan_event {
	struct json_object *json;
	struct json_object *id;
	struct bytes fields[PYDETECT_FIELD_COUNT];
	char *args;
	size_t args_room;
	size_t args_length;
	size_t nr_args;
	char arg_count[24];
	uint64_t numbers[PYDETECT_NUMBER_COUNT];
	uint32_t has_number;
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

/* scan_event.c: putting an event together. */
void scan_event_clear(struct scan_event *event);
void scan_event_free(struct scan_event *event);
bool scan_number_of(struct bytes text, uint64_t *number);
void scan_event_number(struct scan_event *event, enum pydetect_number number,
		       uint64_t value);
void scan_event_logon_id(struct scan_event *event, struct bytes text);
bool scan_event_arg(struct scan_event *event, struct bytes arg);
bool scan_event_arg_more(struct scan_event *event, struct bytes part);
bool scan_event_end_args(struct scan_event *event);
void scan_event_end(struct scan_event *event);
bool scan_event_texts(struct scan_event *event, const char *const *fields,
		      const char **argv);

/* scan_judge.c */
struct pydetect_exec *scan_exec_new(const struct pydetect_view *view);
int scan_judge(struct pydetect_exec *exec, const struct scan_event *event);
bool scan_matched(const struct pydetect_exec *exec, uint32_t rule);

#endif /* PYDETECT_CTL_SCAN_H */
