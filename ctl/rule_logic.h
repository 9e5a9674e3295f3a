/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_CTL_RULE_LOGIC_H
#define PYDETECT_CTL_RULE_LOGIC_H

#include "rule.h"

/**
 * enum rule_logic - what can be said of a condition without any exec
 * @RULE_LOGIC_OPEN: it depends, or it is not known
 * @RULE_LOGIC_NEVER: it never holds
 * @RULE_LOGIC_ALWAYS: it always holds
 */
enum rule_logic {
	RULE_LOGIC_OPEN,
	RULE_LOGIC_NEVER,
	RULE_LOGIC_ALWAYS,
};

enum rule_logic rule_logic(const struct rule_node *condition);

#endif /* PYDETECT_CTL_RULE_LOGIC_H */
