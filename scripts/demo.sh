#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Usage: demo.sh [KERNEL]
#
# Shows what pydetect does, in an emulated machine with a stock Debian kernel
# (default 6.1-cloud; see kernels.sh): what an attacker would type, what is
# reported, and what happens to the same once blocking is on. Fails if anything
# that it tells of did not happen.

set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

main() {
	local kernel=${1:-6.1-cloud} build=$REPO_DIR/build
	make -s -C "$REPO_DIR" ctl
	"$REPO_DIR/scripts/build-module.sh" \
		"$("$REPO_DIR/scripts/kernels.sh" path "$kernel" headers)" \
		"$build/module-$kernel" >"$build/module-$kernel.log" 2>&1 ||
		die "the module does not build, see $build/module-$kernel.log"
	"$REPO_DIR/scripts/vm.sh" --kernel "$kernel" --timeout 180 \
		--file "$build/module-$kernel/pydetect.ko:/demo/pydetect.ko" \
		--file "$build/pydetectctl:/usr/sbin/pydetectctl" \
		--tree "$REPO_DIR/rules:/demo/rules" \
		--tree "$REPO_DIR/scripts/demo:/demo" \
		-- env "BOLD=$([[ -t 1 && -z ${NO_COLOR:-} ]] && echo yes)" \
		bash /demo/story.sh
}

mkdir -p "$REPO_DIR/build"
main "$@"
