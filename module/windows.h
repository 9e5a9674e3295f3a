/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_WINDOWS_H
#define PYDETECT_WINDOWS_H

#include "core/window.h"

struct sk_buff;

#define WINDOW_TEXT_MAX 512
#define WINDOW_GROUP_TEXT_MAX 256

/**
 * struct window_text - a value to show with an alert
 * @value: its hash; equal texts have equal ones
 * @time: when it was last seen; set by windows_sample()
 * @length: bytes of @bytes
 * @bytes: the first WINDOW_TEXT_MAX of them
 */
struct window_text {
	u64 value;
	u64 time;
	u32 length;
	char bytes[];
};

/**
 * struct window_group - what tells a window from others, for one field
 * @field: enum pydetect_field
 * @pid: where the field is a process: its id
 * @start: and when it started, in ns since boot
 * @length: otherwise: bytes of @text
 * @text: the value, shortened
 */
struct window_group {
	u32 field;
	u32 pid;
	u64 start;
	u32 length;
	char text[WINDOW_GROUP_TEXT_MAX];
};

/**
 * struct window_request - what one program start tells one window
 * @correlation: whose window
 * @key: which
 * @sample: what to add
 * @also: see pydetect_window_judge()
 * @text: from kmalloc(), taken over; or NULL
 * @describe: fills in element @index of the window's groups; only called for
 *	a window that is new, may sleep
 * @context: for @describe
 */
struct window_request {
	const struct pydetect_image_correlation *correlation;
	u64 key;
	const struct pydetect_sample *sample;
	u64 also;
	struct window_text *text;
	void (*describe)(void *context, u32 index, struct window_group *group);
	void *context;
};

/**
 * struct windows_status - how the table stands
 * @count: windows
 * @bytes: memory they take
 * @max: most windows there may be
 * @bytes_max: most memory they may take
 * @evicted: windows that had to go before their time
 * @lost: samples there was no memory for
 */
struct windows_status {
	u32 count;
	u32 max;
	u64 bytes;
	u64 bytes_max;
	u64 evicted;
	u64 lost;
};

/**
 * struct windows_place - where a dump of the table stands
 * @shard: number of the shard
 * @index: how many of its windows were dumped
 */
struct windows_place {
	u32 shard;
	u32 index;
};

void windows_init(void);
void windows_destroy(void);
bool windows_sample(const struct window_request *request,
		    struct pydetect_window_state *state);
bool windows_look(const struct pydetect_image_correlation *correlation,
		  u64 key, u64 time, struct pydetect_window_state *state);
void windows_status(struct windows_status *status);
int windows_put(struct sk_buff *message, const struct pydetect_view *view,
		const struct pydetect_image_correlation *correlation, u64 key,
		bool with_values);
int windows_put_next(struct sk_buff *message, const struct pydetect_view *view,
		     struct windows_place *place);

#endif /* PYDETECT_WINDOWS_H */
