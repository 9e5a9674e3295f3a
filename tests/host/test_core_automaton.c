// SPDX-License-Identifier: GPL-2.0-only
/*
 * What automata find, against a search for every pattern at every place; and
 * that it makes no difference how a field is cut into pieces.
 */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../module/core/automaton.h"
#include "core_sample.h"

#define TEXT_MAX 48
#define PATTERNS_MAX 24

/**
 * struct fixture - a policy with one automaton
 * @patterns: what it looks for; pattern n makes predicate n true
 * @count: how many
 * @field: the field it looks at
 * @image: the policy
 * @view: its parts
 * @exec: idle
 */
struct fixture {
	const struct core_pattern *patterns;
	u32 count;
	enum pydetect_field field;
	struct core_image image;
	struct pydetect_view view;
	struct pydetect_exec *exec;
};

static void set_up(struct fixture *fixture, enum pydetect_field field,
		   const struct core_pattern *patterns, u32 count,
		   u32 dense_depth)
{
	struct core_draft draft = {};
	u32 i;

	fixture->patterns = patterns;
	fixture->count = count;
	fixture->field = field;
	for (i = 0; i < count; i++)
		core_add_predicate(&draft, field, NULL, 0);
	core_add_automaton(&draft, field, patterns, count, dense_depth);
	core_image_make(&fixture->image, &draft);
	core_draft_free(&draft);
	core_image_open(&fixture->image, &fixture->view);
	fixture->exec = core_exec_new(&fixture->view);
}

static void tear_down(struct fixture *fixture)
{
	core_exec_free(fixture->exec);
	core_image_free(&fixture->image);
}

static bool is_edge(const struct fixture *fixture, const u8 *text,
		    size_t length, size_t at)
{
	return at == length ||
	       (fixture->field == PYDETECT_FIELD_ARGS && !text[at]);
}

/* ASCII, whatever the locale. */
static bool is_word(u8 byte)
{
	return byte < 128 && isalnum(byte);
}

static bool same_byte(const struct fixture *fixture, u8 wanted, u8 byte)
{
	if (fixture->field != PYDETECT_FIELD_ARGS && !byte)
		byte = ' ';
	return tolower(wanted) == tolower(byte);
}

static bool is_at(const struct fixture *fixture, u32 pattern, const u8 *text,
		  size_t length, size_t at)
{
	const unsigned int flags = fixture->patterns[pattern].flags;
	const char *wanted = fixture->patterns[pattern].text;
	const size_t end = at + strlen(wanted);
	size_t i;

	if (end > length)
		return false;
	for (i = at; i < end; i++)
		if (!same_byte(fixture, wanted[i - at], text[i]))
			return false;
	if (flags & CORE_START && at && !is_edge(fixture, text, length, at - 1))
		return false;
	if (flags & CORE_END && !is_edge(fixture, text, length, end))
		return false;
	if (flags & CORE_WORD_START && at && is_word(text[at - 1]))
		return false;
	return !(flags & CORE_WORD_END) || end == length || !is_word(text[end]);
}

static bool find(const struct fixture *fixture, u32 pattern, const u8 *text,
		 size_t length, size_t *end)
{
	size_t at;

	for (at = 0; at <= length; at++)
		if (is_at(fixture, pattern, text, length, at)) {
			*end = at + strlen(fixture->patterns[pattern].text);
			return true;
		}
	return false;
}

static const struct pydetect_hit *hit_of(const struct pydetect_exec *exec,
					 u32 predicate)
{
	u32 i;

	for (i = 0; i < exec->nr_hits; i++)
		if (exec->hits[i].predicate == predicate)
			return &exec->hits[i];
	return NULL;
}

/* Compare what was found with what is there. */
static void check(const struct fixture *fixture, const u8 *text, size_t length)
{
	const struct pydetect_exec *exec = fixture->exec;
	u32 i, count = 0;

	for (i = 0; i < fixture->count; i++) {
		const struct pydetect_hit *hit = hit_of(exec, i);
		size_t end;

		if (!find(fixture, i, text, length, &end)) {
			assert_null(hit);
			assert_false(test_bit(i, exec->holds));
			continue;
		}
		count++;
		assert_non_null(hit);
		assert_true(test_bit(i, exec->holds));
		assert_int_equal(hit->end, end);
		assert_int_equal(hit->length,
				 strlen(fixture->patterns[i].text));
	}
	assert_int_equal(exec->nr_hits, count);
	assert_int_equal(exec->nr_held, count);
}

/* Each piece lies in memory of its own, so that nothing else can be read. */
static void feed_piece(struct pydetect_stream *stream,
		       struct pydetect_exec *exec, const u8 *text, size_t count)
{
	u8 *copy = malloc(count);

	assert_true(copy || !count);
	if (count)
		memcpy(copy, text, count);
	pydetect_stream_feed(stream, exec, copy, count);
	free(copy);
}

