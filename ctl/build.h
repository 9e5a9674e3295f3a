/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Checked tree -> automata and programs -> policy image.
 */
#ifndef PYDETECT_CTL_BUILD_H
#define PYDETECT_CTL_BUILD_H

#include "rule.h"
#include "../module/core/image.h"

/**
 * struct image - a policy image in memory
 * @bytes: the image, aligned to eight bytes, from malloc()
 * @size: its size in bytes
 * @view: its parts; valid as long as @bytes
 */
struct image {
	void *bytes;
	size_t size;
	struct pydetect_view view;
};

/*
 * Compile @set. Rules that cannot be expressed get an error in @diag that
 * names rule and reason, and are left out of the image. The image was verified
 * by the same code as in the kernel. Returns 0, or -1 when there is no image
 * (out of memory, or over a limit of the format: reported in @diag).
 */
int build_image(const struct rule_set *set, struct image *image,
		struct diag *diag);

/* The version of a policy: zero unless this is called before it is written. */
void image_set_serial(struct image *image, u64 serial);

/* Write to and read from a file; reading verifies. 0 or -1 and @diag. */
int image_write(const struct image *image, const char *path, struct diag *diag);
int image_read(struct image *image, const char *path, struct diag *diag);
bool image_is_image(const char *path);
void image_free(struct image *image);

#endif /* PYDETECT_CTL_BUILD_H */
