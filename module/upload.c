// SPDX-License-Identifier: GPL-2.0-only
/*
 * The one policy image that is being uploaded.
 */
#include <linux/err.h>
#include <linux/mutex.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "core/limits.h"
#include "upload.h"

/**
 * struct upload - an image on its way in
 * @port: netlink port it belongs to; zero: there is none
 * @size: bytes it will have
 * @filled: bytes it has
 * @image: from vmalloc()
 */
struct upload {
	u32 port;
	u32 size;
	u32 filled;
	void *image;
};

static DEFINE_MUTEX(upload_lock);
static struct upload upload;

static void forget(void)
{
	lockdep_assert_held(&upload_lock);
	vfree(upload.image);
	upload = (struct upload){};
}

static int begin(u32 port, u32 size, const char **reason)
{
	lockdep_assert_held(&upload_lock);
	if (upload.port && upload.port != port) {
		*reason = "another upload is in progress; try again when it is done";
		return -EBUSY;
	}
	forget();
	upload.image = __vmalloc(size, GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!upload.image) {
		*reason = "not enough memory for an image of this size";
		return -ENOMEM;
	}
	upload.port = port;
	upload.size = size;
	return 0;
}

/**
 * upload_begin - make room for an image
 * @port: netlink port that uploads
 * @size: size of the image in bytes
 * @reason: set to a constant on error
 *
 * Context: process context, sleeps.
 * Return: 0, -EINVAL, -EBUSY or -ENOMEM.
 */
int upload_begin(u32 port, u32 size, const char **reason)
{
	int error;

	if (!size || size > PYDETECT_IMAGE_BYTES_MAX) {
		*reason = "an image has 1 byte to 64 MiB";
		return -EINVAL;
	}
	mutex_lock(&upload_lock);
	error = begin(port, size, reason);
	mutex_unlock(&upload_lock);
	return error;
}

static int append(u32 port, u32 offset, const void *data, u32 count,
		  const char **reason)
{
	lockdep_assert_held(&upload_lock);
	if (!port || upload.port != port) {
		*reason = "no upload was begun on this socket";
		return -ENODATA;
	}
	if (offset != upload.filled || count > upload.size - upload.filled) {
		*reason = "the chunk does not follow the last one, or goes beyond the image";
		return -EINVAL;
	}
	memcpy(upload.image + offset, data, count);
	upload.filled += count;
	return 0;
}

/**
 * upload_chunk - the next bytes of the image
 * @port: netlink port that uploads
 * @offset: where they belong: where the last chunk ended
 * @data: the bytes
 * @count: how many
 * @reason: set to a constant on error
 *
 * Context: process context, sleeps.
 * Return: 0, -ENODATA or -EINVAL; the upload stays as it was on error.
 */
int upload_chunk(u32 port, u32 offset, const void *data, u32 count,
		 const char **reason)
{
	int error;

	mutex_lock(&upload_lock);
	error = append(port, offset, data, count, reason);
	mutex_unlock(&upload_lock);
	return error;
}

static void *take_buffer(u32 port, size_t *size, const char **reason)
{
	void *image = upload.image;

	lockdep_assert_held(&upload_lock);
	if (!port || upload.port != port) {
		*reason = "no upload was begun on this socket";
		return ERR_PTR(-ENODATA);
	}
	if (upload.filled != upload.size) {
		*reason = "the image is incomplete";
		forget();
		return ERR_PTR(-ENODATA);
	}
	*size = upload.size;
	upload = (struct upload){};
	return image;
}

/**
 * upload_take - end an upload and get the image
 * @port: netlink port that uploaded
 * @size: set to its size in bytes
 * @reason: set to a constant on error
 *
 * Context: process context, sleeps.
 * Return: the image, which the caller frees with vfree(), or -ENODATA as an
 * error pointer. Nothing can write to the image any more.
 */
void *upload_take(u32 port, size_t *size, const char **reason)
{
	void *image;

	mutex_lock(&upload_lock);
	image = take_buffer(port, size, reason);
	mutex_unlock(&upload_lock);
	return image;
}

/**
 * upload_abort - give an upload up, if there is one
 * @port: netlink port that uploaded
 *
 * Context: process context, sleeps.
 * Return: 0, or -ENODATA if none was begun on this port.
 */
int upload_abort(u32 port)
{
	int error = -ENODATA;

	mutex_lock(&upload_lock);
	if (port && upload.port == port) {
		forget();
		error = 0;
	}
	mutex_unlock(&upload_lock);
	return error;
}

/**
 * upload_drop - give any upload up
 *
 * Context: process context, sleeps.
 */
void upload_drop(void)
{
	mutex_lock(&upload_lock);
	forget();
	mutex_unlock(&upload_lock);
}
