/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Growing arrays, hash tables and deduplicated text for the compiler.
 *
 * Everything is an array of plain elements that refer to each other by number:
 * ten thousand rules make millions of elements, and a number is half as wide
 * as a pointer and survives a move.
 */
#ifndef PYDETECT_CTL_BUILD_MEMORY_H
#define PYDETECT_CTL_BUILD_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

#include "../module/core/env.h"

#define BUILD_NONE UINT32_MAX

/* An array that grows at its end; all zero is an empty one. */
#define BUILD_LIST(type)						\
	struct {							\
		type *items;						\
		size_t count;						\
		size_t capacity;					\
	}

/* Pointer to @number new elements, not cleared, or NULL: out of memory. */
#define build_list_add(list, number) ({					\
	__typeof__(list) list_ = (list);				\
	size_t number_ = (number);					\
	__typeof__(list_->items) added_ = list_->items;			\
									\
	if (!added_ || list_->capacity - list_->count < number_)	\
		added_ = build_grow(added_, &list_->capacity,		\
				    sizeof(*added_),			\
				    list_->count + number_);		\
	if (added_) {							\
		list_->items = added_;					\
		added_ += list_->count;					\
		list_->count += number_;				\
	}								\
	added_;								\
})

/* Append one element; false: out of memory. */
#define build_list_push(list, ...) ({					\
	__typeof__((list)->items) place_ = build_list_add(list, 1);	\
									\
	if (place_)							\
		*place_ = (__typeof__(*place_))__VA_ARGS__;		\
	place_ != NULL;							\
})

/* Give back the room that is not in use. */
#define build_list_trim(list) ({					\
	__typeof__(list) trimmed_ = (list);				\
	void *items_ = trimmed_->count ? realloc(trimmed_->items,	\
			trimmed_->count * sizeof(*trimmed_->items)) :	\
			NULL;						\
									\
	if (items_) {							\
		trimmed_->items = items_;				\
		trimmed_->capacity = trimmed_->count;			\
	}								\
})

#define build_list_free(list) ({					\
	__typeof__(list) freed_ = (list);				\
									\
	free(freed_->items);						\
	freed_->items = NULL;						\
	freed_->count = 0;						\
	freed_->capacity = 0;						\
})

void *build_grow(void *items, size_t *capacity, size_t size, size_t needed);

/**
 * struct build_map - numbers, found by the hash of what they stand for
 * @slots: hash and number, BUILD_NONE where free
 * @mask: number of slots less one
 * @used: slots in use
 *
 * The map does not know the keys: whoever asks compares them.
 */
struct build_map {
	struct build_slot {
		u32 hash;
		u32 number;
	} *slots;
	u32 mask;
	u32 used;
};

u32 build_hash(const void *bytes, size_t count, u32 seed);
int build_map_add(struct build_map *map, u32 hash, u32 number);
u32 build_map_next(const struct build_map *map, u32 hash, u32 *position);
void build_map_free(struct build_map *map);

/**
 * struct build_text - byte strings, each stored once, each ended by a NUL
 * @bytes: all of them; a string is known by its offset
 * @map: from the hash of a string to its offset
 */
struct build_text {
	BUILD_LIST(char) bytes;
	struct build_map map;
};

u32 build_text_add(struct build_text *text, const char *string);
void build_text_free(struct build_text *text);

#endif /* PYDETECT_CTL_BUILD_MEMORY_H */
