// SPDX-License-Identifier: GPL-2.0-only
/*
 * A readable listing of a policy image.
 *
 * Everything the kernel would run can be read off it: which automata walk which
 * field, which predicates they decide, what triggers a rule and what it tests
 * in which order.
 */
#include "clock.h"
#include "coverage.h"
#include "print.h"
#include "rule.h"
#include "../module/core/image.h"
#include "../module/core/verify.h"

static const char *const stage_names[PYDETECT_STAGE_COUNT] = {
	[PYDETECT_STAGE_FILE] = "file",
	[PYDETECT_STAGE_ORIGIN] = "origin",
	[PYDETECT_STAGE_ARGV] = "argv",
	[PYDETECT_STAGE_ENV] = "env",
	[PYDETECT_STAGE_PARENT_ARGV] = "parent argv",
};

static const char *number_name(u32 number)
{
	static const char *const names[PYDETECT_NUMBER_COUNT] = {
		[PYDETECT_NUMBER_UID] = "user id",
		[PYDETECT_NUMBER_LOGON_ID] = "LogonId",
		[PYDETECT_NUMBER_ARG_COUNT] = "ArgCount",
	};

	return names[number];
}

static void print_heading(struct terminal *terminal, const char *heading)
{
	terminal_print(terminal, STYLE_BOLD, "\n%s\n", heading);
}

static void print_header(struct terminal *terminal,
			 const struct pydetect_view *view)
{
	const struct pydetect_image_header *header = view->header;
	u32 i;

	terminal_print(terminal, STYLE_BOLD, "policy image\n");
	terminal_print(terminal, STYLE_PLAIN,
		       "  version %u, %u bytes, checksum %016llx\n",
		       header->version, header->size,
		       (unsigned long long)header->checksum);
	terminal_print(terminal, STYLE_PLAIN, "  policy version %llu\n",
		       (unsigned long long)header->serial);
	terminal_print(terminal, STYLE_PLAIN, "  always captured: %s",
		       stage_names[PYDETECT_STAGE_FILE]);
	for (i = 1; i <= view->late_stage; i++)
		if (view->late_fields & view->stage_fields[i])
			terminal_print(terminal, STYLE_PLAIN, ", %s",
				       stage_names[i]);
	terminal_print(terminal, STYLE_PLAIN, "\n");
}

static void print_sections(struct terminal *terminal,
			   const struct pydetect_view *view)
{
	const struct pydetect_image_header *header = view->header;
	u32 i;

	print_heading(terminal, "sections");
	for (i = 0; i < PYDETECT_SECTION_COUNT; i++) {
		const u32 first = header->sections[i].first;
		const u32 end = i + 1 < PYDETECT_SECTION_COUNT ?
					header->sections[i + 1].first :
					header->size;

		terminal_print(terminal, STYLE_PLAIN,
			       "  %-14s %9u elements %10u bytes\n",
			       pydetect_section_name(i),
			       header->sections[i].count, end - first);
	}
}

static void print_automata(struct terminal *terminal,
			   const struct pydetect_view *view)
{
	u32 i;

	print_heading(terminal, "automata");
	terminal_print(terminal, STYLE_DIM,
		       "  %-18s %8s %8s %8s %8s %10s\n", "field", "states",
		       "dense", "lists", "classes", "bytes");
	for (i = 0; i < view->nr_automata; i++) {
		const struct pydetect_image_automaton *automaton =
			&view->automata[i];

		terminal_print(terminal, STYLE_PLAIN,
			       "  %-18s %8u %8u %8u %8u %10zu\n",
			       rule_field_title(automaton->field),
			       pydetect_states(automaton),
			       automaton->dense / automaton->classes,
			       pydetect_lists(automaton), automaton->classes,
			       coverage_automaton_bytes(view, i));
	}
}

static void print_triggers(struct terminal *terminal,
			   const struct pydetect_view *view,
			   struct pydetect_image_extent triggers)
{
	u32 i;

	for (i = 0; i < triggers.count; i++)
		terminal_print(terminal, STYLE_DIM, "%s %u",
			       i ? "," : "  triggers rule",
			       view->triggers[triggers.first + i]);
	terminal_print(terminal, STYLE_PLAIN, "\n");
}

static void print_predicates(struct terminal *terminal,
			     const struct pydetect_view *view)
{
	u32 i;

	print_heading(terminal, "predicates");
	for (i = 0; i < view->nr_predicates; i++) {
		const struct pydetect_image_predicate *predicate =
			&view->predicates[i];

		terminal_print(terminal, STYLE_PLAIN, "  P%u ", i);
		terminal_string(terminal, STYLE_PLAIN,
				pydetect_string(view, predicate->text));
		print_triggers(terminal, view, predicate->triggers);
	}
}

