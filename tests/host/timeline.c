// SPDX-License-Identifier: GPL-2.0-only
/*
 * The obvious way keeps every sample and counts them anew for each question.
 */
#include "timeline.h"

static u32 below(struct timeline *timeline, u32 bound)
{
	/* Marsaglia's xorshift64. */
	timeline->random ^= timeline->random << 13;
	timeline->random ^= timeline->random >> 7;
	timeline->random ^= timeline->random << 17;
	return (timeline->random >> 32) % bound;
}

/* --- A random policy ------------------------------------------------------- */

static void choose_references(struct timeline *timeline, u32 number)
{
	struct pydetect_image_correlation *of = &timeline->correlations[number];
	const u32 known = TIMELINE_RULES + number;
	u32 wanted = 1 + below(timeline, 4), other;

	of->references.first = number * TIMELINE_REFERENCES;
	for (other = 0; other < known; other++)
		if (below(timeline, known) < wanted)
			timeline->references[of->references.first +
					     of->references.count++] = other;
	if (!of->references.count)
		timeline->references[of->references.first +
				     of->references.count++] =
			below(timeline, known);
}

/* The smallest window that is able to decide it. */
static u32 capacity_for(const struct pydetect_image_correlation *of)
{
	u32 needed = of->max == UINT_MAX ? of->min : of->max + 1;

	if (of->except >= needed)
		needed = of->except + 1;
	if (of->type >= PYDETECT_CORRELATION_TEMPORAL &&
	    needed < of->references.count)
		needed = of->references.count;
	return needed;
}

static void choose_condition(struct timeline *timeline, u32 number)
{
	struct pydetect_image_correlation *of = &timeline->correlations[number];

	of->type = below(timeline, PYDETECT_CORRELATION_COUNT);
	if (of->type == PYDETECT_CORRELATION_VALUE_COUNT)
		of->field = PYDETECT_FIELD_COMMAND_LINE;
	of->min = of->type < PYDETECT_CORRELATION_TEMPORAL ?
			  1 + below(timeline, 5) :
			  1 + below(timeline, of->references.count);
	of->max = UINT_MAX;
	if (!below(timeline, 4))
		of->max = of->min + below(timeline, 3);
	if (!below(timeline, 8))
		of->except = 1 + below(timeline, 5);
	of->capacity = capacity_for(of);
}

static void choose_feeds(struct timeline *timeline,
			 struct pydetect_image_head *head, u32 number)
{
	u32 *feeds = timeline->feeds + number * TIMELINE_CORRELATIONS;
	u32 i, j;

	head->feeds.first = number * TIMELINE_CORRELATIONS;
	for (i = 0; i < timeline->view.nr_correlations; i++) {
		struct pydetect_image_extent references =
			timeline->correlations[i].references;

		for (j = 0; j < references.count; j++)
			if (timeline->references[references.first + j] ==
			    number)
				feeds[head->feeds.count++] = i;
	}
}

static void choose_policy(struct timeline *timeline)
{
	struct pydetect_view *view = &timeline->view;
	const u64 timespan = 1 + below(timeline, 12);
	u32 i;

	timeline->groups[0] = PYDETECT_FIELD_PARENT_PROCESS_GUID;
	*view = (struct pydetect_view){
		.rules = timeline->rules,
		.correlations = timeline->correlations,
		.references = timeline->references,
		.groups = timeline->groups,
		.feeds = timeline->feeds,
		.nr_rules = TIMELINE_RULES,
		.nr_correlations = 1 + below(timeline, TIMELINE_CORRELATIONS),
	};
	for (i = 0; i < view->nr_correlations; i++) {
		timeline->correlations[i].timespan = timespan;
		timeline->correlations[i].identity = i;
		timeline->correlations[i].groups.count = 1;
		choose_references(timeline, i);
		choose_condition(timeline, i);
	}
	for (i = 0; i < TIMELINE_RULES; i++)
		choose_feeds(timeline, &timeline->rules[i].head, i);
	for (i = 0; i < view->nr_correlations; i++)
		choose_feeds(timeline, &timeline->correlations[i].head,
			     TIMELINE_RULES + i);
}

/* --- Random program starts ------------------------------------------------- */

/*
 * A start may go on with a further pass as long as fewer samples came in
 * between than are kept apart.
 */
static const struct timeline_event *open_start(struct timeline *timeline,
					       u32 number)
{
	u32 i, back = 1 + below(timeline, PYDETECT_WINDOW_PENDING);
	const struct timeline_event *before;

	if (back > number || below(timeline, 3))
		return NULL;
	before = &timeline->events[number - back];
	/* A start is called by the number of its first pass. */
	if (number - before->attempt > PYDETECT_WINDOW_PENDING)
		return NULL;
	for (i = number - back + 1; i < number; i++)
		if (timeline->events[i].attempt == before->attempt)
			return NULL;
	return before;
}

