// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the verifier lets through can be used without a check, and everything
 * else it refuses, with the right reason.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core_hostile.h"

/* --- The header and the layout of the sections --------------------------- */

static struct pydetect_image_header *header_of(struct core_image *image)
{
	return image->bytes;
}

static void patch_short(struct core_image *image)
{
	image->size = sizeof(struct pydetect_image_header) - 1;
}

static void patch_magic(struct core_image *image)
{
	header_of(image)->magic = __builtin_bswap32(PYDETECT_IMAGE_MAGIC);
}

static void patch_version(struct core_image *image)
{
	header_of(image)->version++;
}

static void patch_size(struct core_image *image)
{
	header_of(image)->size += 8;
}

static void patch_odd_size(struct core_image *image)
{
	image->size -= 4;
	header_of(image)->size = image->size;
}

/* The bytes are there, so that nothing but the size can be at fault. */
static void grow(struct core_image *image, size_t size)
{
	image->bytes = realloc(image->bytes, size);
	assert_non_null(image->bytes);
	memset((u8 *)image->bytes + image->size, 0, size - image->size);
	image->size = size;
	header_of(image)->size = size;
}

static void patch_huge(struct core_image *image)
{
	grow(image, PYDETECT_IMAGE_BYTES_MAX + 8);
}

static void patch_behind(struct core_image *image)
{
	grow(image, image->size + 8);
}

static void patch_reserved(struct core_image *image)
{
	header_of(image)->reserved = 1;
}

static void patch_checksum(struct core_image *image)
{
	header_of(image)->checksum++;
}

static void patch_first(struct core_image *image)
{
	header_of(image)->sections[PYDETECT_SECTION_CELLS].first += 8;
}

static void patch_overlap(struct core_image *image)
{
	header_of(image)->sections[PYDETECT_SECTION_CELLS].first =
		header_of(image)->sections[PYDETECT_SECTION_CLASSES].first;
}

static void patch_beyond(struct core_image *image)
{
	header_of(image)->sections[PYDETECT_SECTION_RULES].count = 1u << 31;
}

static void test_header(void **state)
{
	static const struct hostile table[] = {
		PATCH(HEADER, patch_short, "shorter than its header"),
		PATCH(HEADER, patch_magic,
		      "not a policy image of this byte order"),
		PATCH(HEADER, patch_version, "another version of the format"),
		PATCH(HEADER, patch_size, "truncated, or longer than it says"),
		PATCH(HEADER, patch_odd_size, "of a size that no image has"),
		PATCH(HEADER, patch_huge, "of a size that no image has"),
		PATCH(HEADER, patch_reserved, "reserved field is not zero"),
		{ .reason = "damaged: the checksum differs",
		  .section = HEADER,
		  .patch = patch_checksum,
		  .broken = true },
		PATCH(PYDETECT_SECTION_CELLS, patch_first,
		      "the section is not where it has to be"),
		PATCH(PYDETECT_SECTION_CELLS, patch_overlap,
		      "the section is not where it has to be"),
		PATCH(PYDETECT_SECTION_RULES, patch_beyond,
		      "the section reaches beyond the image"),
		PATCH(HEADER, patch_behind, "bytes behind the last section"),
	};

	(void)state;
	core_check_refused(table, ARRAY_SIZE(table));
}

/* --- How many there may be ------------------------------------------------ */

static u32 many_automata(struct core_draft *draft)
{
	core_add(draft, PYDETECT_SECTION_AUTOMATA, NULL, PYDETECT_AUTOMATA_MAX);
	return 0;
}

static u32 many_classes(struct core_draft *draft)
{
	core_add(draft, PYDETECT_SECTION_CLASSES, NULL, 1);
	return 0;
}

static u32 many_predicates(struct core_draft *draft)
{
	core_add(draft, PYDETECT_SECTION_PREDICATES, NULL,
		 PYDETECT_PREDICATES_MAX);
	return 0;
}

static u32 many_rules(struct core_draft *draft)
{
	core_add(draft, PYDETECT_SECTION_RULES, NULL, PYDETECT_RULES_MAX);
	return 0;
}

