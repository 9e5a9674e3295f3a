#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Usage: vm-selftest.sh [KERNEL]
#
# Shows that vm.sh tells success from every way of failing. KERNEL is what
# vm.sh takes (default: 6.1-cloud).

set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

KERNEL=${1:-6.1-cloud}
failures=0

# vm ARGUMENT...: everything that vm.sh says, and its status.
vm() {
	local log=$work/log status=0
	"$SCRIPTS_DIR/vm.sh" --kernel "$KERNEL" --out "$work/out" "$@" \
		>"$log" 2>&1 || status=$?
	return "$status"
}

# expect NAME STATUS PATTERN ARGUMENT...: PATTERN is in what vm.sh says.
expect() {
	local name=$1 wanted=$2 pattern=$3 status=0
	shift 3
	rm -rf "$work/out"
	vm "$@" || status=$?
	if ((status == wanted)) && grep -aq -- "$pattern" "$work/log"; then
		echo "ok   $name"
	else
		failures=$((failures + 1))
		echo "FAIL $name: status $status instead of $wanted, or no '$pattern' in:"
		cat "$work/log"
	fi
}

# A second word in the same argument must come out as it went in.
check_success() {
	printf 'from the host\n' >"$work/file"
	mkdir -p "$work/tree/below"
	printf 'deep\n' >"$work/tree/below/file"
	# shellcheck disable=SC2016
	expect 'success' 0 "^from the host, deep, it's" \
		--file "$work/file:/lib/selftest" --tree "$work/tree:/srv" -- sh -c '
			echo "$(cat /usr/lib/selftest), $(cat /srv/below/file), $1"
			head -c 100000 /dev/zero >/out/zeros
			dmesg >/out/dmesg' sh "it's"
	[[ $(stat -c %s "$work/out/files/zeros") == 100000 ]] || {
		failures=$((failures + 1))
		echo 'FAIL files out of the guest'
	}
	expect 'no terminal' 0 '^none' -- sh -c 'test -t 1 || echo none'
	# The last command of the shell leaves a process that holds its output.
	expect 'a process left behind' 0 '^left' -- \
		sh -c 'sleep 600 & seq 100000 | tail -n 1; echo left'
	expect 'instruction counting' 0 '^counted' --icount -- echo counted
}

check_failure() {
	expect 'exit status 1' 1 'the command ended with status 1' -- false
	expect 'a command that is not there' 1 'ended with status 127' -- /nonexistent
	expect 'death by a signal' 1 'ended with status 137' -- \
		sh -c 'kill -9 $$'
	expect 'a panic' 1 'sysrq' -- sh -c 'echo c >/proc/sysrq-trigger; sleep 60'
	expect 'a warning in the log' 1 'the kernel complained' -- \
		sh -c 'echo "<4>WARNING: made up" >/dev/kmsg'
	expect 'no time left' 124 'out of time' --timeout 15 -- sleep 600
	expect 'switched off early' 1 'went off before' -- poweroff -f
	expect 'restarted early' 1 'went off before' -- reboot -f
	# The word belongs to one run; nobody can have learnt it beforehand.
	expect 'a wrong word' 1 'went off before' -- \
		sh -c 'echo "<1>vm: success 0123456789abcdef" >/dev/kmsg; poweroff -f'
	expect 'a module that is not there' 1 'no modules\|not found' \
		--load-module-list no_such_module -- true
}

if [[ $KERNEL == -* ]]; then
	usage
	exit
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
check_success
check_failure
((failures == 0)) || die "$failures failed"
