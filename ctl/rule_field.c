// SPDX-License-Identifier: GPL-2.0-only
/*
 * The names of fields and levels in rules.
 */
#include "rule_read.h"

/*
 * Fields by their numbers. Those that only add matches to the one before them
 * have no name in rules: predicates over that one see them too.
 */
static const char *const fields[PYDETECT_FIELD_COUNT] = {
	[PYDETECT_FIELD_IMAGE] = "Image",
	[PYDETECT_FIELD_INVOKED] = "",
	[PYDETECT_FIELD_IMAGE_NAME] = "ImageName",
	[PYDETECT_FIELD_INVOKED_NAME] = "",
	[PYDETECT_FIELD_IMAGE_BUILD_ID] = "ImageBuildId",
	[PYDETECT_FIELD_USER] = "User",
	[PYDETECT_FIELD_LOGON_ID] = "LogonId",
	[PYDETECT_FIELD_ARG_COUNT] = "ArgCount",
	[PYDETECT_FIELD_PARENT_IMAGE] = "ParentImage",
	[PYDETECT_FIELD_PARENT_IMAGE_NAME] = "ParentImageName",
	[PYDETECT_FIELD_LINEAGE_IMAGE] = "LineageImage",
	[PYDETECT_FIELD_LINEAGE_INVOKED] = "",
	[PYDETECT_FIELD_LINEAGE_IMAGE_NAME] = "LineageImageName",
	[PYDETECT_FIELD_LINEAGE_INVOKED_NAME] = "",
	[PYDETECT_FIELD_LINEAGE_BUILD_ID] = "LineageBuildId",
	[PYDETECT_FIELD_CURRENT_DIRECTORY] = "CurrentDirectory",
	[PYDETECT_FIELD_COMMAND_LINE] = "CommandLine",
	[PYDETECT_FIELD_COMMAND_LINE_DECODED] = "",
	[PYDETECT_FIELD_ARGS] = "Args",
	[PYDETECT_FIELD_ENV] = "Env",
	[PYDETECT_FIELD_PARENT_COMMAND_LINE] = "ParentCommandLine",
	[PYDETECT_FIELD_PROCESS_GUID] = "ProcessGuid",
	[PYDETECT_FIELD_PARENT_PROCESS_GUID] = "ParentProcessGuid",
	[PYDETECT_FIELD_LINEAGE_GUID] = "LineageGuid",
};

/**
 * struct alias - what a field without a name in rules is called elsewhere
 * @key: in JSON
 * @title: to people
 */
struct alias {
	const char *key;
	const char *title;
};

static const struct alias aliases[PYDETECT_FIELD_COUNT] = {
	[PYDETECT_FIELD_INVOKED] = { "Invoked", "Image as invoked" },
	[PYDETECT_FIELD_INVOKED_NAME] = { "InvokedName",
					  "ImageName as invoked" },
	[PYDETECT_FIELD_LINEAGE_INVOKED] = { "LineageInvoked",
					     "LineageImage as invoked" },
	[PYDETECT_FIELD_LINEAGE_INVOKED_NAME] = { "LineageInvokedName",
						  "LineageImageName as invoked" },
	[PYDETECT_FIELD_COMMAND_LINE_DECODED] = { "CommandLineDecoded",
						  "CommandLine, decoded" },
};

/* The same for hints, without those that have no name. */
static const char *const known[] = {
	"Image",
	"ImageName",
	"ImageBuildId",
	"Interpreter",
	"CommandLine",
	"Args",
	"ArgCount",
	"Env",
	"ParentImage",
	"ParentImageName",
	"ParentCommandLine",
	"LineageImage",
	"LineageImageName",
	"LineageBuildId",
	"LineageInterpreter",
	"CurrentDirectory",
	"User",
	"LogonId",
};

/* What correlations group by and count: one value in each start. */
static const char *const groups[] = {
	"Image",
	"ImageName",
	"ImageBuildId",
	"CommandLine",
	"ArgCount",
	"ParentImage",
	"ParentImageName",
	"ParentCommandLine",
	"LineageImage",
	"LineageImageName",
	"LineageBuildId",
	"CurrentDirectory",
	"User",
	"LogonId",
	"ProcessGuid",
	"ParentProcessGuid",
	"LineageGuid",
};

static const char *const levels[PYDETECT_LEVEL_COUNT] = {
	[PYDETECT_LEVEL_INFORMATIONAL] = "informational",
	[PYDETECT_LEVEL_LOW] = "low",
	[PYDETECT_LEVEL_MEDIUM] = "medium",
	[PYDETECT_LEVEL_HIGH] = "high",
	[PYDETECT_LEVEL_CRITICAL] = "critical",
};

/* All fields, for hints. */
const struct rule_names rule_field_names = RULE_NAMES(known);

/* The same for correlations. */
const struct rule_names rule_group_names = RULE_NAMES(groups);

/* All levels, by enum pydetect_level. */
const struct rule_names rule_level_names = RULE_NAMES(levels);

/**
 * rule_field_name - the name of a field in rules
 * @field: field
 *
 * Return: the name, empty for those that only add matches
 */
const char *rule_field_name(enum pydetect_field field)
{
	return fields[field];
}

/**
 * rule_field_key - the name of a field in JSON
 * @field: field
 *
 * Return: the name in rules, where it has one.
 */
const char *rule_field_key(enum pydetect_field field)
{
	return aliases[field].key ? aliases[field].key : fields[field];
}

/**
 * rule_field_title - what people are told a field is
 * @field: field
 *
 * Return: the name in rules, where it has one.
 */
const char *rule_field_title(enum pydetect_field field)
{
	return aliases[field].title ? aliases[field].title : fields[field];
}

/**
 * rule_field_by_key - look a field up by its name in JSON
 * @key: the name
 *
 * Return: enum pydetect_field, or -1
 */
int rule_field_by_key(const char *key)
{
	int field;

	for (field = 0; field < PYDETECT_FIELD_COUNT; field++)
		if (aliases[field].key && !strcmp(aliases[field].key, key))
			return field;
	return rule_field_by_name(key);
}

/**
 * rule_field_by_name - look a field up
 * @name: its name; Sigma's fields differ by upper and lower case
 *
 * Return: enum pydetect_field, or -1
 */
int rule_field_by_name(const char *name)
{
	return *name ? rule_name_find(&RULE_NAMES(fields), name) : -1;
}

/**
 * rule_level_name - the name of a level
 * @level: level
 *
 * Return: Sigma's word for it
 */
const char *rule_level_name(enum pydetect_level level)
{
	return levels[level];
}