static void test_counts(void **state)
{
	static const struct hostile table[] = {
		EDIT(AUTOMATA, many_automata, "more automata than allowed"),
		EDIT(CLASSES, many_classes,
		     "not 256 classes for each automaton"),
		EDIT(PREDICATES, many_predicates,
		     "more predicates than allowed"),
		EDIT(RULES, many_rules, "more rules than allowed"),
	};

	(void)state;
	core_check_refused(table, ARRAY_SIZE(table));
}

/* --- Strings, predicates, numbers ----------------------------------------- */

static u32 always_beyond(struct core_draft *draft)
{
	draft->always.first = draft->counts[PYDETECT_SECTION_TRIGGERS];
	return 0;
}

static u32 always_wraps(struct core_draft *draft)
{
	draft->always.first = UINT_MAX;
	return 0;
}

static void set_text(struct core_draft *draft, const char *text, u32 length)
{
	struct pydetect_image_predicate *predicate =
		core_at(draft, PYDETECT_SECTION_PREDICATES, 1);

	predicate->text =
		core_add(draft, PYDETECT_SECTION_STRINGS, text, length);
}

static u32 no_nul(struct core_draft *draft)
{
	const u32 start = draft->counts[PYDETECT_SECTION_STRINGS];

	set_text(draft, "endless", 7);
	return start;
}

static u32 long_text(struct core_draft *draft)
{
	const u32 start = draft->counts[PYDETECT_SECTION_STRINGS];
	char text[PYDETECT_STRING_BYTES_MAX + 1];

	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = 0;
	set_text(draft, text, sizeof(text));
	return start;
}

/* There are as many as all together use, the rules without a hit included. */
static u32 triggers_shared(struct core_draft *draft)
{
	struct pydetect_image_predicate *predicate =
		core_at(draft, PYDETECT_SECTION_PREDICATES, SAMPLE_IS_PYTHON);

	predicate->triggers.first = 0;
	predicate->triggers.count = draft->counts[PYDETECT_SECTION_TRIGGERS];
	return SAMPLE_HAS_CODE;
}

static u32 ranges_shared(struct core_draft *draft)
{
	const struct pydetect_image_number number =
		*(struct pydetect_image_number *)core_at(
			draft, PYDETECT_SECTION_NUMBERS, 0);

	return core_add(draft, PYDETECT_SECTION_NUMBERS, &number, 1);
}

static u32 ranges_touch(struct core_draft *draft)
{
	struct pydetect_image_range *range =
		core_at(draft, PYDETECT_SECTION_RANGES, 1);

	range->low = range[-1].high;
	return 1;
}

static void test_predicates(void **state)
{
	static const char triggers[] = "triggers out of range";
	static const char order[] = "ranges not in ascending order";
	static const struct hostile table[] = {
		SET_WORD(TRIGGERS, 0, SAMPLE_RULES, "rule out of range"),
		{ .reason = triggers, .section = HEADER, .edit = always_beyond },
		{ .reason = triggers, .section = HEADER, .edit = always_wraps },
		SET(PREDICATES, 1, predicate, field, PYDETECT_FIELD_WALKED_COUNT,
		    "unknown field"),
		SET(PREDICATES, 1, predicate, triggers.first, 1000, triggers),
		SET(PREDICATES, 1, predicate, triggers.count, 1000, triggers),
		SET(PREDICATES, 1, predicate, triggers.count, UINT_MAX,
		    triggers),
		SET(PREDICATES, 1, predicate, text, UINT_MAX,
		    "text out of range"),
		EDIT(STRINGS, no_nul, "string without an end"),
		EDIT(STRINGS, long_text, "string too long"),
		EDIT(PREDICATES, triggers_shared, triggers),
		SET(NUMBERS, 0, number, number, PYDETECT_NUMBER_COUNT,
		    "unknown number"),
		SET(NUMBERS, 0, number, text, 100000, "text out of range"),
		SET(NUMBERS, 0, number, ranges.first, 1, "ranges out of range"),
		SET(NUMBERS, 0, number, ranges.count, 3, "ranges out of range"),
		EDIT(NUMBERS, ranges_shared, "ranges out of range"),
		SET(RANGES, 0, range, low, 1, order),
		SET(RANGES, 1, range, high, 999, order),
		EDIT(RANGES, ranges_touch, order),
	};

	(void)state;
	core_check_refused(table, ARRAY_SIZE(table));
}

