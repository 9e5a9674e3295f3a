// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sigma's attack tags -> threat.* of the Elastic Common Schema. Tags have no
 * names of techniques, and ATT&CK renames them now and then: the references
 * lead to them.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "json_text.h"
#include "print.h"
#include "../module/core/env.h"

/**
 * struct tactic - a tactic of MITRE ATT&CK
 * @tag: how Sigma calls it
 * @id: its number
 * @name: how ATT&CK calls it
 */
struct tactic {
	const char *tag;
	const char *id;
	const char *name;
};

static const struct tactic tactics[] = {
	{ "reconnaissance", "TA0043", "Reconnaissance" },
	{ "resource-development", "TA0042", "Resource Development" },
	{ "initial-access", "TA0001", "Initial Access" },
	{ "execution", "TA0002", "Execution" },
	{ "persistence", "TA0003", "Persistence" },
	{ "privilege-escalation", "TA0004", "Privilege Escalation" },
	{ "defense-evasion", "TA0005", "Defense Evasion" },
	{ "credential-access", "TA0006", "Credential Access" },
	{ "discovery", "TA0007", "Discovery" },
	{ "lateral-movement", "TA0008", "Lateral Movement" },
	{ "collection", "TA0009", "Collection" },
	{ "exfiltration", "TA0010", "Exfiltration" },
	{ "command-and-control", "TA0011", "Command and Control" },
	{ "impact", "TA0040", "Impact" },
};

/**
 * struct threat - threat.* as it grows; rules of one event often share tags
 * @tactic_ids: threat.tactic.id
 * @tactic_names: threat.tactic.name
 * @tactic_references: threat.tactic.reference
 * @techniques: threat.technique.id
 * @technique_references: threat.technique.reference
 * @subtechniques: threat.technique.subtechnique.id
 * @subtechnique_references: threat.technique.subtechnique.reference
 */
struct threat {
	struct json_object *tactic_ids;
	struct json_object *tactic_names;
	struct json_object *tactic_references;
	struct json_object *techniques;
	struct json_object *technique_references;
	struct json_object *subtechniques;
	struct json_object *subtechnique_references;
};

/* "t1059" or "t1059.006" */
static bool is_technique(const char *name)
{
	size_t digits = strspn(name + 1, "0123456789");

	if (name[0] != 't' || digits != 4)
		return false;
	if (!name[5])
		return true;
	return name[5] == '.' && strspn(name + 6, "0123456789") == 3 &&
	       !name[9];
}

/* ATT&CK's page about it; @sub: number of the sub-technique, or empty. */
static void append_reference(struct json_object *references, const char *kind,
			     const char *id, const char *sub)
{
	char url[96];

	snprintf(url, sizeof(url), "https://attack.mitre.org/%s/%s/%s%s", kind,
		 id, sub, *sub ? "/" : "");
	json_append_once(references, url);
}

static void add_technique(struct threat *threat, char *name)
{
	const bool is_sub = name[5];

	name[0] = 'T';
	if (is_sub)
		json_append_once(threat->subtechniques, name);
	name[5] = '\0';
	if (is_sub)
		append_reference(threat->subtechnique_references, "techniques",
				 name, name + 6);
	json_append_once(threat->techniques, name);
	append_reference(threat->technique_references, "techniques", name, "");
}

/* Sigma writes spaces as hyphens now, and wrote them as underscores before. */
static void add_tactic(struct threat *threat, char *name)
{
	size_t i;
	char *at;

	for (at = name; *at; at++)
		if (*at == '_')
			*at = '-';
	for (i = 0; i < ARRAY_SIZE(tactics); i++) {
		if (strcmp(name, tactics[i].tag) &&
		    strcasecmp(name, tactics[i].id))
			continue;
		json_append_once(threat->tactic_ids, tactics[i].id);
		json_append_once(threat->tactic_names, tactics[i].name);
		append_reference(threat->tactic_references, "tactics",
				 tactics[i].id, "");
	}
}

static void add_tag(struct threat *threat, struct bytes tag)
{
	static const char prefix[] = "attack.";
	const size_t skip = sizeof(prefix) - 1;
	char name[64];
	size_t i;

	if (tag.length <= skip || tag.length - skip >= sizeof(name) ||
	    strncasecmp((const char *)tag.data, prefix, skip))
		return;
	for (i = skip; i < tag.length; i++)
		name[i - skip] = tolower(tag.data[i]);
	name[tag.length - skip] = '\0';
	if (is_technique(name))
		add_technique(threat, name);
	else
		add_tactic(threat, name);
}

/* Put @array at @key of the object at @parent_key, if it is not empty. */
static struct json_object *put_array(struct json_object *object,
				     const char *parent_key, const char *key,
				     struct json_object *array)
{
	struct json_object *parent;

	if (!json_object_array_length(array)) {
		json_object_put(array);
		return NULL;
	}
	if (!json_object_object_get_ex(object, parent_key, &parent)) {
		parent = json_object_new_object();
		json_object_object_add(object, parent_key, parent);
	}
	json_object_object_add(parent, key, array);
	return parent;
}

/* @technique: threat.technique, NULL where no rule names one */
static void put_subtechniques(struct json_object *technique,
			      const struct threat *threat)
{
	if (!technique) {
		json_object_put(threat->subtechniques);
		json_object_put(threat->subtechnique_references);
		return;
	}
	put_array(technique, "subtechnique", "id", threat->subtechniques);
	put_array(technique, "subtechnique", "reference",
		  threat->subtechnique_references);
}

static struct json_object *assemble(const struct threat *threat)
{
	struct json_object *object = json_object_new_object();
	struct json_object *technique;

	json_add_string(object, "framework", "MITRE ATT&CK");
	put_array(object, "tactic", "id", threat->tactic_ids);
	put_array(object, "tactic", "name", threat->tactic_names);
	put_array(object, "tactic", "reference", threat->tactic_references);
	technique = put_array(object, "technique", "id", threat->techniques);
	put_array(object, "technique", "reference",
		  threat->technique_references);
	put_subtechniques(technique, threat);
	if (json_object_object_length(object) > 1)
		return object;
	json_object_put(object);
	return NULL;
}

/**
 * print_ecs_threat - what the rules of an event say about ATT&CK
 * @event: the event
 *
 * Return: threat.*, owned by the caller; NULL where no rule says anything.
 */
struct json_object *print_ecs_threat(const struct event *event)
{
	struct threat threat = {
		.tactic_ids = json_object_new_array(),
		.tactic_names = json_object_new_array(),
		.tactic_references = json_object_new_array(),
		.techniques = json_object_new_array(),
		.technique_references = json_object_new_array(),
		.subtechniques = json_object_new_array(),
		.subtechnique_references = json_object_new_array(),
	};
	size_t i, j;

	for (i = 0; i < event->nr_rules; i++)
		for (j = 0; j < event->rules[i].nr_tags; j++)
			add_tag(&threat, event->rules[i].tags[j]);
	return assemble(&threat);
}
