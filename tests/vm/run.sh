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
#   PYDETECT_SHARED where the Sigma corpus is, if anywhere (default: ../shared)
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
CORPUS=${PYDETECT_SHARED:-$REPO_DIR/../shared}/sigma

# In this order: the main job first, and last what may end the kernel.
SCENARIOS=(detect ways parent lineage burst long-argv race agree corpus many events bad-input block block-error ftrace unload)

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

# A module that makes pydetect fail, see its source.
build_failing() {
	mkdir -p "$out/failing"
	cp -u "$HERE"/modules/* "$out/failing/"
	quietly "$out/failing.log" make --no-print-directory -C "$(headers)" \
		M="$(realpath "$out/failing")" modules
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

# A file system on a block device, where build ids are remembered. Debug kernels
# have none: there the scenario does without.
build_disk() {
	disk=()
	! is_debug && command -v mke2fs >/dev/null || return 0
	[[ -e $out/disk.img ]] ||
		quietly "$out/disk.log" mke2fs -q -t ext4 "$out/disk.img" 64M
	disk=(--load-module-list loop --file "$out/disk.img:/disk.img")
}

build_ctl() {
	[[ -z ${PYDETECTCTL:-} ]] || return 0
	PYDETECTCTL=$BUILD/pydetectctl
	quietly "$out/ctl.log" make --no-print-directory -C "$REPO_DIR" \
		BUILD="$BUILD" ctl
}

# make_many: the policy of the scenario of that name, and the last rules of it.
make_many() {
	local many=$out/many
	rm -rf "$many"
	mkdir -p "$many"
	[[ -d $CORPUS/rules ]] || return 0
	python3 "$REPO_DIR/tests/host/make_many.py" "$CORPUS/rules" 10000 \
		"$many/rules"
	quietly "$out/many.log" "$PYDETECTCTL" check \
		--output "$many/policy.image" "$many/rules"
	mv "$(find "$many/rules" -name '*.yml' | sort | tail -n 2 | head -n 1)" \
		"$many/rules.yml"
	rm -r "$many/rules"
}

# How long the machine may run: as long as each scenario may, and the boot.
limit() {
	echo $((60 + SLOWNESS * (160 + 3 * UNLOAD_ROUNDS) * $#))
}

# boot NAME SCENARIO...: runs scenarios in a machine of their own.
boot() {
	local name=$1 module=() corpus=() many=() status=0
	shift
	[[ " $* " != *' many '* ]] || {
		make_many
		many=(--tree "$out/many:/test/many")
	}
	[[ ! -d $CORPUS/rules ]] || corpus=(
		--tree "$CORPUS/rules:/test/corpus/rules"
		--file "$CORPUS/events.ndjson:/test/corpus/events.ndjson"
		--file "$CORPUS/verdicts.ndjson:/test/corpus/verdicts.ndjson")
	# Whatever happens before the machine runs must not pass for a result.
	rm -rf "${out:?}/$name"
	mkdir -p "$out/$name"
	: >"$out/$name/output.log"
	is_builtin || module=(--file "$out/module/pydetect.ko:/pydetect.ko")
	"$SCRIPTS_DIR/vm.sh" --kernel "$kernel" --timeout "$(limit "$@")" \
		--out "$out/$name" ${module[@]+"${module[@]}"} \
		${corpus[@]+"${corpus[@]}"} ${many[@]+"${many[@]}"} \
		${disk[@]+"${disk[@]}"} \
		--tree "$HERE/guest:/test" --tree "$HERE/rules:/test/rules" \
		--tree "$REPO_DIR/rules:/test/shipped" \
		--tree "$programs:/test/programs" \
		--file "$out/failing/fail_walk.ko:/fail_walk.ko" \
		--file "$PYDETECTCTL:/usr/bin/pydetectctl" -- \
		env "UNLOAD_ROUNDS=$UNLOAD_ROUNDS" "SLOWNESS=$SLOWNESS" \
		bash /test/main.sh "$@" || status=$?
	judge "$name" "$status" "$@"
}

# count FILE WORD: how many lines begin with it.
count() {
	grep -ac "^$2 " "$1" || true
}

fail() {
	echo "not ok $*"
	failed=$((failed + 1))
}

# judge NAME STATUS SCENARIO...: how it went, added to the sums.
judge() {
	local log=$out/$1/output.log name=$1 status=$2 scenario
	shift 2
	passed=$((passed + $(count "$log" ok)))
	failed=$((failed + $(count "$log" 'not ok')))
	skipped=$((skipped + $(count "$log" skip)))
	for scenario; do
		grep -aq "^end $scenario (" "$log" ||
			fail "$scenario: did not get to its end"
	done
	((status == 0)) ||
		fail "the machine: vm.sh failed with $status; see $out/$name"
}

# Unloading changes code that the other processor is running. QEMU gets that
# wrong where every processor has a thread of its own: even a kernel without
# pydetect, with function tracing switched on and off, dies of an int3 that was
# there a moment ago.
boot_all() {
	local scenario others=() unload=()
	for scenario; do
		if [[ $scenario == unload ]]; then
			unload=(unload)
		else
			others+=("$scenario")
		fi
	done
	((${#others[@]} == 0)) || boot vm "${others[@]}"
	((${#unload[@]} == 0)) ||
		QEMU=$HERE/qemu-one-thread.sh boot vm-unload "${unload[@]}"
}

summarise() {
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
	build_failing
	build_programs
	build_ctl
	build_disk
	passed=0 failed=0 skipped=0
	boot_all "$@"
	summarise
}

main "$@"
