/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Printing what the module tells, for people and for machines.
 */
#ifndef PYDETECT_CTL_PRINT_H
#define PYDETECT_CTL_PRINT_H

#include "event.h"
#include "terminal.h"

struct json_object;
struct pydetect_view;

/**
 * struct print_command - a command line to print
 * @process: whose
 * @hits: the event's hits
 * @nr_hits: how many
 * @field: which of them are about this command line: of the process or of its
 *	parent (enum pydetect_field)
 * @whole: print all of it that is known
 * @columns: take no more than that, and show the first hit; zero: no limit
 */
struct print_command {
	const struct event_process *process;
	const struct event_hit *hits;
	size_t nr_hits;
	uint32_t field;
	bool whole;
	size_t columns;
};

/**
 * struct print_origin - facts about this machine that go into every record
 * @host: its name
 * @boot_id: of the present boot
 * @host_id: /etc/machine-id; may be empty
 * @agent_id: pydetect on this machine; may be empty
 */
struct print_origin {
	char host[256];
	char boot_id[64];
	char host_id[33];
	char agent_id[33];
};

/* Room for what print_event_id() says. */
#define PRINT_EVENT_ID_BYTES 128

void print_command(struct terminal *terminal,
		   const struct print_command *command);
void print_event(struct terminal *terminal, const struct event *event);
void print_headline(struct terminal *terminal, const struct event *event);
void print_alert(struct terminal *terminal, const struct event *event);
void print_repeat(struct terminal *terminal, const struct event *event,
		  uint64_t count, uint64_t time);
void print_lost(struct terminal *terminal, const struct event_gap *gap);
void print_gap(struct terminal *terminal, const struct event_gap *gap);
char *print_summary(const struct event *event);
char *print_summary_gap(const struct event_gap *gap);

void print_origin(struct print_origin *origin);
struct json_object *print_ecs(const struct event *event,
			      const struct print_origin *origin);
void print_event_id(char *buffer, size_t size, const struct event *event,
		    const struct print_origin *origin);
struct json_object *print_ecs_gap(const struct event_gap *gap,
				  const struct print_origin *origin);
struct json_object *print_ecs_process(const struct event_process *process,
				      const struct event *event,
				      const struct print_origin *origin);
void print_ecs_exact(struct json_object *object,
		     const struct event_process *process);
struct json_object *print_ecs_threat(const struct event *event);
struct json_object *print_ecs_own(const struct event *event,
				  const struct print_origin *origin);
struct bytes print_command_line(const struct event_process *process);
const char *print_verdict_word(const struct event *event);

void print_status(struct terminal *terminal, const struct event_status *status);
void print_mode_json(struct json_object *object,
		     const struct event_status *status);
struct json_object *print_status_json(const struct event_status *status);

void print_reader_titles(struct terminal *terminal);
void print_reader(struct terminal *terminal, const struct event_reader *reader);
struct json_object *print_reader_json(const struct event_reader *reader);

void print_rules(struct terminal *terminal, struct event_rule *const *rules,
		 size_t nr_rules);
struct json_object *print_rule_json(const struct event_rule *rule);

/**
 * struct print_clock - what relates the times of the kernel to the calendar
 * @time: a moment in ns since 1970
 * @boot_time: the same moment in ns since boot
 */
struct print_clock {
	uint64_t time;
	uint64_t boot_time;
};

void print_window(struct terminal *terminal, const struct event_window *window,
		  const struct print_clock *clock);
struct json_object *print_window_json(const struct event_window *window,
				      const struct print_origin *origin,
				      const struct print_clock *clock);
void print_entity(char *buffer, size_t size, const struct print_origin *origin,
		  uint32_t pid, uint64_t start);

void print_image(const struct pydetect_view *view, FILE *stream);

struct bytes print_file_name(struct bytes path);
const char *print_field_name(uint32_t field);
void print_json(struct json_object *object, FILE *stream);
const char *print_json_text(struct json_object *object);

enum terminal_style print_level_style(uint32_t level);
void print_user(struct terminal *terminal, uint32_t uid);
void print_verdict(struct terminal *terminal, const struct event *event);

#endif /* PYDETECT_CTL_PRINT_H */
