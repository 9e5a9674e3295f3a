// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>

#include "../module/version.h"
#include "module_version.h"

/**
 * module_version - find out which module is loaded
 * @version: filled in; empty where there is none
 * @root: stands before the path: "", or a directory of a test
 *
 * Needs no privilege, and no understanding with the module.
 *
 * Return: is there one?
 */
bool module_version(char version[MODULE_VERSION_BYTES], const char *root)
{
	char path[512];
	FILE *stream;

	version[0] = '\0';
	snprintf(path, sizeof(path), "%s/sys/module/pydetect/version", root);
	stream = fopen(path, "re");
	if (!stream)
		return false;
	if (!fgets(version, MODULE_VERSION_BYTES, stream))
		version[0] = '\0';
	fclose(stream);
	version[strcspn(version, "\n")] = '\0';
	return version[0];
}

/**
 * module_version_differs - is the module of another version than this tool?
 * @version: the module's, as module_version() found it
 * @sentence: says which they are and what to do; empty where they are the same,
 *	or the module's is not known
 * @size: its size in bytes
 *
 * Return: do they differ?
 */
bool module_version_differs(const char *version, char *sentence, size_t size)
{
	sentence[0] = '\0';
	if (!version[0] || !strcmp(version, PYDETECT_VERSION))
		return false;
	snprintf(sentence, size,
		 "the module is pydetect %s, this is pydetectctl %s: load the "
		 "module of version %s, or use the pydetectctl of version %s",
		 version, PYDETECT_VERSION, PYDETECT_VERSION, version);
	return true;
}
