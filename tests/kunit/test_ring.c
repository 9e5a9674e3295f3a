// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ring: numbers without gaps, bounds, and who owns what.
 */
#include <linux/skbuff.h>

/* Where an event has its number: not aligned, as in a message. */
#define NUMBER_AT 4

/*
 * The test keeps a reference to each event, to see when the ring lets go of it.
 */
static struct sk_buff *add_event(struct kunit *test, unsigned int bytes)
{
	struct sk_buff *event =
		alloc_skb(bytes + NUMBER_AT + sizeof(u64), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, event);
	skb_put_zero(event, bytes + NUMBER_AT + sizeof(u64));
	skb_get(event);
	ring_append(event, event->data + NUMBER_AT);
	return event;
}

static u64 number_of(const struct sk_buff *event)
{
	u64 number;

	memcpy(&number, event->data + NUMBER_AT, sizeof(number));
	return number;
}

/* Does the ring have the event still, besides the test? */
static bool is_held(const struct sk_buff *event)
{
	return refcount_read(&event->users) == 2;
}

static void expect_status(struct kunit *test, u64 oldest, u64 next,
			  u64 unstored)
{
	struct ring_status status;

	ring_status(&status);
	KUNIT_EXPECT_EQ(test, status.oldest, oldest);
	KUNIT_EXPECT_EQ(test, status.next, next);
	KUNIT_EXPECT_EQ(test, status.unstored, unstored);
}

/* Ask for @number; @expected is the event that comes, 0: none. */
static void expect_get(struct kunit *test, u64 number, u64 expected,
		       u64 available)
{
	struct ring_place told = {};
	struct sk_buff *clone = ring_get(number, &told);

	KUNIT_EXPECT_EQ(test, told.number, available);
	KUNIT_EXPECT_EQ(test, !clone, !expected);
	if (!clone)
		return;
	KUNIT_EXPECT_EQ(test, number_of(clone), expected);
	kfree_skb(clone);
}

static void ring_numbers(struct kunit *test)
{
	struct sk_buff *events[10];
	u32 i;

	expect_status(test, 1, 1, 0);
	expect_get(test, 0, 0, 1);
	expect_get(test, 1, 0, 1);
	for (i = 0; i < ARRAY_SIZE(events); i++) {
		events[i] = add_event(test, 100);
		KUNIT_EXPECT_EQ(test, number_of(events[i]), (u64)i + 1);
	}
	expect_status(test, 1, 11, 0);
	expect_get(test, 0, 1, 1);
	for (i = 1; i <= ARRAY_SIZE(events); i++)
		expect_get(test, i, i, i);
	expect_get(test, 11, 0, 11);
	/* No number is beyond the next one. */
	expect_get(test, 12, 0, 11);
	expect_get(test, ~0ULL, 0, 11);
	for (i = 0; i < ARRAY_SIZE(events); i++)
		kfree_skb(events[i]);
}

static void ring_holes(struct kunit *test)
{
	struct sk_buff *second, *fifth;

	ring_skip();
	expect_status(test, 1, 2, 1);
	expect_get(test, 1, 0, 2);
	second = add_event(test, 10);
	ring_skip();
	ring_skip();
	fifth = add_event(test, 10);
	ring_skip();
	expect_status(test, 1, 7, 4);
	KUNIT_EXPECT_EQ(test, number_of(second), 2ULL);
	KUNIT_EXPECT_EQ(test, number_of(fifth), 5ULL);
	expect_get(test, 1, 2, 2);
	expect_get(test, 2, 2, 2);
	expect_get(test, 3, 5, 5);
	expect_get(test, 5, 5, 5);
	expect_get(test, 6, 0, 7);
	kfree_skb(second);
	kfree_skb(fifth);
}

/* A hole takes no bytes, but it takes a slot. */
static void ring_slot_limit(struct kunit *test)
{
	struct sk_buff *first = add_event(test, 10);
	struct sk_buff *second = add_event(test, 10);
	u32 i;

	for (i = 2; i < ring_nr_slots; i++)
		ring_skip();
	expect_status(test, 1, ring_nr_slots + 1, ring_nr_slots - 2);
	expect_get(test, 1, 1, 1);
	KUNIT_EXPECT_TRUE(test, is_held(first));
	ring_skip();
	expect_status(test, 2, ring_nr_slots + 2, ring_nr_slots - 1);
	KUNIT_EXPECT_FALSE(test, is_held(first));
	KUNIT_EXPECT_TRUE(test, is_held(second));
	expect_get(test, 1, 2, 2);
	ring_skip();
	KUNIT_EXPECT_FALSE(test, is_held(second));
	expect_get(test, 1, 0, ring_nr_slots + 3);
	KUNIT_EXPECT_EQ(test, ring_bytes, (size_t)0);
	kfree_skb(first);
	kfree_skb(second);
}

