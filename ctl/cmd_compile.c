// SPDX-License-Identifier: GPL-2.0-only
/*
 * Paths on the command line -> a policy image: rule files are compiled, an
 * image is taken as it is.
 */
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "terminal.h"

static void read_rules(struct cmd_policy *policy, char *const *paths,
		       size_t nr_paths, const struct rule_options *options)
{
	size_t i;

	for (i = 0; i < nr_paths; i++)
		rule_read_path(&policy->set, paths[i], options, &policy->diag);
	rule_set_link(&policy->set, &policy->diag);
}

static void build(struct cmd_policy *policy)
{
	policy->nr_refused = policy->set.nr_refused;
	if (!policy->set.nr_rules)
		return;
	if (build_image(&policy->set, &policy->image, &policy->diag))
		return;
	policy->has_image = true;
	policy->nr_refused += policy->set.nr_rules -
			      policy->image.view.nr_rules -
			      policy->image.view.nr_correlations;
}

/**
 * cmd_compile - compile rules, or read an image
 * @policy: the result; cmd_policy_free() releases it
 * @paths: rule files and directories, or one image
 * @nr_paths: how many, at least one
 * @options: how to read rules
 *
 * Says nothing: messages are in the diag of @policy.
 */
void cmd_compile(struct cmd_policy *policy, char *const *paths, size_t nr_paths,
		 const struct rule_options *options)
{
	memset(policy, 0, sizeof(*policy));
	diag_init(&policy->diag);
	rule_set_init(&policy->set);
	if (nr_paths == 1 && image_is_image(paths[0])) {
		policy->has_image =
			!image_read(&policy->image, paths[0], &policy->diag);
		return;
	}
	read_rules(policy, paths, nr_paths, options);
	build(policy);
	if (!policy->set.nr_rules && !policy->diag.nr_errors) {
		struct place place = { .file = paths[0] };
		struct diag_entry *entry;

		entry = diag_error(&policy->diag, &place,
				   "there are no rules here");
		diag_hint(entry,
			  "rules are in files whose names end in .yml or .yaml");
	}
}

/**
 * cmd_policy_free - release what cmd_compile() made
 * @policy: the policy
 */
void cmd_policy_free(struct cmd_policy *policy)
{
	if (policy->has_image)
		image_free(&policy->image);
	rule_set_free(&policy->set);
	diag_free(&policy->diag);
}

/**
 * cmd_print_diag - print errors and warnings
 * @policy: the policy
 */
void cmd_print_diag(const struct cmd_policy *policy)
{
	struct terminal terminal;

	terminal_init(&terminal, stderr);
	diag_print(&policy->diag, stderr, terminal.colour);
}

/**
 * cmd_policy_usable - is there a policy, and all of it?
 * @policy: the policy
 * @skip_unsupported: rules may have been left out
 *
 * Says what to do where it is not; cmd_print_diag() has said what is wrong.
 *
 * Return: whether to go on.
 */
bool cmd_policy_usable(const struct cmd_policy *policy, bool skip_unsupported)
{
	const size_t nr = policy->nr_refused;

	if (!policy->has_image)
		return false;
	if (!policy->diag.nr_errors)
		return true;
	if (!skip_unsupported) {
		cmd_error("%zu rule%s refused; --skip-unsupported goes on with the other %u",
			  nr, nr == 1 ? " was" : "s were",
			  policy->image.view.nr_rules +
				  policy->image.view.nr_correlations);
		return false;
	}
	cmd_error("left out %zu rule%s, listed above", nr, nr == 1 ? "" : "s");
	return true;
}

/**
 * cmd_policy_size - how much is in a policy, in words
 * @image: the policy; all zero is an empty one
 * @text: set to "2 rules", or "2 rules and 3 correlations"
 * @size: room in @text
 */
void cmd_policy_size(const struct image *image, char *text, size_t size)
{
	const struct pydetect_view *view = &image->view;

	if (view->nr_correlations)
		snprintf(text, size, "%u rules and %u correlation%s",
			 view->nr_rules, view->nr_correlations,
			 view->nr_correlations == 1 ? "" : "s");
	else
		snprintf(text, size, "%u rules", view->nr_rules);
}
