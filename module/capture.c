// SPDX-License-Identifier: GPL-2.0-only
/*
 * From a program that is about to start to the fields rules speak of, each when
 * it is first asked for.
 *
 * argv lies in the address space of the new program, where no other task can
 * reach it yet: what is read here is what the program will get. A script with
 * an interpreter passes twice; the second time file, interp and argv are the
 * interpreter's.
 */
#include <linux/binfmts.h>
#include <linux/dcache.h>
#include <linux/elf.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/fs_struct.h>
#include <linux/mount.h>
#include <linux/path.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

#include "capture.h"
#include "core/args.h"
#include "pages.h"
#include "track.h"

/**
 * capture_start - begin with a program start
 * @capture: the capture; only @streams has to be set
 * @bprm: the program
 * @generation: of the policy it is judged by
 */
void capture_start(struct capture *capture, struct linux_binprm *bprm,
		   u64 generation)
{
	capture->bprm = bprm;
	capture->generation = generation;
	capture->file = bprm->file;
	capture->file_name_known = false;
	capture->parent.task = NULL;
	capture->lineage = NULL;
	capture->lineage_known = false;
	capture->parent_runs = NULL;
	capture->parent_runs_known = false;
	capture->build_id_known = false;
	capture->program_id.length = 0;
	capture->image.known = false;
	capture->directory.known = false;
	capture->parent_image.known = false;
	capture->parent_directory.known = false;
	capture->program.text = NULL;
	capture->parent_args = (struct captured_args){};
	/* argv, the environment, the path given to execve(), a null pointer. */
	capture->args = (struct captured_args){
		.mm = bprm->mm,
		.start = bprm->p,
		.end = bprm->vma->vm_end,
		.count = bprm->argc,
	};
}

static void forget_file_name(struct capture *capture)
{
	if (capture->file_name_known)
		release_dentry_name_snapshot(&capture->file_snapshot);
	capture->file_name_known = false;
}

/**
 * capture_end - give back what was captured
 * @capture: the capture
 *
 * Context: sleeps.
 */
void capture_end(struct capture *capture)
{
	if (capture->parent_args.mm)
		mmput(capture->parent_args.mm);
	if (capture->parent.task)
		put_task_struct(capture->parent.task);
	ancestor_put(capture->lineage);
	ancestor_put(capture->parent_runs);
	forget_file_name(capture);
}

/**
 * capture_running - begin with a process that is running already
 * @capture: the capture; only @image, @file_name and @build_id may be asked for
 * @file: the program; used until capture_end_running()
 * @reads: may the file be read for its build id?
 *
 * Context: process context, sleeps if @reads.
 */
void capture_running(struct capture *capture, struct file *file, bool reads)
{
	capture->generation = 0;
	capture->file = file;
	capture->file_name_known = false;
	capture->image.known = false;
	capture->build_id.length = 0;
	capture->build_id_unmatched = 0;
	if (reads)
		buildid_read(file, &capture->build_id,
			     &capture->build_id_unmatched);
	capture->build_id_known = true;
}

/**
 * capture_end_running - the opposite of capture_running()
 * @capture: the capture
 */
void capture_end_running(struct capture *capture)
{
	forget_file_name(capture);
}

/*
 * The name of a file whose name is gone is the last it had: rules would miss a
 * program that was unlinked after it was opened if they saw "name (deleted)".
 * Files that never had one, like those of memfd_create(), name themselves.
 */
static void cut_deleted(struct captured_path *captured,
			const struct dentry *dentry)
{
	static const char suffix[] = " (deleted)";
	size_t length = sizeof(suffix) - 1;

	if (!d_unlinked((struct dentry *)dentry) &&
	    !(dentry->d_op && dentry->d_op->d_dname))
		return;
	captured->deleted = true;
	if (captured->length >= length &&
	    !memcmp(captured->text + captured->length - length, suffix, length))
		captured->length -= length;
}

/* Of a path that is too long to be told, the end counts most. */
static void resolve_end(struct captured_path *captured,
			const struct dentry *dentry)
{
	captured->text = captured->buffer;
	captured->length = scnprintf(captured->buffer, sizeof(captured->buffer),
				     "/%pd4", dentry);
}

/**
 * capture_resolve - the path of a file or directory, from the root directory of
 *	the current process
 * @captured: set
 * @path: the file or directory
 */
void capture_resolve(struct captured_path *captured, const struct path *path)
{
	char *text = d_path(path, captured->buffer, sizeof(captured->buffer));

	captured->known = true;
	captured->deleted = false;
	if (IS_ERR(text)) {
		resolve_end(captured, path->dentry);
		return;
	}
	captured->text = text;
	captured->length = captured->buffer + sizeof(captured->buffer) - 1 -
			   text;
	cut_deleted(captured, path->dentry);
}

