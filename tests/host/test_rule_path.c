// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files and directories, the shipped rules, and a public corpus if there is
 * one: PYDETECT_SHARED names the directory it is in.
 */
#include <sys/stat.h>
#include <unistd.h>

#include "test_rule.h"

#define GOOD "tests/vectors/rules/good"
#define BAD "tests/vectors/rules/bad"

static void read_path(struct reading *reading, const char *path)
{
	reading_init(reading);
	rule_read_path(&reading->set, path, &reading->options, &reading->diag);
}

/* In the order of paths, directories included; other names are left alone. */
static void test_directory(void **state)
{
	static const char *const titles[] = {
		"In A Directory Below",
		"Everything At Once",
		"First Of Two",
		"Second Of Two",
	};
	struct reading reading;
	size_t n;

	(void)state;
	read_path(&reading, GOOD);
	assert_int_equal(reading.diag.nr_entries, 0);
	assert_int_equal(reading.set.nr_rules, 4);
	for (n = 0; n < 4; n++)
		assert_string_equal(reading.set.rules[n]->title, titles[n]);
	assert_string_equal(reading.set.rules[0]->place.file,
			    GOOD "/below/deep.yml");
	reading_free(&reading);
}

/* An error in one file leaves the others alone. */
static void test_bad_directory(void **state)
{
	struct reading reading;
	const struct diag_entry *entries;

	(void)state;
	read_path(&reading, BAD);
	entries = reading.diag.entries;
	assert_int_equal(reading.diag.nr_errors, 3);
	assert_int_equal(reading.set.nr_rules, 1);
	assert_int_equal(reading.set.nr_refused, 3);
	assert_string_equal(entries[0].place.file, BAD "/broken.yml");
	assert_int_equal(entries[0].place.line, 4);
	assert_string_equal(
		entries[0].message,
		"not YAML: did not find expected ',' or '}', while parsing a flow mapping");
	assert_string_equal(
		entries[1].message,
		"another rule has the id '2f0a6f1e-53a5-4a69-9d0c-3b7d0a1c0d05'");
	assert_string_equal(entries[1].hint,
			    "the other one is " BAD "/duplicate.yml:1: "
			    "First With This Id");
	assert_string_equal(entries[2].message,
			    "log source has the product 'windows'");
	reading_free(&reading);
}

static void assert_unreadable(const char *path, const char *message)
{
	struct reading reading;

	read_path(&reading, path);
	assert_int_equal(reading.diag.nr_errors, 1);
	assert_string_equal(reading.diag.entries[0].message, message);
	assert_string_equal(reading.diag.entries[0].place.file, path);
	assert_int_equal(reading.diag.entries[0].place.line, 0);
	assert_int_equal(reading.set.nr_refused, 1);
	reading_free(&reading);
}

static void test_unreadable(void **state)
{
	char directory[] = "/tmp/pydetect-test-XXXXXX";

	(void)state;
	assert_unreadable(GOOD "/nothing.yml",
			  "cannot be read: No such file or directory");
	assert_non_null(mkdtemp(directory));
	assert_unreadable(directory,
			  "cannot be read: no *.yml or *.yaml below it");
	rmdir(directory);
}

/* What an editor or a package manager hides is not read. */
static void test_hidden(void **state)
{
	char directory[] = "/tmp/pydetect-test-XXXXXX";
	char hidden[64], file[96];

	(void)state;
	assert_non_null(mkdtemp(directory));
	snprintf(hidden, sizeof(hidden), "%s/.hidden", directory);
	snprintf(file, sizeof(file), "%s/x.yml", hidden);
	assert_int_equal(mkdir(hidden, 0700), 0);
	assert_int_equal(symlink("/nonexistent", file), 0);
	assert_unreadable(directory,
			  "cannot be read: no *.yml or *.yaml below it");
	unlink(file);
	rmdir(hidden);
	rmdir(directory);
}

/* A link to the directory that it is in. */
static void test_loop(void **state)
{
	char directory[] = "/tmp/pydetect-test-XXXXXX";
	struct reading reading;
	char loop[64];

	(void)state;
	assert_non_null(mkdtemp(directory));
	snprintf(loop, sizeof(loop), "%s/loop", directory);
	assert_int_equal(symlink(directory, loop), 0);
	read_path(&reading, directory);
	assert_string_equal(reading.diag.entries[0].message,
			    "cannot be read: directory within itself");
	assert_string_equal(reading.diag.entries[0].place.file, loop);
	reading_free(&reading);
	unlink(loop);
	rmdir(directory);
}

static void assert_all_good(const char *path, size_t at_least,
			    size_t warnings)
{
	struct reading reading;

	read_path(&reading, path);
	assert_int_equal(reading.diag.nr_errors, 0);
	if (reading.diag.nr_entries != warnings)
		diag_print(&reading.diag, stderr, false);
	assert_int_equal(reading.diag.nr_entries, warnings);
	assert_int_equal(reading.set.nr_refused, 0);
	assert_true(reading.set.nr_rules >= at_least);
	reading_free(&reading);
}

static void test_shipped(void **state)
{
	(void)state;
	assert_all_good("rules", 1, 0);
}

static void test_corpus(void **state)
{
	const char *shared = getenv("PYDETECT_SHARED");
	char path[4096];

	(void)state;
	snprintf(path, sizeof(path), "%s/sigma/rules",
		 shared ? shared : "../shared");
	if (access(path, R_OK)) {
		print_message("skipped: there is no %s\n", path);
		skip();
	}
	/* Two of its rules have a backslash where a slash is meant. */
	assert_all_good(path, 144, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_directory),
		cmocka_unit_test(test_bad_directory),
		cmocka_unit_test(test_loop),
		cmocka_unit_test(test_unreadable),
		cmocka_unit_test(test_hidden),
		cmocka_unit_test(test_shipped),
		cmocka_unit_test(test_corpus),
	};

	return cmocka_run_group_tests_name("rule_path", tests, NULL, NULL);
}
