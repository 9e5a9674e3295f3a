// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events for machines: always valid JSON, from which every byte can be had
 * back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "../../ctl/json_text.h"
#include "../../ctl/print.h"
#include "../../ctl/utf8.h"
#include "../../module/uapi/policy.h"
#include "../../module/uapi/pydetect.h"

#define TEXT(string)                                          \
	{                                                     \
		(const uint8_t *)(string), sizeof(string) - 1 \
	}
#define HAS(name) (1ull << PYDETECT_PROCESS_##name)
#define HAS_ARGS (HAS(ARG_COUNT) | HAS(ARGS_LENGTH))

static const struct print_origin origin = {
	.host = "host",
	.boot_id = "boot",
};

/* The member at a path of keys with dots between, as JSON; NULL: not there. */
static const char *member(struct json_object *record, const char *path)
{
	char *copy = strdup(path), *rest = copy, *key;
	const char *text = NULL;

	while ((key = strsep(&rest, ".")))
		if (!json_object_object_get_ex(record, key, &record))
			goto out;
	text = json_object_to_json_string_ext(
		record,
		JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
out:
	free(copy);
	return text;
}

static void expect(struct json_object *record, const char *path,
		   const char *expected)
{
	const char *found = member(record, path);

	if (!expected) {
		assert_null(found);
		return;
	}
	if (!found)
		print_error("%s is missing\n", path);
	assert_non_null(found);
	assert_string_equal(found, expected);
}

static struct bytes tags[] = {
	TEXT("attack.execution"), TEXT("attack.t1059.006"),
	TEXT("attack.t1059"),	  TEXT("attack.defense_evasion"),
	TEXT("cve.2021-44228"),	  TEXT("attack.t10590"),
	TEXT("attack."),	  TEXT("attack.T1105"),
};

static struct bytes labels[] = { TEXT("ReverseShell"), TEXT("CodeExec") };

static struct event_rule rules[] = {
	{
		.id = TEXT("0001"),
		.title = TEXT("Low"),
		.level = PYDETECT_LEVEL_LOW,
		.labels = labels,
		.nr_labels = 1,
	},
	{
		.id = TEXT("0002"),
		.title = TEXT("High"),
		.author = TEXT("A. Author"),
		.level = PYDETECT_LEVEL_HIGH,
		.action = PYDETECT_ACTION_BLOCK,
		.tags = tags,
		.nr_tags = 8,
		.labels = labels,
		.nr_labels = 2,
	},
};

static struct event_hit hits[] = {
	{
		.field = PYDETECT_FIELD_COMMAND_LINE,
		.offset = 6,
		.length = 4,
		.text = TEXT("CommandLine|contains: echo"),
	},
	{
		.field = PYDETECT_FIELD_INVOKED,
		.offset = 7,
		.text = TEXT("Image|endswith: /sh"),
	},
};

static struct event_piece whole[] = {
	{ 0, TEXT("sh\0-") },
	{ 4, TEXT("c\0echo hello") },
};

static const struct event sample = {
	.number = 17,
	.time = 1700000000123456789,
	.boot_time = 9000000000,
	.mode = PYDETECT_MODE_BLOCK,
	.pass = 1,
	.denied = true,
	.rules = rules,
	.nr_rules = 2,
	.hits = hits,
	.nr_hits = 2,
	.process = {
		.has = HAS(PID) | HAS(START) | HAS(UID) | HAS(EUID) |
		       HAS(GID) | HAS(THREAD) | HAS_ARGS,
		.pid = 412,
		.thread = 413,
		.start = 8000000000,
		.uid = 4294000000,
		.euid = 4294000001,
		.gid = 4294000002,
		.image = TEXT("/usr/bin/dash"),
		.directory = TEXT("/root"),
		.arg_count = 3,
		.args_length = 16,
		.pieces = whole,
		.nr_pieces = 2,
	},
	.parent = {
		.has = HAS(PID),
		.pid = 400,
		.image = TEXT("/usr/bin/python3.11"),
		.unverified = true,
	},
};

static void test_alert(void **state)
{
	struct json_object *record = print_ecs(&sample, &origin);

	(void)state;
	expect(record, "@timestamp", "\"2023-11-14T22:13:20.123456789Z\"");
	expect(record, "event.kind", "\"alert\"");
	expect(record, "event.category",
	       "[\"process\",\"intrusion_detection\"]");
	expect(record, "event.type", "[\"denied\"]");
	expect(record, "event.outcome", "\"failure\"");
	expect(record, "event.sequence", "17");
	expect(record, "event.id", "\"boot-17-9000000000\"");
	expect(record, "event.severity", "73");
	expect(record, "message",
	       "\"DENIED High [ReverseShell, CodeExec] and 1 more, "
	       "user uid 4294000000: sh -c echo hello\"");
	expect(record, "rule.id", "\"0002\"");
	expect(record, "rule.name", "\"High\"");
	expect(record, "rule.author", "[\"A. Author\"]");
	expect(record, "threat.tactic.id", "[\"TA0002\",\"TA0005\"]");
	expect(record, "threat.tactic.name",
	       "[\"Execution\",\"Defense Evasion\"]");
	expect(record, "threat.tactic.reference",
	       "[\"https://attack.mitre.org/tactics/TA0002/\","
	       "\"https://attack.mitre.org/tactics/TA0005/\"]");
	expect(record, "threat.technique.id", "[\"T1059\",\"T1105\"]");
	expect(record, "threat.technique.reference",
	       "[\"https://attack.mitre.org/techniques/T1059/\","
	       "\"https://attack.mitre.org/techniques/T1105/\"]");
	expect(record, "threat.technique.subtechnique.id", "[\"T1059.006\"]");
	expect(record, "threat.technique.subtechnique.reference",
	       "[\"https://attack.mitre.org/techniques/T1059/006/\"]");
	expect(record, "pydetect.labels", "[\"ReverseShell\",\"CodeExec\"]");
	expect(record, "pydetect.verdict", "\"deny\"");
	expect(record, "pydetect.hits",
	       "[{\"field\":\"CommandLine\",\"text\":\"CommandLine|contains: "
	       "echo\",\"offset\":6,\"length\":4},"
	       "{\"field\":\"Invoked\",\"text\":\"Image|endswith: "
	       "/sh\",\"offset\":7}]");
	expect(record, "error", NULL);
	json_object_put(record);
}

static void test_process(void **state)
{
	struct json_object *record = print_ecs(&sample, &origin);

	(void)state;
	expect(record, "process.pid", "412");
	expect(record, "process.entity_id", "\"boot-412-8000000000\"");
	expect(record, "process.start", "\"2023-11-14T22:13:19.123456789Z\"");
	expect(record, "process.executable", "\"/usr/bin/dash\"");
	expect(record, "process.name", "\"dash\"");
	expect(record, "process.args", "[\"sh\",\"-c\",\"echo hello\"]");
	expect(record, "process.args_count", "3");
	expect(record, "process.command_line", "\"sh -c echo hello\"");
	expect(record, "process.working_directory", "\"/root\"");
	expect(record, "process.real_user.id", "\"4294000000\"");
	expect(record, "process.user.id", "\"4294000001\"");
	expect(record, "process.real_group.id", "\"4294000002\"");
	expect(record, "process.thread.id", "413");
	expect(record, "process.parent.pid", "400");
	expect(record, "process.parent.name", "\"python3.11\"");
	expect(record, "process.parent.entity_id", NULL);
	expect(record, "pydetect.parent.unverified", "true");
	expect(record, "pydetect.args_complete", "true");
	expect(record, "pydetect.command_line_base64", NULL);
	expect(record, "pydetect.pieces", NULL);
	json_object_put(record);
}

/* Changes to the sample's command line. */
static struct json_object *with_args(struct event_piece *pieces, size_t nr,
				     uint32_t arg_count, uint64_t length)
{
	struct event event = sample;

	event.process.pieces = pieces;
	event.process.nr_pieces = nr;
	event.process.arg_count = arg_count;
	event.process.args_length = length;
	return print_ecs(&event, &origin);
}

static void test_not_utf8(void **state)
{
	struct event_piece piece = { 0, TEXT("a\0\xff\xfe\n\"") };
	struct json_object *record = with_args(&piece, 1, 2, 6);

	(void)state;
	expect(record, "process.command_line",
	       "\"a \357\277\275\357\277\275\\n\\\"\"");
	expect(record, "pydetect.command_line_base64", "\"YQD//goi\"");
	json_object_put(record);
}

static void test_incomplete(void **state)
{
	struct event_piece pieces[] = { { 0, TEXT("sh") },
					{ 100, TEXT("x\0y") } };
	struct json_object *record = with_args(pieces, 2, 3, 200);

	(void)state;
	expect(record, "process.args", NULL);
	expect(record, "process.command_line", "\"sh \342\200\246 x y\"");
	expect(record, "pydetect.args_complete", "false");
	expect(record, "pydetect.args_length", "200");
	expect(record, "pydetect.pieces",
	       "[{\"offset\":0,\"length\":2,\"base64\":\"c2g=\"},"
	       "{\"offset\":100,\"length\":3,\"base64\":\"eAB5\"}]");
	json_object_put(record);
}

static void test_empty_args(void **state)
{
	struct event_piece piece = { 0, TEXT("\0") };
	struct json_object *record = with_args(NULL, 0, 1, 0);

	(void)state;
	expect(record, "process.args", "[\"\"]");
	expect(record, "process.command_line", "\"\"");
	json_object_put(record);

	record = with_args(&piece, 1, 2, 1);
	expect(record, "process.args", "[\"\",\"\"]");
	expect(record, "process.command_line", "\" \"");
	json_object_put(record);

	record = with_args(NULL, 0, 0, 0);
	expect(record, "process.args", NULL);
	json_object_put(record);
}

static void test_error(void **state)
{
	struct event event = sample;
	struct json_object *record;

	(void)state;
	event.nr_rules = 0;
	event.denied = false;
	event.error = 12;
	record = print_ecs(&event, &origin);
	expect(record, "event.kind", "\"event\"");
	expect(record, "event.outcome", "\"unknown\"");
	expect(record, "event.type", "[\"start\",\"allowed\"]");
	expect(record, "error.code", "\"ENOMEM\"");
	expect(record, "rule", NULL);
	expect(record, "threat", NULL);
	expect(record, "pydetect.verdict", "\"allow\"");
	json_object_put(record);
}

#define CONTAINER \
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void expect_container(const char *cgroup, const char *expected)
{
	struct event event = sample;
	struct json_object *record;

	event.process.cgroup =
		(struct bytes){ (const uint8_t *)cgroup, strlen(cgroup) };
	record = print_ecs(&event, &origin);
	expect(record, "container.id", expected);
	json_object_put(record);
}

static void test_container(void **state)
{
	const char *id = "\"" CONTAINER "\"";

	(void)state;
	expect_container("/docker/" CONTAINER, id);
	expect_container("/kubepods/cri-containerd-" CONTAINER ".scope", id);
	expect_container("/", NULL);
	expect_container(CONTAINER, NULL);
	expect_container("/docker/0" CONTAINER, NULL);
	expect_container("/docker/" CONTAINER "/init.scope", NULL);
	expect_container("/docker/A" CONTAINER ".scope", NULL);
}

static void test_gap(void **state)
{
	const struct event_gap gap = {
		.first = 40,
		.count = 12,
		.unstored = 2,
		.late = 10,
	};
	struct json_object *record = print_ecs_gap(&gap, &origin);

	(void)state;
	expect(record, "event.kind", "\"pipeline_error\"");
	expect(record, "pydetect.lost",
	       "{\"first\":40,\"count\":12,\"unstored\":2,\"late\":10}");
	expect(record, "message",
	       "\"lost 12 events, 40-51: 2 for want of memory, "
	       "10 gone before they were asked for\"");
	json_object_put(record);
}

static void expect_base64(const char *text, const char *expected)
{
	const struct bytes bytes = { (const uint8_t *)text, strlen(text) };
	struct json_object *string = json_base64(bytes);

	assert_string_equal(json_object_get_string(string), expected);
	json_object_put(string);
}

/* RFC 4648, section 10. */
static void test_base64(void **state)
{
	(void)state;
	expect_base64("", "");
	expect_base64("f", "Zg==");
	expect_base64("fo", "Zm8=");
	expect_base64("foo", "Zm9v");
	expect_base64("foob", "Zm9vYg==");
	expect_base64("fooba", "Zm9vYmE=");
	expect_base64("foobar", "Zm9vYmFy");
	expect_base64("\xfb\xff\xbf", "+/+/");
}

/* Whatever the bytes, what is printed can be read, and is UTF-8. */
static void test_any_bytes(void **state)
{
	uint8_t data[64];
	struct event_piece piece = { 0, { data, sizeof(data) } };
	unsigned int round, i, seed = 1;

	(void)state;
	for (round = 0; round < 2000; round++) {
		struct json_object *record, *again;
		const char *text;

		for (i = 0; i < sizeof(data); i++) {
			seed = seed * 1103515245 + 12345;
			data[i] = seed >> 16;
		}
		record = with_args(&piece, 1, 1, sizeof(data));
		text = json_object_to_json_string(record);
		assert_true(utf8_is_valid(
			(struct bytes){ (const uint8_t *)text, strlen(text) }));
		again = json_tokener_parse(text);
		assert_non_null(again);
		json_object_put(again);
		json_object_put(record);
	}
}

/* Arguments of 128 KiB come in pieces, and can be had back from the JSON. */
static void test_large(void **state)
{
	static uint8_t data[128 << 10], back[sizeof(data) + 3];
	struct event_piece pieces[] = {
		{ 0, { data, 60000 } },
		{ 60000, { data + 60000, 60000 } },
		{ 120000, { data + 120000, sizeof(data) - 120000 } },
	};
	struct json_object *record, *again, *text;
	unsigned int i, seed = 6;

	(void)state;
	for (i = 0; i < sizeof(data); i++) {
		seed = seed * 1103515245 + 12345;
		data[i] = seed >> 16;
	}
	record = with_args(pieces, 3, 1, sizeof(data));
	again = json_tokener_parse(json_object_to_json_string(record));
	expect(again, "pydetect.args_complete", "true");
	expect(again, "pydetect.args_length", "131072");
	assert_true(json_object_object_get_ex(again, "pydetect", &text));
	assert_true(json_object_object_get_ex(text, "command_line_base64",
					      &text));
	assert_int_equal(EVP_DecodeBlock(back,
					 (const uint8_t *)
						 json_object_get_string(text),
					 json_object_get_string_len(text)),
			 sizeof(back) - 2);
	assert_memory_equal(back, data, sizeof(data));
	json_object_put(again);
	json_object_put(record);
}

static void test_status(void **state)
{
	const struct event_status status = {
		.version = "1",
		.mode = PYDETECT_MODE_REPORT,
		.hook = PYDETECT_HOOK_LSM,
		.generation = 3,
		.image_checksum = 0xabc,
		.execs = UINT64_MAX,
		.serial = 7,
		.is_signed = 1,
		.serial_highest = 9,
		.lock = PYDETECT_LOCK_SIGNED,
		.certificates = { "who signs: 0a0b", "who signed: 0c" },
		.nr_certificates = 2,
	};
	struct json_object *object = print_status_json(&status);

	(void)state;
	expect(object, "hook", "\"lsm\"");
	expect(object, "mode", "\"report\"");
	expect(object, "policy.checksum", "\"0000000000000abc\"");
	expect(object, "policy.loaded_at",
	       "\"1970-01-01T00:00:00.000000000Z\"");
	expect(object, "execs.judged", "18446744073709551615");
	expect(object, "policy.serial", "7");
	expect(object, "policy.signed", "true");
	expect(object, "lock.locked", "true");
	expect(object, "lock.state", "\"signed\"");
	expect(object, "lock.highest_serial", "9");
	expect(object, "lock.certificates",
	       "[\"who signs: 0a0b\",\"who signed: 0c\"]");
	json_object_put(object);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_alert),
		cmocka_unit_test(test_process),
		cmocka_unit_test(test_not_utf8),
		cmocka_unit_test(test_incomplete),
		cmocka_unit_test(test_empty_args),
		cmocka_unit_test(test_error),
		cmocka_unit_test(test_container),
		cmocka_unit_test(test_gap),
		cmocka_unit_test(test_base64),
		cmocka_unit_test(test_any_bytes),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_status),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
