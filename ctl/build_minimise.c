// SPDX-License-Identifier: GPL-2.0-only
/*
 * The smallest automaton that finds the same (Hopcroft 1971, with the
 * partition of A. Valmari, "Fast brief practical DFA minimization", 2012).
 *
 * States that accept differently are kept apart to begin with. Then a block of
 * states that agree so far is split where some of them lead into a given block
 * and some do not; of two halves only the smaller needs to be looked at again.
 * Last, classes of bytes with which every state does the same become one.
 */
#include <stdlib.h>
#include <string.h>

#include "build_dfa.h"

/**
 * struct block - states that nothing tells apart so far
 * @first: first of them, in the order of the partition
 * @end: behind the last one
 * @marked: how many at the front are marked
 * @queued: waits to be looked at
 */
struct block {
	u32 first;
	u32 end;
	u32 marked;
	bool queued;
};

/**
 * struct partition - all states, block by block
 * @dfa: the automaton
 * @order: the states
 * @place: of each state in @order
 * @block: of each state
 * @blocks: the blocks
 * @queue: blocks that wait
 * @touched: blocks with marks
 * @splitter: states of the block being looked at
 * @from: states, by class and by the state that they lead to
 * @from_first: for each class and state the first one in @from
 */
struct partition {
	struct build_dfa *dfa;
	u32 *order;
	u32 *place;
	u32 *block;
	BUILD_LIST(struct block) blocks;
	BUILD_LIST(u32) queue;
	BUILD_LIST(u32) touched;
	BUILD_LIST(u32) splitter;
	u32 *from;
	u32 *from_first;
};

static void partition_free(struct partition *partition)
{
	free(partition->order);
	free(partition->place);
	free(partition->block);
	build_list_free(&partition->blocks);
	build_list_free(&partition->queue);
	build_list_free(&partition->touched);
	build_list_free(&partition->splitter);
	free(partition->from);
	free(partition->from_first);
}

/* List, for each class and state, the states that lead there. */
static int invert(struct partition *partition)
{
	const struct build_dfa *dfa = partition->dfa;
	const u32 classes = dfa->alphabet.classes;
	const size_t cells = (size_t)dfa->states * classes;
	u32 *first;
	u32 state, class;
	size_t i;

	partition->from = malloc(cells * sizeof(*partition->from));
	first = calloc(cells + 1, sizeof(*first));
	partition->from_first = first;
	if (!partition->from || !first)
		return -1;
	for (state = 0; state < dfa->states; state++)
		for (class = 0; class < classes; class++)
			first[(size_t)class * dfa->states +
			      dfa->next.items[state * classes + class]]++;
	for (i = 1; i <= cells; i++)
		first[i] += first[i - 1];
	for (state = 0; state < dfa->states; state++)
		for (class = 0; class < classes; class++) {
			const u32 to = dfa->next.items[state * classes + class];

			i = --first[(size_t)class * dfa->states + to];
			partition->from[i] = state;
		}
	return 0;
}

static int enqueue(struct partition *partition, u32 number)
{
	partition->blocks.items[number].queued = true;
	return build_list_push(&partition->queue, number) ? 0 : -1;
}

/* What a state accepts, as a run of accepts[]; empty for most. */
static size_t accept_run(const struct build_dfa *dfa, u32 state, size_t *at)
{
	const size_t first = *at;

	while (*at < dfa->accepts.count &&
	       dfa->accepts.items[*at].state == state)
		++*at;
	return first;
}

static bool same_accepts(const struct build_accept *a,
			 const struct build_accept *b, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (a[i].pattern != b[i].pattern || a[i].late != b[i].late)
			return false;
	return true;
}

/**
 * struct kind - a way of accepting
 * @first: the accepts of some state that accepts this way
 * @count: how many
 */
struct kind {
	size_t first;
	size_t count;
};

typedef BUILD_LIST(struct kind) kind_list;

static int find_kind(const struct build_dfa *dfa, kind_list *kinds,
		     struct build_map *map, struct kind kind, u32 *number)
{
	const struct build_accept *accepts = dfa->accepts.items;
	u32 position = BUILD_NONE, hash = 0;
	size_t i;

	for (i = kind.first; i < kind.first + kind.count; i++)
		hash = build_hash(&accepts[i].pattern, sizeof(u32),
				  hash + accepts[i].late);
	while ((*number = build_map_next(map, hash, &position)) != BUILD_NONE)
		if (kinds->items[*number].count == kind.count &&
		    same_accepts(accepts + kinds->items[*number].first,
				 accepts + kind.first, kind.count))
			return 0;
	*number = kinds->count;
	if (!build_list_push(kinds, kind))
		return -1;
	return build_map_add(map, hash, *number);
}

