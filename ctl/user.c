// SPDX-License-Identifier: GPL-2.0-only
/*
 * Names of users. Looking one up may ask a directory server, so a name is kept:
 * a burst of alerts is mostly about one user.
 */
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>

#include "user.h"

#define KEPT 64

/**
 * struct kept - a name that was looked up
 * @uid: whose
 * @known: was it looked up?
 * @name: the name, empty for a user without one
 */
struct kept {
	uint32_t uid;
	bool known;
	char name[64];
};

/**
 * user_name - what a user is called
 * @uid: the user's id
 *
 * Return: the name, valid until the next call; NULL where there is none.
 */
const char *user_name(uint32_t uid)
{
	static struct kept names[KEPT];
	struct kept *kept = &names[uid % KEPT];

	if (!kept->known || kept->uid != uid) {
		const struct passwd *entry = getpwuid(uid);

		snprintf(kept->name, sizeof(kept->name), "%s",
			 entry ? entry->pw_name : "");
		kept->uid = uid;
		kept->known = true;
	}
	return kept->name[0] ? kept->name : NULL;
}
