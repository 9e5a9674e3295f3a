// SPDX-License-Identifier: GPL-2.0-only
/*
 * Decoding what looks like base64 (RFC 4648, both alphabets) or hexadecimal
 * digits, and walking what comes out.
 *
 * A run is a sequence of digits, however long. Nothing says which of the two it
 * is, if any: both are tried, and nonsense hits nothing. It is decoded as it is
 * read, so memory does not depend on it, and what comes out of each byte is at
 * most one byte of either kind at each depth: time stays linear.
 *
 * Line breaks may stand in base64, and "\x" in front of two hexadecimal digits.
 * NULs in what comes out are left out: so UTF-16 reads as ASCII does. What comes
 * out of two runs is kept apart by a space.
 */
#include "decode.h"

/* What a byte is to a decoder, unless it is a digit. */
enum {
	DIGIT_SKIP = 254,
	DIGIT_NONE = 255,
};

static bool is_base64(u32 node)
{
	return !(node & 1);
}

static u8 base64_digit(u8 byte)
{
	if ((u8)(byte - 'A') < 26)
		return byte - 'A';
	if ((u8)(byte - 'a') < 26)
		return byte - 'a' + 26;
	if ((u8)(byte - '0') < 10)
		return byte - '0' + 52;
	switch (byte) {
	case '+':
	case '-':
		return 62;
	case '/':
	case '_':
		return 63;
	case '\n':
	case '\r':
		return DIGIT_SKIP;
	default:
		return DIGIT_NONE;
	}
}

static u8 hex_digit(u8 byte, bool escape)
{
	if ((u8)(byte - '0') < 10)
		return byte - '0';
	if ((u8)((byte | 0x20) - 'a') < 6)
		return (byte | 0x20) - 'a' + 10;
	return byte == '\\' || (escape && byte == 'x') ? DIGIT_SKIP :
							 DIGIT_NONE;
}

static void feed_node(struct pydetect_decoder *decoder, u32 number,
		      const u8 *bytes, size_t count);
static void end_run(struct pydetect_decoder *decoder, u32 number);

static struct pydetect_stream *streams_of(struct pydetect_decoder *decoder,
					  u32 number)
{
	return decoder->streams + number * decoder->nr_streams;
}

static void start_streams(struct pydetect_decoder *decoder, u32 number)
{
	const struct pydetect_view *view = decoder->exec->view;
	const struct pydetect_image_extent run =
		view->field_automata[PYDETECT_FIELD_COMMAND_LINE_DECODED];
	u32 i;

	if (decoder->nodes[number].started)
		return;
	for (i = 0; i < decoder->nr_streams; i++)
		pydetect_stream_start(&streams_of(decoder, number)[i], view,
				      run.first + i);
	decoder->nodes[number].started = true;
}

/* As deep as nodes have children. */
static void hand_on(struct pydetect_decoder *decoder, u32 number,
		    const u8 *bytes, size_t count)
{
	const u32 child = 2 * number + 2;
	u32 i;

	start_streams(decoder, number);
	for (i = 0; i < decoder->nr_streams; i++)
		pydetect_stream_feed(&streams_of(decoder, number)[i],
				     decoder->exec, bytes, count);
	if (child >= PYDETECT_DECODE_NODES)
		return;
	feed_node(decoder, child, bytes, count);
	feed_node(decoder, child + 1, bytes, count);
}

static void flush(struct pydetect_decoder *decoder, u32 number)
{
	struct pydetect_decode_node *node = &decoder->nodes[number];

	if (node->count)
		hand_on(decoder, number, node->bytes, node->count);
	node->count = 0;
}

static void put_byte(struct pydetect_decoder *decoder, u32 number, u8 byte)
{
	struct pydetect_decode_node *node = &decoder->nodes[number];

	if (!byte)
		return;
	node->bytes[node->count++] = byte;
	if (node->count == sizeof(node->bytes))
		flush(decoder, number);
}