static void walk_pieces(struct fixture *fixture, const u8 *text,
			const size_t *ends, u32 count)
{
	struct pydetect_stream stream;
	size_t start = 0;
	u32 i;

	pydetect_exec_reset(fixture->exec);
	pydetect_stream_start(&stream, &fixture->view, 0);
	for (i = 0; i < count; i++) {
		feed_piece(&stream, fixture->exec, text + start,
			   ends[i] - start);
		start = ends[i];
	}
	pydetect_stream_finish(&stream, fixture->exec);
}

static void walk_bytes(struct fixture *fixture, const u8 *text, size_t length)
{
	size_t ends[TEXT_MAX], i;

	for (i = 0; i < length; i++)
		ends[i] = i + 1;
	walk_pieces(fixture, text, ends, length);
}

/* Cut @text in two, in three, and into bytes, wherever it can be cut. */
static void check_cuts(struct fixture *fixture, const u8 *text, size_t length)
{
	size_t first, second;

	pydetect_exec_reset(fixture->exec);
	pydetect_walk(fixture->exec, fixture->field, text, length);
	check(fixture, text, length);
	assert_int_equal(fixture->exec->present, BIT(fixture->field));
	for (first = 0; first <= length; first++)
		for (second = first; second <= length; second++) {
			const size_t ends[] = { first, second, length };

			walk_pieces(fixture, text, ends, ARRAY_SIZE(ends));
			check(fixture, text, length);
		}
	walk_bytes(fixture, text, length);
	check(fixture, text, length);
}

/* --- By hand -------------------------------------------------------------- */

static const struct core_pattern by_hand[] = {
	{ "import os", CORE_WORD_START | CORE_WORD_END, 0 },
	{ "import", 0, 1 },
	{ "os", CORE_WORD_END, 2 },
	{ "exec(", CORE_WORD_START, 3 },
	{ "-c", CORE_START | CORE_END, 4 },
	{ "/bin/sh", CORE_END, 5 },
	{ "python", CORE_START, 6 },
	{ "", CORE_START | CORE_END, 7 },
	{ "/bin/", 0, 8 },
	{ "n/s", 0, 9 },
};

#define TEXT(_text)                      \
	{                                \
		_text, sizeof(_text) - 1 \
	}

static const struct {
	const char *text;
	size_t length;
} texts[] = {
	TEXT(""),
	TEXT("\0"),
	TEXT("a\0\0b"),
	TEXT("a\0"),
	TEXT("python3\0-c\0import os"),
	TEXT("python3\0-c\0import ossaudio"),
	TEXT("reimport os"),
	TEXT("IMPORT OS;Import Ossi"),
	TEXT("import\0os"),
	TEXT("-c"),
	TEXT("-c\0x"),
	TEXT("x\0-c"),
	TEXT("x -c y"),
	TEXT("a/bin/sh\0/bin/shell"),
	TEXT("a/bin/shell\0/bin/sh"),
	TEXT("myexec( exec(("),
	TEXT("python\0python"),
	TEXT("\377python\377exec(\200os\344"),
	TEXT("import import osos os"),
};

static void test_by_hand(void **state)
{
	static const enum pydetect_field fields[] = {
		PYDETECT_FIELD_IMAGE,
		PYDETECT_FIELD_COMMAND_LINE,
		PYDETECT_FIELD_ARGS,
	};
	/* All states dense; all but the root sparse; and what is between. */
	static const u32 depths[] = { 99, 0, 1, 3 };
	struct fixture fixture;
	u32 i, j, k;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(fields); i++)
		for (j = 0; j < ARRAY_SIZE(depths); j++) {
			set_up(&fixture, fields[i], by_hand,
			       ARRAY_SIZE(by_hand), depths[j]);
			for (k = 0; k < ARRAY_SIZE(texts); k++)
				check_cuts(&fixture, (const u8 *)texts[k].text,
					   texts[k].length);
			tear_down(&fixture);
		}
}

/* The tests above are worth nothing if all states end up in one group. */
static void test_groups(void **state)
{
	const struct pydetect_image_automaton *automaton;
	struct fixture fixture;

	(void)state;
	set_up(&fixture, PYDETECT_FIELD_ARGS, by_hand, ARRAY_SIZE(by_hand), 2);
	automaton = fixture.view.automata;
	assert_true(automaton->plain);
	assert_true(automaton->dense > automaton->plain);
	assert_true(automaton->accepting);
	assert_true(automaton->fallbacks.count > automaton->accepting);
	tear_down(&fixture);
	set_up(&fixture, PYDETECT_FIELD_ARGS, by_hand, ARRAY_SIZE(by_hand), 99);
	automaton = fixture.view.automata;
	assert_int_equal(automaton->dense, automaton->states);
	tear_down(&fixture);
}

/* --- At random ------------------------------------------------------------ */

