/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_ANCESTOR_H
#define PYDETECT_ANCESTOR_H

#include <linux/limits.h>
#include <linux/refcount.h>

#include "buildid.h"

struct capture;
struct captured_path;

/* Of argv an ancestor keeps the beginning. */
#define ANCESTOR_ARGS_MAX 512

/**
 * struct ancestor - a process that rules ask for by its image
 * @users: references; everything else never changes, but for @real and @known
 * @stand_in: stands for the ancestor of a process that ran before it could be
 *	followed, as long as that is not known; see census.c. Has only the
 *	following two
 * @known: @real is final
 * @real: of a stand-in: whom it stands for, or NULL for nobody; until @known
 *	is set the ancestor that the process had before
 * @unverified: it was found running, its start was not seen
 * @pid: its id in the first namespace
 * @start: when it started, nanoseconds since boot
 * @id: build id of its image, or of the program behind a dynamic loader
 * @args_length: bytes of its argv, the last NUL not counted
 * @args_kept: how many of them are in @text
 * @image_length: bytes of the resolved path of its image
 * @alias_length: bytes of the other path, 0: there is none. That is the program
 *	behind a dynamic loader, else the path it was invoked by
 * @text: image, alias, argv, one behind the other
 *
 * The id and the start together never come back, so they name the process.
 * Shared by the process and all its descendants up to the next ancestor.
 */
struct ancestor {
	refcount_t users;
	bool stand_in;
	bool known;
	struct ancestor *real;
	bool unverified;
	u32 pid;
	u64 start;
	struct build_id id;
	u64 args_length;
	u16 args_kept;
	u16 image_length;
	u16 alias_length;
	char text[];
};

static inline const char *ancestor_image(const struct ancestor *ancestor)
{
	return ancestor->text;
}

static inline const char *ancestor_alias(const struct ancestor *ancestor)
{
	return ancestor->text + ancestor->image_length;
}

static inline const char *ancestor_args(const struct ancestor *ancestor)
{
	return ancestor_alias(ancestor) + ancestor->alias_length;
}

struct ancestor *ancestor_of_exec(struct capture *capture);
struct ancestor *ancestor_of_running(u32 pid, u64 start,
				     const struct captured_path *image,
				     const struct build_id *id);
struct ancestor *ancestor_stand_in(void);
struct ancestor *ancestor_get(struct ancestor *ancestor);
void ancestor_put(struct ancestor *ancestor);

#endif /* PYDETECT_ANCESTOR_H */
