// SPDX-License-Identifier: GPL-2.0-only
/*
 * Correlations, and what rules say of the lineage of processes, as they come
 * out in an image. That the image is sound is what the verifier says.
 */
#include <elf.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test_rule.h"
#include "../../ctl/build.h"

#define RULE(id, search)                                                 \
	"---\ntitle: " id "\nid: " id                                     \
	"\nlogsource: {product: linux, category: process_creation}\n"    \
	"detection: {a: {" search "}, condition: a}\n"
#define COUNTING(id, type, rules, rest)                                  \
	"---\ntitle: " id "\nid: " id "\ncorrelation: {type: " type       \
	", rules: " rules ", timespan: 1m" rest "}\n"

/**
 * struct compiled - rules and their image
 */
struct compiled {
	struct reading reading;
	struct image image;
};

static void compile_below(struct compiled *compiled, const char *text,
			  const char *root)
{
	struct reading *reading = &compiled->reading;

	reading_init(reading);
	reading->options.root = root;
	read_text(reading, text);
	rule_set_link(&reading->set, &reading->diag);
	assert_int_equal(build_image(&reading->set, &compiled->image,
				     &reading->diag),
			 0);
}

static void compile(struct compiled *compiled, const char *text)
{
	compile_below(compiled, text, NULL);
}

static void compile_well(struct compiled *compiled, const char *text)
{
	compile(compiled, text);
	diag_print(&compiled->reading.diag, stderr, false);
	assert_int_equal(compiled->reading.diag.nr_errors, 0);
}

static void compiled_free(struct compiled *compiled)
{
	image_free(&compiled->image);
	reading_free(&compiled->reading);
}

static const struct pydetect_image_correlation *
correlation_of(const struct compiled *compiled, const char *id)
{
	const struct pydetect_view *view = &compiled->image.view;
	uint32_t i;

	for (i = 0; i < view->nr_correlations; i++)
		if (!strcmp(pydetect_string(view,
					    view->correlations[i].head.id),
			    id))
			return &view->correlations[i];
	fail_msg("no correlation %s", id);
	return NULL;
}

static void expect_numbers(const uint32_t *section,
			   struct pydetect_image_extent extent, size_t count, ...)
{
	va_list expected;
	size_t i;

	assert_int_equal(extent.count, count);
	va_start(expected, count);
	for (i = 0; i < count; i++)
		assert_int_equal(section[extent.first + i],
				 va_arg(expected, int));
	va_end(expected);
}

static void test_image(void **state)
{
	const struct pydetect_image_correlation *many, *all;
	const struct pydetect_view *view;
	struct compiled compiled;

	(void)state;
	compile_well(&compiled,
		     COUNTING("all", "temporal", "[b, many, a]",
			      ", group-by: [LogonId, Image]")
		     RULE("a", "Image: x") RULE("b", "Image: y")
		     COUNTING("many", "value_count", "[b]",
			      ", group-by: [Image, LogonId], generate: true, condition: {gt: 99, lt: 200, neq: 150, field: User}")
		     COUNTING("again", "event_count", "[a, b]",
			      ", condition: {gte: 5}"));
	view = &compiled.image.view;
	assert_int_equal(view->nr_rules, 2);
	assert_int_equal(view->nr_correlations, 3);
	many = correlation_of(&compiled, "many");
	all = correlation_of(&compiled, "all");
	assert_int_equal(many - view->correlations, 0);
	assert_int_equal(all - view->correlations, 1);
	assert_int_equal(many->type, PYDETECT_CORRELATION_VALUE_COUNT);
	assert_int_equal(many->field, PYDETECT_FIELD_USER);
	assert_int_equal(many->min, 100);
	assert_int_equal(many->max, 199);
	assert_int_equal(many->except, 150);
	assert_int_equal(many->capacity, 200);
	assert_true(many->timespan == 60000000000ull);
	assert_int_equal(all->capacity, 64);
	assert_int_equal(all->min, 3);
	assert_int_equal(all->max, UINT32_MAX);
	expect_numbers(view->groups, many->groups, 2, PYDETECT_FIELD_IMAGE,
		       PYDETECT_FIELD_LOGON_ID);
	expect_numbers(view->references, many->references, 1, 1);
	expect_numbers(view->references, all->references, 3, 1, 2, 0);
	expect_numbers(view->feeds, view->rules[0].head.feeds, 2, 1, 2);
	expect_numbers(view->feeds, view->rules[1].head.feeds, 3, 0, 1, 2);
	expect_numbers(view->feeds, many->head.feeds, 1, 1);
	expect_numbers(view->feeds, all->head.feeds, 0);
	assert_int_equal(view->rules[0].head.flags, PYDETECT_HEAD_SILENT);
	assert_int_equal(many->head.flags, PYDETECT_HEAD_SILENT);
	assert_int_equal(all->head.flags, 0);
	compiled_free(&compiled);
}

