#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Usage: vm.sh --kernel KERNEL [OPTION]... -- COMMAND [ARGUMENT]...
#
# Boots a kernel in an emulator, runs one command in it as root, and prints the
# command's output. Succeeds if and only if the command exited with 0 and the
# kernel had nothing to complain about.
#
#   --kernel KERNEL       a flavour of kernels.sh, a kernel build directory (see
#                         debug-kernel.sh), or a bzImage
#   --file SRC:DEST       puts a file into the guest; may be repeated
#   --tree SRC:DEST       puts what is in the directory SRC into DEST
#                         (not below /dev /proc /run /sys /tmp)
#   --modules DIR         where --load-module-list looks: a directory that holds
#                         lib/modules/RELEASE, or "none". Default: the flavour's
#   --load-module-list 'NAME...'
#                         kernel modules to bring and load before the command
#   --smp N               processors (default 2)
#   --memory MB           (default 1024)
#   --timeout SECONDS     for everything (default 300)
#   --icount              guest time counts instructions, 1 ns each, whatever
#                         the speed of the host; one processor
#   --append 'ARG...'     more kernel parameters. "kmemleak=off" spares a debug
#                         kernel the search for leaks, which takes half a minute
#   --out DIR             keeps kernel.log, output.log and files/ (what the
#                         command left in the guest's /out) there. Default: a
#                         temporary directory, kept only on failure
#
# ACCEL (default tcg) is QEMU's accelerator, CPU its model of one, QEMU its
# program.
# Exit status: 0 success, 1 failure, 2 usage, 124 out of time.

set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

ACCEL=${ACCEL:-tcg}
QEMU=${QEMU:-qemu-system-x86_64}

# What a kernel says when something is wrong with it. "Call Trace" is not among
# them: fault injection prints one for every fault it injects.
SPLATS=(
	'BUG: ' 'WARNING: ' 'Oops' 'KASAN: ' 'UBSAN: ' 'ODEBUG: '
	'Kernel panic' 'general protection fault' 'stack segment: '
	'possible recursive locking' 'possible circular locking'
	'inconsistent lock state' 'suspicious RCU usage' 'Invalid wait context'
	'DEBUG_LOCKS_WARN_ON' 'scheduling while atomic'
	'rcu: INFO' 'INFO: task .* blocked for more than'
	'kmemleak: [0-9]+ new suspected'
	'refcount_t: ' 'list_(add|del) corruption' 'detected buffer overflow'
)

usage_error() {
	say "$*; see --help"
	exit 2
}

