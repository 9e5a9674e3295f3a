// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink attributes -> plain C, in the words of uapi/pydetect.h.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "attr.h"
#include "event.h"
#include "../module/core/env.h"
#include "../module/uapi/policy.h"
#include "../module/uapi/pydetect.h"

#define SLOT(attribute, kind, type, member)                           \
	{                                                             \
		attribute, ATTR_##kind, offsetof(struct type, member) \
	}

static const struct attr_slot rule_slots[] = {
	SLOT(PYDETECT_RULE_ID, STRING, event_rule, id),
	SLOT(PYDETECT_RULE_TITLE, STRING, event_rule, title),
	SLOT(PYDETECT_RULE_AUTHOR, STRING, event_rule, author),
	SLOT(PYDETECT_RULE_LEVEL, U32, event_rule, level),
	SLOT(PYDETECT_RULE_ACTION, U32, event_rule, action),
	SLOT(PYDETECT_RULE_FILE_ACTION, U32, event_rule, file_action),
	SLOT(PYDETECT_RULE_MATCHED, U64, event_rule, matched),
	SLOT(PYDETECT_RULE_DENIED, U64, event_rule, denied),
	SLOT(PYDETECT_RULE_CORRELATION, FLAG, event_rule, correlation),
	SLOT(PYDETECT_RULE_SILENT, FLAG, event_rule, silent),
};

static const struct attr_slot piece_slots[] = {
	SLOT(PYDETECT_PIECE_OFFSET, U64, event_piece, offset),
	SLOT(PYDETECT_PIECE_DATA, BYTES, event_piece, data),
};

static const struct attr_slot process_slots[] = {
	SLOT(PYDETECT_PROCESS_PID, U32, event_process, pid),
	SLOT(PYDETECT_PROCESS_START, U64, event_process, start),
	SLOT(PYDETECT_PROCESS_THREAD, U32, event_process, thread),
	SLOT(PYDETECT_PROCESS_UID, U32, event_process, uid),
	SLOT(PYDETECT_PROCESS_GID, U32, event_process, gid),
	SLOT(PYDETECT_PROCESS_EUID, U32, event_process, euid),
	SLOT(PYDETECT_PROCESS_LOGIN_UID, U32, event_process, login_uid),
	SLOT(PYDETECT_PROCESS_SESSION, U32, event_process, session),
	SLOT(PYDETECT_PROCESS_NAME, STRING, event_process, name),
	SLOT(PYDETECT_PROCESS_IMAGE, STRING, event_process, image),
	SLOT(PYDETECT_PROCESS_DELETED, FLAG, event_process, deleted),
	SLOT(PYDETECT_PROCESS_INVOKED, STRING, event_process, invoked),
	SLOT(PYDETECT_PROCESS_DIRECTORY, STRING, event_process, directory),
	SLOT(PYDETECT_PROCESS_ARG_COUNT, U32, event_process, arg_count),
	SLOT(PYDETECT_PROCESS_ARGS_LENGTH, U64, event_process, args_length),
	SLOT(PYDETECT_PROCESS_UNVERIFIED, FLAG, event_process, unverified),
	SLOT(PYDETECT_PROCESS_BUILD_ID, BYTES, event_process, build_id),
	SLOT(PYDETECT_PROCESS_PID_NAMESPACE, U32, event_process, pid_namespace),
	SLOT(PYDETECT_PROCESS_MOUNT_NAMESPACE, U32, event_process,
	     mount_namespace),
	SLOT(PYDETECT_PROCESS_CGROUP, STRING, event_process, cgroup),
};

static const struct attr_slot hit_slots[] = {
	SLOT(PYDETECT_HIT_FIELD, U32, event_hit, field),
	SLOT(PYDETECT_HIT_TEXT, STRING, event_hit, text),
	SLOT(PYDETECT_HIT_OFFSET, U64, event_hit, offset),
	SLOT(PYDETECT_HIT_LENGTH, U32, event_hit, length),
};

