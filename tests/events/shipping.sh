#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Usage: shipping.sh [COUNT]
#
# Sends COUNT events (20,000) as scripts/shipping says: from the journal of one
# host over RELP with TLS to a collector on another one, which is killed again
# and again; the sender is stopped once and killed once, while the collector is
# down. Every event has to arrive, as it was. Needs root, and
# "scripts/setup.sh build shipping".
#
# A host is a network namespace with an /etc, /run, /var/lib and /var/log of its
# own; nothing of this machine is changed.

set -euo pipefail
cd "$(dirname -- "${BASH_SOURCE[0]}")/../.."

COUNT=${1:-20000}
KILLS=6
SHIPPING=$PWD/scripts/shipping
EMIT=$PWD/build/tests/events/emit
WORK=$(mktemp -d "${TMPDIR:-/tmp}/pydetect-shipping.XXXXXX")
passed=0
failed=0
declare -A HOST PROGRAM

cleanup() {
	local status=$? name
	for name in "${!PROGRAM[@]}"; do
		kill -KILL "${PROGRAM[$name]}" 2>/dev/null || true
	done
	for name in "${!HOST[@]}"; do
		kill -KILL "${HOST[$name]}" 2>/dev/null || true
	done
	wait 2>/dev/null || true
	if ((status)); then
		echo "what happened is kept in $WORK"
	else
		rm -rf "$WORK"
	fi
}
trap cleanup EXIT

check() {
	local name=$1
	shift
	if "$@"; then
		echo "ok $name"
		passed=$((passed + 1))
	else
		echo "not ok $name"
		failed=$((failed + 1))
	fi
}

# wait_for SECONDS COMMAND...: until it succeeds.
wait_for() {
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		((SECONDS < end)) || return 1
		sleep 0.05
	done
}

# --- Hosts -------------------------------------------------------------------

# on HOST COMMAND...
on() {
	nsenter --target "${HOST[$1]}" --mount --net -- "${@:2}"
}

# A machine of its own, as far as it matters here. Reads the name as $1.
make_host_inside() {
	mount -t tmpfs etc /mnt
	cp -a /etc/. /mnt
	mount --move /mnt /etc
	mount -t tmpfs run /run
	mount -t tmpfs lib /var/lib
	mount -t tmpfs log /var/log
	mkdir -p /etc/pydetect/shipping/outputs /var/lib/pydetect/shipping \
		/var/log/pydetect /var/log/journal
	printf '%s\n' '127.0.0.1 localhost' '10.81.0.1 guarded.example' \
		'10.81.0.2 collector.example' >/etc/hosts
	ip link set lo up
	exec sleep infinity
}

is_separate() {
	[[ $(readlink "/proc/$1/ns/net") != "$(readlink /proc/self/ns/net)" &&
		$(<"/proc/$1/comm") == sleep ]]
}

make_host() {
	unshare --mount --net --propagation private -- bash -c \
		"$(declare -f make_host_inside); make_host_inside" &
	HOST[$1]=$!
	wait_for 10 is_separate "${HOST[$1]}"
}

connect_hosts() {
	ip link add name eth0 netns "${HOST[guarded]}" type veth \
		peer name eth0 netns "${HOST[collector]}"
	on guarded ip address add 10.81.0.1/24 dev eth0
	on collector ip address add 10.81.0.2/24 dev eth0
	on guarded ip link set eth0 up
	on collector ip link set eth0 up
}

# --- Certificates, made as README.md says ------------------------------------

make_ca() {
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=shipping" \
		-keyout "$WORK/ca.key" -out "$WORK/ca.pem" 2>/dev/null
}

# make_certificate NAME HOST
make_certificate() {
	openssl req -newkey rsa:2048 -nodes -subj "/CN=$2" \
		-addext "subjectAltName=DNS:$2" \
		-keyout "$WORK/$1.key" -out "$WORK/$1.csr" 2>/dev/null
	openssl x509 -req -in "$WORK/$1.csr" -CA "$WORK/ca.pem" \
		-CAkey "$WORK/ca.key" -CAcreateserial -days 2 -copy_extensions copy \
		-out "$WORK/$1.pem" 2>/dev/null
}

# install_on HOST FILE...: into its /etc/pydetect/shipping.
install_on() {
	local file
	for file in "${@:2}"; do
		on "$1" cp "$file" /etc/pydetect/shipping/
	done
}

# --- Programs ----------------------------------------------------------------

# start HOST NAME COMMAND...: its process is ${PROGRAM[NAME]}.
start() {
	nsenter --target "${HOST[$1]}" --mount --net -- "${@:3}" \
		>>"$WORK/$2.log" 2>&1 &
	PROGRAM[$2]=$!
}

# stop NAME SIGNAL
stop() {
	kill "-$2" "${PROGRAM[$1]}"
	wait "${PROGRAM[$1]}" 2>/dev/null || true
	unset "PROGRAM[$1]"
}

