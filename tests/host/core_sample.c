// SPDX-License-Identifier: GPL-2.0-only
/*
 * A small policy in which every section has elements.
 */
#include "core_sample.h"

#define TEST(_operand, _test, _true, _false)                          \
	{                                                             \
		.operand = (_operand), .test = PYDETECT_TEST_##_test, \
		.if_true = (_true), .if_false = (_false)              \
	}
#define YES PYDETECT_STEP_TRUE
#define NO PYDETECT_STEP_FALSE

static void add_predicates(struct core_draft *draft)
{
	static const struct {
		enum pydetect_field field;
		u32 rule;
	} predicates[SAMPLE_PREDICATES] = {
		[SAMPLE_IS_PYTHON] = { PYDETECT_FIELD_IMAGE, SAMPLE_SHELL },
		[SAMPLE_HAS_SHELL] = { PYDETECT_FIELD_COMMAND_LINE,
				       SAMPLE_SHELL },
		[SAMPLE_HAS_IMPORT] = { PYDETECT_FIELD_COMMAND_LINE,
					SAMPLE_SHELL },
		[SAMPLE_HAS_CODE] = { PYDETECT_FIELD_ARGS, SAMPLE_CODE },
		[SAMPLE_BY_CRON] = { PYDETECT_FIELD_PARENT_COMMAND_LINE,
				     SAMPLE_CRON },
	};
	u32 i;

	for (i = 0; i < SAMPLE_PREDICATES; i++)
		core_add_predicate(
			draft, predicates[i].field, &predicates[i].rule,
			/* Of the shell rule only Image triggers. */
			i != SAMPLE_HAS_SHELL && i != SAMPLE_HAS_IMPORT);
}

static void add_automata(struct core_draft *draft)
{
	static const struct core_pattern image[] = {
		{ "/python3", CORE_END, SAMPLE_IS_PYTHON },
		{ "/python", CORE_END, SAMPLE_IS_PYTHON },
	};
	static const struct core_pattern command_line[] = {
		{ "/bin/sh", CORE_WORD_START | CORE_WORD_END,
		  SAMPLE_HAS_SHELL },
		{ "sh", CORE_WORD_END, SAMPLE_HAS_SHELL },
		{ "import os", 0, SAMPLE_HAS_IMPORT },
	};
	static const struct core_pattern args[] = {
		{ "-c", CORE_START | CORE_END, SAMPLE_HAS_CODE },
	};
	static const struct core_pattern parent[] = {
		{ "cron", CORE_WORD_START, SAMPLE_BY_CRON },
	};

	core_add_automaton(draft, PYDETECT_FIELD_IMAGE, image,
			   ARRAY_SIZE(image), 2);
	core_add_automaton(draft, PYDETECT_FIELD_INVOKED, image, 1, 1);
	core_add_automaton(draft, PYDETECT_FIELD_COMMAND_LINE, command_line,
			   ARRAY_SIZE(command_line), 2);
	core_add_automaton(draft, PYDETECT_FIELD_ARGS, args, ARRAY_SIZE(args),
			   99);
	core_add_automaton(draft, PYDETECT_FIELD_PARENT_COMMAND_LINE, parent,
			   ARRAY_SIZE(parent), 0);
}

static void add_shell_programs(struct core_draft *draft)
{
	static const struct pydetect_image_step python[] = {
		TEST(SAMPLE_IS_PYTHON, PREDICATE, YES, NO),
	};
	static const struct pydetect_image_step code[] = {
		TEST(SAMPLE_IS_PYTHON, PREDICATE, 1, NO),
		TEST(SAMPLE_HAS_SHELL, PREDICATE, YES, 1),
		TEST(SAMPLE_HAS_IMPORT, PREDICATE, YES, NO),
	};
	static const struct pydetect_image_step whole[] = {
		TEST(SAMPLE_IS_PYTHON, PREDICATE, 1, NO),
		TEST(SAMPLE_HAS_SHELL, PREDICATE, 2, 1),
		TEST(SAMPLE_HAS_IMPORT, PREDICATE, 1, NO),
		TEST(SAMPLE_BY_CRON, PREDICATE, NO, YES),
	};
	struct pydetect_image_extent *programs =
		core_rule(draft, SAMPLE_SHELL)->programs;

	programs[PYDETECT_STAGE_FILE] =
		core_add_program(draft, python, ARRAY_SIZE(python));
	programs[PYDETECT_STAGE_ORIGIN] =
		core_add_program(draft, python, ARRAY_SIZE(python));
	programs[PYDETECT_STAGE_ARGV] =
		core_add_program(draft, code, ARRAY_SIZE(code));
	programs[PYDETECT_STAGE_PARENT_ARGV] =
		core_add_program(draft, whole, ARRAY_SIZE(whole));
}

static void add_other_programs(struct core_draft *draft)
{
	static const struct pydetect_image_step user[] = {
		TEST(PYDETECT_FIELD_USER, PRESENT, 1, NO),
		TEST(0, NUMBER, YES, NO),
	};
	static const struct pydetect_image_step cron[] = {
		TEST(SAMPLE_BY_CRON, PREDICATE, YES, NO),
	};
	static const struct pydetect_image_step code[] = {
		TEST(SAMPLE_HAS_CODE, PREDICATE, YES, NO),
	};
	u32 stage;

	for (stage = 0; stage < PYDETECT_STAGE_COUNT; stage++)
		core_rule(draft, SAMPLE_USER)->programs[stage] =
			core_add_program(draft, user, ARRAY_SIZE(user));
	core_rule(draft, SAMPLE_CRON)->programs[PYDETECT_STAGE_PARENT_ARGV] =
		core_add_program(draft, cron, ARRAY_SIZE(cron));
	core_rule(draft, SAMPLE_CODE)->programs[PYDETECT_STAGE_PARENT_ARGV] =
		core_add_program(draft, code, ARRAY_SIZE(code));
}

