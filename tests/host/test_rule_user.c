// SPDX-License-Identifier: GPL-2.0-only
/*
 * Patterns over User become sets of user ids.
 */
#include <unistd.h>

#include "test_rule.h"

static const char users[] = "root:x:0:0::/root:/bin/sh\n"
			    "daemon:x:1:1::/:/bin/false\n"
			    "bin:x:2:2::/:/bin/false\n"
			    "www-data:x:33:33::/:/bin/false\n"
			    "toor:x:0:0::/root:/bin/sh\n"
			    "alice:x:1000:1000::/home/alice:/bin/sh\n"
			    "Bob:x:1001:1001::/home/bob:/bin/sh\n"
			    "star*:x:1002:1002::/:/bin/sh\n"
			    "nobody:x:4294967294:65534::/:/bin/false\n";

struct user_case {
	const char *line;
	const char *tree;
};

static const struct user_case cases[] = {
	{ "User: root", "(or User{root} Uid[0-0])" },
	{ "User: [root, toor]", "(or User{root}{toor} Uid[0-0])" },
	{ "User: ROOT", "(or User{ROOT} Uid[0-0])" },
	{ "User|cased: ROOT", "(or UserC{ROOT} Uid[])" },
	{ "User|cased: Bob", "(or UserC{Bob} Uid[1001-1001])" },
	{ "User: nosuchuser", "(or User{nosuchuser} Uid[])" },
	{ "User: '*o*'",
	  "(or User{*o*} Uid[0-1][1001-1001][4294967294-4294967294])" },
	{ "User: '*'",
	  "(or User{*} Uid[0-2][33-33][1000-1002][4294967294-4294967294])" },
	{ "User: ''", "(or User{} Uid[])" },
	{ "User: 'b?[bn]'", "(or User{b?[bn]} Uid[])" },
	{ "User: 'b?'", "(or User{b?} Uid[])" },
	{ "User: '?o?'", "(or User{?o?} Uid[1001-1001])" },
	{ "User: 'star\\*'", "(or User{star\\*} Uid[1002-1002])" },
	{ "User|re: '^(root|b.n)$'", "(or User/^(root|b.n)$/ Uid[0-0][2-2])" },
	{ "User|re|i: bob", "(or User/bob/i Uid[1001-1001])" },
	{ "User|re: bob", "(or User/bob/ Uid[])" },
	{ "User|re: '(?=x)'", "(or User/(?=x)/ Uid[])" },
	{ "User|startswith: www", "(or User{www*} Uid[33-33])" },
	{ "User|endswith: e", "(or User{*e} Uid[1000-1000])" },
	{ "User|contains|all: [a, l, c]",
	  "(and (or User{*a*} Uid[1-1][33-33][1000-1000][1002-1002]) "
	  "(or User{*l*} Uid[1000-1000]) (or User{*c*} Uid[1000-1000]))" },
	{ "User: [null, root]",
	  "(or (or User{root} Uid[0-0]) "
	  "(not (or User! Uid[0-18446744073709551615])))" },
	{ "User|exists: true", "(or User! Uid[0-18446744073709551615])" },
};

static int write_users(void **state)
{
	char *path = strdup("/tmp/pydetect-test-XXXXXX");
	int fd = mkstemp(path);

	if (fd < 0 || write(fd, users, strlen(users)) < 0)
		return -1;
	close(fd);
	*state = path;
	return 0;
}

static int remove_users(void **state)
{
	unlink(*state);
	free(*state);
	return 0;
}

static void check(const char *path, const struct user_case *expected)
{
	struct reading reading;
	char file[512], *text;

	snprintf(file, sizeof(file),
		 TEST_HEAD "detection:\n  a:\n    %s\n  condition: a\n",
		 expected->line);
	reading_init(&reading);
	reading.options.passwd = path;
	read_text(&reading, file);
	text = tree_text(only_rule(&reading)->condition);
	assert_string_equal(text, expected->tree);
	free(text);
	reading_free(&reading);
}

static void test_patterns(void **state)
{
	size_t n;

	for (n = 0; n < ARRAY_SIZE(cases); n++)
		check(*state, &cases[n]);
}

/* The system's own database has root, wherever the tests run. */
static void test_system(void **state)
{
	(void)state;
	check(NULL, &cases[0]);
}

static void test_unreadable(void **state)
{
	struct reading reading;

	(void)state;
	reading_init(&reading);
	reading.options.passwd = "/nonexistent";
	read_text(&reading, TEST_HEAD
		  "detection: {a: {User: x}, b: {User: y}, condition: a}\n");
	assert_int_equal(reading.diag.nr_errors, 1);
	assert_string_equal(reading.diag.entries[0].message,
			    "cannot be read: No such file or directory");
	assert_string_equal(reading.diag.entries[0].place.file, "/nonexistent");
	reading_free(&reading);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_patterns),
		cmocka_unit_test(test_system),
		cmocka_unit_test(test_unreadable),
	};

	return cmocka_run_group_tests_name("rule_user", tests, write_users,
					   remove_users);
}
