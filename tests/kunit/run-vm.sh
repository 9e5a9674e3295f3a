#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Usage: run-vm.sh [KERNEL]
#
# Runs the unit tests as a module in an emulator, where there is more than one
# processor. KERNEL is the build directory of a kernel that has CONFIG_KUNIT;
# default: what debug-kernel.sh builds, which also looks for mistakes in memory
# and locking. Every test has to pass, and none may be skipped.
#
#   OUT  where the module is built and logs are kept (default: build/kunit-vm)

set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../../scripts/lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/../../scripts/lib.sh"

OUT=${OUT:-$REPO_DIR/build/kunit-vm}

build() {
	local log=$OUT/build.log
	"$SCRIPTS_DIR/build-module.sh" "$1" "$OUT/module" \
		CONFIG_PYDETECT_KUNIT_TEST=m >"$log" 2>&1 || {
		tail -n 40 "$log" >&2
		die "the module cannot be built; the whole log is $log"
	}
}

# results LOG: the lines of the tests in a kernel log, without what kernels put
# in front of them. A result of a test with parameters is left out: each of its
# parameters has one. Says last what is missing.
results() {
	tr -d '\r' <"$1" | awk '
		{ sub(/^\[ *[0-9.]+\](\[[^]]*\])? ?/, "") }
		/^        # Subtest: / { with_parameters[$3] = 1 }
		/^1\.\.[0-9]+$/ { suites += substr($0, 4) }
		/^    1\.\.[0-9]+$/ { cases += substr($1, 4) }
		/^(not )?ok [0-9]+ / { suites-- }
		/^    (not )?ok [0-9]+ / {
			cases--
			name = $1 == "ok" ? $3 : $4
		}
		/^    (not )?ok [0-9]+ / && name in with_parameters { next }
		/^ +(not )?ok [0-9]+ / {
			sub(/^ +/, "")
			print
		}
		END {
			if (suites || cases)
				print "not ok 0 some tests have no result"
		}'
}

# summary LOG: one line, and failure unless tests ran and every one passed.
summary() {
	local lines passed failed skipped
	lines=$(results "$1")
	skipped=$(grep -c '# SKIP' <<<"$lines" || true)
	passed=$(grep -v '# SKIP' <<<"$lines" | grep -c '^ok ' || true)
	failed=$(grep -c '^not ok ' <<<"$lines" || true)
	grep '^not ok\|# SKIP' <<<"$lines" || true
	echo "kunit-vm: $passed passed, $failed failed, $skipped skipped"
	((passed > 0 && failed == 0 && skipped == 0))
}

main() {
	local kernel=${1:-}
	if [[ $kernel == -* || $# -gt 1 ]]; then
		usage
		[[ $kernel == -h || $kernel == --help ]]
		return
	fi
	[[ -e $REPO_DIR/tests/kunit/vectors.h ]] ||
		"$REPO_DIR/tests/kunit/make-vectors.sh"
	[[ -n $kernel ]] || kernel=$("$SCRIPTS_DIR/debug-kernel.sh" | tail -n 1)
	[[ -e $kernel/Makefile ]] || die "$kernel is no kernel build directory"
	mkdir -p "$OUT"
	build "$kernel"
	# insmod waits for the tests, and on a busy host for a long time.
	"$SCRIPTS_DIR/vm.sh" --kernel "$kernel" --timeout 900 --out "$OUT" \
		--append sysctl.kernel.hung_task_timeout_secs=900 \
		--file "$OUT/module/tests/kunit/pydetect_kunit.ko:/root/" \
		-- sh -c 'insmod pydetect_kunit.ko && rmmod pydetect_kunit' || {
		# What passed until then is of interest, too.
		summary "$OUT/kernel.log" || true
		die "the machine failed; its log is $OUT/kernel.log"
	}
	summary "$OUT/kernel.log" ||
		die "not every test passed, or none ran; see $OUT/kernel.log"
}

main "$@"
