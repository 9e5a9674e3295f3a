/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The commands of pydetectctl and what they share.
 */
#ifndef PYDETECT_CTL_CMD_H
#define PYDETECT_CTL_CMD_H

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>

#include "build.h"
#include "diag.h"
#include "nl.h"
#include "rule.h"

/* Exit codes. */
enum cmd_result {
	CMD_DONE,
	CMD_FAILED, /* or something was found */
	CMD_USAGE,
	CMD_NOT_PERMITTED,
	CMD_NO_MODULE,
};

/*
 * Every command gets its own arguments, with argv[0] "pydetectctl NAME", and
 * returns an enum cmd_result.
 */
int cmd_check(int argc, char **argv);
int cmd_confirm(int argc, char **argv);
int cmd_doctor(int argc, char **argv);
int cmd_dump(int argc, char **argv);
int cmd_events(int argc, char **argv);
int cmd_explain(int argc, char **argv);
int cmd_load(int argc, char **argv);
int cmd_lock(int argc, char **argv);
int cmd_mode(int argc, char **argv);
int cmd_monitor(int argc, char **argv);
int cmd_report(int argc, char **argv);
int cmd_rules(int argc, char **argv);
int cmd_rules_set(int argc, char **argv);
int cmd_scan(int argc, char **argv);
int cmd_sign(int argc, char **argv);
int cmd_status(int argc, char **argv);
int cmd_test(int argc, char **argv);
int cmd_top(int argc, char **argv);
int cmd_windows(int argc, char **argv);

void cmd_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
int cmd_usage(const char *format, ...) __attribute__((format(printf, 1, 2)));
int cmd_bad_option(void);
int cmd_help(const char *text);
bool cmd_whole(const char *text, unsigned long long *number);
bool cmd_seconds(const char *text, unsigned long long *seconds);
bool cmd_bytes(const char *text, unsigned long long *bytes);
bool cmd_number(const char *text, unsigned long long *number);
int cmd_finish_output(int result);

int cmd_connect(struct channel **channel);
int cmd_module_failed(const char *sentence, const char *what, int error);
int cmd_channel_failed(const struct channel *channel, const char *what,
		       int error);

struct history;

int cmd_history_open(struct history **history, const char **store);
int cmd_history_failed(const struct history *history, const char *store,
		       int error);

/**
 * struct cmd_policy - what paths on the command line compiled to
 * @diag: errors and warnings
 * @set: the rules; empty where an image was given
 * @image: the policy image
 * @has_image: is there one?
 * @nr_refused: rules that were left out
 */
struct cmd_policy {
	struct diag diag;
	struct rule_set set;
	struct image image;
	bool has_image;
	size_t nr_refused;
};

void cmd_compile(struct cmd_policy *policy, char *const *paths, size_t nr_paths,
		 const struct rule_options *options);
void cmd_policy_free(struct cmd_policy *policy);
void cmd_print_diag(const struct cmd_policy *policy);
bool cmd_policy_usable(const struct cmd_policy *policy, bool skip_unsupported);

/* Room for what cmd_policy_size() says. */
#define CMD_POLICY_SIZE_BYTES 64

void cmd_policy_size(const struct image *image, char *text, size_t size);

#endif /* PYDETECT_CTL_CMD_H */
