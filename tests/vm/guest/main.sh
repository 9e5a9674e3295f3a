#!/usr/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# main.sh SCENARIO...: runs scenarios in the guest, each from the same state.
#
# A scenario is a script in this directory, in bash, or in Python where it looks
# at many events: each start of Python costs the emulator half a second. It
# prints a line for each check. "end SCENARIO" says that it got to its end.

# shellcheck source-path=SCRIPTDIR source=lib.sh
. "${0%/*}/lib.sh"

SLOWNESS=${SLOWNESS:-1}
# Of one scenario, in seconds; one of them has rounds, and one alerts.
LIMIT=$((SLOWNESS * (150 + 3 * UNLOAD_ROUNDS + ALERTS / 25)))

# No policy, no events, mode report. Without a module to load anew, at least no
# rule that matters, and the mode; numbers go on where they were.
reset() {
	if is_module; then
		module_unload
		module_load
	else
		pydetectctl mode report >/dev/null
		pydetectctl load "$RULES/nothing.yml" >/dev/null
	fi
	rm -rf /tmp/*
}

script_of() {
	local script
	for script in /test/"$1".sh /test/"$1".py; do
		[[ ! -e $script ]] || printf '%s\n' "$script"
	done
}

interpreter_of() {
	case $1 in
	*.py) echo python3 ;;
	*) echo bash ;;
	esac
}

run_scenario() {
	local script result=0 start=$SECONDS
	script=$(script_of "$1")
	reset || {
		not_ok reset 'the module could not be loaded afresh'
		return
	}
	SCENARIO=$1 timeout -k 5 "$LIMIT" \
		"$(interpreter_of "$script")" "$script" || result=$?
	case $result in
	0 | 3) printf 'end %s (%d s)\n' "$1" $((SECONDS - start)) ;;
	124 | 137) not_ok "$1" "did not end within $LIMIT s" ;;
	*) not_ok "$1" "ended with status $result" ;;
	esac
}

for scenario; do
	SCENARIO=$scenario
	run_scenario "$scenario"
done
is_locked || module_unload
