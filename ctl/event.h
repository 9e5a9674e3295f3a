/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the module tells, as plain C: an event, a rule, its own status.
 *
 * All struct bytes in here lie in the message that was decoded and live as
 * long as it does.
 */
#ifndef PYDETECT_CTL_EVENT_H
#define PYDETECT_CTL_EVENT_H

#include <stdbool.h>

#include "bytes.h"

/**
 * struct event_rule - a rule that matched, or one of a dump
 * @id: its id
 * @title: its title
 * @author: its author, may be missing
 * @level: enum pydetect_level
 * @action: enum pydetect_action, what it does
 * @file_action: what its file says, where @overridden
 * @overridden: it was set, whatever its file says
 * @tags: its tags
 * @nr_tags: how many
 * @labels: names that this match carries; in a dump all that it may carry
 * @nr_labels: how many
 * @correlation: it is a correlation
 * @silent: in a dump: it only feeds correlations
 * @matched: in a dump: how often it matched
 * @denied: in a dump: how often it denied
 */
struct event_rule {
	struct bytes id;
	struct bytes title;
	struct bytes author;
	uint32_t level;
	uint32_t action;
	uint32_t file_action;
	bool overridden;
	struct bytes *tags;
	size_t nr_tags;
	struct bytes *labels;
	size_t nr_labels;
	bool correlation;
	bool silent;
	uint64_t matched;
	uint64_t denied;
};

/**
 * struct event_piece - a piece of argv
 * @offset: where it stands in argv
 * @data: its bytes; NUL stands between arguments
 */
struct event_piece {
	uint64_t offset;
	struct bytes data;
};

/**
 * struct event_process - a process of an event
 * @has: bit n: attribute n of PYDETECT_PROCESS_ was there
 * @pid: and so on: see the attributes in uapi/pydetect.h
 * @pieces: pieces of argv, ascending
 * @nr_pieces: how many
 */
struct event_process {
	uint64_t has;
	uint32_t pid;
	uint32_t thread;
	uint32_t uid;
	uint32_t gid;
	uint32_t euid;
	uint32_t login_uid;
	uint32_t session;
	uint32_t arg_count;
	uint32_t pid_namespace;
	uint32_t mount_namespace;
	uint64_t start;
	uint64_t args_length;
	struct bytes name;
	struct bytes image;
	struct bytes invoked;
	struct bytes directory;
	struct bytes build_id;
	struct bytes cgroup;
	bool deleted;
	bool unverified;
	struct event_piece *pieces;
	size_t nr_pieces;
};

/**
 * struct event_hit - where a predicate became true
 * @field: enum pydetect_field
 * @length: bytes of the text, zero where not known
 * @offset: of its first byte; of its end where the length is not known
 * @text: the predicate, readable
 */
struct event_hit {
	uint32_t field;
	uint32_t length;
	uint64_t offset;
	struct bytes text;
};

/**
 * struct event_group - a field that tells windows apart, and its value
 * @field: enum pydetect_field
 * @text: the value, shortened
 * @pid: instead: a process
 * @start: when that started, ns since boot; zero where it is a text
 */
struct event_group {
	uint32_t field;
	struct bytes text;
	uint32_t pid;
	uint64_t start;
};

/**
 * struct event_window - a window of a correlation
 * @id: the correlation's id
 * @title: the correlation's title
 * @count: and so on: see PYDETECT_WINDOW_ in uapi/pydetect.h
 * @groups: what tells it from others
 * @nr_groups: how many
 * @values: the newest last
 * @times: when each of them was last seen, ns since boot; zero where not known
 * @nr_values: how many
 */
struct event_window {
	struct bytes id;
	struct bytes title;
	uint32_t count;
	uint32_t needed;
	uint32_t type;
	uint32_t field;
	bool alert;
	uint64_t first;
	uint64_t last;
	uint64_t timespan;
	struct event_group *groups;
	size_t nr_groups;
	struct bytes *values;
	uint64_t *times;
	size_t nr_values;
};

/**
 * struct event - one event
 * @number: from 1, without gaps
 * @time: ns since 1970
 * @boot_time: ns since boot
 * @generation: of the policy that judged
 * @mode: enum pydetect_mode
 * @pass: 1, and more for interpreters
 * @error: errno where it could not be judged, otherwise zero
 * @denied: execve() failed with EPERM
 * @exempt: it would have, were it not for who started what
 * @brief: there was no room to tell everything
 * @rules: rules that matched
 * @nr_rules: how many
 * @process: the process that called execve(), and what it would become
 * @parent: its parent
 * @lineage: nearest process that rules ask for and that it descends from;
 *	without any attribute where there is none
 * @hits: predicates, in the order in which they became true
 * @nr_hits: how many
 * @windows: of the correlations that hold
 * @nr_windows: how many
 * @raw: the attributes that all this was read from
 *
 * Initialised by event_decode() and released by event_free().
 */