static uint64_t identity_of(const char *text, const char *id)
{
	struct compiled compiled;
	uint64_t identity;

	compile_well(&compiled, text);
	identity = correlation_of(&compiled, id)->identity;
	compiled_free(&compiled);
	return identity;
}

#define RULES RULE("a", "Image: x") RULE("b", "Image: y")
#define PART(rest) COUNTING("part", "event_count", "a", rest)
#define WHOLE COUNTING("whole", "temporal", "[part, b]", ", group-by: User")
#define SAME ", group-by: User, condition: {gte: 5}"

/* Windows outlive a load in which nothing has changed for them. */
static void test_identity(void **state)
{
	static const char *const others[] = {
		RULES PART(", group-by: User, condition: {gte: 6}") WHOLE,
		RULES PART(", group-by: User, condition: {gte: 5, neq: 9}")
			WHOLE,
		RULES COUNTING("part", "event_count", "b", SAME) WHOLE,
		RULES COUNTING("part", "event_count", "[a, b]", SAME) WHOLE,
		RULES COUNTING("part", "value_count", "a",
			       ", group-by: User, condition: {gte: 5, field: Image}")
			WHOLE,
	};
	const char *const text = RULES PART(SAME) WHOLE;
	const uint64_t part = identity_of(text, "part");
	const uint64_t whole = identity_of(text, "whole");
	size_t i;

	(void)state;
	assert_true(part != whole);
	/* Other rules beside it, and rules that now say something else. */
	assert_true(identity_of(RULE("0", "Image: 0")
				COUNTING("0c", "event_count", "0",
					 ", condition: {gte: 1}")
				RULE("b", "Image: z") RULE("a", "User: z")
				WHOLE PART(SAME),
				"whole") == whole);
	for (i = 0; i < ARRAY_SIZE(others); i++) {
		assert_true(identity_of(others[i], "part") != part);
		assert_true(identity_of(others[i], "whole") != whole);
	}
}

/* The compiler refuses some rules that could be read. */
static void test_refused(void **state)
{
	struct compiled compiled;

	(void)state;
	compile(&compiled,
		RULE("a", "CommandLine|re: '(a'") RULE("b", "Image: x")
		COUNTING("part", "temporal", "[a, b]", "")
		COUNTING("whole", "temporal", "[part, b]", "")
		COUNTING("other", "temporal", "[b]", ""));
	assert_int_equal(compiled.reading.diag.nr_errors, 3);
	assert_string_equal(compiled.reading.diag.entries[1].message,
			    "rule 'part': 'a' was refused");
	assert_string_equal(compiled.reading.diag.entries[1].rule_id, "part");
	assert_int_equal(compiled.reading.diag.entries[1].place.line, 14);
	assert_string_equal(compiled.reading.diag.entries[2].message,
			    "rule 'whole': 'part' was refused");
	assert_int_equal(compiled.image.view.nr_rules, 1);
	assert_int_equal(compiled.image.view.nr_correlations, 1);
	correlation_of(&compiled, "other");
	compiled_free(&compiled);
}

