/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Columns that events can be listed by.
 */
#ifndef PYDETECT_CTL_EVENTS_COLUMN_H
#define PYDETECT_CTL_EVENTS_COLUMN_H

#include "event.h"
#include "print.h"

/**
 * struct events_row - an event that is being listed
 * @event: the event
 * @origin: where it comes from
 * @document: the event as print_ecs() has it; made when a column first asks
 */
struct events_row {
	const struct event *event;
	const struct print_origin *origin;
	struct json_object *document;
};

/**
 * struct events_column - a column
 * @name: what it is called
 * @width: columns it takes in a table; the last one takes what is left
 * @put: prints the value, as it is; NULL: see @path
 * @path: where print_ecs() has the value; NULL: it is the label @name
 */
struct events_column {
	const char *name;
	unsigned int width;
	void (*put)(const struct event *event, FILE *stream);
	const char *path;
};

/* Most columns of a listing. */
#define EVENTS_COLUMNS_MAX 64

/**
 * struct events_columns - the columns of a listing
 * @columns: the columns
 * @nr: how many
 */
struct events_columns {
	const struct events_column *columns[EVENTS_COLUMNS_MAX];
	size_t nr;
};

/* Sets of columns, by names that events_columns_read() takes. */
#define EVENTS_COLUMNS_TABLE "time,verdict,level,user,parent,rule,command"
#define EVENTS_COLUMNS_CSV                                             \
	"@timestamp,host.name,pydetect.verdict,log.level,rule.name,"   \
	"pydetect.labels,user.name,process.name,process.command_line," \
	"process.parent.name,process.parent.command_line"

const char *events_columns_read(struct events_columns *columns,
				const char *list);
void events_columns_list(FILE *stream);
char *events_column_text(const struct events_column *column,
			 struct events_row *row, size_t *length);
void events_row_free(struct events_row *row);

void events_table_head(struct terminal *terminal,
		       const struct events_columns *columns);
void events_table_row(struct terminal *terminal,
		      const struct events_columns *columns,
		      struct events_row *row);
void events_csv_head(FILE *stream, const struct events_columns *columns);
void events_csv_row(FILE *stream, const struct events_columns *columns,
		    struct events_row *row);
void events_csv_cell(FILE *stream, struct bytes text);

#endif /* PYDETECT_CTL_EVENTS_COLUMN_H */
