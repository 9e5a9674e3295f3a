// SPDX-License-Identifier: GPL-2.0-only
/*
 * Judging whatever comes, in memory in which every step beside a section or a
 * map is one beside a block of malloc(), where AddressSanitizer sees it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../module/core/automaton.h"
#include "../../module/core/condition.h"
#include "../../module/core/correlate.h"
#include "core_sample.h"

#define TEXT_MAX 48

/**
 * core_random_below - the next number
 * @random: the sequence
 * @bound: how many different numbers there are, at least one
 *
 * (G. Marsaglia, "Xorshift RNGs", 2003)
 *
 * Return: a number below @bound.
 */
u32 core_random_below(struct core_random *random, u32 bound)
{
	random->state ^= random->state << 13;
	random->state ^= random->state >> 7;
	random->state ^= random->state << 17;
	return (random->state >> 32) % bound;
}

static void *zeroed(size_t bytes)
{
	void *memory = calloc(1, bytes);

	assert_non_null(memory);
	return memory;
}

/**
 * core_exec_new - an exec whose maps lie by themselves
 * @view: the policy
 *
 * Return: the exec, to be freed with core_exec_free().
 */
struct pydetect_exec *core_exec_new(const struct pydetect_view *view)
{
	struct pydetect_exec *exec =
		pydetect_exec_init(zeroed(pydetect_exec_bytes(view)), view);

	exec->holds = zeroed(BITS_TO_LONGS(view->nr_predicates) * sizeof(long));
	exec->seen = zeroed(BITS_TO_LONGS(view->nr_rules) * sizeof(long));
	exec->candidates = zeroed(view->nr_rules * sizeof(u32));
	exec->touched =
		zeroed(BITS_TO_LONGS(view->nr_correlations) * sizeof(long));
	exec->fed = zeroed(BITS_TO_LONGS(view->nr_correlations) * sizeof(long));
	exec->findings =
		zeroed(view->nr_correlations * sizeof(*exec->findings));
	return exec;
}

/**
 * core_exec_free - free an exec
 * @exec: from core_exec_new()
 */
void core_exec_free(struct pydetect_exec *exec)
{
	free(exec->holds);
	free(exec->seen);
	free(exec->candidates);
	free(exec->touched);
	free(exec->fed);
	free(exec->findings);
	free(exec);
}

static const void *scattered(const struct pydetect_view *view, u32 section)
{
	const struct pydetect_image_extent extent =
		view->header->sections[section];
	const size_t bytes = extent.count * core_element_size(section);
	u8 *copy = malloc(bytes);

	assert_true(copy || !bytes);
	if (bytes)
		memcpy(copy, (const u8 *)view->header + extent.first, bytes);
	return copy;
}

/**
 * core_view_scatter - put every section of an image into a block of its own
 * @view: of a verified image; afterwards of the copies, which
 *	core_view_free() frees
 */
void core_view_scatter(struct pydetect_view *view)
{
	view->automata = scattered(view, PYDETECT_SECTION_AUTOMATA);
	view->classes = scattered(view, PYDETECT_SECTION_CLASSES);
	view->cells = scattered(view, PYDETECT_SECTION_CELLS);
	view->links = scattered(view, PYDETECT_SECTION_LINKS);
	view->fallbacks = scattered(view, PYDETECT_SECTION_FALLBACKS);
	view->edges = scattered(view, PYDETECT_SECTION_EDGES);
	view->lists = scattered(view, PYDETECT_SECTION_LISTS);
	view->outputs = scattered(view, PYDETECT_SECTION_OUTPUTS);
	view->predicates = scattered(view, PYDETECT_SECTION_PREDICATES);
	view->triggers = scattered(view, PYDETECT_SECTION_TRIGGERS);
	view->numbers = scattered(view, PYDETECT_SECTION_NUMBERS);
	view->ranges = scattered(view, PYDETECT_SECTION_RANGES);
	view->steps = scattered(view, PYDETECT_SECTION_STEPS);
	view->rules = scattered(view, PYDETECT_SECTION_RULES);
	view->labels = scattered(view, PYDETECT_SECTION_LABELS);
	view->tags = scattered(view, PYDETECT_SECTION_TAGS);
	view->correlations = scattered(view, PYDETECT_SECTION_CORRELATIONS);
	view->references = scattered(view, PYDETECT_SECTION_REFERENCES);
	view->groups = scattered(view, PYDETECT_SECTION_GROUPS);
	view->feeds = scattered(view, PYDETECT_SECTION_FEEDS);
	view->tracked = scattered(view, PYDETECT_SECTION_TRACKED);
	view->strings = scattered(view, PYDETECT_SECTION_STRINGS);
}

