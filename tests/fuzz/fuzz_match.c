// SPDX-License-Identifier: GPL-2.0-only
/*
 * Automata, programs, stages and triggers against the plain reading of
 * oracle.c: the input is read as rules and program starts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../host/oracle.h"

#define RULES_MAX 4
#define EXECS_MAX 4
#define DEPTH_MAX 4
#define CHILDREN_MAX 4
#define PATTERNS_MAX 4
#define ATOMS_MAX 10
#define RUNS_MAX 3
#define VALUE_MAX 24

/** struct input - what is left of the input; zeros follow */
struct input {
	const uint8_t *data;
	size_t size;
};

static uint32_t take(struct input *input, uint32_t bound)
{
	uint8_t byte;

	if (!input->size)
		return 0;
	byte = *input->data++;
	input->size--;
	return byte % bound;
}

/* Few letters, so that texts meet; all kinds of bytes, and all others too. */
static uint8_t take_byte(struct input *input)
{
	static const char common[] = "aAbBcz019/. -_\n\x80\xbf\xc3\xff";
	const uint32_t choice = take(input, 32);
	uint8_t byte;

	if (choice < sizeof(common) - 1)
		return common[choice];
	byte = take(input, 256);
	return byte ? byte : 'a';
}

static enum pydetect_field take_field(struct input *input)
{
	static const uint8_t fields[] = {
		PYDETECT_FIELD_COMMAND_LINE,
		PYDETECT_FIELD_IMAGE,
		PYDETECT_FIELD_ARGS,
		PYDETECT_FIELD_PARENT_IMAGE,
		PYDETECT_FIELD_PARENT_COMMAND_LINE,
		PYDETECT_FIELD_IMAGE_NAME,
		PYDETECT_FIELD_CURRENT_DIRECTORY,
	};

	return fields[take(input, ARRAY_SIZE(fields))];
}

/* As the front end makes them: no two runs side by side. */
static void take_atoms(struct input *input, struct rule_pattern *pattern)
{
	const uint32_t count = take(input, ATOMS_MAX + 1);
	uint32_t i, runs = 0;

	for (i = 0; i < count; i++) {
		const uint32_t kind = take(input, 8);
		uint16_t atom = kind == 1 ? RULE_ATOM_ANY_ONE :
					    take_byte(input);

		if (!kind && runs < RUNS_MAX &&
		    (!i || pattern->atoms[i - 1] != RULE_ATOM_ANY_RUN)) {
			atom = RULE_ATOM_ANY_RUN;
			runs++;
		}
		pattern->atoms[pattern->nr_atoms++] = atom;
	}
}

/* contains, and in rules with "terms: true" the word. */
static void take_word(struct input *input, struct rule_pattern *pattern)
{
	const uint32_t count = 1 + take(input, 5);
	uint32_t i;

	pattern->word = take(input, 2);
	pattern->atoms[pattern->nr_atoms++] = RULE_ATOM_ANY_RUN;
	for (i = 0; i < count; i++)
		pattern->atoms[pattern->nr_atoms++] = take_byte(input);
	pattern->atoms[pattern->nr_atoms++] = RULE_ATOM_ANY_RUN;
}

static struct rule_pattern take_pattern(struct input *input,
					struct rule_set *set)
{
	struct rule_pattern pattern = {
		.atoms = rule_memory_alloc(&set->memory,
					   (ATOMS_MAX + 2) * sizeof(uint16_t)),
		.cased = take(input, 4) == 1,
	};

	if (take(input, 2))
		take_word(input, &pattern);
	else
		take_atoms(input, &pattern);
	return pattern;
}

static struct rule_node *take_leaf(struct input *input, struct rule_set *set)
{
	static const struct pydetect_image_range ranges[] = {
		{ 1, 2 },
		{ 4, 4 },
	};
	struct rule_pattern patterns[PATTERNS_MAX];
	const uint32_t kind = take(input, 8);
	uint32_t i, count;

	if (kind == 1)
		return make_numbers(set, take(input, PYDETECT_NUMBER_COUNT),
				    ranges, take(input, 3));
	if (kind == 2)
		return make_present(set, take_field(input));
	count = 1 + take(input, PATTERNS_MAX);
	for (i = 0; i < count; i++)
		patterns[i] = take_pattern(input, set);
	return make_strings(set, take_field(input), patterns, count);
}

static struct rule_node *take_node(struct input *input, struct rule_set *set,
				   uint32_t depth)
{
	struct rule_node *children[CHILDREN_MAX];
	const uint32_t kind = depth < DEPTH_MAX ? take(input, 4) : 3;
	uint32_t i, count = 1;

	if (kind == 3)
		return take_leaf(input, set);
	if (kind != RULE_NODE_NOT)
		count += take(input, CHILDREN_MAX);
	for (i = 0; i < count; i++)
		children[i] = take_node(input, set, depth + 1);
	return make_node(set, kind, children, count);
}

static void take_value(struct input *input, struct oracle_exec *exec,
		       uint8_t *memory, enum pydetect_field field)
{
	const bool argv = field == PYDETECT_FIELD_ARGS ||
			  field == PYDETECT_FIELD_COMMAND_LINE ||
			  field == PYDETECT_FIELD_PARENT_COMMAND_LINE;
	uint32_t i, length;

	if (take(input, 8) == 1)
		return;
	length = take(input, VALUE_MAX + 1);
	exec->values[field] = memory;
	exec->lengths[field] = length;
	for (i = 0; i < length; i++)
		memory[i] = argv && take(input, 8) == 1 ? 0 : take_byte(input);
}

static void take_exec(struct input *input, struct oracle_exec *exec,
		      uint8_t memory[PYDETECT_FIELD_COUNT][VALUE_MAX])
{
	uint32_t i;

	memset(exec, 0, sizeof(*exec));
	for (i = 0; i < PYDETECT_FIELD_COUNT; i++)
		take_value(input, exec, memory[i], i);
	for (i = 0; i < PYDETECT_NUMBER_COUNT; i++)
		exec->numbers[i] = take(input, 6);
	exec->number_present = take(input, 1u << PYDETECT_NUMBER_COUNT);
}

static void compare(struct input *input, const struct rule_set *set,
		    const struct image *image)
{
	uint8_t memory[PYDETECT_FIELD_COUNT][VALUE_MAX];
	const uint32_t count = 1 + take(input, EXECS_MAX);
	struct dice dice = { .state = input->size + 1 };
	struct oracle_exec exec;
	uint32_t i;

	for (i = 0; i < count; i++) {
		take_exec(input, &exec, memory);
		oracle_compare(set, image, &exec, &dice);
	}
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	/* Let a failed check be a finding, not the end of a test. */
	return setenv("CMOCKA_TEST_ABORT", "1", 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { data, size };
	struct rule_set set;
	struct image image;
	struct diag diag;
	uint32_t i, count;

	rule_set_init(&set);
	diag_init(&diag);
	count = 1 + take(&input, RULES_MAX);
	for (i = 0; i < count; i++)
		make_rule(&set, take_node(&input, &set, 0));
	if (!build_image(&set, &image, &diag)) {
		if (!diag.nr_errors)
			compare(&input, &set, &image);
		image_free(&image);
	}
	diag_free(&diag);
	rule_set_free(&set);
	return 0;
}
