#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Usage: build-module.sh KDIR OUTDIR [MAKE_ARGUMENT...]
#
# Builds pydetect.ko for the kernel whose headers or build directory is KDIR,
# and leaves it in OUTDIR. Every further argument goes to make, for example C=2
# for sparse, CONFIG_PYDETECT_KUNIT_TEST=m for the unit tests, or
# PYDETECT_CERT=/FILE for the certificates whose signatures count for policies.
#
# kbuild writes beside the sources, so OUTDIR becomes a tree of symbolic links
# to them: the repository stays clean, and one OUTDIR a kernel allows builds for
# several kernels at once. A second run rebuilds only what changed.
#
# REPOSITORY names another repository than the one this script belongs to.
# JOBS sets the number of parallel jobs (default: the number of CPUs).

set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

REPOSITORY=${REPOSITORY:-$REPO_DIR}
JOBS=${JOBS:-$(nproc)}

# What the module is built from. Products of a build that somebody ran inside
# the repository are left out: they may be for another kernel.
sources() {
	local part
	cd "$REPOSITORY"
	for part in Kbuild module tests/kunit tests/host/timeline.[ch]; do
		[[ ! -e $part ]] || find "$part" -type f \
			! -name '*.o' ! -name '*.ko' ! -name '*.cmd' ! -name '*.mod' \
			! -name '*.mod.c' ! -name 'modules.order' ! -name 'Module.symvers' \
			! -name certificate.h
	done
}

# refresh_links OUTDIR: links that are right stay, so make sees no change.
refresh_links() {
	local file
	while read -r file; do
		[[ $1/$file -ef $REPOSITORY/$file ]] || {
			mkdir -p "$(dirname -- "$1/$file")"
			ln -sfn "$REPOSITORY/$file" "$1/$file"
		}
	done < <(sources)
	# What has vanished from the repository.
	find "$1" -xtype l -delete
}

build() {
	local kdir=$1 outdir=$2
	shift 2
	refresh_links "$outdir"
	make --no-print-directory -C "$kdir" M="$outdir" -j "$JOBS" W=1 "$@" modules
	[[ -e $outdir/pydetect.ko ]] || die "the build left no pydetect.ko"
}

main() {
	if [[ $# -lt 2 || $1 == -* ]]; then
		usage
		[[ ${1:-} == -h || ${1:-} == --help ]]
		return
	fi
	local kdir=$1 outdir=$2
	shift 2
	[[ -e $kdir/Makefile ]] || die "$kdir holds no kernel headers"
	[[ -e $REPOSITORY/Kbuild ]] || die "$REPOSITORY holds no Kbuild"
	REPOSITORY=$(cd -- "$REPOSITORY" && pwd -P)
	mkdir -p "$outdir"
	kdir=$(cd -- "$kdir" && pwd -P)
	outdir=$(cd -- "$outdir" && pwd -P)
	[[ $outdir != *[[:space:]:]* ]] ||
		die "kbuild cannot build in a path with blanks or colons: $outdir"
	with_lock "module-$(hash_of <<<"$outdir")" build "$kdir" "$outdir" "$@"
}

main "$@"
