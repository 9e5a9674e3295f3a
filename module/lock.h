/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PYDETECT_LOCK_H
#define PYDETECT_LOCK_H

#include <linux/types.h>

#include "core/verify.h"
#include "mode.h"
#include "signature.h"
#include "uapi/pydetect.h"

bool lock_is_set(void);
enum pydetect_lock lock_state(void);
u64 lock_highest_serial(void);
int __must_check lock_set(enum pydetect_lock wanted, const char **reason);
int __must_check lock_permits_mode(const struct mode_request *wanted,
				   const char **reason);
int __must_check lock_permits_rule(enum pydetect_override wanted,
				   const char **reason);
int __must_check lock_load(void *image, size_t size,
			   const struct signature *signature,
			   struct pydetect_fault *fault, const char **reason);

#endif /* PYDETECT_LOCK_H */
