#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Usage: setup.sh [GROUP...]
#
# Installs the Debian packages that building and testing pydetect needs.
# Without arguments: build test check kernels.
#
#   build    compilers and libraries for the module and pydetectctl
#   kernels  the stock kernels that pydetect is tested on and their headers,
#            unpacked into the cache rather than installed: see kernels.sh
#   test     unit tests, fuzzers, the virtual machine and its contents,
#            kernel sources
#   check    static analysis and formatting
#   browser  what pages are looked at with
#   bench    the programs that pydetect is measured against
#   shipping rsyslog, for the tests that send events to another host
#
# When nothing is missing it changes nothing and needs neither root nor network.
# This is the only script that installs anything.

set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

DEFAULT_GROUPS=(build kernels test check)
POLICY_RC=/usr/sbin/policy-rc.d

# packages GROUP...: what the groups consist of, one a line.
packages() {
	local group
	for group; do
		case $group in
		build)
			printf '%s\n' bc bison cpio flex gcc gcc-12 kmod libc6-dev \
				libelf-dev libjson-c-dev libncurses-dev libnl-3-dev \
				libnl-genl-3-dev libsqlite3-dev libssl-dev libsystemd-dev \
				libyaml-dev make openssl pahole pkg-config xz-utils \
				zlib1g-dev zstd
			;;
		test)
			printf '%s\n' clang libclang-rt-14-dev libcmocka-dev \
				libpcre2-dev llvm sparse \
				bash busybox-static coreutils dash gcc-multilib \
				e2fsprogs libpython3-stdlib python3 qemu-system-x86 \
				linux-source-6.1 linux-source-6.12 lz4 mandoc rsync zsh
			;;
		check)
			printf '%s\n' clang-format clang-tidy cppcheck shellcheck sparse
			;;
		browser)
			printf '%s\n' chromium fonts-dejavu-core python3
			;;
		bench)
			printf '%s\n' auditd libbpf-tools
			;;
		shipping)
			printf '%s\n' iproute2 openssl python3 rsyslog \
				rsyslog-elasticsearch rsyslog-kafka rsyslog-relp systemd
			;;
		kernels) ;; # Not installed: see kernels.sh.
		*) die "no group is called $group; see --help" ;;
		esac
	done
}

# missing PACKAGE...: those that are not installed, one a line.
missing() {
	local installed
	# It fails when it does not know one of the names.
	installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" \
		2>/dev/null | sed -n 's/^installed //p') || true
	printf '%s\n' "$@" | grep -Fxv -- "$installed" || true
}

# auditd and rsyslog start themselves when installed, and would then watch this
# machine rather than the guest or the network namespace they are meant for.
forbid_services() {
	[[ ! -e $POLICY_RC ]] || return 0
	trap 'rm -f "$POLICY_RC"' EXIT
	printf '#!/bin/sh\nexit 101\n' >"$POLICY_RC"
	chmod 755 "$POLICY_RC"
}

install_packages() {
	local missing
	mapfile -t missing
	((EUID == 0)) || die "not root; as root, run:
  apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
	online || die "PYDETECT_OFFLINE is set, and these are missing: ${missing[*]}"
	update_lists
	export DEBIAN_FRONTEND=noninteractive
	forbid_services
	apt-get -q install -y --no-install-recommends "${missing[@]}"
}

# A repository of the machine's owner that does not answer is no reason to stop:
# the next step fails by itself if something we need cannot be had.
update_lists() {
	apt-get -q update || say 'apt-get update failed; trying with the known lists'
}

main() {
	local names absent
	if [[ ${1:-} == -h || ${1:-} == --help ]]; then
		usage
		return
	fi
	(($#)) || set -- "${DEFAULT_GROUPS[@]}"

	names=$(packages "$@")
	# shellcheck disable=SC2086 # one word a package
	absent=$(missing $names)
	if [[ -n $absent ]]; then
		install_packages <<<"$absent"
	elif [[ " $* " == *' kernels '* ]] && ! "$SCRIPTS_DIR/kernels.sh" cached &&
		((EUID == 0)) && online; then
		update_lists
	fi
	if [[ " $* " == *' kernels '* ]]; then
		"$SCRIPTS_DIR/kernels.sh" fetch
	fi
	say "complete: $*"
}

main "$@"
