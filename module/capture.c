// SPDX-License-Identifier: GPL-2.0-only
/*
 * From a program that is about to start to the fields rules speak of.
 *
 * argv lies in the address space of the new program, where no other task can
 * reach it yet: what is read here is what the program will get. A script with
 * an interpreter passes twice; the second time file, interp and argv are the
 * interpreter's.
 */
#include <linux/audit.h>
#include <linux/binfmts.h>
#include <linux/cred.h>
#include <linux/dcache.h>
#include <linux/elf.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/fs_struct.h>
#include <linux/magic.h>
#include <linux/mount.h>
#include <linux/namei.h>
#include <linux/path.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/uidgid.h>

#include "capture.h"
#include "core/args.h"
#include "loader.h"
#include "pages.h"
#include "track.h"

/**
 * capture_streams - how many streams a policy needs at once
 * @view: the policy
 *
 * Return: number of elements for struct capture's @streams.
 */
u32 capture_streams(const struct pydetect_view *view)
{
	const struct pydetect_image_extent *runs = view->field_automata;

	return max3(runs[PYDETECT_FIELD_COMMAND_LINE].count +
			    runs[PYDETECT_FIELD_ARGS].count,
		    runs[PYDETECT_FIELD_ENV].count,
		    runs[PYDETECT_FIELD_PARENT_COMMAND_LINE].count);
}

/**
 * capture_start - begin with a program start
 * @capture: the capture; only @streams has to be set
 * @bprm: the program
 */
void capture_start(struct capture *capture, struct linux_binprm *bprm)
{
	capture->bprm = bprm;
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

static void resolve(struct captured_path *captured, const struct path *path)
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
		resolve(&capture->image, &capture->bprm->file->f_path);
	return &capture->image;
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
		resolve(&capture->directory, &path);
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
	/* The kernel has read the beginning of the file already. */
	if (!memcmp(bprm->buf, ELFMAG, SELFMAG))
		buildid_read(bprm->file, &capture->build_id);
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
		resolve(directory, &path);
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
		resolve(image, &file->f_path);
		fput(file);
	} else {
		clear_path(image);
	}
	return image;
}

/**
 * struct walk - argv on its way through the automata
 * @exec: where hits go
 * @streams: the automata
 * @nr_streams: how many
 * @nuls: how many NULs are still to come, the one that ends argv included
 * @length: bytes read so far
 */
struct walk {
	struct pydetect_exec *exec;
	struct pydetect_stream *streams;
	u32 nr_streams;
	u32 nuls;
	u64 length;
};

static void walk_start(struct walk *walk, enum pydetect_field field)
{
	struct pydetect_image_extent run =
		walk->exec->view->field_automata[field];
	u32 i;

	pydetect_exec_present(walk->exec, field);
	for (i = 0; i < run.count; i++)
		pydetect_stream_start(&walk->streams[walk->nr_streams++],
				      walk->exec->view, run.first + i);
}

static size_t walk_piece(const u8 *bytes, size_t count, void *context)
{
	struct walk *walk = context;
	size_t wanted = pydetect_args_piece(bytes, count, &walk->nuls);
	u32 i;

	for (i = 0; i < walk->nr_streams; i++)
		pydetect_stream_feed(&walk->streams[i], walk->exec, bytes,
				     wanted);
	walk->length += wanted;
	return wanted;
}

static void walk_finish(struct walk *walk)
{
	u32 i;

	for (i = 0; i < walk->nr_streams; i++)
		pydetect_stream_finish(&walk->streams[i], walk->exec);
}

/*
 * A thread that rewrites argv while the kernel copies it can make the copy lack
 * NULs, or have more of them. Program and walk both go by the NULs that are
 * there, through the environment if need be. Should they not suffice, the
 * program will not start, and all that is there is judged.
 *
 * Before 5.18 a program could be given no argument at all.
 */
static int walk_args(struct walk *walk, struct captured_args *args)
{
	int error = 0;

	walk->nuls = args->count;
	if (args->count)
		error = pages_walk(args->mm, args->start, args->end, walk_piece,
				   walk);
	if (error)
		return error;
	walk_finish(walk);
	args->length = walk->length;
	args->known = true;
	return 0;
}

/* A walk without automata only finds the end. */
static int measure_args(struct capture *capture)
{
	struct walk walk = {};

	return capture->args.known ? 0 : walk_args(&walk, &capture->args);
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
	measure_args(capture);
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

/* In @length: of the path, then of its last component. */
static const char *last_component(const char *path, size_t *length)
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
	return last_component(path->text, length);
}

