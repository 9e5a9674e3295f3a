// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two automata -> one that finds what either finds.
 *
 * Its states are pairs of theirs. Each automaton costs a step for every byte
 * of a field, so pairs are worth it as long as they stay few.
 */
#include <stdlib.h>
#include <string.h>

#include "build_dfa.h"

/**
 * struct pair - a state of each
 */
struct pair {
	u32 a;
	u32 b;
};

/**
 * struct joiner - an automaton in the making
 * @dfa: the automaton
 * @a: one part
 * @b: the other
 * @pairs: what its states are made of
 * @map: from the hash of a pair to its state
 * @class_a: class in @a for each class
 * @class_b: class in @b for each class
 */
struct joiner {
	struct build_dfa *dfa;
	const struct build_dfa *a;
	const struct build_dfa *b;
	BUILD_LIST(struct pair) pairs;
	struct build_map map;
	u8 class_a[PYDETECT_CLASSES_MAX];
	u8 class_b[PYDETECT_CLASSES_MAX];
};

static u8 join_class(struct joiner *joiner, u8 a, u8 b, u8 byte)
{
	struct build_alphabet *alphabet = &joiner->dfa->alphabet;
	u32 class;

	for (class = 0; class < alphabet->classes; class++)
		if (class != alphabet->edge && joiner->class_a[class] == a &&
		    joiner->class_b[class] == b)
			return class;
	joiner->class_a[class] = a;
	joiner->class_b[class] = b;
	alphabet->sample[class] = byte;
	return alphabet->classes++;
}

static void join_alphabets(struct joiner *joiner)
{
	const struct build_alphabet *a = &joiner->a->alphabet;
	const struct build_alphabet *b = &joiner->b->alphabet;
	struct build_alphabet *alphabet = &joiner->dfa->alphabet;
	u32 byte;

	memset(alphabet, 0, sizeof(*alphabet));
	joiner->class_a[alphabet->classes] = a->edge;
	joiner->class_b[alphabet->classes] = b->edge;
	alphabet->edge = alphabet->classes++;
	for (byte = 1; byte < 256; byte++)
		alphabet->class_of[byte] = join_class(joiner,
						      a->class_of[byte],
						      b->class_of[byte], byte);
	alphabet->class_of[0] = a->class_of[0] == a->edge ?
					alphabet->edge :
					alphabet->class_of[' '];
}

static int find_pair(struct joiner *joiner, struct pair pair, u32 *state)
{
	const u32 hash = build_hash(&pair, sizeof(pair), 0);
	u32 position = BUILD_NONE;

	while ((*state = build_map_next(&joiner->map, hash, &position)) !=
	       BUILD_NONE)
		if (joiner->pairs.items[*state].a == pair.a &&
		    joiner->pairs.items[*state].b == pair.b)
			return 0;
	*state = joiner->pairs.count;
	if (!build_list_push(&joiner->pairs, pair))
		return -1;
	return build_map_add(&joiner->map, hash, *state);
}

static u32 next(const struct build_dfa *dfa, u32 state, u32 class)
{
	return dfa->next.items[state * dfa->alphabet.classes + class];
}

static int fill_rows(struct joiner *joiner, size_t bytes_max)
{
	const u32 classes = joiner->dfa->alphabet.classes;
	u32 state, class;

	for (state = 0; state < joiner->pairs.count; state++) {
		const struct pair pair = joiner->pairs.items[state];
		u32 *row = build_list_add(&joiner->dfa->next, classes);

		if (!row)
			return -1;
		for (class = 0; class < classes; class++) {
			const struct pair to = {
				next(joiner->a, pair.a, joiner->class_a[class]),
				next(joiner->b, pair.b, joiner->class_b[class]),
			};

			if (find_pair(joiner, to, &row[class]))
				return -1;
		}
		if (joiner->pairs.count * classes * sizeof(*row) > bytes_max)
			return BUILD_REFUSED;
	}
	joiner->dfa->states = joiner->pairs.count;
	return 0;
}

static int copy_accepts(struct joiner *joiner, const struct build_dfa *from,
			u32 old, u32 fresh)
{
	size_t low = 0, high = from->accepts.count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (from->accepts.items[middle].state < old)
			low = middle + 1;
		else
			high = middle;
	}
	while (low < from->accepts.count &&
	       from->accepts.items[low].state == old) {
		struct build_accept accept = from->accepts.items[low++];

		accept.state = fresh;
		if (!build_list_push(&joiner->dfa->accepts, accept))
			return -1;
	}
	return 0;
}

static int join_accepts(struct joiner *joiner)
{
	u32 state;

	for (state = 0; state < joiner->pairs.count; state++) {
		const struct pair pair = joiner->pairs.items[state];

		if (copy_accepts(joiner, joiner->a, pair.a, state) ||
		    copy_accepts(joiner, joiner->b, pair.b, state))
			return -1;
	}
	return 0;
}

/**
 * build_dfa_join - make one automaton of two
 * @dfa: all zero; to be freed in any case
 * @a: one, over the same field as
 * @b: the other; they find different patterns
 * @bytes_max: how large the table may become
 *
 * Return: 0, BUILD_REFUSED where it would become larger, or -1 when out of
 * memory.
 */
int build_dfa_join(struct build_dfa *dfa, const struct build_dfa *a,
		   const struct build_dfa *b, size_t bytes_max)
{
	struct joiner joiner = { .dfa = dfa, .a = a, .b = b };
	const struct pair start = { a->start, b->start };
	int error;

	join_alphabets(&joiner);
	error = find_pair(&joiner, start, &dfa->start);
	if (!error)
		error = fill_rows(&joiner, bytes_max);
	if (!error)
		error = join_accepts(&joiner);
	build_list_free(&joiner.pairs);
	build_map_free(&joiner.map);
	return error ? error : build_dfa_minimise(dfa);
}
