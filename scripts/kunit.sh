#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Usage: kunit.sh [6.12 | 6.1] [KUNIT_ARGUMENT...]
#
# Runs the module's unit tests on user-mode Linux of that series: the repository
# is linked into Debian's source of it, and kunit.py builds and runs the result.
# The first run builds a kernel (minutes), later ones only what changed. Further
# arguments go to "kunit.py run", for example --raw_output.
#
# The configuration is tests/kunit/.kunitconfig.

set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

JOBS=${JOBS:-$(nproc)}
KUNITCONFIG=$REPO_DIR/tests/kunit/.kunitconfig

# summary JSON: one line, and failure unless tests ran and every one passed.
summary() {
	python3 - "$1" <<-'END'
		import collections, json, sys

		def results(suite):
		    for case in suite.get("test_cases", []):
		        yield case["status"]
		    for part in suite.get("sub_groups", []):
		        yield from results(part)

		with open(sys.argv[1]) as file:
		    count = collections.Counter(results(json.load(file)))
		passed, skipped = count.pop("PASS", 0), count.pop("SKIP", 0)
		failed = count.total()
		print(f"kunit: {passed} passed, {failed} failed"
		      + (f", {skipped} skipped" if skipped else ""))
		sys.exit(failed > 0 or passed == 0)
	END
}

# run SOURCE BUILD_DIR ARGUMENT...
run() {
	local source=$1 build=$2 json=$2/results.json status=0
	shift 2
	mkdir -p "$build"
	rm -f "$json"
	(cd "$source" && python3 tools/testing/kunit/kunit.py run \
		--build_dir="$build" --kunitconfig="$KUNITCONFIG" --jobs="$JOBS" \
		--json="$json" "$@") || status=$?
	[[ -s $json ]] || die "no test ran (kunit.py: $status)"
	summary "$json" || die 'not every test passed, or none ran'
	((status == 0)) || die "kunit.py failed with $status"
}

main() {
	local version=6.12 source
	case ${1:-} in
	6.1 | 6.12)
		version=$1
		shift
		;;
	-h | --help)
		usage
		return
		;;
	esac
	need_commands bc bison flex gcc make python3
	[[ -e $KUNITCONFIG ]] || die "there is no $KUNITCONFIG"
	source=$(linked_source "$version")
	with_lock "kunit-${source##*/}" run \
		"$source" "$PYDETECT_CACHE/kunit/${source##*/}" "$@"
}

main "$@"
