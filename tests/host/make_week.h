/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A week on a server, as the module would have told of it.
 */
#ifndef PYDETECT_TESTS_MAKE_WEEK_H
#define PYDETECT_TESTS_MAKE_WEEK_H

#include "../../ctl/event.h"

/**
 * struct make_week - what happened
 * @until: when it ends, ns since 1970
 * @quiet: events besides the incidents
 * @event: is handed each event, the oldest first; what it returns ends the week
 *	where it is not zero
 * @context: handed to it
 */
struct make_week {
	uint64_t until;
	uint64_t quiet;
	int (*event)(const struct event *event, void *context);
	void *context;
};

int make_week(const struct make_week *week);

#endif /* PYDETECT_TESTS_MAKE_WEEK_H */