/* --- Programs and rules --------------------------------------------------- */

static struct pydetect_image_step *step_of(const struct core_draft *draft,
					   u32 element)
{
	return core_at(draft, PYDETECT_SECTION_STEPS, element);
}

/* The last step of the sample's programs, which ends one of two steps. */
static u32 last_step(const struct core_draft *draft)
{
	return core_rule(draft, SAMPLE_USER)->programs[0].first + 1;
}

static u32 program_beyond(struct core_draft *draft)
{
	core_rule(draft, SAMPLE_CODE)->programs[0].first = 1000;
	return 1000;
}

static u32 program_wraps(struct core_draft *draft)
{
	core_rule(draft, SAMPLE_CODE)->programs[0].count = UINT_MAX;
	return 0;
}

static u32 program_twice(struct core_draft *draft)
{
	struct pydetect_image_rule *rule = core_rule(draft, SAMPLE_CODE);

	rule->programs[0] = core_rule(draft, SAMPLE_USER)->programs[0];
	return rule->programs[0].first;
}

static u32 label_program(struct core_draft *draft)
{
	struct pydetect_image_label *label =
		core_at(draft, PYDETECT_SECTION_LABELS, 0);

	label->program.first = 2000;
	return 2000;
}

static u32 test_operand(struct core_draft *draft, u16 test, u32 operand)
{
	step_of(draft, last_step(draft))->test = test;
	step_of(draft, last_step(draft))->operand = operand;
	return last_step(draft);
}

static u32 unknown_test(struct core_draft *draft)
{
	return test_operand(draft, PYDETECT_TEST_COUNT, 0);
}

static u32 unknown_predicate(struct core_draft *draft)
{
	return test_operand(draft, PYDETECT_TEST_PREDICATE, SAMPLE_PREDICATES);
}

static u32 unknown_number(struct core_draft *draft)
{
	return test_operand(draft, PYDETECT_TEST_NUMBER, 1);
}

static u32 unknown_field(struct core_draft *draft)
{
	return test_operand(draft, PYDETECT_TEST_PRESENT, PYDETECT_FIELD_COUNT);
}

/* Without an automaton nobody has memory for it. */
static u32 decoded_field(struct core_draft *draft)
{
	return test_operand(draft, PYDETECT_TEST_PRESENT,
			    PYDETECT_FIELD_COMMAND_LINE_DECODED);
}

static u32 step_reserved(struct core_draft *draft)
{
	step_of(draft, last_step(draft))->reserved = 1;
	return last_step(draft);
}

static u32 endless_jump(struct core_draft *draft)
{
	step_of(draft, last_step(draft))->if_true = 0;
	return last_step(draft);
}

static u32 jump_beyond(struct core_draft *draft)
{
	step_of(draft, last_step(draft))->if_true = 1;
	return last_step(draft);
}

static u32 false_beyond(struct core_draft *draft)
{
	step_of(draft, last_step(draft) - 1)->if_false = PYDETECT_STEP_MAX;
	return last_step(draft) - 1;
}

static void test_programs(void **state)
{
	static const char test[] = "unknown test, or operand out of range";
	static const char jump[] = "jump out of the program";
	static const struct hostile table[] = {
		EDIT(STEPS, program_beyond, "program out of range"),
		EDIT(STEPS, program_wraps, "program out of range"),
		EDIT(STEPS, program_twice, "program out of range"),
		EDIT(STEPS, label_program, "program out of range"),
		EDIT(STEPS, unknown_test, test),
		EDIT(STEPS, unknown_predicate, test),
		EDIT(STEPS, unknown_number, test),
		EDIT(STEPS, unknown_field, test),
		EDIT(STEPS, decoded_field, test),
		EDIT(STEPS, step_reserved, "reserved field is not zero"),
		EDIT(STEPS, endless_jump, jump),
		EDIT(STEPS, jump_beyond, jump),
		EDIT(STEPS, false_beyond, jump),
	};

	(void)state;
	core_check_refused(table, ARRAY_SIZE(table));
}

