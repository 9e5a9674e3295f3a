// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unit tests inside the kernel.
 *
 * The files under test are included, so the tests see what is static in them
 * and nothing has to be exported. The suites are in the files at the end.
 */
/* As in the files that say something. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <kunit/test.h>
#include <linux/atomic.h>
#include <linux/init.h>
#include <linux/module.h>
#include <linux/vmalloc.h>

/* Tests may run after the memory of initialisation was given back. */
#undef __init
#define __init

/* What frees images does so through here. */
static atomic_t images_freed;

static void free_image(const void *image)
{
	if (image)
		atomic_inc(&images_freed);
	vfree(image);
}

#include "../../module/core/args.c"
#include "../../module/core/automaton.c"
#include "../../module/core/condition.c"
#include "../../module/core/correlate.c"
#include "../../module/core/decode.c"
#include "../../module/core/exec.c"
#include "../../module/core/plan.c"
#include "../../module/core/siphash.c"
#include "../../module/core/verdict.c"
#include "../../module/core/verify.c"
#include "../../module/core/window.c"

#include "../../module/ancestor.c"
#include "../../module/buildid.c"
#include "../../module/capture.c"
#include "../../module/stage.c"
#include "../../module/lineage.c"
#include "../../module/loader.c"
#include "../../module/pages.c"
#include "../../module/scratch.c"
#include "../../module/track.c"
#include "../../module/windows.c"

#include "../../module/probes.h"

/* User-mode Linux has no tracepoints. */
int probes_place(void)
{
	return 0;
}

/* Some files say how their messages begin; the kernel has said so by now. */
#undef pr_fmt
#include "../../module/denials.c"
#include "../../module/mode.c"
#include "../../module/overrides.c"
#include "../../module/ring.c"

#define vfree free_image
#include "../../module/census.c"
#include "../../module/policy.c"
#include "../../module/lock.c"
#include "../../module/upload.c"
#undef vfree

#if !__has_include("vectors.h")
#error "vectors.h is missing: run tests/kunit/make-vectors.sh first"
#endif
#include "vectors.h"

#include "test_core.c"
#include "test_mode.c"
#include "test_policy.c"
#include "test_lock.c"
#include "test_overrides.c"
#include "test_ring.c"
#include "test_upload.c"
#include "test_window.c"

kunit_test_suites(&core_suite, &lock_suite, &mode_suite, &overrides_suite,
		  &policy_suite, &ring_suite, &upload_suite, &window_suite);

MODULE_DESCRIPTION("Unit tests of pydetect");
MODULE_LICENSE("GPL");
