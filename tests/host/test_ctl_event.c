// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink attributes -> plain C.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "../../ctl/attr.h"
#include "../../ctl/event.h"
#include "../../ctl/event_order.h"
#include "../../module/uapi/policy.h"
#include "../../module/uapi/pydetect.h"
#include "message.h"

static void assert_text(struct bytes text, const char *expected)
{
	assert_int_equal(text.length, strlen(expected));
	assert_memory_equal(text.data, expected, text.length);
}

static void put_piece(struct message *process, uint64_t offset,
		      const void *data, size_t length)
{
	struct message piece = { 0 };

	message_u64(&piece, PYDETECT_PIECE_OFFSET, offset);
	message_put(&piece, PYDETECT_PIECE_DATA, data, length);
	message_nest(process, PYDETECT_PROCESS_ARGS_PIECE, &piece);
}

static void put_process(struct message *event, unsigned int type)
{
	struct message process = { 0 };

	message_u32(&process, PYDETECT_PROCESS_PID, 412);
	message_u64(&process, PYDETECT_PROCESS_START, 5000000000);
	message_u32(&process, PYDETECT_PROCESS_UID, 0);
	message_string(&process, PYDETECT_PROCESS_NAME, "sh");
	message_path(&process, PYDETECT_PROCESS_IMAGE, "/usr/bin/dash");
	message_flag(&process, PYDETECT_PROCESS_DELETED);
	message_u32(&process, PYDETECT_PROCESS_ARG_COUNT, 3);
	message_u64(&process, PYDETECT_PROCESS_ARGS_LENGTH, 8);
	put_piece(&process, 0, "sh\0-c", 5);
	put_piece(&process, 5, "\0id", 3);
	message_nest(event, type, &process);
}

static void put_rule(struct message *event, const char *id, uint32_t level)
{
	struct message rule = { 0 };

	message_string(&rule, PYDETECT_RULE_ID, id);
	message_string(&rule, PYDETECT_RULE_TITLE, "A title");
	message_u32(&rule, PYDETECT_RULE_LEVEL, level);
	message_u32(&rule, PYDETECT_RULE_ACTION, PYDETECT_ACTION_BLOCK);
	message_string(&rule, PYDETECT_RULE_TAG, "attack.execution");
	message_string(&rule, PYDETECT_RULE_TAG, "attack.t1059.006");
	message_string(&rule, PYDETECT_RULE_TAG, "attack.t1059");
	message_string(&rule, PYDETECT_RULE_LABEL, "ReverseShell");
	message_nest(event, PYDETECT_EVENT_RULE, &rule);
}

static void put_hit(struct message *event)
{
	struct message hit = { 0 };

	message_u32(&hit, PYDETECT_HIT_FIELD, PYDETECT_FIELD_COMMAND_LINE);
	message_string(&hit, PYDETECT_HIT_TEXT, "CommandLine|contains: id");
	message_u64(&hit, PYDETECT_HIT_OFFSET, 6);
	message_u32(&hit, PYDETECT_HIT_LENGTH, 2);
	message_nest(event, PYDETECT_EVENT_HIT, &hit);
}

static void put_event(struct message *message)
{
	message_u64(message, PYDETECT_EVENT_NUMBER, 7);
	message_u64(message, PYDETECT_EVENT_TIME, 1700000000123456789);
	message_u32(message, PYDETECT_EVENT_MODE, PYDETECT_MODE_BLOCK);
	message_flag(message, PYDETECT_EVENT_DENIED);
	put_rule(message, "one", PYDETECT_LEVEL_LOW);
	put_rule(message, "two", PYDETECT_LEVEL_HIGH);
	put_rule(message, "three", PYDETECT_LEVEL_HIGH);
	put_process(message, PYDETECT_EVENT_PROCESS);
	put_process(message, PYDETECT_EVENT_PARENT);
	put_hit(message);
	message_u32(message, 4000, 1); /* of a newer module */
}

static void test_event(void **state)
{
	struct message message = { 0 };
	struct event event;

	(void)state;
	put_event(&message);
	assert_int_equal(event_decode(&event, message_bytes(&message)), 0);
	assert_int_equal(event.number, 7);
	assert_int_equal(event.time, 1700000000123456789);
	assert_int_equal(event.mode, PYDETECT_MODE_BLOCK);
	assert_true(event.denied);
	assert_int_equal(event.error, 0);
	assert_int_equal(event.nr_rules, 3);
	assert_int_equal(event.rules[0].nr_tags, 3);
	assert_text(event.rules[0].tags[2], "attack.t1059");
	assert_int_equal(event.rules[0].nr_labels, 1);
	assert_int_equal(event.rules[0].author.length, 0);
	assert_text(event_main_rule(&event)->id, "two");
	assert_int_equal(event.nr_hits, 1);
	assert_int_equal(event.hits[0].offset, 6);
	event_free(&event);
	message_free(&message);
}

