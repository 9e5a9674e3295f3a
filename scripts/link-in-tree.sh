#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Usage: link-in-tree.sh KERNELTREE [REPOSITORY]
#
# Makes pydetect part of a kernel source tree, as security/pydetect, so that it
# can be built in (CONFIG_SECURITY_PYDETECT=y). The directory is a symbolic link
# to the repository (default: the one this script belongs to): later changes of
# the repository need no second run. Running it again changes nothing.

set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

# edit FILE SED_SCRIPT: changes FILE unless it knows of pydetect already. sed -i
# writes a new file: the old one may be a hard link into somebody else's tree.
edit() {
	grep -qi pydetect "$1" || sed -i "$2" "$1"
	grep -qi pydetect "$1" || die "$1: found no place for pydetect"
}

# From 6.8 on, the number of security modules is counted at compile time, and
# one that is missing from the count makes the kernel panic at boot.
count_lsm() {
	[[ -e $1 ]] || return 0
	edit "$1" '
		/^#define MAX_LSM_COUNT[[:space:]]*\\$/i\
#if IS_ENABLED(CONFIG_SECURITY_PYDETECT)\
#define PYDETECT_ENABLED 1,\
#else\
#define PYDETECT_ENABLED\
#endif\

		s/^\([[:space:]]*\)CAPABILITIES_ENABLED[[:space:]]*\\$/&\n\1PYDETECT_ENABLED\t\\/'
}

main() {
	if [[ $# -lt 1 || $# -gt 2 || $1 == -* ]]; then
		usage
		[[ ${1:-} == -h || ${1:-} == --help ]]
		return
	fi
	local tree=$1 repository=${2:-$REPO_DIR}
	[[ -f $tree/security/Kconfig ]] || die "$tree is not a kernel source tree"
	repository=$(cd -- "$repository" && pwd -P)

	ln -sfn "$repository" "$tree/security/pydetect"
	# shellcheck disable=SC2016
	edit "$tree/security/Makefile" \
		'$a obj-y\t\t\t\t\t+= pydetect/'
	edit "$tree/security/Kconfig" \
		'/^source "security\/yama\/Kconfig"/a source "security/pydetect/module/Kconfig"'
	count_lsm "$tree/include/linux/lsm_count.h"
}

main "$@"
