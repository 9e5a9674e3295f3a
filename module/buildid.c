// SPDX-License-Identifier: GPL-2.0-only
/*
 * The GNU build id of an ELF file: a note that the linker leaves, and that stays
 * with a file under whatever name it is run.
 *
 * Files are written by whoever is to be judged. Nothing in one is believed
 * before it was compared with a bound, everything is read into a buffer of our
 * own, and the work that one file can cause is limited: HEADERS_BYTES_MAX of
 * program headers, and NOTES_BYTES_MAX of notes.
 *
 * What was found is remembered. A remembered file is named by its superblock's
 * device, its inode number and the inode's generation, without a reference to
 * any of them; it counts as unchanged as long as its change time, size and
 * version (where the file system keeps one) are what they were.
 */
#include <linux/dcache.h>
#include <linux/elf.h>
#include <linux/fs.h>
#include <linux/hash.h>
#include <linux/iversion.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/mount.h>
#include <linux/seqlock.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>

#include "buildid.h"
#include "compat.h"

/* In <elf.h> of userspace; the kernel has it in lib/buildid.c. */
#define NOTE_BUILD_ID 3

/* The kernel does not run a file with more program headers than these. */
#define HEADERS_BYTES_MAX ((u32)min(PAGE_SIZE, 65536ul))
/* Linkers put the notes behind the headers: usually one reading is enough. */
#define EXCERPT_BYTES 1024u
#define NOTES_BYTES_MAX (64u << 10)

#define CACHE_SETS_BITS 8
#define CACHE_SETS (1u << CACHE_SETS_BITS)
#define CACHE_WAYS 4

/*
 * Time stamps are coarse: two changes within one tick look like one. A file is
 * remembered when its last change is longer ago than any file system rounds.
 */
#define SETTLED_NS (3 * NSEC_PER_SEC)

/**
 * struct stamp - which file, in which state
 * @dev: device number of its superblock
 * @generation: of the inode, whose number may be used again
 * @inode: number of the inode
 * @version: change counter, 0 where the file system has none
 * @changed: change time, nanoseconds since 1970
 * @size: bytes
 */
struct stamp {
	u32 dev;
	u32 generation;
	u64 inode;
	u64 version;
	s64 changed;
	s64 size;
};

/**
 * struct remembered - what was found in a file
 * @stamp: the file; all zero in an entry that was never used
 * @id: its build id
 * @unmatched: generation of a policy none of whose predicates holds of @id
 */
struct remembered {
	struct stamp stamp;
	struct build_id id;
	u64 unmatched;
};

/**
 * struct cache_set - the files whose inodes share a hash
 * @lock: readers look again if it was written meanwhile
 * @next: which entry is the oldest
 * @entries: the files
 */
struct cache_set {
	seqlock_t lock;
	u32 next;
	struct remembered entries[CACHE_WAYS];
};

static struct cache_set cache[CACHE_SETS];

/**
 * struct excerpt - a part of a file in memory
 * @file: the file
 * @start: offset of the first byte in @bytes
 * @count: how many bytes there are
 * @bytes: EXCERPT_BYTES of room
 */
struct excerpt {
	struct file *file;
	u64 start;
	u64 count;
	u8 *bytes;
};

/**
 * struct segment - where program headers say that notes are
 * @start: offset in the file
 * @size: bytes
 * @align: what each note and its parts are aligned to: 4 or 8
 */
struct segment {
	u64 start;
	u64 size;
	u32 align;
};

/*
 * Returns how many bytes could be read. The file that a process calls its own
 * by PR_SET_MM may be open for nothing at all, which kernel_read() warns of.
 */
static size_t read_some(struct file *file, u64 offset, void *to, size_t count)
{
	loff_t position = offset;
	ssize_t done;

	if (!(file->f_mode & FMODE_READ) || offset > LLONG_MAX - count)
		return 0;
	done = kernel_read(file, to, count, &position);
	return done > 0 ? done : 0;
}

/* @count bytes of the file, at most EXCERPT_BYTES; NULL where it has not that. */
static const void *look(struct excerpt *excerpt, u64 offset, u64 count)
{
	if (offset < excerpt->start ||
	    offset - excerpt->start + count > excerpt->count) {
		excerpt->start = offset;
		excerpt->count = read_some(excerpt->file, offset,
					   excerpt->bytes, EXCERPT_BYTES);
		if (count > excerpt->count)
			return NULL;
	}
	return excerpt->bytes + (offset - excerpt->start);
}

/* 32-bit and 64-bit files have the same note header. */
static bool is_build_id(const struct elf64_note *note)
{
	return note->n_type == NOTE_BUILD_ID && note->n_namesz == 4 &&
	       note->n_descsz && note->n_descsz <= BUILD_ID_BYTES_MAX;
}

