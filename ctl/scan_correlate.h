/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What recorded program starts have to do with each other.
 */
#ifndef PYDETECT_CTL_SCAN_CORRELATE_H
#define PYDETECT_CTL_SCAN_CORRELATE_H

#include "build_memory.h"
#include "scan.h"
#include "../module/core/correlate.h"

/* Values that an alert shows, and how much of each: as in the kernel. */
#define SCAN_VALUES 16u
#define SCAN_VALUE_BYTES 512u

/**
 * struct scan_value - a value of a window, to be shown
 * @digest: its hash
 * @time: when it was last seen
 * @text: its first SCAN_VALUE_BYTES, owned
 */
struct scan_value {
	uint64_t digest;
	uint64_t time;
	struct bytes text;
};

/**
 * struct scan_window - a window and what is shown of it
 * @key: its key
 * @correlation: whose it is
 * @count: as Sigma's condition saw it at the last sample
 * @values: the newest values, oldest first
 * @nr_values: how many
 * @window: as the core knows it
 */
struct scan_window {
	uint64_t key;
	uint32_t correlation;
	uint32_t count;
	struct scan_value values[SCAN_VALUES];
	size_t nr_values;
	struct pydetect_window window;
};

/**
 * struct scan_correlator - the windows of a recording
 * @view: the policy
 * @windows: all windows there have been
 * @map: from the hash of a window's key to its number
 * @event: the program start that is being looked at
 * @nr_events: program starts so far
 * @nr_timeless: those that would have counted, had they a time
 * @failed: out of memory
 */
struct scan_correlator {
	const struct pydetect_view *view;
	BUILD_LIST(struct scan_window *) windows;
	struct build_map map;
	const struct scan_event *event;
	uint64_t nr_events;
	uint64_t nr_timeless;
	bool failed;
};

void scan_correlator_init(struct scan_correlator *correlator,
			  const struct pydetect_view *view);
void scan_correlator_free(struct scan_correlator *correlator);
int scan_correlate(struct scan_correlator *correlator,
		   struct pydetect_exec *exec, const struct scan_event *event);
struct scan_window *scan_find_window(const struct scan_correlator *correlator,
				     uint32_t number, uint64_t key);
struct bytes scan_correlate_value(const struct scan_event *event,
				  enum pydetect_field field,
				  char digits[SCAN_DIGITS]);

/* scan_alert.c */
void scan_alert(const struct scan_correlator *correlator,
		const struct pydetect_exec *exec,
		const struct pydetect_finding *finding,
		struct json_object *object);

/* scan_lineage.c */
/**
 * struct scan_lineage - which ancestor a process has that rules ask for
 * @process: the process's identity
 * @parent: its parent's: another parent makes the same number another process
 * @guid: identity of the ancestor; no data where there is none
 * @image: its file
 * @invoked: the path that was given for it; no data where not known
 * @build_id: the build id of that; no data where not known
 *
 * Owns all of the texts.
 */
struct scan_lineage {
	struct bytes process;
	struct bytes parent;
	struct bytes guid;
	struct bytes image;
	struct bytes invoked;
	struct bytes build_id;
};

/**
 * struct scan_lineages - the processes of a recording that are followed
 * @view: the policy
 * @items: the processes
 * @map: from the hash of an identity to its number
 */
struct scan_lineages {
	const struct pydetect_view *view;
	BUILD_LIST(struct scan_lineage) items;
	struct build_map map;
};

void scan_lineages_init(struct scan_lineages *lineages,
			const struct pydetect_view *view);
void scan_lineages_free(struct scan_lineages *lineages);
void scan_lineage_find(const struct scan_lineages *lineages,
		       struct pydetect_exec *exec, struct scan_event *event);
int scan_lineage_keep(struct scan_lineages *lineages,
		      const struct pydetect_exec *exec,
		      struct scan_event *event);

#endif /* PYDETECT_CTL_SCAN_CORRELATE_H */
