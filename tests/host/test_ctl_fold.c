// SPDX-License-Identifier: GPL-2.0-only
/*
 * Alerts that say the same: what is shown, what is counted, and that one or the
 * other happens to each.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "../../ctl/fold.h"
#include "../../module/core/env.h"
#include "../../module/uapi/policy.h"
#include "../../module/uapi/pydetect.h"

#define MS 1000000ull
#define SECOND (1000 * MS)

/**
 * struct alert - an event and what it refers to
 * @event: the event
 * @rules: its rules
 * @pieces: its command line
 * @windows: its correlations
 */
struct alert {
	struct event event;
	struct event_rule rules[2];
	struct event_piece pieces[2];
	struct event_window windows[1];
};

static struct bytes text(const char *string)
{
	return bytes_of(string);
}

/* An alert; none refers to memory of its own. */
static void make(struct alert *alert, uint64_t number, uint64_t boot_time)
{
	*alert = (struct alert){
		.rules = { { .id = text("one") }, { .id = text("two") } },
		.pieces = { { .data = text("sh -c") },
			    { .offset = 5, .data = text(" id") } },
	};
	alert->event = (struct event){
		.number = number,
		.time = 1700000000 * SECOND + boot_time,
		.boot_time = boot_time,
		.rules = alert->rules,
		.nr_rules = 1,
		.windows = alert->windows,
		.process = {
			.pid = 1000 + number,
			.image = text("/bin/sh"),
			.directory = text("/"),
			.args_length = 8,
			.pieces = alert->pieces,
			.nr_pieces = 1,
		},
		.parent = {
			.has = 1ull << PYDETECT_PROCESS_PID |
			       1ull << PYDETECT_PROCESS_START,
			.pid = 7,
			.start = 70,
			.image = text("/usr/bin/python3"),
		},
	};
}

/**
 * struct told - what came out of a folding, in order
 * @shown: number of an event, zero where it is a repeat
 * @repeat: the repeat
 */
struct told {
	uint64_t shown;
	struct event_repeat repeat;
};

/**
 * struct tape - all that came out
 * @told: of what, in order
 * @nr: how many
 * @error: what the next one who tells gets to hear
 */
struct tape {
	struct told told[4096];
	size_t nr;
	int error;
};

static void tape_show(struct tape *tape, uint64_t number)
{
	assert_true(tape->nr < ARRAY_SIZE(tape->told));
	tape->told[tape->nr++] = (struct told){ .shown = number };
}

static int tape_repeat(const struct event_repeat *repeat, void *context)
{
	struct tape *tape = context;

	assert_true(tape->nr < ARRAY_SIZE(tape->told));
	tape->told[tape->nr++] = (struct told){ .repeat = *repeat };
	return tape->error;
}

static bool feed(struct fold *fold, struct tape *tape,
		 const struct alert *alert)
{
	bool show;

	assert_int_equal(fold_event(fold, &alert->event, &show), 0);
	if (show)
		tape_show(tape, alert->event.number);
	return show;
}

static void assert_repeat(const struct told *told, uint64_t number,
			  uint64_t last, uint64_t count)
{
	assert_int_equal(told->shown, 0);
	assert_int_equal(told->repeat.number, number);
	assert_int_equal(told->repeat.last, last);
	assert_int_equal(told->repeat.count, count);
}

/* What may be different about the second of two alerts. */
static void no_change(struct alert *alert)
{
	(void)alert;
}

static void change_pid(struct alert *alert)
{
	alert->event.process.pid = 1;
	alert->event.process.start = 1;
}

static void change_rule(struct alert *alert)
{
	alert->rules[0].id = text("other");
}

static void change_rule_count(struct alert *alert)
{
	alert->event.nr_rules = 2;
}

static void change_label(struct alert *alert)
{
	static struct bytes label = { (const uint8_t *)"label", 5 };

	alert->rules[0].labels = &label;
	alert->rules[0].nr_labels = 1;
}

static void change_action(struct alert *alert)
{
	alert->rules[0].action = PYDETECT_ACTION_BLOCK;
}

static void change_denied(struct alert *alert)
{
	alert->event.denied = true;
}

static void change_exempt(struct alert *alert)
{
	alert->event.exempt = true;
}

static void change_error(struct alert *alert)
{
	alert->event.error = 12;
}

static void change_mode(struct alert *alert)
{
	alert->event.mode = PYDETECT_MODE_BLOCK;
}

static void change_generation(struct alert *alert)
{
	alert->event.generation = 2;
}

static void change_user(struct alert *alert)
{
	alert->event.process.uid = 33;
}

static void change_rights(struct alert *alert)
{
	alert->event.process.euid = 33;
}

