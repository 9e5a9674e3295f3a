# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Helpers shared by the scripts in this directory. Sourced, never run.
#
# Everything that is expensive to make (unpacked kernels, kernel builds, the
# guest's file system) lives under one cache directory and is keyed by what it
# was made from. An entry is built beside its final name and renamed when it is
# complete, so whatever bears its final name is whole.

# Without this, a failure inside $(...) would not end the script.
shopt -s inherit_errexit

PYDETECT_CACHE=${PYDETECT_CACHE:-${XDG_CACHE_HOME:-${HOME:?}/.cache}/pydetect}
SCRIPTS_DIR=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
# Used by the scripts that source this file.
# shellcheck disable=SC2034
REPO_DIR=$(dirname -- "$SCRIPTS_DIR")

# Progress goes to stderr: several scripts answer on stdout.
say() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
}

die() {
	say "$*"
	exit 1
}

# Prints the comment block at the top of the calling script, which is its manual.
usage() {
	sed -n '4,/^[^#]/ s/^# \{0,1\}//p' "$0"
}

# with_lock NAME COMMAND...: runs the command while holding a lock in the cache.
# The command must not be part of a condition, where errexit is off. When it
# fails the script ends, and the lock with it. The descriptor is closed for the
# command, so that nothing it leaves running can keep the lock.
with_lock() {
	local name=$1 fd
	shift
	mkdir -p "$PYDETECT_CACHE/locks"
	exec {fd}>"$PYDETECT_CACHE/locks/$name"
	if ! flock --nonblock "$fd"; then
		say "waiting for another run to finish with $name"
		flock "$fd"
	fi
	"$@" {fd}>&-
	exec {fd}>&-
}

# make_entry DIR COMMAND...: makes the cache entry DIR, unless it exists, by
# running the command with the name of an empty directory as last argument.
make_entry() {
	local dir=$1
	shift
	if [[ ! -e $dir ]]; then
		with_lock "${dir##*/}" make_entry_locked "$dir" "$@"
	fi
}

make_entry_locked() {
	local dir=$1 partial=$1.partial
	shift
	# Another run may have made it while we waited for the lock.
	[[ ! -e $dir ]] || return 0
	rm -rf "$partial"
	mkdir -p "$partial"
	"$@" "$partial"
	mv -T "$partial" "$dir"
}

# hash_of: a short name for the content of stdin.
hash_of() {
	sha256sum | cut -c1-16
}

# online: whether it makes sense to ask apt for anything.
online() {
	[[ -z ${PYDETECT_OFFLINE:-} ]]
}

is_installed() {
	[[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

# need_commands NAME...: fails early, with the remedy, when a tool is missing.
need_commands() {
	local name
	for name; do
		command -v "$name" >/dev/null ||
			die "$name is missing; run scripts/setup.sh"
	done
}

# --- Kernel source trees -----------------------------------------------------

# kernel_source VERSION: the path of Debian's source of that series, unpacked.
# Nothing may be changed in it: others build from it too.
kernel_source() {
	local package=linux-source-$1 dir
	is_installed "$package" || die "$package is missing; run scripts/setup.sh test"
	dir=$PYDETECT_CACHE/source/$1-$(dpkg-query -W -f '${Version}' "$package")
	make_entry "$dir" unpack_source "/usr/src/$package.tar.xz"
	printf '%s\n' "$dir"
}

unpack_source() {
	say "unpacking $1"
	tar -xf "$1" -C "$2" --strip-components=1
}

# linked_source VERSION: the path of a copy of that tree with this repository
# linked in as security/pydetect. Every checkout of the repository has its own.
linked_source() {
	local source dir
	source=$(kernel_source "$1")
	dir=$PYDETECT_CACHE/linked/${source##*/}-$(hash_of <<<"$REPO_DIR")
	make_entry "$dir" copy_tree "$source"
	with_lock "${dir##*/}" "$SCRIPTS_DIR/link-in-tree.sh" "$dir" "$REPO_DIR"
	printf '%s\n' "$dir"
}

# Hard links, since the tree is large. Whoever edits a file in the copy has to
# replace it (as sed -i does), not to write into it.
copy_tree() {
	cp -al "$1/." "$2"
}

# --- Archives ----------------------------------------------------------------

# pack_cpio DIR: an archive the kernel can unpack, with every file root's.
pack_cpio() (
	cd -- "$1" || exit
	find . -mindepth 1 -print0 | LC_ALL=C sort -z |
		cpio --null --create --format=newc --owner=0:0 --quiet
)
