# SPDX-License-Identifier: GPL-2.0-only
#
# What the kernel being built against offers, found in its headers rather than
# guessed from its version: vendors carry changes back.

pydetect-headers := $(srctree)/include/linux

# $(call pydetect-probe,header,sed lines to look at,word to find there,macro)
pydetect-probe = $(if $(shell sed -n '$(2)' \
	$(pydetect-headers)/$(1) | grep -w '$(3)'),-D$(4))

# 6.5 took the list of areas out of get_user_pages_remote().
pydetect-features := $(call pydetect-probe,mm.h,/^long get_user_pages_remote/$(comma)/;/p,vmas,PYDETECT_GUP_WANTS_VMAS)
# 6.7 made get_file_rcu() take the place the pointer is in.
pydetect-features += $(call pydetect-probe,fs.h,/get_file_rcu/p,__rcu,PYDETECT_GET_FILE_RCU_BY_PLACE)
# 6.3 renamed ftrace_instruction_pointer_set().
pydetect-features += $(call pydetect-probe,ftrace.h,/ftrace_regs_set_instruction_pointer/p,define,PYDETECT_FTRACE_REGS)
# 6.4 keeps the kinds of a module's memory apart.
pydetect-features += $(call pydetect-probe,module.h,/within_module_mem_type/p,within_module_mem_type,PYDETECT_MODULE_MEM)
# 6.8 gave every LSM a number.
pydetect-features += $(call pydetect-probe,lsm_hooks.h,/^struct lsm_id/p,lsm_id,PYDETECT_LSM_HAS_ID)
# 6.14 lets a caller ask whether it could execute a file.
pydetect-features += $(call pydetect-probe,binfmts.h,/is_check/p,is_check,PYDETECT_BPRM_IS_CHECK)
# 6.6 put an inode's change time behind functions.
pydetect-features += $(call pydetect-probe,fs.h,/inode_get_ctime/p,inode_get_ctime,PYDETECT_INODE_GET_CTIME)
# 6.16 tells the probe of an exit whether it is that of the whole process.
pydetect-features += $(call pydetect-probe,../trace/events/sched.h,/sched_process_exit/$(comma)/TP_ARGS/p,group_dead,PYDETECT_EXIT_TELLS_GROUP)
# 6.13 sets up a timer together with its function.
pydetect-features += $(call pydetect-probe,hrtimer.h,/hrtimer_setup/p,hrtimer_setup,PYDETECT_HRTIMER_SETUP)
