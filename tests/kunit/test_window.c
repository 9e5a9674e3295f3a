// SPDX-License-Identifier: GPL-2.0-only
/*
 * Correlations against the obvious way to count, and the table of windows.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/pid_namespace.h>

#include "../host/timeline.c"

/* With a shadow of all memory, and emulated, a run takes a hundred times as long. */
#define TIMELINES (IS_ENABLED(CONFIG_KASAN) ? 20000 : 1000000)

#define FLOOD (IS_ENABLED(CONFIG_KASAN) ? 20000 : 1000000)

#define HAMMERS 4
#define BLOWS 1000

static void window_timelines(struct kunit *test)
{
	struct timeline *timeline = kunit_kzalloc(test, sizeof(*timeline),
						  GFP_KERNEL);
	u32 seed;

	KUNIT_ASSERT_NOT_NULL(test, timeline);
	for (seed = 1; seed <= TIMELINES; seed++) {
		KUNIT_ASSERT_EQ_MSG(test, timeline_run(timeline, seed), -1,
				    "timeline %u", seed);
		cond_resched();
	}
}

/* Counts events, five of which are needed. */
static const struct pydetect_image_correlation events = {
	.identity = 1,
	.timespan = 3600 * NSEC_PER_SEC,
	.type = PYDETECT_CORRELATION_EVENT_COUNT,
	.min = 5,
	.max = UINT_MAX,
	.capacity = HAMMERS * BLOWS,
	.references.count = 1,
};

/* The same, with windows that are as small as they usually are. */
static const struct pydetect_image_correlation few_events = {
	.identity = 2,
	.timespan = 3600 * NSEC_PER_SEC,
	.type = PYDETECT_CORRELATION_EVENT_COUNT,
	.min = 5,
	.max = UINT_MAX,
	.capacity = 64,
	.references.count = 1,
};

static bool blow(const struct pydetect_image_correlation *correlation, u64 key,
		 struct pydetect_window_state *state)
{
	static atomic64_t callers;
	const struct pydetect_sample sample = {
		.time = ktime_get_boottime_ns(),
		.caller = atomic64_inc_return(&callers),
	};
	const struct window_request request = {
		.correlation = correlation,
		.key = key,
		.sample = &sample,
	};

	return windows_sample(&request, state);
}

/* Keys are hashes: spread like them. */
static u64 key_number(u64 number)
{
	return (number + 1) * 0x9e3779b97f4a7c15ULL;
}

static void window_flood(struct kunit *test)
{
	const u64 burst = key_number(FLOOD + 1);
	struct pydetect_window_state state;
	struct windows_status status;
	u32 i, lost = !blow(&few_events, burst, &state);

	/* Two commands, and it is no longer one of many that did one thing. */
	for (i = 0; i < FLOOD; i++) {
		if (i % (FLOOD / 4) == 0)
			lost += !blow(&few_events, burst, &state);
		lost += !blow(&few_events, key_number(i), &state);
		cond_resched();
	}
	KUNIT_EXPECT_EQ(test, lost, 0u);
	windows_status(&status);
	KUNIT_EXPECT_LE(test, status.count, status.max);
	KUNIT_EXPECT_LE(test, status.bytes, status.bytes_max);
	KUNIT_EXPECT_EQ(test, status.evicted + status.count, FLOOD + 1ULL);
	/* The burst began before the flood, and is complete at its end. */
	KUNIT_EXPECT_TRUE(test, windows_look(&few_events, burst,
					     ktime_get_boottime_ns(), &state));
	KUNIT_EXPECT_EQ(test, state.count, 5u);
	KUNIT_EXPECT_TRUE(test, state.holds);
}

/* What one correlation counts does not drive out what another one does. */
static void window_others_flood(struct kunit *test)
{
	struct pydetect_image_correlation other = few_events;
	struct pydetect_window_state state;
	u32 i;

	other.identity++;
	blow(&few_events, key_number(FLOOD), &state);
	for (i = 0; i < FLOOD; i++) {
		blow(&other, key_number(i), &state);
		cond_resched();
	}
	KUNIT_EXPECT_TRUE(test, windows_look(&few_events, key_number(FLOOD),
					     ktime_get_boottime_ns(), &state));
	KUNIT_EXPECT_EQ(test, state.count, 1u);
}

/* The memory limit holds, too, for windows that are large. */
static void window_large(struct kunit *test)
{
	struct pydetect_window_state state;
	struct windows_status status;
	u32 i;

	for (i = 0; i < 2000; i++)
		blow(&events, key_number(i), &state);
	windows_status(&status);
	KUNIT_EXPECT_LE(test, status.bytes, status.bytes_max);
	KUNIT_EXPECT_GT(test, status.evicted, 0ULL);
	KUNIT_EXPECT_GT(test, status.count, 0u);
}

struct hammer {
	struct completion done;
	u32 number;
	u32 alerts;
	u32 failed;
};

/* All on one window, and each on one of its own. */
static int hammer(void *data)
{
	struct hammer *hammer = data;
	struct pydetect_window_state state;
	u32 i;

	for (i = 0; i < BLOWS; i++) {
		hammer->failed += !blow(&events, key_number(0), &state);
		hammer->alerts += state.alert;
		hammer->failed += !blow(&events,
					key_number(1 + hammer->number), &state);
		cond_resched();
	}
	complete(&hammer->done);
	return 0;
}

