// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any bytes as a rule file: read, compiled, tested, and printed.
 *
 * Nothing may go wrong but an error in the diag; a rule is either in the image
 * or has an error; and what was compiled has to judge.
 */
#include <stdint.h>
#include <stdlib.h>

#include "../../ctl/build.h"
#include "../../ctl/scan.h"

#define CHECK(condition)		\
	do {				\
		if (!(condition))	\
			abort();	\
	} while (0)

static void judge_tests(const struct rule *rule, struct pydetect_exec *exec,
			struct scan_event *event)
{
	size_t i;

	for (i = 0; i < rule->nr_tests; i++) {
		CHECK(scan_event_texts(event, rule->tests[i].fields,
				       rule->tests[i].argv));
		CHECK(scan_event_environment(event, rule->tests[i].env));
		pydetect_exec_reset(exec);
		CHECK(!scan_judge(exec, event));
	}
}

static void judge_all(const struct rule_set *set, const struct image *image)
{
	struct pydetect_exec *exec = scan_exec_new(&image->view);
	struct scan_event event = { 0 };
	size_t i;

	CHECK(exec);
	for (i = 0; i < set->nr_rules; i++)
		judge_tests(set->rules[i], exec, &event);
	scan_event_free(&event);
	free(exec);
}

static void compile(const struct rule_set *set, struct diag *diag)
{
	const size_t errors = diag->nr_errors;
	struct image image;
	size_t built;

	if (build_image(set, &image, diag)) {
		CHECK(diag->nr_errors > errors);
		return;
	}
	built = image.view.nr_rules + image.view.nr_correlations;
	CHECK(built <= set->nr_rules);
	CHECK(built == set->nr_rules || diag->nr_errors > errors);
	judge_all(set, &image);
	image_free(&image);
}

static void print(const struct diag *diag)
{
	FILE *null = fopen("/dev/null", "w");

	CHECK(null);
	diag_print(diag, null, true);
	fclose(null);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct rule_options options = { .passwd = "/dev/null" };
	struct rule_set set;
	struct diag diag;

	diag_init(&diag);
	rule_set_init(&set);
	rule_read_buffer(&set, "fuzz.yml", (const char *)data, size, &options,
			 &diag);
	rule_set_link(&set, &diag);
	CHECK(!set.nr_refused || diag.nr_errors);
	if (set.nr_rules)
		compile(&set, &diag);
	print(&diag);
	rule_set_free(&set);
	diag_free(&diag);
	return 0;
}
