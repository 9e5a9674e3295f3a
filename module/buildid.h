/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_BUILDID_H
#define PYDETECT_BUILDID_H

#include <linux/types.h>

struct file;

/* Linkers write 8, 16 or 20 bytes; some can be asked for 32. */
#define BUILD_ID_BYTES_MAX 32

/**
 * struct build_id - the GNU build id of a file
 * @length: bytes of it, 0: the file has none
 * @bytes: the id
 */
struct build_id {
	u8 length;
	u8 bytes[BUILD_ID_BYTES_MAX];
};

void buildid_init(void);
void buildid_read(struct file *file, struct build_id *id, u64 *unmatched);
void buildid_note_unmatched(struct file *file, const struct build_id *id,
			    u64 generation);

#endif /* PYDETECT_BUILDID_H */
