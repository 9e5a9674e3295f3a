// SPDX-License-Identifier: GPL-2.0-only
/*
 * The module's own state.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "json_text.h"
#include "print.h"
#include "../module/core/env.h"
#include "../module/uapi/pydetect.h"

static const char *hook_name(uint32_t hook)
{
	switch (hook) {
	case PYDETECT_HOOK_FTRACE:
		return "ftrace";
	case PYDETECT_HOOK_LSM:
		return "lsm";
	default:
		return "none";
	}
}

static void put_heading(struct terminal *terminal, const char *heading)
{
	terminal_print(terminal, STYLE_BOLD, "%-8s ", heading);
}

static void put_module(struct terminal *terminal,
		       const struct event_status *status)
{
	put_heading(terminal, "module");
	terminal_string(terminal, STYLE_PLAIN, status->version);
	if (status->hook == PYDETECT_HOOK_NONE)
		terminal_print(terminal, STYLE_ALARM,
			       " no hook: nothing is judged");
	else
		fprintf(terminal->stream, ", hooked by %s",
			hook_name(status->hook));
	fputc('\n', terminal->stream);
}

static void format_time(char *text, size_t size, uint64_t ns)
{
	const time_t seconds = ns / NS_PER_SECOND;
	struct tm local;

	localtime_r(&seconds, &local);
	strftime(text, size, "%F %T", &local);
}

static void put_mode_reason(struct terminal *terminal,
			    const struct event_status *status)
{
	static const char *const reasons[] = {
		[PYDETECT_REASON_START] = "the module was loaded",
		[PYDETECT_REASON_COMMAND] = "by command",
		[PYDETECT_REASON_UNCONFIRMED] =
			"mode block was not confirmed in time",
		[PYDETECT_REASON_TIME_OVER] = "the time of mode block is over",
		[PYDETECT_REASON_TOO_MANY] = "too many starts were denied",
	};
	char text[64];

	format_time(text, sizeof(text), status->mode_since);
	put_heading(terminal, "");
	terminal_print(terminal,
		       status->mode_reason > PYDETECT_REASON_COMMAND ?
			       STYLE_YELLOW :
			       STYLE_PLAIN,
		       "since %s: %s", text,
		       status->mode_reason < ARRAY_SIZE(reasons) ?
			       reasons[status->mode_reason] :
			       "unknown");
	if (status->mode_max < PYDETECT_MODE_BLOCK)
		terminal_print(terminal, STYLE_YELLOW,
			       "; the module was loaded with mode=%s, which wins",
			       event_mode_name(status->mode_max));
	fputc('\n', terminal->stream);
}

static void put_mode_end(struct terminal *terminal,
			 const struct event_status *status)
{
	if (status->unconfirmed) {
		put_heading(terminal, "");
		terminal_print(terminal, STYLE_YELLOW,
			       "unconfirmed: back to report in %llu s unless: pydetectctl confirm\n",
			       (unsigned long long)(status->confirm_left /
						    NS_PER_SECOND));
	}
	if (status->limited) {
		put_heading(terminal, "");
		fprintf(terminal->stream, "back to report in %llu s\n",
			(unsigned long long)(status->mode_left /
					     NS_PER_SECOND));
	}
}

static void put_mode_settings(struct terminal *terminal,
			      const struct event_status *status)
{
	put_heading(terminal, "");
	if (status->fallback_above)
		fprintf(terminal->stream,
			"back to report above %u denials a minute (now %u), ",
			status->fallback_above, status->denied_recently);
	else
		fputs("no limit of denials, ", terminal->stream);
	fprintf(terminal->stream, "on error %s\n",
		event_on_error_name(status->on_error));
}

static void put_mode(struct terminal *terminal,
		     const struct event_status *status)
{
	static const char *const meanings[] = {
		[PYDETECT_MODE_OFF] = "nothing is judged",
		[PYDETECT_MODE_REPORT] = "matches are reported",
		[PYDETECT_MODE_BLOCK] =
			"matches are reported, those of blocking rules denied",
	};

	put_heading(terminal, "mode");
	terminal_print(terminal,
		       status->mode == PYDETECT_MODE_OFF ? STYLE_YELLOW :
							   STYLE_GREEN,
		       "%s", event_mode_name(status->mode));
	if (status->mode <= PYDETECT_MODE_BLOCK)
		fprintf(terminal->stream, ": %s", meanings[status->mode]);
	fputc('\n', terminal->stream);
	put_mode_reason(terminal, status);
	put_mode_end(terminal, status);
	put_mode_settings(terminal, status);
}

static void put_policy(struct terminal *terminal,
		       const struct event_status *status)
{
	char text[64];

	put_heading(terminal, "policy");
	if (!status->generation) {
		terminal_print(terminal, STYLE_YELLOW,
			       "none: load one with pydetectctl load\n");
		return;
	}
	format_time(text, sizeof(text), status->loaded_at);
	fprintf(terminal->stream,
		"%u rules, %u correlations, %u bytes, generation %llu, loaded %s\n",
		status->rules, status->correlations, status->image_bytes,
		(unsigned long long)status->generation, text);
	put_heading(terminal, "");
	fprintf(terminal->stream, "version %llu, %s\n",
		(unsigned long long)status->serial,
		status->is_signed ? "signed" : "not signed");
	if (!status->overrides)
		return;
	put_heading(terminal, "");
	terminal_print(terminal, STYLE_YELLOW,
		       "%u set by 'pydetectctl rules set'\n",
		       status->overrides);
}

/* What can be changed still, and who can sign what it would be changed to. */
static void put_lock(struct terminal *terminal,
		     const struct event_status *status)
{
	uint32_t i;

	put_heading(terminal, "lock");
	if (status->lock == PYDETECT_LOCK_FROZEN)
		terminal_print(terminal, STYLE_GREEN,
			       "frozen until the next boot\n");
	else if (status->lock == PYDETECT_LOCK_SIGNED)
		terminal_print(terminal, STYLE_GREEN,
			       "locked until the next boot, only signed policies above version %llu\n",
			       (unsigned long long)status->serial_highest);
	else
		fputs("open\n", terminal->stream);
	put_heading(terminal, "signers");
	if (!status->nr_certificates)
		fputs("none: no certificate was built into the module\n",
		      terminal->stream);
	for (i = 0; i < status->nr_certificates; i++) {
		if (i)
			put_heading(terminal, "");
		terminal_string(terminal, STYLE_PLAIN, status->certificates[i]);
		fputc('\n', terminal->stream);
	}
}

