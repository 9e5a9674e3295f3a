// SPDX-License-Identifier: GPL-2.0-only
/*
 * YAML: what is shared, what is refused, and where things are.
 */
#include "test_rule.h"

#define ONE "id: one\n"
#define TWO "id: two\n"
#define REST                                        \
	"title: x\n"                                \
	"logsource: {category: process_creation}\n" \
	"detection: {a: {Image: x}, condition: a}\n"

static void test_aliases(void **state)
{
	(void)state;
	assert_tree(TEST_HEAD "detection:\n"
			      "  a: {Image|endswith: &names [/x, /y]}\n"
			      "  b: {ParentImage|endswith: *names}\n"
			      "  condition: &all a and b\n"
			      "fields: *all\n",
		    "(and Image{*/x}{*/y} ParentImage{*/x}{*/y})");
}

/* A map's own keys win, then the first map that is merged in. */
static void test_merges(void **state)
{
	(void)state;
	assert_tree(TEST_HEAD "first: &one {Image: one, User|cased: u}\n"
			      "second: &two {Image: two, Args: two}\n"
			      "detection:\n"
			      "  a: {<<: [*one, *two], LogonId: 5}\n"
			      "  b: {<<: *one, Image: own}\n"
			      "  condition: a or b\n",
		    "(or (and LogonId{5} Image{one} (or UserC{u} Uid[]) "
		    "Args{two}) (and Image{own} (or UserC{u} Uid[])))");
}

static void test_quoted_merge_key(void **state)
{
	(void)state;
	assert_refused(
		TEST_HEAD "detection:\n"
			  "  a: {'<<': x}\n"
			  "  condition: a\n",
		&(struct refusal_case){
			"", 5, 8, "unknown field '<<'",
			"known are Image, ImageName, ImageBuildId, Interpreter, CommandLine, Args, ArgCount, Env, ParentImage, ParentImageName, ParentCommandLine, LineageImage, LineageImageName, LineageBuildId, LineageInterpreter, CurrentDirectory, User, LogonId" });
}

static const struct refusal_case refusals[] = {
	{ ONE REST "level: low\nlevel: high\n", 6, 1,
	  "key 'level' stands here for the second time",
	  "the first one is in line 5" },
	{ ONE REST "x: [*y]\n", 5, 5, "no anchor '&y' before this alias",
	  NULL },
	{ ONE REST "x: &y [*y]\n", 5, 8,
	  "alias '*y' stands within what it refers to", NULL },
	{ ONE REST "x: {? [a] : b}\n", 5, 7,
	  "a key has to be text, not a map or a list", NULL },
	{ ONE REST "\"x\\0\": b\n", 5, 1, "a key cannot contain a NUL byte",
	  NULL },
	{ ONE REST "x: {<<: 5}\n", 5, 9,
	  "only a map, or a list of maps, can be merged with '<<'", NULL },
	{ ONE REST "x: {<<: [[5]]}\n", 5, 10,
	  "only a map, or a list of maps, can be merged with '<<'", NULL },
	{ ONE REST "x: !!binary aGFsbG8=\n", 5, 4,
	  "YAML tag 'tag:yaml.org,2002:binary' has no meaning in a rule",
	  NULL },
};

static void test_refusals(void **state)
{
	size_t n;

	(void)state;
	for (n = 0; n < ARRAY_SIZE(refusals); n++)
		assert_refused(refusals[n].text, &refusals[n]);
}

static const struct refusal_case broken[] = {
	{ "a: [b", 1, 6,
	  "not YAML: did not find expected ',' or ']', while parsing a flow sequence",
	  NULL },
	{ "a:\n\tb: c\n", 2, 1,
	  "not YAML: found character that cannot start any token, while scanning for the next token",
	  NULL },
	{ "a: \"b\n", 2, 1,
	  "not YAML: found unexpected end of stream, while scanning a quoted scalar",
	  NULL },
	{ "a: b\n c: d\n", 2, 3,
	  "not YAML: mapping values are not allowed in this context", NULL },
	{ "a: \xff\n", 1, 4, "not YAML: invalid leading UTF-8 octet", NULL },
	{ "a: b\nc: \x01\n", 2, 4,
	  "not YAML: control characters are not allowed", NULL },
};

static void test_broken(void **state)
{
	size_t n;

	(void)state;
	for (n = 0; n < ARRAY_SIZE(broken); n++)
		assert_refused(broken[n].text, &broken[n]);
}

/* What came before the broken place was read. */
static void test_broken_second(void **state)
{
	struct reading reading;

	(void)state;
	reading_init(&reading);
	read_text(&reading, ONE REST "---\na: [\n");
	assert_int_equal(reading.diag.nr_errors, 1);
	assert_int_equal(reading.set.nr_rules, 1);
	assert_int_equal(reading.set.nr_refused, 1);
	reading_free(&reading);
}

/* An error in one document leaves the others alone; empty ones are nothing. */
static void test_documents(void **state)
{
	struct reading reading;

	(void)state;
	reading_init(&reading);
	read_text(&reading, "---\n---\n" ONE REST "---\n"
			    "title: broken\n---\n" TWO REST "...\n---\n");
	assert_int_equal(reading.set.nr_rules, 2);
	assert_string_equal(reading.set.rules[0]->id, "one");
	assert_string_equal(reading.set.rules[1]->id, "two");
	assert_int_equal(reading.set.rules[1]->place.line, 10);
	assert_int_equal(reading.set.nr_refused, 1);
	reading_free(&reading);
}

