// SPDX-License-Identifier: GPL-2.0-only
/*
 * The store: what goes in comes out, to the byte; every filter; what is kept;
 * where to go on; reading while it is written; files that are no store.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "make_event.h"
#include "../../ctl/clock.h"
#include "../../ctl/store.h"
#include "../../module/core/env.h"
#include "../../module/uapi/policy.h"
#include "../../module/uapi/pydetect.h"

#define HOUR (3600 * NS_PER_SECOND)

static const struct print_origin first_boot = { .host = "here",
						.boot_id = "boot-1" };
static const struct print_origin second_boot = { .host = "there",
						 .boot_id = "boot-2" };
static const struct store_limits no_limits;
static char path[64];

static int set_up(void **state)
{
	char directory[] = "/tmp/pydetect-store-XXXXXX";

	(void)state;
	if (!mkdtemp(directory))
		return -1;
	snprintf(path, sizeof(path), "%s/events.db", directory);
	return 0;
}

static int tear_down(void **state)
{
	static const char *const ends[] = { "", "-wal", "-shm" };
	char name[96];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(ends); i++) {
		snprintf(name, sizeof(name), "%s%s", path, ends[i]);
		unlink(name);
	}
	*strrchr(path, '/') = '\0';
	return rmdir(path);
}

static struct store *create(const struct print_origin *origin,
			    const struct store_limits *limits)
{
	struct store *store;

	if (store_create(&store, path, origin, limits))
		fail_msg("%s", store_message(store));
	return store;
}

static struct store *open_store(void)
{
	struct store *store;

	if (store_open(&store, path))
		fail_msg("%s", store_message(store));
	return store;
}

static void add_message(struct store *store, const struct message *message)
{
	struct event event;

	assert_int_equal(event_decode(&event, message_bytes(message)), 0);
	assert_int_equal(store_add(store, &event), 0);
	event_free(&event);
}

static void add(struct store *store, const struct make_event *event)
{
	struct message message = { 0 };

	make_event(&message, event);
	add_message(store, &message);
	message_free(&message);
}

static void add_plain(struct store *store, uint64_t number, uint64_t time)
{
	add(store, &(struct make_event){
			   .number = number,
			   .time = time,
			   .rule = "id",
			   .title = "title",
			   .label = "label",
		   });
}

static void add_gap(struct store *store, uint64_t first, uint64_t count)
{
	const struct event_gap gap = {
		.first = first,
		.count = count,
		.late = count,
	};

	assert_int_equal(store_add_gap(store, &gap), 0);
}

static void commit(struct store *store)
{
	assert_int_equal(store_commit(store), 0);
}

/* Whoever is shown events writes down their numbers: "3 2 lost 1+1". */
static int note_event(const struct event *event,
		      const struct print_origin *origin, void *context)
{
	(void)origin;
	fprintf(context, "%llu ", (unsigned long long)event->number);
	return 0;
}

static int note_gap(const struct event_gap *gap,
		    const struct print_origin *origin, void *context)
{
	(void)origin;
	assert_int_equal(gap->late, gap->count);
	assert_int_equal(gap->unstored + gap->overwritten, 0);
	fprintf(context, "lost %llu+%llu ", (unsigned long long)gap->first,
		(unsigned long long)gap->count);
	return 0;
}

static void expect_from(struct store *store, const struct history_query *query,
			const char *expected)
{
	struct history_visitor visitor = { note_event, note_gap, NULL };
	char *text;
	size_t size;

	visitor.context = open_memstream(&text, &size);
	if (store_read(store, query, &visitor))
		fail_msg("%s", store_message(store));
	fclose(visitor.context);
	assert_string_equal(text, expected);
	free(text);
}

static void expect(const struct history_query *query, const char *expected)
{
	struct store *store = open_store();

	expect_from(store, query, expected);
	store_close(store);
}

static int compare_raw(const struct event *event,
		       const struct print_origin *origin, void *context)
{
	const struct message *message = context;

	assert_string_equal(origin->host, "here");
	assert_string_equal(origin->boot_id, "boot-1");
	assert_int_equal(event->raw.length, message->length);
	assert_memory_equal(event->raw.data, message->data, message->length);
	return -ECANCELED;
}