static u32 many_labels(struct core_draft *draft)
{
	core_rule(draft, SAMPLE_SHELL)->labels = (struct pydetect_image_extent){
		.first = core_add(draft, PYDETECT_SECTION_LABELS, NULL,
				  PYDETECT_RULE_LABELS_MAX + 1),
		.count = PYDETECT_RULE_LABELS_MAX + 1,
	};
	return SAMPLE_SHELL;
}

static u32 many_tags(struct core_draft *draft)
{
	core_rule(draft, SAMPLE_SHELL)->head.tags = (struct pydetect_image_extent){
		.first = core_add(draft, PYDETECT_SECTION_TAGS, NULL,
				  PYDETECT_RULE_TAGS_MAX + 1),
		.count = PYDETECT_RULE_TAGS_MAX + 1,
	};
	return SAMPLE_SHELL;
}

static u32 labels_shared(struct core_draft *draft)
{
	core_rule(draft, SAMPLE_CRON)->labels =
		core_rule(draft, SAMPLE_SHELL)->labels;
	return SAMPLE_CRON;
}

static u32 tags_shared(struct core_draft *draft)
{
	core_rule(draft, SAMPLE_CRON)->head.tags =
		core_rule(draft, SAMPLE_SHELL)->head.tags;
	return SAMPLE_CRON;
}

static void test_rules(void **state)
{
	static const char text[] = "text out of range";
	static const char labels[] = "labels out of range";
	static const char tags[] = "tags out of range";
	static const struct hostile table[] = {
		SET(LABELS, 0, label, name, 100000, "name out of range"),
		SET_WORD(TAGS, 0, 100000, text),
		SET(RULES, 2, rule, fields, 0,
		    "fields are not those that it asks for"),
		SET(RULES, 2, rule, fields, UINT_MAX,
		    "fields are not those that it asks for"),
		SET(RULES, 2, rule, reserved, 1, "reserved field is not zero"),
		SET(RULES, 2, rule, head.flags, 2, "unknown flag"),
		SET(RULES, 2, rule, head.id, 100000, text),
		SET(RULES, 2, rule, head.title, 100000, text),
		SET(RULES, 2, rule, head.author, 100000, text),
		SET(RULES, 2, rule, head.level, PYDETECT_LEVEL_COUNT,
		    "unknown level"),
		SET(RULES, 2, rule, head.action, PYDETECT_ACTION_COUNT,
		    "unknown action"),
		SET(RULES, 0, rule, labels.first, 1, labels),
		SET(RULES, 2, rule, labels.count, 2, labels),
		EDIT(RULES, many_labels, labels),
		EDIT(RULES, labels_shared, labels),
		SET(RULES, 2, rule, head.tags.first, 2, tags),
		SET(RULES, 2, rule, head.tags.count, 2, tags),
		EDIT(RULES, many_tags, tags),
		EDIT(RULES, tags_shared, tags),
	};

	(void)state;
	core_check_refused(table, ARRAY_SIZE(table));
}

static struct pydetect_image_correlation *
correlation_of(struct core_draft *draft, u32 number)
{
	return core_at(draft, PYDETECT_SECTION_CORRELATIONS, number);
}

static u32 many_correlations(struct core_draft *draft)
{
	const struct pydetect_image_correlation none = {};
	u32 i;

	for (i = 0; i < PYDETECT_CORRELATIONS_MAX; i++)
		core_add(draft, PYDETECT_SECTION_CORRELATIONS, &none, 1);
	return 0;
}

static u32 much_tracked(struct core_draft *draft)
{
	static const u32 python = SAMPLE_IS_PYTHON;
	u32 i;

	for (i = 0; i < PYDETECT_TRACKED_MAX; i++)
		core_add(draft, PYDETECT_SECTION_TRACKED, &python, 1);
	return 0;
}

static u32 feeds_twice(struct core_draft *draft)
{
	static const u32 both = SAMPLE_BOTH;
	struct pydetect_image_extent *feeds =
		&correlation_of(draft, SAMPLE_BURST)->head.feeds;

	core_add(draft, PYDETECT_SECTION_FEEDS, &both, 1);
	feeds->count = 2;
	return feeds->first + 1;
}

