#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Usage: check.sh
#
# Static analysis and style. Goes through all checks even if one fails.

set -uo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
cd "$REPO_DIR" || exit

failures=0

# check NAME COMMAND...
# shellcheck disable=SC2317 # the checks are called through this
check() {
	local name=$1
	shift
	if "$@"; then
		echo "ok $name"
	else
		echo "not ok $name"
		failures=$((failures + 1))
	fi
}

scripts_are_clean() {
	git ls-files '*.sh' scripts/guest/init .ci/run |
		xargs shellcheck --external-sources --source-path=SCRIPTDIR
}

# checkpatch comes with the kernel's source.
checkpatch() {
	local script
	script=$(kernel_source 6.12)/scripts/checkpatch.pl || return
	git ls-files 'module/*.[ch]' 'ctl/*.[ch]' |
		xargs perl "$script" --quiet --terse \
			--no-summary --file
}

cppcheck_is_clean() {
	cppcheck --quiet --error-exitcode=1 --inline-suppr --std=c11 \
		--enable=warning,portability,performance \
		--suppress=missingIncludeSystem -D_GNU_SOURCE ctl module/core
}

check shellcheck scripts_are_clean
check cppcheck cppcheck_is_clean
check checkpatch checkpatch
exit "$((failures > 0))"
