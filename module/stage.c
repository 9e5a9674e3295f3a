// SPDX-License-Identifier: GPL-2.0-only
/*
 * From the fields of a program start to hits, stage by stage: what a policy asks
 * for is captured and walked by its automata.
 */
#include <linux/audit.h>
#include <linux/binfmts.h>
#include <linux/cred.h>
#include <linux/dcache.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <linux/mount.h>
#include <linux/namei.h>
#include <linux/path.h>
#include <linux/sched.h>
#include <linux/uidgid.h>

#include "core/args.h"
#include "loader.h"
#include "pages.h"
#include "stage.h"
#include "track.h"

/**
 * stage_streams - how many streams a policy needs at once
 * @view: the policy
 *
 * Return: number of elements for struct capture's @streams.
 */
u32 stage_streams(const struct pydetect_view *view)
{
	const struct pydetect_image_extent *runs = view->field_automata;

	return max3(runs[PYDETECT_FIELD_COMMAND_LINE].count +
			    runs[PYDETECT_FIELD_ARGS].count,
		    runs[PYDETECT_FIELD_ENV].count,
		    runs[PYDETECT_FIELD_PARENT_COMMAND_LINE].count);
}

/**
 * struct walk - argv on its way through the automata
 * @exec: where hits go
 * @streams: the automata
 * @nr_streams: how many
 * @decoder: has what is decoded walked; NULL where nobody asks for that
 */
struct walk {
	struct pydetect_exec *exec;
	struct pydetect_stream *streams;
	u32 nr_streams;
	struct pydetect_decoder *decoder;
};

static void walk_start(struct walk *walk, enum pydetect_field field)
{
	struct pydetect_image_extent run =
		walk->exec->view->field_automata[field];
	u32 i;

	if (!pydetect_wants(walk->exec, field))
		return;
	pydetect_exec_present(walk->exec, field);
	for (i = 0; i < run.count; i++)
		pydetect_stream_start(&walk->streams[walk->nr_streams++],
				      walk->exec->view, run.first + i);
}

static size_t walk_piece(const u8 *bytes, size_t count, void *context)
{
	struct walk *walk = context;
	u32 i;

	for (i = 0; i < walk->nr_streams; i++)
		pydetect_stream_feed(&walk->streams[i], walk->exec, bytes,
				     count);
	if (walk->decoder)
		pydetect_decoder_feed(walk->decoder, bytes, count);
	return count;
}

static void walk_finish(struct walk *walk)
{
	u32 i;

	for (i = 0; i < walk->nr_streams; i++)
		pydetect_stream_finish(&walk->streams[i], walk->exec);
	if (walk->decoder)
		pydetect_decoder_finish(walk->decoder);
}

static int walk_args(struct walk *walk, struct captured_args *args)
{
	int error = capture_walk_args(args, walk_piece, walk);

	if (!error)
		walk_finish(walk);
	return error;
}

/* A path and its last component, as far as anything asks for them. */
static void walk_path(struct pydetect_exec *exec, const char *path,
		      size_t length, enum pydetect_field whole,
		      enum pydetect_field name)
{
	if (pydetect_wants(exec, whole))
		pydetect_walk(exec, whole, path, length);
	if (pydetect_wants(exec, name)) {
		path = capture_last_component(path, &length);
		pydetect_walk(exec, name, path, length);
	}
}

static bool wants_either(const struct pydetect_exec *exec,
			 enum pydetect_field one, enum pydetect_field other)
{
	return pydetect_wants(exec, one) || pydetect_wants(exec, other);
}

static bool same_text(const char *a, size_t length, const char *b, size_t other)
{
	return length == other && !memcmp(a, b, length);
}

/*
 * The path that the caller gave. Where it is the resolved one, walking it adds
 * nothing. True where it may be that of a dynamic loader.
 */
