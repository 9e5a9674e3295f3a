// SPDX-License-Identifier: GPL-2.0-only
/*
 * Messages: what is quoted, where the caret stands, what never gets through.
 */
#include "test_rule.h"

static char *printed(const struct diag *diag, bool colour)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	assert_non_null(stream);
	diag_print(diag, stream, colour);
	fclose(stream);
	return text;
}

static void assert_printed(struct diag *diag, bool colour, const char *expected)
{
	char *text = printed(diag, colour);

	assert_string_equal(text, expected);
	free(text);
	diag_free(diag);
}

static void add_file(struct diag *diag, const char *text)
{
	diag_init(diag);
	diag_add_source(diag, "f.yml", text, strlen(text));
}

static struct place at(unsigned int line, unsigned int column)
{
	return (struct place){ "f.yml", line, column };
}

static void test_error(void **state)
{
	struct place place = at(2, 4);
	struct diag_entry *entry;
	struct diag diag;

	(void)state;
	add_file(&diag, "one\ntwo three\n");
	entry = diag_error(&diag, &place, "wrong %d", 5);
	diag_rule(entry, "id-1");
	diag_hint(entry, "first");
	diag_hint(entry, "do %s", "this");
	assert_printed(&diag, false,
		       "f.yml:2:4: error: wrong 5\n"
		       "two three\n"
		       "   ^\n"
		       "  rule: id-1\n"
		       "  hint: do this\n");
}

static void test_warning(void **state)
{
	struct place place = at(1, 1);
	struct diag diag;

	(void)state;
	add_file(&diag, "one");
	diag_warning(&diag, &place, "odd");
	assert_int_equal(diag.nr_errors, 0);
	assert_int_equal(diag.nr_entries, 1);
	assert_printed(&diag, false, "f.yml:1:1: warning: odd\none\n^\n");
}

/* Only the file is known, or not even that, or the file is not. */
static void test_places(void **state)
{
	struct place file = at(0, 0), line = at(3, 0), beyond = at(9, 9);
	struct place other = { "g.yml", 1, 1 }, none = { 0 };
	struct diag diag;

	(void)state;
	add_file(&diag, "a\nb\nc");
	diag_error(&diag, &file, "1");
	diag_error(&diag, &line, "2");
	diag_error(&diag, &beyond, "3");
	diag_error(&diag, &other, "4");
	diag_error(&diag, &none, "5");
	assert_int_equal(diag.nr_errors, 5);
	assert_printed(&diag, false,
		       "f.yml: error: 1\n"
		       "f.yml:3: error: 2\nc\n"
		       "f.yml:9:9: error: 3\n"
		       "g.yml:1:1: error: 4\n"
		       "pydetectctl: error: 5\n");
}

/* Tabs stay, so that the caret lines up whatever their width. */
static void test_tabs(void **state)
{
	struct place place = at(1, 4);
	struct diag diag;

	(void)state;
	add_file(&diag, "\ta\tb\n");
	diag_error(&diag, &place, "x");
	assert_printed(&diag, false, "f.yml:1:4: error: x\n\ta\tb\n\t \t^\n");
}

/* A character is one column wide, whatever number of bytes it has. */
static void test_characters(void **state)
{
	struct place place = at(1, 7);
	struct diag diag;

	(void)state;
	add_file(&diag, "\xc3\xa4\xe2\x82\xac: x\n");
	diag_error(&diag, &place, "x");
	assert_printed(&diag, false,
		       "f.yml:1:7: error: x\n\xc3\xa4\xe2\x82\xac: x\n   ^\n");
}

/* Escape sequences, marks of direction and broken UTF-8 become visible. */
static void test_controls(void **state)
{
	struct place place = at(1, 12);
	struct diag_entry *entry;
	struct diag diag;

	(void)state;
	add_file(&diag, "\033[1m\xe2\x80\xae\xff\xc2\x9bz!\n");
	entry = diag_error(&diag, &place, "a\nb\tc");
	diag_hint(entry, "\033]0;x\007");
	assert_printed(&diag, false,
		       "f.yml:1:12: error: a\\x0ab\\x09c\n"
		       "\\x1b[1m\\xe2\\x80\\xae\\xff\\xc2\\x9bz!\n"
		       "                                ^\n"
		       "  hint: \\x1b]0;x\\x07\n");
}

static void test_colour(void **state)
{
	struct place place = at(1, 1);
	struct diag diag;
	char *text;

	(void)state;
	add_file(&diag, "one");
	diag_hint(diag_error(&diag, &place, "x"), "y");
	text = printed(&diag, true);
	assert_non_null(strstr(text, "\033[1;31merror: \033[0m"));
	assert_non_null(strstr(text, "\033[36mhint:\033[0m y"));
	free(text);
	diag_free(&diag);
}

/* A line of a megabyte is shown in part, and gets no caret beyond that. */
static void test_long_line(void **state)
{
	struct place place = at(1, 5000);
	struct diag diag;
	char *text = malloc(1 << 20), *shown;

	(void)state;
	assert_non_null(text);
	memset(text, 'x', 1 << 20);
	diag_init(&diag);
	diag_add_source(&diag, "f.yml", text, 1 << 20);
	diag_error(&diag, &place, "x");
	assert_int_equal(strlen(diag.entries[0].source), DIAG_SOURCE_MAX);
	shown = printed(&diag, false);
	assert_null(strchr(shown, '^'));
	free(shown);
	free(text);
	diag_free(&diag);
}

/* The line breaks of YAML; CR LF is one of them. */
static void test_lines(void **state)
{
	struct place place = at(7, 1);
	struct diag diag;

	(void)state;
	add_file(&diag, "1\r\n2\r3\n4\xc2\x85"
			"5\xe2\x80\xa8"
			"6\xe2\x80\xa9"
			"7");
	diag_error(&diag, &place, "x");
	assert_string_equal(diag.entries[0].source, "7");
	diag_free(&diag);
}

/* Of two files with one name the newer is quoted. */
static void test_same_name(void **state)
{
	struct place place = at(1, 1);
	struct diag diag;

	(void)state;
	add_file(&diag, "old");
	diag_add_source(&diag, "f.yml", "new", 3);
	diag_error(&diag, &place, "x");
	assert_string_equal(diag.entries[0].source, "new");
	diag_free(&diag);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_error),
		cmocka_unit_test(test_warning),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_tabs),
		cmocka_unit_test(test_characters),
		cmocka_unit_test(test_controls),
		cmocka_unit_test(test_colour),
		cmocka_unit_test(test_long_line),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_same_name),
	};

	return cmocka_run_group_tests_name("rule_diag", tests, NULL, NULL);
}
