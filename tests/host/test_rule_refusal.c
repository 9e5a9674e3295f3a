// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is refused, where, and in which words.
 */
#include "test_rule.h"

/* In a search identifier; the line in question is the 6th, from column 5. */
static const struct refusal_case fields[] = {
	{ "Imag: x", 6, 5, "unknown field 'Imag'", "did you mean 'Image'?" },
	{ "commandline: x", 6, 5, "unknown field 'commandline'",
	  "did you mean 'CommandLine'?" },
	{ "OriginalFileName: x", 6, 5, "unknown field 'OriginalFileName'",
	  "known are Image, ImageName, ImageBuildId, Interpreter, CommandLine, Args, ArgCount, Env, ParentImage, ParentImageName, ParentCommandLine, LineageImage, LineageImageName, LineageBuildId, LineageInterpreter, CurrentDirectory, User, LogonId" },
	{ "'|all': [x]", 6, 5, "no field: the kernel cannot search all at once",
	  NULL },
	{ "'': x", 6, 5, "no field: the kernel cannot search all at once",
	  NULL },
};

static const struct refusal_case modifiers[] = {
	{ "Image|contians: x", 6, 11, "unknown modifier 'contians'",
	  "did you mean 'contains'?" },
	{ "Image|frobnicate: x", 6, 11, "unknown modifier 'frobnicate'",
	  "known are contains, startswith, endswith, re, lt, lte, gt, gte, exists, all, cased, i, ignorecase, m, multiline, s, dotall, base64, base64offset, wide, utf16, utf16le, utf16be, windash" },
	{ "Image|Contains: x", 6, 11, "unknown modifier 'Contains'",
	  "did you mean 'contains'?" },
	{ "Image|: x", 6, 5, "unknown modifier ''",
	  "known are contains, startswith, endswith, re, lt, lte, gt, gte, exists, all, cased, i, ignorecase, m, multiline, s, dotall, base64, base64offset, wide, utf16, utf16le, utf16be, windash" },
	{ "Image|contains|endswith: x", 6, 20,
	  "modifiers 'contains' and 'endswith' exclude each other", NULL },
	{ "Image|fieldref: x", 6, 11,
	  "modifier 'fieldref' is refused: fields are compared with values, not with each other",
	  NULL },
	{ "CommandLine|cidr: x", 6, 17,
	  "modifier 'cidr' is refused: no field holds an address", NULL },
	{ "Image|expand: x", 6, 11,
	  "modifier 'expand' is refused: there is nothing to expand with",
	  NULL },
	{ "Image|hour: x", 6, 11,
	  "modifier 'hour' is refused: no field holds a time", NULL },
	{ "Image|re|cased: x", 6, 5, "modifier 'cased' does not go with 're'",
	  NULL },
	{ "ArgCount|lt|cased: 1", 6, 5,
	  "modifier 'cased' does not go with 'lt'", NULL },
	{ "Image|exists|all: true", 6, 5,
	  "modifier 'all' does not go with 'exists'", NULL },
	{ "Image|contains|i: x", 6, 5,
	  "modifiers 'i', 'm' and 's' only go with 're'", NULL },
	{ "Image|contains|base64: xx", 6, 20,
	  "modifier 'base64' has to come before 'contains'", NULL },
	{ "Image|re|windash: xx", 6, 14,
	  "modifier 'windash' has to come before 're'", NULL },
	{ "Image|windash|re: xx", 6, 5,
	  "modifier 'windash' does not go with 're'", NULL },
	{ "Image|wide|contains: xx", 6, 5,
	  "modifier 'wide' needs 'base64' or 'base64offset' behind it", NULL },
	{ "Image|base64|base64|base64|base64|base64: xx", 6, 39,
	  "more than 4 encodings of a value", NULL },
	{ "Image|base64|contains: 'a*'", 6, 28,
	  "'base64' needs a value without wildcards", NULL },
	{ "Image|wide|base64: 'a?'", 6, 24,
	  "'wide' needs a value without wildcards", NULL },
	{ "Image|base64offset|contains: a", 6, 34,
	  "value too short for 'base64offset'", NULL },
	{ "Image|windash: -a -b -c -d -e -f", 6, 20,
	  "too many dashes in a value for 'windash'", NULL },
	{ "Image|windash|base64offset: -a -b -c -d -e", 6, 33,
	  "value becomes too many when encoded", NULL },
	{ "Image|neq: x", 6, 11,
	  "modifier 'neq' is refused: write 'not' in the condition", NULL },
	{ "Image|gt: 1", 6, 5,
	  "modifier 'gt' needs a number: ArgCount or LogonId", NULL },
};

