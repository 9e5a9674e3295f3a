// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who is told of events, and how far they have come.
 */
#include <stdio.h>

#include "json_text.h"
#include "print.h"

/**
 * print_reader_titles - print what the columns of print_reader() are
 * @terminal: where
 */
void print_reader_titles(struct terminal *terminal)
{
	terminal_print(terminal, STYLE_BOLD,
		       "%7s %10s %8s %10s %11s %11s %11s %6s  %s\n", "PID",
		       "NEXT", "BEHIND", "DELIVERED", "NO-MEMORY",
		       "OVERWRITTEN", "TOO-LATE", "SOCKET", "NAME");
}

static void put_loss(struct terminal *terminal, uint64_t count)
{
	terminal_print(terminal, count ? STYLE_RED : STYLE_DIM, " %11llu",
		       (unsigned long long)count);
}

/**
 * print_reader - print a reader on a line
 * @terminal: where
 * @reader: the reader
 */
void print_reader(struct terminal *terminal, const struct event_reader *reader)
{
	fprintf(terminal->stream, "%7u %10llu %8llu %10llu", reader->pid,
		(unsigned long long)reader->next,
		(unsigned long long)reader->behind,
		(unsigned long long)reader->delivered);
	put_loss(terminal, reader->unstored);
	put_loss(terminal, reader->overwritten);
	put_loss(terminal, reader->late);
	terminal_print(terminal, reader->full ? STYLE_YELLOW : STYLE_PLAIN,
		       " %6s  ", reader->full ? "full" : "open");
	terminal_bytes(terminal, STYLE_PLAIN, reader->name);
	fputc('\n', terminal->stream);
}

/**
 * print_reader_json - a reader for machines
 * @reader: the reader
 *
 * Return: an object, owned by the caller.
 */
struct json_object *print_reader_json(const struct event_reader *reader)
{
	struct json_object *object = json_object_new_object();
	struct json_object *lost = json_object_new_object();

	json_add_number(object, "pid", reader->pid);
	json_add_text(object, "name", reader->name);
	json_add_number(object, "port", reader->port);
	json_add_number(object, "first", reader->first);
	json_add_number(object, "next", reader->next);
	json_add_number(object, "behind", reader->behind);
	json_add_number(object, "delivered", reader->delivered);
	json_add_number(lost, "unstored", reader->unstored);
	json_add_number(lost, "overwritten", reader->overwritten);
	json_add_number(lost, "late", reader->late);
	json_object_object_add(object, "lost", lost);
	json_object_object_add(object, "full",
			       json_object_new_boolean(reader->full));
	return object;
}