static const char *tracked_text(const struct compiled *compiled, uint32_t index)
{
	const struct pydetect_view *view = &compiled->image.view;

	return pydetect_string(view,
			       view->predicates[view->tracked[index]].text);
}

static uint32_t tracked_field(const struct compiled *compiled, uint32_t index)
{
	const struct pydetect_view *view = &compiled->image.view;

	return view->predicates[view->tracked[index]].field;
}

static void test_tracked(void **state)
{
	struct compiled compiled;

	(void)state;
	compile_well(&compiled,
		     RULE("a", "LineageImage|endswith: [/python, /perl]")
		     RULE("b", "LineageImage|endswith: [/perl, /python]")
		     RULE("c", "LineageImage|re: '/ruby[^/]*$', LineageBuildId: abc")
		     RULE("d", "LineageImage|exists: true"));
	assert_int_equal(compiled.image.view.nr_tracked, 3);
	assert_int_equal(tracked_field(&compiled, 0), PYDETECT_FIELD_IMAGE);
	assert_string_equal(tracked_text(&compiled, 0),
			    "Image|endswith: /python (2 values)");
	assert_int_equal(compiled.image.view
				 .predicates[compiled.image.view.tracked[0]]
				 .triggers.count,
			 0);
	assert_true(tracked_field(&compiled, 1) ==
			    PYDETECT_FIELD_IMAGE_BUILD_ID ||
		    tracked_field(&compiled, 2) ==
			    PYDETECT_FIELD_IMAGE_BUILD_ID);
	/* By whatever path it was called. */
	assert_int_equal(
		compiled.image.view.field_automata[PYDETECT_FIELD_INVOKED].count,
		2);
	compiled_free(&compiled);
}

/* A rule that asks for the same of the file itself shares the predicate. */
static void test_shared_twin(void **state)
{
	struct compiled compiled;

	(void)state;
	compile_well(&compiled, RULE("a", "LineageImage|endswith: /python")
		     RULE("b", "Image|endswith: /python"));
	assert_int_equal(compiled.image.view.nr_tracked, 1);
	assert_int_equal(compiled.image.view.nr_predicates, 2);
	compiled_free(&compiled);
}

static void test_too_many_tracked(void **state)
{
	struct compiled compiled;
	char *text = NULL;
	FILE *stream;
	unsigned int n;
	size_t size;

	(void)state;
	stream = open_memstream(&text, &size);
	assert_non_null(stream);
	for (n = 0; n <= PYDETECT_TRACKED_MAX; n++)
		fprintf(stream, RULE("r%u", "LineageImage: /bin/%u"), n, n, n);
	fclose(stream);
	compile(&compiled, text);
	assert_int_equal(compiled.reading.diag.nr_errors, 1);
	assert_string_equal(
		compiled.reading.diag.entries[0].message,
		"rule 'r64': more than 64 different lists of values for the lineage of processes");
	assert_int_equal(compiled.image.view.nr_rules, PYDETECT_TRACKED_MAX);
	assert_int_equal(compiled.image.view.nr_tracked, PYDETECT_TRACKED_MAX);
	compiled_free(&compiled);
	free(text);
}

/**
 * struct program - as little of a program as has a build id
 */
struct program {
	Elf64_Ehdr header;
	Elf64_Phdr segment;
	Elf64_Nhdr note;
	char name[4];
	unsigned char id[4];
};