static void print_numbers(struct terminal *terminal,
			  const struct pydetect_view *view)
{
	u32 i, j;

	if (view->nr_numbers)
		print_heading(terminal, "numbers");
	for (i = 0; i < view->nr_numbers; i++) {
		const struct pydetect_image_number *number = &view->numbers[i];

		terminal_print(terminal, STYLE_PLAIN, "  N%u %s:", i,
			       number_name(number->number));
		for (j = 0; j < number->ranges.count; j++) {
			const struct pydetect_image_range *range =
				&view->ranges[number->ranges.first + j];

			terminal_print(terminal, STYLE_PLAIN, " %llu-%llu",
				       (unsigned long long)range->low,
				       (unsigned long long)range->high);
		}
		terminal_print(terminal, STYLE_PLAIN, "\n");
	}
}

static void print_jump(struct terminal *terminal, const char *when, u32 at,
		       u16 jump)
{
	if (jump == PYDETECT_STEP_TRUE)
		terminal_print(terminal, STYLE_PLAIN, ", %s true", when);
	else if (jump == PYDETECT_STEP_FALSE)
		terminal_print(terminal, STYLE_PLAIN, ", %s false", when);
	else
		terminal_print(terminal, STYLE_PLAIN, ", %s go to %u", when,
			       at + jump);
}

static void print_test(struct terminal *terminal,
		       const struct pydetect_view *view,
		       const struct pydetect_image_step *step)
{
	switch (step->test) {
	case PYDETECT_TEST_PREDICATE:
		terminal_print(terminal, STYLE_PLAIN, "P%u ", step->operand);
		terminal_string(terminal, STYLE_DIM,
				pydetect_string(view,
						view->predicates[step->operand]
							.text));
		break;
	case PYDETECT_TEST_NUMBER:
		terminal_print(terminal, STYLE_PLAIN, "N%u ", step->operand);
		terminal_string(terminal, STYLE_DIM,
				pydetect_string(view,
						view->numbers[step->operand]
							.text));
		break;
	default:
		terminal_print(terminal, STYLE_PLAIN, "%s is present",
			       rule_field_title(step->operand));
		break;
	}
}

static void print_program(struct terminal *terminal,
			  const struct pydetect_view *view,
			  struct pydetect_image_extent program)
{
	u32 i;

	for (i = 0; i < program.count; i++) {
		const struct pydetect_image_step *step =
			&view->steps[program.first + i];

		terminal_print(terminal, STYLE_PLAIN, "      %3u: ", i);
		print_test(terminal, view, step);
		print_jump(terminal, "if so", i, step->if_true);
		print_jump(terminal, "else", i, step->if_false);
		terminal_print(terminal, STYLE_PLAIN, "\n");
	}
}

static void print_programs(struct terminal *terminal,
			   const struct pydetect_view *view,
			   const struct pydetect_image_rule *rule)
{
	u32 i;

	for (i = 0; i < PYDETECT_STAGE_COUNT; i++) {
		if (!rule->programs[i].count)
			continue;
		terminal_print(terminal, STYLE_PLAIN, "    after %s\n",
			       stage_names[i]);
		print_program(terminal, view, rule->programs[i]);
	}
}

static void print_labels(struct terminal *terminal,
			 const struct pydetect_view *view,
			 struct pydetect_image_extent labels)
{
	u32 i;

	for (i = labels.first; i < labels.first + labels.count; i++) {
		terminal_print(terminal, STYLE_PLAIN, "    label ");
		terminal_string(terminal, STYLE_BOLD,
				pydetect_string(view, view->labels[i].name));
		terminal_print(terminal, STYLE_PLAIN, "\n");
		print_program(terminal, view, view->labels[i].program);
	}
}

static void print_feeds(struct terminal *terminal,
			const struct pydetect_view *view,
			struct pydetect_image_extent feeds)
{
	u32 i;

	if (!feeds.count)
		return;
	terminal_print(terminal, STYLE_PLAIN, "    feeds");
	for (i = 0; i < feeds.count; i++)
		terminal_print(terminal, STYLE_PLAIN, "%s C%u", i ? "," : "",
			       view->feeds[feeds.first + i]);
	terminal_print(terminal, STYLE_PLAIN, "\n");
}

static void print_head(struct terminal *terminal,
		       const struct pydetect_view *view,
		       const struct pydetect_image_head *head)
{
	u32 i;

	terminal_string(terminal, STYLE_BOLD,
			pydetect_string(view, head->title));
	terminal_print(terminal, STYLE_PLAIN, "\n    id ");
	terminal_string(terminal, STYLE_PLAIN, pydetect_string(view, head->id));
	terminal_print(terminal, STYLE_PLAIN, ", level %s, action %s",
		       rule_level_name(head->level),
		       head->action == PYDETECT_ACTION_BLOCK ? "block" :
							       "report");
	if (head->flags & PYDETECT_HEAD_SILENT)
		terminal_print(terminal, STYLE_PLAIN, ", silent");
	for (i = head->tags.first; i < head->tags.first + head->tags.count;
	     i++) {
		terminal_print(terminal, STYLE_PLAIN, ", ");
		terminal_string(terminal, STYLE_PLAIN,
				pydetect_string(view, view->tags[i]));
	}
	terminal_print(terminal, STYLE_PLAIN, "\n");
	print_feeds(terminal, view, head->feeds);
}