static const struct refusal_case values[] = {
	{ "Image: []", 6, 12, "a list without values", NULL },
	{ "Image: {a: b}", 6, 12,
	  "expected a value or a list of values, not a map", NULL },
	{ "Image: [[a]]", 6, 13,
	  "each value of a list should be a single value, not a list", NULL },
	{ "Image|contains: null", 6, 21,
	  "null, an absent field, does not go with 'contains'", NULL },
	{ "Image|endswith: [a, ~]", 6, 25,
	  "null, an absent field, does not go with 'endswith'", NULL },
	{ "Image: \"a\\0b\"", 6, 12, "a value cannot contain a NUL byte",
	  NULL },
	{ "Image|exists: 1", 6, 19,
	  "the value of 'exists' should be true or false", NULL },
	{ "Image|exists: [true]", 6, 19,
	  "the value of 'exists' should be true or false", NULL },
	{ "ArgCount|gt: many", 6, 18,
	  "'gt' compares with a whole number, not with 'many'", NULL },
	{ "ArgCount|gt: 1.5", 6, 18,
	  "'gt' compares with a whole number, not with '1.5'", NULL },
	{ "ArgCount|gt: 18446744073709551616", 6, 18,
	  "'gt' compares with a whole number, not with '18446744073709551616'",
	  NULL },
	{ "ArgCount|gt: null", 6, 18,
	  "'gt' compares with a whole number, not with 'null'", NULL },
};

/* A search identifier; the value is in line 5, from column 6. */
static const struct refusal_case searches[] = {
	{ "[x, y]", 5, 7, "'a' is a keyword search, which needs a field here",
	  "name one: 'CommandLine|contains: ...'" },
	{ "x", 5, 6, "'a' is a keyword search, which needs a field here",
	  "name one: 'CommandLine|contains: ...'" },
	{ "[{Image: x}, y]", 5, 19,
	  "'a' is a keyword search, which needs a field here",
	  "name one: 'CommandLine|contains: ...'" },
	{ "[[x]]", 5, 7,
	  "each element of a search identifier's list should be a map, not a list",
	  NULL },
	{ "{}", 5, 6, "a map without fields", NULL },
	{ "[{}]", 5, 7, "a map without fields", NULL },
	{ "[]", 5, 6, "search identifier 'a' is empty", NULL },
	{ "null", 5, 6, "search identifier 'a' is empty", NULL },
};

/* What stands below "pydetect:", in line 8, from column 3. */
static const struct refusal_case extensions[] = {
	{ "action: alow", 8, 11, "unknown action 'alow'",
	  "known are report, block" },
	{ "action: blok", 8, 11, "unknown action 'blok'",
	  "did you mean 'block'?" },
	{ "action: [block]", 8, 11,
	  "action should be a single value, not a list", NULL },
	{ "term: true", 8, 3, "unknown key 'term'", "did you mean 'terms'?" },
	{ "terms: maybe", 8, 10, "'terms' should be true or false", NULL },
	{ "terms: 'true'", 8, 10, "'terms' should be true or false", NULL },
	{ "labels: [a]", 8, 11, "'labels' should be a map, not a list", NULL },
	{ "labels: {L: sel}", 8, 15, "unknown search identifier 'sel'",
	  "known are a" },
	{ "labels: {L: [a]}", 8, 15,
	  "a label should be a single value, not a list", NULL },
	{ "tests: []", 8, 10, "'tests' should be a map, not a list", NULL },
	{ "tests: {mach: []}", 8, 11, "unknown key 'mach'",
	  "did you mean 'match'?" },
	{ "tests: {match: x}", 8, 18,
	  "'match' should be a list, not a single value", NULL },
	{ "tests: {match: [x]}", 8, 19,
	  "a test should be a map, not a single value", NULL },
	{ "tests: {match: [[]]}", 8, 19, "a test without arguments", NULL },
	{ "tests: {match: [[[x]]]}", 8, 20,
	  "a value of a test should be a single value, not a list", NULL },
	{ "tests: {match: [{Imge: x}]}", 8, 20, "unknown field 'Imge'",
	  "did you mean 'Image'?" },
	{ "tests: {match: [{Args: x}]}", 8, 26,
	  "'Args' should be a list, not a single value", NULL },
	{ "tests: {match: [[\"a\\0\"]]}", 8, 20,
	  "a value cannot contain a NUL byte", NULL },
};