/* 128 KiB of all bytes there are, and what the visitor returns comes back. */
static void test_exact(void **state)
{
	static char args[128 << 10];
	const struct make_event wanted = {
		.number = UINT64_C(1) << 40,
		.time = 1800000000123456789,
		.rule = "id",
		.title = "title \377",
		.label = "\300label",
		.image = "/bin/\n\377",
		.args = args,
		.args_length = 60000,
	};
	struct message message = { 0 };
	struct history_visitor visitor = { compare_raw, NULL, &message };
	const struct history_query query = { 0 };
	struct store *store = create(&first_boot, &no_limits);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(args); i++)
		args[i] = i * 7;
	make_event(&message, &wanted);
	add_message(store, &message);
	commit(store);
	assert_int_equal(store_read(store, &query, &visitor), -ECANCELED);
	store_close(store);
	store = open_store();
	assert_int_equal(store_read(store, &query, &visitor), -ECANCELED);
	store_close(store);
	message_free(&message);
}

static void add_variety(struct store *store)
{
	add(store, &(struct make_event){
			   .number = 1,
			   .time = 1 * HOUR,
			   .rule = "0001",
			   .title = "Shell from Python",
			   .label = "ReverseShell",
			   .level = PYDETECT_LEVEL_HIGH,
			   .block = true,
			   .uid = 0,
			   .parent_pid = 400,
			   .parent_image = "/usr/bin/python3.11",
		   });
	add(store, &(struct make_event){
			   .number = 2,
			   .time = 2 * HOUR,
			   .rule = "0002",
			   .title = "Another shell",
			   .label = "CodeExec",
			   .level = PYDETECT_LEVEL_LOW,
			   .uid = 1000,
			   .parent_pid = 40,
			   .parent_image = "/usr/bin/dash",
		   });
	add(store, &(struct make_event){
			   .number = 3,
			   .time = 3 * HOUR,
			   .error = ENOMEM,
			   .uid = 1000,
		   });
	add(store, &(struct make_event){
			   .number = 4,
			   .time = 4 * HOUR,
			   .rule = "0001",
			   .title = "Shell from Python, new",
			   .level = PYDETECT_LEVEL_CRITICAL,
			   .block = true,
			   .denied = true,
			   .uid = 0,
			   .parent_pid = 400,
			   .parent_image = "/usr/bin/python3.11",
		   });
}

static void test_filters(void **state)
{
	static const struct {
		struct history_query query;
		const char *expected;
	} cases[] = {
		{ { 0 }, "4 3 2 1 " },
		{ { .oldest_first = true }, "1 2 3 4 " },
		{ { .limit = 2 }, "4 3 " },
		{ { .limit = 2, .oldest_first = true }, "1 2 " },
		{ { .since = 2 * HOUR }, "4 3 2 " },
		{ { .since = 2 * HOUR + 1 }, "4 3 " },
		{ { .until = 2 * HOUR }, "1 " },
		{ { .since = 2 * HOUR, .until = 4 * HOUR }, "3 2 " },
		{ { .rule = "0001" }, "4 1 " },
		{ { .rule = "0001", .oldest_first = true }, "1 4 " },
		{ { .rule = "SHELL" }, "4 2 1 " },
		{ { .rule = "another" }, "2 " },
		{ { .rule = "000" }, "" },
		{ { .rule = "shell", .limit = 2 }, "4 2 " },
		{ { .rule = "shell", .since = 2 * HOUR, .until = 3 * HOUR },
		  "2 " },
		{ { .rule = "shell", .label = "CodeExec" }, "2 " },
		{ { .label = "reverseshell" }, "1 " },
		{ { .label = "Reverse" }, "" },
		{ { .level = PYDETECT_LEVEL_LOW }, "4 2 1 " },
		{ { .level = PYDETECT_LEVEL_HIGH }, "4 1 " },
		{ { .level = PYDETECT_LEVEL_CRITICAL }, "4 " },
		{ { .has_user = true, .user = 0 }, "4 1 " },
		{ { .has_user = true, .user = 1000 }, "3 2 " },
		{ { .has_user = true, .user = 1000, .rule = "shell" }, "2 " },
		{ { .has_user = true, .user = 7 }, "" },
		{ { .parent = "400" }, "4 1 " },
		{ { .parent = "40" }, "2 " },
		{ { .parent = "python" }, "4 1 " },
		{ { .parent = "/DASH" }, "2 " },
		{ { .parent = "boot-1-400-5000000000" }, "4 1 " },
		{ { .parent = "boot-2-400-5000000000" }, "" },
		{ { .verdict = HISTORY_DENIED }, "4 " },
		{ { .verdict = HISTORY_WOULD_DENY }, "4 1 " },
		{ { .verdict = HISTORY_REPORTED }, "2 1 " },
		{ { .verdict = HISTORY_ERROR }, "3 " },
	};
	struct store *store = create(&first_boot, &no_limits);
	size_t i;

	(void)state;
	add_variety(store);
	commit(store);
	store_close(store);
	for (i = 0; i < ARRAY_SIZE(cases); i++)
		expect(&cases[i].query, cases[i].expected);
}

