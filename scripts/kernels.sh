#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Usage: kernels.sh list
#        kernels.sh fetch [FLAVOUR...]
#        kernels.sh cached [FLAVOUR...]
#        kernels.sh path FLAVOUR image|modules|headers|release
#
# Debian's own kernels, to build and test against. Which versions those are is
# for the distribution's metapackages to say.
#
#   list    the names of the flavours
#   fetch   brings the cache up to the versions apt knows now (default: all
#           flavours). What is there already needs no network.
#   cached  succeeds when every flavour is in the cache, in whatever version
#   path    the vmlinuz, the directory of its modules, its headers (KDIR for
#           "make -C"), or the release string, of the newest cached version;
#           fetches only if there is none
#
# Images and headers are unpacked into the cache, not installed: installing
# them would change what the machine boots next (the 6.12 headers depend on the
# image), and would need root.

set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

FLAVOURS=(6.1-cloud 6.12-cloud 6.1-amd64 6.12-amd64)
APT_LISTS=/var/lib/apt/lists

# suffix_of FLAVOUR: how the names of its metapackages end. 6.1 is the series
# that bookworm came with, so its metapackages bear no number.
suffix_of() {
	case $1 in
	6.1-cloud) echo cloud-amd64 ;;
	6.1-amd64) echo amd64 ;;
	6.12-cloud) echo 6.12-cloud-amd64 ;;
	6.12-amd64) echo 6.12-amd64 ;;
	*) die "no flavour is called $1; there are: ${FLAVOURS[*]}" ;;
	esac
}

# field PACKAGE FIELD: from the version that apt would install.
field() {
	apt-cache show --no-all-versions "$1" 2>/dev/null | sed -n "s/^$2: //p"
}

# depends PACKAGE PATTERN: the names of its dependencies that match, one a line.
depends() {
	field "$1" Depends | tr -s ' ,|' '\n' | grep -Ex "$2" | sort -u
}

# newest FLAVOUR: the directory of its newest cached version, or nothing.
newest() {
	local entries=("$PYDETECT_CACHE/kernels/$1"/*)
	printf '%s\n' "${entries[@]}" | grep -v '\*$\|\.partial$' | sort -V |
		tail -n 1 || true
}


# The subshell is there for its working directory: apt-get downloads into that.
download_kernel() (
	local release=$1 headers=linux-headers-$1 image=linux-image-$1 names
	names=$(depends "$headers" 'linux-(headers-.*-common|kbuild-.*)')
	cd "$2"
	say "downloading $image and its headers"
	# apt's unprivileged user cannot write into the cache.
	# shellcheck disable=SC2086 # one word a package
	apt-get -q -o APT::Sandbox::User=root download "$image" "$headers" $names >&2
	unpack_kernel "$release"
)

# In the current directory, which holds the packages.
unpack_kernel() {
	local package headers=usr/src/linux-headers-$1
	for package in *.deb; do
		dpkg-deb -x "$package" .
	done
	rm -- *.deb

	# The headers' top Makefile names its other half by its absolute place.
	# Everything else refers to its neighbours by relative links.
	# shellcheck disable=SC2016
	sed -i 's|^include /usr/src/|include $(dir $(lastword $(MAKEFILE_LIST)))../|' \
		"$headers/Makefile"
	# Debian makes the module index when a kernel is installed.
	depmod -b . "$1"

	# Names that hold no version, for "path".
	ln -s "boot/vmlinuz-$1" image
	ln -s "lib/modules/$1" modules
	ln -s "$headers" headers
	printf '%s\n' "$1" >release
	[[ -s image && -s modules/modules.dep && -s headers/Module.symvers ]] ||
		die "the packages of $1 lack something"
}

# fetch FLAVOUR: leaves an older cached version in place when apt cannot help.
# Asking apt takes a second; not asking again until its lists have changed is
# what makes a run that has nothing to do a quick one.
fetch() {
	local series=${1%-*} suffix image release version
	local asked=$PYDETECT_CACHE/kernels/$1/.asked
	suffix=$(suffix_of "$1")
	online && [[ ! $asked -nt $APT_LISTS ]] || return 0
	image=$(depends "linux-image-$suffix" 'linux-image-[0-9].*' | head -n 1) || true
	if [[ -z $image ]]; then
		say "apt knows of no linux-image-$suffix"
		return 0
	fi
	release=${image#linux-image-}
	[[ $release == "$series".* ]] ||
		die "linux-image-$suffix is $release here, not $series: is this bookworm?"
	version=$(field "$image" Version)
	make_entry "$PYDETECT_CACHE/kernels/$1/${release}_$version" \
		download_kernel "$release"
	touch "$asked"
}

# fetch_or_keep FLAVOUR: a failure matters only if there is nothing to fall back
# on. fetch runs in a shell of its own, where errexit still ends it.
fetch_or_keep() {
	local cached
	if ! "$SCRIPTS_DIR/kernels.sh" fetch-one "$1"; then
		say "could not fetch $1"
	fi
	cached=$(newest "$1")
	[[ -n $cached ]] ||
		die "no $1 kernel; run scripts/setup.sh kernels with a network"
}

cached() {
	local flavour entry
	for flavour; do
		suffix_of "$flavour" >/dev/null
		entry=$(newest "$flavour")
		[[ -n $entry ]] || return 1
	done
}

path() {
	local entry
	suffix_of "$1" >/dev/null
	entry=$(newest "$1")
	if [[ -z $entry ]]; then
		fetch_or_keep "$1"
		entry=$(newest "$1")
	fi
	case $2 in
	image | modules | headers) readlink -f "$entry/$2" ;;
	release) cat "$entry/release" ;;
	*) die "path of what? image, modules, headers or release" ;;
	esac
}

main() {
	local flavour command=${1:-}
	(($# == 0)) || shift
	case $command in
	list) printf '%s\n' "${FLAVOURS[@]}" ;;
	fetch | cached)
		(($#)) || set -- "${FLAVOURS[@]}"
		if [[ $command == cached ]]; then
			cached "$@"
			return
		fi
		for flavour; do
			fetch_or_keep "$flavour"
		done
		;;
	fetch-one) fetch "$1" ;; # for fetch_or_keep
	path)
		(($# == 2)) || die "path takes a flavour and a word; see --help"
		path "$@"
		;;
	*)
		usage
		[[ $command == -h || $command == --help ]]
		;;
	esac
}

main "$@"