static void print_rule(struct terminal *terminal,
		       const struct pydetect_view *view, u32 number)
{
	const struct pydetect_image_rule *rule = &view->rules[number];

	terminal_print(terminal, STYLE_PLAIN, "  %u ", number);
	print_head(terminal, view, &rule->head);
	print_programs(terminal, view, rule);
	print_labels(terminal, view, rule->labels);
}

static void print_count(struct terminal *terminal,
			const struct pydetect_image_correlation *correlation)
{
	terminal_print(terminal, STYLE_PLAIN, "    %s",
		       rule_correlation_type_name(correlation->type));
	if (correlation->type == PYDETECT_CORRELATION_VALUE_COUNT)
		terminal_print(terminal, STYLE_PLAIN, " of %s",
			       rule_field_title(correlation->field));
	terminal_print(terminal, STYLE_PLAIN, " from %u", correlation->min);
	if (correlation->max != UINT32_MAX)
		terminal_print(terminal, STYLE_PLAIN, " to %u",
			       correlation->max);
	if (correlation->except)
		terminal_print(terminal, STYLE_PLAIN, " but not %u",
			       correlation->except);
	terminal_print(terminal, STYLE_PLAIN,
		       " within %llu s, %u values kept\n",
		       correlation->timespan / NS_PER_SECOND,
		       correlation->capacity);
}

static void print_references(struct terminal *terminal,
			     const struct pydetect_view *view,
			     struct pydetect_image_extent references)
{
	u32 i;

	for (i = 0; i < references.count; i++) {
		const u32 number = view->references[references.first + i];
		const bool is_rule = number < view->nr_rules;

		terminal_print(terminal, STYLE_PLAIN, "%s %s%u",
			       i ? "," : "    counts", is_rule ? "rule " : "C",
			       is_rule ? number : number - view->nr_rules);
	}
	terminal_print(terminal, STYLE_PLAIN, "\n");
}

static void print_groups(struct terminal *terminal,
			 const struct pydetect_view *view,
			 struct pydetect_image_extent groups)
{
	u32 i;

	terminal_print(terminal, STYLE_PLAIN, "    %s",
		       groups.count ? "grouped by" : "not grouped");
	for (i = 0; i < groups.count; i++)
		terminal_print(terminal, STYLE_PLAIN, "%s %s", i ? "," : "",
			       rule_field_title(view->groups[groups.first + i]));
	terminal_print(terminal, STYLE_PLAIN, "\n");
}

static void print_correlations(struct terminal *terminal,
			       const struct pydetect_view *view)
{
	u32 i;

	if (view->nr_correlations)
		print_heading(terminal, "correlations");
	for (i = 0; i < view->nr_correlations; i++) {
		const struct pydetect_image_correlation *correlation =
			&view->correlations[i];

		terminal_print(terminal, STYLE_PLAIN, "  C%u ", i);
		print_head(terminal, view, &correlation->head);
		terminal_print(terminal, STYLE_PLAIN, "    identity %016llx\n",
			       (unsigned long long)correlation->identity);
		print_count(terminal, correlation);
		print_references(terminal, view, correlation->references);
		print_groups(terminal, view, correlation->groups);
	}
}

static void print_tracked(struct terminal *terminal,
			  const struct pydetect_view *view)
{
	u32 i;

	if (view->nr_tracked)
		print_heading(terminal, "processes to follow");
	for (i = 0; i < view->nr_tracked; i++) {
		const u32 number = view->tracked[i];

		terminal_print(terminal, STYLE_PLAIN, "  P%u ", number);
		terminal_string(terminal, STYLE_DIM,
				pydetect_string(view,
						view->predicates[number].text));
		terminal_print(terminal, STYLE_PLAIN, "\n");
	}
}

static void print_always(struct terminal *terminal,
			 const struct pydetect_view *view)
{
	if (!view->header->always.count)
		return;
	print_heading(terminal, "candidates without any hit");
	print_triggers(terminal, view, view->header->always);
}

/**
 * print_image - print a readable listing of a policy image
 * @view: the image, verified
 * @stream: where to
 */
void print_image(const struct pydetect_view *view, FILE *stream)
{
	struct terminal terminal;
	u32 i;

	terminal_init(&terminal, stream);
	print_header(&terminal, view);
	print_sections(&terminal, view);
	print_automata(&terminal, view);
	print_predicates(&terminal, view);
	print_numbers(&terminal, view);
	print_always(&terminal, view);
	print_tracked(&terminal, view);
	print_heading(&terminal, "rules");
	for (i = 0; i < view->nr_rules; i++)
		print_rule(&terminal, view, i);
	print_correlations(&terminal, view);
}