static void clear_path(struct captured_path *captured)
{
	captured->known = true;
	captured->deleted = false;
	captured->text = NULL;
	captured->length = 0;
}

/**
 * capture_image - the file that is run in this pass
 * @capture: the capture
 *
 * The path is as seen from the root directory of the current process.
 *
 * Return: the path, good until capture_end(). Of one longer than PATH_MAX it is
 * the last four components.
 */
const struct captured_path *capture_image(struct capture *capture)
{
	if (!capture->image.known)
		capture_resolve(&capture->image, &capture->file->f_path);
	return &capture->image;
}

/* A file can be mounted by itself; then its path ends where it is mounted. */
static void take_mounted_name(struct capture *capture)
{
	size_t length;
	const char *name = capture_name(capture_image(capture), &length);

	capture->file_name.name = name;
	capture->file_name.len = length;
}

/**
 * capture_file_name - the last component of the path of that file
 * @capture: the capture
 *
 * Costs much less than the path.
 *
 * Return: the name, good until capture_end().
 */
const struct qstr *capture_file_name(struct capture *capture)
{
	const struct path *path = &capture->file->f_path;

	if (!capture->file_name_known) {
		take_dentry_name_snapshot(&capture->file_snapshot,
					  path->dentry);
		capture->file_name = capture->file_snapshot.name;
		if (path->dentry == path->mnt->mnt_root)
			take_mounted_name(capture);
	}
	capture->file_name_known = true;
	return &capture->file_name;
}

/**
 * capture_directory - the working directory
 * @capture: the capture
 *
 * Return: as capture_image().
 */
const struct captured_path *capture_directory(struct capture *capture)
{
	struct path path;

	if (!capture->directory.known) {
		get_fs_pwd(current->fs, &path);
		capture_resolve(&capture->directory, &path);
		path_put(&path);
	}
	return &capture->directory;
}

/**
 * capture_build_id - build id of the file that is run in this pass
 * @capture: the capture
 *
 * Context: sleeps.
 * Return: the id, without a length where there is none.
 */
const struct build_id *capture_build_id(struct capture *capture)
{
	const struct linux_binprm *bprm = capture->bprm;

	if (capture->build_id_known)
		return &capture->build_id;
	capture->build_id.length = 0;
	capture->build_id_unmatched = 0;
	/* The kernel has read the beginning of the file already. */
	if (!memcmp(bprm->buf, ELFMAG, SELFMAG))
		buildid_read(bprm->file, &capture->build_id,
			     &capture->build_id_unmatched);
	capture->build_id_known = true;
	return &capture->build_id;
}

/**
 * capture_lineage - nearest process with a tracked image that this start
 *	descends from
 * @capture: the capture
 *
 * That may be the current process itself, as it was before this start.
 *
 * Return: the ancestor, good until capture_end(), or NULL.
 */
const struct ancestor *capture_lineage(struct capture *capture)
{
	if (!capture->lineage_known)
		capture->lineage =
			track_ancestor(current->tgid,
				       current->group_leader->start_boottime);
	capture->lineage_known = true;
	return capture->lineage;
}

/**
 * capture_parent - the parent process
 * @capture: the capture
 *
 * Return: the parent, good until capture_end().
 */
const struct parent *capture_parent(struct capture *capture)
{
	if (!capture->parent.task)
		lineage_parent(&capture->parent);
	return &capture->parent;
}

/**
 * capture_parent_runs - what the parent runs, as it was at its own start
 * @capture: the capture
 *
 * Return: the parent as an ancestor, good until capture_end(); NULL where its
 * start was not seen.
 */
const struct ancestor *capture_parent_runs(struct capture *capture)
{
	const struct parent *parent;

	if (!capture->parent_runs_known) {
		parent = capture_parent(capture);
		capture->parent_runs = track_running(parent->pid,
						     parent->start);
	}
	capture->parent_runs_known = true;
	return capture->parent_runs;
}

/**
 * capture_parent_directory - working directory of the parent, as it is now
 * @capture: the capture
 *
 * Return: as capture_image(); without a text for parents that are gone.
 */
const struct captured_path *capture_parent_directory(struct capture *capture)
{
	struct captured_path *directory = &capture->parent_directory;
	struct path path;

	if (directory->known)
		return directory;
	if (lineage_directory(capture_parent(capture), &path)) {
		capture_resolve(directory, &path);
		path_put(&path);
	} else {
		clear_path(directory);
	}
	return directory;
}