static const struct attr_slot group_slots[] = {
	SLOT(PYDETECT_GROUP_FIELD, U32, event_group, field),
	SLOT(PYDETECT_GROUP_TEXT, BYTES, event_group, text),
	SLOT(PYDETECT_GROUP_PID, U32, event_group, pid),
	SLOT(PYDETECT_GROUP_START, U64, event_group, start),
};

static const struct attr_slot window_slots[] = {
	SLOT(PYDETECT_WINDOW_ID, STRING, event_window, id),
	SLOT(PYDETECT_WINDOW_TITLE, STRING, event_window, title),
	SLOT(PYDETECT_WINDOW_COUNT, U32, event_window, count),
	SLOT(PYDETECT_WINDOW_NEEDED, U32, event_window, needed),
	SLOT(PYDETECT_WINDOW_FIRST, U64, event_window, first),
	SLOT(PYDETECT_WINDOW_LAST, U64, event_window, last),
	SLOT(PYDETECT_WINDOW_TIMESPAN, U64, event_window, timespan),
	SLOT(PYDETECT_WINDOW_TYPE, U32, event_window, type),
	SLOT(PYDETECT_WINDOW_FIELD, U32, event_window, field),
	SLOT(PYDETECT_WINDOW_ALERT, FLAG, event_window, alert),
};

static const struct attr_slot event_slots[] = {
	SLOT(PYDETECT_EVENT_NUMBER, U64, event, number),
	SLOT(PYDETECT_EVENT_TIME, U64, event, time),
	SLOT(PYDETECT_EVENT_BOOT_TIME, U64, event, boot_time),
	SLOT(PYDETECT_EVENT_MODE, U32, event, mode),
	SLOT(PYDETECT_EVENT_DENIED, FLAG, event, denied),
	SLOT(PYDETECT_EVENT_EXEMPT, FLAG, event, exempt),
	SLOT(PYDETECT_EVENT_ERROR, U32, event, error),
	SLOT(PYDETECT_EVENT_GENERATION, U64, event, generation),
	SLOT(PYDETECT_EVENT_PASS, U32, event, pass),
	SLOT(PYDETECT_EVENT_BRIEF, FLAG, event, brief),
};

static const struct attr_slot lost_slots[] = {
	SLOT(PYDETECT_LOST_FIRST, U64, event_gap, first),
	SLOT(PYDETECT_LOST_COUNT, U64, event_gap, count),
	SLOT(PYDETECT_LOST_UNSTORED, U64, event_gap, unstored),
	SLOT(PYDETECT_LOST_OVERWRITTEN, U64, event_gap, overwritten),
	SLOT(PYDETECT_LOST_LATE, U64, event_gap, late),
};

static const struct attr_slot reader_slots[] = {
	SLOT(PYDETECT_READER_PORT, U32, event_reader, port),
	SLOT(PYDETECT_READER_PID, U32, event_reader, pid),
	SLOT(PYDETECT_READER_NAME, STRING, event_reader, name),
	SLOT(PYDETECT_READER_FIRST, U64, event_reader, first),
	SLOT(PYDETECT_READER_NEXT, U64, event_reader, next),
	SLOT(PYDETECT_READER_BEHIND, U64, event_reader, behind),
	SLOT(PYDETECT_READER_DELIVERED, U64, event_reader, delivered),
	SLOT(PYDETECT_READER_UNSTORED, U64, event_reader, unstored),
	SLOT(PYDETECT_READER_OVERWRITTEN, U64, event_reader, overwritten),
	SLOT(PYDETECT_READER_LATE, U64, event_reader, late),
	SLOT(PYDETECT_READER_FULL, FLAG, event_reader, full),
};

