// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a policy takes and what it costs, for people and for machines.
 */
#include "coverage.h"
#include "json_text.h"
#include "print.h"

static void put_fields(struct terminal *terminal,
		       const struct coverage *coverage)
{
	uint32_t i;

	terminal_print(terminal, STYLE_DIM, "  %-18s %8s %8s %10s\n",
		       "field read by", "automata", "states", "bytes");
	for (i = 0; i < PYDETECT_FIELD_COUNT; i++) {
		const struct coverage_field *field = &coverage->fields[i];

		if (!field->automata)
			continue;
		terminal_print(terminal, STYLE_PLAIN,
			       "  %-18s %8llu %8llu %10llu\n", rule_field_title(i),
			       (unsigned long long)field->automata,
			       (unsigned long long)field->states,
			       (unsigned long long)field->bytes);
	}
}

static void put_stage(struct terminal *terminal, uint64_t count,
		      const struct pydetect_view *view, const char *when)
{
	if (count)
		terminal_print(terminal, STYLE_PLAIN,
			       "  %6llu rules (%llu %%) %s\n",
			       (unsigned long long)count,
			       (unsigned long long)(100 * count /
						    view->nr_rules),
			       when);
}

/**
 * print_coverage - the report of check
 * @terminal: where to
 * @coverage: the figures
 * @view: the image
 */
void print_coverage(struct terminal *terminal, const struct coverage *coverage,
		    const struct pydetect_view *view)
{
	const uint64_t *stages = coverage->stages;

	if (coverage->strings)
		terminal_print(terminal, STYLE_PLAIN, "%llu strings, ",
			       (unsigned long long)coverage->strings);
	terminal_print(terminal, STYLE_PLAIN,
		       "%llu bytes of tables, %llu bytes for each start being judged\n",
		       (unsigned long long)coverage->table_bytes,
		       (unsigned long long)coverage->exec_bytes);
	terminal_print(terminal, STYLE_PLAIN, "estimated cost of a start:\n");
	put_stage(terminal, stages[PYDETECT_STAGE_FILE], view,
		  "are dismissed by the file that is started");
	put_stage(terminal, stages[PYDETECT_STAGE_ORIGIN], view,
		  "need its parent or directory as well");
	put_stage(terminal, stages[PYDETECT_STAGE_ARGV], view,
		  "need its arguments");
	put_stage(terminal, stages[PYDETECT_STAGE_ENV], view,
		  "need its environment");
	put_stage(terminal, stages[PYDETECT_STAGE_PARENT_ARGV], view,
		  "need the arguments of its parent");
	put_stage(terminal, coverage->always, view,
		  "are evaluated every time");
	put_fields(terminal, coverage);
}

/**
 * print_cost_json - the estimate of check
 * @coverage: the figures
 * @view: the image
 *
 * Return: an object, owned by the caller.
 */
struct json_object *print_cost_json(const struct coverage *coverage,
				    const struct pydetect_view *view)
{
	static const char *const keys[PYDETECT_STAGE_COUNT] = {
		[PYDETECT_STAGE_FILE] = "file",
		[PYDETECT_STAGE_ORIGIN] = "origin",
		[PYDETECT_STAGE_ARGV] = "argv",
		[PYDETECT_STAGE_ENV] = "env",
		[PYDETECT_STAGE_PARENT_ARGV] = "parent_argv",
	};
	struct json_object *object = json_object_new_object();
	struct json_object *rules = json_object_new_object();
	struct json_object *walks = json_object_new_object();
	double share = coverage->stages[PYDETECT_STAGE_FILE];
	uint32_t i;

	share = view->nr_rules ? share / view->nr_rules : 0;
	for (i = 0; i < PYDETECT_STAGE_COUNT; i++)
		json_add_number(rules, keys[i], coverage->stages[i]);
	json_add_number(rules, "always", coverage->always);
	for (i = 0; i < PYDETECT_FIELD_COUNT; i++)
		if (coverage->fields[i].automata)
			json_add_number(walks, print_field_name(i),
					coverage->fields[i].automata);
	json_object_object_add(object, "first_stage_share",
			       json_object_new_double(share));
	json_object_object_add(object, "rules_by_stage", rules);
	json_object_object_add(object, "automata_by_field", walks);
	json_add_number(object, "table_bytes", coverage->table_bytes);
	json_add_number(object, "exec_bytes", coverage->exec_bytes);
	return object;
}