/**
 * core_view_free - free the copies of the sections
 * @view: from core_view_scatter()
 */
void core_view_free(struct pydetect_view *view)
{
	free((void *)view->automata);
	free((void *)view->classes);
	free((void *)view->cells);
	free((void *)view->links);
	free((void *)view->fallbacks);
	free((void *)view->edges);
	free((void *)view->lists);
	free((void *)view->outputs);
	free((void *)view->predicates);
	free((void *)view->triggers);
	free((void *)view->numbers);
	free((void *)view->ranges);
	free((void *)view->steps);
	free((void *)view->rules);
	free((void *)view->labels);
	free((void *)view->tags);
	free((void *)view->correlations);
	free((void *)view->references);
	free((void *)view->groups);
	free((void *)view->feeds);
	free((void *)view->tracked);
	free((void *)view->strings);
}

/* Bytes and pieces of what the sample looks for, so that there are hits. */
static size_t random_text(struct core_random *random, u8 *text)
{
	static const char *const pieces[] = {
		"/python3", "/python", "/bin/sh", "sh", "import os",
		"-c",	    "cron",    " ",	  "/",	"x",
	};
	const u32 count = core_random_below(random, 6);
	size_t length = 0;
	u32 i;

	for (i = 0; i < count; i++) {
		const u32 choice = core_random_below(random, 14);

		if (choice < ARRAY_SIZE(pieces)) {
			memcpy(text + length, pieces[choice],
			       strlen(pieces[choice]));
			length += strlen(pieces[choice]);
		} else {
			text[length++] = choice == 10 ?
						 0 :
						 core_random_below(random, 256);
		}
	}
	assert_true(length <= TEXT_MAX);
	return length;
}

static int capture_anything(struct pydetect_exec *exec,
			    enum pydetect_stage stage, void *context)
{
	struct core_random *random = context;
	u8 text[TEXT_MAX];
	u32 i;

	for (i = 0; i < PYDETECT_FIELD_COUNT; i++)
		if (pydetect_field_stage(i) == stage &&
		    core_random_below(random, 8))
			pydetect_walk(exec, i, text, random_text(random, text));
	for (i = 0; i < PYDETECT_NUMBER_COUNT; i++)
		if (stage == PYDETECT_STAGE_FILE &&
		    core_random_below(random, 2))
			pydetect_exec_number(exec, i,
					     core_random_below(random, 2000));
	return 0;
}

/* What an event tells of a rule. */
static void visit_rule(const struct pydetect_exec *exec, u32 index)
{
	const struct pydetect_view *view = exec->view;
	const struct pydetect_image_rule *rule = &view->rules[index];
	size_t bytes = strlen(pydetect_string(view, rule->head.id)) +
		       strlen(pydetect_string(view, rule->head.title)) +
		       strlen(pydetect_string(view, rule->head.author));
	u32 i;

	for (i = 0; i < rule->head.tags.count; i++)
		bytes += strlen(pydetect_string(
			view, view->tags[rule->head.tags.first + i]));
	for (i = 0; i < rule->labels.count; i++) {
		const struct pydetect_image_label *label =
			&view->labels[rule->labels.first + i];

		if (pydetect_program_holds(exec, label->program))
			bytes += strlen(pydetect_string(view, label->name));
	}
	assert_true(bytes < SIZE_MAX);
}

static void visit_result(const struct pydetect_exec *exec)
{
	const struct pydetect_view *view = exec->view;
	u32 i;

	assert_true(exec->nr_hits <= PYDETECT_HITS_MAX);
	assert_true(exec->nr_candidates <= view->nr_rules);
	for (i = 0; i < exec->nr_candidates; i++) {
		assert_true(exec->candidates[i] < view->nr_rules);
		assert_true(!i ||
			    exec->candidates[i - 1] < exec->candidates[i]);
		visit_rule(exec, exec->candidates[i]);
	}
	for (i = 0; i < exec->nr_hits; i++) {
		const u32 text = view->predicates[exec->hits[i].predicate].text;

		assert_true(strlen(pydetect_string(view, text)) <
			    PYDETECT_STRING_BYTES_MAX);
	}
	for (i = 0; i < view->nr_numbers; i++)
		assert_true(
			strlen(pydetect_string(view, view->numbers[i].text)) <
			PYDETECT_STRING_BYTES_MAX);
}

/**
 * struct core_windows - a window for each correlation, whatever the group
 * @view: the policy
 * @windows: each from malloc() with just its size
 * @random: where hashes come from
 */
