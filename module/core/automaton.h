/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_CORE_AUTOMATON_H
#define PYDETECT_CORE_AUTOMATON_H

#include "exec.h"

/**
 * struct pydetect_stream - one automaton on its way through one field
 * @automaton: the automaton
 * @classes: class of each byte
 * @cells: rows of its dense states
 * @links: links of its sparse states
 * @fallbacks: its fallbacks
 * @plain: states below have a row and do not accept
 * @dense: states below have a row
 * @state: where it is
 * @offset: bytes of the field read so far
 *
 * A state's outputs are collected when the byte after it is known, because a
 * word edge depends on that byte. So the state at the end of one piece is
 * looked at when the next piece begins, and nothing is ever read twice.
 */
struct pydetect_stream {
	const struct pydetect_image_automaton *automaton;
	const u8 *classes;
	const u32 *cells;
	const u32 *links;
	const struct pydetect_image_fallback *fallbacks;
	u32 plain;
	u32 dense;
	u32 state;
	u64 offset;
};

void pydetect_stream_start(struct pydetect_stream *stream,
			   const struct pydetect_view *view, u32 index);
void pydetect_stream_feed(struct pydetect_stream *stream,
			  struct pydetect_exec *exec, const u8 *bytes,
			  size_t count);
void pydetect_stream_finish(struct pydetect_stream *stream,
			    struct pydetect_exec *exec);
void pydetect_walk(struct pydetect_exec *exec, enum pydetect_field field,
		   const void *bytes, size_t count);

#endif /* PYDETECT_CORE_AUTOMATON_H */
