// SPDX-License-Identifier: GPL-2.0-only
/*
 * Walking the automata of a policy over the bytes of a field.
 *
 * The tables were proved by verify.c, so nothing is checked here: every state
 * is in range, every list of edges and of outputs is bounded. In a plain state,
 * one that has a row and does not accept, a byte costs one comparison, one load
 * of its class and one of the next state; in a sparse state at most
 * PYDETECT_FALLBACK_EDGES_MAX comparisons more.
 */
#include "automaton.h"

static u32 link_of(const struct pydetect_stream *stream, u32 state)
{
	return stream->links[state - stream->dense];
}

static bool accepts(const struct pydetect_stream *stream, u32 state)
{
	if (state < stream->dense)
		return state >= stream->plain;
	return (link_of(stream, state) & PYDETECT_PAIR_MASK) >=
	       stream->automaton->accepting;
}

static u32 step_sparse(const struct pydetect_stream *stream, const u32 *edges,
		       u32 state, u32 class)
{
	const u32 link = link_of(stream, state);
	const struct pydetect_image_fallback *fallback;
	const u32 *edge, *end;

	if (link >> PYDETECT_PAIR_BITS == class)
		return state + 1;
	fallback = &stream->fallbacks[link & PYDETECT_PAIR_MASK];
	edge = edges + fallback->edges;
	end = edge + (fallback->row >> PYDETECT_PAIR_BITS);
	for (; edge < end; edge++)
		if (*edge >> PYDETECT_PAIR_BITS == class)
			return *edge & PYDETECT_PAIR_MASK;
	return stream->cells[(fallback->row & PYDETECT_PAIR_MASK) + class];
}

static u32 step(const struct pydetect_stream *stream, const u32 *edges,
		u32 state, u32 class)
{
	if (state < stream->dense)
		return stream->cells[state + class];
	return step_sparse(stream, edges, state, class);
}

/*
 * Follow plain states, which is nearly all that ever happens. Returns how many
 * bytes were read: fewer than @count when another state was reached. Four bytes
 * are read for each look at the end of the piece.
 */
static size_t follow_plain(const struct pydetect_stream *stream,
			   const u8 *bytes, size_t count, u32 *state)
{
	const u8 *classes = stream->classes;
	const u32 *cells = stream->cells;
	const size_t plain = stream->plain;
	size_t at = *state;
	size_t i = 0;

#define FOLLOW_ONE()							\
	do {								\
		if (at >= plain)					\
			goto out;					\
		at = cells[at + classes[bytes[i]]];			\
		i++;							\
	} while (0)

	while (count - i >= 4) {
		FOLLOW_ONE();
		FOLLOW_ONE();
		FOLLOW_ONE();
		FOLLOW_ONE();
	}
	while (i < count)
		FOLLOW_ONE();
#undef FOLLOW_ONE
out:
	*state = at;
	return i;
}

static bool is_word(u8 byte)
{
	return (u8)((byte | 0x20) - 'a') < 26 || (u8)(byte - '0') < 10;
}

/* First output of an accepting state. */
static const struct pydetect_image_output *
outputs_of(const struct pydetect_stream *stream,
	   const struct pydetect_view *view, u32 state)
{
	const struct pydetect_image_automaton *automaton = stream->automaton;
	u32 list;

	if (state < stream->dense)
		list = automaton->fallbacks.count +
		       (state - stream->plain) / automaton->classes;
	else
		list = link_of(stream, state) & PYDETECT_PAIR_MASK;
	list -= automaton->accepting;
	return view->outputs + view->lists[automaton->lists + list];
}

/*
 * Collect the outputs of an accepting state. @word_follows: the next byte is a
 * letter or a digit. @end: offset behind the symbol that led to the state.
 */
static void collect(const struct pydetect_stream *stream,
		    struct pydetect_exec *exec, u32 state, bool word_follows,
		    u64 end)
{
	const struct pydetect_image_output *output =
		outputs_of(stream, exec->view, state);

	/* What was decoded is nowhere. */
	if (stream->automaton->field == PYDETECT_FIELD_COMMAND_LINE_DECODED)
		end = 0;
	for (;; output++) {
		if (!word_follows || !(output->flags & PYDETECT_OUTPUT_WORD_END))
			pydetect_exec_hold(exec, output, end);
		if (output->flags & PYDETECT_OUTPUT_LAST)
			break;
	}
}

/**
 * pydetect_stream_start - put an automaton in front of a field
 * @stream: the stream to initialise
 * @view: the policy
 * @index: number of the automaton
 */
void pydetect_stream_start(struct pydetect_stream *stream,
			   const struct pydetect_view *view, u32 index)
{
	const struct pydetect_image_automaton *automaton =
		&view->automata[index];

	stream->automaton = automaton;
	stream->classes = view->classes + 256 * index;
	stream->cells = view->cells + automaton->cells;
	stream->links = view->links + automaton->links;
	stream->fallbacks = view->fallbacks + automaton->fallbacks.first;
	stream->plain = automaton->plain;
	stream->dense = automaton->dense;
	stream->state = step(stream, view->edges, automaton->start,
			     automaton->edge);
	stream->offset = 0;
}

/**
 * pydetect_stream_feed - read the next bytes of the field
 * @stream: the stream
 * @exec: where hits go
 * @bytes: the bytes, only read once
 * @count: how many; how a field is cut into pieces makes no difference
 */
void pydetect_stream_feed(struct pydetect_stream *stream,
			  struct pydetect_exec *exec, const u8 *bytes,
			  size_t count)
{
	const u32 *edges = exec->view->edges;
	u32 state = stream->state;
	size_t i = follow_plain(stream, bytes, count, &state);

	while (i < count) {
		if (accepts(stream, state))
			collect(stream, exec, state, is_word(bytes[i]),
				stream->offset + i);
		state = step(stream, edges, state, stream->classes[bytes[i]]);
		i++;
		i += follow_plain(stream, bytes + i, count - i, &state);
	}
	stream->state = state;
	stream->offset += count;
}

/**
 * pydetect_stream_finish - the field ends here
 * @stream: the stream; may only be started again afterwards
 * @exec: where hits go
 */
void pydetect_stream_finish(struct pydetect_stream *stream,
			    struct pydetect_exec *exec)
{
	const u32 edge = stream->automaton->edge;

	if (accepts(stream, stream->state))
		collect(stream, exec, stream->state, false, stream->offset);
	stream->state = step(stream, exec->view->edges, stream->state, edge);
	if (accepts(stream, stream->state))
		collect(stream, exec, stream->state, false, stream->offset + 1);
}

/**
 * pydetect_walk - a field that lies in memory as a whole
 * @exec: the exec, which is told that it has the field
 * @field: the field
 * @bytes: its value
 * @count: length of the value
 */
void pydetect_walk(struct pydetect_exec *exec, enum pydetect_field field,
		   const void *bytes, size_t count)
{
	struct pydetect_image_extent run = exec->view->field_automata[field];
	struct pydetect_stream stream;
	u32 i;

	pydetect_exec_present(exec, field);
	for (i = 0; i < run.count; i++) {
		pydetect_stream_start(&stream, exec->view, run.first + i);
		pydetect_stream_feed(&stream, exec, bytes, count);
		pydetect_stream_finish(&stream, exec);
	}
}