/* A path and its last component, as far as the policy looks at them. */
static void walk_path(struct pydetect_exec *exec,
		      const struct captured_path *path,
		      enum pydetect_field whole, enum pydetect_field name)
{
	size_t length;
	const char *last;

	if (!path->text)
		return;
	pydetect_walk(exec, whole, path->text, path->length);
	if (!pydetect_has_field(exec->view, name))
		return;
	last = capture_name(path, &length);
	pydetect_walk(exec, name, last, length);
}

static bool wants_path(const struct pydetect_view *view,
		       enum pydetect_field whole, enum pydetect_field name)
{
	return pydetect_has_field(view, whole) ||
	       pydetect_has_field(view, name);
}

/* Where the caller's path is the resolved one, walking it adds nothing. */
static void walk_invoked(struct pydetect_exec *exec, struct capture *capture)
{
	const char *invoked = capture->bprm->interp;
	size_t length = strlen(invoked);

	if (capture->image.known && length == capture->image.length &&
	    !memcmp(invoked, capture->image.text, length))
		return;
	pydetect_walk(exec, PYDETECT_FIELD_INVOKED, invoked, length);
}

static void walk_build_id(struct pydetect_exec *exec, enum pydetect_field field,
			  const struct build_id *id)
{
	char text[2 * BUILD_ID_BYTES_MAX];

	if (!id->length)
		return;
	bin2hex(text, id->bytes, id->length);
	pydetect_walk(exec, field, text, 2 * id->length);
}

/*
 * What the loader could not map is not even opened: that may have effects. And
 * dentry_open() asks nobody whether the caller may read the file, as the open of
 * the loader will.
 */
static bool may_load(const struct path *path)
{
	return d_is_reg(path->dentry) &&
	       !(path->mnt->mnt_flags & MNT_NOEXEC) &&
	       !(path->mnt->mnt_sb->s_iflags & SB_I_NOEXEC) &&
	       !path_permission(path, MAY_READ);
}

/*
 * The loader will open the file as well, so this waits for nothing that it would
 * not wait for.
 */
static void read_program_id(struct capture *capture, const struct path *path)
{
	struct file *file;

	if (!may_load(path))
		return;
	file = dentry_open(path, O_RDONLY | O_LARGEFILE, current_cred());
	if (IS_ERR(file))
		return;
	buildid_read(file, &capture->program_id);
	fput(file);
}

/*
 * The path is one that the caller gave: like the invoked one it can add a match
 * and never cancel one. Without a slash the loader of glibc looks for it where
 * libraries are; whatever that finds is the last component of some path.
 */
static void walk_program(struct pydetect_exec *exec, struct capture *capture,
			 char *given, size_t length)
{
	struct captured_path *program = &capture->program;
	struct path path;

	if (memchr(given + 1, '/', length))
		pydetect_walk(exec, PYDETECT_FIELD_INVOKED, given + 1, length);
	else
		pydetect_walk(exec, PYDETECT_FIELD_INVOKED, given, length + 1);
	if (kern_path(given + 1, LOOKUP_FOLLOW, &path))
		return;
	if (pydetect_has_field(exec->view, PYDETECT_FIELD_IMAGE_BUILD_ID))
		read_program_id(capture, &path);
	resolve(program, &path);
	path_put(&path);
	pydetect_walk(exec, PYDETECT_FIELD_INVOKED, program->text,
		      program->length);
	walk_build_id(exec, PYDETECT_FIELD_IMAGE_BUILD_ID,
		      &capture->program_id);
}

static bool runs_loader(struct capture *capture)
{
	const char *invoked = capture->bprm->interp;
	const char *name;
	size_t length;

	name = capture_name(capture_image(capture), &length);
	if (loader_is_one(name, length))
		return true;
	length = strlen(invoked);
	name = last_component(invoked, &length);
	return loader_is_one(name, length);
}

/* What a dynamic loader that is run as a program will load. */
static int capture_program(struct pydetect_exec *exec, struct capture *capture)
{
	char *given = capture->program.buffer;
	int length;

	if (!runs_loader(capture))
		return 0;
	given[0] = '/';
	length = loader_program(&capture->args, given + 1, PATH_MAX - 1);
	if (length > 0)
		walk_program(exec, capture, given, length);
	return min(length, 0);
}

static void capture_number(struct pydetect_exec *exec,
			   enum pydetect_number number,
			   enum pydetect_field field, u32 value)
{
	char text[16];

	pydetect_exec_number(exec, number, value);
	pydetect_exec_present(exec, field);
	if (pydetect_has_field(exec->view, field))
		pydetect_walk(exec, field, text,
			      scnprintf(text, sizeof(text), "%u", value));
}

