#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Usage: initramfs.sh
#
# Makes the file system that every virtual machine of vm.sh starts from, and
# prints the path of the cpio archive. It is cached until the packages of this
# machine that it is made of change, or this script does.
#
# The shells, env, timeout, kmod and Python are Debian's own, at their usual
# paths, because rules are about what real programs look like; busybox fills in
# the rest. The libraries are those that pydetectctl is linked with. What vm.sh
# adds for one run (/init, the files of the test) comes as a second archive,
# which the kernel unpacks over this one.

set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

PYTHON=$(readlink -f /usr/bin/python3) || die 'no python3; run scripts/setup.sh test'
STDLIB=/usr/lib/${PYTHON##*/}
LIBDIR=/usr/lib/x86_64-linux-gnu

PROGRAMS=(
	/usr/bin/bash /usr/bin/busybox /usr/bin/dash /usr/bin/env /usr/bin/kmod
	/usr/bin/python3 /usr/bin/sh /usr/bin/timeout
	/usr/sbin/insmod /usr/sbin/lsmod /usr/sbin/modinfo /usr/sbin/modprobe
	/usr/sbin/rmmod
)

# Beyond what the programs above are linked with.
LIBRARIES=(
	"$LIBDIR"/libnl-3.so.200 "$LIBDIR"/libnl-genl-3.so.200
	"$LIBDIR"/libyaml-0.so.2 "$LIBDIR"/libjson-c.so.5
	"$LIBDIR"/libelf.so.1 "$LIBDIR"/libncurses.so.6
	"$LIBDIR"/libsqlite3.so.0 "$LIBDIR"/libsystemd.so.0
)

# The terminal that tests of the tool pretend to be.
TERMINFO=/lib/terminfo/x/xterm

# The parts of Python that no test runs. Without its OpenSSL bindings Python
# falls back on its own hashes, which is all that urllib asks for.
PYTHON_WITHOUT=(
	'config-*' distutils ensurepip idlelib lib2to3 pydoc_data test tkinter
	turtledemo
	'_hashlib.*' '_ssl.*' '_sqlite3.*' '_curses*' '_dbm.*' 'readline.*'
	'_test*' '_ctypes_test*' '_xxtestfuzz*' 'xx*' '_codecs_[!i]*' 'nis.*'
)

# fingerprint: changes whenever the archive would. Every package that may
# contribute a file is named, whether or not it is installed.
fingerprint() {
	local python=${PYTHON##*/}
	cat "${BASH_SOURCE[0]}"
	dpkg-query -W -f '${Package} ${Version} ${db:Status-Status}\n' \
		bash busybox-static coreutils dash kmod "$python-minimal" "$python" \
		"lib$python-minimal" "lib$python-stdlib" libbz2-1.0 libc6 libc-bin \
		libelf1 libexpat1 libffi8 libjson-c5 liblzma5 libnl-3-200 libnl-genl-3-200 \
		libncurses6 ncurses-base libsqlite3-0 libssl3 libsystemd0 libtinfo6 \
		libuuid1 libyaml-0-2 libzstd1 zlib1g 2>/dev/null ||
		true
}

# add FILE ROOT: copies a file, the one it links to, and its libraries, to where
# they really are on this machine (/bin/x is /usr/bin/x).
add() {
	local path library
	path=$(realpath -e "$(dirname -- "$1")")/${1##*/}
	[[ ! -e $2$path ]] || return 0
	mkdir -p "$2${path%/*}"
	cp -a "$path" "$2$path"
	if [[ -L $path ]]; then
		# Alternatives and the like lead through /etc; only the end matters.
		ln -sfn "$(realpath -e "$path")" "$2$path"
		add "$(realpath -e "$path")" "$2"
		return
	fi
	for library in $(libraries_of "$path"); do
		add "$library" "$2"
	done
}

# libraries_of FILE: nothing for scripts and static programs.
libraries_of() {
	{ ldd "$1" 2>/dev/null || true; } | grep -o '/[^ ]*' || true
}

add_python() {
	local name library exclude=()
	for name in "${PYTHON_WITHOUT[@]}"; do
		exclude+=(--exclude "${STDLIB#/usr/lib/}/$name"
			--exclude "${STDLIB#/usr/lib/}/lib-dynload/$name")
	done
	# Byte code is kept: compiling in the emulator takes seconds. Links are
	# followed, for sitecustomize.py lies in /etc.
	tar -C /usr/lib -ch --no-wildcards-match-slash "${exclude[@]}" \
		"${STDLIB##*/}" | tar -C "$1/usr/lib" -x
	for name in "$1$STDLIB"/lib-dynload/*.so; do
		for library in $(libraries_of "$name"); do
			add "$library" "$1"
		done
	done
}

# Every applet busybox has, unless the real program is there.
add_applets() {
	local applet
	for applet in $(/usr/bin/busybox --list); do
		[[ -e $1/usr/bin/$applet || -e $1/usr/sbin/$applet ]] ||
			ln -s busybox "$1/usr/bin/$applet"
	done
}

add_skeleton() {
	local dir
	mkdir -p "$1"/{dev,etc,home,out,proc,root,run,sys,tmp,usr/{bin,sbin,lib,lib64},var}
	for dir in bin sbin lib lib64; do
		ln -s "usr/$dir" "$1/$dir"
	done
	ln -s /run "$1/var/run"
	ln -s /proc/mounts "$1/etc/mtab"
}

add_accounts() {
	cat >"$1/etc/passwd" <<-'END'
		root:x:0:0:root:/root:/bin/bash
		daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
		user:x:1000:1000:user:/home/user:/bin/bash
		nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
	END
	cat >"$1/etc/group" <<-'END'
		root:x:0:
		daemon:x:1:
		user:x:1000:
		nogroup:x:65534:
	END
	printf '127.0.0.1\tlocalhost\n' >"$1/etc/hosts"
	printf '%s: files\n' passwd group hosts >"$1/etc/nsswitch.conf"
	printf 'guest\n' >"$1/etc/hostname"
}

# make_archive DIR: leaves base.cpio in DIR. Not compressed: the emulator would
# spend more time on unpacking than on reading.
make_archive() {
	local file root=$1/root
	say 'building the base file system'
	add_skeleton "$root"
	for file in "${PROGRAMS[@]}" "${LIBRARIES[@]}" "$TERMINFO"; do
		add "$file" "$root"
	done
	add_python "$root"
	add_applets "$root"
	add_accounts "$root"
	pack_cpio "$root" >"$1/base.cpio"
	rm -rf "$root"
}

main() {
	local dir
	if (($#)); then
		usage
		[[ $1 == -h || $1 == --help ]]
		return
	fi
	need_commands busybox cpio ldd
	dir=$PYDETECT_CACHE/initramfs/$(fingerprint | hash_of)
	make_entry "$dir" make_archive
	printf '%s\n' "$dir/base.cpio"
}

main "$@"