/* More rules than there are walks: every event is looked at instead. */
static void test_many_rules(void **state)
{
	struct store *store = create(&first_boot, &no_limits);
	uint64_t number;
	char id[16];

	(void)state;
	for (number = 1; number <= 70; number++) {
		snprintf(id, sizeof(id), "id %llu", (unsigned long long)number);
		add(store, &(struct make_event){
				   .number = number,
				   .time = number,
				   .rule = id,
				   .title = number < 69 ? "many" : "some",
			   });
	}
	commit(store);
	store_close(store);
	expect(&(struct history_query){ .rule = "some" }, "70 69 ");
	expect(&(struct history_query){ .rule = "m", .limit = 2 }, "70 69 ");
	expect(&(struct history_query){ .rule = "many", .limit = 2 }, "68 67 ");
}

static void test_gaps(void **state)
{
	struct store *store = create(&first_boot, &no_limits);

	(void)state;
	add_gap(store, 1, 2);
	add_plain(store, 3, 100);
	add_gap(store, 4, 2);
	add_gap(store, 6, 1);
	add_plain(store, 7, 100);
	add_plain(store, 8, 300);
	commit(store);
	add_gap(store, 9, 5);
	commit(store);
	assert_int_equal(store_next(store), 14);
	store_close(store);

	expect(&(struct history_query){ 0 }, "lost 9+5 8 7 lost 4+3 3 lost "
					     "1+2 ");
	expect(&(struct history_query){ .oldest_first = true }, "lost 1+2 3 "
								"lost 4+3 7 8 "
								"lost 9+5 ");
	expect(&(struct history_query){ .limit = 1 }, "lost 9+5 8 ");
	expect(&(struct history_query){ .since = 300 }, "lost 9+5 8 ");
	expect(&(struct history_query){ .until = 300 }, "7 lost 4+3 3 lost "
							"1+2 ");
	expect(&(struct history_query){ .rule = "none" }, "lost 9+5 lost 4+3 "
							  "lost 1+2 ");
}

/*
 * Processors may read the clock in another order than they get their numbers:
 * the numbers are the order, and the times still count. A clock that is set
 * back is another thing.
 */
static void test_order(void **state)
{
	const uint64_t second = NS_PER_SECOND;
	struct store *store = create(&first_boot, &no_limits);

	(void)state;
	add_plain(store, 1, HOUR + second);
	add_plain(store, 2, HOUR);
	commit(store);
	store_close(store);
	store = create(&first_boot, &no_limits);
	add_gap(store, 3, 1);
	add_plain(store, 4, HOUR + second / 2);
	add_plain(store, 5, HOUR + 2 * second);
	add_plain(store, 6, HOUR / 2);
	commit(store);
	store_close(store);

	expect(&(struct history_query){ 0 }, "5 4 lost 3+1 2 1 6 ");
	expect(&(struct history_query){ .oldest_first = true }, "6 1 2 lost "
								"3+1 4 5 ");
	expect(&(struct history_query){ .since = HOUR + 1 }, "5 4 lost 3+1 1 ");
	expect(&(struct history_query){ .until = HOUR + 1 }, "2 6 ");
	expect(&(struct history_query){ .rule = "id", .until = HOUR + 1 }, "2 "
									   "6"
									   " ");
}

/* Numbers start afresh with the module, within the same boot. */
static void test_restart(void **state)
{
	struct store *store = create(&first_boot, &no_limits);

	(void)state;
	add_plain(store, 1, 100);
	add_plain(store, 2, 200);
	commit(store);
	store_close(store);
	store = create(&first_boot, &no_limits);
	assert_int_equal(store_restart(store, &first_boot), 0);
	assert_int_equal(store_next(store), 0);
	add_plain(store, 1, 300);
	commit(store);
	store_close(store);
	store = create(&first_boot, &no_limits);
	assert_int_equal(store_next(store), 2);
	store_close(store);
	expect(&(struct history_query){ 0 }, "1 2 1 ");
}

