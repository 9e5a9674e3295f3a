/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Events as the module sends them, from a few words.
 */
#ifndef PYDETECT_TESTS_MAKE_EVENT_H
#define PYDETECT_TESTS_MAKE_EVENT_H

#include <stdbool.h>

#include "message.h"

/**
 * struct make_event - an event to make
 * @number: its number
 * @time: ns since 1970
 * @rule: id of its rule, NULL: none matched
 * @title: title of the rule
 * @label: a label of the rule, NULL: none
 * @level: enum pydetect_level of the rule
 * @block: the rule blocks
 * @denied: it was denied
 * @error: errno where it could not be judged
 * @uid: the real user
 * @image: path of the program
 * @args: the command line; NUL between arguments
 * @args_length: bytes of it
 * @parent_pid: of the parent, zero: none is told
 * @parent_image: path of the parent's program
 */
struct make_event {
	uint64_t number;
	uint64_t time;
	const char *rule;
	const char *title;
	const char *label;
	uint32_t level;
	bool block;
	bool denied;
	uint32_t error;
	uint32_t uid;
	const char *image;
	const char *args;
	size_t args_length;
	uint32_t parent_pid;
	const char *parent_image;
};

void make_event(struct message *message, const struct make_event *event);

#endif /* PYDETECT_TESTS_MAKE_EVENT_H */
