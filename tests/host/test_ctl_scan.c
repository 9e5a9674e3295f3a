// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading recorded program starts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "../../ctl/scan.h"

/**
 * struct input - lines to be read
 * @stream: the lines
 * @reader: what reads them
 * @event: what was read last
 */
struct input {
	FILE *stream;
	struct scan_reader reader;
	struct scan_event event;
};

static void open_input(struct input *input, const char *text, size_t length)
{
	memset(input, 0, sizeof(*input));
	input->stream = fmemopen((void *)text, length, "r");
	assert_non_null(input->stream);
	assert_int_equal(scan_reader_init(&input->reader, input->stream), 0);
}

static void close_input(struct input *input)
{
	scan_event_free(&input->event);
	scan_reader_free(&input->reader);
	fclose(input->stream);
}

static enum scan_read next(struct input *input)
{
	return scan_read(&input->reader, &input->event);
}

static void expect_field(const struct input *input, enum pydetect_field field,
			 const char *expected, size_t length)
{
	const struct bytes *value = &input->event.fields[field];

	if (!expected) {
		assert_null(value->data);
		return;
	}
	assert_non_null(value->data);
	assert_int_equal(value->length, length);
	assert_memory_equal(value->data, expected, length);
}

#define EXPECT(input, field, text) \
	expect_field(input, PYDETECT_FIELD_##field, text, sizeof(text) - 1)
#define EXPECT_ABSENT(input, field) \
	expect_field(input, PYDETECT_FIELD_##field, NULL, 0)

static void test_fields(void **state)
{
	static const char text[] = "{\"id\":7,\"Image\":\"/usr/bin/"
				   "x\",\"Invoked\":\"x\",\"User\":\"root\","
				   "\"ParentImage\":\"noslash\","
				   "\"CurrentDirectory\":\"/\","
				   "\"ParentCommandLine\":\"\",\"LogonId\":12,"
				   "\"CommandLine\":\"a b\"}\n";
	struct input input;

	(void)state;
	open_input(&input, text, sizeof(text) - 1);
	assert_int_equal(next(&input), SCAN_EVENT);
	EXPECT(&input, IMAGE, "/usr/bin/x");
	EXPECT(&input, IMAGE_NAME, "x");
	EXPECT(&input, INVOKED, "x");
	EXPECT(&input, USER, "root");
	EXPECT(&input, PARENT_IMAGE, "noslash");
	EXPECT(&input, PARENT_IMAGE_NAME, "noslash");
	EXPECT(&input, CURRENT_DIRECTORY, "/");
	EXPECT(&input, PARENT_COMMAND_LINE, "");
	EXPECT(&input, LOGON_ID, "12");
	EXPECT(&input, COMMAND_LINE, "a b");
	EXPECT_ABSENT(&input, ARGS);
	EXPECT_ABSENT(&input, ARG_COUNT);
	assert_int_equal(input.event.has_number,
			 1u << PYDETECT_NUMBER_LOGON_ID);
	assert_int_equal(input.event.numbers[PYDETECT_NUMBER_LOGON_ID], 12);
	assert_int_equal(json_object_get_int(input.event.id), 7);
	assert_int_equal(next(&input), SCAN_END);
	close_input(&input);
}

static void test_argv(void **state)
{
	static const char text[] = "{\"argv\":[\"a\",\"\",\"b c\"]}\n"
				   "{\"Args\":[\"x\"],\"CommandLine\":"
				   "\"other\"}\n"
				   "{\"argv\":[]}\n"
				   "{}";
	struct input input;

	(void)state;
	open_input(&input, text, sizeof(text) - 1);
	assert_int_equal(next(&input), SCAN_EVENT);
	EXPECT(&input, ARGS, "a\0\0b c");
	EXPECT(&input, COMMAND_LINE, "a\0\0b c");
	EXPECT(&input, ARG_COUNT, "3");
	assert_int_equal(input.event.numbers[PYDETECT_NUMBER_ARG_COUNT], 3);
	assert_int_equal(next(&input), SCAN_EVENT);
	EXPECT(&input, ARGS, "x");
	EXPECT(&input, COMMAND_LINE, "other");
	assert_int_equal(next(&input), SCAN_EVENT);
	EXPECT(&input, ARGS, "");
	EXPECT(&input, ARG_COUNT, "0");
	assert_int_equal(next(&input), SCAN_EVENT);
	EXPECT_ABSENT(&input, ARGS);
	EXPECT_ABSENT(&input, COMMAND_LINE);
	assert_int_equal(input.event.has_number, 0);
	assert_int_equal(input.reader.number, 4);
	assert_int_equal(next(&input), SCAN_END);
	close_input(&input);
}

/* Null is the absent field. */
static void test_null(void **state)
{
	static const char text[] = "{\"id\":null,\"Image\":null,\"argv\":null,"
				   "\"LogonId\":null,\"uid\":null}";
	struct input input;

	(void)state;
	open_input(&input, text, sizeof(text) - 1);
	assert_int_equal(next(&input), SCAN_EVENT);
	assert_null(input.event.id);
	EXPECT_ABSENT(&input, IMAGE);
	EXPECT_ABSENT(&input, IMAGE_NAME);
	EXPECT_ABSENT(&input, ARGS);
	EXPECT_ABSENT(&input, LOGON_ID);
	assert_int_equal(input.event.has_number, 0);
	close_input(&input);
}

static void test_numbers(void **state)
{
	static const char text[] = "{\"LogonId\":\"4294967295\",\"uid\":1000}\n"
				   "{\"LogonId\":\"0x3e7\"}\n"
				   "{\"LogonId\":\"99999999999999999999\"}\n"
				   "{\"LogonId\":\"\"}\n";
	struct input input;

	(void)state;
	open_input(&input, text, sizeof(text) - 1);
	assert_int_equal(next(&input), SCAN_EVENT);
	assert_int_equal(input.event.numbers[PYDETECT_NUMBER_LOGON_ID],
			 4294967295);
	assert_int_equal(input.event.numbers[PYDETECT_NUMBER_UID], 1000);
	while (next(&input) == SCAN_EVENT) {
		assert_non_null(
			input.event.fields[PYDETECT_FIELD_LOGON_ID].data);
		assert_int_equal(input.event.has_number, 0);
	}
	assert_int_equal(input.reader.number, 4);
	close_input(&input);
}

static void expect_error(const char *line, size_t length, const char *error)
{
	struct input input;

	open_input(&input, line, length);
	assert_int_equal(next(&input), SCAN_MALFORMED);
	assert_string_equal(input.reader.error, error);
	assert_int_equal(next(&input), SCAN_END);
	close_input(&input);
}

#define EXPECT_ERROR(line, error) expect_error(line, sizeof(line) - 1, error)

static void test_malformed(void **state)
{
	(void)state;
	EXPECT_ERROR("garbage", "not JSON: unexpected character at column 1");
	EXPECT_ERROR("[]", "not a JSON object");
	EXPECT_ERROR("null", "not a JSON object");
	EXPECT_ERROR("{\"Image\":1}", "Image is not a string");
	EXPECT_ERROR("{\"Image\":\"a\\u0000b\"}", "Image holds a NUL");
	EXPECT_ERROR("{\"CommandLine\":\"\\u0000\"}", "CommandLine holds a "
						      "NUL");
	EXPECT_ERROR("{\"LogonId\":true}", "LogonId is neither a string nor a "
					   "number");
	EXPECT_ERROR("{\"uid\":-1}", "uid is not a user id");
	EXPECT_ERROR("{\"uid\":\"root\"}", "uid is not a user id");
	EXPECT_ERROR("{\"argv\":\"a\"}", "argv is not a list");
	EXPECT_ERROR("{\"argv\":[1]}", "argv is not a list of strings without "
				       "NUL");
	EXPECT_ERROR("{\"argv\":[\"\\u0000\"]}", "argv is not a list of "
						 "strings without NUL");
	EXPECT_ERROR("{}\0{}", "not JSON: a NUL");
	EXPECT_ERROR("{} {}", "not JSON: unexpected character at column 4");
	EXPECT_ERROR("{\"a\":", "not JSON: unexpected end of data at column 6");
}

/* The line after a bad one is read as if nothing had been. */
static void test_goes_on(void **state)
{
	static const char text[] = "{\"Image\":\"/a\",\n\n  "
				   "\r\n{\"Image\":\"/b\"}\r\n";
	struct input input;

	(void)state;
	open_input(&input, text, sizeof(text) - 1);
	assert_int_equal(next(&input), SCAN_MALFORMED);
	assert_int_equal(input.reader.number, 1);
	assert_int_equal(next(&input), SCAN_EVENT);
	assert_int_equal(input.reader.number, 4);
	EXPECT(&input, IMAGE, "/b");
	assert_int_equal(next(&input), SCAN_END);
	close_input(&input);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_argv),
		cmocka_unit_test(test_null),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
