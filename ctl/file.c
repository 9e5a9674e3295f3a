// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files of bytes: written as a whole or not at all, read up to a bound.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"

static int report(struct diag *diag, const char *path, const char *what)
{
	const struct place place = { .file = path };

	diag_error(diag, &place, "%s: %s", what, strerror(errno));
	return -1;
}

/* Write and get onto the disk; the name comes later. */
static int write_temporary(const void *bytes, size_t size, int file,
			   mode_t mode)
{
	FILE *stream = fdopen(file, "wb");
	bool good;

	if (!stream) {
		close(file);
		return -1;
	}
	good = fwrite(bytes, size, 1, stream) == 1 && !fflush(stream) &&
	       !fchmod(file, mode) && !fsync(file);
	if (fclose(stream))
		good = false;
	return good ? 0 : -1;
}

static int write_file(const char *path, const void *bytes, size_t size,
		      mode_t mode, struct diag *diag)
{
	char *temporary;
	int file, error = 0;

	if (asprintf(&temporary, "%s.XXXXXX", path) < 0)
		return report(diag, path, "cannot write");
	file = mkstemp(temporary);
	if (file < 0) {
		error = report(diag, path, "cannot write");
	} else if (write_temporary(bytes, size, file, mode) ||
		   rename(temporary, path)) {
		error = report(diag, path, "cannot write");
		unlink(temporary);
	}
	free(temporary);
	return error;
}

/**
 * file_write - write a file that everybody may read
 * @path: the file; it is replaced as a whole or not at all
 * @bytes: what is to be in it
 * @size: how many bytes, not zero
 * @diag: where errors go
 *
 * Return: 0, or -1 and an error in @diag.
 */
int file_write(const char *path, const void *bytes, size_t size,
	       struct diag *diag)
{
	return write_file(path, bytes, size, 0644, diag);
}

/**
 * file_write_private - write a file that nobody else may read
 * @path: the file; it is replaced as a whole or not at all
 * @bytes: what is to be in it
 * @size: how many bytes, not zero
 * @diag: where errors go
 *
 * Return: 0, or -1 and an error in @diag.
 */
int file_write_private(const char *path, const void *bytes, size_t size,
		       struct diag *diag)
{
	return write_file(path, bytes, size, 0600, diag);
}

static int read_stream(FILE *stream, size_t max, void **bytes, size_t *size)
{
	struct stat status;

	if (fstat(fileno(stream), &status))
		return -1;
	if (!S_ISREG(status.st_mode) || (size_t)status.st_size > max) {
		errno = EFBIG;
		return -1;
	}
	*size = status.st_size;
	*bytes = malloc(*size ? *size : 1);
	if (!*bytes)
		return -1;
	if (*size && fread(*bytes, *size, 1, stream) != 1) {
		free(*bytes);
		*bytes = NULL;
		errno = EIO;
		return -1;
	}
	return 0;
}

/**
 * file_read - read all of a file
 * @path: the file
 * @max: how many bytes it may have at most
 * @bytes: set to what is in it, aligned as by malloc(), which the caller frees
 * @size: set to how many bytes that are
 * @diag: where errors go
 *
 * Return: 0, or -1 and an error in @diag; then there is nothing to free.
 */
int file_read(const char *path, size_t max, void **bytes, size_t *size,
	      struct diag *diag)
{
	FILE *stream = fopen(path, "rb");
	int error;

	*bytes = NULL;
	*size = 0;
	if (!stream)
		return report(diag, path, "cannot read");
	error = read_stream(stream, max, bytes, size);
	if (error)
		report(diag, path, "cannot read");
	fclose(stream);
	return error;
}
