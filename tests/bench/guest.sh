#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Usage: guest.sh [peers], in the machine that run.sh boots
#
# Measures every case, one after the other, and writes a line for each to
# /out/results: state, program, bytes of argv, and the three numbers of exec_bench.
# What could not be measured becomes a line "missing STATE REASON", what else is
# worth knowing a line "note STATE TEXT".
#
# Rules judge by the file that runs, so the program has a second name that rules
# about Python know. HIT is what the shipped rules are to find.

set -eu

# run.sh puts the same program into both places, on a disk.
UNRELATED=/usr/local/bin/nothing
PYTHON=/usr/local/lib/python3
HIT='import socket;s=socket.socket()'
RESULTS=/out/results
LISTENER=

# measure STATE PROGRAM BYTES ARGS STARTS [LAST]
measure() {
	state=$1 program=$2 bytes=$3
	shift
	numbers=$(/bench/exec_bench "$@")
	echo "$state ${program##*/} $bytes $numbers" | tee -a "$RESULTS"
}

missing() {
	echo "missing $*" | tee -a "$RESULTS"
}

# sizes STATE PROGRAM: all lengths of argv.
sizes() {
	measure "$@" 100 5 400
	measure "$@" 1024 10 300
	measure "$@" 10240 16 150
	measure "$@" 102400 32 60
	measure "$@" 2097152 256 16
}

# until_it COMMAND...: waits for it to succeed, for at most a minute.
until_it() {
	for _ in $(seq 600); do
		! "$@" >/dev/null 2>&1 || return 0
		sleep 0.1
	done
	return 1
}

# stop PID: and wait until it is gone, with everything the kernel did for it.
stop() {
	kill "$1"
	wait "$1" || true
	sleep 1
}

note() {
	echo "note $*" | tee -a "$RESULTS"
}

# load STATE ARGUMENT...: and say what was loaded.
load() {
	state=$1
	shift
	said=$(pydetectctl load "$@" 2>&1) || {
		echo "$said"
		exit 1
	}
	note "$state" "$(echo "$said" | tail -n 1)"
}

mount_disk() {
	mkdir -p /usr/local
	mount -o loop,ro /disk.img /usr/local
}

without_module() {
	sizes absent $UNRELATED
	sizes absent $PYTHON
}

no_policy() {
	insmod /bench/pydetect.ko
	measure no-policy $UNRELATED 100 5 400
}

matched() {
	pydetectctl status --json | tr -d ' ' | grep -o '"matched":[0-9]*'
}

# expect_matches WHETHER: whether the module found more since "before" was taken.
# A rule that finds nothing costs little, and its figures would look fine.
expect_matches() {
	found=no
	[ "$before" = "$(matched)" ] || found=yes
	[ "$found" = "$1" ] || {
		echo "matches: expected $1, but $before became $(matched)"
		exit 1
	}
}

listening() {
	pydetectctl status --json | tr -d ' ' | grep -q '"readers":1'
}

# The listener's socket can take no more.
stalled() {
	pydetectctl status --readers --json | tr -d ' ' | grep -q '"full":true'
}

# A listener that is stopped, and so much told that its socket is full.
measure_stalled() {
	pydetectctl monitor --json >/dev/null &
	LISTENER=$!
	until_it listening
	kill -STOP "$LISTENER"
	for _ in $(seq 20); do
		! stalled || break
		/bench/exec_bench $PYTHON 100 5 1000 "$HIT" >/dev/null
	done
	stalled
	measure hit-stalled $PYTHON 100 5 400 "$HIT"
	kill -CONT "$LISTENER"
	stop "$LISTENER"
}

hits() {
	measure hit-alone $PYTHON 100 5 400 "$HIT"
	pydetectctl monitor --json >/dev/null &
	LISTENER=$!
	until_it listening
	measure hit-listener $PYTHON 100 5 400 "$HIT"
	stop "$LISTENER"
	measure_stalled
}

