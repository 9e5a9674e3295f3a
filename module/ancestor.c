// SPDX-License-Identifier: GPL-2.0-only
/*
 * A process that rules ask for, as it was seen at its start.
 */
#include <linux/binfmts.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "ancestor.h"
#include "capture.h"
#include "pages.h"

static_assert(PATH_MAX <= U16_MAX && ANCESTOR_ARGS_MAX <= U16_MAX);

static struct ancestor *create_ancestor(size_t bytes, gfp_t gfp)
{
	struct ancestor *ancestor = kzalloc(sizeof(*ancestor) + bytes, gfp);

	if (ancestor)
		refcount_set(&ancestor->users, 1);
	return ancestor;
}

/* The other path a program goes by; without a text where there is none. */
static void other_path(struct capture *capture, const char **text,
		       size_t *length)
{
	const struct captured_path *image = capture_image(capture);

	*text = capture->bprm->interp;
	*length = strlen(*text);
	if (capture->program.text) {
		*text = capture->program.text;
		*length = capture->program.length;
	} else if (*length == image->length &&
		   !memcmp(*text, image->text, *length)) {
		*length = 0;
	}
	*length = min_t(size_t, *length, PATH_MAX);
}

/* What cannot be read any more is missing, and says so by @args_kept. */
static void keep_args(struct ancestor *ancestor,
		      const struct captured_args *args, size_t count)
{
	char *to = ancestor->text + ancestor->image_length +
		   ancestor->alias_length;

	ancestor->args_length = args->length;
	if (count && !pages_read(args->mm, args->start, to, count))
		ancestor->args_kept = count;
}

/**
 * ancestor_of_exec - what the current process is about to become
 * @capture: the start
 *
 * Context: process context, sleeps.
 * Return: the ancestor, with one reference; NULL if there is no memory.
 */
struct ancestor *ancestor_of_exec(struct capture *capture)
{
	const struct captured_path *image = capture_image(capture);
	const struct captured_args *args = capture_args(capture);
	size_t count = min_t(u64, args->length, ANCESTOR_ARGS_MAX);
	struct ancestor *ancestor;
	size_t alias_length;
	const char *alias;

	other_path(capture, &alias, &alias_length);
	ancestor = create_ancestor(image->length + alias_length + count,
				   GFP_KERNEL);
	if (!ancestor)
		return NULL;
	ancestor->pid = current->tgid;
	ancestor->start = current->group_leader->start_boottime;
	ancestor->id = *capture_build_id(capture);
	if (capture->program_id.length)
		ancestor->id = capture->program_id;
	ancestor->image_length = image->length;
	ancestor->alias_length = alias_length;
	memcpy(ancestor->text, image->text, image->length);
	memcpy(ancestor->text + image->length, alias, alias_length);
	keep_args(ancestor, args, count);
	return ancestor;
}

/**
 * ancestor_of_running - a process that was found running
 * @pid: its id
 * @start: when it started
 * @image: the file it runs
 * @id: build id of that
 *
 * Return: the ancestor, with one reference; NULL if there is no memory.
 */
struct ancestor *ancestor_of_running(u32 pid, u64 start,
				     const struct captured_path *image,
				     const struct build_id *id)
{
	struct ancestor *ancestor = create_ancestor(image->length, GFP_KERNEL);

	if (!ancestor)
		return NULL;
	ancestor->unverified = true;
	ancestor->pid = pid;
	ancestor->start = start;
	ancestor->id = *id;
	ancestor->image_length = image->length;
	memcpy(ancestor->text, image->text, image->length);
	return ancestor;
}

/**
 * ancestor_stand_in - stands for an ancestor that is not known yet
 *
 * Context: does not sleep.
 * Return: the stand-in, with one reference; NULL if there is no memory.
 */
struct ancestor *ancestor_stand_in(void)
{
	struct ancestor *ancestor = create_ancestor(0, GFP_ATOMIC |
							    __GFP_NOWARN);

	if (ancestor)
		ancestor->stand_in = true;
	return ancestor;
}

/**
 * ancestor_get - take a reference
 * @ancestor: the ancestor, or NULL
 *
 * Return: @ancestor.
 */
struct ancestor *ancestor_get(struct ancestor *ancestor)
{
	if (ancestor)
		refcount_inc(&ancestor->users);
	return ancestor;
}

/**
 * ancestor_put - drop a reference
 * @ancestor: the ancestor, or NULL
 *
 * Context: does not sleep. A stand-in has a reference to whom it stands for,
 * which stands for nobody else: so this goes no deeper than one step.
 */
void ancestor_put(struct ancestor *ancestor)
{
	if (!ancestor || !refcount_dec_and_test(&ancestor->users))
		return;
	if (ancestor->real && refcount_dec_and_test(&ancestor->real->users))
		kfree(ancestor->real);
	kfree(ancestor);
}
