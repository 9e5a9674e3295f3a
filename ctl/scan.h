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
 * @json: the line it was read from, which owns the bytes of @fields but
 *	those of argv
 * @id: its id within @json, or NULL
 * @fields: by enum pydetect_field; no data where absent
 * @args: bytes of argv joined by NUL, kept from event to event
 * @args_room: how much fits in
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
	char arg_count[24];
	uint64_t numbers[PYDETECT_NUMBER_COUNT];
	uint32_t has_number;
};

/**
 * struct scan_reader - reads recorded program starts, one JSON object a line
 * @stream: where from, not owned
 * @tokener: json-c's parser
 * @line: the line
 * @line_room: how much fits in
 * @number: number of the line, from 1
 * @error: what is wrong with it
 */
struct scan_reader {
	FILE *stream;
	struct json_tokener *tokener;
	char *line;
	size_t line_room;
	unsigned long long number;
	char error[128];
};

/** enum scan_read - what scan_read() found */
enum scan_read {
	SCAN_EVENT,
	SCAN_MALFORMED,
	SCAN_END,
	SCAN_FAILED,
};

int scan_reader_init(struct scan_reader *reader, FILE *stream);
void scan_reader_free(struct scan_reader *reader);
enum scan_read scan_read(struct scan_reader *reader, struct scan_event *event);
void scan_event_free(struct scan_event *event);

int scan_judge(struct pydetect_exec *exec, const struct scan_event *event);

#endif /* PYDETECT_CTL_SCAN_H */
