// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rules with their counters.
 */
#include <string.h>

#include "json_text.h"
#include "print.h"
#include "rule.h"

static const char *name_of_action(uint32_t action)
{
	return action == PYDETECT_ACTION_BLOCK ? "block" : "report";
}

static const char *action_name(const struct event_rule *rule)
{
	return rule->silent ? "feed" : name_of_action(rule->action);
}

static void put_rule(struct terminal *terminal, const struct event_rule *rule)
{
	terminal_print(terminal, rule->matched ? STYLE_BOLD : STYLE_DIM,
		       "%10llu %10llu  ", (unsigned long long)rule->matched,
		       (unsigned long long)rule->denied);
	terminal_print(terminal, print_level_style(rule->level), "%-13s ",
		       rule_level_name(rule->level));
	terminal_print(terminal, rule->overridden ? STYLE_YELLOW : STYLE_PLAIN,
		       "%s%-*s  ", action_name(rule),
		       (int)(6 - strlen(action_name(rule))),
		       rule->overridden ? "*" : "");
	terminal_bytes(terminal, STYLE_PLAIN, rule->title);
	fputs("  ", terminal->stream);
	terminal_bytes(terminal, STYLE_DIM, rule->id);
	fputc('\n', terminal->stream);
}

/**
 * print_rules - print the rules of a policy for people
 * @terminal: where
 * @rules: the rules, in the order in which they are to be printed
 * @nr_rules: how many
 */
void print_rules(struct terminal *terminal, struct event_rule *const *rules,
		 size_t nr_rules)
{
	bool overridden = false;
	size_t i;

	terminal_print(terminal, STYLE_BOLD, "%10s %10s  %-13s %-6s  %s\n",
		       "MATCHED", "DENIED", "LEVEL", "ACTION", "RULE");
	for (i = 0; i < nr_rules; i++) {
		overridden |= rules[i]->overridden;
		put_rule(terminal, rules[i]);
	}
	if (overridden)
		terminal_print(terminal, STYLE_DIM,
			       "* set by 'pydetectctl rules set'; 'default' takes it back\n");
}

static void add_array(struct json_object *object, const char *key,
		      const struct bytes *values, size_t nr)
{
	struct json_object *array = json_object_new_array();
	size_t i;

	for (i = 0; i < nr; i++)
		json_object_array_add(array, json_text(values[i]));
	json_object_object_add(object, key, array);
}

/**
 * print_rule_json - a rule for machines
 * @rule: the rule
 *
 * Return: an object without counters, owned by the caller.
 */
struct json_object *print_rule_json(const struct event_rule *rule)
{
	struct json_object *object = json_object_new_object();

	json_add_text(object, "id", rule->id);
	json_add_text(object, "title", rule->title);
	json_add_text(object, "author", rule->author);
	json_add_string(object, "level", rule_level_name(rule->level));
	json_add_string(object, "action", name_of_action(rule->action));
	if (rule->overridden)
		json_add_string(object, "file_action",
				name_of_action(rule->file_action));
	json_object_object_add(object, "correlation",
			       json_object_new_boolean(rule->correlation));
	if (rule->silent)
		json_object_object_add(object, "silent",
				       json_object_new_boolean(true));
	add_array(object, "tags", rule->tags, rule->nr_tags);
	add_array(object, "labels", rule->labels, rule->nr_labels);
	return object;
}
