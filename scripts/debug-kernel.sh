#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Usage: debug-kernel.sh [6.12 | 6.1] [--builtin]
#
# Builds a small kernel with every check that finds mistakes in a module
# (scripts/kernel/debug.config), from Debian's source of that series, and prints
# its build directory. That directory serves as KDIR for external modules; the
# kernel in it is arch/x86/boot/bzImage, which vm.sh finds when it is given the
# directory. The result is cached.
#
#   --builtin   the same kernel with this repository linked in as a security
#               module. Built incrementally: only what changed is recompiled.
#
# JOBS sets the number of parallel jobs (default: the number of CPUs).

set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

JOBS=${JOBS:-$(nproc)}

# wanted_config VERSION VARIANT: the configuration on top of tinyconfig.
wanted_config() {
	local dir=$SCRIPTS_DIR/kernel
	cat "$dir/debug.config" "$dir/debug-$1.config"
	[[ $2 != builtin ]] || cat "$dir/builtin.config"
}

# check_config CONFIG: reads wanted lines and dies with those that CONFIG lacks.
# An option that is wanted off may also be unknown to that kernel.
check_config() {
	local line failed=()
	while read -r line; do
		case $line in
		CONFIG_*)
			grep -Fxq -- "$line" "$1" || failed+=("$line")
			;;
		'# CONFIG_'*' is not set')
			line=${line#\# }
			line=${line%% *}
			! grep -q "^$line=" "$1" || failed+=("$line off")
			;;
		esac
	done
	((${#failed[@]} == 0)) ||
		die "not in the configuration that came out:" "${failed[@]/#/$'\n  '}"
}

# configure SOURCE OUTPUT: reads the wanted configuration. Leaves .config alone
# when it would not change, so that an incremental build stays one.
configure() {
	local wanted=$2/.config.wanted
	cat >"$wanted.new"
	if [[ -e $2/.config ]] && cmp -s "$wanted.new" "$wanted"; then
		rm "$wanted.new"
	else
		rm -f "$wanted"
		make -s -C "$1" O="$2" tinyconfig >&2
		cat "$wanted.new" >>"$2/.config"
		# Every line that overrides tinyconfig draws a warning.
		make -s -C "$1" O="$2" olddefconfig 2>&1 |
			{ grep -v 'override: \|No rule to make' || true; } >&2
		check_config "$2/.config" <"$wanted.new"
		mv "$wanted.new" "$wanted"
	fi
}

# compile SOURCE OUTPUT: the last lines of the log are shown on failure only.
compile() {
	local log=$2/build.log
	# A fixed time stamp and name: equal sources make equal kernels.
	make -C "$1" O="$2" -j "$JOBS" \
		KBUILD_BUILD_TIMESTAMP='1970-01-01' KBUILD_BUILD_USER=pydetect \
		KBUILD_BUILD_HOST=pydetect bzImage modules >"$log" 2>&1 || {
		grep -nE 'error|Error|undefined' "$log" >&2 || tail -n 40 "$log" >&2
		die "the build failed; the whole log is $log"
	}
	if grep -A 5 'security/pydetect/.*warning' "$log" >&2; then
		say "warnings in pydetect, see above"
	fi
}

# build_debug SOURCE FINAL: an interrupted build is continued, not started over.
build_debug() {
	local partial=$2.partial
	[[ ! -e $2 ]] || return 0
	say "building ${2##*/} (several minutes)"
	mkdir -p "$partial"
	configure "$1" "$partial" <"$WANTED"
	compile "$1" "$partial"
	mv -T "$partial" "$2"
}

build_builtin() {
	mkdir -p "$2"
	configure "$1" "$2" <"$WANTED"
	compile "$1" "$2"
}

main() {
	local version=6.12 variant=debug argument key source output
	for argument; do
		case $argument in
		6.1 | 6.12) version=$argument ;;
		--builtin) variant=builtin ;;
		-h | --help)
			usage
			return
			;;
		*) die "what is $argument? See --help" ;;
		esac
	done
	need_commands bc bison flex gcc lz4 make

	WANTED=$(mktemp)
	trap 'rm -f "$WANTED"' EXIT
	wanted_config "$version" "$variant" >"$WANTED"
	key=$({ cat "$WANTED" && gcc --version; } | hash_of)

	if [[ $variant == builtin ]]; then
		source=$(linked_source "$version")
		output=$PYDETECT_CACHE/builtin/${source##*/}-$key
	else
		source=$(kernel_source "$version")
		output=$PYDETECT_CACHE/debug/${source##*/}-$key
	fi
	mkdir -p "${output%/*}"
	with_lock "$variant-${output##*/}" "build_$variant" "$source" "$output"
	printf '%s\n' "$output"
}

main "$@"