static void capture_credentials(struct pydetect_exec *exec)
{
	unsigned int session = audit_get_sessionid(current);

	/* The name behind the id is only known in userspace. */
	pydetect_exec_number(exec, PYDETECT_NUMBER_UID,
			     from_kuid(&init_user_ns, current_uid()));
	pydetect_exec_present(exec, PYDETECT_FIELD_USER);
	if (session != AUDIT_SID_UNSET)
		capture_number(exec, PYDETECT_NUMBER_LOGON_ID,
			       PYDETECT_FIELD_LOGON_ID, session);
}

/* What is known of a file, be it run in this pass or running. */
static void walk_file(struct pydetect_exec *exec, struct capture *capture)
{
	const struct pydetect_view *view = exec->view;

	if (wants_path(view, PYDETECT_FIELD_IMAGE, PYDETECT_FIELD_IMAGE_NAME))
		walk_path(exec, capture_image(capture), PYDETECT_FIELD_IMAGE,
			  PYDETECT_FIELD_IMAGE_NAME);
	if (pydetect_has_field(view, PYDETECT_FIELD_IMAGE_BUILD_ID))
		walk_build_id(exec, PYDETECT_FIELD_IMAGE_BUILD_ID,
			      capture_build_id(capture));
}

static int capture_file(struct pydetect_exec *exec, struct capture *capture)
{
	const struct pydetect_view *view = exec->view;
	int error = 0;

	walk_file(exec, capture);
	if (pydetect_has_field(view, PYDETECT_FIELD_INVOKED))
		walk_invoked(exec, capture);
	if (pydetect_has_field(view, PYDETECT_FIELD_INVOKED) ||
	    pydetect_has_field(view, PYDETECT_FIELD_IMAGE_BUILD_ID))
		error = capture_program(exec, capture);
	capture_credentials(exec);
	capture_number(exec, PYDETECT_NUMBER_ARG_COUNT,
		       PYDETECT_FIELD_ARG_COUNT, capture->bprm->argc);
	pydetect_exec_present(exec, PYDETECT_FIELD_PROCESS_GUID);
	return error;
}

/*
 * Does reading the file wait for nothing but this machine's own disks and
 * memory? A server, be it a process or across a network, can let a reader wait
 * for ever. FUSE with a block device still is FUSE, and is known by its flags.
 */
static bool reads_in_time(const struct file *file)
{
	const struct super_block *sb = d_real_inode(file->f_path.dentry)->i_sb;

	if (sb->s_iflags & (SB_I_UNTRUSTED_MOUNTER |
			    SB_I_IMA_UNVERIFIABLE_SIGNATURE))
		return false;
	/* Btrfs has many devices, and names none. */
	return sb->s_bdev || sb->s_magic == BTRFS_SUPER_MAGIC ||
	       sb->s_magic == TMPFS_MAGIC || sb->s_magic == RAMFS_MAGIC;
}

/**
 * capture_running - what is known of the program that a process runs
 * @exec: where to, for the predicates of the first stage
 * @capture: used for this; afterwards only @image and @build_id mean something
 * @file: the program; it has no build id where a server would have to be asked
 *
 * Context: process context, sleeps.
 */
void capture_running(struct pydetect_exec *exec, struct capture *capture,
		     struct file *file)
{
	resolve(&capture->image, &file->f_path);
	capture->build_id.length = 0;
	if (pydetect_has_field(exec->view, PYDETECT_FIELD_IMAGE_BUILD_ID) &&
	    reads_in_time(file))
		buildid_read(file, &capture->build_id);
	capture->build_id_known = true;
	walk_file(exec, capture);
}

/* Both paths of the ancestor count, as they do for Image. */
static void walk_lineage(struct pydetect_exec *exec, struct capture *capture)
{
	const struct ancestor *lineage = capture_lineage(capture);

	if (!lineage)
		return;
	pydetect_exec_present(exec, PYDETECT_FIELD_LINEAGE_GUID);
	pydetect_walk(exec, PYDETECT_FIELD_LINEAGE_IMAGE,
		      ancestor_image(lineage), lineage->image_length);
	if (lineage->alias_length)
		pydetect_walk(exec, PYDETECT_FIELD_LINEAGE_IMAGE,
			      ancestor_alias(lineage), lineage->alias_length);
	walk_build_id(exec, PYDETECT_FIELD_LINEAGE_BUILD_ID, &lineage->id);
}

static bool wants_lineage(const struct pydetect_view *view)
{
	return view->nr_tracked ||
	       pydetect_has_field(view, PYDETECT_FIELD_LINEAGE_IMAGE) ||
	       pydetect_has_field(view, PYDETECT_FIELD_LINEAGE_BUILD_ID) ||
	       pydetect_has_field(view, PYDETECT_FIELD_LINEAGE_GUID);
}