static void test_resume(void **state)
{
	struct store *store = create(&first_boot, &no_limits);

	(void)state;
	assert_int_equal(store_next(store), 0);
	add_plain(store, 5, 100);
	add_plain(store, 6, 200);
	commit(store);
	add_plain(store, 7, 300);
	assert_int_equal(store_next(store), 8);
	/* The last one was never acknowledged. */
	store_close(store);

	store = create(&first_boot, &no_limits);
	assert_int_equal(store_next(store), 7);
	add_plain(store, 7, 300);
	/* As if somebody else had told it too. */
	add_plain(store, 7, 300);
	commit(store);
	store_close(store);

	store = create(&second_boot, &no_limits);
	assert_int_equal(store_next(store), 0);
	add_plain(store, 1, 400);
	commit(store);
	store_close(store);
	store = create(&first_boot, &no_limits);
	assert_int_equal(store_next(store), 8);
	store_close(store);
	expect(&(struct history_query){ 0 }, "1 7 6 5 ");
}

static void test_keep_age(void **state)
{
	const struct store_limits limits = { .age = HOUR };
	const uint64_t now = clock_read(CLOCK_REALTIME);
	struct store *store = create(&first_boot, &no_limits);
	uint64_t number;

	(void)state;
	add_gap(store, 1, 1);
	for (number = 2; number <= 2502; number++)
		add_plain(store, number, now - 2 * HOUR + number);
	add_plain(store, 2503, now);
	commit(store);
	assert_true(store_wait(store) == UINT64_MAX);
	store_close(store);

	/* A bounded number at a time, until there are no more. */
	store = create(&first_boot, &limits);
	commit(store);
	expect(&(struct history_query){ .limit = 1, .oldest_first = true },
	       "1002 ");
	assert_true(store_wait(store) <= NS_PER_SECOND);
	commit(store);
	commit(store);
	expect(&(struct history_query){ 0 }, "2503 ");
	expect(&(struct history_query){ .rule = "id" }, "2503 ");
	expect(&(struct history_query){ .label = "label" }, "2503 ");
	assert_true(store_wait(store) > NS_PER_SECOND);
	assert_true(store_wait(store) <= 60 * NS_PER_SECOND);
	store_close(store);
}

static int64_t file_size(void)
{
	struct stat status;

	assert_int_equal(stat(path, &status), 0);
	return status.st_size;
}

/* Names that no event has any more are gone, and so is what it took. */
static void test_keep_size(void **state)
{
	static const char args[4000] = "x";
	const struct store_limits limits = { .size = 4 << 20 };
	struct store *store = create(&first_boot, &limits);
	struct history_query query = { .limit = 1 };
	unsigned int commits;
	struct make_event event = {
		.title = "title",
		.args = args,
		.args_length = sizeof(args),
	};

	(void)state;
	for (event.number = 1; event.number <= 10000; event.number++) {
		event.time = event.number;
		event.rule = event.number > 1 ? "id" : "first";
		add(store, &event);
		if (event.number % 200 == 0)
			commit(store);
	}
	store_close(store);
	assert_in_range(file_size(), 1 << 20, 6 << 20);
	expect(&query, "10000 ");
	query.rule = "first";
	expect(&query, "");

	/* A limit that is lowered makes the file smaller. */
	store = create(&first_boot, &(struct store_limits){ .size = 1 << 20 });
	assert_true(store_wait(store) <= NS_PER_SECOND);
	for (commits = 0; commits < 20; commits++)
		commit(store);
	assert_true(store_wait(store) > NS_PER_SECOND);
	store_close(store);
	assert_in_range(file_size(), 1 << 19, 7 << 19);
	store = create(&first_boot, &no_limits);
	assert_int_equal(store_next(store), 10001);
	store_close(store);
}

static void test_read_while_written(void **state)
{
	struct store *writer = create(&first_boot, &no_limits);
	struct store *reader;

	(void)state;
	add_plain(writer, 1, 100);
	commit(writer);
	reader = open_store();
	add_plain(writer, 2, 200);
	expect_from(reader, &(struct history_query){ 0 }, "1 ");
	commit(writer);
	expect_from(reader, &(struct history_query){ 0 }, "2 1 ");
	store_close(writer);
	expect_from(reader, &(struct history_query){ 0 }, "2 1 ");
	store_close(reader);
}

