/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is fixed about the fields of a program start.
 */
#ifndef PYDETECT_CORE_FIELD_H
#define PYDETECT_CORE_FIELD_H

#include "limits.h"

/* The fields that the next one is the invoked path of. */
#define PYDETECT_INVOKED_FIELDS					\
	(1u << PYDETECT_FIELD_IMAGE | 1u << PYDETECT_FIELD_IMAGE_NAME |	\
	 1u << PYDETECT_FIELD_LINEAGE_IMAGE |				\
	 1u << PYDETECT_FIELD_LINEAGE_IMAGE_NAME)

/* The fields that the next one adds matches to. */
#define PYDETECT_ALIASED_FIELDS					\
	(PYDETECT_INVOKED_FIELDS | 1u << PYDETECT_FIELD_COMMAND_LINE)

static_assert(PYDETECT_FIELD_IMAGE + 1 == PYDETECT_FIELD_INVOKED);
static_assert(PYDETECT_FIELD_IMAGE_NAME + 1 == PYDETECT_FIELD_INVOKED_NAME);
static_assert(PYDETECT_FIELD_LINEAGE_INVOKED ==
	      PYDETECT_FIELD_LINEAGE_IMAGE + 1);
static_assert(PYDETECT_FIELD_LINEAGE_INVOKED_NAME ==
	      PYDETECT_FIELD_LINEAGE_IMAGE_NAME + 1);

static_assert(PYDETECT_FIELD_COMMAND_LINE_DECODED ==
	      PYDETECT_FIELD_COMMAND_LINE + 1);

/** pydetect_is_aliased - does @field have one beside it that adds matches? */
static inline bool pydetect_is_aliased(u32 field)
{
	return PYDETECT_ALIASED_FIELDS >> field & 1;
}

/** pydetect_is_alias - does @field only add matches to the one before it? */
static inline bool pydetect_is_alias(u32 field)
{
	return field && pydetect_is_aliased(field - 1);
}

/** pydetect_alias - the field that adds matches to @field */
static inline enum pydetect_field pydetect_alias(u32 field)
{
	return (enum pydetect_field)(field + 1);
}

/** pydetect_subject - the field whose predicates those of @field are */
static inline enum pydetect_field pydetect_subject(u32 field)
{
	return (enum pydetect_field)(field - pydetect_is_alias(field));
}

/** pydetect_has_invoked - is the one beside @field of the invoked path? */
static inline bool pydetect_has_invoked(u32 field)
{
	return PYDETECT_INVOKED_FIELDS >> field & 1;
}

/** pydetect_with_invoked - a set of fields, and their invoked paths */
static inline u32 pydetect_with_invoked(u32 fields)
{
	return fields | (fields & PYDETECT_INVOKED_FIELDS) << 1;
}

/** pydetect_field_stage - the stage in which @field is captured */
static inline enum pydetect_stage
pydetect_field_stage(enum pydetect_field field)
{
	static const u8 stages[PYDETECT_FIELD_COUNT] = {
		[PYDETECT_FIELD_IMAGE] = PYDETECT_STAGE_FILE,
		[PYDETECT_FIELD_INVOKED] = PYDETECT_STAGE_FILE,
		[PYDETECT_FIELD_IMAGE_NAME] = PYDETECT_STAGE_FILE,
		[PYDETECT_FIELD_INVOKED_NAME] = PYDETECT_STAGE_FILE,
		[PYDETECT_FIELD_IMAGE_BUILD_ID] = PYDETECT_STAGE_FILE,
		[PYDETECT_FIELD_USER] = PYDETECT_STAGE_FILE,
		[PYDETECT_FIELD_LOGON_ID] = PYDETECT_STAGE_FILE,
		[PYDETECT_FIELD_ARG_COUNT] = PYDETECT_STAGE_FILE,
		[PYDETECT_FIELD_PROCESS_GUID] = PYDETECT_STAGE_FILE,
		[PYDETECT_FIELD_PARENT_IMAGE] = PYDETECT_STAGE_ORIGIN,
		[PYDETECT_FIELD_PARENT_IMAGE_NAME] = PYDETECT_STAGE_ORIGIN,
		[PYDETECT_FIELD_LINEAGE_IMAGE] = PYDETECT_STAGE_ORIGIN,
		[PYDETECT_FIELD_LINEAGE_INVOKED] = PYDETECT_STAGE_ORIGIN,
		[PYDETECT_FIELD_LINEAGE_IMAGE_NAME] = PYDETECT_STAGE_ORIGIN,
		[PYDETECT_FIELD_LINEAGE_INVOKED_NAME] = PYDETECT_STAGE_ORIGIN,
		[PYDETECT_FIELD_LINEAGE_BUILD_ID] = PYDETECT_STAGE_ORIGIN,
		[PYDETECT_FIELD_CURRENT_DIRECTORY] = PYDETECT_STAGE_ORIGIN,
		[PYDETECT_FIELD_PARENT_PROCESS_GUID] = PYDETECT_STAGE_ORIGIN,
		[PYDETECT_FIELD_LINEAGE_GUID] = PYDETECT_STAGE_ORIGIN,
		[PYDETECT_FIELD_COMMAND_LINE] = PYDETECT_STAGE_ARGV,
		[PYDETECT_FIELD_COMMAND_LINE_DECODED] = PYDETECT_STAGE_ARGV,
		[PYDETECT_FIELD_ARGS] = PYDETECT_STAGE_ARGV,
		[PYDETECT_FIELD_ENV] = PYDETECT_STAGE_ENV,
		[PYDETECT_FIELD_PARENT_COMMAND_LINE] =
			PYDETECT_STAGE_PARENT_ARGV,
	};

	return (enum pydetect_stage)stages[field];
}

#endif /* PYDETECT_CORE_FIELD_H */