static bool walk_invoked(struct pydetect_exec *exec, struct capture *capture)
{
	const struct qstr *file = capture_file_name(capture);
	const char *invoked = capture->bprm->interp;
	size_t length = strlen(invoked);
	const struct captured_path *image;

	if (pydetect_wants(exec, PYDETECT_FIELD_INVOKED)) {
		image = capture_image(capture);
		if (!same_text(invoked, length, image->text, image->length))
			pydetect_walk(exec, PYDETECT_FIELD_INVOKED, invoked,
				      length);
	}
	invoked = capture_last_component(invoked, &length);
	if (same_text(invoked, length, file->name, file->len))
		return loader_is_one(invoked, length);
	if (pydetect_wants(exec, PYDETECT_FIELD_INVOKED_NAME))
		pydetect_walk(exec, PYDETECT_FIELD_INVOKED_NAME, invoked,
			      length);
	return loader_is_one(invoked, length) ||
	       loader_is_one(file->name, file->len);
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
	u64 unmatched;

	if (!may_load(path))
		return;
	file = dentry_open(path, O_RDONLY | O_LARGEFILE, current_cred());
	if (IS_ERR(file))
		return;
	buildid_read(file, &capture->program_id, &unmatched);
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
		walk_path(exec, given + 1, length, PYDETECT_FIELD_INVOKED,
			  PYDETECT_FIELD_INVOKED_NAME);
	else
		walk_path(exec, given, length + 1, PYDETECT_FIELD_INVOKED,
			  PYDETECT_FIELD_INVOKED_NAME);
	if (kern_path(given + 1, LOOKUP_FOLLOW, &path))
		return;
	if (pydetect_wants(exec, PYDETECT_FIELD_IMAGE_BUILD_ID))
		read_program_id(capture, &path);
	capture_resolve(program, &path);
	path_put(&path);
	walk_path(exec, program->text, program->length, PYDETECT_FIELD_INVOKED,
		  PYDETECT_FIELD_INVOKED_NAME);
	walk_build_id(exec, PYDETECT_FIELD_IMAGE_BUILD_ID,
		      &capture->program_id);
}

/* What a dynamic loader that is run as a program will load. */
static int capture_program(struct pydetect_exec *exec, struct capture *capture)
{
	char *given = capture->program.buffer;
	int length;

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
	if (pydetect_wants(exec, field))
		pydetect_walk(exec, field, text,
			      scnprintf(text, sizeof(text), "%u", value));
}

static void capture_credentials(struct pydetect_exec *exec)
{
	unsigned int session = audit_get_sessionid(current);

	/* In the first namespace; the name behind it is known in userspace. */
	pydetect_exec_number(exec, PYDETECT_NUMBER_UID,
			     __kuid_val(current_uid()));
	pydetect_exec_present(exec, PYDETECT_FIELD_USER);
	if (session != AUDIT_SID_UNSET)
		capture_number(exec, PYDETECT_NUMBER_LOGON_ID,
			       PYDETECT_FIELD_LOGON_ID, session);
}

/*
 * Most files are of no interest to anybody: that no predicate holds of the build
 * id is remembered with the file, as long as the policy is the same.
 */
static void walk_own_build_id(struct pydetect_exec *exec,
			      struct capture *capture)
{
	const struct build_id *id = capture_build_id(capture);
	const u32 held = exec->nr_held;

	if (!id->length)
		return;
	if (capture->build_id_unmatched &&
	    capture->build_id_unmatched == capture->generation) {
		pydetect_exec_present(exec, PYDETECT_FIELD_IMAGE_BUILD_ID);
		return;
	}
	walk_build_id(exec, PYDETECT_FIELD_IMAGE_BUILD_ID, id);
	if (capture->generation && exec->nr_held == held)
		buildid_note_unmatched(capture->file, id, capture->generation);
}

/* What is known of a file, be it run in this pass or running. */
static void walk_file(struct pydetect_exec *exec, struct capture *capture)
{
	const struct captured_path *image;
	const struct qstr *name;

	if (pydetect_wants(exec, PYDETECT_FIELD_IMAGE)) {
		image = capture_image(capture);
		pydetect_walk(exec, PYDETECT_FIELD_IMAGE, image->text,
			      image->length);
	}
	if (pydetect_wants(exec, PYDETECT_FIELD_IMAGE_NAME)) {
		name = capture_file_name(capture);
		pydetect_walk(exec, PYDETECT_FIELD_IMAGE_NAME, name->name,
			      name->len);
	}
	if (pydetect_wants(exec, PYDETECT_FIELD_IMAGE_BUILD_ID))
		walk_own_build_id(exec, capture);
}

