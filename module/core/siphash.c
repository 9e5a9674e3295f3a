// SPDX-License-Identifier: GPL-2.0-only
/*
 * SipHash-2-4 (J.-P. Aumasson, D. J. Bernstein, "SipHash: a fast short-input
 * PRF", 2012), for bytes in pieces: a command line lies across pages, and where
 * they are cut says nothing about it. The kernel's own takes whole buffers.
 */
#include "siphash.h"

static u64 rotated(u64 word, unsigned int bits)
{
	return word << bits | word >> (64 - bits);
}

static void sip_round(u64 v[4])
{
	v[0] += v[1];
	v[2] += v[3];
	v[1] = rotated(v[1], 13) ^ v[0];
	v[3] = rotated(v[3], 16) ^ v[2];
	v[0] = rotated(v[0], 32);
	v[2] += v[1];
	v[0] += v[3];
	v[1] = rotated(v[1], 17) ^ v[2];
	v[3] = rotated(v[3], 21) ^ v[0];
	v[2] = rotated(v[2], 32);
}

static void take_word(struct pydetect_siphash *hash, u64 word)
{
	hash->state[3] ^= word;
	sip_round(hash->state);
	sip_round(hash->state);
	hash->state[0] ^= word;
}

/**
 * pydetect_siphash_start - begin with a hash
 * @hash: initialised
 * @secret: its key
 */
void pydetect_siphash_start(struct pydetect_siphash *hash,
			    const struct pydetect_secret *secret)
{
	/* Constants of the algorithm: "somepseudorandomlygeneratedbytes". */
	hash->state[0] = secret->words[0] ^ 0x736f6d6570736575ULL;
	hash->state[1] = secret->words[1] ^ 0x646f72616e646f6dULL;
	hash->state[2] = secret->words[0] ^ 0x6c7967656e657261ULL;
	hash->state[3] = secret->words[1] ^ 0x7465646279746573ULL;
	hash->tail = 0;
	hash->length = 0;
}

/**
 * pydetect_siphash_byte - hash one more byte
 * @hash: the hash
 * @byte: the byte
 */
void pydetect_siphash_byte(struct pydetect_siphash *hash, u8 byte)
{
	hash->tail |= (u64)byte << 8 * (hash->length % 8);
	if (++hash->length % 8)
		return;
	take_word(hash, hash->tail);
	hash->tail = 0;
}

/**
 * pydetect_siphash_bytes - hash more bytes
 * @hash: the hash
 * @bytes: the bytes
 * @count: how many
 */
void pydetect_siphash_bytes(struct pydetect_siphash *hash, const void *bytes,
			    size_t count)
{
	const u8 *at = bytes;
	size_t i;

	for (i = 0; i < count; i++)
		pydetect_siphash_byte(hash, at[i]);
}

/**
 * pydetect_siphash_end - the hash of all bytes
 * @hash: not to be used any more
 *
 * Return: the hash.
 */
u64 pydetect_siphash_end(struct pydetect_siphash *hash)
{
	u32 i;

	take_word(hash, hash->tail | hash->length << 56);
	hash->state[2] ^= 0xff;
	for (i = 0; i < 4; i++)
		sip_round(hash->state);
	return hash->state[0] ^ hash->state[1] ^ hash->state[2] ^
	       hash->state[3];
}