static bool read_build_id(struct excerpt *excerpt, u64 name, u64 content,
			  u32 length, struct build_id *id)
{
	const void *bytes = look(excerpt, name, 4);

	if (!bytes || memcmp(bytes, "GNU", 4))
		return false;
	bytes = look(excerpt, content, length);
	if (!bytes)
		return false;
	memcpy(id->bytes, bytes, length);
	id->length = length;
	return true;
}

/* Each note takes at least its header, so the walk gets on. */
static bool find_in_segment(struct excerpt *excerpt,
			    const struct segment *segment, struct build_id *id)
{
	u64 at = 0;

	while (segment->size - at >= sizeof(struct elf64_note)) {
		const void *found = look(excerpt, segment->start + at,
					 sizeof(struct elf64_note));
		struct elf64_note note;
		u64 content;

		if (!found)
			return false;
		memcpy(&note, found, sizeof(note));
		content = ALIGN(at + sizeof(note) + note.n_namesz,
				(u64)segment->align);
		if (content > segment->size ||
		    note.n_descsz > segment->size - content)
			return false;
		if (is_build_id(&note) &&
		    read_build_id(excerpt, segment->start + at + sizeof(note),
				  segment->start + content, note.n_descsz, id))
			return true;
		at = ALIGN(content + note.n_descsz, (u64)segment->align);
		if (at > segment->size)
			return false;
	}
	return false;
}

static struct segment segment64(const void *bytes)
{
	struct elf64_phdr header;

	memcpy(&header, bytes, sizeof(header));
	if (header.p_type != PT_NOTE)
		return (struct segment){};
	return (struct segment){ header.p_offset, header.p_filesz,
				 header.p_align == 8 ? 8 : 4 };
}

static struct segment segment32(const void *bytes)
{
	struct elf32_phdr header;

	memcpy(&header, bytes, sizeof(header));
	if (header.p_type != PT_NOTE)
		return (struct segment){};
	return (struct segment){ header.p_offset, header.p_filesz,
				 header.p_align == 8 ? 8 : 4 };
}

/**
 * struct layout - the program headers of a file
 * @start: offset of the first one
 * @count: how many
 * @size: bytes of one
 * @segment: reads one of them; without a size for those that are not of notes
 */
struct layout {
	u64 start;
	u32 count;
	u32 size;
	struct segment (*segment)(const void *header);
};

static void find_notes(struct excerpt *excerpt, const struct layout *layout,
		       struct build_id *id)
{
	u64 left = NOTES_BYTES_MAX;
	u32 i;

	for (i = 0; i < layout->count; i++) {
		const void *header = look(excerpt,
					  layout->start + i * layout->size,
					  layout->size);
		struct segment segment;

		if (!header)
			return;
		segment = layout->segment(header);
		segment.size = min(segment.size, left);
		if (segment.start > LLONG_MAX - NOTES_BYTES_MAX)
			continue;
		left -= segment.size;
		if (find_in_segment(excerpt, &segment, id))
			return;
	}
}

/* Files of the other byte order do not run here. */
static bool is_ours(const u8 *ident)
{
	return !memcmp(ident, ELFMAG, SELFMAG) && ident[EI_DATA] == ELF_DATA;
}

static struct layout layout64(const void *bytes)
{
	struct elf64_hdr header;

	memcpy(&header, bytes, sizeof(header));
	if (header.e_phentsize != sizeof(struct elf64_phdr))
		return (struct layout){};
	return (struct layout){ header.e_phoff, header.e_phnum,
				sizeof(struct elf64_phdr), segment64 };
}

static struct layout layout32(const void *bytes)
{
	struct elf32_hdr header;

	memcpy(&header, bytes, sizeof(header));
	if (header.e_phentsize != sizeof(struct elf32_phdr))
		return (struct layout){};
	return (struct layout){ header.e_phoff, header.e_phnum,
				sizeof(struct elf32_phdr), segment32 };
}

static struct layout read_layout(struct excerpt *excerpt)
{
	const u8 *ident = look(excerpt, 0, EI_NIDENT);
	const void *header;
	u8 class;

	if (!ident || !is_ours(ident))
		return (struct layout){};
	class = ident[EI_CLASS];
	header = look(excerpt, 0, class == ELFCLASS64 ?
					  sizeof(struct elf64_hdr) :
					  sizeof(struct elf32_hdr));
	if (!header)
		return (struct layout){};
	return class == ELFCLASS64 ? layout64(header) : layout32(header);
}

static void read_file(struct file *file, struct build_id *id)
{
	struct excerpt excerpt = { .file = file };
	struct layout layout;

	excerpt.bytes = kmalloc(EXCERPT_BYTES, GFP_KERNEL);
	if (!excerpt.bytes)
		return;
	layout = read_layout(&excerpt);
	if ((u64)layout.count * layout.size <= HEADERS_BYTES_MAX &&
	    layout.start <= LLONG_MAX - HEADERS_BYTES_MAX)
		find_notes(&excerpt, &layout, id);
	kfree(excerpt.bytes);
}

