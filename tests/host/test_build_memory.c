// SPDX-License-Identifier: GPL-2.0-only
/*
 * The compiler without memory: whichever allocation fails, there is an error
 * and no image, or the same image as ever; and nothing is lost.
 *
 * The linker is told to send the allocations of this program through here
 * (--wrap), those of the libraries excepted.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "built.h"

/* Allocations still to be granted; while negative, all are. */
static long granted = -1;

static bool grant(void)
{
	if (granted < 0)
		return true;
	return granted-- > 0;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);

/* Just one fails, so that there is memory for the message. */
void *__wrap_malloc(size_t size)
{
	return grant() ? __real_malloc(size) : NULL;
}

void *__wrap_calloc(size_t count, size_t size)
{
	return grant() ? __real_calloc(count, size) : NULL;
}

void *__wrap_realloc(void *memory, size_t size)
{
	return grant() ? __real_realloc(memory, size) : NULL;
}

/* Two long texts, so that not all states have a row. */
static struct rule_node *long_texts(struct rule_set *set)
{
	struct rule_pattern patterns[2];
	struct dice dice = { .state = 1 };
	char text[1500];
	size_t i;

	for (i = 0; i + 1 < sizeof(text); i++)
		text[i] = 'a' + dice_below(&dice, 26);
	text[i] = 0;
	patterns[0] = make_glob(set, text, 0);
	patterns[1] = make_glob(set, text + 100, 0);
	return make_strings(set, PYDETECT_FIELD_ARGS, patterns, 2);
}

/* Something for every part of the compiler to do. */
static void add_rules(struct built *built)
{
	static const struct pydetect_image_range range = { 1, 2 };
	static const char *const texts[] = {
		"*/python", "*x*", "*xyz*", "a?b*c", "/usr/bin/x", "-c",
	};
	struct rule_set *set = &built->set;
	struct rule_node *nodes[ARRAY_SIZE(texts) + 2];
	struct rule *rule;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(texts); i++) {
		const struct rule_pattern pattern =
			make_glob(set, texts[i], i % 2 ? MAKE_CASED : 0);

		nodes[i] = make_strings(set,
					i % 3 ? PYDETECT_FIELD_COMMAND_LINE :
						PYDETECT_FIELD_IMAGE,
					&pattern, 1);
	}
	nodes[i++] = make_numbers(set, PYDETECT_NUMBER_UID, &range, 1);
	nodes[i++] = long_texts(set);
	rule = make_rule(set, make_node(set, RULE_NODE_OR, nodes, i));
	make_rule(set, make_node(set, RULE_NODE_AND, nodes, 3));
	rule->labels = rule_memory_alloc(&set->memory, sizeof(*rule->labels));
	rule->labels[0].name = "label";
	rule->labels[0].node = nodes[1];
	rule->nr_labels = 1;
	built_regex(built, PYDETECT_FIELD_COMMAND_LINE, "a[bc]+\\bd", 0);
	built_regex(built, PYDETECT_FIELD_COMMAND_LINE, "^(x|yz){2}", 0);
}

static void check(const struct built *built, const struct image *whole)
{
	if (built->image.bytes) {
		/* Something that can be done without, as giving back room. */
		assert_int_equal(built->diag.nr_errors, 0);
		assert_int_equal(built->image.size, whole->size);
		assert_memory_equal(built->image.bytes, whole->bytes,
				    whole->size);
		return;
	}
	assert_int_equal(built->diag.nr_errors, 1);
	assert_string_equal(built->diag.entries[0].message, "out of memory");
	assert_null(built->diag.entries[0].place.file);
}

/* Returns whether the allocation with this number was wanted at all. */
static bool build_without(long number, const struct image *whole)
{
	struct built built;
	bool wanted;

	built_begin(&built);
	add_rules(&built);
	granted = number;
	build_image(&built.set, &built.image, &built.diag);
	wanted = granted < 0;
	granted = -1;
	check(&built, whole);
	built_end(&built);
	return wanted;
}

static void test_every_allocation(void **state)
{
	struct built built;
	long number = 0;

	(void)state;
	built_begin(&built);
	add_rules(&built);
	built_build(&built);
	assert_true(built.image.view.header
			    ->sections[PYDETECT_SECTION_LINKS].count);
	while (build_without(number, &built.image))
		number++;
	assert_true(number > 100);
	built_end(&built);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_allocation),
	};

	return cmocka_run_group_tests_name("build_memory", tests, NULL, NULL);
}
