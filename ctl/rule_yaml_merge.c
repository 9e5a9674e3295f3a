// SPDX-License-Identifier: GPL-2.0-only
/*
 * Entries of YAML mappings: no key twice, and what "<<" merges in.
 *
 * Keys are compared by sorting, so that a mapping of a million entries is no
 * harder than a million mappings of one entry.
 */
#include <stdlib.h>
#include <string.h>

#include "rule_read.h"

/**
 * struct candidate - an entry on its way into a mapping
 * @pair: the entry
 * @order: its number; entries of the mapping itself come before merged ones
 * @own: it is the mapping's own
 * @drop: another entry has the same key
 */
struct candidate {
	struct yml_pair pair;
	size_t order;
	bool own;
	bool drop;
};

struct candidates {
	struct candidate *list;
	size_t count;
};

static bool is_merge(const struct yml_node *key)
{
	return key->plain && !strcmp(key->text, "<<");
}

static void add(struct candidates *candidates, const struct yml_pair *pair,
		bool own)
{
	candidates->list[candidates->count] = (struct candidate){
		.pair = *pair,
		.order = candidates->count,
		.own = own,
	};
	candidates->count++;
}

static void add_merged(struct yml *yml, struct candidates *candidates,
		       const struct yml_node *source)
{
	size_t n;

	if (source->kind == YML_MAPPING) {
		for (n = 0; n < source->count; n++)
			add(candidates, &source->pairs[n], false);
		return;
	}
	rule_error(yml->reader, &source->place,
		   "only a map, or a list of maps, can be merged with '<<'");
}

static void add_merge(struct yml *yml, struct candidates *candidates,
		      const struct yml_node *value)
{
	size_t n;

	if (value->kind != YML_SEQUENCE) {
		add_merged(yml, candidates, value);
		return;
	}
	for (n = 0; n < value->count; n++)
		add_merged(yml, candidates, value->items[n]);
}

/* Keys that are not scalars get an error and are left out. */
static bool check_key(struct yml *yml, const struct yml_node *key)
{
	if (key->kind == YML_SCALAR && strlen(key->text) == key->size)
		return true;
	rule_error(yml->reader, &key->place,
		   key->kind == YML_SCALAR ?
			   "a key cannot contain a NUL byte" :
			   "a key has to be text, not a map or a list");
	return false;
}

static void add_own(struct yml *yml, struct candidates *candidates,
		    struct yml_node **children, size_t count)
{
	struct yml_pair pair;
	size_t n;

	for (n = 0; n < count; n += 2) {
		pair = (struct yml_pair){ children[n], children[n + 1] };
		if (check_key(yml, pair.key) && !is_merge(pair.key))
			add(candidates, &pair, true);
	}
}

static void add_merges(struct yml *yml, struct candidates *candidates,
		       struct yml_node **children, size_t count)
{
	size_t n;

	for (n = 0; n < count; n += 2)
		if (children[n]->kind == YML_SCALAR && is_merge(children[n]))
			add_merge(yml, candidates, children[n + 1]);
}

static int compare_keys(const void *left, const void *right)
{
	const struct candidate *a = left, *b = right;
	int order = strcmp(a->pair.key->text, b->pair.key->text);

	return order ? order : (a->order > b->order) - (a->order < b->order);
}

static int compare_order(const void *left, const void *right)
{
	const struct candidate *a = left, *b = right;

	return (a->order > b->order) - (a->order < b->order);
}

static void report_twice(struct yml *yml, const struct candidate *first,
			 const struct candidate *second)
{
	struct diag_entry *entry;

	entry = rule_error(yml->reader, &second->pair.key->place,
			   "key '%s' stands here for the second time",
			   second->pair.key->text);
	diag_hint(entry, "the first one is in line %u",
		  first->pair.key->place.line);
}

static void drop_doubles(struct yml *yml, struct candidates *candidates)
{
	struct candidate *first, *next;
	size_t n;

	qsort(candidates->list, candidates->count, sizeof(*candidates->list),
	      compare_keys);
	first = candidates->list;
	for (n = 1; n < candidates->count; n++) {
		next = &candidates->list[n];
		next->drop =
			!strcmp(first->pair.key->text, next->pair.key->text);
		if (next->drop && next->own)
			report_twice(yml, first, next);
		if (!next->drop)
			first = next;
	}
	qsort(candidates->list, candidates->count, sizeof(*candidates->list),
	      compare_order);
}

static void keep(struct yml *yml, struct yml_node *node,
		 const struct candidates *candidates)
{
	size_t n, room = candidates->count * sizeof(*node->pairs);

	node->pairs = rule_memory_alloc(&yml->memory, room);
	for (n = 0; n < candidates->count; n++)
		if (!candidates->list[n].drop)
			node->pairs[node->count++] = candidates->list[n].pair;
}

/* An upper bound: a mapping has fewer entries than its tree has nodes. */
static size_t room(struct yml_node **children, size_t count)
{
	size_t n, sum = count / 2 + 1;

	for (n = 0; n < count; n += 2)
		if (children[n]->kind == YML_SCALAR && is_merge(children[n]))
			sum += children[n + 1]->weight;
	return sum;
}

/**
 * yml_finish_mapping - turn keys and values into the entries of a mapping
 * @yml: file
 * @node: the mapping
 * @children: key, value, key, value, ...
 * @count: number of children
 *
 * Errors are reported, and leave out the entry they are about.
 *
 * Return: true; false if nothing more can be read
 */
bool yml_finish_mapping(struct yml *yml, struct yml_node *node,
			struct yml_node **children, size_t count)
{
	struct candidates candidates = { 0 };

	candidates.list =
		calloc(room(children, count), sizeof(*candidates.list));
	if (!candidates.list)
		rule_memory_failed();
	add_own(yml, &candidates, children, count);
	add_merges(yml, &candidates, children, count);
	drop_doubles(yml, &candidates);
	keep(yml, node, &candidates);
	free(candidates.list);
	return true;
}
