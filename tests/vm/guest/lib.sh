# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Helpers shared by the scenarios in bash. Sourced, never run.

set -euo pipefail
shopt -s inherit_errexit

SCENARIO=${SCENARIO:-${0##*/}}
# Used by the scenarios.
# shellcheck disable=SC2034
PROGRAMS=/test/programs
# shellcheck disable=SC2034
RULES=/test/rules
failed=0

ok() {
	printf 'ok %s: %s\n' "$SCENARIO" "$1"
}

not_ok() {
	failed=1
	printf 'not ok %s: %s: %s\n' "$SCENARIO" "$1" "$2"
}

skip() {
	printf 'skip %s: %s: %s\n' "$SCENARIO" "$1" "$2"
}

# equal NAME GOT WANTED
equal() {
	if [[ $2 == "$3" ]]; then
		ok "$1"
	else
		not_ok "$1" "got '$2', not '$3'"
	fi
}

# matches NAME TEXT REGEX
matches() {
	if [[ $2 =~ $3 ]]; then
		ok "$1"
	else
		not_ok "$1" "'$2' does not match '$3'"
	fi
}

# run COMMAND...: sets status, and output to all that the command said.
# shellcheck disable=SC2034
run() {
	status=0
	output=$("$@" 2>&1) || status=$?
}

# finish: the end of every scenario. One that does not get here has failed.
finish() {
	exit $((failed * 3))
}

is_module() {
	[[ -e /pydetect.ko ]]
}

is_loaded() {
	[[ -d /sys/module/pydetect ]] && grep -q '^pydetect ' /proc/modules
}

# Then the module stays.
is_locked() {
	pydetectctl status --json | grep -q '"locked":true'
}

module_load() {
	! is_module || insmod /pydetect.ko
}

module_unload() {
	! is_module || ! is_loaded || rmmod pydetect
}

# log_mark, log_since: the kernel's messages from a place on.
log_mark() {
	mark="test mark $RANDOM.$RANDOM"
	echo "<6>$mark" >/dev/kmsg
}

log_since() {
	dmesg | sed "1,/$mark/d"
}
