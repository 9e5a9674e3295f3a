// SPDX-License-Identifier: GPL-2.0-only
/*
 * What top makes of what the module says: rates that stay sensible, and pages
 * that nothing can damage.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "../../ctl/clock.h"
#include "../../ctl/top.h"
#include "../../module/core/env.h"
#include "../../module/uapi/policy.h"
#include "../../module/uapi/pydetect.h"

#define SECOND NS_PER_SECOND
#define BOOT (1000 * SECOND)

/* So often matches what only feeds correlations. */
#define SILENT 777

static void assert_about(double value, double wanted)
{
	if (value < wanted - 0.001 || value > wanted + 0.001)
		fail_msg("%f is not %f", value, wanted);
}

static void test_counter(void **state)
{
	struct top_counter counter;

	(void)state;
	top_counter_start(&counter, 500, BOOT);
	assert_false(counter.timed);
	assert_int_equal(top_counter_new(&counter), 0);
	assert_about(top_counter_average(&counter), 0);
	top_counter_take(&counter, 520, BOOT + 2 * SECOND);
	top_counter_take(&counter, 526, BOOT + 4 * SECOND);
	assert_true(counter.timed);
	assert_about(counter.rate, 3);
	assert_about(top_counter_average(&counter), 6.5);
	assert_about(top_counter_minute(&counter), 26);
	assert_int_equal(top_counter_new(&counter), 26);
	top_counter_reset(&counter);
	assert_int_equal(top_counter_new(&counter), 0);
	top_counter_take(&counter, 527, BOOT + 6 * SECOND);
	assert_int_equal(top_counter_new(&counter), 1);
	assert_about(top_counter_minute(&counter), 27);
}

/* Two looks at the same moment are no division by zero. */
static void test_no_time(void **state)
{
	struct top_counter counter;

	(void)state;
	top_counter_start(&counter, 1, BOOT);
	top_counter_take(&counter, 5, BOOT);
	assert_false(counter.timed);
	assert_int_equal(top_counter_new(&counter), 4);
	assert_about(top_counter_average(&counter), 0);
	top_counter_take(&counter, 5, BOOT + SECOND);
	assert_about(counter.rate, 0);
}

/* A counter that goes back counts from zero, and never 2^64 backwards. */
static void test_counter_began_afresh(void **state)
{
	struct top_counter counter;

	(void)state;
	top_counter_start(&counter, UINT64_MAX - 1, BOOT);
	top_counter_take(&counter, 3, BOOT + SECOND);
	assert_about(counter.rate, 3);
	assert_int_equal(top_counter_new(&counter), 3);
	top_counter_take(&counter, 0, BOOT + 2 * SECOND);
	assert_about(counter.rate, 0);
	assert_int_equal(top_counter_new(&counter), 3);
	assert_about(top_counter_minute(&counter), 3);
}

/* However often it is looked at, the minute is that of the last minute. */
static void check_minute(uint64_t step)
{
	struct top_counter counter;
	uint64_t time;

	top_counter_start(&counter, 0, BOOT);
	/* Ten a second for two minutes, then none. */
	for (time = step; time <= 120 * SECOND; time += step)
		top_counter_take(&counter, time * 10 / SECOND, BOOT + time);
	assert_in_range(top_counter_minute(&counter), 595, 600);
	assert_in_range(top_counter_average(&counter) * 100, 990, 1000);
	for (; time <= 190 * SECOND; time += step)
		top_counter_take(&counter, 1200, BOOT + time);
	assert_about(top_counter_minute(&counter), 0);
	assert_about(top_counter_average(&counter), 0);
	assert_in_range(counter.nr_marks, 1, TOP_MARKS_MAX);
}

static void test_minute(void **state)
{
	static const uint64_t steps[] = {
		SECOND / 5, SECOND,	 2 * SECOND,  3 * SECOND,
		5 * SECOND, 10 * SECOND, 30 * SECOND, 60 * SECOND,
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(steps); i++)
		check_minute(steps[i]);
}

static struct bytes text(const char *string)
{
	return bytes_of(string);
}

static void add_rule(struct list_rules *list, const char *title, uint32_t level,
		     uint64_t matched)
{
	const struct event_rule rule = {
		.silent = matched == SILENT,
		.id = text(title),
		.title = text(title),
		.level = level,
		.matched = matched,
	};

	assert_int_equal(list_rules_add(list, &rule), 0);
}

/* Two rules, of a policy. */
static void look(struct top_model *model, uint64_t generation, uint64_t first,
		 uint64_t second, uint64_t time)
{
	const struct event_status status = {
		.generation = generation,
		.matched = first + second,
		.event_next = 1,
	};
	struct list_rules list = { 0 };

	add_rule(&list, "first", PYDETECT_LEVEL_LOW, first);
	add_rule(&list, "second", PYDETECT_LEVEL_HIGH, second);
	assert_int_equal(top_model_take(model, &status, &list, time), 0);
	assert_int_equal(list.nr, 0);
}