static void choose_event(struct timeline *timeline, u32 number)
{
	struct timeline_event *event = &timeline->events[number];
	const struct timeline_event *before = open_start(timeline, number);

	*event = (struct timeline_event){
		.time = 1,
		.attempt = number,
		.rules = 1 + below(timeline, BIT(TIMELINE_RULES) - 1),
		.group = below(timeline, 12) ? !below(timeline, 4) :
					       TIMELINE_GROUPS,
		.value = below(timeline, 7),
	};
	if (number)
		event->time = event[-1].time + below(timeline, 4) *
						       below(timeline, 3);
	/* Most starts match one rule only. */
	if (below(timeline, 4))
		event->rules = BIT(below(timeline, TIMELINE_RULES));
	if (!before)
		return;
	event->again = true;
	event->attempt = before->attempt;
	event->group = before->group;
}

static void choose_events(struct timeline *timeline)
{
	u32 i;

	timeline->nr_events = 1 + below(timeline, TIMELINE_EVENTS);
	for (i = 0; i < timeline->nr_events; i++)
		choose_event(timeline, i);
}

/* --- The core -------------------------------------------------------------- */

static bool core_digest(void *context, enum pydetect_field field, u64 *digest)
{
	const struct timeline *timeline = context;

	if (field == PYDETECT_FIELD_PARENT_PROCESS_GUID) {
		*digest = timeline->now->group;
		return timeline->now->group < TIMELINE_GROUPS;
	}
	*digest = timeline->now->value;
	return timeline->now->value;
}

static struct pydetect_window *room_of(struct timeline *timeline, u32 number)
{
	return (void *)&timeline->rooms[number][timeline->now->group];
}

static bool core_sample(void *context, u32 number, u64 key,
			const struct pydetect_sample *sample, u64 also,
			struct pydetect_window_state *state)
{
	struct timeline *timeline = context;
	const struct pydetect_image_correlation *of =
		&timeline->correlations[number];

	(void)key;
	pydetect_window_add(room_of(timeline, number), of, sample);
	pydetect_window_judge(room_of(timeline, number), of, sample->time, also,
			      state);
	timeline->got[number] = (struct timeline_result){
		.sampled = true,
		.holds = state->holds,
		.alert = state->alert,
		.count = state->count,
	};
	return true;
}

static bool core_look(void *context, u32 number, u64 key, u64 time,
		      struct pydetect_window_state *state)
{
	struct timeline *timeline = context;

	(void)key;
	pydetect_window_look(room_of(timeline, number),
			     &timeline->correlations[number], time, 0, state);
	return true;
}

static void judge_by_core(struct timeline *timeline)
{
	static const struct pydetect_secret secret = { { 1, 2 } };
	const struct pydetect_correlator correlator = {
		.secret = &secret,
		.time = timeline->now->time,
		.caller = timeline->now->attempt,
		.again = timeline->now->again,
		.context = timeline,
		.digest = core_digest,
		.sample = core_sample,
		.look = core_look,
	};
	u32 i;

	timeline->touched = 0;
	timeline->fed = 0;
	timeline->exec = (struct pydetect_exec){
		.view = &timeline->view,
		.candidates = timeline->candidates,
		.touched = &timeline->touched,
		.fed = &timeline->fed,
		.findings = timeline->findings,
	};
	for (i = 0; i < TIMELINE_RULES; i++)
		if (timeline->now->rules >> i & 1)
			timeline->candidates[timeline->exec.nr_candidates++] =
				i;
	pydetect_correlate(&timeline->exec, &correlator);
}

/* --- The obvious way ------------------------------------------------------- */

static bool in_window(const struct timeline *timeline, u64 time)
{
	const u64 timespan = timeline->correlations[0].timespan;

	return time <= timeline->now->time &&
	       time + timespan > timeline->now->time;
}

static u32 count_samples(const struct timeline *timeline,
			 const struct timeline_window *window)
{
	u32 i, count = 0;

	for (i = 0; i < window->count; i++)
		count += in_window(timeline, window->samples[i].time);
	return count;
}

static u32 count_values(const struct timeline *timeline,
			const struct timeline_window *window)
{
	u32 i, seen = 0, count = 0;

	for (i = 0; i < window->count; i++)
		if (in_window(timeline, window->samples[i].time))
			seen |= 1u << window->samples[i].value;
	for (; seen; seen >>= 1)
		count += seen & 1;
	return count;
}

static u32 count_order(const struct timeline *timeline,
		       const struct timeline_window *window, u32 references)
{
	u32 i, next = 0;

	for (i = 0; i < window->count && next < references; i++)
		if (in_window(timeline, window->samples[i].time) &&
		    window->samples[i].bits >> next & 1)
			next++;
	return next;
}

static bool holds_now(const struct timeline *timeline, u32 number, bool chained);

/* References to rules by their samples, to correlations by how they stand. */
static u32 count_rules(const struct timeline *timeline,
		       const struct timeline_window *window, u32 number,
		       bool chained)
{
	const struct pydetect_image_extent of =
		timeline->correlations[number].references;
	u32 i, j, count = 0;

	for (i = 0; i < of.count; i++) {
		u32 reference = timeline->references[of.first + i];
		bool seen = false;

		if (reference >= TIMELINE_RULES)
			seen = chained &&
			       holds_now(timeline, reference - TIMELINE_RULES,
					 false);
		for (j = 0; j < window->count && reference < TIMELINE_RULES;
		     j++)
			seen |= in_window(timeline, window->samples[j].time) &&
				window->samples[j].bits >> i & 1;
		count += seen;
	}
	return count;
}

