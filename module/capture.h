/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_CAPTURE_H
#define PYDETECT_CAPTURE_H

#include <linux/dcache.h>
#include <linux/limits.h>

#include "ancestor.h"
#include "core/decode.h"
#include "lineage.h"
#include "pages.h"

struct file;
struct linux_binprm;
struct mm_struct;

/**
 * struct captured_path - a path, resolved when it is first needed
 * @text: within @buffer or an ancestor, or NULL where there is no path
 * @length: bytes of @text
 * @known: @text was asked for already
 * @deleted: the file has no name any more; @text is the last one it had
 * @buffer: d_path() fills it from the end
 */
struct captured_path {
	const char *text;
	size_t length;
	bool known;
	bool deleted;
	char buffer[PATH_MAX];
};

/**
 * struct captured_args - the arguments of a program, in its memory
 * @mm: address space, or NULL where there are none
 * @start: first byte
 * @end: where they end at the latest
 * @count: how many arguments, 0: as many as there are up to @end
 * @length: bytes, the last NUL not counted; only once @known
 * @known: they have been walked
 * @cut: not all of them could be read
 */
struct captured_args {
	struct mm_struct *mm;
	unsigned long start;
	unsigned long end;
	u32 count;
	u64 length;
	bool known;
	bool cut;
};

/**
 * struct capture - the fields of one program start
 * @bprm: the program being started
 * @file: the file run in this pass, or running; the caller's
 * @generation: of the policy it is judged by; zero where nothing is remembered
 *	of the file
 * @build_id_unmatched: generation of a policy that @build_id means nothing to
 * @parent: parent process
 * @lineage: ancestor of the current process before this start, with a
 *	reference
 * @parent_runs: what the parent runs as it was at its own start, with a
 *	reference; NULL where that was not seen
 * @lineage_known: @lineage was asked for already
 * @parent_runs_known: the same for @parent_runs
 * @build_id_known: the same for @build_id
 * @file_name_known: the same for @file_name
 * @file_snapshot: name of the file's entry, with a reference
 * @file_name: last component of @image; within @file_snapshot or @image
 * @image: file run in this pass
 * @directory: working directory
 * @parent_image: file the parent runs
 * @parent_directory: working directory of the parent
 * @program: resolved path of the program behind a dynamic loader
 * @build_id: build id of the file run in this pass
 * @program_id: build id of @program, if a policy asks for it
 * @args: argv of the program
 * @parent_args: argv of the parent; @mm is a reference
 * @decoder: for argv; NULL where the policy does not have it decoded
 * @streams: one for each automaton that walks argv, or the environment
 *
 * Fields are captured when a rule or an event first needs them. Part of a
 * struct scratch; owned by one exec from capture_start() to capture_end().
 */
struct capture {
	struct linux_binprm *bprm;
	struct file *file;
	u64 generation;
	u64 build_id_unmatched;
	struct parent parent;
	struct captured_args args;
	struct captured_args parent_args;
	struct pydetect_stream *streams;
	struct pydetect_decoder *decoder;
	struct ancestor *lineage;
	struct ancestor *parent_runs;
	bool lineage_known;
	bool parent_runs_known;
	bool build_id_known;
	bool file_name_known;
	struct name_snapshot file_snapshot;
	struct qstr file_name;
	struct build_id build_id;
	struct build_id program_id;
	struct captured_path image;
	struct captured_path directory;
	struct captured_path parent_image;
	struct captured_path parent_directory;
	struct captured_path program;
};

void capture_start(struct capture *capture, struct linux_binprm *bprm,
		   u64 generation);
void capture_end(struct capture *capture);
void capture_running(struct capture *capture, struct file *file, bool reads);
void capture_end_running(struct capture *capture);

void capture_resolve(struct captured_path *captured, const struct path *path);
const char *capture_last_component(const char *path, size_t *length);
const char *capture_name(const struct captured_path *path, size_t *length);
int capture_measure_args(struct capture *capture);
int capture_walk_args(struct captured_args *args, pages_piece_t take,
		      void *context);

const struct qstr *capture_file_name(struct capture *capture);
const struct captured_path *capture_image(struct capture *capture);
const struct captured_path *capture_directory(struct capture *capture);
const struct captured_path *capture_parent_image(struct capture *capture);
const struct parent *capture_parent(struct capture *capture);
const struct captured_path *capture_parent_directory(struct capture *capture);
const struct build_id *capture_build_id(struct capture *capture);
const struct ancestor *capture_lineage(struct capture *capture);
const struct ancestor *capture_parent_runs(struct capture *capture);
const struct captured_args *capture_args(struct capture *capture);
const struct captured_args *capture_parent_args(struct capture *capture);

#endif /* PYDETECT_CAPTURE_H */
