// SPDX-License-Identifier: GPL-2.0-only
/*
 * Why a rule matched, for people.
 */
#include <string.h>

#include "explain.h"

/* A field is shown up to here; hits further on are shown by themselves. */
#define VALUE_BYTES 400

static void put_value(struct terminal *terminal, struct bytes value)
{
	const size_t length = value.length;

	if (length > VALUE_BYTES)
		value.length = VALUE_BYTES;
	terminal_bytes(terminal, STYLE_PLAIN, value);
	if (length > VALUE_BYTES)
		terminal_print(terminal, STYLE_DIM, " %s (%zu bytes)",
			       terminal_ellipsis(terminal), length);
}

static void put_field(struct terminal *terminal, const char *name,
		      struct bytes value)
{
	terminal_print(terminal, STYLE_DIM, "  %-18s ", name);
	put_value(terminal, value);
	terminal_print(terminal, STYLE_PLAIN, "\n");
}

/* Args are the command line once more, and names are part of the paths. */
static bool is_repetition(const struct scan_event *event, uint32_t field)
{
	switch (field) {
	case PYDETECT_FIELD_ARGS:
		return event->fields[PYDETECT_FIELD_COMMAND_LINE].data;
	case PYDETECT_FIELD_IMAGE_NAME:
		return event->fields[PYDETECT_FIELD_IMAGE].data;
	case PYDETECT_FIELD_INVOKED_NAME:
		return event->fields[PYDETECT_FIELD_INVOKED].data;
	case PYDETECT_FIELD_PARENT_IMAGE_NAME:
		return event->fields[PYDETECT_FIELD_PARENT_IMAGE].data;
	case PYDETECT_FIELD_LINEAGE_IMAGE_NAME:
		return event->fields[PYDETECT_FIELD_LINEAGE_IMAGE].data;
	case PYDETECT_FIELD_LINEAGE_INVOKED_NAME:
		return event->fields[PYDETECT_FIELD_LINEAGE_INVOKED].data;
	default:
		return false;
	}
}

static void put_fields(struct terminal *terminal,
		       const struct scan_event *event)
{
	uint32_t i;

	for (i = 0; i < PYDETECT_FIELD_COUNT; i++)
		if (event->fields[i].data && !is_repetition(event, i))
			put_field(terminal, rule_field_title(i),
				  event->fields[i]);
	if (event->has_number >> PYDETECT_NUMBER_UID & 1)
		terminal_print(terminal, STYLE_PLAIN, "  %-18s %llu\n",
			       "user id",
			       (unsigned long long)
				       event->numbers[PYDETECT_NUMBER_UID]);
}

static void put_atom(struct terminal *terminal, uint16_t atom)
{
	const uint8_t byte = atom;

	if (atom == RULE_ATOM_ANY_RUN || atom == RULE_ATOM_ANY_ONE) {
		terminal_print(terminal, STYLE_PLAIN, "%c",
			       atom == RULE_ATOM_ANY_RUN ? '*' : '?');
		return;
	}
	if (atom == '*' || atom == '?' || atom == '\\')
		terminal_print(terminal, STYLE_PLAIN, "\\");
	terminal_bytes(terminal, STYLE_PLAIN, (struct bytes){ &byte, 1 });
}

static void put_pattern(struct terminal *terminal,
			const struct rule_pattern *pattern)
{
	size_t i;

	if (pattern->regex)
		terminal_string(terminal, STYLE_PLAIN, pattern->regex);
	for (i = 0; i < pattern->nr_atoms; i++)
		put_atom(terminal, pattern->atoms[i]);
}

static void put_found(struct terminal *terminal,
		      const struct scan_event *event,
		      const struct explain_hit *hit)
{
	struct bytes found = explain_found(event, hit);

	if (found.data) {
		terminal_print(terminal, STYLE_PLAIN, " at byte %llu: ",
			       (unsigned long long)(hit->end - hit->length));
		terminal_bytes(terminal, STYLE_MARK, found);
	} else if (hit->placed) {
		terminal_print(terminal, STYLE_PLAIN, " up to byte %llu",
			       (unsigned long long)hit->end);
	}
}

