#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Usage: build_hook.sh MODULE
#
# Looks at how the compiled hook enters the original function: by a static call,
# neither an indirect one, which faults on CPUs that track indirect branches, nor
# a tail call, with which the redirect would call itself for ever. Emulators do
# not notice the first, and the second is a hang.

set -euo pipefail

hook=$(objdump -dr --no-show-raw-insn "$1" |
	sed -n '/<judged_bprm_check>:$/,/^$/p')
entry=$(grep -B1 -E '[[:space:]]__SCT__original' <<<"$hook") || {
	echo 'not ok the original function is entered by a static call'
	exit 1
}
if ! grep -qw call <<<"$entry"; then
	echo 'not ok the original function is not entered by a tail call'
	exit 1
fi
if grep -qE '(call|jmp) +\*|__x86_indirect_thunk' <<<"$hook"; then
	echo 'not ok nothing in the hook is called indirectly'
	exit 1
fi
echo 'ok the original function is entered by a static call'
