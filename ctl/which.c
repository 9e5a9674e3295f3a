// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which file a command would start on this machine.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "which.h"
#include "../module/uapi/policy.h"

/* The first match in a list of directories, from malloc(), or NULL. */
static char *search(const char *name, const char *directories)
{
	while (directories) {
		const char *end = strchrnul(directories, ':');
		char *path;

		if (asprintf(&path, "%.*s/%s", (int)(end - directories),
			     directories, name) < 0)
			return NULL;
		if (end > directories && !access(path, X_OK))
			return path;
		free(path);
		directories = *end ? end + 1 : NULL;
	}
	return NULL;
}

/**
 * which_fields - the paths of a program that a shell would start
 * @argv: its arguments, one at least
 * @fields: gains Image, what links lead to, and the invoked path, where they
 *	are not set yet
 * @image: set to memory that holds both, to be freed after @fields was used
 *
 * A path to a file that is not there stands for itself; a mere name that is in
 * no directory leads nowhere, and leaves the fields alone.
 */
void which_fields(const char **argv, const char **fields, char **image)
{
	const char *directories = getenv("PATH");
	char *invoked, *resolved;

	*image = NULL;
	invoked = strchr(argv[0], '/') ? strdup(argv[0]) :
					 search(argv[0], directories);
	if (!invoked)
		return;
	resolved = realpath(invoked, NULL);
	if (asprintf(image, "%s%c%s", resolved ? resolved : invoked, 0,
		     invoked) < 0)
		*image = NULL;
	if (*image && !fields[PYDETECT_FIELD_INVOKED])
		fields[PYDETECT_FIELD_INVOKED] = *image + strlen(*image) + 1;
	if (*image && !fields[PYDETECT_FIELD_IMAGE])
		fields[PYDETECT_FIELD_IMAGE] = *image;
	free(resolved);
	free(invoked);
}