static void change_group(struct alert *alert)
{
	alert->event.process.gid = 33;
}

static void change_deleted(struct alert *alert)
{
	alert->event.process.deleted = true;
}

static void change_image(struct alert *alert)
{
	alert->event.process.image = text("/bin/sh2");
}

static void change_invoked(struct alert *alert)
{
	alert->event.process.invoked = text("/proc/self/exe");
}

static void change_directory(struct alert *alert)
{
	alert->event.process.directory = text("/tmp");
}

/* The same bytes in a row, cut at another place. */
static void change_border(struct alert *alert)
{
	alert->event.process.image = text("/bin/s");
	alert->event.process.invoked = text("h");
}

static void change_command(struct alert *alert)
{
	alert->pieces[0].data = text("sh -i");
}

static void change_pieces(struct alert *alert)
{
	alert->event.process.nr_pieces = 2;
}

static void change_offset(struct alert *alert)
{
	alert->pieces[0].offset = 1;
}

static void change_length(struct alert *alert)
{
	alert->event.process.args_length = 9;
}

static void change_parent(struct alert *alert)
{
	alert->event.parent.pid = 8;
}

static void change_parent_start(struct alert *alert)
{
	alert->event.parent.start = 71;
}

static void change_parent_image(struct alert *alert)
{
	alert->event.parent.image = text("/usr/bin/perl");
}

static void lose_parent(struct alert *alert)
{
	alert->event.parent.has = 0;
}

static void make_brief(struct alert *alert)
{
	alert->event.brief = true;
}

static void add_window(struct alert *alert)
{
	alert->event.nr_windows = 1;
}

static void add_alert(struct alert *alert)
{
	alert->event.nr_windows = 1;
	alert->windows[0].alert = true;
}

static const struct {
	const char *name;
	void (*change)(struct alert *alert);
	bool shown;
} cases[] = {
	{ "the same", no_change, false },
	{ "another process", change_pid, false },
	{ "a window that grows", add_window, false },
	{ "another rule", change_rule, true },
	{ "one more rule", change_rule_count, true },
	{ "a label", change_label, true },
	{ "the rule blocks", change_action, true },
	{ "denied", change_denied, true },
	{ "exempt", change_exempt, true },
	{ "not judged", change_error, true },
	{ "another mode", change_mode, true },
	{ "another policy", change_generation, true },
	{ "another user", change_user, true },
	{ "other rights", change_rights, true },
	{ "another user group", change_group, true },
	{ "another image", change_image, true },
	{ "the image is gone", change_deleted, true },
	{ "another path", change_invoked, true },
	{ "another border", change_border, true },
	{ "another directory", change_directory, true },
	{ "another command", change_command, true },
	{ "one more piece", change_pieces, true },
	{ "another place", change_offset, true },
	{ "a longer command", change_length, true },
	{ "another parent", change_parent, true },
	{ "the parent's id used again", change_parent_start, true },
	{ "the parent is another program", change_parent_image, true },
	{ "a correlation holds", add_alert, true },
};

static void test_what_is_the_same(void **state)
{
	struct tape tape = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct fold *fold = fold_new(tape_repeat, &tape);
		struct alert alert;

		tape.nr = 0;
		make(&alert, 1, SECOND);
		assert_true(feed(fold, &tape, &alert));
		make(&alert, 2, SECOND + 5);
		cases[i].change(&alert);
		if (feed(fold, &tape, &alert) != cases[i].shown)
			fail_msg("%s", cases[i].name);
		fold_free(fold);
	}
}

/* Alike, but nobody can tell whether they are the same. */
static void test_never_folded(void **state)
{
	static void (*const changes[])(struct alert *) = {
		lose_parent,
		make_brief,
		add_alert,
	};
	struct tape tape = { 0 };
	struct fold *fold = fold_new(tape_repeat, &tape);
	struct alert alert;
	size_t i;

	(void)state;
	for (i = 0; i < 2 * ARRAY_SIZE(changes); i++) {
		make(&alert, i + 1, SECOND);
		changes[i / 2](&alert);
		assert_true(feed(fold, &tape, &alert));
	}
	assert_int_equal(fold_flush(fold), 0);
	assert_int_equal(tape.nr, 2 * ARRAY_SIZE(changes));
	fold_free(fold);
}

static void feed_at(struct fold *fold, struct tape *tape, uint64_t number,
		    uint64_t time)
{
	struct alert alert;

	make(&alert, number, time);
	feed(fold, tape, &alert);
}

