// SPDX-License-Identifier: GPL-2.0-only
/*
 * A leaf compiled by itself, to be asked about texts before there is a policy.
 */
#include <stdlib.h>
#include <string.h>

#include "build_probe.h"
#include "scan.h"

/* The one rule of the image; messages about it are for nobody. */
static int compile(struct rule *rule, struct image *image)
{
	struct rule *rules[] = { rule };
	struct rule_set set;
	struct diag diag;
	int error;

	diag_init(&diag);
	memset(&set, 0, sizeof(set));
	set.rules = rules;
	set.nr_rules = 1;
	error = build_image(&set, image, &diag);
	if (!error && !image->view.nr_rules) {
		image_free(image);
		error = -1;
	}
	diag_free(&diag);
	return error;
}

/**
 * build_probe_init - compile a leaf
 * @probe: filled in
 * @match: the leaf; not needed afterwards
 *
 * Return: 0, or -1 where it cannot be compiled; then there is nothing to free.
 */
int build_probe_init(struct build_probe *probe, struct rule_match *match)
{
	struct rule_node node = { .kind = RULE_NODE_MATCH, .match = match };
	struct rule rule = { .id = "", .title = "", .condition = &node };

	if (compile(&rule, &probe->image))
		return -1;
	probe->exec = scan_exec_new(&probe->image.view);
	if (probe->exec)
		return 0;
	image_free(&probe->image);
	return -1;
}

/**
 * build_probe_free - release what build_probe_init() made
 * @probe: the probe
 */
void build_probe_free(struct build_probe *probe)
{
	free(probe->exec);
	image_free(&probe->image);
}

/**
 * build_probe_holds - does the leaf hold?
 * @probe: the probe
 * @field: the only field that an exec has
 * @text: its value
 */
bool build_probe_holds(struct build_probe *probe, enum pydetect_field field,
		       struct bytes text)
{
	struct scan_event event = { 0 };

	event.fields[field] = text;
	pydetect_exec_reset(probe->exec);
	scan_judge(probe->exec, &event);
	return probe->exec->nr_candidates;
}
