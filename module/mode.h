/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_MODE_H
#define PYDETECT_MODE_H

#include <linux/compiler.h>
#include <linux/types.h>

#include "uapi/pydetect.h"

/**
 * struct mode_request - what a command changes
 * @set_mode: it changes the mode to @mode
 * @set_limit: it changes the limit of denials to @limit
 * @set_on_error: it changes what becomes of starts that cannot be judged
 * @mode: the mode
 * @confirm_within: s until it has to be confirmed, 0: it has not
 * @lasts: s until it ends, 0: it does not
 * @limit: denials a minute, 0: there is no limit
 * @on_error: what becomes of them
 */
struct mode_request {
	bool set_mode;
	bool set_limit;
	bool set_on_error;
	enum pydetect_mode mode;
	u32 confirm_within;
	u32 lasts;
	u32 limit;
	enum pydetect_on_error on_error;
};

/**
 * struct mode_status - the mode and all that belongs to it
 * @mode: the mode
 * @highest: the highest that may be set
 * @reason: why it last changed
 * @since: when, ns since 1970
 * @unconfirmed: it waits to be confirmed
 * @limited: it ends by itself
 * @confirm_left: ns until it has to be confirmed
 * @left: ns until it ends
 * @limit: denials a minute, 0: there is no limit
 * @recent: denials in the last minute, where there is a limit
 * @on_error: what becomes of starts that cannot be judged
 */
struct mode_status {
	enum pydetect_mode mode;
	enum pydetect_mode highest;
	enum pydetect_reason reason;
	u64 since;
	bool unconfirmed;
	bool limited;
	u64 confirm_left;
	u64 left;
	u32 limit;
	u32 recent;
	enum pydetect_on_error on_error;
};

/* For mode_now() only. */
extern enum pydetect_mode mode_in_force;

/** mode_now - the mode in force */
static inline enum pydetect_mode mode_now(void)
{
	return READ_ONCE(mode_in_force);
}

void mode_init(void);
void mode_stop(void);
int mode_request(const struct mode_request *request, const char **reason);
int mode_confirm(const char **reason);
bool mode_deny(void);
bool mode_denies_errors(void);
void mode_status(struct mode_status *status);

#endif /* PYDETECT_MODE_H */