static void test_one_writer(void **state)
{
	struct store *writer = create(&first_boot, &no_limits);
	struct store *second;

	(void)state;
	assert_int_equal(store_create(&second, path, &first_boot, &no_limits),
			 -EBUSY);
	assert_non_null(strstr(store_message(second), "another pydetectctl"));
	store_close(second);
	add_plain(writer, 1, 100);
	commit(writer);
	store_close(writer);
}

static void test_mode(void **state)
{
	struct stat status;
	mode_t mask = umask(0);

	(void)state;
	store_close(create(&first_boot, &no_limits));
	umask(mask);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
}

static void put_file(const char *content, size_t length)
{
	FILE *stream = fopen(path, "we");

	assert_non_null(stream);
	fwrite(content, 1, length, stream);
	fclose(stream);
}

static void expect_refused(int error, const char *words)
{
	struct store *store;

	assert_int_equal(store_open(&store, path), error);
	assert_non_null(strstr(store_message(store), path));
	assert_non_null(strstr(store_message(store), words));
	store_close(store);
	assert_int_equal(store_create(&store, path, &first_boot, &no_limits),
			 error);
	assert_non_null(strstr(store_message(store), words));
	store_close(store);
}

static void run_sql(const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void test_refused(void **state)
{
	char text[4096];
	struct store *store;

	(void)state;
	assert_int_equal(store_open(&store, path), -ENOENT);
	assert_non_null(strstr(store_message(store), "No such file"));
	store_close(store);

	memset(text, 'x', sizeof(text));
	put_file(text, sizeof(text));
	expect_refused(-EBADMSG, "not a store of events");
	/* It was left as it was. */
	assert_int_equal(file_size(), sizeof(text));
	unlink(path);

	run_sql("CREATE TABLE other (x)");
	expect_refused(-EBADMSG, "another database");
	unlink(path);

	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(store_open(&store, path), -EINVAL);
	assert_non_null(strstr(store_message(store), "not a regular file"));
	store_close(store);
	assert_int_equal(store_create(&store, path, &first_boot, &no_limits),
			 -EISDIR);
	store_close(store);
	rmdir(path);

	store_close(create(&first_boot, &no_limits));
	run_sql("PRAGMA user_version = 2");
	expect_refused(-EPROTO, "newer pydetectctl");
}

static void test_no_directory(void **state)
{
	struct store *store;
	char name[96];

	(void)state;
	snprintf(name, sizeof(name), "%s/none/events.db", path);
	assert_true(store_create(&store, name, &first_boot, &no_limits) < 0);
	assert_non_null(strstr(store_message(store), "cannot be opened"));
	store_close(store);
	store_close(create(&first_boot, &no_limits));
}

/* A page in the middle holds something else. */
static void test_damaged(void **state)
{
	const struct history_visitor visitor = { note_event, NULL, stderr };
	const struct history_query query = { .rule = "id", .limit = 10000 };
	struct store *store = create(&first_boot, &no_limits);
	uint64_t number;
	char text[4096];
	int64_t size, at;
	int file;

	(void)state;
	for (number = 1; number <= 2000; number++)
		add_plain(store, number, number);
	commit(store);
	store_close(store);
	memset(text, 0xa5, sizeof(text));
	size = file_size();
	file = open(path, O_WRONLY);
	for (at = 3 * sizeof(text); at < size; at += sizeof(text))
		assert_int_equal(pwrite(file, text, sizeof(text), at),
				 sizeof(text));
	close(file);
	store = open_store();
	assert_int_equal(store_read(store, &query, &visitor), -EBADMSG);
	assert_non_null(strstr(store_message(store), "is damaged"));
	store_close(store);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_exact),      TEST(test_filters),
		TEST(test_many_rules), TEST(test_gaps),
		TEST(test_order),      TEST(test_restart),
		TEST(test_resume),     TEST(test_keep_age),
		TEST(test_keep_size),  TEST(test_read_while_written),
		TEST(test_one_writer), TEST(test_mode),
		TEST(test_refused),    TEST(test_no_directory),
		TEST(test_damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
