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
#   ALERTS          how many alerts the scenario "flood" is about (default: 1200)
#   SLOWNESS        how much longer than on a stock kernel things may take
#                   (default: 1; 10 on a debug kernel)

set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../../scripts/lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/../../scripts/lib.sh"

HERE=$REPO_DIR/tests/vm
BUILD=${BUILD:-$REPO_DIR/build}
CORPUS=${PYDETECT_SHARED:-$REPO_DIR/../shared}/sigma

# In this order: the main job first, and last what may end the kernel.
SCENARIOS=(detect ways parent lineage burst long-argv race agree corpus many
	events flood history top journal bad-input oneliners block block-error
	doctor versions ftrace unload freeze lock boot first)

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

# The same with a certificate.
build_signed_module() {
	local keys=$out/keys name
	! is_builtin || return 0
	mkdir -p "$keys"
	for name in ours other; do
		[[ -e $keys/$name.pem ]] || quietly "$out/keys.log" \
			openssl req -x509 -newkey rsa:2048 -nodes -days 3650 \
			-subj "/CN=pydetect tests, $name" \
			-addext 'basicConstraints=critical,CA:FALSE' \
			-addext 'keyUsage=critical,digitalSignature' \
			-keyout "$keys/$name.key" -out "$keys/$name.pem"
	done
	quietly "$out/module-signed.log" \
		"$SCRIPTS_DIR/build-module.sh" "$(headers)" \
		"$out/module-signed" "PYDETECT_CERT=$keys/ours.pem"
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

# other_tool NAME EDIT...: the tool as another version of it might be: with lines
# of the protocol and of the image's format edited.
other_tool() {
	local tree=$out/other/$1 edit edits=()
	mkdir -p "$tree" "$out/other/bin"
	cp -pru "$REPO_DIR"/{ctl,module,Makefile} "$tree/"
	for edit in 's/^\(#define PYDETECT_VERSION \).*/\1"9.9.9"/' "${@:2}"; do
		edits+=(-e "$edit")
	done
	sed -i "${edits[@]}" "$tree"/module/version.h "$tree"/module/uapi/*.h
	quietly "$out/other.log" make --no-print-directory -j "$(nproc)" \
		-C "$tree" BUILD=build ctl
	cp "$tree/build/pydetectctl" "$out/other/bin/$1"
}

# make_other: tools that the module does not understand: not at all, or not in
# everything.
make_other() {
	other_tool protocol 's/\(PYDETECT_GENL_VERSION\t\)1$/\12/'
	other_tool newer 's/^\tPYDETECT_CMD_CONFIRM,/\tPYDETECT_CMD_CONFIRM = 99,/' \
		's/^\tPYDETECT_SUBSCRIBE_FROM,/\tPYDETECT_SUBSCRIBE_FROM = 99,/' \
		's/\(PYDETECT_IMAGE_VERSION\t\).*/\1201u/'
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

# make_starts: the scenario of one-liners has all of them, and of each family some
# in every variation.
make_starts() {
	local starts=$REPO_DIR/tests/vectors/oneliners.ndjson
	python3 "$REPO_DIR/tests/host/vary.py" "$starts" |
		awk 'NR % 14 == 0' | cat "$starts" - >"$out/starts.ndjson"
}

# image RULES SERIAL: a policy for the scenario of locks.
image() {
	quietly "$out/lock.log" "$PYDETECTCTL" check "$HERE/rules/$1.yml" \
		--serial "$2" --output "$out/lock/$2.image"
}

# sign SERIAL: with our tool, as load finds it.
sign() {
	quietly "$out/lock.log" "$PYDETECTCTL" sign "$out/lock/$1.image" \
		--key "$out/keys/ours.key" --cert "$out/keys/ours.pem"
}

# sign_openssl KEY IMAGE SIGNATURE OPTION...: with OpenSSL's own.
sign_openssl() {
	local key=$out/keys/$1 image=$out/lock/$2 signature=$out/lock/$3
	shift 3
	quietly "$out/lock.log" openssl cms -sign -binary -in "$image" \
		-inkey "$key.key" -signer "$key.pem" -md sha256 \
		-outform DER -out "$signature" "$@"
}

# make_lock: policies of several versions, signed well and badly.
make_lock() {
	local serial
	rm -rf "$out/lock"
	mkdir -p "$out/lock"
	for serial in 0 100 200 300 400 500 600; do
		image storm "$serial"
	done
	image tool 550
	for serial in 100 300 550 600; do
		sign "$serial"
	done
	cp "$out/lock/300.image" "$out/lock/unsigned.image"
	sign_openssl ours 0.image 0.image.p7s -noattr -nocerts
	sign_openssl ours 200.image 200.image.p7s -noattr -nocerts
	# With attributes and the certificate, as OpenSSL has it by itself.
	sign_openssl ours 400.image 400.image.p7s -nosmimecap
	sign_openssl ours 500.image 500.image.p7s -noattr -nocerts -keyid
	sign_openssl ours 300.image attached.p7s -nodetach -noattr
	sign_openssl other 300.image other.p7s -noattr -nocerts
	sign_openssl other 300.image other-cert.p7s -nosmimecap
	# Another policy with a version that was there already.
	image nothing 201
	quietly "$out/lock.log" "$PYDETECTCTL" check "$out/lock/201.image" \
		--serial 200 --output "$out/lock/twin.image"
	sign_openssl ours twin.image twin.image.p7s -noattr -nocerts
	rm "$out/lock/201.image"
}

# How long the machine may run: as long as each scenario may, and the boot.
limit() {
	echo $((60 + SLOWNESS * (160 + 3 * UNLOAD_ROUNDS + ALERTS / 25) * $#))
}

# boot NAME SCENARIO...: runs scenarios in a machine of their own.
boot() {
	local name=$1 built=module module=() corpus=() more=() status=0
	shift
	[[ " $* " != *' boot '* ]] || more=(--append pydetect.mode=report)
	[[ " $* " != *' first '* ]] || more=(--append rdinit=/test/pid1.sh)
	[[ " $* " != *' lock '* ]] || {
		make_lock
		built="module-signed"
		more=(--tree "$out/lock:/test/lock")
	}
	[[ " $* " != *' many '* ]] || {
		make_many
		more+=(--tree "$out/many:/test/many")
	}
	[[ " $* " != *' versions '* ]] || {
		make_other
		more+=(--tree "$out/other/bin:/test/other")
	}
	[[ " $* " != *' oneliners '* ]] || {
		make_starts
		more+=(--file "$out/starts.ndjson:/test/starts.ndjson")
	}
	[[ ! -d $CORPUS/rules ]] || corpus=(
		--tree "$CORPUS/rules:/test/corpus/rules"
		--file "$CORPUS/events.ndjson:/test/corpus/events.ndjson"
		--file "$CORPUS/verdicts.ndjson:/test/corpus/verdicts.ndjson")
	# Whatever happens before the machine runs must not pass for a result.
	rm -rf "${out:?}/$name"
	mkdir -p "$out/$name"
	: >"$out/$name/output.log"
	is_builtin || module=(--file "$out/$built/pydetect.ko:/pydetect.ko")
	"$SCRIPTS_DIR/vm.sh" --kernel "$kernel" --timeout "$(limit "$@")" \
		--out "$out/$name" ${module[@]+"${module[@]}"} \
		${corpus[@]+"${corpus[@]}"} ${more[@]+"${more[@]}"} \
		${disk[@]+"${disk[@]}"} \
		--tree "$HERE/guest:/test" --tree "$HERE/rules:/test/rules" \
		--tree "$REPO_DIR/rules:/test/shipped" \
		--tree "$programs:/test/programs" \
		--file "$out/failing/fail_walk.ko:/fail_walk.ko" \
		--file "$PYDETECTCTL:/usr/bin/pydetectctl" -- \
		env "UNLOAD_ROUNDS=$UNLOAD_ROUNDS" "SLOWNESS=$SLOWNESS" \
		"ALERTS=$ALERTS" \
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

# A machine for all, but for what leaves one that nobody else can use (there is no
# way back from a lock), or needs one that was booted in its own way.
#
# Unloading changes code that the other processor is running. QEMU gets that
# wrong where every processor has a thread of its own: even a kernel without
# pydetect, with function tracing switched on and off, dies of an int3 that was
# there a moment ago.
boot_all() {
	local scenario others=() alone=()
	for scenario; do
		case $scenario in
		unload | lock | freeze | boot | first) alone+=("$scenario") ;;
		*) others+=("$scenario") ;;
		esac
	done
	((${#others[@]} == 0)) || boot vm "${others[@]}"
	for scenario in ${alone[@]+"${alone[@]}"}; do
		if [[ $scenario == unload ]]; then
			QEMU=$HERE/qemu-one-thread.sh boot vm-unload unload
		else
			boot "vm-$scenario" "$scenario"
		fi
	done
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
	: "${ALERTS:=1200}"

	build_module
	[[ " $* " != *' lock '* ]] || build_signed_module
	build_failing
	build_programs
	build_ctl
	build_disk
	passed=0 failed=0 skipped=0
	boot_all "$@"
	summarise
}

main "$@"