# The two detections; the rules that deny are measured by themselves.
shipped_rules() {
	load rules /bench/rules/*.yml
	before=$(matched)
	sizes rules $UNRELATED
	sizes rules $PYTHON
	expect_matches no
	hits
	expect_matches yes
}

rules_that_deny() {
	load block /bench/rules
	measure block $UNRELATED 100 5 400
	measure block $PYTHON 100 5 400
	measure block $PYTHON 102400 32 60
}

sigma_rules() {
	[ -d /bench/sigma ] || {
		missing sigma 'no Sigma rules: set PYDETECT_SHARED'
		return 0
	}
	load sigma --skip-unsupported /bench/sigma
	measure sigma $UNRELATED 100 5 400
}

# Where a start comes from, and by what its file is known.
origins() {
	for state in lineage followed build-id; do
		load "$state" "/bench/origins/$state.yml"
		measure "$state" $UNRELATED 100 5 400
	done
}

without_module_again() {
	rmmod pydetect
	measure absent-again $UNRELATED 100 5 400
}

# --- What others take ---------------------------------------------------------

# attached: execsnoop says what its columns are when it sees what happens.
attached() {
	grep -q PCOMM /tmp/execsnoop.log
}

measure_execsnoop() {
	command -v execsnoop >/dev/null || {
		missing execsnoop 'not installed, see scripts/setup.sh bench'
		return 0
	}
	execsnoop >/tmp/execsnoop.log 2>&1 &
	LISTENER=$!
	until_it attached || {
		missing execsnoop "$(tr '\n' ' ' </tmp/execsnoop.log)"
		return 0
	}
	measure execsnoop $UNRELATED 100 5 400
	until_it grep -q '^nothing ' /tmp/execsnoop.log ||
		missing execsnoop 'it saw nothing'
	stop "$LISTENER"
}

# As Debian configures it, but for the log's place.
auditd_configuration() {
	cat <<-'END'
		log_file = /tmp/audit/audit.log
		log_format = ENRICHED
		flush = INCREMENTAL_ASYNC
		freq = 50
		max_log_file = 8
		num_logs = 5
		max_log_file_action = ROTATE
		priority_boost = 4
		space_left = 75
		space_left_action = SYSLOG
		admin_space_left = 50
		admin_space_left_action = SUSPEND
		disk_full_action = SUSPEND
		disk_error_action = SUSPEND
		use_libwrap = no
		q_depth = 2000
		overflow_action = SYSLOG
		max_restarts = 10
		plugin_dir = /etc/audit/plugins.d
	END
}

audit_starts() {
	mkdir -p /etc/audit/plugins.d /tmp/audit
	chmod 750 /etc/audit /etc/audit/plugins.d /tmp/audit
	auditd_configuration >/etc/audit/auditd.conf
	chmod 640 /etc/audit/auditd.conf
	auditd -n &
	LISTENER=$!
	until_it grep -q DAEMON_START /tmp/audit/audit.log &&
		auditctl -b 8192 --backlog_wait_time 60000 &&
		auditctl -a always,exit -F arch=b64 -S execve
}

# The last one: a kernel that has ever audited does more on every system call.
measure_auditd() {
	command -v auditd >/dev/null || {
		missing auditd 'not installed, see scripts/setup.sh bench'
		return 0
	}
	audit_starts >/tmp/auditd.log 2>&1 || {
		missing auditd "$(tr '\n' ' ' </tmp/auditd.log)"
		return 0
	}
	measure auditd $UNRELATED 100 5 400
	until_it grep -q 'type=EXECVE.*nothing' /tmp/audit/audit.log ||
		missing auditd 'it recorded nothing'
	stop "$LISTENER"
}

mount_disk
without_module
no_policy
shipped_rules
rules_that_deny
sigma_rules
origins
without_module_again
if [ "${1:-}" = peers ]; then
	measure_execsnoop
	measure_auditd
fi