static const struct attr_slot status_slots[] = {
	SLOT(PYDETECT_STATUS_MODE, U32, event_status, mode),
	SLOT(PYDETECT_STATUS_HOOK, U32, event_status, hook),
	SLOT(PYDETECT_STATUS_GENERATION, U64, event_status, generation),
	SLOT(PYDETECT_STATUS_RULES, U32, event_status, rules),
	SLOT(PYDETECT_STATUS_IMAGE_BYTES, U32, event_status, image_bytes),
	SLOT(PYDETECT_STATUS_IMAGE_CHECKSUM, U64, event_status, image_checksum),
	SLOT(PYDETECT_STATUS_LOADED_AT, U64, event_status, loaded_at),
	SLOT(PYDETECT_STATUS_EXECS, U64, event_status, execs),
	SLOT(PYDETECT_STATUS_MATCHED, U64, event_status, matched),
	SLOT(PYDETECT_STATUS_DENIED, U64, event_status, denied),
	SLOT(PYDETECT_STATUS_ERRORS, U64, event_status, errors),
	SLOT(PYDETECT_STATUS_EVENT_NEXT, U64, event_status, event_next),
	SLOT(PYDETECT_STATUS_EVENT_OLDEST, U64, event_status, event_oldest),
	SLOT(PYDETECT_STATUS_EVENTS_UNSTORED, U64, event_status,
	     events_unstored),
	SLOT(PYDETECT_STATUS_EVENTS_LOST, U64, event_status, events_lost),
	SLOT(PYDETECT_STATUS_READERS, U32, event_status, readers),
	SLOT(PYDETECT_STATUS_CORRELATIONS, U32, event_status, correlations),
	SLOT(PYDETECT_STATUS_WINDOWS, U32, event_status, windows),
	SLOT(PYDETECT_STATUS_WINDOWS_MAX, U32, event_status, windows_max),
	SLOT(PYDETECT_STATUS_WINDOW_BYTES, U64, event_status, window_bytes),
	SLOT(PYDETECT_STATUS_WINDOW_BYTES_MAX, U64, event_status,
	     window_bytes_max),
	SLOT(PYDETECT_STATUS_WINDOWS_EVICTED, U64, event_status,
	     windows_evicted),
	SLOT(PYDETECT_STATUS_SAMPLES_LOST, U64, event_status, samples_lost),
	SLOT(PYDETECT_STATUS_LINEAGES, U32, event_status, lineages),
	SLOT(PYDETECT_STATUS_LINEAGES_MAX, U32, event_status, lineages_max),
	SLOT(PYDETECT_STATUS_LINEAGES_LOST, U64, event_status, lineages_lost),
	SLOT(PYDETECT_STATUS_LINEAGES_COMPLETE, U32, event_status,
	     lineages_complete),
	SLOT(PYDETECT_STATUS_LOCK, U32, event_status, lock),
	SLOT(PYDETECT_STATUS_SERIAL, U64, event_status, serial),
	SLOT(PYDETECT_STATUS_SIGNED, U32, event_status, is_signed),
	SLOT(PYDETECT_STATUS_SERIAL_HIGHEST, U64, event_status,
	     serial_highest),
	SLOT(PYDETECT_STATUS_MODE_MAX, U32, event_status, mode_max),
	SLOT(PYDETECT_STATUS_MODE_REASON, U32, event_status, mode_reason),
	SLOT(PYDETECT_STATUS_MODE_SINCE, U64, event_status, mode_since),
	SLOT(PYDETECT_STATUS_CONFIRM_LEFT, U64, event_status, confirm_left),
	SLOT(PYDETECT_STATUS_MODE_LEFT, U64, event_status, mode_left),
	SLOT(PYDETECT_STATUS_FALLBACK_ABOVE, U32, event_status, fallback_above),
	SLOT(PYDETECT_STATUS_DENIED_RECENTLY, U32, event_status,
	     denied_recently),
	SLOT(PYDETECT_STATUS_ON_ERROR, U32, event_status, on_error),
	SLOT(PYDETECT_STATUS_TOOL, U32, event_status, tool),
	SLOT(PYDETECT_STATUS_OVERRIDES, U32, event_status, overrides),
	SLOT(PYDETECT_STATUS_LOST_UNSTORED, U64, event_status, lost_unstored),
	SLOT(PYDETECT_STATUS_LOST_OVERWRITTEN, U64, event_status,
	     lost_overwritten),
	SLOT(PYDETECT_STATUS_LOST_LATE, U64, event_status, lost_late),
	SLOT(PYDETECT_STATUS_EVENTS_BRIEF, U64, event_status, events_brief),
	SLOT(PYDETECT_STATUS_EVENT_BYTES, U64, event_status, event_bytes),
	SLOT(PYDETECT_STATUS_EVENT_BYTES_MAX, U64, event_status,
	     event_bytes_max),
};

