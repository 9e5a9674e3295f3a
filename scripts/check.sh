#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Usage: check.sh
#
# Static analysis and style. Goes through all checks even if one fails.

# The checks are called through check().
# shellcheck disable=SC2317

set -uo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
cd "$REPO_DIR" || exit

failures=0

# check NAME COMMAND...
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
	git ls-files '*.sh' '*.bash' scripts/guest/init .ci/run |
		xargs shellcheck --external-sources --source-path=SCRIPTDIR
}

# checkpatch_is_clean DIRECTORY [OPTION...]: it comes with the kernel's source.
checkpatch_is_clean() {
	local script directory=$1
	shift
	script=$(kernel_source 6.12)/scripts/checkpatch.pl || return
	git ls-files "$directory/*.[ch]" |
		xargs perl "$script" --quiet --terse --no-summary "$@" --file
}

cppcheck_is_clean() {
	cppcheck --quiet --error-exitcode=1 --inline-suppr --std=c11 \
		--enable=warning,portability,performance \
		--suppress=missingIncludeSystem -D_GNU_SOURCE ctl module/core
}

check shellcheck scripts_are_clean
check cppcheck cppcheck_is_clean
check 'checkpatch of module/' checkpatch_is_clean module
# Userspace has no strscpy(), its messages name commands and keys that functions
# are named after, and are not cut to be found with grep. And checkpatch takes
# BUILD_LIST(type), which stands for a type, for a call and a cast.
check 'checkpatch of ctl/' checkpatch_is_clean ctl --ignore \
	SPACING,LINE_SPACING,OPEN_ENDED_LINE,NEW_TYPEDEFS,UNNECESSARY_PARENTHESES,STRCPY,EMBEDDED_FUNCTION_NAME,LONG_LINE_STRING,LONG_LINE,SPLIT_STRING,MISSING_SPACE,COMPARISON_TO_NULL,FUNCTION_ARGUMENTS
exit "$((failures > 0))"