/* Number the ways of accepting; not to accept is one of them. */
static int find_kinds(struct partition *partition, u32 *nr_kinds)
{
	const struct build_dfa *dfa = partition->dfa;
	struct build_map map = { 0 };
	kind_list kinds = { 0 };
	size_t at = 0;
	u32 state;
	int error = 0;

	for (state = 0; state < dfa->states && !error; state++) {
		struct kind kind;

		kind.first = accept_run(dfa, state, &at);
		kind.count = at - kind.first;
		error = find_kind(dfa, &kinds, &map, kind,
				  &partition->block[state]);
	}
	*nr_kinds = kinds.count;
	build_list_free(&kinds);
	build_map_free(&map);
	return error;
}

/* One block for each way of accepting. */
static int begin(struct partition *partition)
{
	const u32 states = partition->dfa->states;
	u32 state, number, nr_kinds, end = 0;

	if (find_kinds(partition, &nr_kinds))
		return -1;
	for (number = 0; number < nr_kinds; number++)
		if (!build_list_push(&partition->blocks, { 0 }))
			return -1;
	for (state = 0; state < states; state++)
		partition->blocks.items[partition->block[state]].end++;
	for (number = 0; number < nr_kinds; number++) {
		struct block *block = &partition->blocks.items[number];

		block->first = end;
		end += block->end;
		block->end = block->first;
		if (enqueue(partition, number))
			return -1;
	}
	for (state = 0; state < states; state++) {
		const u32 place = partition->blocks.items[
			partition->block[state]].end++;

		partition->order[place] = state;
		partition->place[state] = place;
	}
	return 0;
}

static void swap(struct partition *partition, u32 a, u32 b)
{
	const u32 state = partition->order[a];

	partition->order[a] = partition->order[b];
	partition->order[b] = state;
	partition->place[partition->order[a]] = a;
	partition->place[partition->order[b]] = b;
}

static int mark(struct partition *partition, u32 state)
{
	const u32 number = partition->block[state];
	struct block *block = &partition->blocks.items[number];

	if (partition->place[state] < block->first + block->marked)
		return 0;
	if (!block->marked && !build_list_push(&partition->touched, number))
		return -1;
	swap(partition, partition->place[state], block->first + block->marked);
	block->marked++;
	return 0;
}

/* Part the marked states of a block from the others. */
static int split(struct partition *partition, u32 number)
{
	const u32 fresh = partition->blocks.count;
	struct block *block = &partition->blocks.items[number];
	struct block half = *block;
	u32 i;

	if (block->marked == block->end - block->first) {
		block->marked = 0;
		return 0;
	}
	half.end = half.first + half.marked;
	half.marked = 0;
	half.queued = false;
	block->first = half.end;
	block->marked = 0;
	if (half.end - half.first > block->end - block->first &&
	    !block->queued) {
		const struct block larger = half;

		half = *block;
		*block = larger;
	}
	for (i = half.first; i < half.end; i++)
		partition->block[partition->order[i]] = fresh;
	if (!build_list_push(&partition->blocks, half))
		return -1;
	return enqueue(partition, fresh);
}

static int look_at_class(struct partition *partition, u32 class)
{
	const size_t base = (size_t)class * partition->dfa->states;
	size_t i;
	u32 j;

	for (i = 0; i < partition->splitter.count; i++) {
		const u32 *first = partition->from_first + base +
				   partition->splitter.items[i];

		for (j = first[0]; j < first[1]; j++)
			if (mark(partition, partition->from[j]))
				return -1;
	}
	while (partition->touched.count)
		if (split(partition, partition->touched.items[
					--partition->touched.count]))
			return -1;
	return 0;
}

static int look_at(struct partition *partition, u32 number)
{
	struct block *block = &partition->blocks.items[number];
	const u32 count = block->end - block->first;
	u32 class;
	u32 *copy;

	block->queued = false;
	partition->splitter.count = 0;
	copy = build_list_add(&partition->splitter, count);
	if (!copy)
		return -1;
	memcpy(copy, partition->order + block->first, count * sizeof(*copy));
	for (class = 0; class < partition->dfa->alphabet.classes; class++)
		if (look_at_class(partition, class))
			return -1;
	return 0;
}

static int compare_accepts(const void *a, const void *b)
{
	const struct build_accept *left = a, *right = b;

	if (left->state != right->state)
		return left->state < right->state ? -1 : 1;
	return left->pattern < right->pattern ? -1 : 1;
}