start_journal() {
	on guarded tee /etc/systemd/journald.conf >"$WORK/journald.conf" <<-'END'
		[Journal]
		Storage=persistent
		RateLimitIntervalSec=0
		ReadKMsg=no
		Audit=no
	END
	start guarded journald /lib/systemd/systemd-journald
	wait_for 10 on guarded test -S /run/systemd/journal/socket
}

# start_rsyslog HOST NAME: with NAME.conf.
start_rsyslog() {
	[[ $2 != client ]] || on "$1" /etc/pydetect/shipping/rewind.sh
	start "$1" "$2" rsyslogd -n -f "/etc/pydetect/shipping/$2.conf" \
		-i "/run/pydetect-$2.pid"
}

# accepts_output FILE: the collector takes it, as the file says.
accepts_output() {
	local name=${1##*/} directory=/etc/pydetect/shipping
	on collector cp "$1" "$directory/outputs/"
	sed "/^ruleset(name=\"pydetect\")/a call to_${name%.conf}" \
		"$SHIPPING/collector.conf" | on collector tee "$directory/with.conf" >/dev/null
	on collector rsyslogd -N1 -f "$directory/with.conf" >"$WORK/$name.log" 2>&1
	on collector rm "$directory/outputs/$name"
	! grep -qi error "$WORK/$name.log"
}

# --- What has arrived --------------------------------------------------------

ARRIVED=/var/log/pydetect/events.ndjson

# How many different ones; "unique" and "counts" in $WORK say more.
arrived() {
	on collector sh -c "cat $ARRIVED 2>/dev/null || true" |
		"$SHIPPING/unique.py" >"$WORK/unique" 2>"$WORK/counts"
	wc -l <"$WORK/unique"
}

size_arrived() {
	on collector stat -c %s "$ARRIVED" 2>/dev/null || echo 0
}

more_than() {
	(($(size_arrived) > $1))
}

at_least() {
	(($(arrived) >= $1))
}

# The same documents, but for the moment at which the tool saw the event.
are_the_same() {
	python3 - "$1" "$2" <<-'END'
		import json
		import sys

		def documents(path):
		    found = {}
		    for line in open(path, 'rb'):
		        document = json.loads(line)
		        del document['event']['created']
		        found.setdefault(document['event']['id'], []).append(document)
		    return found

		sent, come = map(documents, sys.argv[1:])
		wrong = [name for name in sent if come.get(name) != sent[name]]
		more = [name for name in come if name not in sent]
		if wrong or more:
		    print(f'{len(wrong)} missing or changed: {wrong[:3]}, '
		          f'{len(more)} never sent: {more[:3]}')
		    sys.exit(1)
	END
}

# emit_part N: of KILLS + 1.
emit_part() {
	local parts=$((KILLS + 1))
	on guarded "$EMIT" journal $((($1 - 1) * COUNT / parts + 1)) \
		$(($1 * COUNT / parts))
}

# While the collector is down, which loses what RELP keeps in memory.
restart_client() {
	sleep 0.5
	stop client "$1"
	start_rsyslog guarded client
}

main() {
	local i emitter size between=()
	make -s build/tests/events/emit
	for i in guarded collector; do
		make_host "$i"
	done
	connect_hosts
	make_ca
	make_certificate client guarded.example
	make_certificate collector collector.example
	install_on guarded "$SHIPPING"/{client.conf,rewind.sh} \
		"$WORK"/{ca.pem,client.pem,client.key}
	install_on collector "$SHIPPING/collector.conf" \
		"$WORK"/{ca.pem,collector.pem,collector.key}

	for i in "$SHIPPING"/outputs/*.conf; do
		check "rsyslogd accepts ${i##*/}" accepts_output "$i"
	done
	start_journal
	start_rsyslog collector collector
	start_rsyslog guarded client
	for ((i = 1; i <= KILLS; i++)); do
		wait_for 300 at_least $(((i - 1) * COUNT / (KILLS + 1)))
		size=$(size_arrived)
		emit_part "$i" &
		emitter=$!
		wait_for 60 more_than "$size"
		stop collector KILL
		between+=("$(arrived)")
		case $i in
		2) restart_client TERM ;;
		4) restart_client KILL ;;
		esac
		wait "$emitter"
		start_rsyslog collector collector
	done
	emit_part "$i"
	echo "the collector was killed when it had: ${between[*]}"
	check 'the last time it was killed, not all had arrived' \
		test "${between[-1]}" -lt "$COUNT"
	check 'every number arrived' wait_for 300 at_least "$COUNT"
	cat "$WORK/counts"
	"$EMIT" json 1 "$COUNT" >"$WORK/sent"
	check 'every document is the one that was sent' \
		are_the_same "$WORK/sent" "$WORK/unique"
	echo "shipping: $passed passed, $failed failed"
	((failed == 0))
}

main
