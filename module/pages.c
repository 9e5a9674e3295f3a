// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading the memory of a program page by page, in place.
 */
#include <linux/highmem.h>
#include <linux/mm.h>

#include "compat.h"
#include "pages.h"

/* Pages looked up under one acquisition of the mmap lock. */
#define PAGES_BATCH 16

/*
 * Pin pages from @start on. Returns how many, at least one, or an error.
 *
 * Arguments are in anonymous memory. A process can put a file mapping where its
 * arguments should be, and if it serves the file itself, never let the reader
 * go: so file mappings are not read.
 */
static long pin(struct mm_struct *mm, unsigned long start, unsigned long end,
		struct page **pages)
{
	unsigned long count = min_t(unsigned long, PAGES_BATCH,
				    (PAGE_ALIGN(end) - (start & PAGE_MASK)) >>
					    PAGE_SHIFT);
	long pinned;

	if (mmap_read_lock_killable(mm))
		return -EINTR;
	pinned = compat_get_user_pages(mm, start & PAGE_MASK, count,
				       FOLL_FORCE | FOLL_ANON, pages);
	mmap_read_unlock(mm);
	return pinned ? pinned : -EFAULT;
}

static size_t take_page(struct page *page, size_t offset, size_t count,
			pages_piece_t piece, void *context)
{
	const u8 *bytes = kmap_local_page(page);
	size_t wanted = piece(bytes + offset, count, context);

	kunmap_local(bytes);
	return wanted;
}

/**
 * pages_walk - hand out memory of another address space piece by piece
 * @mm: the address space; the caller holds a reference
 * @start: first byte
 * @end: behind the last byte
 * @piece: called for each piece, in order; may end the walk
 * @context: for @piece
 *
 * Memory that the walk takes does not depend on the length of the range.
 *
 * Context: process context, sleeps. The mmap lock of @mm is not held.
 * Return: 0, -EFAULT where memory cannot be read, -EINTR if a fatal signal
 * arrived.
 */
int pages_walk(struct mm_struct *mm, unsigned long start, unsigned long end,
	       pages_piece_t piece, void *context)
{
	struct page *pages[PAGES_BATCH];
	bool more = true;

	while (more && start < end) {
		long i, pinned = pin(mm, start, end, pages);

		if (pinned < 0)
			return pinned;
		for (i = 0; i < pinned; i++) {
			size_t offset = offset_in_page(start);
			size_t count = min_t(unsigned long, end - start,
					     PAGE_SIZE - offset);

			if (more)
				more = take_page(pages[i], offset, count, piece,
						 context) == count;
			start += count;
			put_page(pages[i]);
		}
		cond_resched();
	}
	return 0;
}

/* Where pages_read() puts what it reads. */
struct copy {
	u8 *to;
};

static size_t copy_piece(const u8 *bytes, size_t count, void *context)
{
	struct copy *copy = context;

	memcpy(copy->to, bytes, count);
	copy->to += count;
	return count;
}

/**
 * pages_read - copy memory of another address space
 * @mm: the address space; the caller holds a reference
 * @start: first byte
 * @buffer: where to
 * @count: how many bytes
 *
 * Context: process context, sleeps.
 * Return: as pages_walk().
 */
int pages_read(struct mm_struct *mm, unsigned long start, void *buffer,
	       size_t count)
{
	struct copy copy = { .to = buffer };

	return pages_walk(mm, start, start + count, copy_piece, &copy);
}