static void capture_origin(struct pydetect_exec *exec, struct capture *capture)
{
	const struct pydetect_view *view = exec->view;
	const struct captured_path *directory;

	pydetect_exec_present(exec, PYDETECT_FIELD_PARENT_PROCESS_GUID);
	if (wants_path(view, PYDETECT_FIELD_PARENT_IMAGE,
		       PYDETECT_FIELD_PARENT_IMAGE_NAME))
		walk_path(exec, capture_parent_image(capture),
			  PYDETECT_FIELD_PARENT_IMAGE,
			  PYDETECT_FIELD_PARENT_IMAGE_NAME);
	if (wants_lineage(view))
		walk_lineage(exec, capture);
	if (!pydetect_has_field(view, PYDETECT_FIELD_CURRENT_DIRECTORY))
		return;
	directory = capture_directory(capture);
	if (directory->text)
		pydetect_walk(exec, PYDETECT_FIELD_CURRENT_DIRECTORY,
			      directory->text, directory->length);
}

static int capture_argv(struct pydetect_exec *exec, struct capture *capture)
{
	struct walk walk = { .exec = exec, .streams = capture->streams };

	walk_start(&walk, PYDETECT_FIELD_COMMAND_LINE);
	walk_start(&walk, PYDETECT_FIELD_ARGS);
	if (!walk.nr_streams)
		return 0;
	return walk_args(&walk, &capture->args);
}

/*
 * The environment stands behind argv, and like argv it is what the NULs make of
 * it. Without any string there is no such field: nothing is not one empty
 * string.
 */
static int capture_env(struct pydetect_exec *exec, struct capture *capture)
{
	struct walk walk = { .exec = exec, .streams = capture->streams };
	const struct captured_args *args = &capture->args;
	struct captured_args env = {
		.mm = args->mm,
		.end = args->end,
		.count = max(capture->bprm->envc, 0),
	};
	int error;

	if (!env.count || !pydetect_has_field(exec->view, PYDETECT_FIELD_ENV))
		return 0;
	error = measure_args(capture);
	if (error)
		return error;
	env.start = args->start + (args->count ? args->length + 1 : 0);
	walk_start(&walk, PYDETECT_FIELD_ENV);
	return walk_args(&walk, &env);
}

/* From the parent's own start, if that was seen and kept as a whole. */
static bool walk_kept_args(struct walk *walk, struct capture *capture)
{
	const struct ancestor *runs = capture_parent_runs(capture);

	if (!runs || runs->args_kept != runs->args_length)
		return false;
	walk_start(walk, PYDETECT_FIELD_PARENT_COMMAND_LINE);
	if (runs->args_kept)
		walk_piece(ancestor_args(runs), runs->args_kept, walk);
	walk_finish(walk);
	return true;
}

/*
 * The parent's memory belongs to whoever may be attacking. What cannot be read
 * there is simply not there: it must not keep the rest from being judged.
 */
static void capture_parent_argv(struct pydetect_exec *exec,
				struct capture *capture)
{
	struct walk walk = { .exec = exec, .streams = capture->streams,
			     .nuls = UINT_MAX };
	const struct captured_args *args;

	if (!pydetect_has_field(exec->view,
				PYDETECT_FIELD_PARENT_COMMAND_LINE) ||
	    walk_kept_args(&walk, capture))
		return;
	args = capture_parent_args(capture);
	if (!args->mm)
		return;
	walk_start(&walk, PYDETECT_FIELD_PARENT_COMMAND_LINE);
	if (pages_walk(args->mm, args->start, args->start + args->length,
		       walk_piece, &walk))
		capture->parent_args.cut = true;
	walk_finish(&walk);
}

/**
 * capture_stage - capture the fields of one stage
 * @exec: where to
 * @stage: which
 * @context: the struct capture
 *
 * Context: process context, sleeps.
 * Return: 0; -EFAULT where argv or the environment could not be read, -EINTR if a fatal signal
 * arrived meanwhile.
 */
int capture_stage(struct pydetect_exec *exec, enum pydetect_stage stage,
		  void *context)
{
	switch (stage) {
	case PYDETECT_STAGE_FILE:
		return capture_file(exec, context);
	case PYDETECT_STAGE_ORIGIN:
		capture_origin(exec, context);
		return 0;
	case PYDETECT_STAGE_ARGV:
		return capture_argv(exec, context);
	case PYDETECT_STAGE_ENV:
		return capture_env(exec, context);
	default:
		capture_parent_argv(exec, context);
		return 0;
	}
}
