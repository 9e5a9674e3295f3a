// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "json_text.h"
#include "print.h"
#include "scan.h"

static const char help[] =
	"Usage: pydetectctl test [OPTION]... PATH...\n\n"
	"Compiles rules and judges the program starts that the rules themselves list\n"
	"under pydetect.tests, as the kernel would. Exits with 1 where a rule does not\n"
	"keep what its tests say, or is refused.\n\n"
	"  --json         print the result as JSON\n"
	"  --any-product  take rules whatever their logsource says\n"
	"  -h, --help     show this\n";

static const struct option options[] = {
	{ "json", no_argument, NULL, 'j' },
	{ "any-product", no_argument, NULL, 'a' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

/**
 * struct testing - one run
 * @exec: memory of the core, used again for each test
 * @event: the program start, likewise
 * @json: list of failures for machines, NULL: print them for people
 * @nr_rules: rules that have tests
 * @nr_without: rules that have none
 * @nr_passed: tests that hold
 * @nr_failed: tests that do not
 */
struct testing {
	struct pydetect_exec *exec;
	struct scan_event event;
	struct json_object *json;
	size_t nr_rules;
	size_t nr_without;
	size_t nr_passed;
	size_t nr_failed;
};

static void put_failure(const struct rule *rule, const struct rule_test *test)
{
	struct terminal terminal;

	terminal_init(&terminal, stdout);
	terminal_string(&terminal, STYLE_BOLD, test->place.file);
	terminal_print(&terminal, STYLE_BOLD, ":%u:%u: ", test->place.line,
		       test->place.column);
	terminal_print(&terminal, STYLE_RED, "failed: ");
	terminal_print(&terminal, STYLE_PLAIN, "rule '");
	terminal_string(&terminal, STYLE_PLAIN, rule->title);
	terminal_print(&terminal, STYLE_PLAIN, "' %s\n",
		       test->match ? "should match this and does not" :
				     "should not match this and does");
}

static struct json_object *failure_json(const struct rule *rule,
					const struct rule_test *test)
{
	struct json_object *object = json_object_new_object();

	json_add_string(object, "file", test->place.file);
	json_add_number(object, "line", test->place.line);
	json_add_number(object, "column", test->place.column);
	json_add_string(object, "id", rule->id);
	json_add_string(object, "expected", test->match ? "match" : "nomatch");
	return object;
}

static void fail(struct testing *testing, const struct rule *rule,
		 const struct rule_test *test)
{
	testing->nr_failed++;
	if (testing->json)
		json_object_array_add(testing->json, failure_json(rule, test));
	else
		put_failure(rule, test);
}

/* False when out of memory. */
static bool run_test(struct testing *testing, const struct rule *rule,
		     const struct rule_test *test, uint32_t number)
{
	if (!scan_event_texts(&testing->event, test->fields, test->argv) ||
	    !scan_event_environment(&testing->event, test->env))
		return false;
	pydetect_exec_reset(testing->exec);
	scan_judge(testing->exec, &testing->event);
	if (scan_matched(testing->exec, number) == test->match)
		testing->nr_passed++;
	else
		fail(testing, rule, test);
	return true;
}

static bool run_rule(struct testing *testing, const struct rule *rule,
		     uint32_t number)
{
	size_t i;

	if (rule->nr_tests)
		testing->nr_rules++;
	else
		testing->nr_without++;
	for (i = 0; i < rule->nr_tests; i++)
		if (!run_test(testing, rule, &rule->tests[i], number))
			return false;
	return true;
}

/* The image has the rules in the order of the set, without those refused. */
static bool run_rules(struct testing *testing, const struct cmd_policy *policy)
{
	const struct pydetect_view *view = &policy->image.view;
	uint32_t number = 0;
	size_t i;

	testing->exec = scan_exec_new(view);
	if (!testing->exec)
		return false;
	for (i = 0; i < policy->set.nr_rules && number < view->nr_rules; i++) {
		const struct rule *rule = policy->set.rules[i];

		if (rule->correlation ||
		    strcmp(rule->id,
			   pydetect_string(view, view->rules[number].head.id)))
			continue;
		if (!run_rule(testing, rule, number++))
			return false;
	}
	return true;
}

static void put_json(struct testing *testing, size_t nr_refused)
{
	struct json_object *object = json_object_new_object();

	json_add_number(object, "passed", testing->nr_passed);
	json_add_number(object, "failed", testing->nr_failed);
	json_add_number(object, "rules", testing->nr_rules);
	json_add_number(object, "rules_without_tests", testing->nr_without);
	json_add_number(object, "refused_rules", nr_refused);
	json_object_object_add(object, "failures", testing->json);
	print_json(object, stdout);
}

static const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

static void put_text(const struct testing *testing, size_t nr_refused)
{
	printf("%zu test%s of %zu rule%s passed, %zu failed; %zu rule%s without tests",
	       testing->nr_passed, plural(testing->nr_passed),
	       testing->nr_rules, plural(testing->nr_rules),
	       testing->nr_failed, testing->nr_without,
	       plural(testing->nr_without));
	if (nr_refused)
		printf(", %zu refused", nr_refused);
	putchar('\n');
}

static int test_policy(struct testing *testing, const struct cmd_policy *policy)
{
	if (policy->has_image && !run_rules(testing, policy)) {
		cmd_error("out of memory");
		return CMD_FAILED;
	}
	if (testing->json)
		put_json(testing, policy->nr_refused);
	else
		put_text(testing, policy->nr_refused);
	return testing->nr_failed || policy->diag.nr_errors ||
			       !policy->has_image ?
		       CMD_FAILED :
		       CMD_DONE;
}

static int test(char *const *paths, size_t nr_paths,
		const struct rule_options *rule_options, bool json)
{
	struct testing testing = { 0 };
	struct cmd_policy policy;
	int result;

	if (nr_paths == 1 && image_is_image(paths[0]))
		return cmd_usage("test: a policy image has no tests; name the rules it was made of");
	cmd_compile(&policy, paths, nr_paths, rule_options);
	cmd_print_diag(&policy);
	if (json)
		testing.json = json_object_new_array();
	result = test_policy(&testing, &policy);
	free(testing.exec);
	scan_event_free(&testing.event);
	cmd_policy_free(&policy);
	return result;
}

/**
 * cmd_test - pydetectctl test
 * @argc: number of arguments
 * @argv: arguments
 *
 * Return: enum cmd_result.
 */
int cmd_test(int argc, char **argv)
{
	struct rule_options rule_options = { 0 };
	bool json = false;
	int option;

	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (option) {
		case 'j':
			json = true;
			break;
		case 'a':
			rule_options.any_product = true;
			break;
		case 'h':
			return cmd_help(help);
		default:
			return cmd_bad_option();
		}
	}
	if (optind == argc)
		return cmd_usage("test: name rule files or directories");
	return test(argv + optind, argc - optind, &rule_options, json);
}
