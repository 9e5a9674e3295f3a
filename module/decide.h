/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_DECIDE_H
#define PYDETECT_DECIDE_H

#include <linux/types.h>

struct linux_binprm;

/**
 * struct decide_counters - what became of the program starts
 * @execs: binary-format passes that were judged
 * @matched: of these: a rule matched
 * @denied: denied, judged or not
 * @errors: could not be judged
 */
struct decide_counters {
	u64 execs;
	u64 matched;
	u64 denied;
	u64 errors;
};

int decide(struct linux_binprm *bprm);
void decide_counters(struct decide_counters *sum);

#endif /* PYDETECT_DECIDE_H */