static u32 feeds_shared(struct core_draft *draft)
{
	core_rule(draft, SAMPLE_CRON)->head.feeds =
		core_rule(draft, SAMPLE_CODE)->head.feeds;
	correlation_of(draft, SAMPLE_BURST)->head.feeds.count = 2;
	return correlation_of(draft, SAMPLE_BURST)->head.feeds.first;
}

static u32 no_references(struct core_draft *draft)
{
	correlation_of(draft, SAMPLE_BURST)->references.count = 0;
	return SAMPLE_BURST;
}

static u32 many_references(struct core_draft *draft)
{
	static const u32 rule;
	u32 i;

	for (i = 0; i < PYDETECT_REFERENCES_MAX; i++)
		core_add(draft, PYDETECT_SECTION_REFERENCES, &rule, 1);
	correlation_of(draft, SAMPLE_BOTH)->references.count =
		PYDETECT_REFERENCES_MAX + 1;
	return SAMPLE_BOTH;
}

static u32 many_groups(struct core_draft *draft)
{
	static const u32 user = PYDETECT_FIELD_USER;
	u32 i;

	for (i = 0; i < PYDETECT_GROUPS_MAX; i++)
		core_add(draft, PYDETECT_SECTION_GROUPS, &user, 1);
	correlation_of(draft, SAMPLE_BOTH)->groups.count =
		PYDETECT_GROUPS_MAX + 1;
	return SAMPLE_BOTH;
}

static u32 turned_count(struct core_draft *draft)
{
	correlation_of(draft, SAMPLE_BURST)->max = 4;
	return SAMPLE_BURST;
}

static u32 small_for_max(struct core_draft *draft)
{
	correlation_of(draft, SAMPLE_BURST)->max = 8;
	return SAMPLE_BURST;
}

static u32 just_enough_for_max(struct core_draft *draft)
{
	correlation_of(draft, SAMPLE_BURST)->max = 7;
	correlation_of(draft, SAMPLE_BURST)->timespan = 0;
	return SAMPLE_BURST;
}

static u32 small_for_rules(struct core_draft *draft)
{
	correlation_of(draft, SAMPLE_BOTH)->min = 1;
	correlation_of(draft, SAMPLE_BOTH)->capacity = 1;
	return SAMPLE_BOTH;
}