static void window_hammered(struct kunit *test)
{
	struct hammer *hammers = kunit_kcalloc(test, HAMMERS, sizeof(*hammers),
					       GFP_KERNEL);
	struct pydetect_window_state state;
	u32 i, alerts = 0;

	KUNIT_ASSERT_NOT_NULL(test, hammers);
	for (i = 0; i < HAMMERS; i++) {
		init_completion(&hammers[i].done);
		hammers[i].number = i;
		KUNIT_ASSERT_FALSE(test, IS_ERR(kthread_run(hammer, &hammers[i],
							    "hammer")));
	}
	for (i = 0; i < HAMMERS; i++) {
		wait_for_completion(&hammers[i].done);
		KUNIT_EXPECT_EQ(test, hammers[i].failed, 0u);
		alerts += hammers[i].alerts;
	}
	/* No sample is lost, none counts twice, and one alert is raised. */
	KUNIT_EXPECT_TRUE(test, windows_look(&events, key_number(0),
					     ktime_get_boottime_ns(), &state));
	KUNIT_EXPECT_EQ(test, state.count, (u32)(HAMMERS * BLOWS));
	KUNIT_EXPECT_EQ(test, alerts, 1u);
	for (i = 0; i < HAMMERS; i++) {
		KUNIT_EXPECT_TRUE(test, windows_look(&events, key_number(1 + i),
						     ktime_get_boottime_ns(),
						     &state));
		KUNIT_EXPECT_EQ(test, state.count, (u32)BLOWS);
	}
}

/* An identity alone does not make a window one's own. */
static void window_shape(struct kunit *test)
{
	struct pydetect_image_correlation other = few_events;
	struct pydetect_window_state state;

	blow(&few_events, 1, &state);
	other.capacity *= 2;
	KUNIT_EXPECT_FALSE(test, windows_look(&other, 1, 0, &state));
	other = few_events;
	other.type = PYDETECT_CORRELATION_TEMPORAL;
	KUNIT_EXPECT_FALSE(test, windows_look(&other, 1, 0, &state));
	KUNIT_EXPECT_TRUE(test, windows_look(&few_events, 1, 0, &state));
}

static struct window_text *text_of(const char *text)
{
	struct window_text *made = kmalloc(sizeof(*made) + strlen(text),
					   GFP_KERNEL);

	if (!made)
		return NULL;
	made->value = text[0];
	made->length = strlen(text);
	memcpy(made->bytes, text, made->length);
	return made;
}

/* The last texts are kept, each once, the newest last. */
static void window_texts(struct kunit *test)
{
	const struct pydetect_sample sample = { .time = 1 };
	struct pydetect_window_state state;
	char text[] = "a text";
	struct entry *entry;
	u32 i;

	for (i = 0; i < 40; i++) {
		const struct window_request request = {
			.correlation = &few_events,
			.key = 1,
			.sample = &sample,
			.text = text_of(text),
		};

		windows_sample(&request, &state);
		text[0] = 'a' + (i + 1) % 20;
	}
	entry = hlist_entry(window_bucket(shard_of(1), 1)->first, struct entry,
			    node);
	KUNIT_EXPECT_EQ(test, entry->nr_texts, (u32)WINDOW_TEXTS);
	KUNIT_EXPECT_EQ(test, entry->texts[0]->bytes[0],
			(char)('a' + 20 - WINDOW_TEXTS));
	KUNIT_EXPECT_EQ(test, entry->texts[WINDOW_TEXTS - 1]->bytes[0],
			(char)('a' + 19));
}

/* What nothing counts in any more goes by itself. */
static void window_ageing(struct kunit *test)
{
	struct pydetect_image_correlation brief = few_events;
	struct pydetect_window_state state;
	struct windows_status status;

	brief.timespan = 1;
	blow(&brief, 1, &state);
	blow(&few_events, 2, &state);
	age_all(NULL);
	windows_status(&status);
	KUNIT_EXPECT_EQ(test, status.count, 1u);
	KUNIT_EXPECT_EQ(test, status.evicted, 0ULL);
	KUNIT_EXPECT_TRUE(test, windows_look(&few_events, 2, 0, &state));
}

static int stop_at_once(void *unused)
{
	return 0;
}

/* A parent may be gone, number and all, while its child is being judged. */
static void window_orphans(struct kunit *test)
{
	struct task_struct *gone = kthread_create(stop_at_once, NULL, "gone");
	u32 waits = 0;

	KUNIT_ASSERT_FALSE(test, IS_ERR(gone));
	get_task_struct(gone);
	wake_up_process(gone);
	while (pid_alive(gone) && waits++ < 1000)
		msleep(10);
	KUNIT_EXPECT_NULL(test, task_tgid(gone));
	rcu_read_lock();
	KUNIT_EXPECT_FALSE(test, adopts_orphans(gone));
	KUNIT_EXPECT_FALSE(test, adopts_orphans(current));
	KUNIT_EXPECT_TRUE(test, adopts_orphans(init_pid_ns.child_reaper));
	rcu_read_unlock();
	put_task_struct(gone);
}

static int window_init(struct kunit *test)
{
	memset(shards, 0, sizeof(shards));
	windows_init();
	return 0;
}

static void window_exit(struct kunit *test)
{
	windows_destroy();
}

static struct kunit_case window_cases[] = {
	KUNIT_CASE(window_timelines),
	KUNIT_CASE(window_flood),
	KUNIT_CASE(window_others_flood),
	KUNIT_CASE(window_large),
	KUNIT_CASE(window_hammered),
	KUNIT_CASE(window_shape),
	KUNIT_CASE(window_texts),
	KUNIT_CASE(window_ageing),
	KUNIT_CASE(window_orphans),
	{},
};

static struct kunit_suite window_suite = {
	.name = "pydetect_window",
	.init = window_init,
	.exit = window_exit,
	.test_cases = window_cases,
};