static void put_hit(struct terminal *terminal, const struct scan_event *event,
		    const struct explain_hit *hit, int indent)
{
	terminal_print(terminal, STYLE_PLAIN, "%*s%s matches ", indent + 6, "",
		       rule_field_title(hit->field));
	put_pattern(terminal, hit->pattern);
	put_found(terminal, event, hit);
	terminal_print(terminal, STYLE_PLAIN, "\n");
}

/* Why a leaf does not hold. */
static void put_miss(struct terminal *terminal, const struct scan_event *event,
		     const struct rule_match *match, int indent)
{
	const struct bytes value = event->fields[match->field];

	terminal_print(terminal, STYLE_PLAIN, "%*s", indent + 6, "");
	if (!value.data) {
		terminal_print(terminal, STYLE_DIM, "there is no %s\n",
			       rule_field_title(match->field));
		return;
	}
	terminal_print(terminal, STYLE_DIM, "%s is ",
		       rule_field_title(match->field));
	put_value(terminal, value);
	terminal_print(terminal, STYLE_PLAIN, "\n");
}

static void put_leaf(struct terminal *terminal, const struct scan_event *event,
		     const struct explain_node *tree, int indent)
{
	const struct rule_match *match = tree->node->match;
	size_t i;

	terminal_string(terminal, STYLE_PLAIN, match->text);
	if (match->kind == RULE_MATCH_PRESENT)
		terminal_print(terminal, STYLE_PLAIN, " is there");
	if (match->kind == RULE_MATCH_NUMBER &&
	    match->number == PYDETECT_NUMBER_UID)
		terminal_print(terminal, STYLE_PLAIN, " (by user id)");
	terminal_print(terminal, STYLE_PLAIN, "\n");
	for (i = 0; i < tree->nr_hits; i++)
		put_hit(terminal, event, &tree->hits[i], indent);
	if (!tree->holds && match->kind != RULE_MATCH_PRESENT)
		put_miss(terminal, event, match, indent);
}

static void put_node(struct terminal *terminal, const struct scan_event *event,
		     const struct explain_node *tree, int indent)
{
	static const char *const words[] = {
		[RULE_NODE_AND] = "all of these:",
		[RULE_NODE_OR] = "any of these:",
		[RULE_NODE_NOT] = "not:",
	};
	const struct rule_node *node = tree->node;
	size_t i;

	terminal_print(terminal, tree->holds ? STYLE_GREEN : STYLE_RED,
		       "  %-3s", tree->holds ? "yes" : "no");
	terminal_print(terminal, STYLE_PLAIN, " %*s", indent, "");
	if (node->name) {
		terminal_string(terminal, STYLE_BOLD, node->name);
		terminal_print(terminal, STYLE_PLAIN, ": ");
	}
	if (node->kind == RULE_NODE_MATCH) {
		put_leaf(terminal, event, tree, indent + 2);
		return;
	}
	terminal_print(terminal, STYLE_PLAIN, "%s\n", words[node->kind]);
	for (i = 0; i < node->nr_children; i++)
		put_node(terminal, event, &tree->children[i], indent + 2);
}

static void put_heading(struct terminal *terminal,
			const struct explain *explain)
{
	const struct rule *rule = explain->rule;

	terminal_string(terminal, STYLE_BOLD, rule->title);
	terminal_print(terminal, STYLE_PLAIN, " (");
	terminal_string(terminal, STYLE_PLAIN, rule->id);
	terminal_print(terminal, STYLE_PLAIN, ", ");
	terminal_string(terminal, STYLE_PLAIN, rule->place.file);
	terminal_print(terminal, STYLE_PLAIN, ":%u) ", rule->place.line);
	terminal_print(terminal, explain->matched ? STYLE_RED : STYLE_GREEN,
		       "%s", explain->matched ? "matches" : "does not match");
	if (explain->id) {
		terminal_print(terminal, STYLE_PLAIN, " event ");
		terminal_string(terminal, STYLE_PLAIN,
				json_object_get_string(explain->id));
	}
	terminal_print(terminal, STYLE_PLAIN, "\n");
}

/**
 * print_explain - show which part of a rule held, and where
 * @terminal: where to
 * @explain: the rule, judged
 */
void print_explain(struct terminal *terminal, const struct explain *explain)
{
	put_heading(terminal, explain);
	put_fields(terminal, explain->event);
	put_node(terminal, explain->event, &explain->tree, 0);
}