/* Of the accepts of a block, those of one of its states remain. */
static void merge_accepts(struct partition *partition)
{
	struct build_dfa *dfa = partition->dfa;
	size_t i, kept = 0;

	for (i = 0; i < dfa->accepts.count; i++) {
		struct build_accept accept = dfa->accepts.items[i];
		const u32 block = partition->block[accept.state];
		const u32 first = partition->blocks.items[block].first;

		if (partition->order[first] != accept.state)
			continue;
		accept.state = block;
		dfa->accepts.items[kept++] = accept;
	}
	dfa->accepts.count = kept;
	if (kept)
		qsort(dfa->accepts.items, kept, sizeof(*dfa->accepts.items),
		      compare_accepts);
}

/* One state for each block. */
static int merge_states(struct partition *partition)
{
	struct build_dfa *dfa = partition->dfa;
	const u32 classes = dfa->alphabet.classes;
	const u32 count = partition->blocks.count;
	u32 *next = malloc((size_t)count * classes * sizeof(*next));
	u32 number, class;

	if (!next)
		return -1;
	for (number = 0; number < count; number++) {
		const u32 state = partition->order[
			partition->blocks.items[number].first];

		for (class = 0; class < classes; class++)
			next[number * classes + class] = partition->block[
				dfa->next.items[state * classes + class]];
	}
	merge_accepts(partition);
	free(dfa->next.items);
	dfa->next.items = next;
	dfa->next.count = (size_t)count * classes;
	dfa->next.capacity = dfa->next.count;
	dfa->start = partition->block[dfa->start];
	dfa->states = count;
	return 0;
}

static u32 hash_column(const struct build_dfa *dfa, u32 class)
{
	const u32 classes = dfa->alphabet.classes;
	u64 hash = 0;
	u32 state;

	for (state = 0; state < dfa->states; state++) {
		hash ^= dfa->next.items[state * classes + class];
		hash *= 0x9e3779b97f4a7c15ull;
	}
	return hash >> 32;
}

static bool same_columns(const struct build_dfa *dfa, u32 a, u32 b)
{
	const u32 classes = dfa->alphabet.classes;
	u32 state;

	for (state = 0; state < dfa->states; state++)
		if (dfa->next.items[state * classes + a] !=
		    dfa->next.items[state * classes + b])
			return false;
	return true;
}

static void keep_columns(struct build_dfa *dfa, const u8 *fresh, u32 kept)
{
	const u32 classes = dfa->alphabet.classes;
	u32 *next = dfa->next.items;
	u32 state, class, byte;

	for (state = 0; state < dfa->states; state++)
		for (class = 0; class < classes; class++)
			next[state * kept + fresh[class]] =
				next[state * classes + class];
	dfa->next.count = (size_t)dfa->states * kept;
	for (byte = 0; byte < 256; byte++)
		dfa->alphabet.class_of[byte] =
			fresh[dfa->alphabet.class_of[byte]];
	for (byte = 1; byte < 256; byte++)
		dfa->alphabet.sample[dfa->alphabet.class_of[byte]] = byte;
	dfa->alphabet.edge = fresh[dfa->alphabet.edge];
	dfa->alphabet.classes = kept;
}

/*
 * One class for all with which every state does the same. Columns only move to
 * the left, so they can be moved in place. The edge keeps a class of its own.
 */
static void merge_classes(struct build_dfa *dfa)
{
	const u32 classes = dfa->alphabet.classes;
	u32 hashes[PYDETECT_CLASSES_MAX], old[PYDETECT_CLASSES_MAX];
	u8 fresh[PYDETECT_CLASSES_MAX];
	u32 class, other, kept = 0;

	for (class = 0; class < classes; class++) {
		hashes[class] = hash_column(dfa, class);
		for (other = 0; other < kept; other++)
			if (class != dfa->alphabet.edge &&
			    old[other] != dfa->alphabet.edge &&
			    hashes[old[other]] == hashes[class] &&
			    same_columns(dfa, old[other], class))
				break;
		if (other == kept)
			old[kept++] = class;
		fresh[class] = other;
	}
	keep_columns(dfa, fresh, kept);
}

static int minimise(struct partition *partition)
{
	const u32 states = partition->dfa->states;

	partition->order = malloc(states * sizeof(*partition->order));
	partition->place = malloc(states * sizeof(*partition->place));
	partition->block = malloc(states * sizeof(*partition->block));
	if (!partition->order || !partition->place || !partition->block ||
	    invert(partition) || begin(partition))
		return -1;
	while (partition->queue.count)
		if (look_at(partition, partition->queue.items[
					--partition->queue.count]))
			return -1;
	return merge_states(partition);
}

/**
 * build_dfa_minimise - make an automaton as small as can be
 * @dfa: the automaton; states that nothing leads to are not removed
 *
 * Return: 0, or -1 when out of memory.
 */
int build_dfa_minimise(struct build_dfa *dfa)
{
	struct partition partition = { .dfa = dfa };
	int error;

	error = minimise(&partition);
	partition_free(&partition);
	if (!error)
		merge_classes(dfa);
	return error;
}