/* Three times around, with holes: every number is right, nothing is lost. */
static void ring_wrap(struct kunit *test)
{
	const u32 count = 3 * ring_nr_slots;
	u32 i, mistakes = 0;

	for (i = 1; i <= count; i++) {
		if (i % 16) {
			ring_skip();
		} else {
			struct sk_buff *event = add_event(test, 10);

			mistakes += number_of(event) != i;
			kfree_skb(event);
		}
	}
	KUNIT_EXPECT_EQ(test, mistakes, 0u);
	expect_status(test, count - ring_nr_slots + 1, count + 1,
		      count - count / 16);
	expect_get(test, 1, count - ring_nr_slots + 16,
		   count - ring_nr_slots + 16);
	expect_get(test, count - 1, count, count);
}

/*
 * Whoever keeps a place can tell, of all that it missed, how much there was no
 * memory for: where that is long gone, where it is not, and in between.
 */
static void ring_reasons(struct kunit *test)
{
	struct ring_place begin = ring_find(1), place;
	u32 i, skipped = 0;

	KUNIT_EXPECT_EQ(test, begin.number, 1ULL);
	KUNIT_EXPECT_EQ(test, begin.unstored, 0ULL);
	for (i = 1; i <= 3 * ring_nr_slots; i++) {
		if (i % 3) {
			ring_skip();
			skipped++;
		} else {
			kfree_skb(add_event(test, 10));
		}
		if (i % 97)
			continue;
		kfree_skb(ring_get(1, &place));
		/* A third of what is between has events, from 3 on. */
		KUNIT_EXPECT_EQ(test, place.number % 3, 0ULL);
		KUNIT_EXPECT_EQ(test, place.unstored - begin.unstored,
				place.number - place.number / 3);
		KUNIT_EXPECT_EQ(test, ring_find(i + 1).unstored, (u64)skipped);
	}
	KUNIT_EXPECT_GT(test, place.number, (u64)ring_nr_slots);
}

/* The place where a reader begins is held, or the next one. */
static void ring_begin(struct kunit *test)
{
	struct ring_status status;
	u32 i;

	KUNIT_EXPECT_EQ(test, ring_find(0).number, 1ULL);
	KUNIT_EXPECT_EQ(test, ring_find(U64_MAX).number, 1ULL);
	for (i = 0; i < ring_nr_slots + 10; i++)
		ring_skip();
	ring_status(&status);
	KUNIT_EXPECT_EQ(test, status.oldest, 11ULL);
	KUNIT_EXPECT_EQ(test, ring_find(0).number, status.oldest);
	KUNIT_EXPECT_EQ(test, ring_find(10).number, status.oldest);
	KUNIT_EXPECT_EQ(test, ring_find(10).unstored, 10ULL);
	KUNIT_EXPECT_EQ(test, ring_find(12).number, 12ULL);
	KUNIT_EXPECT_EQ(test, ring_find(12).unstored, 11ULL);
	KUNIT_EXPECT_EQ(test, ring_find(U64_MAX).number, status.next);
	KUNIT_EXPECT_EQ(test, ring_find(U64_MAX).unstored, status.unstored);
}

/* The parameter is refused where it is too small, too large, or no number. */
static void ring_sizes(struct kunit *test)
{
	static const char *const bad[] = {
		"255", "262145", "0", "-1", "", "4M", "4294967552",
	};
	const struct kernel_param parameter = { .arg = &ring_kib };
	const uint before = ring_kib;
	struct ring_status status;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		KUNIT_EXPECT_LT(test, set_ring_kib(bad[i], &parameter), 0);
	KUNIT_EXPECT_EQ(test, ring_kib, before);
	ring_destroy();
	KUNIT_EXPECT_EQ(test, set_ring_kib("262144", &parameter), 0);
	KUNIT_EXPECT_EQ(test, set_ring_kib("300", &parameter), 0);
	KUNIT_ASSERT_EQ(test, ring_init(), 0);
	KUNIT_EXPECT_EQ(test, ring_nr_slots, 1024u);
	for (i = 0; i < 500; i++)
		kfree_skb(add_event(test, 1000));
	ring_status(&status);
	KUNIT_EXPECT_EQ(test, status.bytes_max, 300ULL << 10);
	KUNIT_EXPECT_LE(test, status.bytes, status.bytes_max);
	KUNIT_EXPECT_GT(test, status.bytes, status.bytes_max - 8192);
	KUNIT_EXPECT_GT(test, status.oldest, 1ULL);
	ring_destroy();
	ring_kib = before;
	KUNIT_ASSERT_EQ(test, ring_init(), 0);
}

