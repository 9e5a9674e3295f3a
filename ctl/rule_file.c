// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rule files: finding them, reading them, going through their documents.
 */
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rule_read.h"

static void read_documents(struct rule_reader *reader)
{
	const struct yml_node *root;
	size_t documents = 0;

	for (;;) {
		reader->rule_id = NULL;
		reader->errors_before = reader->nr_errors;
		root = yml_document(reader->yaml);
		if (!root)
			break;
		documents++;
		rule_read_document(reader, root);
	}
	reader->set->nr_refused += reader->yaml->failed;
	if (!documents && !reader->yaml->failed)
		rule_warning(reader,
			     &(struct place){ reader->yaml->file, 0, 0 },
			     "no rule in this file");
}

/* Byte order marks say what is required anyway, and would count as a column. */
static size_t mark_bytes(const char *bytes, size_t size)
{
	return size >= 3 && !memcmp(bytes, "\xef\xbb\xbf", 3) ? 3 : 0;
}

/**
 * rule_read_buffer - read the rules of a file that is in memory
 * @set: where they go
 * @name: what messages call the file
 * @bytes: its text
 * @size: size of its text
 * @options: how to read
 * @diag: where errors go
 */
void rule_read_buffer(struct rule_set *set, const char *name, const char *bytes,
		      size_t size, const struct rule_options *options,
		      struct diag *diag)
{
	struct yml yaml;
	struct rule_reader reader = {
		.set = set,
		.options = options,
		.diag = diag,
		.yaml = &yaml,
	};
	const char *file = rule_copy(&reader, name, strlen(name));
	size_t mark;

	if (size > RULE_FILE_BYTES_MAX) {
		diag_error(diag, &(struct place){ .file = file },
			   "larger than %u MiB", RULE_FILE_BYTES_MAX >> 20);
		set->nr_refused++;
		return;
	}
	if (!size)
		bytes = "";
	mark = mark_bytes(bytes, size);
	bytes += mark;
	size -= mark;
	diag_add_source(diag, file, bytes, size);
	yml_open(&yaml, &reader, file, bytes, size);
	read_documents(&reader);
	yml_close(&yaml);
}

/**
 * struct bytes - what was read from a file
 * @data: from malloc()
 * @size: bytes used; one more than allowed if there is more
 * @capacity: bytes there is room for
 */
struct bytes {
	char *data;
	size_t size;
	size_t capacity;
};

static bool make_room(struct bytes *bytes)
{
	char *data;

	if (bytes->size < bytes->capacity)
		return true;
	data = realloc(bytes->data, bytes->capacity * 2 + 4096);
	if (!data)
		return false;
	bytes->data = data;
	bytes->capacity = bytes->capacity * 2 + 4096;
	return true;
}

/* 0, or -1 and errno. */
static int read_all(int fd, struct bytes *bytes)
{
	ssize_t got;

	while (bytes->size <= RULE_FILE_BYTES_MAX) {
		if (!make_room(bytes))
			return -1;
		got = read(fd, bytes->data + bytes->size,
			   bytes->capacity - bytes->size);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got;
		bytes->size += got;
	}
	return 0;
}

static void report_path(struct rule_set *set, const char *path,
			const char *reason, struct diag *diag)
{
	diag_error(diag, &(struct place){ .file = path }, "cannot be read: %s",
		   reason);
	set->nr_refused++;
}

static void read_file(struct rule_set *set, const char *path,
		      const struct rule_options *options, struct diag *diag)
{
	struct bytes bytes = { 0 };
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0) {
		report_path(set, path, strerror(errno), diag);
		return;
	}
	if (read_all(fd, &bytes))
		report_path(set, path, strerror(errno), diag);
	else
		rule_read_buffer(set, path, bytes.data, bytes.size, options,
				 diag);
	free(bytes.data);
	close(fd);
}

/**
 * struct paths - rule files below a directory
 * @list: copies from malloc()
 * @count: how many
 */
struct paths {
	char **list;
	size_t count;
};

static void add_path(struct paths *paths, const char *path)
{
	paths->list = reallocarray(paths->list, paths->count + 1,
				   sizeof(*paths->list));
	if (!paths->list)
		rule_memory_failed();
	paths->list[paths->count] = strdup(path);
	if (!paths->list[paths->count++])
		rule_memory_failed();
}

static void free_paths(struct paths *paths)
{
	while (paths->count)
		free(paths->list[--paths->count]);
	free(paths->list);
}

static bool is_rule_name(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot && (!strcmp(dot, ".yml") || !strcmp(dot, ".yaml"));
}

/* Hidden files are an editor's or a package manager's, not rules. */
static void visit(struct rule_set *set, FTS *tree, FTSENT *entry,
		  struct paths *paths, struct diag *diag)
{
	bool hidden = entry->fts_level > 0 && entry->fts_name[0] == '.';

	switch (entry->fts_info) {
	case FTS_D:
		if (hidden)
			fts_set(tree, entry, FTS_SKIP);
		break;
	case FTS_DNR:
	case FTS_ERR:
	case FTS_NS:
		report_path(set, entry->fts_path, strerror(entry->fts_errno),
			    diag);
		break;
	case FTS_DC:
		report_path(set, entry->fts_path, "directory within itself",
			    diag);
		break;
	case FTS_F:
	case FTS_SLNONE:
		if (!hidden && is_rule_name(entry->fts_name))
			add_path(paths, entry->fts_path);
		break;
	default:
		break;
	}
}

static void find_paths(struct rule_set *set, const char *directory,
		       struct paths *paths, struct diag *diag)
{
	char *const roots[] = { (char *)directory, NULL };
	FTS *tree = fts_open(roots, FTS_LOGICAL | FTS_NOCHDIR, NULL);
	FTSENT *entry;

	if (!tree) {
		report_path(set, directory, strerror(errno), diag);
		return;
	}
	while ((entry = fts_read(tree)))
		visit(set, tree, entry, paths, diag);
	fts_close(tree);
}

static int compare_paths(const void *left, const void *right)
{
	return strcmp(*(char *const *)left, *(char *const *)right);
}

static void read_directory(struct rule_set *set, const char *directory,
			   const struct rule_options *options,
			   struct diag *diag)
{
	struct paths paths = { 0 };
	size_t n;

	find_paths(set, directory, &paths, diag);
	if (!paths.count)
		report_path(set, directory, "no *.yml or *.yaml below it",
			    diag);
	else
		qsort(paths.list, paths.count, sizeof(*paths.list),
		      compare_paths);
	for (n = 0; n < paths.count; n++)
		read_file(set, paths.list[n], options, diag);
	free_paths(&paths);
}

/**
 * rule_read_path - read a rule file, or all rule files below a directory
 * @set: where the rules go
 * @path: file or directory; symbolic links are followed
 * @options: how to read
 * @diag: where errors go
 */
void rule_read_path(struct rule_set *set, const char *path,
		    const struct rule_options *options, struct diag *diag)
{
	struct stat status;

	if (stat(path, &status))
		report_path(set, path, strerror(errno), diag);
	else if (S_ISDIR(status.st_mode))
		read_directory(set, path, options, diag);
	else
		read_file(set, path, options, diag);
}
