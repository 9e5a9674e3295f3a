// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events for people: nothing of them can steer a terminal, and what is left out
 * is said.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../ctl/print.h"
#include "../../ctl/utf8.h"
#include "../../module/uapi/policy.h"
#include "../../module/uapi/pydetect.h"

#define TEXT(string)                                          \
	{                                                     \
		(const uint8_t *)(string), sizeof(string) - 1 \
	}

/**
 * struct page - a terminal that is a string
 * @terminal: the terminal
 * @text: what was printed, after page_text()
 * @size: private
 */
struct page {
	struct terminal terminal;
	char *text;
	size_t size;
};

static void page_open(struct page *page, bool utf8, bool colour)
{
	FILE *stream = open_memstream(&page->text, &page->size);

	assert_non_null(stream);
	page->terminal = (struct terminal){
		.stream = stream,
		.utf8 = utf8,
		.colour = colour,
	};
}

static const char *page_text(struct page *page)
{
	fflush(page->terminal.stream);
	return page->text;
}

static void page_close(struct page *page)
{
	fclose(page->terminal.stream);
	free(page->text);
}

static void expect_bytes(bool utf8, const char *bytes, size_t length,
			 const char *expected)
{
	struct page page;

	page_open(&page, utf8, false);
	terminal_bytes(&page.terminal, STYLE_PLAIN,
		       (struct bytes){ (const uint8_t *)bytes, length });
	assert_string_equal(page_text(&page), expected);
	page_close(&page);
}

#define EXPECT(utf8, bytes, expected) \
	expect_bytes(utf8, bytes, sizeof(bytes) - 1, expected)

static void test_escapes(void **state)
{
	(void)state;
	EXPECT(true, "plain text~", "plain text~");
	EXPECT(true, "a\0b", "a b");
	EXPECT(true, "\033[2J\a", "\\x1b[2J\\a");
	EXPECT(true, "a\nb\tc\rd\177", "a\\nb\\tc\\rd\\x7f");
	EXPECT(true, "\303\244", "\303\244");
	EXPECT(false, "\303\244", "\\u00e4");
	EXPECT(true, "\302\233[31m", "\\u009b[31m");
	EXPECT(true, "\233[31m", "\\x9b[31m");
	EXPECT(true, "\342\200\256gpj.exe", "\\u202egpj.exe");
	EXPECT(true, "\342\200\213", "\\u200b");
	EXPECT(true, "\363\240\201\201", "\\U000e0041");
	EXPECT(true, "\303", "\\xc3");
	EXPECT(true, "\300\200", "\\xc0\\x80");
	EXPECT(true, "\355\240\200", "\\xed\\xa0\\x80");
	EXPECT(true, "\364\220\200\200", "\\xf4\\x90\\x80\\x80");
}

/* Every byte after every byte: what comes out never steers. */
static void test_no_controls(void **state)
{
	uint8_t bytes[3];
	unsigned int i;

	(void)state;
	for (i = 0; i < 1u << 16; i++) {
		const char *at;
		struct page page;

		bytes[0] = i >> 8;
		bytes[1] = i;
		bytes[2] = '[';
		page_open(&page, true, false);
		terminal_bytes(&page.terminal, STYLE_PLAIN,
			       (struct bytes){ bytes, sizeof(bytes) });
		for (at = page_text(&page); *at; at++)
			assert_true((uint8_t)*at >= 0x20 && *at != 0x7f);
		assert_true(utf8_is_valid((struct bytes){
			(const uint8_t *)page.text, strlen(page.text) }));
		page_close(&page);
	}
}

static struct event_piece short_pieces[] = {
	{ 0, TEXT("sh\0-c\0echo hello") },
};

static const struct event_rule rules[] = {
	{
		.id = TEXT("0001"),
		.title = TEXT("Shell"),
		.author = TEXT("A. Author"),
		.level = PYDETECT_LEVEL_MEDIUM,
	},
	{
		.id = TEXT("0002"),
		.title = TEXT("Shell\033[1m from Python"),
		.level = PYDETECT_LEVEL_HIGH,
		.action = PYDETECT_ACTION_BLOCK,
		.labels = (struct bytes[]){ TEXT("ReverseShell"), TEXT("CodeExe"
								       "c") },
		.nr_labels = 2,
	},
};