static void put_counters(struct terminal *terminal,
			 const struct event_status *status)
{
	put_heading(terminal, "execs");
	fprintf(terminal->stream, "%llu judged, %llu matched, %llu denied, ",
		(unsigned long long)status->execs,
		(unsigned long long)status->matched,
		(unsigned long long)status->denied);
	terminal_print(terminal, status->errors ? STYLE_RED : STYLE_PLAIN,
		       "%llu could not be judged\n",
		       (unsigned long long)status->errors);
}

static void put_events(struct terminal *terminal,
		       const struct event_status *status)
{
	put_heading(terminal, "events");
	if (status->event_oldest && status->event_oldest < status->event_next)
		fprintf(terminal->stream, "%llu to %llu held",
			(unsigned long long)status->event_oldest,
			(unsigned long long)status->event_next - 1);
	else
		fputs("none held", terminal->stream);
	fprintf(terminal->stream, ", next is %llu",
		(unsigned long long)status->event_next);
	fprintf(terminal->stream, ", %llu of %llu KiB\n",
		(unsigned long long)status->event_bytes / 1024,
		(unsigned long long)status->event_bytes_max / 1024);
	if (!status->events_unstored && !status->events_brief)
		return;
	put_heading(terminal, "");
	terminal_print(terminal, STYLE_RED,
		       "%llu without memory to keep them, %llu only told in brief\n",
		       (unsigned long long)status->events_unstored,
		       (unsigned long long)status->events_brief);
}

