// SPDX-License-Identifier: GPL-2.0-only
/*
 * Growing arrays, hash tables and deduplicated text for the compiler.
 */
#include <stdlib.h>
#include <string.h>

#include "build_memory.h"

#define FIRST_CAPACITY 16u
#define FIRST_SLOTS 64u

/**
 * build_grow - make room in an array
 * @items: the array, or NULL
 * @capacity: elements there is room for; updated
 * @size: bytes of one element
 * @needed: elements there has to be room for
 *
 * Return: the array, possibly moved, or NULL; then @items is still good.
 */
void *build_grow(void *items, size_t *capacity, size_t size, size_t needed)
{
	size_t wanted = *capacity + *capacity / 2;

	if (items && needed <= *capacity)
		return items;
	if (wanted < needed)
		wanted = needed;
	if (wanted < FIRST_CAPACITY)
		wanted = FIRST_CAPACITY;
	if (wanted > SIZE_MAX / size)
		return NULL;
	items = realloc(items, wanted * size);
	if (items)
		*capacity = wanted;
	return items;
}

/**
 * build_hash - a hash of bytes, for tables of the compiler's own
 * @bytes: what to hash
 * @count: how many
 * @seed: hash of what came before
 *
 * Eight bytes a step through a multiplication and a fold. Not keyed: who can
 * feed the compiler rules can also feed it more rules.
 *
 * Return: the hash.
 */
u32 build_hash(const void *bytes, size_t count, u32 seed)
{
	const u8 *at = bytes;
	u64 hash = (u64)seed << 32 ^ count;

	while (count) {
		const size_t step = count < 8 ? count : 8;
		u64 word = 0;

		memcpy(&word, at, step);
		hash = (hash ^ word) * 0x9e3779b97f4a7c15ull;
		hash ^= hash >> 29;
		at += step;
		count -= step;
	}
	hash *= 0xbf58476d1ce4e5b9ull;
	return hash >> 32;
}

static void map_put(struct build_map *map, u32 hash, u32 number)
{
	u32 position = hash & map->mask;

	while (map->slots[position].number != BUILD_NONE)
		position = (position + 1) & map->mask;
	map->slots[position].hash = hash;
	map->slots[position].number = number;
}

static int map_resize(struct build_map *map, u32 slots)
{
	struct build_map larger = { .mask = slots - 1, .used = map->used };
	u32 i;

	larger.slots = malloc(slots * sizeof(*larger.slots));
	if (!larger.slots)
		return -1;
	memset(larger.slots, 0xff, slots * sizeof(*larger.slots));
	for (i = 0; map->slots && i <= map->mask; i++)
		if (map->slots[i].number != BUILD_NONE)
			map_put(&larger, map->slots[i].hash,
				map->slots[i].number);
	free(map->slots);
	*map = larger;
	return 0;
}

/**
 * build_map_add - remember a number under a hash
 * @map: the map
 * @hash: the hash; several numbers may share it
 * @number: the number
 *
 * Return: 0, or -1 when out of memory.
 */
int build_map_add(struct build_map *map, u32 hash, u32 number)
{
	if (!map->slots || map->used >= map->mask / 2) {
		const u32 slots = map->slots ? (map->mask + 1) * 2 :
					       FIRST_SLOTS;

		if (map_resize(map, slots))
			return -1;
	}
	map_put(map, hash, number);
	map->used++;
	return 0;
}

/**
 * build_map_next - the next number under a hash
 * @map: the map
 * @hash: the hash
 * @position: where the search is; BUILD_NONE to begin with
 *
 * Return: the number, or BUILD_NONE when there is no further one.
 */
u32 build_map_next(const struct build_map *map, u32 hash, u32 *position)
{
	u32 at = *position == BUILD_NONE ? hash : *position + 1;

	if (!map->slots)
		return BUILD_NONE;
	for (at &= map->mask; map->slots[at].number != BUILD_NONE;
	     at = (at + 1) & map->mask)
		if (map->slots[at].hash == hash)
			break;
	*position = at;
	return map->slots[at].number;
}

/** build_map_free - give the memory of a map back; it is empty then */
void build_map_free(struct build_map *map)
{
	free(map->slots);
	memset(map, 0, sizeof(*map));
}

/**
 * build_text_add - store a string, unless it is there already
 * @text: where
 * @string: the string; NULL is the empty one
 *
 * Return: its offset, or BUILD_NONE when out of memory.
 */
u32 build_text_add(struct build_text *text, const char *string)
{
	const size_t size = string ? strlen(string) + 1 : 1;
	u32 position = BUILD_NONE, offset, hash;
	char *copy;

	if (!string)
		string = "";
	hash = build_hash(string, size, 0);
	while ((offset = build_map_next(&text->map, hash, &position)) !=
	       BUILD_NONE)
		if (!strcmp(text->bytes.items + offset, string))
			return offset;
	offset = text->bytes.count;
	copy = build_list_add(&text->bytes, size);
	if (!copy || build_map_add(&text->map, hash, offset))
		return BUILD_NONE;
	memcpy(copy, string, size);
	return offset;
}

/** build_text_free - give the memory of all strings back */
void build_text_free(struct build_text *text)
{
	build_list_free(&text->bytes);
	build_map_free(&text->map);
}
