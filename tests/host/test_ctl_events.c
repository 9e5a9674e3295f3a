// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events as rows: what stands in a column, and cells that stay cells.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "make_event.h"
#include "../../ctl/events_column.h"
#include "../../ctl/utf8.h"
#include "../../module/uapi/policy.h"

static const struct print_origin origin = { .host = "host", .boot_id = "boot" };

static const char args[] = "sh\0-c\0echo \"a\",\nb \377";

static const struct make_event sample = {
	.number = 7,
	.time = 1795348800123456789,
	.rule = "0001",
	.title = "Shell, from Python",
	.label = "ReverseShell",
	.level = PYDETECT_LEVEL_HIGH,
	.block = true,
	.uid = 4294000000,
	.image = "/usr/bin/dash",
	.args = args,
	.args_length = sizeof(args) - 1,
	.parent_pid = 400,
	.parent_image = "/usr/bin/python3.11",
};

/**
 * struct page - what was printed
 * @stream: where to print
 * @text: all of it, after page_text()
 * @size: private
 */
struct page {
	FILE *stream;
	char *text;
	size_t size;
};

static void page_open(struct page *page)
{
	page->stream = open_memstream(&page->text, &page->size);
	assert_non_null(page->stream);
}

static const char *page_text(struct page *page)
{
	fflush(page->stream);
	return page->text;
}

static void page_close(struct page *page)
{
	fclose(page->stream);
	free(page->text);
}

static void expect_cell(const char *bytes, size_t length, const char *expected)
{
	struct page page;

	page_open(&page);
	events_csv_cell(page.stream,
			(struct bytes){ (const uint8_t *)bytes, length });
	assert_string_equal(page_text(&page), expected);
	page_close(&page);
}

#define CELL(bytes, expected) expect_cell(bytes, sizeof(bytes) - 1, expected)

static void test_cells(void **state)
{
	(void)state;
	CELL("", "");
	CELL("plain text", "plain text");
	CELL("a,b", "\"a,b\"");
	CELL("say \"a\"", "\"say \"\"a\"\"\"");
	CELL("a\nb", "\"a\nb\"");
	CELL("a\r\nb", "\"a\r\nb\"");
	CELL(" a", "\" a\"");
	CELL("a ", "\"a \"");
	CELL("a\0b", "\"a b\"");
	CELL("\303\244", "\303\244");
	CELL("a\377b", "a\357\277\275b");
	CELL("=1+1", "\"'=1+1\"");
	CELL("+1", "\"'+1\"");
	CELL("-rf", "\"'-rf\"");
	CELL("@SUM(A1)", "\"'@SUM(A1)\"");
	CELL("\t=1", "\"'\t=1\"");
	CELL("\r=1", "\"'\r=1\"");
	CELL("a=1", "a=1");
	CELL("=\",\"", "\"'=\"\",\"\"\"");
}

static void with_columns(const struct make_event *wanted, const char *list,
			 bool csv, struct page *page)
{
	struct terminal terminal = { .utf8 = true, .width = 100 };
	struct message message = { 0 };
	struct events_columns columns;
	struct event event;
	struct events_row row = { .event = &event, .origin = &origin };

	page_open(page);
	terminal.stream = page->stream;
	assert_null(events_columns_read(&columns, list));
	make_event(&message, wanted);
	assert_int_equal(event_decode(&event, message_bytes(&message)), 0);
	if (csv)
		events_csv_row(page->stream, &columns, &row);
	else
		events_table_row(&terminal, &columns, &row);
	events_row_free(&row);
	event_free(&event);
	message_free(&message);
}

static void expect_row(const char *list, bool csv, const char *expected)
{
	struct page page;

	with_columns(&sample, list, csv, &page);
	assert_string_equal(page_text(&page), expected);
	page_close(&page);
}

