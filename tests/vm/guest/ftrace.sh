# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash source-path=SCRIPTDIR source=lib.sh
#
# The redirect: where it sits, and that nobody takes it away.

. "${0%/*}/lib.sh"

SWITCH=/proc/sys/kernel/ftrace_enabled
HOOK='security_bprm_check'

# Calling past the symbol's first instruction would fault on processors that
# enforce indirect branch tracking; the emulated one does not.
check_place() {
	log_mark
	module_unload
	module_load
	matches 'the hook is at the entry of its function' "$(log_since)" \
		"judging program starts at $HOOK\\+0x0/"
	equal 'status knows the hook' \
		"$(pydetectctl status --json | grep -o '"hook":"[a-z]*"')" \
		'"hook":"ftrace"'
	matches 'ftrace knows the hook' \
		"$(grep "^$HOOK " /sys/kernel/tracing/enabled_functions)" ' I '
}

check_switch() {
	run bash -c "echo 0 >$SWITCH"
	equal 'ftrace cannot be switched off' "$status" 1
	matches 'and the reason is told' "$output" '[Bb]usy'
	equal 'ftrace is on' "$(<$SWITCH)" 1
}

check_second() {
	run insmod /pydetect.ko
	matches 'a second load is refused' "$status $output" '^1 .*File exists'
	equal 'and changes nothing' "$(pydetectctl mode)" report
}

# Without ftrace there is no hook, so there must be no module either.
check_off() {
	module_unload
	echo 0 >$SWITCH
	log_mark
	run insmod /pydetect.ko
	equal 'no load while ftrace is off' "$status" 1
	matches 'and the log tells why' "$(log_since)" 'ftrace_enabled'
	run is_loaded
	equal 'and nothing stays behind' "$status" 1
	echo 1 >$SWITCH
	module_load
	matches 'a load once it is on again' "$(pydetectctl status --json)" \
		'"hook":"ftrace"'
}

# The program's own call of the hooked function must not come back to the hook:
# a machine where it does would hang here.
check_recursion() {
	equal 'programs start' "$("$PROGRAMS/ways" exec /usr/bin/busybox echo 42)" 42
}

if is_module; then
	check_place
	check_switch
	check_second
	check_recursion
	check_off
else
	skip 'the redirect' 'pydetect is built into this kernel'
	equal 'status knows the hook' \
		"$(pydetectctl status --json | grep -o '"hook":"[a-z]*"')" \
		'"hook":"lsm"'
fi
finish