/* The second begins with what was shown, and the next one shows again. */
static void test_second(void **state)
{
	struct tape tape = { 0 };
	struct fold *fold = fold_new(tape_repeat, &tape);

	(void)state;
	feed_at(fold, &tape, 1, 10 * SECOND);
	assert_int_equal(fold_due(fold), UINT64_MAX);
	feed_at(fold, &tape, 2, 10 * SECOND + 600 * MS);
	assert_int_equal(fold_due(fold), 11 * SECOND);
	feed_at(fold, &tape, 3, 11 * SECOND - 1);
	feed_at(fold, &tape, 4, 11 * SECOND);
	assert_int_equal(tape.nr, 3);
	assert_int_equal(tape.told[0].shown, 1);
	assert_repeat(&tape.told[1], 1, 3, 2);
	assert_int_equal(tape.told[1].repeat.time,
			 1700000000 * SECOND + 11 * SECOND - 1);
	assert_int_equal(tape.told[2].shown, 4);
	fold_free(fold);
}

static void test_clock(void **state)
{
	struct tape tape = { 0 };
	struct fold *fold = fold_new(tape_repeat, &tape);

	(void)state;
	feed_at(fold, &tape, 1, 10 * SECOND);
	feed_at(fold, &tape, 2, 10 * SECOND);
	assert_int_equal(fold_expire(fold, 11 * SECOND - 1), 0);
	assert_int_equal(tape.nr, 1);
	assert_int_equal(fold_expire(fold, 11 * SECOND), 0);
	assert_int_equal(tape.nr, 2);
	assert_repeat(&tape.told[1], 1, 2, 1);
	assert_int_equal(fold_due(fold), UINT64_MAX);
	fold_free(fold);
}

/* Time that goes back a little, as between processors, opens nothing anew. */
static void test_time_goes_back(void **state)
{
	struct tape tape = { 0 };
	struct fold *fold = fold_new(tape_repeat, &tape);

	(void)state;
	feed_at(fold, &tape, 1, 10 * SECOND);
	feed_at(fold, &tape, 2, 10 * SECOND - 5);
	assert_int_equal(fold_flush(fold), 0);
	assert_repeat(&tape.told[1], 1, 2, 1);
	fold_free(fold);
}

static void test_error_is_handed_on(void **state)
{
	struct tape tape = { .error = -32 };
	struct fold *fold = fold_new(tape_repeat, &tape);
	struct alert alert;
	bool show;

	(void)state;
	feed_at(fold, &tape, 1, 10 * SECOND);
	feed_at(fold, &tape, 2, 10 * SECOND);
	make(&alert, 3, 20 * SECOND);
	assert_int_equal(fold_event(fold, &alert.event, &show), -32);
	fold_free(fold);
}

/**
 * struct naive - the same folding, written down as it is told in words
 * @kinds: of each open group the kind of its events
 * @until: when each is over
 * @repeats: what each has counted
 * @nr: how many groups are open
 * @tape: what comes out
 */
struct naive {
	unsigned int kinds[FOLD_GROUPS_MAX];
	uint64_t until[FOLD_GROUPS_MAX];
	struct event_repeat repeats[FOLD_GROUPS_MAX];
	size_t nr;
	struct tape tape;
};

static void naive_close(struct naive *naive)
{
	const size_t left = naive->nr - 1;

	if (naive->repeats[0].count)
		tape_repeat(&naive->repeats[0], &naive->tape);
	memmove(naive->kinds, naive->kinds + 1, left * sizeof(*naive->kinds));
	memmove(naive->until, naive->until + 1, left * sizeof(*naive->until));
	memmove(naive->repeats, naive->repeats + 1,
		left * sizeof(*naive->repeats));
	naive->nr = left;
}

static void naive_event(struct naive *naive, unsigned int kind,
			const struct event *event)
{
	size_t i;

	while (naive->nr && naive->until[0] <= event->boot_time)
		naive_close(naive);
	for (i = 0; i < naive->nr && naive->kinds[i] != kind; i++)
		;
	if (i < naive->nr) {
		naive->repeats[i].count++;
		naive->repeats[i].last = event->number;
		naive->repeats[i].time = event->time;
		return;
	}
	if (naive->nr == FOLD_GROUPS_MAX)
		naive_close(naive);
	naive->kinds[naive->nr] = kind;
	naive->until[naive->nr] = event->boot_time + SECOND;
	naive->repeats[naive->nr++] =
		(struct event_repeat){ .number = event->number };
	tape_show(&naive->tape, event->number);
}

/* Kinds differ in one thing or in several. */
static void make_kind(struct alert *alert, unsigned int kind)
{
	static char commands[8][8];
	char *command = commands[kind % 8];

	memcpy(command, "sh -c a", 8);
	command[6] += kind % 8;
	alert->pieces[0].data = text(command);
	alert->event.denied = kind / 8 % 2;
	alert->event.parent.pid = kind / 16;
}