static void test_process(void **state)
{
	struct message message = { 0 };
	struct event event;

	(void)state;
	put_process(&message, PYDETECT_EVENT_PROCESS);
	assert_int_equal(event_decode(&event, message_bytes(&message)), 0);
	assert_int_equal(event.process.pid, 412);
	assert_text(event.process.name, "sh");
	assert_text(event.process.image, "/usr/bin/dash");
	assert_true(event.process.deleted);
	assert_true(event_process_has(&event.process, PYDETECT_PROCESS_UID));
	assert_false(
		event_process_has(&event.process, PYDETECT_PROCESS_LOGIN_UID));
	assert_int_equal(event.process.nr_pieces, 2);
	assert_int_equal(event.process.pieces[1].offset, 5);
	assert_int_equal(event.process.pieces[1].data.length, 3);
	assert_false(event.parent.has);
	assert_null(event_main_rule(&event));
	event_free(&event);
	message_free(&message);
}

/* Cut anywhere, and with any byte changed: nothing is read beyond the end. */
static void test_damage(void **state)
{
	struct message message = { 0 };
	struct event event;
	size_t length, i;

	(void)state;
	put_event(&message);
	for (length = 0; length < message.length; length++) {
		uint8_t *copy = malloc(length ? length : 1);

		memcpy(copy, message.data, length);
		event_decode(&event, (struct bytes){ copy, length });
		event_free(&event);
		free(copy);
	}
	for (i = 0; i < 8 * message.length; i++) {
		message.data[i / 8] ^= 1u << i % 8;
		event_decode(&event, message_bytes(&message));
		event_free(&event);
		message.data[i / 8] ^= 1u << i % 8;
	}
	message_free(&message);
}

static void test_wrong_size(void **state)
{
	struct message message = { 0 };
	struct event event;

	(void)state;
	message_u32(&message, PYDETECT_EVENT_NUMBER, 7);
	message_u64(&message, PYDETECT_EVENT_MODE, 2);
	assert_int_equal(event_decode(&event, message_bytes(&message)), 0);
	assert_int_equal(event.number, 0);
	assert_int_equal(event.mode, 0);
	event_free(&event);
	message_free(&message);
}

static void test_status(void **state)
{
	char version[200];
	struct message message = { 0 };
	struct event_status status;

	(void)state;
	memset(version, 'v', sizeof(version));
	message_put(&message, PYDETECT_STATUS_VERSION, version,
		    sizeof(version));
	message_u64(&message, PYDETECT_STATUS_EXECS, 12);
	message_u32(&message, PYDETECT_STATUS_MODE, PYDETECT_MODE_REPORT);
	event_decode_status(&status, message_bytes(&message));
	assert_int_equal(strlen(status.version), sizeof(status.version) - 1);
	assert_int_equal(status.execs, 12);
	assert_string_equal(event_mode_name(status.mode), "report");
	assert_string_equal(event_mode_name(99), "unknown");
	message_free(&message);
}

static void test_certificates(void **state)
{
	char name[EVENT_CERTIFICATE_BYTES + 10];
	struct message message = { 0 };
	struct event_status status;
	int i;

	(void)state;
	memset(name, 'n', sizeof(name));
	message_put(&message, PYDETECT_STATUS_CERTIFICATE, "first", 6);
	for (i = 0; i < EVENT_CERTIFICATES_MAX + 2; i++)
		message_put(&message, PYDETECT_STATUS_CERTIFICATE, name,
			    sizeof(name));
	message_u64(&message, PYDETECT_STATUS_SERIAL, UINT64_MAX);
	message_u32(&message, PYDETECT_STATUS_LOCK, PYDETECT_LOCK_FROZEN);
	event_decode_status(&status, message_bytes(&message));
	assert_int_equal(status.nr_certificates, EVENT_CERTIFICATES_MAX);
	assert_string_equal(status.certificates[0], "first");
	assert_int_equal(strlen(status.certificates[1]),
			 EVENT_CERTIFICATE_BYTES - 1);
	assert_int_equal(status.lock, PYDETECT_LOCK_FROZEN);
	assert_true(status.serial == UINT64_MAX);
	message_free(&message);
}