/*
 * Room for one more element of an array that grows by powers of two: an array
 * of n elements is full just when n is zero or a power of two.
 */
static void *grow(void *array, size_t nr, size_t size)
{
	if (nr & (nr - 1))
		return array;
	return reallocarray(array, nr ? 2 * nr : 1, size);
}

static int add_string(struct bytes **strings, size_t *nr, struct bytes value)
{
	struct bytes *grown = grow(*strings, *nr, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	*strings = grown;
	if (value.length && !value.data[value.length - 1])
		value.length--;
	grown[(*nr)++] = value;
	return 0;
}

static int add_piece(struct event_process *process, struct bytes nest)
{
	struct event_piece *grown =
		grow(process->pieces, process->nr_pieces, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	process->pieces = grown;
	grown += process->nr_pieces++;
	memset(grown, 0, sizeof(*grown));
	attr_store_all(nest, piece_slots, ARRAY_SIZE(piece_slots), grown);
	return 0;
}

static int decode_process(struct event_process *process, struct bytes nest)
{
	struct attr attr;
	int error = 0;

	while (!error && attr_next(&nest, &attr)) {
		if (attr.type == PYDETECT_PROCESS_ARGS_PIECE)
			error = add_piece(process, attr.value);
		else if (attr_store(&attr, process_slots,
				    ARRAY_SIZE(process_slots), process))
			process->has |= UINT64_C(1) << attr.type;
	}
	return error;
}

static int add_rule(struct event *event, struct bytes nest)
{
	struct event_rule *grown =
		grow(event->rules, event->nr_rules, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	event->rules = grown;
	return event_decode_rule(&grown[event->nr_rules++], nest);
}

static int add_hit(struct event *event, struct bytes nest)
{
	struct event_hit *grown =
		grow(event->hits, event->nr_hits, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	event->hits = grown;
	grown += event->nr_hits++;
	memset(grown, 0, sizeof(*grown));
	attr_store_all(nest, hit_slots, ARRAY_SIZE(hit_slots), grown);
	return 0;
}

static int add_window(struct event *event, struct bytes nest)
{
	struct event_window *grown =
		grow(event->windows, event->nr_windows, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	event->windows = grown;
	return event_decode_window(&grown[event->nr_windows++], nest);
}

static int decode_attribute(struct event *event, const struct attr *attr)
{
	switch (attr->type) {
	case PYDETECT_EVENT_RULE:
		return add_rule(event, attr->value);
	case PYDETECT_EVENT_PROCESS:
		return decode_process(&event->process, attr->value);
	case PYDETECT_EVENT_PARENT:
		return decode_process(&event->parent, attr->value);
	case PYDETECT_EVENT_LINEAGE:
		return decode_process(&event->lineage, attr->value);
	case PYDETECT_EVENT_HIT:
		return add_hit(event, attr->value);
	case PYDETECT_EVENT_WINDOW:
		return add_window(event, attr->value);
	default:
		attr_store(attr, event_slots, ARRAY_SIZE(event_slots), event);
		return 0;
	}
}

/**
 * event_decode - read an event out of a PYDETECT_CMD_EVENT message
 * @event: the event; has to be released with event_free(), on errors too
 * @attributes: the attributes of the message, which @event refers to
 *
 * Attributes of a newer module are passed over.
 *
 * Return: 0, or -ENOMEM.
 */
int event_decode(struct event *event, struct bytes attributes)
{
	struct attr attr;
	int error = 0;

	memset(event, 0, sizeof(*event));
	event->raw = attributes;
	while (!error && attr_next(&attributes, &attr))
		error = decode_attribute(event, &attr);
	return error;
}

/**
 * event_free - release an event
 * @event: the event
 */
void event_free(struct event *event)
{
	size_t i;

	for (i = 0; i < event->nr_rules; i++)
		event_free_rule(&event->rules[i]);
	for (i = 0; i < event->nr_windows; i++)
		event_free_window(&event->windows[i]);
	free(event->windows);
	free(event->rules);
	free(event->process.pieces);
	free(event->parent.pieces);
	free(event->lineage.pieces);
	free(event->hits);
}

/* Of a denial, what denied tells more than what only reports. */
static uint32_t rule_rank(const struct event *event,
			  const struct event_rule *rule)
{
	bool denied = event->denied && rule->action == PYDETECT_ACTION_BLOCK;

	return rule->level + (denied ? PYDETECT_LEVEL_COUNT : 0);
}

/**
 * event_main_rule - the rule that an event is mainly about
 * @event: the event
 *
 * Return: of the rules that denied, if any, else of all of them, the first with
 * the highest level; NULL where no rule matched.
 */
const struct event_rule *event_main_rule(const struct event *event)
{
	const struct event_rule *main_rule = event->rules;
	size_t i;

	if (!event->nr_rules)
		return NULL;
	for (i = 1; i < event->nr_rules; i++)
		if (rule_rank(event, &event->rules[i]) >
		    rule_rank(event, main_rule))
			main_rule = &event->rules[i];
	return main_rule;
}

/**
 * event_decode_rule - read a rule
 * @rule: the rule; has to be released with event_free_rule(), on errors too
 * @attributes: PYDETECT_RULE_ attributes, which @rule refers to
 *
 * Return: 0, or -ENOMEM.
 */
int event_decode_rule(struct event_rule *rule, struct bytes attributes)
{
	struct attr attr;
	int error = 0;

	memset(rule, 0, sizeof(*rule));
	while (!error && attr_next(&attributes, &attr)) {
		if (attr.type == PYDETECT_RULE_TAG)
			error = add_string(&rule->tags, &rule->nr_tags,
					   attr.value);
		else if (attr.type == PYDETECT_RULE_LABEL)
			error = add_string(&rule->labels, &rule->nr_labels,
					   attr.value);
		else
			attr_store(&attr, rule_slots, ARRAY_SIZE(rule_slots),
				   rule);
		if (attr.type == PYDETECT_RULE_FILE_ACTION)
			rule->overridden = true;
	}
	/* A level we do not know comes from a newer module: take notice. */
	if (rule->level >= PYDETECT_LEVEL_COUNT)
		rule->level = PYDETECT_LEVEL_CRITICAL;
	return error;
}

/**
 * event_free_rule - release a rule
 * @rule: the rule
 */
void event_free_rule(struct event_rule *rule)
{
	free(rule->tags);
	free(rule->labels);
}

static int add_group(struct event_window *window, struct bytes nest)
{
	struct event_group *grown =
		grow(window->groups, window->nr_groups, sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	window->groups = grown;
	grown += window->nr_groups++;
	memset(grown, 0, sizeof(*grown));
	attr_store_all(nest, group_slots, ARRAY_SIZE(group_slots), grown);
	return 0;
}

static int add_value(struct event_window *window, struct bytes value)
{
	const size_t nr = window->nr_values;
	struct bytes *values = grow(window->values, nr, sizeof(*values));
	uint64_t *times;

	if (!values)
		return -ENOMEM;
	window->values = values;
	times = grow(window->times, nr, sizeof(*times));
	if (!times)
		return -ENOMEM;
	window->times = times;
	values[nr] = value;
	times[nr] = 0;
	window->nr_values++;
	return 0;
}

/* It comes behind the value that it is about. */
static void set_time(struct event_window *window, struct bytes value)
{
	uint64_t *time = window->times + window->nr_values - 1;

	if (window->nr_values && value.length == sizeof(*time))
		memcpy(time, value.data, sizeof(*time));
}

/**
 * event_decode_window - read a window
 * @window: the window; has to be released with event_free_window(), on errors
 *	too
 * @attributes: PYDETECT_WINDOW_ attributes, which @window refers to
 *
 * Return: 0, or -ENOMEM.
 */
int event_decode_window(struct event_window *window, struct bytes attributes)
{
	struct attr attr;
	int error = 0;

	memset(window, 0, sizeof(*window));
	while (!error && attr_next(&attributes, &attr)) {
		if (attr.type == PYDETECT_WINDOW_GROUP)
			error = add_group(window, attr.value);
		else if (attr.type == PYDETECT_WINDOW_VALUE)
			error = add_value(window, attr.value);
		else if (attr.type == PYDETECT_WINDOW_VALUE_TIME)
			set_time(window, attr.value);
		else
			attr_store(&attr, window_slots,
				   ARRAY_SIZE(window_slots), window);
	}
	return error;
}

/**
 * event_free_window - release a window
 * @window: the window
 */
void event_free_window(struct event_window *window)
{
	free(window->groups);
	free(window->values);
	free(window->times);
}

/**
 * event_decode_lost - read a PYDETECT_CMD_LOST message
 * @gap: which events will not come
 * @attributes: the attributes of the message
 */
void event_decode_lost(struct event_gap *gap, struct bytes attributes)
{
	memset(gap, 0, sizeof(*gap));
	attr_store_all(attributes, lost_slots, ARRAY_SIZE(lost_slots), gap);
}

/**
 * event_decode_reader - read a PYDETECT_CMD_READERS message
 * @reader: the reader; refers to @attributes
 * @attributes: the attributes of the message
 */
void event_decode_reader(struct event_reader *reader, struct bytes attributes)
{
	memset(reader, 0, sizeof(*reader));
	attr_store_all(attributes, reader_slots, ARRAY_SIZE(reader_slots),
		       reader);
}

/* As much as there is room for; the kernel's strings end with a NUL. */
static void copy_text(char *text, size_t room, struct bytes value)
{
	size_t length = value.length;

	if (length >= room)
		length = room - 1;
	memcpy(text, value.data, length);
	text[length] = '\0';
}

/**
 * event_decode_status - read the answer to PYDETECT_CMD_STATUS
 * @status: the status; keeps nothing of the message
 * @attributes: the attributes of the message
 */
void event_decode_status(struct event_status *status, struct bytes attributes)
{
	struct attr attr;

	memset(status, 0, sizeof(*status));
	while (attr_next(&attributes, &attr)) {
		if (attr.type == PYDETECT_STATUS_CONFIRM_LEFT)
			status->unconfirmed = true;
		if (attr.type == PYDETECT_STATUS_MODE_LEFT)
			status->limited = true;
		if (attr.type == PYDETECT_STATUS_VERSION)
			copy_text(status->version, sizeof(status->version),
				  attr.value);
		else if (attr.type != PYDETECT_STATUS_CERTIFICATE)
			attr_store(&attr, status_slots,
				   ARRAY_SIZE(status_slots), status);
		else if (status->nr_certificates < EVENT_CERTIFICATES_MAX)
			copy_text(status->certificates[status->nr_certificates++],
				  EVENT_CERTIFICATE_BYTES, attr.value);
	}
}

/**
 * event_mode_name - what a mode is called
 * @mode: enum pydetect_mode
 *
 * Return: the name, as `pydetectctl mode` takes it.
 */
const char *event_mode_name(uint32_t mode)
{
	static const char *const names[] = {
		[PYDETECT_MODE_OFF] = "off",
		[PYDETECT_MODE_REPORT] = "report",
		[PYDETECT_MODE_BLOCK] = "block",
	};

	return mode < ARRAY_SIZE(names) ? names[mode] : "unknown";
}

/**
 * event_reason_name - why the mode changed
 * @reason: enum pydetect_reason
 *
 * Return: a word for machines.
 */
const char *event_reason_name(uint32_t reason)
{
	static const char *const names[] = {
		[PYDETECT_REASON_START] = "start",
		[PYDETECT_REASON_COMMAND] = "command",
		[PYDETECT_REASON_UNCONFIRMED] = "unconfirmed",
		[PYDETECT_REASON_TIME_OVER] = "time-over",
		[PYDETECT_REASON_TOO_MANY] = "too-many-denials",
	};

	return reason < ARRAY_SIZE(names) ? names[reason] : "unknown";
}

/**
 * event_on_error_name - what becomes of starts that cannot be judged
 * @on_error: enum pydetect_on_error
 *
 * Return: the name, as `pydetectctl mode --on-error` takes it.
 */
const char *event_on_error_name(uint32_t on_error)
{
	return on_error == PYDETECT_ON_ERROR_DENY ? "deny" : "allow";
}
