// SPDX-License-Identifier: GPL-2.0-only
/*
 * Why a rule matched, for machines.
 */
#include <stdlib.h>

#include "explain.h"
#include "json_text.h"
#include "print.h"

static void add_bool(struct json_object *object, const char *key, bool value)
{
	json_object_object_add(object, key, json_object_new_boolean(value));
}

/* A command line is argv joined by spaces. */
static struct json_object *text_json(enum pydetect_field field,
				     struct bytes text)
{
	struct json_object *json;
	uint8_t *copy;
	size_t i;

	if ((field != PYDETECT_FIELD_COMMAND_LINE &&
	     field != PYDETECT_FIELD_PARENT_COMMAND_LINE) ||
	    !text.length)
		return json_text(text);
	copy = malloc(text.length);
	if (!copy)
		return NULL;
	for (i = 0; i < text.length; i++)
		copy[i] = text.data[i] ? text.data[i] : ' ';
	json = json_text((struct bytes){ copy, text.length });
	free(copy);
	return json;
}

/* NAME=value, one after the other. */
static struct json_object *env_json(struct bytes env)
{
	struct json_object *array = json_object_new_array();

	while (env.length) {
		const uint8_t *end = memchr(env.data, 0, env.length);
		const size_t length = end ? (size_t)(end - env.data) :
					    env.length;

		json_object_array_add(
			array, json_text((struct bytes){ env.data, length }));
		env.data += length + !!end;
		env.length -= length + !!end;
	}
	return array;
}

static struct json_object *field_json(enum pydetect_field field,
				      struct bytes value)
{
	return field == PYDETECT_FIELD_ENV ? env_json(value) :
					     text_json(field, value);
}

static struct json_object *fields_json(const struct scan_event *event)
{
	struct json_object *object = json_object_new_object();
	uint32_t i;

	for (i = 0; i < PYDETECT_FIELD_COUNT; i++)
		if (event->fields[i].data && i != PYDETECT_FIELD_ARGS)
			json_object_object_add(object, print_field_name(i),
					       field_json(i, event->fields[i]));
	if (event->has_number >> PYDETECT_NUMBER_UID & 1)
		json_add_number(object, "uid",
				event->numbers[PYDETECT_NUMBER_UID]);
	return object;
}

static struct json_object *hit_json(const struct scan_event *event,
				    const struct explain_hit *hit)
{
	struct json_object *object = json_object_new_object();
	const struct bytes found = explain_found(event, hit);

	json_add_string(object, "field", print_field_name(hit->field));
	json_add_number(object, "line", hit->pattern->place.line);
	json_add_number(object, "column", hit->pattern->place.column);
	if (hit->placed)
		json_add_number(object, "end", hit->end);
	if (!found.data)
		return object;
	json_add_number(object, "offset", hit->end - hit->length);
	json_object_object_add(object, "text", text_json(hit->field, found));
	return object;
}

static void add_leaf(struct json_object *object,
		     const struct explain_node *tree,
		     const struct scan_event *event)
{
	struct json_object *hits = json_object_new_array();
	size_t i;

	json_add_string(object, "test", tree->node->match->text);
	json_add_string(object, "field",
			rule_field_name(tree->node->match->field));
	for (i = 0; i < tree->nr_hits; i++)
		json_object_array_add(hits, hit_json(event, &tree->hits[i]));
	json_object_object_add(object, "hits", hits);
}

static struct json_object *node_json(const struct explain_node *tree,
				     const struct scan_event *event)
{
	static const char *const kinds[] = {
		[RULE_NODE_AND] = "and",
		[RULE_NODE_OR] = "or",
		[RULE_NODE_NOT] = "not",
		[RULE_NODE_MATCH] = "match",
	};
	const struct rule_node *node = tree->node;
	struct json_object *object = json_object_new_object();
	struct json_object *children;
	size_t i;

	json_add_string(object, "kind", kinds[node->kind]);
	if (node->name)
		json_add_string(object, "name", node->name);
	json_add_number(object, "line", node->place.line);
	json_add_number(object, "column", node->place.column);
	add_bool(object, "holds", tree->holds);
	if (node->kind == RULE_NODE_MATCH) {
		add_leaf(object, tree, event);
		return object;
	}
	children = json_object_new_array();
	for (i = 0; i < node->nr_children; i++)
		json_object_array_add(children,
				      node_json(&tree->children[i], event));
	json_object_object_add(object, "children", children);
	return object;
}

/**
 * print_explain_json - which part of a rule held, and where
 * @explain: the rule, judged
 *
 * Return: an object, owned by the caller.
 */
struct json_object *print_explain_json(const struct explain *explain)
{
	struct json_object *object = json_object_new_object();

	if (explain->id)
		json_object_object_add(object, "event",
				       json_object_get(explain->id));
	json_add_string(object, "id", explain->rule->id);
	json_add_string(object, "title", explain->rule->title);
	json_add_string(object, "file", explain->rule->place.file);
	json_add_number(object, "line", explain->rule->place.line);
	add_bool(object, "matched", explain->matched);
	json_object_object_add(object, "fields", fields_json(explain->event));
	json_object_object_add(object, "condition",
			       node_json(&explain->tree, explain->event));
	return object;
}