static size_t held_bytes(void)
{
	size_t bytes = 0;
	u32 i;

	for (i = 0; i < ring_nr_slots; i++)
		if (ring_slots[i].event)
			bytes += ring_slots[i].event->truesize;
	return bytes;
}

static void ring_byte_limit(struct kunit *test)
{
	struct ring_status status;
	struct sk_buff *event;
	u32 i;

	for (i = 0; i < 3000; i++) {
		event = add_event(test, 100 + i % 7 * 1000);
		KUNIT_EXPECT_TRUE(test, is_held(event));
		kfree_skb(event);
		if (ring_bytes > bytes_max())
			break;
	}
	KUNIT_EXPECT_EQ(test, i, 3000u);
	ring_status(&status);
	KUNIT_EXPECT_EQ(test, status.next, 3001ULL);
	KUNIT_EXPECT_GT(test, status.oldest, 1ULL);
	KUNIT_EXPECT_EQ(test, status.unstored, 0ULL);
	KUNIT_EXPECT_EQ(test, ring_bytes, held_bytes());
	/* Only as much was given up as had to be. */
	KUNIT_EXPECT_GT(test, ring_bytes, bytes_max() - 65536);
	expect_get(test, 1, status.oldest, status.oldest);
}

/* An event that does not fit at all has a number nevertheless. */
static void ring_huge_event(struct kunit *test)
{
	struct sk_buff *small = add_event(test, 10);
	struct sk_buff *huge = alloc_skb(64, GFP_KERNEL);
	const u32 truesize = huge->truesize;

	skb_put_zero(huge, 64);
	skb_get(huge);
	huge->truesize = bytes_max() + 1;
	ring_append(huge, huge->data + NUMBER_AT);
	KUNIT_EXPECT_EQ(test, number_of(huge), 2ULL);
	expect_status(test, 3, 3, 0);
	expect_get(test, 1, 0, 3);
	KUNIT_EXPECT_FALSE(test, is_held(small));
	KUNIT_EXPECT_FALSE(test, is_held(huge));
	KUNIT_EXPECT_EQ(test, ring_bytes, (size_t)0);
	huge->truesize = truesize;
	kfree_skb(huge);
	kfree_skb(small);
}

/* A clone lives on when the ring has let go of the event. */
static void ring_clones(struct kunit *test)
{
	struct sk_buff *event = add_event(test, 100), *clone;
	struct ring_place available;
	u32 i;

	clone = ring_get(1, &available);
	KUNIT_ASSERT_NOT_NULL(test, clone);
	KUNIT_EXPECT_PTR_EQ(test, clone->data, event->data);
	KUNIT_EXPECT_TRUE(test, skb_cloned(event));
	for (i = 0; i < ring_nr_slots; i++)
		ring_skip();
	KUNIT_EXPECT_FALSE(test, is_held(event));
	KUNIT_EXPECT_EQ(test, number_of(clone), 1ULL);
	kfree_skb(clone);
	KUNIT_EXPECT_FALSE(test, skb_cloned(event));
	kfree_skb(event);
}

static void ring_destroyed(struct kunit *test)
{
	struct sk_buff *events[3];
	u32 i;

	for (i = 0; i < ARRAY_SIZE(events); i++)
		events[i] = add_event(test, 10);
	ring_destroy();
	for (i = 0; i < ARRAY_SIZE(events); i++) {
		KUNIT_EXPECT_FALSE(test, is_held(events[i]));
		kfree_skb(events[i]);
	}
	KUNIT_ASSERT_EQ(test, ring_init(), 0);
}

static int ring_test_init(struct kunit *test)
{
	ring_next = 1;
	ring_oldest = 1;
	ring_unstored = 0;
	ring_bytes = 0;
	return ring_init();
}

static void ring_test_exit(struct kunit *test)
{
	ring_destroy();
}

static struct kunit_case ring_cases[] = {
	KUNIT_CASE(ring_numbers),
	KUNIT_CASE(ring_holes),
	KUNIT_CASE(ring_slot_limit),
	KUNIT_CASE(ring_wrap),
	KUNIT_CASE(ring_reasons),
	KUNIT_CASE(ring_begin),
	KUNIT_CASE(ring_sizes),
	KUNIT_CASE(ring_byte_limit),
	KUNIT_CASE(ring_huge_event),
	KUNIT_CASE(ring_clones),
	KUNIT_CASE(ring_destroyed),
	{},
};

static struct kunit_suite ring_suite = {
	.name = "pydetect_ring",
	.init = ring_test_init,
	.exit = ring_test_exit,
	.test_cases = ring_cases,
};