struct core_windows {
	const struct pydetect_view *view;
	struct pydetect_window **windows;
	struct core_random *random;
};

static bool digest_anything(void *context, enum pydetect_field field,
			    u64 *digest)
{
	struct core_windows *windows = context;

	*digest = core_random_below(windows->random, 6);
	return field != PYDETECT_FIELD_USER ||
	       core_random_below(windows->random, 2);
}

static bool sample_anything(void *context, u32 correlation, u64 key,
			    const struct pydetect_sample *sample, u64 also,
			    struct pydetect_window_state *state)
{
	struct core_windows *windows = context;
	const struct pydetect_image_correlation *of =
		&windows->view->correlations[correlation];

	(void)key;
	pydetect_window_add(windows->windows[correlation], of, sample);
	pydetect_window_judge(windows->windows[correlation], of, sample->time,
			      also, state);
	assert_true(state->count <= of->capacity);
	assert_true(state->first <= state->last);
	return true;
}

static bool look_anything(void *context, u32 correlation, u64 key, u64 time,
			  struct pydetect_window_state *state)
{
	struct core_windows *windows = context;

	(void)key;
	pydetect_window_look(windows->windows[correlation],
			     &windows->view->correlations[correlation], time, 0,
			     state);
	return true;
}

static void make_windows(struct core_windows *windows)
{
	const struct pydetect_view *view = windows->view;
	u32 i;

	windows->windows =
		calloc(view->nr_correlations + 1, sizeof(*windows->windows));
	assert_non_null(windows->windows);
	for (i = 0; i < view->nr_correlations; i++) {
		windows->windows[i] = calloc(
			1, pydetect_window_bytes(&view->correlations[i]));
		assert_non_null(windows->windows[i]);
	}
}

static void free_windows(struct core_windows *windows)
{
	u32 i;

	for (i = 0; i < windows->view->nr_correlations; i++)
		free(windows->windows[i]);
	free(windows->windows);
}

static void visit_findings(const struct pydetect_exec *exec)
{
	u32 i;

	assert_true(exec->nr_findings <= exec->view->nr_correlations);
	for (i = 0; i < exec->nr_findings; i++)
		assert_true(exec->findings[i].correlation <
			    exec->view->nr_correlations);
}

/* The same start, again and again: windows fill, and run over. */
static void correlate_anything(struct pydetect_exec *exec,
			       struct core_random *random)
{
	struct core_windows windows = { .view = exec->view, .random = random };
	const struct pydetect_secret secret = { { 1, 2 } };
	struct pydetect_correlator correlator = {
		.secret = &secret,
		.context = &windows,
		.digest = digest_anything,
		.sample = sample_anything,
		.look = look_anything,
	};
	u32 i;

	make_windows(&windows);
	for (i = 0; i < 12; i++) {
		correlator.time += core_random_below(random, 3) * 1000000000ull;
		correlator.caller = core_random_below(random, 3);
		correlator.again = core_random_below(random, 2);
		pydetect_correlate(exec, &correlator);
		visit_findings(exec);
		exec->nr_findings = 0;
	}
	free_windows(&windows);
}

static bool is_clear(const unsigned long *map, u32 bits)
{
	u32 i;

	for (i = 0; i < BITS_TO_LONGS(bits); i++)
		if (map[i])
			return false;
	return true;
}

static bool is_told(const struct pydetect_exec *exec)
{
	u32 i;

	for (i = 0; i < exec->nr_candidates; i++)
		if (!pydetect_is_silent(
			    &exec->view->rules[exec->candidates[i]].head))
			return true;
	return false;
}

/**
 * core_judge_anything - judge a random exec and look at all that came of it
 * @exec: idle, and idle again afterwards
 * @random: where the exec comes from
 */
void core_judge_anything(struct pydetect_exec *exec, struct core_random *random)
{
	const struct pydetect_view *view = exec->view;

	assert_int_equal(pydetect_judge(exec, capture_anything, random), 0);
	visit_result(exec);
	assert_int_equal(pydetect_verdict(exec, true) !=
				 PYDETECT_VERDICT_ALLOW,
			 is_told(exec));
	if (exec->nr_candidates && view->nr_correlations)
		correlate_anything(exec, random);
	pydetect_exec_reset(exec);
	assert_true(is_clear(exec->holds, view->nr_predicates));
	assert_true(is_clear(exec->seen, view->nr_rules));
	assert_true(is_clear(exec->touched, view->nr_correlations));
	assert_true(is_clear(exec->fed, view->nr_correlations));
}