static const struct event_hit hits[] = {
	{
		.field = PYDETECT_FIELD_COMMAND_LINE,
		.offset = 6,
		.length = 4,
		.text = TEXT("CommandLine|contains: echo"),
	},
};

static const struct event sample = {
	.number = 17,
	.time = 1700000000123000000,
	.mode = PYDETECT_MODE_BLOCK,
	.pass = 1,
	.denied = true,
	.rules = (struct event_rule *)rules,
	.nr_rules = 2,
	.hits = (struct event_hit *)hits,
	.nr_hits = 1,
	.process = {
		.pid = 412,
		.uid = 4294000000,
		.image = TEXT("/usr/bin/dash"),
		.invoked = TEXT("/bin/sh"),
		.directory = TEXT("/root"),
		.arg_count = 3,
		.args_length = 16,
		.pieces = short_pieces,
		.nr_pieces = 1,
	},
	.parent = {
		.has = 1u << PYDETECT_PROCESS_PID,
		.pid = 400,
		.image = TEXT("/usr/bin/python3.11"),
		.unverified = true,
	},
};

static void expect_event(const struct event *event, const char *expected)
{
	struct page page;

	page_open(&page, true, false);
	print_event(&page.terminal, event);
	assert_non_null(strstr(page_text(&page), expected));
	page_close(&page);
}

static void test_event(void **state)
{
	(void)state;
	expect_event(&sample, " DENIED Shell\\x1b[1m from Python "
			      "[ReverseShell, "
			      "CodeExec] and 1 more, user uid 4294000000\n"
			      "    rule     0001 medium, by A. Author\n"
			      "             Shell\n"
			      "    rule     0002 high blocks\n"
			      "    image    /usr/bin/dash, called as /bin/sh "
			      "pid "
			      "412\n"
			      "    command  sh -c echo hello\n"
			      "    parent   /usr/bin/python3.11 pid 400 "
			      "(unverified)\n"
			      "    cwd      /root\n"
			      "    hits     CommandLine|contains: echo @6\n");
	expect_event(&sample, "    event    number 17, mode block");
}

/* The line without its time, which depends on where we are. */
static void expect_alert(const struct event *event, size_t width,
			 const char *expected)
{
	struct page page;

	page_open(&page, true, false);
	page.terminal.width = width;
	print_alert(&page.terminal, event);
	assert_non_null(strchr(page_text(&page), '.'));
	assert_string_equal(strchr(page_text(&page), '.') + 5, expected);
	page_close(&page);
}

static void test_alert(void **state)
{
	struct event event = sample;

	(void)state;
	expect_alert(&event, 0,
		     "DENIED Shell\\x1b[1m from Python [ReverseShell, "
		     "CodeExec] +1, uid 4294000000, from python3.11[400]: "
		     "sh -c echo hello\n");
	event.parent.has = 0;
	event.denied = false;
	event.exempt = true;
	event.nr_rules = 1;
	expect_alert(&event, 0,
		     "REPORT Shell, uid 4294000000 (exempt): "
		     "sh -c echo hello\n");
	event.nr_rules = 0;
	event.error = 12;
	event.process.nr_pieces = 0;
	expect_alert(&event, 0,
		     "ERROR  could not be judged: Cannot allocate memory, "
		     "uid 4294000000 (exempt): /usr/bin/dash\n");
}

/* What does not fit into the line is left out, and the hit is in it. */
static void test_alert_width(void **state)
{
	static char text[131072];
	struct event_piece piece = { 0,
				     { (const uint8_t *)text, sizeof(text) } };
	struct event_hit hit = {
		.field = PYDETECT_FIELD_COMMAND_LINE,
		.offset = 100000,
		.length = 4,
	};
	struct event event = sample;

	(void)state;
	memset(text, 'x', sizeof(text));
	memcpy(text + 100000, "echo", 4);
	event.process.pieces = &piece;
	event.process.args_length = sizeof(text);
	event.nr_rules = 1;
	event.nr_hits = 0;
	expect_alert(&event, 100,
		     "DENIED Shell, uid 4294000000, from "
		     "python3.11[400]: xxxxxxxxxxxxxxxxxxxxxx\342\200\246\n");
	event.hits = &hit;
	event.nr_hits = 1;
	expect_alert(&event, 120,
		     "DENIED Shell, uid 4294000000, from "
		     "python3.11[400]: xxxxxxxxxxxxxx \342\200\246 "
		     "xxxxxxxxechoxxxxxxxxxxx\342\200\246\n");
	memset(text, '\n', sizeof(text));
	expect_alert(&event, 60,
		     "DENIED Shell, uid 4294000000, from "
		     "python3.11[400]: \\n\\n\\n\342\200\246\n");
	memcpy(text, "/usr/bin/echo", sizeof("/usr/bin/echo"));
	memcpy(text + sizeof("/usr/bin/echo"), "/x", 2);
	piece.data.length = sizeof("/usr/bin/echo") + 2;
	event.process.args_length = piece.data.length;
	event.nr_hits = 0;
	expect_alert(&event, 100,
		     "DENIED Shell, uid 4294000000, from "
		     "python3.11[400]: echo /x\n");
}

