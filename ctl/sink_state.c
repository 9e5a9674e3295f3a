// SPDX-License-Identifier: GPL-2.0-only
/*
 * How far the other sinks are, in a small file, so that the next monitor goes
 * on where this one stopped. It stands behind them: what it writes down, they
 * have flushed.
 *
 * The file holds the boot and the number that comes next. Numbers start afresh
 * at every boot, so it need not survive a loss of power, only a kill.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "sink.h"

/**
 * struct sink_state - how far the others are
 * @sink: seen from outside
 * @path: of the file
 * @next: number that comes next
 * @saved: what the file says
 * @message: what is wrong
 */
struct sink_state {
	struct sink sink;
	const char *path;
	uint64_t next;
	uint64_t saved;
	char message[512];
};

static struct sink_state *state_of(struct sink *sink)
{
	return (struct sink_state *)sink;
}

static int take_event(struct sink *sink, const struct event *event)
{
	state_of(sink)->next = event->number + 1;
	return 0;
}

static int take_gap(struct sink *sink, const struct event_gap *gap)
{
	state_of(sink)->next = gap->first + gap->count;
	return 0;
}

static int fail(struct sink_state *state, const char *what)
{
	const int error = errno ? errno : EIO;

	snprintf(state->message, sizeof(state->message), "%s %s: %s",
		 state->path, what, strerror(error));
	return -error;
}

static bool put(const struct sink_state *state, const char *path)
{
	const int file =
		open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	bool good;

	if (file < 0)
		return false;
	good = dprintf(file, "%s %llu\n", state->sink.origin->boot_id,
		       (unsigned long long)state->next) > 0;
	return !close(file) && good;
}

/* The file is the old one or the new one, whenever we are killed. */
static int flush(struct sink *sink)
{
	struct sink_state *state = state_of(sink);
	char *path;
	bool good;

	if (state->next == state->saved)
		return 0;
	errno = 0;
	if (asprintf(&path, "%s.new", state->path) < 0)
		return fail(state, "cannot be written");
	good = put(state, path) && !rename(path, state->path);
	free(path);
	if (!good)
		return fail(state, "cannot be written");
	state->saved = state->next;
	return 0;
}

static const char *message(struct sink *sink)
{
	return state_of(sink)->message;
}

static void close_sink(struct sink *sink)
{
	flush(sink);
	free(sink);
}

static int parse(struct sink_state *state, const char *text)
{
	unsigned long long next;
	char boot[64], end;

	if (sscanf(text, "%63s %llu%c", boot, &next, &end) != 3 ||
	    end != '\n') {
		errno = EBADMSG;
		return fail(state, "does not say where to go on; remove it to begin with all there is");
	}
	if (!strcmp(boot, state->sink.origin->boot_id)) {
		state->next = next;
		state->saved = next;
	}
	return 0;
}

static int read_file(struct sink_state *state)
{
	FILE *stream = fopen(state->path, "re");
	char text[128] = "";
	bool failed;

	if (!stream)
		return errno == ENOENT ? 0 : fail(state, "cannot be read");
	fgets(text, sizeof(text), stream);
	failed = ferror(stream);
	fclose(stream);
	return failed ? fail(state, "cannot be read") : parse(state, text);
}

/**
 * sink_state_open - remember how far the other sinks are
 * @sink: set to the sink, which has to be closed on errors too; NULL where
 *	memory ran out
 * @origin: this machine
 * @path: of the file, which has to outlive the sink
 * @next: set to the number to go on with; zero: nothing is remembered of this
 *	boot
 *
 * Return: 0 or a negative errno.
 */
int sink_state_open(struct sink **sink, const struct print_origin *origin,
		    const char *path, uint64_t *next)
{
	static const struct sink_operations operations = {
		.event = take_event,
		.gap = take_gap,
		.flush = flush,
		.message = message,
		.close = close_sink,
	};
	struct sink_state *state = calloc(1, sizeof(*state));
	int error;

	*sink = state ? &state->sink : NULL;
	if (!state)
		return -ENOMEM;
	state->sink.operations = &operations;
	state->sink.origin = origin;
	state->path = path;
	error = read_file(state);
	*next = state->next;
	return error;
}
