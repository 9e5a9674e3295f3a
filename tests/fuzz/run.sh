#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Usage: run.sh SECONDS [TARGET...]
#
# Runs each fuzzer (yaml, match) for that long, after all inputs that are kept
# in corpus/ and those that once found something, in found/. With 0 seconds only
# these are run. New inputs that reach new code go to build/fuzz/TARGET, which
# later runs take up again; findings go to build/fuzz/TARGET-*.

set -euo pipefail
cd "$(dirname -- "${BASH_SOURCE[0]}")/../.."

seconds=${1:?how many seconds for each?}
shift
(($#)) || set -- yaml match
make -s fuzz

passed=0
failed=0

# fuzz TARGET: the kept inputs once each, then new ones.
fuzz() {
	local target=$1 program=build/fuzz/tests/fuzz/fuzz_$1 kept=()
	local new=build/fuzz/$target
	mkdir -p "$new"
	mapfile -t kept < <(find "tests/fuzz/corpus/$target" \
		"tests/fuzz/found/$target" -type f 2>/dev/null)
	"$program" -timeout=60 "${kept[@]}" >"$new.log" 2>&1 || return
	((seconds)) || return 0
	"$program" -timeout=60 -rss_limit_mb=2048 -max_len=4096 \
		-max_total_time="$seconds" -artifact_prefix="$new-" \
		-print_final_stats=1 "$new" "tests/fuzz/corpus/$target" \
		>>"$new.log" 2>&1
}

for target; do
	if fuzz "$target"; then
		passed=$((passed + 1))
		sed -n 's/^stat::number_of_executed_units: */&/p' "build/fuzz/$target.log"
	else
		failed=$((failed + 1))
		echo "not ok fuzz $target: see build/fuzz/$target.log"
		tail -n 20 "build/fuzz/$target.log"
	fi
done
echo "fuzz: $passed passed, $failed failed"
((failed == 0))
