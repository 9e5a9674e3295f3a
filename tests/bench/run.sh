#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Usage: run.sh
#
# Counts the instructions that one program start takes, without and with
# pydetect, in an emulated machine whose clock counts instructions. Prints a
# table and writes build/bench.json. How exec_bench, nothing and guest.sh go
# about it is said there.
#
#   KERNELS          flavours of scripts/kernels.sh ("6.1-cloud 6.12-cloud")
#   PEERS=1          also measures auditd and execsnoop: scripts/setup.sh bench
#   PYDETECT_SHARED  where sigma/rules is (default: ../shared)
#   BUILD            where to build (default: build)
#
# Fails when something could not be measured that should have been, or when the
# machine without the module is not at the end what it was at the beginning.
# Budgets that are not held are shown, not failures.

set -euo pipefail
REPO=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
# shellcheck source-path=SCRIPTDIR source=../../scripts/lib.sh
. "$REPO/scripts/lib.sh"

BENCH=$REPO/tests/bench
BUILD=${BUILD:-build}
KERNELS=${KERNELS:-6.1-cloud 6.12-cloud}
SIGMA=${PYDETECT_SHARED:-$REPO/../shared}/sigma/rules
PEER_PROGRAMS=(/usr/sbin/execsnoop /usr/sbin/auditd /usr/sbin/auditctl)

# Both are static: no loader and no libraries in what is counted.
build_helpers() {
	mkdir -p "$work"
	"${CC:-cc}" -O2 -Wall -Wextra -static \
		-o "$work/exec_bench" "$BENCH/exec_bench.c"
	"${CC:-cc}" -Os -Wall -Wextra -static -nostdlib -ffreestanding \
		-fno-stack-protector -o "$work/nothing" "$BENCH/nothing.c"
}

# The programs lie on a disk, as they do elsewhere: what the module remembers of
# a file, it does not remember of files in memory.
build_disk() {
	rm -rf "$work/disk" "$work/disk.img"
	mkdir -p "$work/disk/bin" "$work/disk/lib"
	cp "$work/nothing" "$work/disk/bin/nothing"
	cp "$work/nothing" "$work/disk/lib/python3"
	mke2fs -q -t ext4 -d "$work/disk" "$work/disk.img" 16M
}

# build_all: one after the other, because both write into the same places.
build_all() {
	local kernel
	build_helpers
	build_disk
	make --no-print-directory -C "$REPO" BUILD="$BUILD" ctl
	for kernel in $KERNELS; do
		"$REPO/scripts/build-module.sh" \
			"$("$REPO/scripts/kernels.sh" path "$kernel" headers)" \
			"$work/module-$kernel"
	done
}

# with_libraries PROGRAM...: options that bring programs and what they need.
with_libraries() {
	local program library
	for program; do
		[[ -x $program ]] || continue
		printf '%s\n' --file "$program:$program"
		for library in $(ldd "$program" | grep -o '/[^ ]*'); do
			printf '%s\n' --file "$library:$library"
		done
	done
}

# optional: options for what not everybody has.
optional() {
	[[ ! -d $SIGMA ]] || printf '%s\n' --tree "$SIGMA:/bench/sigma"
	[[ -z ${PEERS:-} ]] || with_libraries "${PEER_PROGRAMS[@]}"
}

# boot KERNEL: leaves what the guest found in files/results of its directory.
# Where things lie in memory must not differ from one program, or one boot, to
# the next: that alone would move the figures by more than some of the budgets.
boot() {
	local kernel=$1 options
	mapfile -t options < <(optional)
	"$REPO/scripts/vm.sh" --kernel "$kernel" --icount --timeout 3600 \
		--append 'nokaslr norandmaps' --out "$work/$kernel" \
		--file "$work/module-$kernel/pydetect.ko:/bench/pydetect.ko" \
		--file "$REPO/$BUILD/pydetectctl:/usr/bin/pydetectctl" \
		--file "$work/exec_bench:/bench/exec_bench" \
		--load-module-list loop --file "$work/disk.img:/disk.img" \
		--file "$BENCH/guest.sh:/bench/guest.sh" \
		--tree "$REPO/rules:/bench/rules" \
		--tree "$BENCH/rules:/bench/origins" "${options[@]}" \
		-- sh /bench/guest.sh ${PEERS:+peers} >"$work/$kernel.log"
}

# Each machine has one processor, so they may run at the same time.
boot_all() {
	local kernel pid failed='' pids=()
	for kernel in $KERNELS; do
		say "measuring on $kernel"
		boot "$kernel" &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid" || failed=yes
	done
	[[ -z $failed ]] || die "a machine failed; see above and $work"
}

# report: a table for each kernel. The objects of the list come as lines.
report() {
	local kernel status=0
	: >"$work/objects"
	for kernel in $KERNELS; do
		awk -v kernel="$kernel" -v objects="$work/objects" \
			-f "$BENCH/report.awk" "$work/$kernel/files/results" ||
			status=1
	done
	{
		echo '['
		sed '$!s/$/,/' "$work/objects"
		echo ']'
	} >"$REPO/$BUILD/bench.json"
	return "$status"
}

main() {
	local work=$REPO/$BUILD/bench
	if (($#)); then
		usage
		[[ $1 == -h || $1 == --help ]]
		return
	fi
	need_commands awk "${CC:-cc}" ldd make mke2fs
	build_all >&2
	boot_all
	report
}

main "$@"
