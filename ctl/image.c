// SPDX-License-Identifier: GPL-2.0-only
/*
 * Policy images in memory and in files.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build_draft.h"
#include "file.h"
#include "../module/core/verify.h"
#include "../module/version.h"

/**
 * struct part - a section as the draft holds it
 * @items: its elements
 * @count: how many
 * @size: bytes of one
 */
struct part {
	const void *items;
	size_t count;
	size_t size;
};

#define PART(list) { (list).items, (list).count, sizeof(*(list).items) }

static size_t round_up(size_t size)
{
	return (size + 7) & ~(size_t)7;
}

/* Everything goes where the verifier wants it: in order, without gaps. */
static void lay_out(const struct part parts[PYDETECT_SECTION_COUNT],
		    struct pydetect_image_header *header)
{
	u8 *at = (u8 *)(header + 1);
	u32 i;

	for (i = 0; i < PYDETECT_SECTION_COUNT; i++) {
		const size_t size = parts[i].count * parts[i].size;

		header->sections[i].first = at - (u8 *)header;
		header->sections[i].count = parts[i].count;
		if (size)
			memcpy(at, parts[i].items, size);
		at += round_up(size);
	}
}

static size_t total(const struct part parts[PYDETECT_SECTION_COUNT])
{
	size_t size = sizeof(struct pydetect_image_header);
	u32 i;

	for (i = 0; i < PYDETECT_SECTION_COUNT; i++)
		size += round_up(parts[i].count * parts[i].size);
	return size;
}

static bool is_other_version(const struct image *image)
{
	const struct pydetect_image_header *header = image->bytes;

	return image->size >= sizeof(*header) &&
	       header->magic == PYDETECT_IMAGE_MAGIC &&
	       header->version != PYDETECT_IMAGE_VERSION;
}

static void refuse_version(const struct image *image, const struct place *place,
			   struct diag *diag)
{
	const struct pydetect_image_header *header = image->bytes;

	diag_hint(diag_error(diag, place,
			     "a policy image of version %u of the format; pydetectctl " PYDETECT_VERSION " and its module take version %u",
			     header->version, PYDETECT_IMAGE_VERSION),
		  "compile the rules again: pydetectctl check --output; or use the pydetectctl and the module of the version that made it");
}

static int verify(struct image *image, const struct place *place,
		  struct diag *diag)
{
	struct pydetect_fault fault;

	if (pydetect_verify(image->bytes, image->size, &image->view, &fault))
		return 0;
	if (is_other_version(image)) {
		refuse_version(image, place, diag);
		image_free(image);
		return -1;
	}
	diag_error(diag, place, "not a usable policy image: %s (%s %u)",
		   fault.reason, pydetect_section_name(fault.section),
		   fault.element);
	image_free(image);
	return -1;
}

/**
 * image_from_draft - lay out an image and verify it
 * @draft: its sections
 * @image: set to the image, which the caller frees
 * @diag: where errors go
 *
 * Return: 0, or -1 and an error in @diag; then there is nothing to free.
 */
int image_from_draft(const struct build_draft *draft, struct image *image,
		     struct diag *diag)
{
	const struct part parts[PYDETECT_SECTION_COUNT] = {
		PART(draft->automata),
		PART(draft->classes),
		PART(draft->cells),
		PART(draft->links),
		PART(draft->fallbacks),
		PART(draft->edges),
		PART(draft->lists),
		PART(draft->outputs),
		PART(draft->predicates),
		PART(draft->triggers),
		PART(draft->numbers),
		PART(draft->ranges),
		PART(draft->steps),
		PART(draft->rules),
		PART(draft->labels),
		PART(draft->tags),
		PART(draft->correlations),
		PART(draft->references),
		PART(draft->groups),
		PART(draft->feeds),
		PART(draft->tracked),
		PART(draft->strings.bytes),
	};
	const struct place nowhere = { 0 };
	struct pydetect_image_header *header;

	image->size = total(parts);
	if (image->size > PYDETECT_IMAGE_BYTES_MAX) {
		diag_error(diag, &nowhere,
			   "the policy takes %zu bytes, at most %u are possible",
			   image->size, PYDETECT_IMAGE_BYTES_MAX);
		return -1;
	}
	image->bytes = calloc(1, image->size);
	if (!image->bytes) {
		diag_error(diag, &nowhere, "out of memory");
		return -1;
	}
	header = image->bytes;
	header->magic = PYDETECT_IMAGE_MAGIC;
	header->version = PYDETECT_IMAGE_VERSION;
	header->size = image->size;
	header->always = draft->always;
	lay_out(parts, header);
	header->checksum = pydetect_image_checksum(header, image->size);
	return verify(image, &nowhere, diag);
}

/**
 * image_set_serial - give a policy its version
 * @image: the image
 * @serial: the version: see struct pydetect_image_header
 */
void image_set_serial(struct image *image, u64 serial)
{
	struct pydetect_image_header *header = image->bytes;

	header->serial = serial;
	header->checksum = pydetect_image_checksum(header, image->size);
}

/**
 * image_write - write an image to a file
 * @image: the image
 * @path: the file; it is replaced as a whole or not at all
 * @diag: where errors go
 *
 * Return: 0, or -1 and an error in @diag.
 */
int image_write(const struct image *image, const char *path, struct diag *diag)
{
	return file_write(path, image->bytes, image->size, diag);
}

/**
 * image_read - read an image from a file and verify it
 * @image: set to the image, which the caller frees
 * @path: the file
 * @diag: where errors go
 *
 * Return: 0, or -1 and an error in @diag; then there is nothing to free.
 */
int image_read(struct image *image, const char *path, struct diag *diag)
{
	const struct place place = { .file = path };

	memset(image, 0, sizeof(*image));
	if (file_read(path, PYDETECT_IMAGE_BYTES_MAX, &image->bytes,
		      &image->size, diag))
		return -1;
	return verify(image, &place, diag);
}

/**
 * image_is_image - does a file begin as an image does?
 * @path: the file
 *
 * Return: false also where it cannot be read.
 */
bool image_is_image(const char *path)
{
	FILE *stream = fopen(path, "rb");
	u32 magic = 0;
	bool is;

	if (!stream)
		return false;
	is = fread(&magic, sizeof(magic), 1, stream) == 1 &&
	     magic == PYDETECT_IMAGE_MAGIC;
	fclose(stream);
	return is;
}

/** image_free - give the memory of an image back; a second time is harmless */
void image_free(struct image *image)
{
	free(image->bytes);
	memset(image, 0, sizeof(*image));
}
