#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Usage: run.sh KERNEL [SCENARIO...]
#
# Runs scenarios (all of tests/vm/guest, if none is named) on a kernel in an
# emulator. KERNEL is a flavour of kernels.sh, or the build directory that
# debug-kernel.sh prints, with pydetect built in or not.
#
# Prints a line for each check and a summary. Fails if a check failed or a
# scenario did not get to its end, or if the kernel complained.
#
#   BUILD           where everything is built (default: build)
#   PYDETECTCTL     the control tool (default: made by "make ctl")
#   UNLOAD_ROUNDS   how often the module is unloaded during a storm of program
#                   starts (default: 10; 200 on a debug kernel)
#   SLOWNESS        how much longer than on a stock kernel things may take
#                   (default: 1; 10 on a debug kernel)

set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../../scripts/lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/../../scripts/lib.sh"

HERE=$REPO_DIR/tests/vm
BUILD=${BUILD:-$REPO_DIR/build}

# In this order: the main job first, and last what may end the kernel.
SCENARIOS=(detect ways long-argv race agree events bad-input ftrace unload)

is_debug() {
	[[ -d $kernel ]]
}

is_builtin() {
	is_debug && grep -q '^CONFIG_SECURITY_PYDETECT=y' "$kernel/.config"
}

# A name for this kernel's directory.
kernel_name() {
	if is_debug; then
		basename -- "$kernel"
	else
		printf '%s\n' "$kernel"
	fi
}

headers() {
	if is_debug; then
		printf '%s\n' "$kernel"
	else
		"$SCRIPTS_DIR/kernels.sh" path "$kernel" headers
	fi
}

# quietly LOG COMMAND...: the output matters only when the command fails.
quietly() {
	local log=$1
	shift
	"$@" >"$log" 2>&1 || {
		tail -n 40 "$log" >&2
		die "failed: $*"
	}
}

build_module() {
	! is_builtin || return 0
	quietly "$out/module.log" \
		"$SCRIPTS_DIR/build-module.sh" "$(headers)" "$out/module"
}

# compile NAME SOURCE FLAG...
compile() {
	local program=$programs/$1 source=$HERE/programs/$2.c
	shift 2
	[[ ! $program -nt $source ]] || return 0
	gcc -static -O2 -Wall -Wextra -Werror -pthread "$@" -o "$program" "$source"
}

build_programs() {
	local source name
	mkdir -p "$programs"
	for source in "$HERE"/programs/*.c; do
		name=${source##*/}
		compile "${name%.c}" "${name%.c}"
	done
	compile show32 show -m32
	compile ways32 ways -m32
}

build_ctl() {
	[[ -z ${PYDETECTCTL:-} ]] || return 0
	PYDETECTCTL=$BUILD/pydetectctl
	quietly "$out/ctl.log" make --no-print-directory -C "$REPO_DIR" \
		BUILD="$BUILD" ctl
}

# How long the machine may run: as long as each scenario may, and the boot.
limit() {
	echo $((60 + 160 * SLOWNESS * $#))
}

boot() {
	local module=()
	is_builtin || module=(--file "$out/module/pydetect.ko:/pydetect.ko")
	"$SCRIPTS_DIR/vm.sh" --kernel "$kernel" --timeout "$(limit "$@")" \
		--out "$out/vm" ${module[@]+"${module[@]}"} \
		--tree "$HERE/guest:/test" --tree "$HERE/rules:/test/rules" \
		--tree "$REPO_DIR/rules:/test/shipped" \
		--tree "$programs:/test/programs" \
		--file "$PYDETECTCTL:/usr/bin/pydetectctl" -- \
		env "UNLOAD_ROUNDS=$UNLOAD_ROUNDS" "SLOWNESS=$SLOWNESS" \
		bash /test/main.sh "$@"
}

# ended SCENARIO: did it say so?
ended() {
	grep -aq "^end $1 (" "$out/vm/output.log"
}

# count WORD: how many lines begin with it.
count() {
	grep -ac "^$1 " "$out/vm/output.log" || true
}

summarise() {
	local passed failed skipped scenario
	passed=$(count ok)
	failed=$(count 'not ok')
	skipped=$(count skip)
	for scenario; do
		if ! ended "$scenario"; then
			echo "not ok $scenario: did not get to its end"
			failed=$((failed + 1))
		fi
	done
	if ((vm_status != 0)); then
		echo "not ok the machine: vm.sh failed with $vm_status; see $out/vm"
		failed=$((failed + 1))
	fi
	printf 'vm %s: %d passed, %d failed' "$(kernel_name)" "$passed" "$failed"
	((skipped == 0)) || printf ', %d skipped' "$skipped"
	printf '\n'
	((failed == 0 && passed > 0))
}

check_scenarios() {
	local scenario
	for scenario; do
		[[ -e $HERE/guest/$scenario.sh || -e $HERE/guest/$scenario.py ]] ||
			die "there is no scenario $scenario"
	done
}

main() {
	if [[ $# -eq 0 || $1 == -* ]]; then
		usage
		[[ ${1:-} == -h || ${1:-} == --help ]]
		return
	fi
	kernel=$1
	shift
	(($#)) || set -- "${SCENARIOS[@]}"
	check_scenarios "$@"
	out=$BUILD/vm/$(kernel_name)
	programs=$BUILD/vm/programs
	mkdir -p "$out"
	if is_debug; then
		: "${UNLOAD_ROUNDS:=200}" "${SLOWNESS:=10}"
	else
		: "${UNLOAD_ROUNDS:=10}" "${SLOWNESS:=1}"
	fi

	build_module
	build_programs
	build_ctl
	vm_status=0
	boot "$@" || vm_status=$?
	summarise "$@"
}

main "$@"
