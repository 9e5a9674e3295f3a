/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A keyed hash of bytes that arrive in pieces.
 */
#ifndef PYDETECT_CORE_SIPHASH_H
#define PYDETECT_CORE_SIPHASH_H

#include "env.h"

/**
 * struct pydetect_secret - key of the hash
 * @words: random; who knows them can make values collide
 */
struct pydetect_secret {
	u64 words[2];
};

/**
 * struct pydetect_siphash - a hash on its way
 * @state: the four words of the algorithm
 * @tail: bytes that do not fill a word yet, the first one lowest
 * @length: bytes so far
 */
struct pydetect_siphash {
	u64 state[4];
	u64 tail;
	u64 length;
};

void pydetect_siphash_start(struct pydetect_siphash *hash,
			    const struct pydetect_secret *secret);
void pydetect_siphash_byte(struct pydetect_siphash *hash, u8 byte);
void pydetect_siphash_bytes(struct pydetect_siphash *hash, const void *bytes,
			    size_t count);
u64 pydetect_siphash_end(struct pydetect_siphash *hash);

#endif /* PYDETECT_CORE_SIPHASH_H */
