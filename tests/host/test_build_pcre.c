// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random regular expressions against PCRE2.
 *
 * The library is loaded at run time, so that nothing but this test asks for it;
 * where it is not installed the test says that it was skipped.
 */
#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "built.h"

#if __has_include(<pcre2.h>)

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

/**
 * struct library - the functions of PCRE2 that are needed
 */
struct library {
	__typeof__(&pcre2_compile_8) compile;
	__typeof__(&pcre2_match_8) match;
	__typeof__(&pcre2_code_free_8) code_free;
	__typeof__(&pcre2_match_data_create_8) data_create;
	__typeof__(&pcre2_match_data_free_8) data_free;
};

static bool library_load(struct library *library)
{
	void *handle = dlopen("libpcre2-8.so.0", RTLD_NOW);

	if (!handle)
		return false;
	library->compile = dlsym(handle, "pcre2_compile_8");
	library->match = dlsym(handle, "pcre2_match_8");
	library->code_free = dlsym(handle, "pcre2_code_free_8");
	library->data_create = dlsym(handle, "pcre2_match_data_create_8");
	library->data_free = dlsym(handle, "pcre2_match_data_free_8");
	return library->compile && library->match && library->code_free &&
	       library->data_create && library->data_free;
}

/**
 * struct writer - a random expression
 */
struct writer {
	struct dice *dice;
	char text[1024];
	size_t length;
};

static void put(struct writer *writer, const char *text)
{
	const size_t length = strlen(text);

	assert_true(writer->length + length < sizeof(writer->text));
	memcpy(writer->text + writer->length, text, length + 1);
	writer->length += length;
}

static void put_choice(struct writer *writer, uint32_t depth);

static void put_atom(struct writer *writer, uint32_t depth)
{
	static const char *const atoms[] = {
		"a", "b", "-", " ", "\\n", ".", "[ab]", "[^a]", "[a-c ]",
		"\\w", "\\W", "\\s", "\\S", "[^\\s-]", "\xc3\xa9", "[\\w-]",
	};
	static const char *const groups[] = { "(", "(?:", "(?i:", "(?s:" };

	if (depth && dice_chance(writer->dice, 35)) {
		put(writer, groups[dice_below(writer->dice,
					      ARRAY_SIZE(groups))]);
		put_choice(writer, depth - 1);
		put(writer, ")");
		return;
	}
	put(writer, atoms[dice_below(writer->dice, ARRAY_SIZE(atoms))]);
}

static void put_sequence(struct writer *writer, uint32_t depth)
{
	static const char *const counts[] = {
		"*", "+", "?", "{2}", "{1,3}", "{2,}", "{0,2}", "*?", "+?",
		"{1,2}?",
	};
	static const char *const places[] = { "^", "$", "\\b", "\\B", "\\A" };
	uint32_t count = 1 + dice_below(writer->dice, 3);

	while (count-- > 0) {
		if (dice_chance(writer->dice, 15)) {
			put(writer, places[dice_below(writer->dice,
						      ARRAY_SIZE(places))]);
			continue;
		}
		put_atom(writer, depth);
		if (dice_chance(writer->dice, 30))
			put(writer, counts[dice_below(writer->dice,
						      ARRAY_SIZE(counts))]);
	}
}

static void put_choice(struct writer *writer, uint32_t depth)
{
	put_sequence(writer, depth);
	while (dice_chance(writer->dice, 25)) {
		put(writer, "|");
		put_sequence(writer, depth);
	}
}

static pcre2_code *compile(const struct library *library, const char *text,
			   unsigned int flags)
{
	uint32_t options = PCRE2_UTF;
	PCRE2_SIZE offset;
	pcre2_code *code;
	int error;

	if (flags & RULE_REGEX_IGNORE_CASE)
		options |= PCRE2_CASELESS;
	if (flags & RULE_REGEX_MULTI_LINE)
		options |= PCRE2_MULTILINE;
	if (flags & RULE_REGEX_DOT_ALL)
		options |= PCRE2_DOTALL;
	code = library->compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED,
				options, &error, &offset, NULL);
	if (!code)
		fail_msg("PCRE2 refuses '%s': %d", text, error);
	return code;
}

/* No newline at the end: '$' in front of it may not let anything take it. */
static uint32_t random_text(struct dice *dice, char *text, uint32_t pieces)
{
	static const char *const parts[] = {
		"a", "b", "B", "-", " ", "c", "_", "\n", "\xc3\xa9",
		"\xe2\x82\xac",
	};

	*text = 0;
	while (pieces-- > 0)
		strcat(text, parts[dice_below(dice, ARRAY_SIZE(parts))]);
	while (*text && text[strlen(text) - 1] == '\n')
		text[strlen(text) - 1] = 0;
	return strlen(text);
}

static void try_texts(const struct library *library, const struct built *built,
		      pcre2_code *const *codes, pcre2_match_data *data,
		      struct dice *dice)
{
	const enum pydetect_field field = PYDETECT_FIELD_IMAGE_NAME;
	char text[64];
	uint32_t i, rule;

	for (i = 0; i < 40; i++) {
		const uint32_t length = random_text(dice, text,
						    dice_below(dice, 14));

		for (rule = 0; rule < built->set.nr_rules; rule++) {
			const struct rule_match *match =
				built->set.rules[rule]->condition->match;
			const int result = library->match(codes[rule],
				(PCRE2_SPTR)text, length, 0, 0, data, NULL);

			assert_true(result >= PCRE2_ERROR_NOMATCH);
			if (built_matches(built, rule, field, text, length) !=
			    (result >= 0))
				fail_msg("'%s' on '%s': PCRE2 says %d",
					 match->patterns[0].regex, text,
					 result);
		}
	}
}

/* False where one of the expressions takes too many states. */
static bool run_round(const struct library *library, struct dice *dice)
{
	pcre2_match_data *data = library->data_create(16, NULL);
	pcre2_code *codes[4];
	struct built built;
	bool tried;
	uint32_t i;

	built_begin(&built);
	for (i = 0; i < ARRAY_SIZE(codes); i++) {
		struct writer writer = { .dice = dice };
		const unsigned int flags = dice_below(dice, 8);

		put_choice(&writer, 2);
		built_regex(&built, PYDETECT_FIELD_IMAGE_NAME, writer.text,
			    flags);
		codes[i] = compile(library, writer.text, flags);
	}
	built_build(&built);
	tried = !built.diag.nr_errors;
	if (tried)
		try_texts(library, &built, codes, data, dice);
	for (i = 0; i < ARRAY_SIZE(codes); i++)
		library->code_free(codes[i]);
	library->data_free(data);
	built_end(&built);
	return tried;
}

static void test_random(void **state)
{
	struct dice dice = { .state = 1968 };
	struct library library;
	uint32_t round, tried = 0;

	(void)state;
	if (!library_load(&library))
		skip();
	for (round = 0; round < 200; round++)
		tried += run_round(&library, &dice);
	assert_true(tried > 150);
}

#else

static void test_random(void **state)
{
	(void)state;
	skip();
}

#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
