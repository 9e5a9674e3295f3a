// SPDX-License-Identifier: GPL-2.0-only
/*
 * The program that is started: as little as one can be. Without a C library, so
 * that nothing is measured but the kernel.
 */
#include <asm/unistd.h>

void _start(void) __attribute__((noreturn));

void _start(void)
{
	asm volatile("syscall"
		     :
		     : "a"(__NR_exit_group), "D"(0)
		     : "rcx", "r11", "memory");
	__builtin_unreachable();
}
