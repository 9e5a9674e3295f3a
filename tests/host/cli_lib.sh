# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What tests of the tool as a program share. To be sourced with the program as
# first argument; SUITE names the checks. Leaves the shell in an empty directory.

CTL=$(readlink -f -- "${1:?which pydetectctl?}")
REPO=$(readlink -f -- "$(dirname -- "${BASH_SOURCE[0]}")/../..")
# shellcheck disable=SC2034 # for those who source this
SHARED=$(readlink -f -- "${PYDETECT_SHARED:-$REPO/../shared}" || true)
[[ -x $CTL ]] || {
	echo "$CTL is not a program" >&2
	exit 2
}
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
cd "$WORK" || exit

passed=0
failed=0

# result NAME COMMAND...: one check.
result() {
	local name=$1
	shift
	if "$@"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "not ok $SUITE: $name"
		sed -n '1,10s/^/  out: /p' out
		sed -n '1,10s/^/  err: /p' err
	fi
}

# run CODE ARGUMENT...: runs the tool; output in the files out and err.
run() {
	local wanted=$1 status=0
	shift
	"$CTL" "$@" >out 2>err </dev/null || status=$?
	result "$* exits with $wanted, not $status" test "$status" = "$wanted"
}

out_is() {
	result "prints $1" test "$(cat out)" = "$1"
}

out_has() {
	result "prints $1" grep -qF -- "$1" out
}

out_lacks() {
	result "does not print $1" test "$(grep -cF -- "$1" out)" = 0
}

err_has() {
	result "says $1" grep -qF -- "$1" err
}

# summary: the last line, and success if nothing failed.
summary() {
	echo "$SUITE: $passed passed, $failed failed"
	((failed == 0))
}