static void write_program(const char *path, unsigned char last)
{
	const struct program program = {
		.header = {
			.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3,
				     ELFCLASS64, ELFDATA2LSB, EV_CURRENT },
			.e_type = ET_EXEC,
			.e_machine = EM_X86_64,
			.e_version = EV_CURRENT,
			.e_phoff = offsetof(struct program, segment),
			.e_ehsize = sizeof(Elf64_Ehdr),
			.e_phentsize = sizeof(Elf64_Phdr),
			.e_phnum = 1,
		},
		.segment = {
			.p_type = PT_NOTE,
			.p_offset = offsetof(struct program, note),
			.p_filesz = sizeof(struct program) -
				    offsetof(struct program, note),
			.p_align = 4,
		},
		.note = { 4, 4, NT_GNU_BUILD_ID },
		.name = "GNU",
		.id = { 0x0a, 0xbc, 0xde, last },
	};
	FILE *stream = fopen(path, "w");

	assert_non_null(stream);
	assert_int_equal(fwrite(&program, sizeof(program), 1, stream), 1);
	fclose(stream);
}

static void make_directories(void)
{
	static const char *const names[] = {
		"usr", "usr/bin", "opt", "opt/one", "opt/one/bin",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		assert_int_equal(mkdir(names[i], 0755), 0);
}

static void remove_all(void)
{
	static const char *const names[] = {
		"usr/bin/python3", "usr/bin/python3.9", "usr/bin/python3-fifo",
		"usr/bin/python3-config", "opt/one/bin/python3", "opt/one/bin",
		"opt/one", "opt", "usr/bin", "usr",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		assert_int_equal(remove(names[i]), 0);
}

static void make_programs(void)
{
	FILE *script;

	make_directories();
	write_program("usr/bin/python3.9", 0x12);
	write_program("opt/one/bin/python3", 0x34);
	assert_int_equal(symlink("python3.9", "usr/bin/python3"), 0);
	assert_int_equal(mkfifo("usr/bin/python3-fifo", 0644), 0);
	script = fopen("usr/bin/python3-config", "w");
	assert_non_null(script);
	fputs("#!/bin/sh\n", script);
	fclose(script);
}

static void test_interpreter(void **state)
{
	char directory[] = "/tmp/pydetect-XXXXXX";
	struct compiled compiled;
	char *text;

	(void)state;
	assert_non_null(mkdtemp(directory));
	assert_int_equal(chdir(directory), 0);
	make_programs();
	compile_below(&compiled, RULE("a", "Interpreter: Python"), directory);
	text = tree_text(only_rule(&compiled.reading)->condition);
	assert_string_equal(text, "ImageBuildId{0abcde12}{0abcde34}");
	free(text);
	compiled_free(&compiled);
	compile_below(&compiled, RULE("a", "LineageInterpreter: python"),
		      directory);
	assert_int_equal(compiled.image.view.nr_tracked, 1);
	assert_string_equal(tracked_text(&compiled, 0), "Interpreter: python");
	compiled_free(&compiled);
	remove_all();
	assert_int_equal(chdir("/"), 0);
	assert_int_equal(rmdir(directory), 0);
}

/* Then no program is one; rules are loaded, and correlations as well. */
static void test_no_interpreter(void **state)
{
	struct compiled compiled;

	(void)state;
	compile_below(&compiled,
		      RULE("a", "Image: x, LineageInterpreter: python")
		      RULE("b", "Interpreter: python")
		      COUNTING("c", "event_count", "a",
			       ", group-by: LineageGuid, condition: {gte: 2}"),
		      "/nowhere");
	assert_int_equal(compiled.reading.diag.nr_errors, 0);
	assert_string_equal(
		compiled.reading.diag.entries[0].message,
		"no Python with a build id is installed here: nothing will be one");
	assert_int_equal(compiled.image.view.nr_rules, 2);
	assert_int_equal(compiled.image.view.nr_correlations, 1);
	assert_int_equal(compiled.image.view.nr_tracked, 0);
	compiled_free(&compiled);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_image),
		cmocka_unit_test(test_identity),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_tracked),
		cmocka_unit_test(test_shared_twin),
		cmocka_unit_test(test_too_many_tracked),
		cmocka_unit_test(test_interpreter),
		cmocka_unit_test(test_no_interpreter),
	};

	return cmocka_run_group_tests_name("build_correlation", tests, NULL,
					   NULL);
}