static void add_rules(struct core_draft *draft)
{
	static const struct pydetect_image_range ranges[] = {
		{ 0, 0 },
		{ 1000, 65533 },
	};
	static const u32 always[] = { SAMPLE_USER };

	core_add_rule(draft, "shell", PYDETECT_ACTION_BLOCK);
	core_add_rule(draft, "user", PYDETECT_ACTION_REPORT);
	core_add_rule(draft, "cron", PYDETECT_ACTION_REPORT);
	core_add_rule(draft, "code", PYDETECT_ACTION_REPORT);
	core_add_number(draft, PYDETECT_NUMBER_UID, ranges, ARRAY_SIZE(ranges));
	draft->always = core_add_triggers(draft, always, ARRAY_SIZE(always));
}

static void add_labels_and_tags(struct core_draft *draft)
{
	static const struct pydetect_image_step steps[] = {
		TEST(SAMPLE_HAS_SHELL, PREDICATE, YES, NO),
	};
	const struct pydetect_image_label label = {
		.name = core_add_string(draft, "Shell"),
		.program = core_add_program(draft, steps, ARRAY_SIZE(steps)),
	};
	const u32 tag = core_add_string(draft, "attack.t1059.006");
	struct pydetect_image_rule *rule = core_rule(draft, SAMPLE_SHELL);

	rule->labels.first =
		core_add(draft, PYDETECT_SECTION_LABELS, &label, 1);
	rule->labels.count = 1;
	rule->head.tags.first = core_add(draft, PYDETECT_SECTION_TAGS, &tag, 1);
	rule->head.tags.count = 1;
}

static void feed(struct core_draft *draft, struct pydetect_image_head *head,
		 u32 correlation)
{
	head->feeds.first =
		core_add(draft, PYDETECT_SECTION_FEEDS, &correlation, 1);
	head->feeds.count = 1;
}

static struct pydetect_image_correlation
correlation(struct core_draft *draft, const char *id, const u32 *references,
	    u32 count, const u32 *groups)
{
	return (struct pydetect_image_correlation){
		.head.id = core_add_string(draft, id),
		.head.title = core_add_string(draft, "a correlation"),
		.head.author = core_add_string(draft, ""),
		.identity = count,
		.timespan = 60000000000,
		.max = UINT_MAX,
		.capacity = 8,
		.references.first = core_add(draft, PYDETECT_SECTION_REFERENCES,
					     references, count),
		.references.count = count,
		.groups.first =
			core_add(draft, PYDETECT_SECTION_GROUPS, groups, 2),
		.groups.count = 2,
	};
}

static void add_correlations(struct core_draft *draft)
{
	static const u32 burst_of[] = { SAMPLE_CODE };
	static const u32 both_of[] = { SAMPLE_CRON,
				       SAMPLE_RULES + SAMPLE_BURST };
	static const u32 groups[] = { PYDETECT_FIELD_PARENT_PROCESS_GUID,
				      PYDETECT_FIELD_CURRENT_DIRECTORY };
	static const u32 tracked[] = { SAMPLE_IS_PYTHON };
	struct pydetect_image_correlation burst =
		correlation(draft, "burst", burst_of, 1, groups);
	struct pydetect_image_correlation both =
		correlation(draft, "both", both_of, 2, groups);

	burst.type = PYDETECT_CORRELATION_VALUE_COUNT;
	burst.field = PYDETECT_FIELD_COMMAND_LINE;
	burst.min = 5;
	both.type = PYDETECT_CORRELATION_TEMPORAL;
	both.min = 2;
	feed(draft, &core_rule(draft, SAMPLE_CODE)->head, SAMPLE_BURST);
	feed(draft, &core_rule(draft, SAMPLE_CRON)->head, SAMPLE_BOTH);
	feed(draft, &burst.head, SAMPLE_BOTH);
	core_add(draft, PYDETECT_SECTION_CORRELATIONS, &burst, 1);
	core_add(draft, PYDETECT_SECTION_CORRELATIONS, &both, 1);
	core_add(draft, PYDETECT_SECTION_TRACKED, tracked, 1);
}

/**
 * core_sample_draft - the sections of the sample
 * @draft: set; freed with core_draft_free()
 */
void core_sample_draft(struct core_draft *draft)
{
	*draft = (struct core_draft){};
	add_rules(draft);
	add_predicates(draft);
	add_automata(draft);
	add_labels_and_tags(draft);
	add_shell_programs(draft);
	add_other_programs(draft);
	core_settle_fields(draft);
	add_correlations(draft);
}

/**
 * core_sample - the sample as an image
 * @image: set; freed with core_image_free()
 */
void core_sample(struct core_image *image)
{
	struct core_draft draft;

	core_sample_draft(&draft);
	core_image_make(image, &draft);
	core_draft_free(&draft);
}