/* Columns that a string takes: each character is one here. */
static size_t columns(const char *text)
{
	size_t nr = 0;

	for (; *text; text++)
		nr += (*text & 0xc0) != 0x80;
	return nr;
}

/* Whatever stands in it, a line is a line, and not longer than it may be. */
static void test_alert_hostile(void **state)
{
	static uint8_t text[131072];
	struct event_piece piece = { 0, { text, sizeof(text) } };
	struct event event = sample;
	unsigned int seed, i;
	struct page page;
	const char *at;

	(void)state;
	event.process.pieces = &piece;
	event.process.args_length = sizeof(text);
	event.nr_rules = 1;
	for (seed = 1; seed < 200; seed++) {
		srand(seed);
		for (i = 0; i < sizeof(text); i++)
			text[i] = rand() >> 8;
		page_open(&page, true, false);
		page.terminal.width = 90 + seed;
		print_alert(&page.terminal, &event);
		for (at = page_text(&page); *at != '\n'; at++)
			assert_true((uint8_t)*at >= 0x20 && *at != 0x7f);
		assert_string_equal(at, "\n");
		assert_in_range(columns(page.text), 60, 90 + seed + 1);
		page_close(&page);
	}
}

static void test_repeat(void **state)
{
	struct page page;

	(void)state;
	page_open(&page, true, false);
	print_repeat(&page.terminal, &sample, 27, sample.time + 456000000);
	assert_non_null(strstr(page_text(&page), ".579 DENIED 27 more: "
						 "Shell\\x1b[1m from"));
	page_close(&page);
}

static void test_error(void **state)
{
	struct event event = sample;
	struct page page;

	(void)state;
	event.nr_rules = 0;
	event.denied = false;
	event.error = 12;
	page_open(&page, true, false);
	print_event(&page.terminal, &event);
	assert_non_null(strstr(page_text(&page), "ERROR  could not be judged: "
						 "Cannot allocate memory, "
						 "user"));
	page_close(&page);
}

/* Every change of colour is undone before the end of its line. */
static void test_colour(void **state)
{
	const char *last;
	struct page page;

	(void)state;
	page_open(&page, true, true);
	print_event(&page.terminal, &sample);
	assert_non_null(strstr(page_text(&page), "\033[0;1;33mecho\033[0m "
						 "hello"));
	last = strrchr(page_text(&page), '\033');
	assert_memory_equal(last, "\033[0m", 4);
	page_close(&page);
}

static void expect_command(const struct event_process *process,
			   const struct event_hit *hit, bool whole,
			   const char *expected)
{
	const struct print_command command = {
		.process = process,
		.hits = hit,
		.nr_hits = !!hit,
		.field = PYDETECT_FIELD_COMMAND_LINE,
		.whole = whole,
	};
	struct page page;

	page_open(&page, false, false);
	print_command(&page.terminal, &command);
	assert_string_equal(page_text(&page), expected);
	page_close(&page);
}

static void test_pieces(void **state)
{
	struct event_piece pieces[] = {
		{ 0, TEXT("python3\0-c") },
		{ 1000000, TEXT("os.system(") },
		{ 1999996, TEXT("tail") },
	};
	const struct event_process process = {
		.args_length = 2000000,
		.pieces = pieces,
		.nr_pieces = 3,
	};
	const struct event_hit hit = {
		.field = PYDETECT_FIELD_ARGS,
		.offset = 1000000,
		.length = 10,
	};

	(void)state;
	expect_command(&process, &hit, false,
		       "python3 -c ...@1000000... os.system( ...@1999996... "
		       "tail (2000000 bytes)");
	expect_command(&process, NULL, false,
		       "python3 -c ...@1999996... tail (2000000 bytes)");
	expect_command(&process, NULL, true,
		       "python3 -c ...@1000000... os.system( ...@1999996... "
		       "tail (2000000 bytes)");
}