#define DETECTION "detection: {a: {Image: x}, condition: a}\n"
#define SOURCE "logsource: {category: process_creation}\n"

/* Whole documents. */
static const struct refusal_case documents[] = {
	{ "[]", 1, 1, "a rule should be a map, not a list", NULL },
	{ "text", 1, 1, "a rule should be a map, not a single value", NULL },
	{ "id: x\n" SOURCE DETECTION, 1, 1, "a rule needs a 'title'", NULL },
	{ "title: ''\nid: x\n" SOURCE DETECTION, 1, 1, "a rule needs a 'title'",
	  NULL },
	{ "title: [x]\nid: x\n" SOURCE DETECTION, 1, 8,
	  "'title' should be a single value, not a list", NULL },
	{ "title: \"a\\0\"\nid: x\n" SOURCE DETECTION, 1, 8,
	  "'title' contains a NUL byte", NULL },
	{ "title: x\nid: x\n" DETECTION, 1, 1, "a rule needs a 'logsource'",
	  NULL },
	{ "title: x\nid: x\nlogsource: linux\n" DETECTION, 3, 12,
	  "'logsource' should be a map, not a single value", NULL },
	{ "title: x\nid: x\nlogsource: {product: linux}\n" DETECTION, 3, 12,
	  "log source without a category",
	  "write 'category: process_creation'" },
	{ "title: x\nid: x\nlogsource: {product: windows, category: process_creation}\n" DETECTION,
	  3, 22, "log source has the product 'windows'",
	  "only 'linux' can be judged when a program starts" },
	{ "title: x\nid: x\nlogsource: {category: file_event}\n" DETECTION, 3,
	  23, "log source has the category 'file_event'",
	  "only 'process_creation' can be judged when a program starts" },
	{ "title: x\nid: x\nlogsource: {category: process_creation, service: auditd}\n" DETECTION,
	  3, 50, "log source has the service 'auditd'",
	  "starts of programs have no service" },
	{ "title: x\nid: x\n" SOURCE, 1, 1, "a rule needs a 'detection'",
	  NULL },
	{ "title: x\nid: x\n" SOURCE "detection: []\n", 4, 12,
	  "'detection' should be a map, not a list", NULL },
	{ "title: x\nid: x\n" SOURCE "detection: {a: {Image: x}}\n", 4, 12,
	  "a detection needs a 'condition'", NULL },
	{ "title: x\nid: x\n" SOURCE
	  "detection: {a: {Image: x}, timeframe: 5m, condition: a}\n",
	  4, 28, "'timeframe' belongs to a correlation rule", NULL },
	{ "title: x\nid: x\nlevel: hgih\n" SOURCE DETECTION, 3, 8,
	  "unknown level 'hgih'", "did you mean 'high'?" },
	{ "title: x\nid: x\ntags: {a: b}\n" SOURCE DETECTION, 3, 7,
	  "'tags' should be a list, not a map", NULL },
	{ "title: x\nid: x\nrelated: {id: a}\n" SOURCE DETECTION, 3, 10,
	  "'related' should be a list, not a map", NULL },
	{ "title: x\nid: x\nrelated: [a]\n" SOURCE DETECTION, 3, 11,
	  "each element of 'related' should be a map, not a single value",
	  NULL },
	{ "title: x\nid: x\nrelated: [{id: [a]}]\n" SOURCE DETECTION, 3, 16,
	  "'id' should be a single value, not a list", NULL },
	{ "title: x\nid: x\ndate: [a]\n" SOURCE DETECTION, 3, 7,
	  "'date' should be a single value, not a list", NULL },
	{ "title: x\nid: x\nmodified: {}\n" SOURCE DETECTION, 3, 11,
	  "'modified' should be a single value, not a map", NULL },
	{ "title: x\nid: x\ntags: [[a]]\n" SOURCE DETECTION, 3, 8,
	  "'tags' should be a single value, not a list", NULL },
	{ "title: x\nid: x\npydetect: yes\n" SOURCE DETECTION, 3, 11,
	  "'pydetect' should be a map, not a single value", NULL },
	{ "title: x\naction: global\n", 2, 1,
	  "rule collections ('action') are not supported",
	  "write each rule out; YAML anchors can share parts within a document" },
	{ "title: x\nfilter: {rules: [x]}\n", 2, 1,
	  "Sigma filters are not supported",
	  "add the exception to the rule, as 'and not' in its condition" },
};