static void test_correlations(void **state)
{
	static const char text[] = "text out of range";
	static const char feeds[] = "feeds out of range";
	static const char capacity[] = "capacity out of range";
	static const char group[] = "not a field to group by";
	static const char value[] = "not a field to count";
	static const char references[] = "references out of range";
	static const char groups[] = "groups out of range";
	static const char timespan[] = "timespan out of range";
	static const struct hostile table[] = {
		EDIT(CORRELATIONS, many_correlations,
		     "more correlations than allowed"),
		EDIT(TRACKED, much_tracked,
		     "more tracked predicates than allowed"),
		SET_WORD(TRACKED, 0, SAMPLE_PREDICATES,
			 "predicate out of range"),
		SET_WORD(TRACKED, 0, SAMPLE_HAS_CODE,
			 "predicate of a later stage"),
		SET(CORRELATIONS, 1, correlation, head.id, 100000, text),
		SET(CORRELATIONS, 1, correlation, head.flags, 2, "unknown flag"),
		SET_WORD(FEEDS, 1, SAMPLE_CORRELATIONS,
			 "correlation out of range"),
		SET_WORD(FEEDS, 2, SAMPLE_BURST,
			 "correlation before what feeds it"),
		EDIT(FEEDS, feeds_twice, "feeds out of order"),
		EDIT(FEEDS, feeds_shared, feeds),
		EDIT(CORRELATIONS, no_references, references),
		EDIT(CORRELATIONS, many_references, references),
		SET(CORRELATIONS, 1, correlation, references.first, 2,
		    references),
		SET(CORRELATIONS, 1, correlation, references.count, 3,
		    references),
		SET_WORD(REFERENCES, 0, SAMPLE_RULES,
			 "no rule, and no correlation before this one"),
		SET_WORD(REFERENCES, 2, SAMPLE_RULES + SAMPLE_BOTH,
			 "no rule, and no correlation before this one"),
		EDIT(CORRELATIONS, many_groups, groups),
		SET(CORRELATIONS, 1, correlation, groups.first, 3, groups),
		SET_WORD(GROUPS, 0, PYDETECT_FIELD_COUNT, group),
		SET_WORD(GROUPS, 3, PYDETECT_FIELD_INVOKED, group),
		SET_WORD(GROUPS, 3, PYDETECT_FIELD_ARGS, group),
		SET_WORD(GROUPS, 3, PYDETECT_FIELD_ENV, group),
		SET(CORRELATIONS, 0, correlation, timespan, 0, timespan),
		SET(CORRELATIONS, 0, correlation, timespan,
		    PYDETECT_TIMESPAN_MAX + 1, timespan),
		SET(CORRELATIONS, 0, correlation, min, 0,
		    "a count that cannot be"),
		EDIT(CORRELATIONS, turned_count, "a count that cannot be"),
		SET(CORRELATIONS, 0, correlation, min, 9, capacity),
		SET(CORRELATIONS, 0, correlation, except, 8, capacity),
		SET(CORRELATIONS, 0, correlation, except, UINT_MAX, capacity),
		EDIT(CORRELATIONS, small_for_max, capacity),
		EDIT(CORRELATIONS, just_enough_for_max, timespan),
		SET(CORRELATIONS, 0, correlation, capacity,
		    PYDETECT_WINDOW_VALUES_MAX + 1, capacity),
		SET(CORRELATIONS, 0, correlation, type,
		    PYDETECT_CORRELATION_COUNT, "unknown type"),
		SET(CORRELATIONS, 0, correlation, field, PYDETECT_FIELD_ARGS,
		    value),
		SET(CORRELATIONS, 0, correlation, type,
		    PYDETECT_CORRELATION_EVENT_COUNT,
		    "a field that is not counted"),
		SET(CORRELATIONS, 1, correlation, field,
		    PYDETECT_FIELD_COMMAND_LINE, "a field that is not counted"),
		EDIT(CORRELATIONS, small_for_rules,
		     "capacity below the number of references"),
	};

	(void)state;
	core_check_refused(table, ARRAY_SIZE(table));
}

static void test_view(void **state)
{
	static const struct pydetect_image_extent none;
	struct pydetect_view view;
	struct core_image image;
	u32 i;

	(void)state;
	core_sample(&image);
	core_image_open(&image, &view);
	assert_int_equal(view.nr_automata, SAMPLE_AUTOMATA);
	assert_int_equal(view.nr_predicates, SAMPLE_PREDICATES);
	assert_int_equal(view.nr_rules, SAMPLE_RULES);
	assert_int_equal(view.nr_numbers, 1);
	/* The user's name is only asked for by a program. */
	assert_int_equal(view.fields,
			 BIT(PYDETECT_FIELD_IMAGE) |
				 BIT(PYDETECT_FIELD_INVOKED) |
				 BIT(PYDETECT_FIELD_USER) |
				 BIT(PYDETECT_FIELD_COMMAND_LINE) |
				 BIT(PYDETECT_FIELD_ARGS) |
				 BIT(PYDETECT_FIELD_PARENT_COMMAND_LINE));
	assert_int_equal(view.field_automata[PYDETECT_FIELD_ARGS].first,
			 SAMPLE_OF_ARGS);
	assert_int_equal(view.field_automata[PYDETECT_FIELD_ARGS].count, 1);
	assert_memory_equal(&view.field_automata[PYDETECT_FIELD_USER], &none,
			    sizeof(none));
	for (i = 0; i < PYDETECT_SECTION_COUNT; i++)
		assert_true(view.header->sections[i].count);
	core_image_free(&image);
}

static void test_section_names(void **state)
{
	u32 i, j;

	(void)state;
	assert_string_equal(pydetect_section_name(HEADER), "header");
	assert_string_equal(pydetect_section_name(UINT_MAX), "header");
	for (i = 0; i < PYDETECT_SECTION_COUNT; i++)
		for (j = 0; j < i; j++)
			assert_string_not_equal(pydetect_section_name(i),
						pydetect_section_name(j));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_view),
		cmocka_unit_test(test_section_names),
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_predicates),
		cmocka_unit_test(test_programs),
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_correlations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
