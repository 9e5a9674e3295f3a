// SPDX-License-Identifier: GPL-2.0-only
/*
 * Walking the automata of a policy over the bytes of a field.
 *
 * The tables were proved by verify.c, so nothing is checked here: every state
 * is in range, every list of edges and of outputs is bounded. In a plain state,
 * one that has a row and does not accept, a byte costs one load of its class,
 * one of the next state and one comparison; a sparse state adds at most
 * PYDETECT_SPARSE_EDGES_MAX comparisons.
 */
#include "automaton.h"

/* Both ends of the numbering accept: below the span the difference wraps. */
static bool accepts(const struct pydetect_stream *stream, u32 state)
{
	return state - stream->plain >= stream->silent;
}

static u32 step_sparse(const struct pydetect_stream *stream, const u32 *edges,
		       u32 state, u32 class)
{
	const struct pydetect_image_sparse *sparse =
		stream->sparse + (state - stream->dense);
	u32 i;

	for (i = sparse[0].edges; i < sparse[1].edges; i++)
		if (edges[i] >> PYDETECT_EDGE_STATE_BITS == class)
			return edges[i] & PYDETECT_EDGE_STATE_MASK;
	return stream->cells[sparse->fallback * stream->row + class];
}

static u32 step(const struct pydetect_stream *stream, const u32 *edges,
		u32 state, u32 class)
{
	if (state < stream->dense)
		return stream->cells[state * stream->row + class];
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
	const u32 first = stream->plain;
	const u32 span = stream->dense - first;
	const u32 row = stream->row;
	u32 at = *state;
	size_t i = 0;

#define FOLLOW_ONE()							\
	do {								\
		if (at - first >= span)					\
			goto out;					\
		at = cells[at * row + classes[bytes[i]]];		\
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

/*
 * Collect the outputs of an accepting state. @word_follows: the next byte is a
 * letter or a digit. @end: offset behind the symbol that led to the state.
 */
static void collect(const struct pydetect_image_automaton *automaton,
		    struct pydetect_exec *exec, u32 state, bool word_follows,
		    u64 end)
{
	const struct pydetect_view *view = exec->view;
	const u32 *lists = view->lists + automaton->accept_lists;
	u32 i;

	if (state >= automaton->accept_dense)
		state -= automaton->accept_sparse - automaton->accept_dense;
	for (i = lists[state]; i < lists[state + 1]; i++) {
		const struct pydetect_image_output *output = &view->outputs[i];

		if (word_follows && output->flags & PYDETECT_OUTPUT_WORD_END)
			continue;
		pydetect_exec_hold(exec, output, end);
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
	stream->sparse = view->sparse + automaton->sparse;
	stream->row = automaton->classes;
	stream->dense = automaton->dense;
	stream->plain = automaton->accept_dense;
	stream->silent = automaton->accept_sparse - automaton->accept_dense;
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
			collect(stream->automaton, exec, state,
				is_word(bytes[i]), stream->offset + i);
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
	const struct pydetect_image_automaton *automaton = stream->automaton;

	if (accepts(stream, stream->state))
		collect(automaton, exec, stream->state, false, stream->offset);
	stream->state = step(stream, exec->view->edges, stream->state,
			     automaton->edge);
	if (accepts(stream, stream->state))
		collect(automaton, exec, stream->state, false,
			stream->offset + 1);
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