static void test_values(void **state)
{
	(void)state;
	expect_row("sentinel", true,
		   "2026-11-22T12:00:00.123456789Z,host,,dash,"
		   "\"sh -c echo \"\"a\"\",\nb \357\277\275\",python3.11,,"
		   "true,false,false,false\r\n");
	expect_row("@timestamp,rule.name,process.parent.entity_id,host.boot.id",
		   true,
		   "2026-11-22T12:00:00.123456789Z,\"Shell, from Python\","
		   "boot-400-5000000000,boot\r\n");
	expect_row("event.category,event.sequence,pydetect.rules.id", true,
		   "process; intrusion_detection,7,0001\r\n");
	expect_row("process.pid,process.parent.pid,user.id,agent.id", true,
		   "1007,400,4294000000,\r\n");
	expect_row("time,verdict,level,user,parent,rule", true,
		   "2026-11-22 12:00:00,would-deny,high,4294000000,"
		   "python3.11[400],"
		   "\"Shell, from Python [ReverseShell]\"\r\n");
}

static void test_table(void **state)
{
	(void)state;
	expect_row("verdict,level,command", false,
		   "would-deny  high      "
		   "sh -c echo \"a\",\\nb \\xff\n");
	/* What is too wide ends with an ellipsis, and the next stays aligned. */
	expect_row("level,parent,rule,level,command", false,
		   "high      python3.11[400]     "
		   "Shell, from Python [ReverseShell]         high      "
		   "sh -c echo \"a\",\\n\342\200\246\n");
}

static void test_sets(void **state)
{
	static const char *const good[] = { "sentinel", "elastic",
					    EVENTS_COLUMNS_TABLE,
					    EVENTS_COLUMNS_CSV };
	static const char *const bad[] = {
		"",	   ",",	   "time,",	   "time,,level",
		"nothing", "Time", "sentinel,time"
	};
	struct events_columns columns;
	char many[400] = "time";
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(*good); i++)
		assert_null(events_columns_read(&columns, good[i]));
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_non_null(events_columns_read(&columns, bad[i]));
	for (i = 1; i < EVENTS_COLUMNS_MAX; i++)
		strcat(many, ",time");
	assert_null(events_columns_read(&columns, many));
	strcat(many, ",time");
	assert_string_equal(events_columns_read(&columns, many), "time");
}

/* Every column there is can be had, of an event that has nothing as well. */
static void test_all(void **state)
{
	static const struct make_event empty;
	char *line = NULL;
	size_t size = 0;
	struct page list, page;

	(void)state;
	page_open(&list);
	events_columns_list(list.stream);
	fclose(list.stream);
	list.stream = fmemopen(list.text, list.size, "r");
	while (getline(&line, &size, list.stream) > 0) {
		line[strcspn(line, ":\n")] = '\0';
		with_columns(&sample, line, true, &page);
		assert_non_null(strstr(page_text(&page), "\r\n"));
		page_close(&page);
		with_columns(&empty, line, false, &page);
		assert_non_null(strchr(page_text(&page), '\n'));
		page_close(&page);
	}
	free(line);
	page_close(&list);
}

/* Whatever a command line holds: a line of the table, and a cell of UTF-8. */
static void test_hostile(void **state)
{
	static char text[60000];
	struct make_event event = sample;
	struct page page;
	unsigned int seed;
	const char *at;
	size_t i;

	(void)state;
	event.args = text;
	event.args_length = sizeof(text);
	for (seed = 1; seed < 50; seed++) {
		srand(seed);
		for (i = 0; i < sizeof(text); i++)
			text[i] = rand() >> 8;
		with_columns(&event, EVENTS_COLUMNS_TABLE, false, &page);
		for (at = page_text(&page); *at != '\n'; at++)
			assert_true((uint8_t)*at >= 0x20 && *at != 0x7f);
		assert_string_equal(at, "\n");
		page_close(&page);
		with_columns(&event, "command,process.command_line", true,
			     &page);
		assert_true(utf8_is_valid(bytes_of(page_text(&page))));
		assert_int_equal(strlen(page.text), page.size);
		page_close(&page);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cells), cmocka_unit_test(test_values),
		cmocka_unit_test(test_table), cmocka_unit_test(test_sets),
		cmocka_unit_test(test_all),   cmocka_unit_test(test_hostile),
	};

	setenv("TZ", "UTC0", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
