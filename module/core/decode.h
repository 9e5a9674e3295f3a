/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_CORE_DECODE_H
#define PYDETECT_CORE_DECODE_H

#include "automaton.h"

/* Text within text that was decoded: how often at most. */
#define PYDETECT_DECODE_DEPTH 2u

/* Shorter runs of digits are not decoded: words and paths are runs as well. */
#define PYDETECT_DECODE_RUN_MIN 32u

/* Two ways to decode, and of what comes out two again. */
#define PYDETECT_DECODE_NODES ((2u << PYDETECT_DECODE_DEPTH) - 2)

/* Room for what a run of the shortest length decodes to. */
#define PYDETECT_DECODE_ROOM 48u

/**
 * struct pydetect_decode_node - one way to decode, at one depth
 * @run: digits of the run so far
 * @bits: of these, what does not make a byte yet
 * @nr_bits: how many
 * @escape: a backslash was the last byte
 * @started: the streams of this node are on their way
 * @count: bytes in @bytes
 * @bytes: decoded, and not yet handed on
 */
struct pydetect_decode_node {
	u64 run;
	u32 bits;
	u8 nr_bits;
	bool escape;
	bool started;
	u8 count;
	u8 bytes[PYDETECT_DECODE_ROOM];
};

/**
 * struct pydetect_decoder - a command line on its way through the decoder
 * @exec: where hits go
 * @nr_streams: automata that walk what is decoded
 * @nodes: node n hands on to nodes 2n + 2 and 2n + 3; even ones take base64, odd
 *	ones hexadecimal digits
 * @streams: @nr_streams of each node
 *
 * Lives in memory handed in by the caller (pydetect_decoder_bytes()).
 */
struct pydetect_decoder {
	struct pydetect_exec *exec;
	u32 nr_streams;
	struct pydetect_decode_node nodes[PYDETECT_DECODE_NODES];
	struct pydetect_stream streams[];
};

size_t pydetect_decoder_bytes(const struct pydetect_view *view);
void pydetect_decoder_start(struct pydetect_decoder *decoder,
			    struct pydetect_exec *exec);
void pydetect_decoder_feed(struct pydetect_decoder *decoder, const u8 *bytes,
			   size_t count);
void pydetect_decoder_finish(struct pydetect_decoder *decoder);

#endif /* PYDETECT_CORE_DECODE_H */
