/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From the rules that matched one program start to the correlations that hold.
 */
#ifndef PYDETECT_CORE_CORRELATE_H
#define PYDETECT_CORE_CORRELATE_H

#include "exec.h"
#include "siphash.h"
#include "window.h"

/**
 * struct pydetect_correlator - the world around the correlations
 * @secret: key of all hashes
 * @time: of the program start, in nanoseconds
 * @caller: see struct pydetect_sample
 * @again: see struct pydetect_sample
 * @context: for the functions
 * @digest: the hash of a field, or false where the start does not have it
 * @sample: add a sample to the window with a key, and judge the window, with
 *	pydetect_window_judge(); false where that was not possible
 * @look: how the window with a key stands, with pydetect_window_look(); false
 *	where there is none
 *
 * The functions may sleep.
 */
struct pydetect_correlator {
	const struct pydetect_secret *secret;
	u64 time;
	u64 caller;
	bool again;
	void *context;
	bool (*digest)(void *context, enum pydetect_field field, u64 *digest);
	bool (*sample)(void *context, u32 correlation, u64 key,
		       const struct pydetect_sample *sample, u64 also,
		       struct pydetect_window_state *state);
	bool (*look)(void *context, u32 correlation, u64 key, u64 time,
		     struct pydetect_window_state *state);
};

bool pydetect_feeds_any(const struct pydetect_exec *exec);
void pydetect_correlate(struct pydetect_exec *exec,
			const struct pydetect_correlator *correlator);

#endif /* PYDETECT_CORE_CORRELATE_H */