#define IN_SEARCH TEST_HEAD "detection:\n  a:\n    %s\n  condition: a\n"

static void test_fields(void **state)
{
	(void)state;
	CHECK_REFUSED(TEST_HEAD "detection:\n  a: \n    %s\n  condition: a\n",
		      fields);
}

static void test_modifiers(void **state)
{
	(void)state;
	CHECK_REFUSED(IN_SEARCH, modifiers);
}

static void test_values(void **state)
{
	(void)state;
	CHECK_REFUSED(IN_SEARCH, values);
}

static void test_searches(void **state)
{
	(void)state;
	CHECK_REFUSED(TEST_HEAD "detection:\n  a: %s\n  condition: a\n",
		      searches);
}

static void test_extensions(void **state)
{
	(void)state;
	CHECK_REFUSED(TEST_HEAD
		      "detection:\n  a: {Image: x}\n  condition: a\n"
		      "pydetect:\n  %s\n",
		      extensions);
}

static void test_documents(void **state)
{
	(void)state;
	CHECK_REFUSED("%s", documents);
}

static const char *const not_words[] = { "'a*b'", "'a?b'", "''", "'*'" };

/* Edges of words only make sense around plain text. */
static void test_terms(void **state)
{
	const struct refusal_case expected = {
		NULL, 4, 39,
		"'terms: true' needs 'contains' values without wildcards", NULL
	};
	char file[1024];
	size_t n;

	(void)state;
	for (n = 0; n < ARRAY_SIZE(not_words); n++) {
		snprintf(
			file, sizeof(file),
			TEST_HEAD
			"detection: {a: {CommandLine|contains: %s}, condition: a}\n"
			"pydetect: {terms: true}\n",
			not_words[n]);
		assert_refused(file, &expected);
	}
}

static void test_encoded_terms(void **state)
{
	(void)state;
	assert_refused(
		TEST_HEAD
		"detection: {a: {Image|base64|contains: xx}, condition: a}\n"
		"pydetect: {terms: true}\n",
		&(struct refusal_case){
			"", 4, 17,
			"modifier 'base64' does not go with 'terms: true'",
			NULL });
}

static void test_long_value(void **state)
{
	char value[4098], file[8192];

	(void)state;
	memset(value, 'x', sizeof(value));
	value[4097] = '\0';
	snprintf(file, sizeof(file),
		 TEST_HEAD "detection: {a: {Image: %s}, condition: a}\n",
		 value);
	assert_refused(file, &(struct refusal_case){
				     file, 4, 24,
				     "value longer than 4096 bytes", NULL });
}

/* Encodings of encodings: longer each time. */
static void test_long_encoding(void **state)
{
	char value[4097], file[8192];

	(void)state;
	memset(value, 'x', sizeof(value));
	value[4096] = '\0';
	snprintf(file, sizeof(file),
		 TEST_HEAD "detection: {a: {Image|base64|wide|base64|wide|base64: %s}, condition: a}\n",
		 value);
	assert_refused(file, &(struct refusal_case){
				     file, 4, 47,
				     "more than 4 encodings of a value", NULL });
	snprintf(file, sizeof(file),
		 TEST_HEAD "detection: {a: {Image|wide|base64|wide|base64: %s}, condition: a}\n",
		 value);
	assert_refused(file, &(struct refusal_case){
				     file, 4, 48,
				     "value too long to be encoded", NULL });
}