struct event {
	uint64_t number;
	uint64_t time;
	uint64_t boot_time;
	uint64_t generation;
	uint32_t mode;
	uint32_t pass;
	uint32_t error;
	bool denied;
	bool exempt;
	bool brief;
	struct event_rule *rules;
	size_t nr_rules;
	struct event_process process;
	struct event_process parent;
	struct event_process lineage;
	struct event_hit *hits;
	size_t nr_hits;
	struct event_window *windows;
	size_t nr_windows;
	struct bytes raw;
};

/**
 * struct event_gap - events that will not come
 * @first: number of the first one
 * @count: how many; zero where nothing is missing
 * @unstored: of these: there was no memory for them
 * @overwritten: of these: newer ones took their place before we got that far
 * @late: of these: they were gone when we asked for them
 *
 * Where the module did not say why, the last three do not add up to @count.
 */
struct event_gap {
	uint64_t first;
	uint64_t count;
	uint64_t unstored;
	uint64_t overwritten;
	uint64_t late;
};

/**
 * struct event_reader - somebody who is told of events
 * @name: comm of the process that subscribed
 * @full: it could take nothing when tried
 * @pid: and so on: see PYDETECT_READER_ in uapi/pydetect.h
 */
struct event_reader {
	struct bytes name;
	bool full;
	uint32_t port;
	uint32_t pid;
	uint64_t first;
	uint64_t next;
	uint64_t behind;
	uint64_t delivered;
	uint64_t unstored;
	uint64_t overwritten;
	uint64_t late;
};

/* Certificates of a module that are shown, and how much of the name of each. */
#define EVENT_CERTIFICATES_MAX 8
#define EVENT_CERTIFICATE_BYTES 192

/**
 * struct event_status - the module's own state
 * @version: version of the module
 * @certificates: what the certificates are called whose signatures count
 * @nr_certificates: how many
 * @unconfirmed: @confirm_left was there
 * @limited: @mode_left was there
 * @mode: and so on: see PYDETECT_STATUS_ in uapi/pydetect.h
 */
struct event_status {
	char version[64];
	char certificates[EVENT_CERTIFICATES_MAX][EVENT_CERTIFICATE_BYTES];
	uint32_t nr_certificates;
	uint32_t lock;
	uint32_t is_signed;
	uint64_t serial;
	uint64_t serial_highest;
	bool unconfirmed;
	bool limited;
	uint32_t mode;
	uint32_t mode_max;
	uint32_t mode_reason;
	uint32_t fallback_above;
	uint32_t denied_recently;
	uint32_t on_error;
	uint32_t tool;
	uint32_t overrides;
	uint64_t mode_since;
	uint64_t confirm_left;
	uint64_t mode_left;
	uint32_t hook;
	uint32_t rules;
	uint32_t image_bytes;
	uint32_t readers;
	uint32_t lineages;
	uint32_t lineages_max;
	uint32_t lineages_complete;
	uint64_t generation;
	uint64_t image_checksum;
	uint64_t loaded_at;
	uint64_t execs;
	uint64_t matched;
	uint64_t denied;
	uint64_t errors;
	uint64_t event_next;
	uint64_t event_oldest;
	uint64_t events_unstored;
	uint64_t events_lost;
	uint64_t lost_unstored;
	uint64_t lost_overwritten;
	uint64_t lost_late;
	uint64_t events_brief;
	uint64_t event_bytes;
	uint64_t event_bytes_max;
	uint32_t correlations;
	uint32_t windows;
	uint32_t windows_max;
	uint64_t window_bytes;
	uint64_t window_bytes_max;
	uint64_t windows_evicted;
	uint64_t samples_lost;
	uint64_t lineages_lost;
};

/** event_process_has - was attribute @type of a process there? */
static inline bool event_process_has(const struct event_process *process,
				     unsigned int type)
{
	return process->has >> type & 1;
}

int event_decode(struct event *event, struct bytes attributes);
void event_free(struct event *event);
const struct event_rule *event_main_rule(const struct event *event);
int event_decode_rule(struct event_rule *rule, struct bytes attributes);
void event_free_rule(struct event_rule *rule);
int event_decode_window(struct event_window *window, struct bytes attributes);
void event_free_window(struct event_window *window);
void event_decode_lost(struct event_gap *gap, struct bytes attributes);
void event_decode_reader(struct event_reader *reader, struct bytes attributes);
void event_decode_status(struct event_status *status, struct bytes attributes);
const char *event_mode_name(uint32_t mode);
const char *event_reason_name(uint32_t reason);
const char *event_on_error_name(uint32_t on_error);

#endif /* PYDETECT_CTL_EVENT_H */
