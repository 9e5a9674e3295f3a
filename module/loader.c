// SPDX-License-Identifier: GPL-2.0-only
/*
 * The program behind a dynamic loader that is run as a program itself:
 *
 *     /lib64/ld-linux-x86-64.so.2 --library-path /x /usr/bin/python3 -c ...
 *
 * To the kernel that is a start of the loader, and argv says what the loader
 * will load. The options are those of glibc and musl; both take what does not
 * begin with two dashes, or what follows "--", for the program.
 */
#include <linux/kernel.h>
#include <linux/string.h>

#include "capture.h"
#include "loader.h"
#include "pages.h"

/* What the next argument is. */
enum expected {
	EXPECT_NAME,		/* argv[0] */
	EXPECT_OPTION,		/* an option or the program */
	EXPECT_VALUE,		/* belongs to the option before */
	EXPECT_PROGRAM,		/* "--" ended the options */
	EXPECT_NOTHING,		/* found, or there is none */
};

/**
 * struct search - the loader's arguments, up to the program
 * @expected: what the argument that is being read is
 * @left: arguments still to come, that one included
 * @length: bytes of it so far
 * @room: of @text
 * @text: its beginning
 */
struct search {
	enum expected expected;
	u32 left;
	size_t length;
	size_t room;
	char *text;
};

/**
 * loader_is_one - does a file name belong to a dynamic loader?
 * @name: last component of a path, not necessarily with a NUL
 * @length: bytes of it
 *
 * Return: whether it does.
 */
bool loader_is_one(const char *name, size_t length)
{
	static const char *const beginnings[] = {
		"ld.so", "ld64.so", "ld-2.", "ld-linux", "ld-musl-",
	};
	u32 i;

	/* Said by nearly every name. */
	if (length < 2 || name[0] != 'l' || name[1] != 'd')
		return false;
	for (i = 0; i < ARRAY_SIZE(beginnings); i++) {
		size_t count = strlen(beginnings[i]);

		if (length >= count && !memcmp(name, beginnings[i], count))
			return strnstr(name, ".so", length);
	}
	return false;
}

static bool takes_value(const char *option)
{
	static const char *const options[] = {
		"--library-path",	  "--preload",
		"--audit",		  "--argv0",
		"--inhibit-rpath",	  "--glibc-hwcaps-prepend",
		"--glibc-hwcaps-mask",
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(options); i++)
		if (!strcmp(option, options[i]))
			return true;
	return false;
}

static enum expected after_option(const char *option)
{
	if (strncmp(option, "--", 2))
		return EXPECT_NOTHING;
	if (!option[2])
		return EXPECT_PROGRAM;
	return takes_value(option) ? EXPECT_VALUE : EXPECT_OPTION;
}

/* Only the program stays in @text. */
static void end_argument(struct search *search)
{
	enum expected is = search->expected;

	search->text[min(search->length, search->room - 1)] = '\0';
	if (is == EXPECT_OPTION)
		search->expected = after_option(search->text);
	else if (is == EXPECT_PROGRAM)
		search->expected = EXPECT_NOTHING;
	else
		search->expected = EXPECT_OPTION;
	if (search->expected == EXPECT_NOTHING)
		return;
	search->length = 0;
	if (!--search->left)
		search->expected = EXPECT_NOTHING;
}

static size_t read_argument(struct search *search, const char *bytes,
			    size_t count)
{
	size_t length = strnlen(bytes, count);

	if (search->length < search->room)
		memcpy(search->text + search->length, bytes,
		       min(length, search->room - search->length));
	search->length += length;
	if (length == count)
		return count;
	end_argument(search);
	return length + 1;
}

static size_t search_piece(const u8 *bytes, size_t count, void *context)
{
	struct search *search = context;
	size_t i = 0;

	while (i < count && search->expected != EXPECT_NOTHING)
		i += read_argument(search, bytes + i, count - i);
	return i;
}

/**
 * loader_program - find the program that a dynamic loader is to load
 * @args: argv of the loader
 * @name: set to the path, with a NUL
 * @room: bytes of @name
 *
 * Return: the length of the path; 0 where there is none, or one that does not
 * fit; or an error of pages_walk().
 *
 * Context: process context, sleeps.
 */
int loader_program(const struct captured_args *args, char *name, size_t room)
{
	struct search search = {
		.expected = args->count ? EXPECT_NAME : EXPECT_NOTHING,
		.left = args->count,
		.room = room,
		.text = name,
	};
	int error = pages_walk(args->mm, args->start, args->end, search_piece,
			       &search);

	if (error)
		return error;
	if (search.expected != EXPECT_NOTHING || search.length >= room)
		return 0;
	return search.length;
}