static void put_readers(struct terminal *terminal,
			const struct event_status *status)
{
	put_heading(terminal, "readers");
	fprintf(terminal->stream, "%u", status->readers);
	if (status->events_lost)
		terminal_print(terminal, STYLE_RED,
			       ", together lost %llu: %llu for want of memory, %llu were too slow for, %llu asked for too late",
			       (unsigned long long)status->events_lost,
			       (unsigned long long)status->lost_unstored,
			       (unsigned long long)status->lost_overwritten,
			       (unsigned long long)status->lost_late);
	fputc('\n', terminal->stream);
}

static void put_windows(struct terminal *terminal,
			const struct event_status *status)
{
	put_heading(terminal, "windows");
	fprintf(terminal->stream, "%u of %u, %llu of %llu KiB", status->windows,
		status->windows_max,
		(unsigned long long)status->window_bytes / 1024,
		(unsigned long long)status->window_bytes_max / 1024);
	if (status->windows_evicted || status->samples_lost)
		terminal_print(terminal, STYLE_RED,
			       ", %llu evicted, %llu samples lost",
			       (unsigned long long)status->windows_evicted,
			       (unsigned long long)status->samples_lost);
	fputc('\n', terminal->stream);
}

static void put_lineages(struct terminal *terminal,
			 const struct event_status *status)
{
	put_heading(terminal, "lineage");
	fprintf(terminal->stream, "%u processes followed, at most %u",
		status->lineages, status->lineages_max);
	if (status->lineages_lost)
		terminal_print(terminal, STYLE_RED,
			       ", %llu could not be followed",
			       (unsigned long long)status->lineages_lost);
	if (!status->lineages_complete)
		fputs(", still looking at those that ran before",
		      terminal->stream);
	fputc('\n', terminal->stream);
}

/**
 * print_status - print the module's state for people
 * @terminal: where
 * @status: the state
 */
void print_status(struct terminal *terminal, const struct event_status *status)
{
	put_module(terminal, status);
	put_mode(terminal, status);
	put_policy(terminal, status);
	put_lock(terminal, status);
	put_counters(terminal, status);
	put_events(terminal, status);
	put_readers(terminal, status);
	put_windows(terminal, status);
	put_lineages(terminal, status);
}

static struct json_object *policy_json(const struct event_status *status)
{
	struct json_object *policy = json_object_new_object();
	char checksum[32];

	snprintf(checksum, sizeof(checksum), "%016llx",
		 (unsigned long long)status->image_checksum);
	json_add_number(policy, "generation", status->generation);
	json_add_number(policy, "rules", status->rules);
	json_add_number(policy, "correlations", status->correlations);
	json_add_number(policy, "bytes", status->image_bytes);
	json_add_number(policy, "overrides", status->overrides);
	json_add_string(policy, "checksum", checksum);
	json_add_number(policy, "serial", status->serial);
	json_object_object_add(policy, "signed",
			       json_object_new_boolean(status->is_signed));
	if (status->generation)
		json_object_object_add(policy, "loaded_at",
				       json_time(status->loaded_at));
	return policy;
}

static const char *lock_name(uint32_t lock)
{
	switch (lock) {
	case PYDETECT_LOCK_OPEN:
		return "open";
	case PYDETECT_LOCK_SIGNED:
		return "signed";
	default:
		return "frozen";
	}
}

static struct json_object *lock_json(const struct event_status *status)
{
	struct json_object *certificates = json_object_new_array();
	struct json_object *lock = json_object_new_object();
	uint32_t i;

	for (i = 0; i < status->nr_certificates; i++)
		json_object_array_add(certificates,
				      json_text(bytes_of(status->certificates[i])));
	json_object_object_add(lock, "locked",
			       json_object_new_boolean(status->lock !=
						       PYDETECT_LOCK_OPEN));
	json_add_string(lock, "state", lock_name(status->lock));
	json_add_number(lock, "highest_serial", status->serial_highest);
	json_object_object_add(lock, "certificates", certificates);
	return lock;
}

