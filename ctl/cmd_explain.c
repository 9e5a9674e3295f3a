// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "explain.h"
#include "print.h"
#include "which.h"

static const char help[] =
	"Usage: pydetectctl explain [OPTION]... PATH [ID] -- ARGUMENT...\n"
	"  or:  pydetectctl explain [OPTION]... PATH [ID] --event FILE\n\n"
	"Shows which part of a rule holds for a program start, where in which field,\n"
	"and which part does not. PATH is a rule file or directory; ID names one of\n"
	"its rules. Where there are several and none is named, those that match are\n"
	"shown.\n\n"
	"The program start is ARGUMENT..., found in the PATH of this machine as a shell\n"
	"would, or the first one that FILE records in a form that scan reads; - is\n"
	"standard input.\n\n"
	"  --rules PATH        the same as PATH alone; may be repeated\n"
	"  --event FILE        take the program start from a file\n"
	"  --all               take all program starts of the file\n"
	"  --set FIELD=VALUE   set a field, e.g. ParentImage; may be repeated\n"
	"  --json              print a line of JSON for each rule\n"
	"  --any-product       take rules whatever their logsource says\n"
	"  -h, --help          show this\n";

static const struct option options[] = {
	{ "rules", required_argument, NULL, 'r' },
	{ "event", required_argument, NULL, 'e' },
	{ "all", no_argument, NULL, 'l' },
	{ "set", required_argument, NULL, 's' },
	{ "json", no_argument, NULL, 'j' },
	{ "any-product", no_argument, NULL, 'a' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

/**
 * struct explaining - what was asked for
 * @paths: rule files and directories
 * @nr_paths: how many
 * @rule_options: how to read them
 * @id: the rule, or NULL
 * @file: where program starts come from, or NULL
 * @all: all of them?
 * @argv: the program start, or NULL
 * @fields: what --set says
 * @json: for machines?
 * @policy: the rules
 * @exec: memory of the core
 * @nr_shown: explanations printed
 * @nr_events: program starts
 */
struct explaining {
	char **paths;
	size_t nr_paths;
	struct rule_options rule_options;
	const char *id;
	const char *file;
	bool all;
	const char **argv;
	const char *fields[PYDETECT_FIELD_COUNT];
	bool json;
	struct cmd_policy policy;
	struct pydetect_exec *exec;
	size_t nr_shown;
	size_t nr_events;
};

static void put_explain(struct explaining *what, const struct explain *explain)
{
	struct terminal terminal;

	if (what->json) {
		print_json(print_explain_json(explain), stdout);
		return;
	}
	terminal_init(&terminal, stdout);
	if (what->nr_shown)
		putchar('\n');
	print_explain(&terminal, explain);
}

static int explain_rule(struct explaining *what, const struct rule *rule,
			uint32_t number, const struct scan_event *event)
{
	struct explain explain = {
		.rule = rule,
		.event = event,
		.id = event->id,
		.matched = scan_matched(what->exec, number),
	};
	int error = explain_tree(rule, event, &explain.tree);

	if (error) {
		cmd_error("out of memory");
	} else if (explain.tree.holds != explain.matched) {
		cmd_error("rule %s and its parts do not agree; please report this",
			  rule->id);
		error = -EINVAL;
	}
	if (!error)
		put_explain(what, &explain);
	what->nr_shown++;
	explain_tree_free(&explain.tree);
	return error;
}

static bool is_wanted(const struct explaining *what, const struct rule *rule,
		      uint32_t number)
{
	if (what->id)
		return !strcmp(what->id, rule->id);
	return what->policy.image.view.nr_rules == 1 ||
	       scan_matched(what->exec, number);
}

/* No rule was refused: the image has those of the set, in order. */
static int explain_event(struct explaining *what,
			 const struct scan_event *event)
{
	const struct rule_set *set = &what->policy.set;
	uint32_t number = 0;
	int error = 0;
	size_t i;

	what->nr_events++;
	pydetect_exec_reset(what->exec);
	scan_judge(what->exec, event);
	for (i = 0; i < set->nr_rules && !error; i++) {
		const struct rule *rule = set->rules[i];

		if (rule->correlation)
			continue;
		if (is_wanted(what, rule, number))
			error = explain_rule(what, rule, number, event);
		number++;
	}
	return error;
}

static int explain_argv(struct explaining *what)
{
	struct scan_event event = { 0 };
	char *found = NULL;
	int error;

	which_fields(what->argv, what->fields, &found);
	error = scan_event_texts(&event, what->fields, what->argv) ?
			explain_event(what, &event) :
			-ENOMEM;
	scan_event_free(&event);
	free(found);
	return error;
}

/* Fields that --set names take the place of those of the file. */
static void set_fields(const struct explaining *what, struct scan_event *event)
{
	uint32_t i;

	for (i = 0; i < PYDETECT_FIELD_COUNT; i++)
		if (what->fields[i])
			event->fields[i] = bytes_of(what->fields[i]);
}

static int explain_stream(struct explaining *what, struct scan_reader *reader)
{
	struct scan_event event = { 0 };
	enum scan_read last;
	int error = 0;

	do {
		last = scan_read(reader, &event);
		if (last == SCAN_MALFORMED) {
			cmd_error("%s:%llu: %s", what->file, reader->number,
				  reader->error);
			error = -EINVAL;
		} else if (last == SCAN_FAILED) {
			cmd_error("%s: %s", what->file, strerror(errno));
			error = -EIO;
		} else if (last == SCAN_EVENT) {
			set_fields(what, &event);
			error = explain_event(what, &event);
		}
	} while (!error && last == SCAN_EVENT && what->all);
	scan_event_free(&event);
	return error;
}

static int explain_file(struct explaining *what)
{
	const bool is_stdin = !strcmp(what->file, "-");
	FILE *stream = is_stdin ? stdin : fopen(what->file, "re");
	struct scan_reader reader;
	int error = -ENOMEM;

	if (!stream) {
		cmd_error("%s: %s", what->file, strerror(errno));
		return -EIO;
	}
	if (!scan_reader_init(&reader, stream))
		error = explain_stream(what, &reader);
	scan_reader_free(&reader);
	if (!is_stdin)
		fclose(stream);
	if (!error && !what->nr_events) {
		cmd_error("%s: no program start in it", what->file);
		return -EINVAL;
	}
	return error;
}

static bool has_rule(const struct explaining *what)
{
	size_t i;

	for (i = 0; i < what->policy.set.nr_rules; i++) {
		const struct rule *rule = what->policy.set.rules[i];

		if (strcmp(rule->id, what->id))
			continue;
		if (!rule->correlation)
			return true;
		cmd_error("'%s' is a correlation, about many program starts; scan judges those",
			  what->id);
		return false;
	}
	cmd_error("no rule there has the id '%s'", what->id);
	return false;
}

static int explain_policy(struct explaining *what)
{
	int error;

	if (what->id && !has_rule(what))
		return CMD_FAILED;
	what->exec = scan_exec_new(&what->policy.image.view);
	if (!what->exec) {
		cmd_error("out of memory");
		return CMD_FAILED;
	}
	error = what->file ? explain_file(what) : explain_argv(what);
	free(what->exec);
	if (!error && !what->nr_shown && !what->json)
		printf("none of %u rules matches\n",
		       what->policy.image.view.nr_rules);
	return error ? CMD_FAILED : CMD_DONE;
}

static int explain(struct explaining *what)
{
	int result = CMD_FAILED;

	if (what->nr_paths == 1 && image_is_image(what->paths[0]))
		return cmd_usage("explain: a policy image does not know its rules' text; name the rules it was made of");
	cmd_compile(&what->policy, what->paths, what->nr_paths,
		    &what->rule_options);
	cmd_print_diag(&what->policy);
	if (cmd_policy_usable(&what->policy, false))
		result = explain_policy(what);
	cmd_policy_free(&what->policy);
	return result;
}

static int set_field(struct explaining *what, char *text)
{
	char *value = strchr(text, '=');
	int field;

	if (!value)
		return cmd_usage("explain: --set needs FIELD=VALUE");
	*value++ = '\0';
	field = rule_field_by_key(text);
	if (field < 0 || field == PYDETECT_FIELD_ARGS)
		return cmd_usage("explain: there is no field '%s' to set",
				 text);
	what->fields[field] = value;
	return CMD_DONE;
}

static int read_option(struct explaining *what, int option)
{
	switch (option) {
	case 'r':
		what->paths[what->nr_paths++] = optarg;
		return CMD_DONE;
	case 'e':
		what->file = optarg;
		return CMD_DONE;
	case 'l':
		what->all = true;
		return CMD_DONE;
	case 's':
		return set_field(what, optarg);
	case 'j':
		what->json = true;
		return CMD_DONE;
	case 'a':
		what->rule_options.any_product = true;
		return CMD_DONE;
	default:
		return cmd_bad_option();
	}
}

static int check_usage(const struct explaining *what, int nr_left)
{
	if (nr_left)
		return cmd_usage("explain: give the program start behind --");
	if (!what->nr_paths)
		return cmd_usage("explain: name a rule file");
	if (!what->file == !what->argv)
		return cmd_usage("explain: give either arguments behind -- or --event");
	return CMD_DONE;
}

static int read_options(struct explaining *what, int argc, char **argv)
{
	int option, result = CMD_DONE;

	while (result == CMD_DONE &&
	       (option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (option == 'h')
			exit(cmd_finish_output(cmd_help(help)));
		result = read_option(what, option);
	}
	if (result != CMD_DONE)
		return result;
	if (optind < argc && !what->nr_paths)
		what->paths[what->nr_paths++] = argv[optind++];
	if (optind < argc)
		what->id = argv[optind++];
	return check_usage(what, argc - optind);
}

/* Where the program start begins, which is not for getopt to look at. */
static int find_dashes(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++)
		if (!strcmp(argv[i], "--"))
			return i;
	return argc;
}

/**
 * cmd_explain - pydetectctl explain
 * @argc: number of arguments
 * @argv: arguments
 *
 * Return: enum cmd_result.
 */
int cmd_explain(int argc, char **argv)
{
	const int dashes = find_dashes(argc, argv);
	struct explaining what = { 0 };
	int result;

	if (dashes + 1 < argc)
		what.argv = (const char **)argv + dashes + 1;
	what.paths = calloc(argc + 1, sizeof(*what.paths));
	if (!what.paths) {
		cmd_error("out of memory");
		return CMD_FAILED;
	}
	result = read_options(&what, dashes, argv);
	if (result == CMD_DONE)
		result = explain(&what);
	free(what.paths);
	return result;
}
