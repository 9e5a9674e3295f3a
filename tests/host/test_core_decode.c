// SPDX-License-Identifier: GPL-2.0-only
/*
 * What runs of digits in a command line decode to.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../module/core/decode.h"
#include "core_image.h"
#include "core_sample.h"

#define TEXT_MAX 4096

/**
 * struct text - bytes that are being put together
 */
struct text {
	u8 bytes[TEXT_MAX];
	size_t length;
};

static void put(struct text *text, u8 byte)
{
	assert_true(text->length < sizeof(text->bytes));
	text->bytes[text->length++] = byte;
}

static void put_string(struct text *text, const char *string)
{
	while (*string)
		put(text, *string++);
}

static const char standard[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			       "abcdefghijklmnopqrstuvwxyz0123456789+/";
static const char for_urls[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			       "abcdefghijklmnopqrstuvwxyz0123456789-_";

/* Three bytes to four digits, the obvious way. */
static struct text base64(const struct text *plain, const char *digits,
			  const char *lines)
{
	struct text text = { .length = 0 };
	size_t i, digit;

	for (i = 0; i < plain->length; i += 3) {
		const size_t left = plain->length - i;
		const u32 group = plain->bytes[i] << 16 |
				  (left > 1 ? plain->bytes[i + 1] << 8 : 0) |
				  (left > 2 ? plain->bytes[i + 2] : 0);

		for (digit = 0; digit < 4; digit++)
			put(&text, digit > left ?
					   '=' :
					   digits[group >> (18 - 6 * digit) &
						  63]);
		if (i % 57 == 54)
			put_string(&text, lines);
	}
	return text;
}

static struct text hex(const struct text *plain, const char *before)
{
	static const char digits[] = "0123456789abcDEF";
	struct text text = { .length = 0 };
	size_t i;

	for (i = 0; i < plain->length; i++) {
		put_string(&text, before);
		put(&text, digits[plain->bytes[i] >> 4]);
		put(&text, digits[plain->bytes[i] & 15]);
	}
	return text;
}

static struct text plain_text(const char *string)
{
	struct text text = { .length = 0 };

	put_string(&text, string);
	return text;
}

/* Between quotes, in front of other code. */
static struct text quoted(const struct text *inner)
{
	struct text text = { .length = 0 };
	size_t i;

	put_string(&text, "exec(decode('");
	for (i = 0; i < inner->length; i++)
		put(&text, inner->bytes[i]);
	put_string(&text, "'))");
	return text;
}

/* An image with one rule that looks for a word in what is decoded. */
static void make_image(struct core_image *image)
{
	static const struct core_pattern pattern = {
		"import socket", CORE_WORD_START | CORE_WORD_END, 0
	};
	static const struct pydetect_image_step found = {
		.if_true = PYDETECT_STEP_TRUE,
		.if_false = PYDETECT_STEP_FALSE,
	};
	static const u32 rule;
	struct core_draft draft = { .always = { 0, 0 } };

	core_add_rule(&draft, "rule", PYDETECT_ACTION_BLOCK);
	core_add_predicate(&draft, PYDETECT_FIELD_COMMAND_LINE, &rule, 1);
	core_add_automaton(&draft, PYDETECT_FIELD_COMMAND_LINE_DECODED,
			   &pattern, 1, 3);
	core_rule(&draft, 0)->programs[PYDETECT_STAGE_PARENT_ARGV] =
		core_add_program(&draft, &found, 1);
	core_settle_fields(&draft);
	core_rule(&draft, 0)->fields |=
		1u << PYDETECT_FIELD_COMMAND_LINE_DECODED;
	core_image_make(image, &draft);
	core_draft_free(&draft);
}

struct fixture {
	struct core_image image;
	struct pydetect_view view;
	struct pydetect_exec *exec;
	struct pydetect_decoder *decoder;
};

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	make_image(&fixture->image);
	core_image_open(&fixture->image, &fixture->view);
	fixture->exec = core_exec_new(&fixture->view);
	/* Just so large, so that nothing beyond can be touched. */
	fixture->decoder = malloc(pydetect_decoder_bytes(&fixture->view));
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	free(fixture->decoder);
	core_exec_free(fixture->exec);
	core_image_free(&fixture->image);
	free(fixture);
	return 0;
}

/* Is the word found, with argv cut into pieces of @piece bytes? */
static bool found(struct fixture *fixture, const struct text *text, size_t piece)
{
	size_t at;
	bool result;

	pydetect_decoder_start(fixture->decoder, fixture->exec);
	for (at = 0; at < text->length; at += piece) {
		const size_t left = text->length - at;
		const size_t count = left < piece ? left : piece;
		u8 *copy = malloc(count);

		memcpy(copy, text->bytes + at, count);
		pydetect_decoder_feed(fixture->decoder, copy, count);
		free(copy);
	}
	pydetect_decoder_finish(fixture->decoder);
	result = fixture->exec->nr_held;
	if (result) {
		assert_int_equal(fixture->exec->hits[0].end, 0);
		assert_int_equal(fixture->exec->hits[0].length, 0);
	}
	pydetect_exec_reset(fixture->exec);
	return result;
}

static void check(struct fixture *fixture, const struct text *text,
		  bool expected)
{
	static const size_t pieces[] = { 1, 2, 3, 7, 16, 64, TEXT_MAX };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(pieces); i++)
		if (found(fixture, text, pieces[i]) != expected)
			fail_msg("pieces of %zu: expected %d of '%.*s'",
				 pieces[i], expected, (int)text->length,
				 text->bytes);
}

