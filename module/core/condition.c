// SPDX-License-Identifier: GPL-2.0-only
/*
 * Running the programs that conditions were compiled to.
 */
#include "condition.h"

static bool in_ranges(const struct pydetect_view *view,
		      struct pydetect_image_extent ranges, u64 value)
{
	u32 low = 0, high = ranges.count;

	while (low < high) {
		u32 middle = low + (high - low) / 2;
		const struct pydetect_image_range *range =
			&view->ranges[ranges.first + middle];

		if (value < range->low)
			high = middle;
		else if (value > range->high)
			low = middle + 1;
		else
			return true;
	}
	return false;
}

static bool number_holds(const struct pydetect_exec *exec, u32 index)
{
	const struct pydetect_image_number *number =
		&exec->view->numbers[index];

	/* A test of something absent fails, whatever it asks for. */
	if (!(exec->number_present >> number->number & 1))
		return false;
	return in_ranges(exec->view, number->ranges,
			 exec->numbers[number->number]);
}

static bool test_holds(const struct pydetect_exec *exec,
		       const struct pydetect_image_step *step)
{
	switch (step->test) {
	case PYDETECT_TEST_PREDICATE:
		return test_bit(step->operand, exec->holds);
	case PYDETECT_TEST_NUMBER:
		return number_holds(exec, step->operand);
	default: /* the verifier knows no other test */
		return exec->present >> step->operand & 1;
	}
}

/**
 * pydetect_program_holds - run a program
 * @exec: what is known of the program start
 * @program: the steps, of a verified image
 *
 * Every jump goes forward, so it takes at most as many steps as it has.
 *
 * Return: whether the program holds; an empty one does.
 */
bool pydetect_program_holds(const struct pydetect_exec *exec,
			    struct pydetect_image_extent program)
{
	const struct pydetect_image_step *step =
		&exec->view->steps[program.first];

	if (!program.count)
		return true;
	for (;;) {
		u16 jump = test_holds(exec, step) ? step->if_true :
						    step->if_false;

		if (jump > PYDETECT_STEP_MAX)
			return jump == PYDETECT_STEP_TRUE;
		step += jump;
	}
}
