/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A leaf compiled by itself, to be asked about texts before there is a policy.
 */
#ifndef PYDETECT_CTL_BUILD_PROBE_H
#define PYDETECT_CTL_BUILD_PROBE_H

#include "build.h"
#include "bytes.h"

struct pydetect_exec;

/**
 * struct build_probe - a leaf compiled by itself
 * @image: it, as a rule
 * @exec: memory of the core
 */
struct build_probe {
	struct image image;
	struct pydetect_exec *exec;
};

int build_probe_init(struct build_probe *probe, struct rule_match *match);
void build_probe_free(struct build_probe *probe);
bool build_probe_holds(struct build_probe *probe, enum pydetect_field field,
		       struct bytes text);

#endif /* PYDETECT_CTL_BUILD_PROBE_H */
