// SPDX-License-Identifier: GPL-2.0-only
/*
 * pydetect: judge program starts by rules.
 *
 * The map of the module. Commands come last, because nothing may refer to a
 * module that fails to load; without a policy the hook lets everything pass. On
 * the way out the hook goes first, because everything else serves it.
 */
#include <linux/init.h>
#include <linux/module.h>

#include "buildid.h"
#include "census.h"
#include "container.h"
#include "hook.h"
#include "mode.h"
#include "netlink.h"
#include "policy.h"
#include "probes.h"
#include "ring.h"
#include "samples.h"
#include "signature.h"
#include "track.h"
#include "version.h"
#include "windows.h"

static int __init pydetect_init(void)
{
	int error;

	mode_init();
	container_init();
	buildid_init();
	track_init();
	error = ring_init();
	if (error)
		return error;
	windows_init();
	samples_init();
	error = signature_start();
	if (error)
		goto fail_ring;
	error = hook_place();
	if (error)
		goto fail_signature;
	error = netlink_start();
	if (error)
		goto fail_hook;
	return 0;

fail_hook:
	hook_remove();
fail_signature:
	signature_stop();
fail_ring:
	ring_destroy();
	return error;
}

static void __exit pydetect_exit(void)
{
	hook_remove();
	netlink_stop();
	signature_stop();
	mode_stop();
	census_stop();
	probes_remove();
	policy_destroy();
	windows_destroy();
	track_destroy();
	ring_destroy();
}

/* Built in, the kernel's own types of keys come later than most. */
late_initcall(pydetect_init);
module_exit(pydetect_exit);

MODULE_DESCRIPTION("Judge program starts by rules, and report or deny them");
MODULE_AUTHOR("pydetect developers");
MODULE_LICENSE("GPL");
MODULE_VERSION(PYDETECT_VERSION);
