// SPDX-License-Identifier: GPL-2.0-only
/*
 * A recorded program start, captured for the core as the kernel captures a real
 * one.
 */
#include <stdlib.h>

#include "scan.h"
#include "../module/core/decode.h"

/* Where only the id of a user is known, the kernel says that there is one. */
static void capture_numbers(struct pydetect_exec *exec,
			    const struct scan_event *event)
{
	uint32_t i;

	for (i = 0; i < PYDETECT_NUMBER_COUNT; i++)
		if (event->has_number >> i & 1)
			pydetect_exec_number(exec, i, event->numbers[i]);
	if (event->has_number >> PYDETECT_NUMBER_UID & 1)
		pydetect_exec_present(exec, PYDETECT_FIELD_USER);
}

/* The decoder stands behind the exec in the memory of scan_exec_new(). */
static size_t decoder_offset(const struct pydetect_view *view)
{
	const size_t align = __alignof__(struct pydetect_decoder);

	return (pydetect_exec_bytes(view) + align - 1) / align * align;
}

static void decode(struct pydetect_exec *exec, const struct bytes *command_line)
{
	struct pydetect_decoder *decoder =
		(void *)((char *)exec + decoder_offset(exec->view));

	if (!command_line->data ||
	    !pydetect_wants(exec, PYDETECT_FIELD_COMMAND_LINE_DECODED))
		return;
	pydetect_decoder_start(decoder, exec);
	pydetect_decoder_feed(decoder, command_line->data,
			      command_line->length);
	pydetect_decoder_finish(decoder);
}

static int capture(struct pydetect_exec *exec, enum pydetect_stage stage,
		   void *context)
{
	const struct scan_event *event = context;
	uint32_t field;

	if (stage == PYDETECT_STAGE_FILE)
		capture_numbers(exec, event);
	for (field = 0; field < PYDETECT_FIELD_COUNT; field++) {
		const struct bytes *value = &event->fields[field];

		if (value->data && pydetect_field_stage(field) == stage &&
		    pydetect_wants(exec, field))
			pydetect_walk(exec, field, value->data, value->length);
	}
	if (stage == PYDETECT_STAGE_ARGV)
		decode(exec, &event->fields[PYDETECT_FIELD_COMMAND_LINE]);
	return 0;
}

/**
 * scan_exec_new - memory to judge with, used for one event after the other
 * @view: the policy; has to outlive the result
 *
 * Return: an exec for pydetect_exec_reset() and scan_judge(), to be freed with
 * free(); NULL when out of memory.
 */
struct pydetect_exec *scan_exec_new(const struct pydetect_view *view)
{
	void *memory = calloc(1, decoder_offset(view) +
					 pydetect_decoder_bytes(view));

	return memory ? pydetect_exec_init(memory, view) : NULL;
}

/**
 * scan_judge - judge a recorded program start
 * @exec: fresh or reset; afterwards its candidates are the rules that matched
 * @event: the program start
 *
 * Return: 0.
 */
int scan_judge(struct pydetect_exec *exec, const struct scan_event *event)
{
	return pydetect_judge(exec, capture, (void *)event);
}

/**
 * scan_matched - did a rule match?
 * @exec: after scan_judge()
 * @rule: number of the rule in the policy
 */
bool scan_matched(const struct pydetect_exec *exec, uint32_t rule)
{
	uint32_t i;

	for (i = 0; i < exec->nr_candidates; i++)
		if (exec->candidates[i] == rule)
			return true;
	return false;
}