parse() {
	while (($#)); do
		case $1 in
		--kernel | --modules | --load-module-list | --smp | --memory | \
			--timeout | --append | --out | --file | --tree)
			(($# >= 2)) || usage_error "$1 needs a value"
			;;&
		--kernel) kernel=$2 ;;
		--modules) modules=$2 ;;
		--load-module-list) load=$2 ;;
		--smp) smp=$2 ;;
		--memory) memory=$2 ;;
		--timeout) limit=$2 ;;
		--append) append+=" $2" ;;
		--out) out=$2 ;;
		--file) files+=("$2") ;;
		--tree) trees+=("$2") ;;
		--icount)
			icount=yes
			shift
			continue
			;;
		--)
			shift
			command=("$@")
			break
			;;
		-h | --help)
			usage
			exit
			;;
		*) usage_error "what is $1?" ;;
		esac
		shift 2
	done
	[[ -n $kernel ]] || usage_error '--kernel is missing'
	((${#command[@]})) || usage_error 'there is no command'
}

# find_kernel: from what was given as --kernel to an image, and to the modules
# that belong to it.
find_kernel() {
	if [[ -d $kernel ]]; then
		image=$kernel/arch/x86/boot/bzImage
	elif [[ -f $kernel ]]; then
		image=$kernel
	else
		image=$("$SCRIPTS_DIR/kernels.sh" path "$kernel" image)
		if [[ -z $modules ]]; then
			modules=$("$SCRIPTS_DIR/kernels.sh" path "$kernel" modules)
			modules=${modules%/lib/modules/*}
		fi
	fi
	[[ -s $image ]] || die "there is no kernel $image"
}

# quote WORD...: as one line of POSIX shell.
quote() {
	local word
	for word; do
		printf " '%s'" "${word//\'/\'\\\'\'}"
	done
	printf '\n'
}

# check_dest DEST: the guest mounts something over some directories.
check_dest() {
	case $1/ in
	/dev/* | /proc/* | /run/* | /sys/* | /tmp/*)
		usage_error "the guest covers $1 with a file system of its own"
		;;
	/*) ;;
	*) usage_error "not an absolute path in the guest: $1" ;;
	esac
}

# place SRC DEST: DEST in the overlay, with SRC's mode, whoever owns it here.
# A path that ends in / is a directory to put the file into.
place() {
	local dest=$overlay/${2#/}
	check_dest "$2"
	[[ $2 != */ ]] || dest+=${1##*/}
	mkdir -p "${dest%/*}"
	cp -L --preserve=mode,timestamps "$1" "$dest"
}

place_tree() {
	check_dest "$2"
	mkdir -p "$overlay/$2"
	cp -R --preserve=mode,timestamps,links "$1/." "$overlay/$2"
}

# The modules to load, with those that they need, and an index of just these.
place_modules() {
	local name path release
	local release_dirs=("$modules"/lib/modules/*)
	[[ -n $load ]] || return 0
	[[ -d ${release_dirs[0]} ]] ||
		die 'there are no modules to load from; see --modules'
	release=${release_dirs[0]##*/}
	for name in $load; do
		printf '%s\n' "$name" >>"$overlay/vm/modules"
		while read -r _ path _; do
			[[ $path == /* ]] || continue # builtin
			place "$path" "${path#"$modules"}"
		done < <(modprobe -d "$modules" -S "$release" --show-depends "$name")
	done
	cp "$modules/lib/modules/$release/"modules.{order,builtin,builtin.modinfo} \
		"$overlay/lib/modules/$release/"
	depmod -b "$overlay" "$release"
}

# The overlay has the links of a merged /usr as well: the kernel would otherwise
# replace the link /lib of the base by the directory /lib of the overlay.
make_overlay() {
	local dir pair
	overlay=$work/overlay
	mkdir -p "$overlay"/{usr/{bin,sbin,lib,lib64},vm}
	for dir in bin sbin lib lib64; do
		ln -s "usr/$dir" "$overlay/$dir"
	done
	cp "$SCRIPTS_DIR/guest/init" "$overlay/init"
	{ printf exec && quote "${command[@]}"; } >"$overlay/vm/command"
	: >"$overlay/vm/modules"
	for pair in ${files[@]+"${files[@]}"}; do
		place "${pair%:*}" "${pair##*:}"
	done
	for pair in ${trees[@]+"${trees[@]}"}; do
		place_tree "${pair%:*}" "${pair##*:}"
	done
	place_modules
}

make_initrd() {
	local base
	base=$("$SCRIPTS_DIR/initramfs.sh")
	make_overlay
	pack_cpio "$overlay" | cat "$base" - >"$work/initrd"
}

# The emulator runs "rep movsb" a byte at a time; without ERMS the kernel copies
# by words, which makes everything faster. Not when instructions are counted:
# there, numbers must stay comparable.
default_cpu() {
	if [[ $ACCEL != tcg ]]; then
		echo host
	elif [[ $icount == yes ]]; then
		echo max
	else
		echo max,-erms,-fsrm
	fi
}

# shellcheck disable=SC2054 # the commas are QEMU's
set_qemu_arguments() {
	local cpu
	cpu=${CPU:-$(default_cpu)}
	local parameters=(
		console=ttyS0 printk.devkmsg=on "vm_nonce=$nonce"
		# The end of the kernel is the end of the run.
		panic=-1 oops=panic panic_on_oops=1
		# A busy host may halt the guest for a while: it must neither
		# conclude that its timer is broken nor that a processor hangs.
		# --timeout is what finds a guest that hangs.
		no_timer_check watchdog_thresh=60 rcupdate.rcu_cpu_stall_timeout=120
		# The emulator's processors share one time stamp counter. A kernel
		# that does not know has no fine clock without ACPI, and a slow one
		# with it.
		tsc=reliable
		# Testing the kernel's ciphers is somebody else's business.
		cryptomgr.notests
	)
	qemu=(
		"$QEMU" -nodefaults -no-user-config -display none -no-reboot
		-machine "pc,accel=$ACCEL" -cpu "$cpu" -m "$memory"
		# The firmware lists one processor a socket in the MP table, which
		# is where a kernel without ACPI looks.
		-smp "$smp,sockets=$smp"
		-kernel "$image" -initrd "$work/initrd"
		-append "${parameters[*]}$append"
		-chardev "file,id=kernel,path=$out/kernel.log" -serial chardev:kernel
		# Not a file: the caller wants to see it while the command runs.
		-chardev stdio,id=output,signal=off -serial chardev:output
		-chardev "file,id=files,path=$work/files.tar" -serial chardev:files
	)
	if [[ $icount == yes ]]; then
		qemu+=(-icount 'shift=0,sleep=off')
	fi
}

# boot: sets status to how the emulator ended. It runs in the background, for
# bash would look after a signal only when a command in the foreground is done.
# timeout ends exactly the emulator that it started.
boot() {
	local tee
	mkfifo "$work/fifo"
	tee "$out/output.log" <"$work/fifo" &
	tee=$!
	timeout --foreground --kill-after=5 "$limit" "${qemu[@]}" \
		</dev/null >"$work/fifo" 2>"$work/qemu.log" &
	qemu_pid=$!
	status=0
	wait "$qemu_pid" || status=$?
	qemu_pid=
	wait "$tee"
}

# Only what follows a complete run is an archive at all.
unpack_files() {
	mkdir -p "$out/files"
	if [[ -s $work/files.tar ]]; then
		tar -x --no-same-owner -C "$out/files" -f "$work/files.tar" ||
			say 'what came out of /out is no complete archive'
	fi
}

# verdict: why the run failed, or nothing.
verdict() {
	local splats
	splats=$(printf '%s\n' "${SPLATS[@]}")
	if ((status == 124 || status == 137)); then
		echo "out of time after $limit s; the emulator was ended"
	elif grep -aqE -- "$splats" "$out/kernel.log"; then
		echo 'the kernel complained:'
		grep -aE -m 5 -- "$splats" "$out/kernel.log"
	elif ((status != 0)); then
		echo "the emulator failed with $status:"
		cat "$work/qemu.log"
	elif ! grep -aq "vm: success $nonce" "$out/kernel.log"; then
		grep -ao 'vm: \(the command ended\|cannot\|kmemleak\|there is\).*' \
			"$out/kernel.log" ||
			echo 'the machine went off before the command had ended'
	fi
}

report() {
	local reason
	reason=$(verdict)
	[[ -n $reason ]] || return 0
	keep=yes
	{
		echo "--- the end of the kernel's log:"
		tail -n 40 "$out/kernel.log" | tr -d '\r'
		echo "---"
	} >&2
	say "FAILED: $reason"
	say "logs: $out"
	((status != 124 && status != 137)) || return 124
	return 1
}

clean_up() {
	[[ -z $qemu_pid ]] || kill "$qemu_pid" 2>/dev/null || true
	rm -rf "$work"
	[[ -n $keep ]] || rm -rf "$out"
}

main() {
	# The variables of the functions above, which bash lets them see.
	local kernel='' modules='' load='' smp=2 memory=1024 limit=300 append=''
	local icount='' files=() trees=() command=()
	local image overlay qemu=() nonce status
	# These are used by the trap, after main has ended.
	out='' work='' qemu_pid='' keep=''
	parse "$@"
	[[ -z $icount ]] || smp=1
	need_commands "$QEMU" cpio timeout
	find_kernel

	work=$(mktemp -d)
	trap clean_up EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	if [[ -n $out ]]; then
		keep=yes
		mkdir -p "$out"
	else
		out=$(mktemp -d)
	fi
	out=$(cd -- "$out" && pwd -P)
	: >"$out/kernel.log"

	nonce=$(od -An -N8 -tx8 /dev/urandom | tr -d ' ')
	make_initrd
	set_qemu_arguments
	boot
	unpack_files
	report
}

main "$@"