static void assert_warning(const char *text, size_t size, const char *message)
{
	struct reading reading;

	reading_init(&reading);
	read_bytes(&reading, text, size);
	assert_int_equal(reading.diag.nr_errors, 0);
	assert_int_equal(reading.diag.nr_entries, 1);
	assert_string_equal(reading.diag.entries[0].message, message);
	reading_free(&reading);
}

static void test_empty(void **state)
{
	(void)state;
	assert_warning("", 0, "no rule in this file");
	assert_warning(NULL, 0, "no rule in this file");
	assert_warning("# nothing\n", 10, "no rule in this file");
}

/* Columns are bytes, lines are YAML's, whatever stands before. */
static void test_places(void **state)
{
	(void)state;
	assert_refused(ONE REST "x: [\"\xc3\xa4\xe2\x82\xac\", *y]\n",
		       &(struct refusal_case){
			       "", 5, 14, "no anchor '&y' before this alias",
			       NULL });
	assert_refused("\xef\xbb\xbf[]\n",
		       &(struct refusal_case){
			       "", 1, 1, "a rule should be a map, not a list",
			       NULL });
	assert_refused(ONE REST "x: 1\r\ny: *y\r\n",
		       &(struct refusal_case){
			       "", 6, 4, "no anchor '&y' before this alias",
			       NULL });
}

static char *nested(size_t depth)
{
	char *file;
	char brackets[256] = "";

	memset(brackets, '[', depth);
	memset(brackets + depth, ']', depth);
	assert_true(asprintf(&file, ONE REST "x: %s\n", brackets) > 0);
	return file;
}

static void test_depth(void **state)
{
	char *file = nested(63);
	struct reading reading;

	(void)state;
	reading_init(&reading);
	read_text(&reading, file);
	only_rule(&reading);
	reading_free(&reading);
	free(file);
	file = nested(64);
	assert_refused(file,
		       &(struct refusal_case){
			       file, 5, 67,
			       "maps and lists nested deeper than 64", NULL });
	free(file);
}

/* Depth through aliases counts as well. */
static void test_depth_of_aliases(void **state)
{
	char file[4096] = ONE REST "x0: &x0 [a]\n";
	size_t n, used = strlen(file);

	(void)state;
	for (n = 1; n < 64; n++)
		used += snprintf(file + used, sizeof(file) - used,
				 "x%zu: &x%zu [*x%zu]\n", n, n, n - 1);
	assert_refused(file,
		       &(struct refusal_case){
			       file, 66, 6,
			       "maps and lists nested deeper than 64", NULL });
}

/* Each line is ten times as large as the one before it. */
static void test_bomb(void **state)
{
	struct reading reading;

	(void)state;
	reading_init(&reading);
	read_text(&reading, ONE REST "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
				     "b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
				     "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
				     "d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n"
				     "e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\n"
				     "f: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\n"
				     "g: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f,*f]\n");
	assert_int_equal(reading.diag.nr_errors, 1);
	assert_string_equal(reading.diag.entries[0].message,
			    "more than 1000000 YAML nodes, aliases included");
	assert_int_equal(reading.diag.entries[0].place.line, 10);
	reading_free(&reading);
}

static void test_anchors(void **state)
{
	struct reading reading;
	char *file = NULL;
	FILE *stream;
	size_t n, size;

	(void)state;
	stream = open_memstream(&file, &size);
	fputs(ONE REST "x:\n", stream);
	for (n = 0; n < 1025; n++)
		fprintf(stream, "  - &a%zu x\n", n);
	fclose(stream);
	reading_init(&reading);
	read_text(&reading, file);
	assert_int_equal(reading.diag.nr_errors, 1);
	assert_string_equal(reading.diag.entries[0].message,
			    "more than 1024 anchors in one document");
	reading_free(&reading);
	free(file);
}

static void test_size(void **state)
{
	size_t size = (16u << 20) + 1;
	struct reading reading;
	char *file = malloc(size);

	(void)state;
	assert_non_null(file);
	memset(file, '#', size);
	reading_init(&reading);
	read_bytes(&reading, file, size);
	assert_int_equal(reading.diag.nr_errors, 1);
	assert_string_equal(reading.diag.entries[0].message,
			    "larger than 16 MiB");
	assert_int_equal(reading.diag.entries[0].place.line, 0);
	assert_int_equal(reading.set.nr_refused, 1);
	reading_free(&reading);
	free(file);
}

/* Cut anywhere, or with any byte changed, a file is read without a crash. */
static void test_damaged(void **state)
{
	const char file[] = ONE REST "x: &y {a: [b, 'c'], <<: {d: \"\\x41\"}}\n"
				     "pydetect:\n  labels: {L: a}\n"
				     "z: *y\nt: |\n  text\n";
	static const char bytes[] = "\0\xff'\"[]{}*&:\n\t|";
	struct reading reading;
	char damaged[sizeof(file)];
	size_t n, byte;

	(void)state;
	for (n = 0; n < sizeof(file) - 1; n++) {
		for (byte = 0; byte < sizeof(bytes); byte++) {
			memcpy(damaged, file, sizeof(file));
			damaged[n] = bytes[byte];
			reading_init(&reading);
			read_bytes(&reading, damaged, sizeof(file) - 1);
			read_bytes(&reading, file, n);
			reading_free(&reading);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_aliases),
		cmocka_unit_test(test_merges),
		cmocka_unit_test(test_quoted_merge_key),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_broken),
		cmocka_unit_test(test_broken_second),
		cmocka_unit_test(test_documents),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_depth_of_aliases),
		cmocka_unit_test(test_bomb),
		cmocka_unit_test(test_anchors),
		cmocka_unit_test(test_size),
		cmocka_unit_test(test_damaged),
	};

	return cmocka_run_group_tests_name("rule_yaml", tests, NULL, NULL);
}