static void assert_new(const struct top_model *model, uint64_t first,
		       uint64_t second)
{
	assert_int_equal(top_counter_new(&model->rules[0].matched), first);
	assert_int_equal(top_counter_new(&model->rules[1].matched), second);
}

/* What another policy counted has nothing to do with what this one did. */
static void test_policy_is_replaced(void **state)
{
	struct top_model model = { 0 };

	(void)state;
	look(&model, 1, 100, 7, BOOT);
	assert_new(&model, 0, 0);
	look(&model, 1, 104, 7, BOOT + 2 * SECOND);
	assert_new(&model, 4, 0);
	assert_about(model.rules[0].matched.rate, 2);
	/* The first rule has more hits already than its namesake had. */
	look(&model, 2, 150, 6, BOOT + 4 * SECOND);
	assert_new(&model, 150, 6);
	assert_about(model.rules[0].matched.rate, 75);
	assert_about(top_counter_minute(&model.rules[1].matched), 6);
	look(&model, 2, 150, 8, BOOT + 6 * SECOND);
	assert_new(&model, 150, 8);
	top_model_reset(&model);
	assert_new(&model, 0, 0);
	top_model_free(&model);
}

static void test_policy_shrinks_and_grows(void **state)
{
	const struct event_status status = { .generation = 2, .event_next = 1 };
	struct top_model model = { 0 };
	struct list_rules list = { 0 };

	(void)state;
	look(&model, 1, 1, 1, BOOT);
	assert_int_equal(top_model_take(&model, &status, &list, BOOT + SECOND),
			 0);
	assert_int_equal(model.list.nr, 0);
	look(&model, 3, 5, 0, BOOT + 2 * SECOND);
	assert_new(&model, 5, 0);
	top_model_free(&model);
}

static const char *sorted_titles(const struct top_model *model,
				 enum top_sort sort)
{
	const struct top_rule **sorted = top_model_sort(model, sort);
	static char titles[64];

	assert_non_null(sorted);
	snprintf(titles, sizeof(titles), "%.*s %.*s",
		 (int)sorted[0]->rule->title.length,
		 sorted[0]->rule->title.data,
		 (int)sorted[1]->rule->title.length,
		 sorted[1]->rule->title.data);
	free(sorted);
	return titles;
}

static void test_sort(void **state)
{
	struct top_model model = { 0 };

	(void)state;
	look(&model, 1, 0, 10, BOOT);
	look(&model, 1, 5, 10, BOOT + 10 * SECOND);
	assert_string_equal(sorted_titles(&model, TOP_SORT_NEW),
			    "first second");
	assert_string_equal(sorted_titles(&model, TOP_SORT_MINUTE),
			    "first second");
	assert_string_equal(sorted_titles(&model, TOP_SORT_TOTAL),
			    "second first");
	assert_string_equal(sorted_titles(&model, TOP_SORT_LEVEL),
			    "second first");
	look(&model, 1, 10, 10, BOOT + 100 * SECOND);
	look(&model, 1, 10, 14, BOOT + 200 * SECOND);
	assert_string_equal(sorted_titles(&model, TOP_SORT_NEW),
			    "first second");
	assert_string_equal(sorted_titles(&model, TOP_SORT_MINUTE),
			    "second first");
	look(&model, 1, 10, SILENT, BOOT + 300 * SECOND);
	assert_string_equal(sorted_titles(&model, TOP_SORT_TOTAL),
			    "first second");
	top_model_free(&model);
}

/* An alert by a process whose every name is an attack. */
static void take_alert(struct top_alerts *alerts, uint64_t number,
		       uint64_t boot_time)
{
	static const char hostile[] =
		"/\033[2J\a\r\n\233\302\233\342\200\256\377\b";
	struct event_rule rule = {
		.title = text("A \033[31mtitle"),
		.level = PYDETECT_LEVEL_HIGH,
	};
	struct event_piece piece = { .data = text(hostile) };
	const struct event event = {
		.number = number,
		.time = 1700000000 * SECOND,
		.boot_time = boot_time,
		.rules = &rule,
		.nr_rules = 1,
		.process = {
			.args_length = piece.data.length,
			.pieces = &piece,
			.nr_pieces = 1,
		},
		.parent = {
			.has = 1ull << PYDETECT_PROCESS_PID |
			       1ull << PYDETECT_PROCESS_START,
			.pid = 7,
			.image = text("/usr/bin/evil\033c"),
		},
	};

	assert_int_equal(top_alerts_take(alerts, &event), 0);
}

static void test_alerts(void **state)
{
	struct top_alerts alerts;
	uint64_t number;

	(void)state;
	assert_int_equal(top_alerts_init(&alerts), 0);
	take_alert(&alerts, 5, BOOT);
	take_alert(&alerts, 6, BOOT);
	take_alert(&alerts, 6, BOOT);
	take_alert(&alerts, 9, BOOT);
	assert_int_equal(alerts.nr, 1);
	top_alerts_settle(&alerts);
	assert_int_equal(alerts.alerts[0].repeats, 2);
	assert_int_equal(alerts.missed, 2);
	for (number = 10; number < 200; number++)
		take_alert(&alerts, number, BOOT + number * SECOND);
	assert_int_equal(alerts.nr, TOP_ALERTS_MAX);
	assert_int_equal(alerts.alerts[TOP_ALERTS_MAX - 1].number, 199);
	assert_int_equal(alerts.alerts[0].number, 200 - TOP_ALERTS_MAX);
	top_alerts_close(&alerts);
}