static u32 count_now(const struct timeline *timeline, u32 number, bool chained)
{
	const struct pydetect_image_correlation *of =
		&timeline->correlations[number];
	const struct timeline_window *window =
		&timeline->windows[number][timeline->now->group];
	u32 count;

	switch (of->type) {
	case PYDETECT_CORRELATION_TEMPORAL:
		return count_rules(timeline, window, number, chained);
	case PYDETECT_CORRELATION_TEMPORAL_ORDERED:
		return count_order(timeline, window, of->references.count);
	case PYDETECT_CORRELATION_VALUE_COUNT:
		count = count_values(timeline, window);
		break;
	default:
		count = count_samples(timeline, window);
	}
	return count < of->capacity ? count : of->capacity;
}

static bool good_now(const struct pydetect_image_correlation *of, u32 count)
{
	if (count < of->min || count > of->max)
		return false;
	return !of->except || count != of->except;
}

static bool holds_now(const struct timeline *timeline, u32 number, bool chained)
{
	return good_now(&timeline->correlations[number],
			count_now(timeline, number, chained));
}

/* Which references happened at this event. */
static u32 bits_now(const struct timeline *timeline, u32 number, bool *touched)
{
	const struct pydetect_image_extent of =
		timeline->correlations[number].references;
	u32 i, bits = 0;

	for (i = 0; i < of.count; i++) {
		u32 reference = timeline->references[of.first + i];
		const struct timeline_result *result;

		if (reference < TIMELINE_RULES) {
			bits |= (timeline->now->rules >> reference & 1) << i;
			*touched |= timeline->now->rules >> reference & 1;
			continue;
		}
		result = &timeline->wanted[reference - TIMELINE_RULES];
		*touched |= result->sampled;
		bits |= (u32)(result->sampled && result->holds) << i;
	}
	return bits;
}

/* Returns the rules of its earlier passes. */
static u32 forget_attempt(struct timeline_window *window, u32 attempt)
{
	u32 i, kept = 0, bits = 0;

	for (i = 0; i < window->count; i++) {
		if (window->samples[i].attempt == attempt)
			bits |= window->samples[i].bits;
		else
			window->samples[kept++] = window->samples[i];
	}
	window->count = kept;
	return bits;
}

static void add_plainly(struct timeline *timeline, u32 number, u32 bits)
{
	struct timeline_window *window =
		&timeline->windows[number][timeline->now->group];

	bits |= forget_attempt(window, timeline->now->attempt);
	window->samples[window->count++] = (struct timeline_sample){
		.time = timeline->now->time,
		.attempt = timeline->now->attempt,
		.value = timeline->now->value,
		.bits = bits,
	};
}

static void judge_plainly(struct timeline *timeline, u32 number)
{
	const struct pydetect_image_correlation *of =
		&timeline->correlations[number];
	struct timeline_result *result = &timeline->wanted[number];
	struct timeline_window *window;
	bool touched = false;
	u32 bits = bits_now(timeline, number, &touched);

	if (!touched || timeline->now->group == TIMELINE_GROUPS)
		return;
	if (!bits && of->type != PYDETECT_CORRELATION_TEMPORAL)
		return;
	if (of->type == PYDETECT_CORRELATION_VALUE_COUNT &&
	    !timeline->now->value)
		return;
	add_plainly(timeline, number, bits);
	window = &timeline->windows[number][timeline->now->group];
	result->sampled = true;
	result->count = count_now(timeline, number, true);
	result->holds = good_now(of, result->count);
	result->alert = result->holds &&
			(!window->held || timeline->now->time >=
						  window->alerted +
							  of->timespan);
	if (result->alert)
		window->alerted = timeline->now->time;
	window->held = result->holds;
}

static bool agree(const struct timeline *timeline)
{
	u32 i;

	for (i = 0; i < timeline->view.nr_correlations; i++) {
		const struct timeline_result *got = &timeline->got[i];
		const struct timeline_result *wanted = &timeline->wanted[i];

		if (got->sampled != wanted->sampled ||
		    got->holds != wanted->holds ||
		    got->alert != wanted->alert || got->count != wanted->count)
			return false;
	}
	return true;
}

int timeline_run(struct timeline *timeline, u64 seed)
{
	u32 i, number;

	memset(timeline, 0, sizeof(*timeline));
	timeline->random = seed * 0x9e3779b97f4a7c15ULL | 1;
	choose_policy(timeline);
	choose_events(timeline);
	for (i = 0; i < timeline->nr_events; i++) {
		timeline->now = &timeline->events[i];
		memset(timeline->got, 0, sizeof(timeline->got));
		memset(timeline->wanted, 0, sizeof(timeline->wanted));
		judge_by_core(timeline);
		for (number = 0; number < timeline->view.nr_correlations;
		     number++)
			judge_plainly(timeline, number);
		if (!agree(timeline))
			return i;
	}
	return -1;
}
