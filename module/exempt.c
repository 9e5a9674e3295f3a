// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whom no rule denies a start: the first process, and the control tool.
 *
 * A policy that denies everything has to be undone from a shell that is open. So
 * the tool starts all the same, for those whose commands are accepted: they
 * could change the mode with any other program that they have. What they make it
 * run by its environment they could have done without it.
 *
 * The tool is a file, not a name: whoever is privileged tells by a command that
 * its own program is it. The file is not held on to, which would keep its file
 * system from being unmounted; so it is looked at again at each start, and by a
 * number that is not given out again with the inode.
 */
#include <linux/binfmts.h>
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mount.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/user_namespace.h>

#include "compat.h"
#include "exempt.h"
#include "lock.h"

/**
 * struct tool - the file of the control tool
 * @inode: its number; 0: it is not known
 * @device: where it is
 * @generation: which of those that had this number
 */
struct tool {
	u64 inode;
	dev_t device;
	u32 generation;
};

static DEFINE_SPINLOCK(tool_lock);
static struct tool tool;

/* Nobody but root says what it contains. */
static bool belongs_to_root(const struct file *file)
{
	const struct inode *inode = file_inode(file);

	return S_ISREG(inode->i_mode) &&
	       uid_eq(inode->i_uid, GLOBAL_ROOT_UID) &&
	       !(inode->i_mode & 0022) &&
	       inode->i_sb->s_user_ns == &init_user_ns &&
	       !(file->f_path.mnt->mnt_flags & MNT_NOSUID);
}

static struct tool tool_of(const struct file *file)
{
	const struct inode *inode = file_inode(file);

	return (struct tool){
		.inode = inode->i_ino,
		.device = inode->i_sb->s_dev,
		.generation = inode->i_generation,
	};
}

static bool same_tool(const struct tool *one, const struct tool *other)
{
	return one->inode == other->inode && one->device == other->device &&
	       one->generation == other->generation;
}

static struct tool known_tool(void)
{
	struct tool known;

	spin_lock(&tool_lock);
	known = tool;
	spin_unlock(&tool_lock);
	return known;
}

static bool is_known_tool(struct tool found)
{
	const struct tool known = known_tool();

	return known.inode && same_tool(&known, &found);
}

static struct tool exempt_file_of(struct file *file)
{
	if (!file || !belongs_to_root(file))
		return (struct tool){};
	return tool_of(file);
}

/* What the current process runs, if that can be exempt. */
static struct tool current_tool(void)
{
	struct file *file = NULL;
	struct tool found;

	if (current->mm)
		file = compat_get_exe_file(current->mm);
	found = exempt_file_of(file);
	if (file)
		fput(file);
	return found;
}

/**
 * exempt_remember_tool - the current process runs the control tool
 *
 * Where its file is one that cannot be exempt, the last one stays it.
 *
 * Context: process context. The process may change the mode.
 */
void exempt_remember_tool(void)
{
	const struct tool found = current_tool();

	if (!found.inode)
		return;
	spin_lock(&tool_lock);
	tool = found;
	spin_unlock(&tool_lock);
}

/**
 * exempt_asks - is the current process's program the control tool?
 *
 * Context: process context.
 * Return: whether it is. Under a lock that exempts nobody.
 */
bool exempt_asks(void)
{
	return is_known_tool(current_tool());
}

static bool is_tool(const struct linux_binprm *bprm)
{
	return is_known_tool(exempt_file_of(bprm->file)) &&
	       ns_capable_noaudit(&init_user_ns, CAP_MAC_ADMIN);
}

/**
 * exempt - may a program start not be denied?
 * @bprm: the program
 *
 * Context: the task that called execve().
 * Return: true for the first process of the first namespace, and where somebody
 * who may change the mode starts the control tool. Under a lock nobody may do
 * so, and what the tool is could be changed.
 */
bool exempt(const struct linux_binprm *bprm)
{
	return is_global_init(current) || (!lock_is_set() && is_tool(bprm));
}
