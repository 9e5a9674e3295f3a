// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>

#include "cmd.h"
#include "json_text.h"
#include "print.h"
#include "../module/core/exec.h"

static const char help[] =
	"Usage: pydetectctl check [OPTION]... PATH...\n\n"
	"Compiles rules as load does, without loading them, and says what would be\n"
	"loaded and what is refused. Exits with 1 where something is refused.\n\n"
	"  --json          print the result as JSON\n"
	"  --output IMAGE  also write the policy image to a file, for load\n"
	"  --any-product   take rules whatever their logsource says\n"
	"  -h, --help      show this\n";

static const struct option options[] = {
	{ "json", no_argument, NULL, 'j' },
	{ "output", required_argument, NULL, 'o' },
	{ "any-product", no_argument, NULL, 'a' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

/**
 * struct check - what was asked for
 * @rule_options: how to read rules
 * @output: where the image goes, or NULL
 * @json: for machines?
 */
struct check {
	struct rule_options rule_options;
	const char *output;
	bool json;
};

static void add_place(struct json_object *object, const struct place *place)
{
	if (place->file)
		json_add_string(object, "file", place->file);
	if (!place->line)
		return;
	json_add_number(object, "line", place->line);
	json_add_number(object, "column", place->column);
}

static struct json_object *entry_json(const struct diag_entry *entry)
{
	struct json_object *object = json_object_new_object();

	add_place(object, &entry->place);
	if (entry->rule_id)
		json_add_string(object, "id", entry->rule_id);
	json_add_string(object, "reason", entry->message);
	if (entry->hint)
		json_add_string(object, "hint", entry->hint);
	return object;
}

static struct json_object *entries_json(const struct diag *diag,
					enum diag_severity severity)
{
	struct json_object *array = json_object_new_array();
	size_t i;

	for (i = 0; i < diag->nr_entries; i++)
		if (diag->entries[i].severity == severity)
			json_object_array_add(array,
					      entry_json(&diag->entries[i]));
	return array;
}

static struct json_object *image_json(const struct image *image)
{
	const struct pydetect_view *view = &image->view;
	struct json_object *object = json_object_new_object();
	uint64_t states = 0;
	uint32_t i;

	for (i = 0; i < view->nr_automata; i++)
		states += view->automata[i].states;
	json_add_number(object, "bytes", image->size);
	json_add_number(object, "automata", view->nr_automata);
	json_add_number(object, "states", states);
	json_add_number(object, "predicates", view->nr_predicates);
	json_add_number(object, "exec_bytes", pydetect_exec_bytes(view));
	return object;
}

static void put_json(const struct cmd_policy *policy)
{
	struct json_object *object = json_object_new_object();

	json_add_number(object, "loaded",
			policy->has_image ? policy->image.view.nr_rules : 0);
	json_add_number(object, "refused_rules", policy->nr_refused);
	json_object_object_add(object, "refused",
			       entries_json(&policy->diag, DIAG_ERROR));
	json_object_object_add(object, "warnings",
			       entries_json(&policy->diag, DIAG_WARNING));
	if (policy->has_image)
		json_object_object_add(object, "image",
				       image_json(&policy->image));
	print_json(object, stdout);
}

static void put_text(const struct cmd_policy *policy)
{
	const struct pydetect_view *view = &policy->image.view;
	unsigned long long states = 0;
	uint32_t i;

	for (i = 0; i < view->nr_automata; i++)
		states += view->automata[i].states;
	printf("%u rules would be loaded, %zu refused, %zu warnings\n",
	       view->nr_rules, policy->nr_refused,
	       policy->diag.nr_entries - policy->diag.nr_errors);
	if (policy->has_image)
		printf("image: %zu bytes, %u automata, %llu states, %u predicates\n",
		       policy->image.size, view->nr_automata, states,
		       view->nr_predicates);
}

static int check(char *const *paths, size_t nr_paths, const struct check *check)
{
	struct cmd_policy policy;
	int result = CMD_DONE;

	cmd_compile(&policy, paths, nr_paths, &check->rule_options);
	if (check->output && policy.has_image)
		image_write(&policy.image, check->output, &policy.diag);
	if (check->json) {
		put_json(&policy);
	} else {
		cmd_print_diag(&policy);
		put_text(&policy);
	}
	if (policy.diag.nr_errors || !policy.has_image)
		result = CMD_FAILED;
	cmd_policy_free(&policy);
	return result;
}

/**
 * cmd_check - pydetectctl check
 * @argc: number of arguments
 * @argv: arguments
 *
 * Return: enum cmd_result.
 */
int cmd_check(int argc, char **argv)
{
	struct check what = { 0 };
	int option;

	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (option) {
		case 'j':
			what.json = true;
			break;
		case 'o':
			what.output = optarg;
			break;
		case 'a':
			what.rule_options.any_product = true;
			break;
		case 'h':
			return cmd_help(help);
		default:
			return cmd_bad_option();
		}
	}
	if (optind == argc)
		return cmd_usage("check: name rule files or directories");
	return check(argv + optind, argc - optind, &what);
}