/* Many values, none of them too long by itself. */
static void test_much_encoding(void **state)
{
	struct reading reading;
	char *file = NULL;
	FILE *stream;
	size_t n, size;

	(void)state;
	stream = open_memstream(&file, &size);
	fputs(TEST_HEAD "detection:\n  a:\n    Image|wide|base64:\n",
	      stream);
	for (n = 0; n < 1500; n++)
		fprintf(stream, "      - %0*zu\n", 2000, n);
	fputs("  condition: a\n", stream);
	fclose(stream);
	reading_init(&reading);
	read_text(&reading, file);
	assert_int_equal(reading.set.nr_refused, 1);
	assert_string_equal(
		reading.diag.entries[0].message,
		"the values of this file become too many when encoded");
	reading_free(&reading);
	free(file);
}

/* Where a rule goes wrong in several places, all of them are told. */
static void test_all_at_once(void **state)
{
	struct reading reading;

	(void)state;
	reading_init(&reading);
	read_text(&reading, "title: x\n"
			    "id: x\n"
			    "level: hihg\n"
			    "logsource: {product: windows, category: x}\n"
			    "detection:\n"
			    "  a: {Imag: x, Image|contian: y}\n"
			    "  b: [x]\n"
			    "  condition: c and a\n"
			    "pydetect: {actoin: block}\n");
	assert_int_equal(reading.diag.nr_errors, 8);
	assert_int_equal(reading.set.nr_refused, 1);
	assert_string_equal(reading.diag.entries[0].rule_id, "x");
	assert_string_equal(reading.diag.entries[0].source, "level: hihg");
	reading_free(&reading);
}

/* An error beyond counting does not fill the memory with messages. */
static void test_too_many(void **state)
{
	struct reading reading;
	char *file = NULL;
	FILE *stream;
	size_t n, size;

	(void)state;
	stream = open_memstream(&file, &size);
	fputs(TEST_HEAD "detection:\n  a:\n", stream);
	for (n = 0; n < 5000; n++)
		fprintf(stream, "    f%zu: x\n", n);
	fputs("  condition: a\n", stream);
	fclose(stream);
	reading_init(&reading);
	read_text(&reading, file);
	assert_int_equal(reading.diag.nr_errors, 1001);
	assert_string_equal(
		reading.diag.entries[1000].message,
		"more than 1000 errors; further ones are not shown");
	assert_int_equal(reading.set.nr_refused, 1);
	reading_free(&reading);
	free(file);
}

static void test_many_searches(void **state)
{
	struct reading reading;
	char *file = NULL;
	FILE *stream;
	size_t n, size;

	(void)state;
	stream = open_memstream(&file, &size);
	fputs(TEST_HEAD "detection:\n", stream);
	for (n = 0; n <= 1024; n++)
		fprintf(stream, "  s%zu: {Image: x}\n", n);
	fputs("  condition: s0\n", stream);
	fclose(stream);
	reading_init(&reading);
	read_text(&reading, file);
	assert_true(reading.diag.nr_errors);
	assert_string_equal(reading.diag.entries[0].message,
			    "more than 1024 search identifiers");
	assert_int_equal(reading.set.nr_refused, 1);
	reading_free(&reading);
	free(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_modifiers),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_searches),
		cmocka_unit_test(test_extensions),
		cmocka_unit_test(test_documents),
		cmocka_unit_test(test_terms),
		cmocka_unit_test(test_encoded_terms),
		cmocka_unit_test(test_long_value),
		cmocka_unit_test(test_long_encoding),
		cmocka_unit_test(test_much_encoding),
		cmocka_unit_test(test_all_at_once),
		cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_many_searches),
	};

	return cmocka_run_group_tests_name("rule_refusal", tests, NULL, NULL);
}
