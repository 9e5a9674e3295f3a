// SPDX-License-Identifier: GPL-2.0-only
/*
 * Images in files: what was written is read back, and damage is noticed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "built.h"

/**
 * struct fixture - an image and a file to put it in
 */
struct fixture {
	struct built built;
	char path[64];
};

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	int file;

	assert_non_null(fixture);
	strcpy(fixture->path, "/tmp/pydetect-image-XXXXXX");
	file = mkstemp(fixture->path);
	assert_true(file >= 0);
	close(file);
	built_begin(&fixture->built);
	built_regex(&fixture->built, PYDETECT_FIELD_COMMAND_LINE, "a+b", 0);
	built_build(&fixture->built);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	unlink(fixture->path);
	built_end(&fixture->built);
	free(fixture);
	return 0;
}

static void put_file(const char *path, const void *bytes, size_t size)
{
	FILE *stream = fopen(path, "wb");

	assert_non_null(stream);
	assert_int_equal(fwrite(bytes, 1, size, stream), size);
	assert_int_equal(fclose(stream), 0);
}

static void assert_refused(const struct fixture *fixture, const char *message)
{
	struct image image;
	struct diag diag;

	diag_init(&diag);
	assert_int_equal(image_read(&image, fixture->path, &diag), -1);
	assert_int_equal(diag.nr_errors, 1);
	assert_string_equal(diag.entries[0].message, message);
	assert_null(image.bytes);
	diag_free(&diag);
}

static void test_round_trip(void **state)
{
	struct fixture *fixture = *state;
	const struct image *written = &fixture->built.image;
	struct diag *diag = &fixture->built.diag;
	struct image image;

	assert_false(image_is_image(fixture->path));
	assert_int_equal(image_write(written, fixture->path, diag), 0);
	assert_true(image_is_image(fixture->path));
	assert_int_equal(image_read(&image, fixture->path, diag), 0);
	assert_int_equal(image.size, written->size);
	assert_memory_equal(image.bytes, written->bytes, image.size);
	assert_int_equal(image.view.nr_rules, 1);
	assert_int_equal(diag->nr_entries, 0);
	image_free(&image);
}

static void test_damage(void **state)
{
	struct fixture *fixture = *state;
	const struct image *image = &fixture->built.image;
	u8 *bytes = malloc(image->size);

	assert_non_null(bytes);
	memcpy(bytes, image->bytes, image->size);
	put_file(fixture->path, bytes, image->size - 8);
	assert_refused(fixture,
		       "not a usable policy image: truncated, or longer than it says (header 0)");
	bytes[image->size / 2] ^= 4;
	put_file(fixture->path, bytes, image->size);
	assert_refused(fixture,
		       "not a usable policy image: damaged: the checksum differs (header 0)");
	put_file(fixture->path, "", 0);
	assert_refused(fixture,
		       "not a usable policy image: shorter than its header (header 0)");
	free(bytes);
}

static void test_no_file(void **state)
{
	struct fixture *fixture = *state;
	struct diag *diag = &fixture->built.diag;

	assert_int_equal(image_write(&fixture->built.image,
				     "/no/such/directory/image", diag), -1);
	assert_string_equal(diag->entries[0].message,
			    "cannot write: No such file or directory");
	unlink(fixture->path);
	assert_refused(fixture, "cannot read: No such file or directory");
	assert_false(image_is_image(fixture->path));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_round_trip, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_damage, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_no_file, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
