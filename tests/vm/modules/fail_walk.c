// SPDX-License-Identifier: GPL-2.0-only
/*
 * While this is loaded, memory of programs cannot be read by pydetect: its
 * pages_walk() returns an error. Stock kernels have no fault injection.
 */
#include <linux/kprobes.h>
#include <linux/module.h>

static int error = -EFAULT;
module_param(error, int, 0444);
MODULE_PARM_DESC(error, "what pages_walk() returns");

static int replace_result(struct kretprobe_instance *instance,
			  struct pt_regs *regs)
{
	regs_set_return_value(regs, error);
	return 0;
}

static struct kretprobe probe = {
	.handler = replace_result,
	.maxactive = 256,
};

/* The function is in a module, or in the kernel. */
static int __init fail_walk_init(void)
{
	static const char *const names[] = { "pydetect:pages_walk",
					     "pages_walk" };
	int i, result = -ENOENT;

	for (i = 0; result && i < ARRAY_SIZE(names); i++) {
		memset(&probe.kp, 0, sizeof(probe.kp));
		probe.kp.symbol_name = names[i];
		result = register_kretprobe(&probe);
	}
	return result;
}

static void __exit fail_walk_exit(void)
{
	unregister_kretprobe(&probe);
}

module_init(fail_walk_init);
module_exit(fail_walk_exit);

MODULE_DESCRIPTION("Make pydetect unable to read the memory of programs");
MODULE_LICENSE("GPL");
