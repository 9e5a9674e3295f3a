// SPDX-License-Identifier: GPL-2.0-only
/*
 * pydetect: judge program starts by rules.
 *
 * The map of the module. Commands are taken before the first exec is judged,
 * so that whoever loads the module can tell that it is there; on the way out
 * the hook goes first, because everything else serves it.
 */
#include <linux/init.h>
#include <linux/module.h>

#include "hook.h"
#include "netlink.h"
#include "policy.h"
#include "ring.h"
#include "version.h"

static int __init pydetect_init(void)
{
	int error;

	error = ring_init();
	if (error)
		return error;
	error = netlink_start();
	if (error)
		goto fail_ring;
	error = hook_place();
	if (error)
		goto fail_netlink;
	return 0;

fail_netlink:
	netlink_stop();
	policy_destroy();
fail_ring:
	ring_destroy();
	return error;
}

static void __exit pydetect_exit(void)
{
	hook_remove();
	netlink_stop();
	policy_destroy();
	ring_destroy();
}

module_init(pydetect_init);
module_exit(pydetect_exit);

MODULE_DESCRIPTION("Judge program starts by rules, and report or deny them");
MODULE_AUTHOR("pydetect developers");
MODULE_LICENSE("GPL");
MODULE_VERSION(PYDETECT_VERSION);
