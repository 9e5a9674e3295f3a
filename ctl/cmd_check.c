// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cmd.h"
#include "coverage.h"
#include "json_text.h"
#include "print.h"

static const char help[] =
	"Usage: pydetectctl check [OPTION]... PATH...\n\n"
	"Compiles rules as load does, without loading them, and says what would be\n"
	"loaded and what is refused. Exits with 1 where something is refused.\n\n"
	"  --json          print the result as JSON\n"
	"  --output IMAGE  also write the policy image to a file, for sign and load\n"
	"  --serial N      version of the policy in that file, which a locked module\n"
	"                  wants to be higher than any before (default: seconds since\n"
	"                  1970, or SOURCE_DATE_EPOCH; of an image: what it has)\n"
	"  --any-product   take rules whatever their logsource says\n"
	"  -h, --help      show this\n";

static const struct option options[] = {
	{ "json", no_argument, NULL, 'j' },
	{ "output", required_argument, NULL, 'o' },
	{ "serial", required_argument, NULL, 'n' },
	{ "any-product", no_argument, NULL, 'a' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

/**
 * struct check - what was asked for
 * @rule_options: how to read rules
 * @output: where the image goes, or NULL
 * @serial: version of the policy
 * @has_serial: was that asked for?
 * @json: for machines?
 */
struct check {
	struct rule_options rule_options;
	const char *output;
	unsigned long long serial;
	bool has_serial;
	bool json;
};

/* Always the same keys: what is not known is null. */
static struct json_object *entry_json(const struct diag_entry *entry)
{
	struct json_object *object = json_object_new_object();
	const struct place *place = &entry->place;
	struct json_object *line = NULL;

	if (place->line)
		line = json_object_new_uint64(place->line);
	json_object_object_add(object, "file",
			       place->file ?
				       json_text(bytes_of(place->file)) :
				       NULL);
	json_object_object_add(object, "line", line);
	json_object_object_add(object, "id",
			       entry->rule_id ?
				       json_text(bytes_of(entry->rule_id)) :
				       NULL);
	json_object_object_add(object, "reason",
			       json_text(bytes_of(entry->message)));
	if (place->line && place->column)
		json_add_number(object, "column", place->column);
	if (entry->hint)
		json_object_object_add(object, "hint",
				       json_text(bytes_of(entry->hint)));
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

static bool same_text(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

/* Are both about the same rule? Without an id, about the same file. */
static bool same_rule(const struct diag_entry *a, const struct diag_entry *b)
{
	return same_text(a->place.file, b->place.file) &&
	       same_text(a->rule_id, b->rule_id);
}

/* The first error of each rule; those of a rule come one after the other. */
static struct json_object *refused_json(const struct diag *diag)
{
	struct json_object *array = json_object_new_array();
	const struct diag_entry *last = NULL;
	size_t i;

	for (i = 0; i < diag->nr_entries; i++) {
		const struct diag_entry *entry = &diag->entries[i];

		if (entry->severity != DIAG_ERROR)
			continue;
		if (!last || !same_rule(last, entry))
			json_object_array_add(array, entry_json(entry));
		last = entry;
	}
	return array;
}

static struct json_object *image_json(const struct image *image,
				      const struct coverage *coverage)
{
	const struct pydetect_view *view = &image->view;
	struct json_object *object = json_object_new_object();

	json_add_number(object, "bytes", image->size);
	json_add_number(object, "automata", view->nr_automata);
	json_add_number(object, "states", coverage->states);
	json_add_number(object, "predicates", view->nr_predicates);
	json_add_number(object, "exec_bytes", coverage->exec_bytes);
	return object;
}

static void add_coverage(struct json_object *object,
			 const struct cmd_policy *policy)
{
	struct coverage coverage;

	coverage_init(&coverage, &policy->image.view, &policy->set);
	json_add_number(object, "strings", coverage.strings);
	json_add_number(object, "states", coverage.states);
	json_add_number(object, "bytes", policy->image.size);
	json_object_object_add(object, "cost",
			       print_cost_json(&coverage, &policy->image.view));
	json_object_object_add(object, "image",
			       image_json(&policy->image, &coverage));
}

static void put_json(const struct cmd_policy *policy)
{
	struct json_object *object = json_object_new_object();

	json_add_number(object, "loaded",
			policy->has_image ? policy->image.view.nr_rules : 0);
	json_object_object_add(object, "refused", refused_json(&policy->diag));
	json_add_number(object, "refused_rules", policy->nr_refused);
	json_add_number(object, "correlations",
			policy->has_image ?
				policy->image.view.nr_correlations :
				0);
	json_object_object_add(object, "errors",
			       entries_json(&policy->diag, DIAG_ERROR));
	json_object_object_add(object, "warnings",
			       entries_json(&policy->diag, DIAG_WARNING));
	if (policy->has_image)
		add_coverage(object, policy);
	print_json(object, stdout);
}

static void put_text(const struct cmd_policy *policy)
{
	const struct pydetect_view *view = &policy->image.view;
	char size[CMD_POLICY_SIZE_BYTES];
	struct terminal terminal;
	struct coverage coverage;

	cmd_policy_size(&policy->image, size, sizeof(size));
	printf("%s would be loaded, %zu refused, %zu warnings\n", size,
	       policy->nr_refused,
	       policy->diag.nr_entries - policy->diag.nr_errors);
	if (!policy->has_image)
		return;
	coverage_init(&coverage, view, &policy->set);
	printf("image: %zu bytes, %u automata, %llu states, %u predicates\n",
	       policy->image.size, view->nr_automata,
	       (unsigned long long)coverage.states, view->nr_predicates);
	terminal_init(&terminal, stdout);
	print_coverage(&terminal, &coverage, view);
}

/*
 * The same for the same rules at the same time: whoever builds reproducibly
 * says what time it is.
 */
static unsigned long long serial_of_now(void)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	unsigned long long serial;

	if (epoch && cmd_whole(epoch, &serial))
		return serial;
	return time(NULL);
}

/* An image that was read has its version already. */
static void write_image(struct cmd_policy *policy, const struct check *check)
{
	if (check->has_serial)
		image_set_serial(&policy->image, check->serial);
	else if (policy->set.nr_rules)
		image_set_serial(&policy->image, serial_of_now());
	image_write(&policy->image, check->output, &policy->diag);
}

static int check(char *const *paths, size_t nr_paths, const struct check *check)
{
	struct cmd_policy policy;
	int result = CMD_DONE;

	cmd_compile(&policy, paths, nr_paths, &check->rule_options);
	if (check->output && policy.has_image)
		write_image(&policy, check);
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
		case 'n':
			if (!cmd_whole(optarg, &what.serial))
				return cmd_usage("check: '%s' is not a version",
						 optarg);
			what.has_serial = true;
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
	if (what.has_serial && !what.output)
		return cmd_usage("check: --serial needs --output");
	return check(argv + optind, argc - optind, &what);
}