static void test_shortened(void **state)
{
	static char text[1000];
	char expected[600];
	struct event_piece piece = { 0, TEXT("") };
	const struct event_process process = {
		.args_length = sizeof(text),
		.pieces = &piece,
		.nr_pieces = 1,
	};

	(void)state;
	memset(text, 'x', sizeof(text));
	piece.data = (struct bytes){ (const uint8_t *)text, sizeof(text) };
	snprintf(expected, sizeof(expected),
		 "%.160s ...@960... %.40s (1000 bytes)", text, text);
	expect_command(&process, NULL, false, expected);
}

/* Only a part is known, although the command line is short. */
static void test_unknown_end(void **state)
{
	struct event_piece piece = { 2, TEXT("cd") };
	const struct event_process process = {
		.args_length = 9,
		.pieces = &piece,
		.nr_pieces = 1,
	};

	(void)state;
	expect_command(&process, NULL, false, " ...@2... cd ...");
}

/* Places that no honest module would send. */
static void test_impossible(void **state)
{
	struct event_piece pieces[] = {
		{ 3, TEXT("def") },
		{ 0, TEXT("abc") },
		{ UINT64_MAX - 1, TEXT("xyz") },
	};
	const struct event_process process = {
		.args_length = 6,
		.pieces = pieces,
		.nr_pieces = 3,
	};
	const struct event_hit hit = {
		.field = PYDETECT_FIELD_COMMAND_LINE,
		.offset = UINT64_MAX - 3,
		.length = 0xffffffff,
	};

	(void)state;
	expect_command(&process, &hit, true, " ...@3... def");
}

static void test_gap(void **state)
{
	const struct event_gap gaps[] = {
		{ .first = 40, .count = 12 },
		{ .first = 60, .count = 1, .unstored = 1 },
		{ .first = 70,
		  .count = 9,
		  .unstored = 2,
		  .overwritten = 3,
		  .late = 4 },
	};
	struct page page;
	size_t i;

	(void)state;
	page_open(&page, true, false);
	for (i = 0; i < sizeof(gaps) / sizeof(gaps[0]); i++)
		print_gap(&page.terminal, &gaps[i]);
	assert_string_equal(page_text(&page),
			    "lost 12 events, 40-51\n"
			    "lost event 60: 1 for want of memory\n"
			    "lost 9 events, 70-78: 2 for want of memory, 3 "
			    "overwritten before they were read, 4 gone before "
			    "they were asked for\n");
	page_close(&page);
}

static void test_reader(void **state)
{
	const struct event_reader reader = {
		.name = TEXT("a\x1b[m"),
		.full = true,
		.pid = 12,
		.next = 100,
		.behind = 30,
		.delivered = 80,
		.overwritten = 19,
	};
	struct page page;

	(void)state;
	page_open(&page, true, false);
	print_reader_titles(&page.terminal);
	print_reader(&page.terminal, &reader);
	assert_non_null(strstr(page_text(&page), "DELIVERED"));
	assert_non_null(strstr(page_text(&page),
			       "     12        100       30         80"
			       "           0          19           0   full  a\\x1b[m\n"));
	page_close(&page);
}

static void test_colour_choice(void **state)
{
	struct terminal terminal;

	(void)state;
	setenv("LC_ALL", "C", 1);
	terminal_init(&terminal, tmpfile());
	assert_false(terminal.colour);
	assert_false(terminal.utf8);
	fclose(terminal.stream);
	setenv("LC_ALL", "de_DE.UTF-8", 1);
	terminal_init(&terminal, stdout);
	assert_true(terminal.utf8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_escapes),
		cmocka_unit_test(test_no_controls),
		cmocka_unit_test(test_event),
		cmocka_unit_test(test_alert),
		cmocka_unit_test(test_alert_width),
		cmocka_unit_test(test_alert_hostile),
		cmocka_unit_test(test_repeat),
		cmocka_unit_test(test_error),
		cmocka_unit_test(test_colour),
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_shortened),
		cmocka_unit_test(test_unknown_end),
		cmocka_unit_test(test_impossible),
		cmocka_unit_test(test_gap),
		cmocka_unit_test(test_reader),
		cmocka_unit_test(test_colour_choice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
