// SPDX-License-Identifier: GPL-2.0-only
/*
 * Usage: emit json|journal FIRST LAST
 *
 * Events with these numbers, as the tool tells them: on standard output, or to
 * the journal. Both times the same but for event.created. Now and then one is
 * as large and as strange as events can be.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../ctl/sink.h"
#include "../../module/core/env.h"
#include "../../module/uapi/policy.h"
#include "../../module/uapi/pydetect.h"

#define TEXT(string)                                          \
	{                                                     \
		(const uint8_t *)(string), sizeof(string) - 1 \
	}
#define HAS(name) (1ull << PYDETECT_PROCESS_##name)

#define LARGE_BYTES (128 * 1024)
#define LARGE_EVERY 1000

static struct bytes tags[] = { TEXT("attack.execution"), TEXT("attack.t1059."
							      "006") };
static struct bytes labels[] = { TEXT("ReverseShell"), TEXT("CodeExec") };

static struct event_rule rules[] = {
	{
		.id = TEXT("2f4a4f0e-9a56-4d0c-a1a5-4b8ce0d4b1a9"),
		.title = TEXT("Suspicious Python Command Line"),
		.author = TEXT("pydetect"),
		.level = PYDETECT_LEVEL_HIGH,
		.tags = tags,
		.nr_tags = ARRAY_SIZE(tags),
		.labels = labels,
		.nr_labels = ARRAY_SIZE(labels),
	},
};

static struct event_hit hits[] = {
	{
		.field = PYDETECT_FIELD_COMMAND_LINE,
		.offset = 11,
		.length = 13,
		.text = TEXT("CommandLine|contains: import socket"),
	},
};

static const struct event sample = {
	.mode = PYDETECT_MODE_REPORT,
	.pass = 1,
	.rules = rules,
	.nr_rules = ARRAY_SIZE(rules),
	.hits = hits,
	.nr_hits = ARRAY_SIZE(hits),
	.process = {
		.has = HAS(PID) | HAS(START) | HAS(UID) | HAS(EUID) |
		       HAS(GID) | HAS(ARG_COUNT) | HAS(ARGS_LENGTH),
		.image = TEXT("/usr/bin/python3.11"),
		.invoked = TEXT("/usr/bin/python3"),
		.directory = TEXT("/srv"),
		.arg_count = 3,
	},
	.parent = {
		.has = HAS(PID) | HAS(START),
		.pid = 400,
		.start = 7000000000,
		.image = TEXT("/usr/bin/dash"),
		.directory = TEXT("/srv"),
	},
};

/* Every byte there is, over and over, but for the one that ends arguments. */
static size_t make_large(uint8_t *args, size_t length)
{
	while (length < LARGE_BYTES) {
		args[length] = length % 256 ? length % 256 : 'x';
		length++;
	}
	return length;
}

static int emit(struct sink *sink, uint64_t number)
{
	static uint8_t args[LARGE_BYTES + 1];
	struct event_piece piece = { 0, { args, 0 } };
	struct event event = sample;
	size_t length;

	length = snprintf((char *)args, sizeof(args),
			  "python3%c-c%cimport socket # %llu", 0, 0,
			  (unsigned long long)number);
	if (number % LARGE_EVERY == 0)
		length = make_large(args, length);
	piece.data.length = length;
	event.number = number;
	event.time = 1700000000000000000 + number;
	event.boot_time = 9000000000 + number;
	event.process.pid = 1000 + number % 30000;
	event.process.start = 8000000000 + number;
	event.process.args_length = length;
	event.process.pieces = &piece;
	event.process.nr_pieces = 1;
	return sink->operations->event(sink, &event);
}

static int emit_all(struct sink *sink, uint64_t first, uint64_t last)
{
	uint64_t number;
	int error = 0;

	for (number = first; !error && number <= last; number++)
		error = emit(sink, number);
	return error ? error : sink->operations->flush(sink);
}

int main(int argc, char **argv)
{
	struct print_origin origin;
	struct sink *sink;
	int error;

	if (argc != 4) {
		fputs("Usage: emit json|journal FIRST LAST\n", stderr);
		return 2;
	}
	print_origin(&origin);
	if (!strcmp(argv[1], "journal"))
		error = sink_journal_open(&sink, &origin);
	else
		error = sink_json_open(&sink, &origin);
	if (!error)
		error = emit_all(sink, strtoull(argv[2], NULL, 10),
				 strtoull(argv[3], NULL, 10));
	if (error)
		fprintf(stderr, "emit: %s\n", strerror(-error));
	if (sink)
		sink->operations->close(sink);
	return error ? 1 : 0;
}