/**
 * capture_parent_image - the file that the parent runs
 * @capture: the capture
 *
 * From the parent's own start if that was seen.
 *
 * Return: as capture_image(); without a text for kernel threads.
 */
const struct captured_path *capture_parent_image(struct capture *capture)
{
	struct captured_path *image = &capture->parent_image;
	const struct ancestor *runs;
	struct file *file;

	if (image->known)
		return image;
	runs = capture_parent_runs(capture);
	if (runs) {
		image->known = true;
		image->deleted = false;
		image->text = ancestor_image(runs);
		image->length = runs->image_length;
		return image;
	}
	file = lineage_image(capture_parent(capture));
	if (file) {
		capture_resolve(image, &file->f_path);
		fput(file);
	} else {
		clear_path(image);
	}
	return image;
}

/**
 * struct args_walk - a walk that ends where argv does
 * @take: gets the bytes; NULL: nobody does
 * @context: for it
 * @nuls: how many NULs are still to come, the one that ends argv included
 * @length: bytes read so far
 */
struct args_walk {
	pages_piece_t take;
	void *context;
	u32 nuls;
	u64 length;
};

static size_t take_piece(const u8 *bytes, size_t count, void *context)
{
	struct args_walk *walk = context;
	size_t wanted = pydetect_args_piece(bytes, count, &walk->nuls);

	if (walk->take)
		walk->take(bytes, wanted, walk->context);
	walk->length += wanted;
	return wanted;
}

/**
 * capture_walk_args - hand out the bytes of argv, and find its end
 * @args: argv, or what is laid out like it; its length is known afterwards
 * @take: gets the bytes, and what it returns does not matter; may be NULL
 * @context: for it
 *
 * A thread that rewrites argv while the kernel copies it can make the copy lack
 * NULs, or have more of them. Program and walk both go by the NULs that are
 * there, through the environment if need be. Should they not suffice, the
 * program will not start, and all that is there is handed out.
 *
 * Before 5.18 a program could be given no argument at all.
 *
 * Context: sleeps.
 * Return: 0, -EFAULT where it cannot be read, -EINTR if a fatal signal arrived.
 */
int capture_walk_args(struct captured_args *args, pages_piece_t take,
		      void *context)
{
	struct args_walk walk = {
		.take = take,
		.context = context,
		.nuls = args->count,
	};
	int error = 0;

	if (args->count)
		error = pages_walk(args->mm, args->start, args->end, take_piece,
				   &walk);
	args->length = walk.length;
	args->known = !error;
	return error;
}

/**
 * capture_measure_args - find out how long argv is
 * @capture: the capture
 *
 * Context: sleeps.
 * Return: as capture_walk_args().
 */
int capture_measure_args(struct capture *capture)
{
	if (capture->args.known)
		return 0;
	return capture_walk_args(&capture->args, NULL, NULL);
}

/**
 * capture_args - argv of the new program
 * @capture: the capture
 *
 * A policy that does not look at argv has not walked it yet, and its length
 * is not known before.
 *
 * Context: sleeps.
 * Return: the arguments; @known is false where they cannot be read.
 */
const struct captured_args *capture_args(struct capture *capture)
{
	capture_measure_args(capture);
	return &capture->args;
}

/**
 * capture_parent_args - argv of the parent, as its memory has it now
 * @capture: the capture
 *
 * Context: sleeps.
 * Return: the arguments, without @mm where there are none. Good until
 * capture_end().
 */
const struct captured_args *capture_parent_args(struct capture *capture)
{
	struct captured_args *args = &capture->parent_args;

	if (args->known)
		return args;
	args->mm = lineage_args(capture_parent(capture), &args->start,
				&args->end);
	/* The range ends with a NUL, unless the parent moved it. */
	if (args->mm)
		args->length = args->end - args->start - 1;
	args->known = true;
	return args;
}

/**
 * capture_last_component - the last component of a path
 * @path: the path
 * @length: bytes of it; set to those of the component
 *
 * Return: where it begins.
 */
const char *capture_last_component(const char *path, size_t *length)
{
	const char *name = path + *length;

	while (name > path && name[-1] != '/')
		name--;
	*length = path + *length - name;
	return name;
}

/**
 * capture_name - the last component of a path
 * @path: the path; there is one
 * @length: set to its length
 *
 * Return: where it begins.
 */
const char *capture_name(const struct captured_path *path, size_t *length)
{
	*length = path->length;
	return capture_last_component(path->text, length);
}
