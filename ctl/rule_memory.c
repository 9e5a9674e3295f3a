// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory of rules: obstacks, whose macros stand in this file only.
 *
 * glibc's macros align by adding to a null pointer, which clang's sanitizer
 * reports at each use although nothing is wrong with it.
 */
#include <stdlib.h>
#include <string.h>

#include "rule.h"

#define obstack_chunk_alloc malloc
#define obstack_chunk_free free

#ifdef __clang__
#define ALIGNS_FROM_NULL __attribute__((no_sanitize("pointer-overflow")))
#else
#define ALIGNS_FROM_NULL
#endif

/**
 * rule_memory_init - start an obstack
 * @memory: to initialise, ended with rule_memory_free()
 */
ALIGNS_FROM_NULL void rule_memory_init(struct obstack *memory)
{
	obstack_init(memory);
}

/**
 * rule_memory_free - free an obstack and all that is in it
 * @memory: from rule_memory_init()
 */
ALIGNS_FROM_NULL void rule_memory_free(struct obstack *memory)
{
	obstack_free(memory, NULL);
}

/**
 * rule_memory_alloc - zeroed memory that lives as long as its obstack
 * @memory: obstack
 * @size: bytes, at most INT_MAX
 *
 * Return: the memory, never NULL
 */
ALIGNS_FROM_NULL void *rule_memory_alloc(struct obstack *memory, size_t size)
{
	return memset(obstack_alloc(memory, size), 0, size);
}

/**
 * rule_memory_copy - a copy that lives as long as its obstack
 * @memory: obstack
 * @bytes: what to copy
 * @size: how much of it, less than INT_MAX
 *
 * Return: the copy, followed by a NUL, never NULL
 */
void *rule_memory_copy(struct obstack *memory, const void *bytes, size_t size)
{
	return memcpy(rule_memory_alloc(memory, size + 1), bytes, size);
}

/**
 * rule_memory_failed - end the program for lack of memory, as obstacks do
 */
void rule_memory_failed(void)
{
	obstack_alloc_failed_handler();
	abort();
}