static void test_lost(void **state)
{
	struct message message = { 0 };
	struct event_gap lost;

	(void)state;
	message_u64(&message, PYDETECT_LOST_FIRST, 40);
	message_u64(&message, PYDETECT_LOST_COUNT, 12);
	message_u64(&message, PYDETECT_LOST_UNSTORED, 3);
	message_u64(&message, PYDETECT_LOST_OVERWRITTEN, 4);
	message_u64(&message, PYDETECT_LOST_LATE, 5);
	event_decode_lost(&lost, message_bytes(&message));
	assert_int_equal(lost.first, 40);
	assert_int_equal(lost.count, 12);
	assert_int_equal(lost.unstored, 3);
	assert_int_equal(lost.overwritten, 4);
	assert_int_equal(lost.late, 5);
	message_free(&message);
}

static void test_reader(void **state)
{
	struct message message = { 0 };
	struct event_reader reader;

	(void)state;
	message_u32(&message, PYDETECT_READER_PID, 99);
	message_string(&message, PYDETECT_READER_NAME, "monitor");
	message_u64(&message, PYDETECT_READER_NEXT, 30);
	message_u64(&message, PYDETECT_READER_LATE, 6);
	event_decode_reader(&reader, message_bytes(&message));
	assert_int_equal(reader.pid, 99);
	assert_int_equal(reader.name.length, 7);
	assert_int_equal(reader.next, 30);
	assert_int_equal(reader.late, 6);
	assert_false(reader.full);
	message_flag(&message, PYDETECT_READER_FULL);
	event_decode_reader(&reader, message_bytes(&message));
	assert_true(reader.full);
	message_free(&message);
}

static void expect_take(struct event_order *order, uint64_t number, bool shown,
			uint64_t gap_first, uint64_t gap_count)
{
	struct event_gap gap;

	assert_int_equal(event_order_take(order, number, &gap), shown);
	assert_int_equal(gap.count, gap_count);
	if (gap_count)
		assert_int_equal(gap.first, gap_first);
}

static void expect_lose(struct event_order *order, uint64_t first,
			uint64_t count, uint64_t gap_first, uint64_t gap_count)
{
	const struct event_gap lost = { .first = first, .count = count };
	struct event_gap gap;

	event_order_lose(order, &lost, &gap);
	assert_int_equal(gap.count, gap_count);
	if (gap_count)
		assert_int_equal(gap.first, gap_first);
}

static void test_order(void **state)
{
	struct event_order order = { 0 };

	(void)state;
	expect_take(&order, 30, true, 0, 0);
	expect_take(&order, 30, false, 0, 0);
	expect_take(&order, 31, true, 0, 0);
	expect_take(&order, 35, true, 32, 3);
	expect_lose(&order, 36, 4, 36, 4);
	expect_take(&order, 40, true, 0, 0);
	expect_lose(&order, 30, 5, 0, 0);
	expect_lose(&order, 39, 4, 41, 2);
	expect_lose(&order, 45, 5, 43, 7);
	expect_take(&order, 50, true, 0, 0);
}

static void test_order_from(void **state)
{
	struct event_order order = { .next = 10 };

	(void)state;
	expect_take(&order, 12, true, 10, 2);
	order = (struct event_order){ 0 };
	expect_lose(&order, 5, 3, 5, 3);
	expect_take(&order, 8, true, 0, 0);
}

static void expect_reasons(struct event_order *order, uint64_t unstored,
			   uint64_t overwritten, uint64_t late)
{
	const struct event_gap lost = {
		.first = 20,
		.count = 10,
		.unstored = 2,
		.overwritten = 5,
		.late = 3,
	};
	struct event_gap gap;

	event_order_lose(order, &lost, &gap);
	assert_int_equal(gap.unstored, unstored);
	assert_int_equal(gap.overwritten, overwritten);
	assert_int_equal(gap.late, late);
}

/* Of a part of what was lost nobody knows why. */
static void test_order_reasons(void **state)
{
	struct event_order order = { .next = 20 };

	(void)state;
	expect_reasons(&order, 2, 5, 3);
	expect_reasons(&order, 0, 0, 0);
	order.next = 15;
	expect_reasons(&order, 2, 5, 3);
	order.next = 0;
	expect_reasons(&order, 2, 5, 3);
	order.next = 21;
	expect_reasons(&order, 0, 0, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_event),
		cmocka_unit_test(test_process),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_wrong_size),
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_certificates),
		cmocka_unit_test(test_lost),
		cmocka_unit_test(test_reader),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_order_from),
		cmocka_unit_test(test_order_reasons),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
