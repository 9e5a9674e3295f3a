// SPDX-License-Identifier: GPL-2.0-only
/*
 * The build id of a program: the note that the linker writes into it, which a
 * copy under another name still has.
 */
#include <fcntl.h>
#include <gelf.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "elf_id.h"

/* Notes of one segment; a program has a handful. */
#define NOTES_BYTES_MAX 65536u

static bool put_hex(const unsigned char *bytes, size_t size,
		    char text[ELF_ID_BYTES])
{
	size_t i;

	if (!size || 2 * size >= ELF_ID_BYTES)
		return false;
	for (i = 0; i < size; i++)
		snprintf(text + 2 * i, 3, "%02x", bytes[i]);
	return true;
}

static bool read_notes(Elf_Data *data, char text[ELF_ID_BYTES])
{
	size_t at = 0, next, name, description;
	const char *bytes = data->d_buf;
	GElf_Nhdr note;

	for (; (next = gelf_getnote(data, at, &note, &name, &description)) > 0;
	     at = next)
		if (note.n_type == NT_GNU_BUILD_ID &&
		    note.n_namesz == sizeof("GNU") &&
		    !memcmp(bytes + name, "GNU", sizeof("GNU")))
			return put_hex((const unsigned char *)bytes +
					       description,
				       note.n_descsz, text);
	return false;
}

static bool read_segment(Elf *elf, int number, char text[ELF_ID_BYTES])
{
	GElf_Phdr segment;
	Elf_Data *data;

	if (!gelf_getphdr(elf, number, &segment) ||
	    segment.p_type != PT_NOTE || segment.p_filesz > NOTES_BYTES_MAX)
		return false;
	data = elf_getdata_rawchunk(elf, segment.p_offset, segment.p_filesz,
				    segment.p_align == 8 ? ELF_T_NHDR8 :
							   ELF_T_NHDR);
	return data && read_notes(data, text);
}

static bool read_elf(Elf *elf, char text[ELF_ID_BYTES])
{
	size_t count, i;

	if (elf_kind(elf) != ELF_K_ELF || elf_getphdrnum(elf, &count))
		return false;
	for (i = 0; i < count; i++)
		if (read_segment(elf, i, text))
			return true;
	return false;
}

static bool is_regular(int fd)
{
	struct stat status;

	return !fstat(fd, &status) && S_ISREG(status.st_mode);
}

/**
 * elf_id_read - read the build id of a file
 * @path: the file; links are followed
 * @text: set to the id, as lower-case hexadecimal digits
 *
 * Return: false where the file is no program, or has no build id.
 */
bool elf_id_read(const char *path, char text[ELF_ID_BYTES])
{
	/* Not to be kept by a pipe that somebody put there. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	bool found = false;
	Elf *elf = NULL;

	if (fd < 0)
		return false;
	if (is_regular(fd) && elf_version(EV_CURRENT) != EV_NONE)
		elf = elf_begin(fd, ELF_C_READ, NULL);
	if (elf) {
		found = read_elf(elf, text);
		elf_end(elf);
	}
	close(fd);
	return found;
}