static struct json_object *events_json(const struct event_status *status)
{
	struct json_object *events = json_object_new_object();
	struct json_object *reasons = json_object_new_object();

	json_add_number(events, "next", status->event_next);
	json_add_number(events, "oldest", status->event_oldest);
	json_add_number(events, "unstored", status->events_unstored);
	json_add_number(events, "brief", status->events_brief);
	json_add_number(events, "bytes", status->event_bytes);
	json_add_number(events, "bytes_max", status->event_bytes_max);
	json_add_number(events, "lost", status->events_lost);
	json_add_number(reasons, "unstored", status->lost_unstored);
	json_add_number(reasons, "overwritten", status->lost_overwritten);
	json_add_number(reasons, "late", status->lost_late);
	json_object_object_add(events, "lost_reasons", reasons);
	return events;
}

static struct json_object *windows_json(const struct event_status *status)
{
	struct json_object *windows = json_object_new_object();

	json_add_number(windows, "count", status->windows);
	json_add_number(windows, "max", status->windows_max);
	json_add_number(windows, "bytes", status->window_bytes);
	json_add_number(windows, "bytes_max", status->window_bytes_max);
	json_add_number(windows, "evicted", status->windows_evicted);
	json_add_number(windows, "samples_lost", status->samples_lost);
	return windows;
}

static struct json_object *lineages_json(const struct event_status *status)
{
	struct json_object *lineages = json_object_new_object();

	json_add_number(lineages, "followed", status->lineages);
	json_add_number(lineages, "max", status->lineages_max);
	json_add_number(lineages, "lost", status->lineages_lost);
	json_object_object_add(lineages, "complete",
			       json_object_new_boolean(status->lineages_complete));
	return lineages;
}

static void add_left(struct json_object *object, const char *key, bool there,
		     uint64_t ns)
{
	if (there)
		json_object_object_add(object, key,
				       json_object_new_double(
					       (double)ns / NS_PER_SECOND));
}

/**
 * print_mode_json - the mode and all that belongs to it, for machines
 * @object: where members are added
 * @status: the state
 */
void print_mode_json(struct json_object *object,
		     const struct event_status *status)
{
	json_add_string(object, "mode", event_mode_name(status->mode));
	json_add_string(object, "mode_max", event_mode_name(status->mode_max));
	json_add_string(object, "mode_reason",
			event_reason_name(status->mode_reason));
	json_object_object_add(object, "mode_since",
			       json_time(status->mode_since));
	json_object_object_add(object, "unconfirmed",
			       json_object_new_boolean(status->unconfirmed));
	add_left(object, "confirm_seconds_left", status->unconfirmed,
		 status->confirm_left);
	add_left(object, "mode_seconds_left", status->limited,
		 status->mode_left);
	json_add_number(object, "fallback_above", status->fallback_above);
	json_add_number(object, "denied_last_minute", status->denied_recently);
	json_add_string(object, "on_error",
			event_on_error_name(status->on_error));
	json_object_object_add(object, "tool_exempt",
			       json_object_new_boolean(status->tool));
}

/**
 * print_status_json - the module's state for machines
 * @status: the state
 *
 * Return: an object, owned by the caller.
 */
struct json_object *print_status_json(const struct event_status *status)
{
	struct json_object *object = json_object_new_object();
	struct json_object *execs = json_object_new_object();

	json_add_text(object, "version", bytes_of(status->version));
	json_add_string(object, "hook", hook_name(status->hook));
	print_mode_json(object, status);
	json_object_object_add(object, "policy", policy_json(status));
	json_object_object_add(object, "lock", lock_json(status));
	json_add_number(execs, "judged", status->execs);
	json_add_number(execs, "matched", status->matched);
	json_add_number(execs, "denied", status->denied);
	json_add_number(execs, "errors", status->errors);
	json_object_object_add(object, "execs", execs);
	json_object_object_add(object, "events", events_json(status));
	json_object_object_add(object, "windows", windows_json(status));
	json_object_object_add(object, "lineage", lineages_json(status));
	json_add_number(object, "readers", status->readers);
	return object;
}
