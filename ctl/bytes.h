/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_CTL_BYTES_H
#define PYDETECT_CTL_BYTES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/**
 * struct bytes - a run of bytes somewhere else
 * @data: the first byte; NULL where there is nothing
 * @length: how many; nothing ends them
 *
 * Owns nothing. Paths and arguments are any bytes but NUL, so nothing that
 * comes from an exec is ever treated as a string.
 */
struct bytes {
	const uint8_t *data;
	size_t length;
};

/** bytes_of - the bytes of a string, without its NUL */
static inline struct bytes bytes_of(const char *text)
{
	return (struct bytes){ (const uint8_t *)text, strlen(text) };
}

#endif /* PYDETECT_CTL_BYTES_H */
