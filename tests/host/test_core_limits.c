// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is just within the limits is accepted.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core_sample.h"

static void longest_text(struct core_draft *draft)
{
	char text[PYDETECT_STRING_BYTES_MAX];

	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = 0;
	core_rule(draft, SAMPLE_SHELL)->head.title =
		core_add(draft, PYDETECT_SECTION_STRINGS, text, sizeof(text));
}

static void most_labels(struct core_draft *draft)
{
	core_add(draft, PYDETECT_SECTION_LABELS, NULL,
		 PYDETECT_RULE_LABELS_MAX - 1);
	core_rule(draft, SAMPLE_SHELL)->labels.count = PYDETECT_RULE_LABELS_MAX;
}

static void most_tags(struct core_draft *draft)
{
	core_rule(draft, SAMPLE_SHELL)->head.tags = (struct pydetect_image_extent){
		.first = core_add(draft, PYDETECT_SECTION_TAGS, NULL,
				  PYDETECT_RULE_TAGS_MAX),
		.count = PYDETECT_RULE_TAGS_MAX,
	};
}

static void empty_always(struct core_draft *draft)
{
	draft->always.first = draft->counts[PYDETECT_SECTION_TRIGGERS];
	draft->always.count = 0;
}

/* The smallest there is: one state that leads to itself. */
static void add_tiny_automaton(struct core_draft *draft)
{
	const struct pydetect_image_automaton automaton = {
		.field = PYDETECT_FIELD_PARENT_COMMAND_LINE,
		.classes = 1,
		.dense = 1,
		.plain = 1,
		.states = 1,
		.cells = core_add(draft, PYDETECT_SECTION_CELLS, NULL, 1),
		.links = draft->counts[PYDETECT_SECTION_LINKS],
		.lists = draft->counts[PYDETECT_SECTION_LISTS],
		.fallbacks.first = draft->counts[PYDETECT_SECTION_FALLBACKS],
		.edges.first = draft->counts[PYDETECT_SECTION_EDGES],
		.outputs.first = draft->counts[PYDETECT_SECTION_OUTPUTS],
	};

	core_add(draft, PYDETECT_SECTION_CLASSES, NULL, 256);
	core_add(draft, PYDETECT_SECTION_AUTOMATA, &automaton, 1);
}

/* Many of them over one field. */
static void most_automata(struct core_draft *draft)
{
	u32 i;

	for (i = SAMPLE_AUTOMATA; i < PYDETECT_AUTOMATA_MAX; i++)
		add_tiny_automaton(draft);
}

/* Behind "x" sixteen bytes lead on; one by the link, and by an edge as well. */
static void most_edges(struct core_draft *draft)
{
	struct core_pattern patterns[PYDETECT_FALLBACK_EDGES_MAX];
	char texts[PYDETECT_FALLBACK_EDGES_MAX][3];
	struct pydetect_image_automaton *automaton;
	struct pydetect_image_fallback *fallback;
	u32 i, edge;

	for (i = 0; i < PYDETECT_FALLBACK_EDGES_MAX; i++) {
		memcpy(texts[i], "xa", 3);
		texts[i][1] += i;
		patterns[i] =
			(struct core_pattern){ texts[i], 0, SAMPLE_BY_CRON };
	}
	i = core_add_automaton(draft, PYDETECT_FIELD_PARENT_COMMAND_LINE,
			       patterns, PYDETECT_FALLBACK_EDGES_MAX, 0);
	automaton = core_at(draft, PYDETECT_SECTION_AUTOMATA, i);
	fallback = core_at(draft, PYDETECT_SECTION_FALLBACKS,
			   automaton->fallbacks.first);
	edge = *(u32 *)core_at(draft, PYDETECT_SECTION_EDGES, fallback->edges);
	core_add(draft, PYDETECT_SECTION_EDGES, &edge, 1);
	automaton->edges.count++;
	fallback->row += 1u << PYDETECT_PAIR_BITS;
	assert_int_equal(fallback->row >> PYDETECT_PAIR_BITS,
			 PYDETECT_FALLBACK_EDGES_MAX);
}

/* A state that accepts, always, as much as a state can accept. */
static void most_outputs(struct core_draft *draft)
{
	struct pydetect_image_automaton *automaton;
	struct pydetect_image_output output = { .predicate = SAMPLE_BY_CRON };
	u32 i;

	add_tiny_automaton(draft);
	automaton = core_at(draft, PYDETECT_SECTION_AUTOMATA, SAMPLE_AUTOMATA);
	automaton->plain = 0;
	automaton->outputs.count = PYDETECT_STATE_OUTPUTS_MAX;
	core_add(draft, PYDETECT_SECTION_LISTS, &automaton->outputs.first, 1);
	for (i = 1; i < PYDETECT_STATE_OUTPUTS_MAX; i++)
		core_add(draft, PYDETECT_SECTION_OUTPUTS, &output, 1);
	output.flags = PYDETECT_OUTPUT_LAST;
	core_add(draft, PYDETECT_SECTION_OUTPUTS, &output, 1);
}

/* The strings fill the image up to the last byte that it may have. */
static void most_bytes(struct core_draft *draft)
{
	struct core_image image;

	core_image_make(&image, draft);
	core_add(draft, PYDETECT_SECTION_STRINGS, NULL,
		 PYDETECT_IMAGE_BYTES_MAX - image.size);
	core_image_free(&image);
	core_image_make(&image, draft);
	assert_int_equal(image.size, PYDETECT_IMAGE_BYTES_MAX);
	core_image_free(&image);
}

static void most_rules(struct core_draft *draft)
{
	core_add(draft, PYDETECT_SECTION_RULES, NULL,
		 PYDETECT_RULES_MAX - SAMPLE_RULES);
}

static void most_predicates(struct core_draft *draft)
{
	core_add(draft, PYDETECT_SECTION_PREDICATES, NULL,
		 PYDETECT_PREDICATES_MAX - SAMPLE_PREDICATES);
}

static void whole_range(struct core_draft *draft)
{
	struct pydetect_image_range *range =
		core_at(draft, PYDETECT_SECTION_RANGES, 1);

	range->low = 1;
	range->high = ~0ULL;
}

static void test_limits(void **state)
{
	void (*const edits[])(struct core_draft *) = {
		most_automata, most_edges,	most_outputs, most_bytes,
		longest_text,  most_labels,	most_tags,    empty_always,
		most_rules,    most_predicates, whole_range,
	};
	struct pydetect_view view;
	struct core_draft draft;
	struct core_image image;
	u32 i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(edits); i++) {
		core_sample_draft(&draft);
		edits[i](&draft);
		core_image_make(&image, &draft);
		core_image_open(&image, &view);
		core_image_free(&image);
		core_draft_free(&draft);
	}
}

static void test_empty(void **state)
{
	const struct core_draft draft = {};
	struct pydetect_view view;
	struct pydetect_exec *exec;
	struct core_image image;
	struct core_random random = { 1 };

	(void)state;
	core_image_make(&image, &draft);
	assert_int_equal(image.size, sizeof(struct pydetect_image_header));
	core_image_open(&image, &view);
	assert_int_equal(view.fields, 0);
	exec = core_exec_new(&view);
	core_judge_anything(exec, &random);
	core_exec_free(exec);
	core_image_free(&image);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
