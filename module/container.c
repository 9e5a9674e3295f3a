// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which container a process is in: the kernel knows none, only namespaces and
 * control groups.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cgroup.h>
#include <linux/limits.h>
#include <linux/nsproxy.h>
#include <linux/ns_common.h>
#include <linux/pid_namespace.h>
#include <linux/printk.h>
#include <linux/proc_ns.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <net/netlink.h>

#include "container.h"
#include "uapi/pydetect.h"

/* A namespace that says that it is one of mounts can be asked for its number. */
static bool mount_namespaces_known __ro_after_init;

/*
 * struct mnt_namespace is private to the kernel's file systems. All its versions
 * begin with what all namespaces have in common; its kind tells whether this
 * one does.
 */
static const struct ns_common *mount_namespace(const struct task_struct *task)
{
	return (const struct ns_common *)task->nsproxy->mnt_ns;
}

static bool is_mount_namespace(const struct ns_common *namespace)
{
	const struct proc_ns_operations *operations;
	int type;

	if (copy_from_kernel_nofault(&operations, &namespace->ops,
				     sizeof(operations)) ||
	    copy_from_kernel_nofault(&type, &operations->type, sizeof(type)))
		return false;
	return type == CLONE_NEWNS;
}

/**
 * container_init - find out what this kernel lets a module know
 *
 * Context: process context.
 */
void __init container_init(void)
{
	mount_namespaces_known = is_mount_namespace(mount_namespace(current));
	if (!mount_namespaces_known)
		pr_info("events come without mount namespaces: this kernel keeps them elsewhere\n");
}

static int put_mount_namespace(struct sk_buff *message)
{
	if (!mount_namespaces_known)
		return 0;
	return nla_put_u32(message, PYDETECT_PROCESS_MOUNT_NAMESPACE,
			   mount_namespace(current)->inum);
}

/* What tells containers apart stands at the beginning. */
#define CGROUP_BYTES_MAX 512
#define CGROUP_LEVEL_MAX 64

#ifdef CONFIG_CGROUPS
/*
 * Whoever may make groups can nest them until no path is long enough, and older
 * kernels take long to find that out. So it is the path of a group that is not
 * too deep, and has one; mostly that is the group itself.
 */
static size_t cgroup_path_of_current(char *buffer, size_t size)
{
	struct cgroup *group;
	int length = 0;

	rcu_read_lock();
	group = task_dfl_cgroup(current);
	while (group->level > CGROUP_LEVEL_MAX)
		group = cgroup_parent(group);
	for (; group; group = cgroup_parent(group)) {
		length = cgroup_path(group, buffer, size);
		if (length > 0 && (size_t)length < size)
			break;
		length = 0;
	}
	rcu_read_unlock();
	return length;
}

/* Without memory for it the event goes without it. */
static int put_cgroup(struct sk_buff *message)
{
	char *path = kmalloc(PATH_MAX, GFP_NOWAIT | __GFP_NOWARN);
	size_t length = path ? cgroup_path_of_current(path, PATH_MAX) : 0;
	int error = 0;

	if (length)
		error = nla_put(message, PYDETECT_PROCESS_CGROUP,
				min_t(size_t, length, CGROUP_BYTES_MAX), path);
	kfree(path);
	return error;
}
#else
static int put_cgroup(struct sk_buff *message)
{
	return 0;
}
#endif

/**
 * container_put - tell which container the current process is in
 * @message: where to add PYDETECT_PROCESS_ attributes
 *
 * Context: process context; does not sleep.
 * Return: 0 or -EMSGSIZE.
 */
int container_put(struct sk_buff *message)
{
	if (nla_put_u32(message, PYDETECT_PROCESS_PID_NAMESPACE,
			task_active_pid_ns(current)->ns.inum) ||
	    put_mount_namespace(message))
		return -EMSGSIZE;
	return put_cgroup(message);
}
