# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash source-path=SCRIPTDIR source=lib.sh
#
# The module goes while programs start on every processor, match and are told to
# a reader. UNLOAD_ROUNDS is how often. What the kernel has to say about it, the
# host looks for in its log.

. "${0%/*}/lib.sh"

UNLOAD_ROUNDS=${UNLOAD_ROUNDS:-10}
STORM_LOG=/tmp/storm

# Unloading is only worth something in the middle of matches.
wait_for_match() {
	local tries
	for tries in {1..200}; do
		[[ $(pydetectctl status --json) == *'"matched":0,'* ]] || return 0
		sleep 0.01
	done
	echo "no match after $tries looks"
	return 1
}

# A reader may be there or not.
round() {
	local reader=
	pydetectctl load "$RULES/storm.yml" >/dev/null
	pydetectctl mode block >/dev/null
	if (($1 % 3 == 0)); then
		pydetectctl monitor --json >/dev/null 2>&1 &
		reader=$!
	fi
	wait_for_match
	rmmod pydetect
	insmod /pydetect.ko
	if [[ -n $reader ]]; then
		kill "$reader"
		wait "$reader" || true
	fi
}

storm() {
	local i rounds=0 storm status=0
	"$PROGRAMS/storm" 0 "$PROGRAMS/show" /x >"$STORM_LOG" &
	storm=$!
	for ((i = 0; i < UNLOAD_ROUNDS; i++)); do
		run round "$i"
		if ((status != 0)); then
			not_ok "round $i" "$output"
			break
		fi
		rounds=$((rounds + 1))
	done
	kill "$storm"
	status=0
	wait "$storm" || status=$?
	equal 'rounds' "$rounds" "$UNLOAD_ROUNDS"
	matches 'every program started' "$status $(<"$STORM_LOG")" \
		'^0 started [1-9][0-9]* failed 0$'
}

if is_module; then
	storm
else
	skip 'unloading' 'pydetect is built into this kernel'
fi
finish