static void fill_model(struct top_model *model)
{
	static struct bytes value = { (const uint8_t *)"\033]0;x\a\377", 8 };
	static struct event_group group = { .start = 1, .pid = 42 };
	const struct event_window window = {
		.title = text("Burst\033[H"),
		.count = UINT32_MAX,
		.needed = 0,
		.groups = &group,
		.nr_groups = 1,
		.values = &value,
		.nr_values = 1,
	};

	look(model, 1, 3, UINT64_MAX / 2, BOOT);
	look(model, 1, 4, UINT64_MAX - 5, BOOT + SECOND);
	model->windows.windows = calloc(1, sizeof(struct list_window));
	model->windows.windows[0].window = window;
	model->windows.nr = 1;
	model->status.mode = 77;
	model->status.lock = 77;
}

/* The model's window owns nothing. */
static void empty_model(struct top_model *model)
{
	free(model->windows.windows);
	model->windows = (struct list_windows){ 0 };
	top_model_free(model);
}

static bool page_has(const struct top_page *page, const char *wanted)
{
	const size_t length = strlen(wanted);
	size_t row, column, i;

	for (row = 0; row < page->height; row++)
		for (column = 0; column + length <= page->width; column++) {
			const struct top_cell *cell =
				top_page_row(page, row) + column;

			for (i = 0; i < length; i++)
				if (cell[i].character != wanted[i])
					break;
			if (i == length)
				return true;
		}
	return false;
}

static void check_page(const struct top_model *model,
		       const struct top_alerts *alerts,
		       const struct top_view *view, size_t width, size_t height)
{
	struct top_page page;
	size_t i;

	assert_int_equal(top_page_init(&page, width, height), 0);
	assert_int_equal(top_layout(&page, model, alerts, view), 0);
	for (i = 0; i < width * height; i++)
		assert_in_range(page.cells[i].character, ' ', '~');
	if (width >= 100 && height >= 30 && !view->help) {
		assert_true(page_has(&page, "Burst\\x1b[H"));
		assert_true(page_has(&page, "newest \\x1b]0;x\\a\\xff"));
		assert_true(page_has(&page, "A \\x1b[31mtitle"));
		assert_true(page_has(&page, "evil\\x1bc[7] > /\\x1b[2J\\a\\r"));
	}
	top_page_free(&page);
}

/* Every size that a terminal may have, and some that none has. */
static void test_page(void **state)
{
	struct top_view view = { .host = "host\033", .interval = 2 };
	struct top_model model = { 0 };
	struct top_alerts alerts;
	size_t width, height;

	(void)state;
	fill_model(&model);
	assert_int_equal(top_alerts_init(&alerts), 0);
	take_alert(&alerts, 1, BOOT);
	for (width = 0; width < 140; width += 7)
		for (height = 1; height < 50; height++) {
			view.live = height % 2;
			view.help = height % 5 == 4;
			view.sort = height % TOP_SORTS;
			check_page(&model, &alerts, &view, width, height);
		}
	top_alerts_close(&alerts);
	empty_model(&model);
}

static char *text_of_page(const struct top_page *page, bool colour)
{
	struct terminal terminal = { .colour = colour };
	char *text = NULL;
	size_t size;

	terminal.stream = open_memstream(&text, &size);
	assert_non_null(terminal.stream);
	top_text(page, &terminal);
	fclose(terminal.stream);
	return text;
}

static void test_text(void **state)
{
	struct top_page page;
	char *output;

	(void)state;
	assert_int_equal(top_page_init(&page, 10, 5), 0);
	top_page_print(&page, STYLE_BOLD, "one");
	top_page_next(&page);
	top_page_next(&page);
	top_page_move(&page, 2);
	top_page_print(&page, STYLE_PLAIN, "longer than it is wide");
	output = text_of_page(&page, false);
	assert_string_equal(output, "one\n\n  longer t\n");
	free(output);
	output = text_of_page(&page, true);
	assert_string_equal(output, "\033[0;1mone\033[0m\n\n  longer t\n");
	free(output);
	top_page_free(&page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counter),
		cmocka_unit_test(test_no_time),
		cmocka_unit_test(test_counter_began_afresh),
		cmocka_unit_test(test_minute),
		cmocka_unit_test(test_policy_is_replaced),
		cmocka_unit_test(test_policy_shrinks_and_grows),
		cmocka_unit_test(test_sort),
		cmocka_unit_test(test_alerts),
		cmocka_unit_test(test_page),
		cmocka_unit_test(test_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
