// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "json_text.h"
#include "list.h"
#include "print.h"
#include "../module/core/env.h"

static const char help[] =
	"Usage: pydetectctl rules [OPTION]...\n"
	"       pydetectctl rules set ID report|block|default\n\n"
	"Lists the rules of the policy in force, and how often each matched and\n"
	"denied since it was loaded. 'rules set' says what one of them does instead\n"
	"of what its file says; see 'pydetectctl rules set --help'.\n\n"
	"  --sort KEY  order by matched, denied, level or title; without it in the\n"
	"              order of the policy\n"
	"  --json      print them as JSON\n"
	"  -h, --help  show this\n";

static const struct option options[] = {
	{ "sort", required_argument, NULL, 's' },
	{ "json", no_argument, NULL, 'j' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

typedef int (*compare_t)(const void *left, const void *right);

static const struct event_rule *rule_at(const void *element)
{
	return *(struct event_rule *const *)element;
}

/* qsort() does not keep the order of equals; people expect it. */
static int by_order(const void *left, const void *right)
{
	const struct list_rule *a = (const void *)rule_at(left);
	const struct list_rule *b = (const void *)rule_at(right);

	return (a->order > b->order) - (a->order < b->order);
}

static int descending(uint64_t a, uint64_t b)
{
	return (a < b) - (a > b);
}

static int by_matched(const void *left, const void *right)
{
	int order = descending(rule_at(left)->matched, rule_at(right)->matched);

	return order ? order : by_order(left, right);
}

static int by_denied(const void *left, const void *right)
{
	int order = descending(rule_at(left)->denied, rule_at(right)->denied);

	return order ? order : by_matched(left, right);
}

static int by_level(const void *left, const void *right)
{
	int order = descending(rule_at(left)->level, rule_at(right)->level);

	return order ? order : by_order(left, right);
}

static int by_title(const void *left, const void *right)
{
	struct bytes a = rule_at(left)->title, b = rule_at(right)->title;
	int order = strncasecmp((const char *)a.data, (const char *)b.data,
				a.length < b.length ? a.length : b.length);

	return order ? order : descending(b.length, a.length);
}

static compare_t order_by_name(const char *name)
{
	static const struct {
		const char *name;
		compare_t compare;
	} orders[] = {
		{ "matched", by_matched },
		{ "denied", by_denied },
		{ "level", by_level },
		{ "title", by_title },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(orders); i++)
		if (!strcmp(name, orders[i].name))
			return orders[i].compare;
	return NULL;
}

static void put_json(const struct list_rules *list)
{
	struct json_object *array = json_object_new_array();
	size_t i;

	for (i = 0; i < list->nr; i++) {
		struct json_object *rule = print_rule_json(list->rules[i]);

		json_add_number(rule, "matched", list->rules[i]->matched);
		json_add_number(rule, "denied", list->rules[i]->denied);
		json_object_array_add(array, rule);
	}
	print_json(array, stdout);
}

static void put_text(const struct list_rules *list)
{
	struct terminal terminal;

	if (!list->nr) {
		puts("no rules are loaded; load some with pydetectctl load");
		return;
	}
	terminal_init(&terminal, stdout);
	print_rules(&terminal, list->rules, list->nr);
}

static int show(compare_t order, bool json)
{
	struct list_rules list = { 0 };
	struct channel *channel;
	int error, result;

	result = cmd_connect(&channel);
	if (result != CMD_DONE)
		return result;
	error = list_rules_read(&list, channel);
	if (error)
		result =
			cmd_channel_failed(channel, "listing the rules", error);
	if (!error && list.nr)
		qsort(list.rules, list.nr, sizeof(*list.rules), order);
	if (!error && json)
		put_json(&list);
	else if (!error)
		put_text(&list);
	list_rules_free(&list);
	channel_close(channel);
	return result;
}

/**
 * cmd_rules - pydetectctl rules
 * @argc: number of arguments
 * @argv: arguments
 *
 * Return: enum cmd_result.
 */
int cmd_rules(int argc, char **argv)
{
	compare_t order = by_order;
	bool json = false;
	int option;

	if (argc > 1 && !strcmp(argv[1], "set"))
		return cmd_rules_set(argc - 1, argv + 1);
	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (option) {
		case 's':
			order = order_by_name(optarg);
			if (!order)
				return cmd_usage("rules: cannot sort by '%s'",
						 optarg);
			break;
		case 'j':
			json = true;
			break;
		case 'h':
			return cmd_help(help);
		default:
			return cmd_bad_option();
		}
	}
	if (optind < argc)
		return cmd_usage("rules: unexpected argument '%s'",
				 argv[optind]);
	return show(order, json);
}