static int capture_file(struct pydetect_exec *exec, struct capture *capture)
{
	int error = 0;

	walk_file(exec, capture);
	if ((wants_either(exec, PYDETECT_FIELD_INVOKED,
			  PYDETECT_FIELD_INVOKED_NAME) ||
	     pydetect_wants(exec, PYDETECT_FIELD_IMAGE_BUILD_ID)) &&
	    walk_invoked(exec, capture))
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
 * stage_running - what is known of the program that a process runs
 * @exec: where to, for the predicates of the first stage
 * @capture: used for this; the caller ends it with capture_end_running()
 * @file: the program; it has no build id where a server would have to be asked
 *
 * Context: process context, sleeps.
 */
void stage_running(struct pydetect_exec *exec, struct capture *capture,
		   struct file *file)
{
	capture_running(capture, file,
			pydetect_wants(exec, PYDETECT_FIELD_IMAGE_BUILD_ID) &&
				reads_in_time(file));
	walk_file(exec, capture);
}

static void walk_parent(struct pydetect_exec *exec, struct capture *capture)
{
	const struct captured_path *image = capture_parent_image(capture);

	if (image->text)
		walk_path(exec, image->text, image->length,
			  PYDETECT_FIELD_PARENT_IMAGE,
			  PYDETECT_FIELD_PARENT_IMAGE_NAME);
}

static void walk_lineage(struct pydetect_exec *exec, struct capture *capture)
{
	const struct ancestor *lineage = capture_lineage(capture);

	if (!lineage)
		return;
	pydetect_exec_present(exec, PYDETECT_FIELD_LINEAGE_GUID);
	walk_path(exec, ancestor_image(lineage), lineage->image_length,
		  PYDETECT_FIELD_LINEAGE_IMAGE,
		  PYDETECT_FIELD_LINEAGE_IMAGE_NAME);
	if (lineage->alias_length)
		walk_path(exec, ancestor_alias(lineage), lineage->alias_length,
			  PYDETECT_FIELD_LINEAGE_INVOKED,
			  PYDETECT_FIELD_LINEAGE_INVOKED_NAME);
	if (pydetect_wants(exec, PYDETECT_FIELD_LINEAGE_BUILD_ID))
		walk_build_id(exec, PYDETECT_FIELD_LINEAGE_BUILD_ID,
			      &lineage->id);
}

static bool wants_lineage(const struct pydetect_exec *exec)
{
	return wants_either(exec, PYDETECT_FIELD_LINEAGE_IMAGE,
			    PYDETECT_FIELD_LINEAGE_IMAGE_NAME) ||
	       wants_either(exec, PYDETECT_FIELD_LINEAGE_BUILD_ID,
			    PYDETECT_FIELD_LINEAGE_GUID);
}

static void capture_origin(struct pydetect_exec *exec, struct capture *capture)
{
	const struct captured_path *directory;

	pydetect_exec_present(exec, PYDETECT_FIELD_PARENT_PROCESS_GUID);
	if (wants_either(exec, PYDETECT_FIELD_PARENT_IMAGE,
			 PYDETECT_FIELD_PARENT_IMAGE_NAME))
		walk_parent(exec, capture);
	if (wants_lineage(exec))
		walk_lineage(exec, capture);
	if (!pydetect_wants(exec, PYDETECT_FIELD_CURRENT_DIRECTORY))
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
	if (capture->decoder &&
	    pydetect_wants(exec, PYDETECT_FIELD_COMMAND_LINE_DECODED)) {
		walk.decoder = capture->decoder;
		pydetect_decoder_start(walk.decoder, exec);
	}
	if (!walk.nr_streams && !walk.decoder)
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

	if (!env.count)
		return 0;
	error = capture_measure_args(capture);
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
	struct walk walk = { .exec = exec, .streams = capture->streams };
	const struct captured_args *args;

	if (walk_kept_args(&walk, capture))
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
 * stage_capture - capture and walk the fields of one stage
 * @exec: where to
 * @stage: which
 * @context: the struct capture
 *
 * Context: process context, sleeps.
 * Return: 0; -EFAULT where argv or the environment could not be read, -EINTR if
 * a fatal signal arrived meanwhile.
 */
int stage_capture(struct pydetect_exec *exec, enum pydetect_stage stage,
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