static void put_digit(struct pydetect_decoder *decoder, u32 number, u8 digit)
{
	struct pydetect_decode_node *node = &decoder->nodes[number];
	const u32 width = is_base64(number) ? 6 : 4;

	node->run++;
	node->bits = node->bits << width | digit;
	node->nr_bits += width;
	if (node->nr_bits < 8)
		return;
	node->nr_bits -= 8;
	put_byte(decoder, number, node->bits >> node->nr_bits);
	node->bits &= (1u << node->nr_bits) - 1;
}

/* What a short run has made is still here: the room is larger. */
static void end_run(struct pydetect_decoder *decoder, u32 number)
{
	static const u8 space = ' ';
	struct pydetect_decode_node *node = &decoder->nodes[number];

	if (node->run >= PYDETECT_DECODE_RUN_MIN) {
		flush(decoder, number);
		hand_on(decoder, number, &space, 1);
	}
	node->count = 0;
	node->run = 0;
	node->bits = 0;
	node->nr_bits = 0;
}

static void feed_node(struct pydetect_decoder *decoder, u32 number,
		      const u8 *bytes, size_t count)
{
	struct pydetect_decode_node *node = &decoder->nodes[number];
	size_t i;

	for (i = 0; i < count; i++) {
		const u8 digit = is_base64(number) ?
					 base64_digit(bytes[i]) :
					 hex_digit(bytes[i], node->escape);

		node->escape = bytes[i] == '\\';
		if (digit < DIGIT_SKIP)
			put_digit(decoder, number, digit);
		else if (digit == DIGIT_NONE && node->run)
			end_run(decoder, number);
	}
}

/**
 * pydetect_decoder_bytes - memory that decoding by a policy takes
 * @view: the policy
 *
 * Return: bytes, zero where no rule asks for it.
 */
size_t pydetect_decoder_bytes(const struct pydetect_view *view)
{
	const u32 count =
		view->field_automata[PYDETECT_FIELD_COMMAND_LINE_DECODED].count;

	if (!count)
		return 0;
	return sizeof(struct pydetect_decoder) +
	       (size_t)PYDETECT_DECODE_NODES * count *
		       sizeof(struct pydetect_stream);
}

/**
 * pydetect_decoder_start - begin with a command line
 * @decoder: pydetect_decoder_bytes() of memory, not zero
 * @exec: where hits go; it is told that it has the field
 */
void pydetect_decoder_start(struct pydetect_decoder *decoder,
			    struct pydetect_exec *exec)
{
	memset(decoder, 0, sizeof(*decoder));
	decoder->exec = exec;
	decoder->nr_streams =
		exec->view->field_automata[PYDETECT_FIELD_COMMAND_LINE_DECODED]
			.count;
	pydetect_exec_present(exec, PYDETECT_FIELD_COMMAND_LINE_DECODED);
}

/**
 * pydetect_decoder_feed - read the next bytes of the command line
 * @decoder: the decoder
 * @bytes: the bytes, only read once
 * @count: how many; how they are cut into pieces makes no difference
 */
void pydetect_decoder_feed(struct pydetect_decoder *decoder, const u8 *bytes,
			   size_t count)
{
	feed_node(decoder, 0, bytes, count);
	feed_node(decoder, 1, bytes, count);
}

/**
 * pydetect_decoder_finish - the command line ends here
 * @decoder: the decoder; may only be started again afterwards
 */
void pydetect_decoder_finish(struct pydetect_decoder *decoder)
{
	u32 number, i;

	/* Those that hand on come first. */
	for (number = 0; number < PYDETECT_DECODE_NODES; number++) {
		end_run(decoder, number);
		if (!decoder->nodes[number].started)
			continue;
		for (i = 0; i < decoder->nr_streams; i++)
			pydetect_stream_finish(&streams_of(decoder, number)[i],
					       decoder->exec);
	}
}