static uint64_t told_events(const struct tape *tape)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < tape->nr; i++)
		sum += tape->told[i].shown ? 1 : tape->told[i].repeat.count;
	return sum;
}

/* Few kinds close by time, many because there is no room for them. */
static void run_random(unsigned int nr_kinds, uint64_t step)
{
	static struct naive naive;
	static struct tape tape;
	struct fold *fold = fold_new(tape_repeat, &tape);
	uint64_t number, time = SECOND;

	naive.nr = naive.tape.nr = tape.nr = 0;
	for (number = 1; number <= 3000; number++) {
		const unsigned int kind = random() % nr_kinds;
		struct alert alert;

		time += random() % step;
		make(&alert, number, time);
		make_kind(&alert, kind);
		feed(fold, &tape, &alert);
		naive_event(&naive, kind, &alert.event);
	}
	assert_int_equal(fold_flush(fold), 0);
	while (naive.nr)
		naive_close(&naive);
	fold_free(fold);
	assert_int_equal(told_events(&tape), 3000);
	assert_int_equal(tape.nr, naive.tape.nr);
	assert_memory_equal(tape.told, naive.tape.told,
			    tape.nr * sizeof(*tape.told));
}

static void test_random(void **state)
{
	unsigned int seed;

	(void)state;
	for (seed = 1; seed <= 20; seed++) {
		srandom(seed);
		run_random(5, 10 * MS);
		run_random(100, 5 * MS);
		run_random(600, MS / 10);
		run_random(600, 5 * MS);
	}
}

/**
 * struct log_sink - writes down what it is told, a letter each
 * @sink: seen from outside
 * @text: the letters
 * @nr: how many
 */
struct log_sink {
	struct sink sink;
	char text[16];
	size_t nr;
};

static int note(struct sink *sink, char letter)
{
	struct log_sink *log = (struct log_sink *)sink;

	log->text[log->nr++] = letter;
	return 0;
}

static int note_event(struct sink *sink, const struct event *event)
{
	(void)event;
	return note(sink, 'e');
}

static int note_repeat(struct sink *sink, const struct event_repeat *repeat)
{
	assert_int_equal(repeat->count, 1);
	return note(sink, 'r');
}

static int note_gap(struct sink *sink, const struct event_gap *gap)
{
	(void)gap;
	return note(sink, 'g');
}

static int note_flush(struct sink *sink)
{
	return note(sink, 'f');
}

static void note_close(struct sink *sink)
{
	note(sink, 'c');
}

static void send_at(struct sink *sink, uint64_t time)
{
	struct alert alert;

	make(&alert, 1, time);
	assert_int_equal(sink->operations->event(sink, &alert.event), 0);
}

/* In front of a sink: in order, and nothing is left behind. */
static void test_sink(void **state)
{
	static const struct sink_operations operations = {
		.event = note_event,
		.repeat = note_repeat,
		.gap = note_gap,
		.flush = note_flush,
		.close = note_close,
	};
	struct log_sink log = { .sink.operations = &operations };
	const struct event_gap gap = { .first = 2, .count = 1 };
	const uint64_t now = clock_read(CLOCK_BOOTTIME);
	struct sink *sink = sink_fold(&log.sink);

	(void)state;
	/* Far ahead of the clock, which cannot end its second. */
	send_at(sink, now + 1000 * SECOND);
	assert_int_equal(sink->operations->wait(sink), UINT64_MAX);
	send_at(sink, now + 1000 * SECOND);
	assert_in_range(sink->operations->wait(sink), SECOND, 1001 * SECOND);
	assert_int_equal(sink->operations->flush(sink), 0);
	assert_int_equal(sink->operations->gap(sink, &gap), 0);
	send_at(sink, now + 2000 * SECOND);
	send_at(sink, now + 2000 * SECOND);
	sink->operations->close(sink);
	assert_string_equal(log.text, "efrgerc");
}

/* What is long over is told at the next flush. */
static void test_sink_in_time(void **state)
{
	static const struct sink_operations operations = {
		.event = note_event,
		.repeat = note_repeat,
		.flush = note_flush,
		.close = note_close,
	};
	struct log_sink log = { .sink.operations = &operations };
	struct sink *sink = sink_fold(&log.sink);

	(void)state;
	send_at(sink, 1);
	send_at(sink, 1);
	assert_int_equal(sink->operations->flush(sink), 0);
	assert_string_equal(log.text, "erf");
	sink->operations->close(sink);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_the_same),
		cmocka_unit_test(test_never_folded),
		cmocka_unit_test(test_second),
		cmocka_unit_test(test_clock),
		cmocka_unit_test(test_time_goes_back),
		cmocka_unit_test(test_error_is_handed_on),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_sink),
		cmocka_unit_test(test_sink_in_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