/* Every place in a group of digits, both alphabets, with lines and without. */
static void test_ways(void **state)
{
	static const char *const before[] = {
		"import os;", "import os;x=1;", "# ~~~ \xc3\xbf ~~~\n", "import os;import sys;",
		"a very long beginning that takes some lines of digits, and more;\n",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(before); i++) {
		char code[256];
		struct text plain, inner, text;

		snprintf(code, sizeof(code), "%simport socket;s=1;t=2",
			 before[i]);
		plain = plain_text(code);
		check(*state, &plain, false);
		inner = base64(&plain, standard, "");
		text = quoted(&inner);
		check(*state, &inner, true);
		check(*state, &text, true);
		inner = base64(&plain, for_urls, "");
		check(*state, &inner, true);
		inner = base64(&plain, standard, "\r\n");
		check(*state, &inner, true);
		inner = hex(&plain, "");
		text = quoted(&inner);
		check(*state, &text, true);
		inner = hex(&plain, "\\x");
		text = quoted(&inner);
		check(*state, &text, true);
	}
}

static void test_depth(void **state)
{
	const struct text plain = plain_text("import socket;socket.socket()");
	const struct text once = base64(&plain, standard, "");
	const struct text code = quoted(&once);
	struct text text = base64(&code, standard, "\n");

	check(*state, &text, true);
	text = hex(&code, "");
	check(*state, &text, true);
	text = hex(&once, "\\x");
	check(*state, &text, true);
	/* Three times is too much. */
	text = base64(&code, standard, "");
	text = base64(&text, standard, "");
	check(*state, &text, false);
}

static void test_utf16(void **state)
{
	const struct text plain = plain_text("import socket");
	struct text wide = { .length = 0 };
	struct text text;
	size_t i;

	for (i = 0; i < plain.length; i++) {
		put(&wide, plain.bytes[i]);
		put(&wide, 0);
	}
	text = base64(&wide, standard, "");
	check(*state, &text, true);
}

/* Words have edges, two runs do not become one, and short ones are left alone. */
static void test_edges(void **state)
{
	/* "some code;import socket " and the like. */
	static const struct {
		const char *text;
		bool found;
	} cases[] = {
		{ "c29tZSBjb2RlO2ltcG9ydCBzb2NrZXQg", true },
		{ "c29tZSBjb2RlO2ltcG9ydCBzb2NrZXRz", false },
		{ "c29tZSBjb2Rl.O2ltcG9ydCBzb2NrZXQg", false },
		{ "c29tZSBjb2RlO2ltcG9y.dCBzb2NrZXQg", false },
		{ "(c29tZSBjb2RlO2ltcG9ydCBzb2NrZXQg)aW1wb3J0", true },
		{ "c29tZSBvdGhlciBjb2RlO2ltcG9ydCBzb2NrZXQ=", true },
		{ "c29tZSBvdGhlciBjb2RlO2ltcG9ydCBzb2NrZXQ", true },
		{ "29tZSBjb2RlO2ltcG9ydCBzb2NrZXQg", false },
		{ "29tZSBjb2RlO2ltcG9ydCBzb2NrZXQgc29tZSBjb2Rl", false },
		{ "696d706f727420736f636b6574202020", true },
		{ "696d706f727420736f636b65742020", false },
		{ "696d706f727420736f636b6574732020", false },
		{ "", false },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct text text = plain_text(cases[i].text);

		check(*state, &text, cases[i].found);
	}
}

/* All kinds of bytes, and nothing but digits. */
static void test_nonsense(void **state)
{
	struct core_random random = { 1 };
	struct text text;
	u32 round;
	size_t i;

	for (round = 0; round < 3000; round++) {
		text.length = core_random_below(&random, TEXT_MAX);
		for (i = 0; i < text.length; i++) {
			text.bytes[i] = core_random_below(&random, 256);
			if (round % 2)
				text.bytes[i] = standard[text.bytes[i] % 64];
		}
		found(*state, &text, 1 + core_random_below(&random, 300));
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_ways, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_depth, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_utf16, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_edges, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_nonsense, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
