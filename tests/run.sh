#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Usage: run.sh [PART...]
#
# Runs all tests, or the named parts of them:
#
#   build       the module against every kernel of kernels.sh, no warning allowed
#   host        matching core, compiler and tool, gcc and clang, ASan and UBSan
#   cli         the tool as a program
#   events      a store whose writer is killed; tests/events/run.sh has more
#   fuzz        the inputs kept for the fuzzers; tests/fuzz/run.sh finds new ones
#   kunit-6.12, kunit-6.1
#               unit tests inside user-mode Linux
#   vm-6.1, vm-6.12
#               scenarios on stock Debian kernels under emulation
#   vm-builtin  scenarios on a debug kernel that has pydetect built in
#   vm-debug    scenarios and unit tests on the debug kernel, with the module
#
# Without a PART: all but vm-builtin and vm-debug, which have to build a kernel
# and run on it slowly; see "make test-debug".
# What a part prints is kept in build/test/PART.log. The last line counts the
# tests of all parts; a part that ends badly without saying how many failed
# counts as one failure.

set -euo pipefail
cd "$(dirname -- "${BASH_SOURCE[0]}")/.."

LOGS=build/test
passed=0
failed=0

flavours() {
	scripts/kernels.sh list
}

# A line for every kernel, and nothing on stderr of the compiler or sparse.
part_build() {
	local flavour good=0 bad=0 log
	for flavour in $(flavours); do
		log=$LOGS/build-$flavour.log
		if scripts/build-module.sh "$(scripts/kernels.sh path "$flavour" headers)" \
			"build/module-$flavour" C=2 CF=-D__CHECK_ENDIAN__ \
			>"$log" 2>&1 && ! grep -iE 'warning|error' "$log" &&
			tests/build_hook.sh "build/module-$flavour/pydetect.ko"; then
			echo "ok builds without a warning: $flavour"
			good=$((good + 1))
		else
			echo "not ok builds without a warning: $flavour, see $log"
			bad=$((bad + 1))
		fi
	done
	echo "build: $good passed, $bad failed"
	((bad == 0))
}

# host_summary LOG: cmocka says "[  PASSED  ] 3 test(s)." and the like.
host_summary() {
	local good bad
	good=$(sed -n 's/^\[  PASSED  \] \([0-9]*\) test.*/\1/p' "$1" | paste -sd+ | bc)
	bad=$(sed -n 's/^\[  FAILED  \] \([^ ]*: \)\?\([0-9]*\) test.*/\2/p' "$1" | paste -sd+ | bc)
	echo "host: ${good:-0} passed, ${bad:-0} failed"
}

part_host() {
	local flavour test status=0 log=$LOGS/cmocka.log
	make -s -j"$(nproc)" host-tests
	: >"$log"
	for flavour in gcc clang; do
		for test in tests/host/test_*.c; do
			test=build/$flavour/${test%.c}
			"$test" >>"$log" 2>&1 || {
				echo "not ok $test, see $log"
				status=1
			}
		done
	done
	host_summary "$log"
	return "$status"
}

part_cli() {
	make -s -j"$(nproc)" ctl build/gcc/pydetectctl
	tests/host/test_cli.sh build/gcc/pydetectctl
	tests/host/test_docs.py build/gcc/pydetectctl
	tests/host/test_cli_sigma.sh build/gcc/pydetectctl
	tests/host/test_rules_block.sh build/gcc/pydetectctl
}

part_events() {
	tests/events/run.sh kill
}

part_fuzz() {
	tests/fuzz/run.sh 0
}

part_kunit() {
	make -s ctl
	tests/kunit/make-vectors.sh
	scripts/kunit.sh "$1"
}

part_vm() {
	make -s ctl
	tests/vm/run.sh "$1"
}

part_vm_builtin() {
	make -s ctl
	tests/vm/run.sh "$(scripts/debug-kernel.sh 6.12 --builtin | tail -n 1)"
}

part_vm_debug() {
	local kernel
	kernel=$(scripts/debug-kernel.sh 6.12 | tail -n 1)
	make -s ctl
	tests/kunit/make-vectors.sh
	tests/kunit/run-vm.sh "$kernel"
	STORMS=200 tests/vm/run.sh "$kernel"
}

run_part() {
	case $1 in
	build | host | cli | events | fuzz) "part_$1" ;;
	kunit-*) part_kunit "${1#kunit-}" ;;
	vm-builtin) part_vm_builtin ;;
	vm-debug) part_vm_debug ;;
	vm-*) part_vm "${1#vm-}-cloud" ;;
	*)
		echo "run.sh: no part is called $1" >&2
		exit 2
		;;
	esac
}

# Adds up the lines "NAME: N passed, M failed" of one part.
count() {
	local status=$1 log=$2 good bad
	good=$(sed -nE 's/^.*: ([0-9]+) passed, ([0-9]+) failed.*/\1/p' "$log" | paste -sd+ | bc)
	bad=$(sed -nE 's/^.*: ([0-9]+) passed, ([0-9]+) failed.*/\2/p' "$log" | paste -sd+ | bc)
	passed=$((passed + ${good:-0}))
	failed=$((failed + ${bad:-0}))
	((status == 0 && ${good:-0} > 0)) || ((${bad:-0} > 0)) || failed=$((failed + 1))
}

main() {
	local part status
	(($#)) || set -- build host cli events fuzz kunit-6.12 kunit-6.1 vm-6.1 vm-6.12
	mkdir -p "$LOGS"
	for part; do
		printf '\n### %s (%(%H:%M:%S)T)\n' "$part"
		status=0
		# A function in a condition would run without set -e.
		(set -o pipefail; bash tests/run.sh --part "$part" 2>&1 | tee "$LOGS/$part.log") ||
			status=$?
		((status == 0)) || echo "### $part ended with status $status"
		count "$status" "$LOGS/$part.log"
	done
	printf '\n%d passed, %d failed\n' "$passed" "$failed"
	((failed == 0))
}

if [[ ${1:-} == --part ]]; then
	mkdir -p "$LOGS"
	run_part "$2"
else
	main "$@"
fi
