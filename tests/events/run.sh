#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Usage: run.sh [PART...]
#
# Tests of what becomes of events, with the long ones; without a PART all:
#
#   flood     a hundred thousand alerts, and readers that cannot keep up: each number
#             is told to each of them once
#   kill      a store whose writer is killed a hundred times misses nothing that
#             was acknowledged
#   report    the page of `report`, as a browser sees it
#   shipping  a collector that is killed while events arrive gets all of them
#   speed     a million events are searched in time; takes a minute to write them
#
# A part is a script of that name here. It prints a line for every check, and
# then "NAME: N passed, M failed".

set -euo pipefail
cd "$(dirname -- "${BASH_SOURCE[0]}")/../.."

PARTS=(kill report shipping speed flood)

# script PART: the part's script.
script() {
	local path
	for path in "tests/events/$1".{py,sh}; do
		[[ ! -x $path ]] || echo "$path"
	done
}

main() {
	local part path status=0
	(($#)) || set -- "${PARTS[@]}"
	make -s -j"$(nproc)" ctl build/tests/events/{fill_store,store_tool}
	for part; do
		path=$(script "$part")
		if [[ -z $path ]]; then
			echo "run.sh: no part is called $part" >&2
			exit 2
		fi
		"$path" || status=1
	done
	return "$status"
}

main "$@"
