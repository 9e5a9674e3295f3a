// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the commands share: usage errors, and what to tell the user when the
 * module says no.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "terminal.h"

static void put_prefix(void)
{
	fflush(stdout);
	fputs("pydetectctl: ", stderr);
}

/**
 * cmd_error - say what went wrong
 * @format: as for printf(), without a newline
 *
 * Names that the user gave may be part of it: they are the user's own.
 */
void cmd_error(const char *format, ...)
{
	va_list arguments;

	put_prefix();
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
}

/**
 * cmd_usage - say what is wrong with the command line
 * @format: as for printf(), without a newline
 *
 * Return: CMD_USAGE.
 */
int cmd_usage(const char *format, ...)
{
	va_list arguments;

	put_prefix();
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	return cmd_bad_option();
}

/**
 * cmd_bad_option - point to the help, when getopt has said what is wrong
 *
 * Return: CMD_USAGE.
 */
int cmd_bad_option(void)
{
	fputs("See pydetectctl --help, and --help after each command.\n",
	      stderr);
	return CMD_USAGE;
}

/**
 * cmd_help - print a command's help
 * @text: the help
 *
 * Return: CMD_DONE.
 */
int cmd_help(const char *text)
{
	fputs(text, stdout);
	return CMD_DONE;
}

/**
 * cmd_whole - read a number from the command line, or from a variable
 * @text: the argument
 * @number: set to it
 *
 * Return: false where it is not a number, or more than fits.
 */
bool cmd_whole(const char *text, unsigned long long *number)
{
	errno = 0;
	*number = strtoull(text, NULL, 10);
	return !errno && *text && strspn(text, "0123456789") == strlen(text);
}

/**
 * cmd_number - read a number from the command line
 * @text: the argument
 * @number: set to it
 *
 * Return: false where it is not a number above zero.
 */
bool cmd_number(const char *text, unsigned long long *number)
{
	return cmd_whole(text, number) && *number;
}

/**
 * cmd_seconds - read a time from the command line
 * @text: a number, and s, m, h or d; without one of these it is seconds
 * @seconds: set to it
 *
 * Return: false where it is not a time above zero.
 */
bool cmd_seconds(const char *text, unsigned long long *seconds)
{
	static const char units[] = "smhd";
	static const unsigned int lengths[] = { 1, 60, 3600, 86400 };
	const size_t digits = strspn(text, "0123456789");
	const char *unit = units;
	char number[16];

	if (text[digits])
		unit = strchr(units, text[digits]);
	if (!unit || (text[digits] && text[digits + 1]) ||
	    digits >= sizeof(number))
		return false;
	memcpy(number, text, digits);
	number[digits] = '\0';
	if (!cmd_number(number, seconds))
		return false;
	*seconds *= lengths[unit - units];
	return true;
}

/**
 * cmd_bytes - read a size from the command line
 * @text: a number, and K, M or G; without one of these it is bytes
 * @bytes: set to it
 *
 * Return: false where it is not a size above zero.
 */
bool cmd_bytes(const char *text, unsigned long long *bytes)
{
	static const char units[] = "KMG";
	const size_t digits = strspn(text, "0123456789");
	const char *unit = NULL;
	char number[16];

	if (text[digits])
		unit = strchr(units, text[digits]);
	if ((text[digits] && (!unit || text[digits + 1])) ||
	    digits >= sizeof(number) - 6)
		return false;
	memcpy(number, text, digits);
	number[digits] = '\0';
	if (!cmd_number(number, bytes))
		return false;
	if (unit)
		*bytes <<= 10 * (unit - units + 1);
	return true;
}

/**
 * cmd_finish_output - make sure that all output was written
 * @result: the command's result so far
 *
 * Return: @result, or CMD_FAILED where a file system is full or a pipe closed.
 */
int cmd_finish_output(int result)
{
	if (!fflush(stdout) && !ferror(stdout))
		return result;
	cmd_error("output could not be written: %s", strerror(errno));
	return result == CMD_DONE ? CMD_FAILED : result;
}

static int no_module(void)
{
	cmd_error("the module is not loaded; load it with: insmod pydetect.ko");
	fputs("(In a container: the module only speaks to the first network namespace.)\n",
	      stderr);
	return CMD_NO_MODULE;
}

/* What is needed is in the sentence that comes with the refusal. */
static int not_permitted(const char *what)
{
	cmd_error("%s: not permitted%s", what,
		  geteuid() ? "; run it as root" : "");
	return CMD_NOT_PERMITTED;
}

static void put_sentence(const char *sentence)
{
	struct terminal terminal;

	terminal_init(&terminal, stderr);
	fputs("  ", stderr);
	terminal_string(&terminal, STYLE_PLAIN, sentence);
	fputc('\n', stderr);
}

static const char *meaning(int error)
{
	switch (error) {
	case -EBUSY:
		return "somebody else is uploading a policy; try again";
	case -ENODATA:
		return "there is nothing to do that with";
	case -ESRCH:
		return "there is no such rule";
	case -EOPNOTSUPP:
		return "not possible for this rule";
	case -EAGAIN:
		return "the module did not answer in time";
	case -EBADRQC:
		return "the module does not know this command";
	case -EPROTO:
		return "the module and this program do not understand each other";
	case -EPROTONOSUPPORT:
		return "this kernel has no generic netlink";
	default:
		return strerror(-error);
	}
}

/**
 * cmd_module_failed - say why the module refused, and what to do about it
 * @sentence: what the module said; may be empty
 * @what: what was tried, for "WHAT: reason"
 * @error: negative errno
 *
 * Return: the exit code.
 */
int cmd_module_failed(const char *sentence, const char *what, int error)
{
	int result = CMD_FAILED;

	if (error == -ENOENT)
		return no_module();
	if (error == -EPERM || error == -EACCES)
		result = not_permitted(what);
	else
		cmd_error("%s: %s", what, meaning(error));
	if (!sentence[0] && result == CMD_NOT_PERMITTED)
		sentence = "it needs CAP_MAC_ADMIN in the first user namespace";
	if (sentence[0])
		put_sentence(sentence);
	return result;
}

/**
 * cmd_channel_failed - say why the module refused, and what to do about it
 * @channel: the channel, or NULL
 * @what: what was tried, for "WHAT: reason"
 * @error: negative errno
 *
 * Return: the exit code.
 */
int cmd_channel_failed(const struct channel *channel, const char *what,
		       int error)
{
	return cmd_module_failed(channel_message(channel), what, error);
}

/**
 * cmd_connect - get in touch with the module
 * @channel: set to the channel, NULL on failure
 *
 * Return: CMD_DONE, or the exit code after saying what is wrong.
 */
int cmd_connect(struct channel **channel)
{
	int error = channel_open(channel);
	int result;

	if (!error)
		return CMD_DONE;
	result = cmd_channel_failed(*channel, "talking to the module", error);
	channel_close(*channel);
	*channel = NULL;
	return result;
}