/*
 * Can a change of the file be seen by its stamp? Not where
 *
 * - no block device is below: what is mapped from a file in memory changes
 *   without a trace, and what comes over a network or from a server in
 *   userspace is as that side likes;
 * - the mount is one that users may make themselves: with an image of a file
 *   system they make up stamps as well;
 * - somebody has the file open for writing: a page once written to, and still
 *   mapped, can be written to again without a new time stamp.
 */
static bool is_dependable(const struct file *file, const struct inode *inode)
{
	return inode->i_sb->s_bdev &&
	       !(file->f_path.mnt->mnt_flags & MNT_NOSUID) &&
	       !inode_is_open_for_write(inode);
}

/* On an overlay the file that holds the bytes, whose stamp is the true one. */
static void take_stamp(struct stamp *stamp, struct inode *inode)
{
	*stamp = (struct stamp){
		.dev = inode->i_sb->s_dev,
		.generation = inode->i_generation,
		.inode = inode->i_ino,
		.version = IS_I_VERSION(inode) ? inode_query_iversion(inode) : 0,
		.changed = compat_changed(inode),
		.size = i_size_read(inode),
	};
}

static bool same_stamp(const struct stamp *a, const struct stamp *b)
{
	return a->inode == b->inode && a->dev == b->dev &&
	       a->generation == b->generation && a->version == b->version &&
	       a->changed == b->changed && a->size == b->size;
}

static struct cache_set *set_of(const struct stamp *stamp)
{
	return &cache[hash_64(stamp->inode ^ (u64)stamp->dev << 32,
			      CACHE_SETS_BITS)];
}

static struct remembered *find_entry(struct cache_set *set,
				     const struct stamp *stamp)
{
	u32 i;

	for (i = 0; i < CACHE_WAYS; i++)
		if (same_stamp(&set->entries[i].stamp, stamp))
			return &set->entries[i];
	return NULL;
}

static bool recall(const struct stamp *stamp, struct build_id *id,
		   u64 *unmatched)
{
	struct cache_set *set = set_of(stamp);
	const struct remembered *found;
	unsigned int sequence;

	do {
		sequence = read_seqbegin(&set->lock);
		found = find_entry(set, stamp);
		if (found) {
			*id = found->id;
			*unmatched = found->unmatched;
		}
	} while (read_seqretry(&set->lock, sequence));
	return found;
}

/* Two that read the same file at once leave it here twice: no harm. */
static void remember(const struct stamp *stamp, const struct build_id *id)
{
	struct cache_set *set = set_of(stamp);

	write_seqlock(&set->lock);
	set->entries[set->next] = (struct remembered){ *stamp, *id, 0 };
	set->next = (set->next + 1) % CACHE_WAYS;
	write_sequnlock(&set->lock);
}

static bool is_settled(const struct stamp *stamp)
{
	s64 age = ktime_get_real_ns() - stamp->changed;

	return age > SETTLED_NS;
}

/**
 * buildid_init - make ready
 */
void buildid_init(void)
{
	u32 i;

	for (i = 0; i < CACHE_SETS; i++)
		seqlock_init(&cache[i].lock);
}

/**
 * buildid_read - find the build id of a file
 * @file: the file, open for reading
 * @id: set; without a length where the file has none, is no ELF file of this
 *	byte order, or cannot be read
 * @unmatched: set to what buildid_note_unmatched() was told last, else to zero
 *
 * Of several ids in one file the first one counts, as in the kernel.
 *
 * Context: process context, sleeps, on a file system that a process serves as
 * long as that process likes: so does execve() itself.
 */
void buildid_read(struct file *file, struct build_id *id, u64 *unmatched)
{
	struct inode *inode = d_real_inode(file->f_path.dentry);
	struct stamp before, after;

	take_stamp(&before, inode);
	if (is_dependable(file, inode) && recall(&before, id, unmatched))
		return;
	id->length = 0;
	*unmatched = 0;
	read_file(file, id);
	/* What changed while it was read is not remembered. */
	take_stamp(&after, inode);
	if (is_dependable(file, inode) && same_stamp(&before, &after) &&
	    is_settled(&after))
		remember(&after, id);
}

/**
 * buildid_note_unmatched - remember that a policy takes no interest in a file
 * @file: the file
 * @id: its build id, as it was read; what was found in it since counts
 * @generation: of the policy; no predicate of it holds of the build id
 *
 * Context: process context, does not sleep.
 */
void buildid_note_unmatched(struct file *file, const struct build_id *id,
			    u64 generation)
{
	struct inode *inode = d_real_inode(file->f_path.dentry);
	struct remembered *found;
	struct cache_set *set;
	struct stamp stamp;

	if (!is_dependable(file, inode))
		return;
	take_stamp(&stamp, inode);
	set = set_of(&stamp);
	write_seqlock(&set->lock);
	found = find_entry(set, &stamp);
	if (found && found->id.length == id->length &&
	    !memcmp(found->id.bytes, id->bytes, id->length))
		found->unmatched = generation;
	write_sequnlock(&set->lock);
}
