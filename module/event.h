/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_EVENT_H
#define PYDETECT_EVENT_H

#include <linux/types.h>

#include "uapi/pydetect.h"

struct policy;
struct pydetect_view;
struct scratch;
struct sk_buff;

/**
 * struct event - what there is to tell of a program start
 * @policy: what it was judged by
 * @scratch: fields and matched rules; NULL if there was no memory to judge
 * @mode: mode at the time
 * @denied: execve() fails
 * @exempt: it would, were it not for who starts what
 * @error: errno, positive: it could not be judged; zero: it was
 */
struct event {
	const struct policy *policy;
	struct scratch *scratch;
	enum pydetect_mode mode;
	bool denied;
	bool exempt;
	int error;
};

void event_publish(const struct event *event);
u64 event_briefs(void);
int event_put_head(struct sk_buff *message, const struct pydetect_view *view,
		   u32 number);
int event_put_rule(struct sk_buff *message, const struct pydetect_view *view,
		   u32 number);

#endif /* PYDETECT_EVENT_H */
