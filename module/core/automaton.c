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

/* What the inner loop needs, gathered once a piece. */
struct tables {
	const u32 *cells;
	const struct pydetect_image_sparse *sparse;
	const u32 *edges;
	u32 classes;
	u32 dense;
	u32 accept_first;
	u32 accept_span;
};

static void gather(struct tables *tables, const struct pydetect_view *view,
		   const struct pydetect_image_automaton *automaton)
{
	tables->cells = view->cells + automaton->cells;
	tables->sparse = view->sparse + automaton->sparse;
	tables->edges = view->edges;
	tables->classes = automaton->classes;
	tables->dense = automaton->dense;
	tables->accept_first = automaton->accept_dense;
	tables->accept_span = automaton->accept_sparse -
			      automaton->accept_dense;
}

/* Both ends of the numbering accept: below the span the difference wraps. */
static __always_inline bool accepts(const struct tables *tables, u32 state)
{
	return state - tables->accept_first >= tables->accept_span;
}

static u32 step_sparse(const struct tables *tables, u32 state, u32 class)
{
	const struct pydetect_image_sparse *sparse =
		tables->sparse + (state - tables->dense);
	u32 i;

	for (i = sparse[0].edges; i < sparse[1].edges; i++)
		if (tables->edges[i] >> PYDETECT_EDGE_STATE_BITS == class)
			return tables->edges[i] & PYDETECT_EDGE_STATE_MASK;
	return tables->cells[sparse->fallback * tables->classes + class];
}

static __always_inline u32 step(const struct tables *tables, u32 state,
				u32 class)
{
	if (likely(state < tables->dense))
		return tables->cells[state * tables->classes + class];
	return step_sparse(tables, state, class);
}

/*
 * Follow plain states, which is nearly all that ever happens. Returns how many
 * bytes were read: fewer than @count when another state was reached. Four bytes
 * are read for each look at the end of the piece.
 */
static size_t follow_plain(const struct tables *tables, const u8 *classes,
			   const u8 *bytes, size_t count, u32 *state)
{
	const u32 first = tables->accept_first;
	const u32 span = tables->dense - first;
	const u32 *cells = tables->cells;
	const u32 row = tables->classes;
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
 * @automaton: number of the automaton
 */
void pydetect_stream_start(struct pydetect_stream *stream,
			   const struct pydetect_view *view, u32 automaton)
{
	struct tables tables;

	stream->automaton = &view->automata[automaton];
	gather(&tables, view, stream->automaton);
	stream->classes = view->classes + 256 * automaton;
	stream->state = step(&tables, stream->automaton->start,
			     stream->automaton->edge);
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
	const u8 *classes = stream->classes;
	struct tables tables;
	u32 state = stream->state;
	size_t i;

	gather(&tables, exec->view, stream->automaton);
	i = follow_plain(&tables, classes, bytes, count, &state);
	while (i < count) {
		if (accepts(&tables, state))
			collect(stream->automaton, exec, state,
				is_word(bytes[i]), stream->offset + i);
		state = step(&tables, state, classes[bytes[i]]);
		i++;
		i += follow_plain(&tables, classes, bytes + i, count - i,
				  &state);
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
	struct tables tables;

	gather(&tables, exec->view, automaton);
	if (accepts(&tables, stream->state))
		collect(automaton, exec, stream->state, false, stream->offset);
	stream->state = step(&tables, stream->state, automaton->edge);
	if (accepts(&tables, stream->state))
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
