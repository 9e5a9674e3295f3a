// SPDX-License-Identifier: GPL-2.0-only
/*
 * Gathering who can change rules, settings and this tool.
 */
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "clock.h"
#include "doctor.h"

/* More than anybody nests, and an end where directories are mounted in a ring. */
#define DEPTH_MAX 8

/* Links say nothing: what they lead to is what counts. */
static bool others_can_change(const struct stat *stat)
{
	return stat->st_uid || stat->st_mode & 0022;
}

static bool is_rule_file(const char *path)
{
	const char *dot = strrchr(path, '.');

	return dot && (!strcmp(dot, ".yml") || !strcmp(dot, ".yaml"));
}

static void take_file(struct doctor_file *file, const char *path,
		      const struct stat *stat)
{
	snprintf(file->path, sizeof(file->path), "%s", path);
	file->uid = stat->st_uid;
	file->mode = stat->st_mode & ~S_IFMT;
}

static void take_entry(struct doctor_files *files, const char *path,
		       size_t prefix, const struct stat *stat)
{
	const uint64_t time =
		stat->st_mtim.tv_sec * NS_PER_SECOND + stat->st_mtim.tv_nsec;

	if (S_ISREG(stat->st_mode) && is_rule_file(path) &&
	    time > files->newest)
		files->newest = time;
	if (!others_can_change(stat))
		return;
	if (files->nr_files < DOCTOR_FILES_MAX)
		take_file(&files->files[files->nr_files], path + prefix, stat);
	files->nr_files++;
}

static void walk(struct doctor_files *files, const char *path, size_t prefix,
		 unsigned int depth);

static void walk_directory(struct doctor_files *files, const char *path,
			   size_t prefix, unsigned int depth)
{
	DIR *directory = opendir(path);
	struct dirent *entry;
	char name[1024];

	if (!directory)
		return;
	while ((entry = readdir(directory))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		if (snprintf(name, sizeof(name), "%s/%s", path, entry->d_name) <
		    (int)sizeof(name))
			walk(files, name, prefix, depth);
	}
	closedir(directory);
}

static void walk(struct doctor_files *files, const char *path, size_t prefix,
		 unsigned int depth)
{
	struct stat stat_;

	if (stat(path, &stat_))
		return;
	take_entry(files, path, prefix, &stat_);
	if (S_ISDIR(stat_.st_mode) && depth)
		walk_directory(files, path, prefix, depth - 1);
}

static void gather_tool(struct doctor_files *files)
{
	static const char self[] = "/proc/self/exe";
	struct stat stat_;

	if (!stat(self, &stat_))
		take_file(&files->tool, self, &stat_);
}

/**
 * doctor_gather_files - find out who can change rules, settings and this tool
 * @files: filled in
 * @root: stands before /etc
 */
void doctor_gather_files(struct doctor_files *files, const char *root)
{
	struct stat stat_;
	char path[512];

	memset(files, 0, sizeof(*files));
	gather_tool(files);
	snprintf(path, sizeof(path), "%s/etc/pydetect", root);
	files->there = !stat(path, &stat_);
	walk(files, path, strlen(root), DEPTH_MAX);
}