static void random_patterns(struct core_random *random,
			    struct core_pattern *patterns, char (*buffers)[8],
			    u32 count)
{
	static const char alphabet[] = "abA. ";
	u32 i, j;

	for (i = 0; i < count; i++) {
		const u32 length = core_random_below(random, 5) + 1;

		for (j = 0; j < length; j++)
			buffers[i][j] = alphabet[core_random_below(
				random, sizeof(alphabet) - 1)];
		buffers[i][length] = 0;
		patterns[i] = (struct core_pattern){
			.text = buffers[i],
			.flags = core_random_below(random, 16),
			.predicate = i,
		};
	}
}

static void random_cuts(struct fixture *fixture, struct core_random *random,
			const u8 *text, size_t length)
{
	size_t ends[4];
	u32 i;

	for (i = 0; i < ARRAY_SIZE(ends) - 1; i++)
		ends[i] = (i ? ends[i - 1] : 0) +
			  core_random_below(random,
					    length - (i ? ends[i - 1] : 0) + 1);
	ends[i] = length;
	walk_pieces(fixture, text, ends, ARRAY_SIZE(ends));
	check(fixture, text, length);
}

static void test_random(void **state)
{
	static const u8 alphabet[] = "abAB. \0z";
	static const enum pydetect_field fields[] = {
		PYDETECT_FIELD_COMMAND_LINE,
		PYDETECT_FIELD_ARGS,
	};
	struct core_pattern patterns[PATTERNS_MAX];
	struct core_random random = { 5 };
	char buffers[PATTERNS_MAX][8];
	struct fixture fixture;
	u32 round, texts_left, i;
	u8 text[TEXT_MAX];

	(void)state;
	for (round = 0; round < 300; round++) {
		const u32 count = core_random_below(&random, PATTERNS_MAX) + 1;

		random_patterns(&random, patterns, buffers, count);
		set_up(&fixture, fields[round % 2], patterns, count,
		       core_random_below(&random, 4));
		for (texts_left = 100; texts_left; texts_left--) {
			const size_t length =
				core_random_below(&random, TEXT_MAX);

			for (i = 0; i < length; i++)
				text[i] = alphabet[core_random_below(
					&random, sizeof(alphabet) - 1)];
			random_cuts(&fixture, &random, text, length);
		}
		tear_down(&fixture);
	}
}

/* Where an argument list is longer than 32 bits count. */
static void test_far_offsets(void **state)
{
	static const u8 text[] = "x\0-c";
	static const u64 starts[] = { UINT_MAX - 2ULL, UINT_MAX, 1ULL << 40 };
	struct pydetect_stream stream;
	struct fixture fixture;
	u32 i;

	(void)state;
	set_up(&fixture, PYDETECT_FIELD_ARGS, by_hand, ARRAY_SIZE(by_hand), 1);
	for (i = 0; i < ARRAY_SIZE(starts); i++) {
		pydetect_exec_reset(fixture.exec);
		pydetect_stream_start(&stream, &fixture.view, 0);
		stream.offset = starts[i];
		pydetect_stream_feed(&stream, fixture.exec, text,
				     sizeof(text) - 1);
		pydetect_stream_finish(&stream, fixture.exec);
		assert_int_equal(fixture.exec->nr_hits, 1);
		assert_int_equal(fixture.exec->hits[0].end, starts[i] + 4);
	}
	tear_down(&fixture);
}

/* Two automata over one field, and a field without any. */
static void test_walk(void **state)
{
	struct core_draft draft = {};
	struct pydetect_exec *exec;
	struct pydetect_view view;
	struct core_image image;

	(void)state;
	core_add_predicate(&draft, PYDETECT_FIELD_IMAGE, NULL, 0);
	core_add_predicate(&draft, PYDETECT_FIELD_IMAGE, NULL, 0);
	core_add_automaton(&draft, PYDETECT_FIELD_IMAGE,
			   &(struct core_pattern){ "a", 0, 0 }, 1, 0);
	core_add_automaton(&draft, PYDETECT_FIELD_IMAGE,
			   &(struct core_pattern){ "b", 0, 1 }, 1, 0);
	core_image_make(&image, &draft);
	core_draft_free(&draft);
	core_image_open(&image, &view);
	exec = core_exec_new(&view);
	pydetect_walk(exec, PYDETECT_FIELD_ARGS, "ab", 2);
	assert_int_equal(exec->nr_held, 0);
	assert_int_equal(exec->present, BIT(PYDETECT_FIELD_ARGS));
	pydetect_walk(exec, PYDETECT_FIELD_IMAGE, "xab", 3);
	assert_int_equal(exec->nr_held, 2);
	assert_int_equal(exec->hits[0].end, 2);
	assert_int_equal(exec->hits[1].end, 3);
	core_exec_free(exec);
	core_image_free(&image);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_by_hand),
		cmocka_unit_test(test_groups),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_far_offsets),
		cmocka_unit_test(test_walk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
