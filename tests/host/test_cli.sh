#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Usage: test_cli.sh PYDETECTCTL
#
# The tool as a program: arguments, exit codes, output. What needs the module
# is tested in the virtual machine.

set -euo pipefail

SUITE=cli
# shellcheck source-path=SCRIPTDIR source=cli_lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/cli_lib.sh"

# scan CODE RULES [OPTION]...: events on standard input.
scan() {
	local wanted=$1 rules=$2 status=0
	shift 2
	"$CTL" scan --rules "$rules" "$@" - >out 2>err || status=$?
	result "scan exits with $wanted, not $status" test "$status" = "$wanted"
}

make_rules() {
	mkdir rules empty
	cat >rules/python.yml <<'EOF'
title: Python shell
id: 11111111-1111-4111-8111-111111111111
logsource: {product: linux, category: process_creation}
level: high
detection:
  scope: {Image|endswith: /python3}
  shell: {CommandLine|contains: [socket.socket, pty.spawn]}
  download: {CommandLine|contains: [urllib, requests]}
  condition: scope and (shell or download)
pydetect: {action: block, labels: {ReverseShell: shell, DownloadExec: download}}
EOF
	cat >rules/urllib.yml <<'EOF'
title: Anything with urllib
id: 22222222-2222-4222-8222-222222222222
logsource: {product: linux, category: process_creation}
level: low
detection:
  download: {CommandLine|contains: urllib}
  condition: download
pydetect: {labels: {DownloadExec: download, Second: download}}
EOF
	cat >bad.yml <<'EOF'
title: Not for us
id: 33333333-3333-4333-8333-333333333333
logsource: {product: linux, category: process_creation}
detection:
  selection: {NoSuchField: x}
  condition: selection
EOF
}

test_usage() {
	local command time number
	run 2
	run 0 --help
	out_has 'Exit codes'
	cp out help
	run 0 --version
	run 2 nonsense
	err_has "no command 'nonsense'"
	for command in load check status mode confirm monitor events scan rules \
		dump lock sign top doctor; do
		run 0 "$command" --help
		out_has "Usage: pydetectctl $command"
		run 2 "$command" --nonsense
		err_has 'unrecognized option'
		result "--help names $command" grep -q "^  $command " help
	done
	for command in load check dump scan sign; do
		run 2 "$command"
	done
	run 2 status extra
	run 2 doctor extra
	run 2 mode sideways
	run 2 mode block report
	for time in 0 0s s 5x 5ss -5s 1.5h 367d 99999999999999999999s ''; do
		run 2 mode block --for "$time"
		run 2 mode block --confirm-within "$time"
		err_has 'is not a time like'
	done
	for number in -1 x 10001 1x ''; do
		run 2 mode block --fallback-above "$number"
		err_has 'is not a number from 0 to 10000'
	done
	run 2 mode --on-error maybe
	err_has "'maybe' is not allow or deny"
	run 2 confirm now
	run 0 rules set --help
	out_has 'Usage: pydetectctl rules set'
	run 2 rules set
	run 2 rules set one
	run 2 rules set one block two
	run 2 rules set one deny
	err_has "'deny' is not report, block or default"
	run 2 rules --sort sideways
	run 2 lock now
	run 2 sign image --key key
	run 2 sign image --cert cert
	run 2 sign one two --key key --cert cert
	run 2 load --signature signature one two
	run 2 monitor --from 0
	run 2 monitor --count -1
	run 2 top extra
	for time in 0 0s x 5x 2d 99999999999999d ''; do
		run 2 top --interval "$time"
		err_has 'is not a time like'
	done
	run 2 scan --rules rules one two
	run 2 scan --rules rules --mode off one
}

test_monitor_usage() {
	local size
	run 2 monitor --json --text
	run 2 monitor --json -v
	err_has 'choose one'
	run 2 monitor --keep 30d
	err_has 'name it with --store'
	run 2 monitor --store db --from 5
	run 2 monitor --json --state file --from 5
	err_has 'leave --from out'
	run 2 monitor --store db --state file
	err_has 'leave --state out'
	for size in 0 1 1023K 1x 1GG -1G '' G 99999999999G; do
		run 2 monitor --store db --keep-size "$size"
		err_has 'is not a size'
	done
	for size in 0 30x 99999d -1d ''; do
		run 2 monitor --store db --keep "$size"
		err_has 'is not a time'
	done
	result 'nothing was made of that' test ! -e db
}

test_events() {
	run 2 events --since yesterday
	err_has "'yesterday' is not a time like"
	run 2 events --since 1h --until 2h
	err_has 'has to be later'
	run 2 events --level worst
	err_has 'is not informational'
	run 2 events --verdict maybe
	err_has 'is not deny'
	run 2 events --user 'no such user'
	err_has 'there is no user'
	run 2 events --limit x
	run 2 events --columns time,nothing,level
	err_has "'nothing' is not a column"
	run 2 events --json --csv
	run 2 events extra
	run 0 events --columns help
	out_has 'process.parent.entity_id'
	out_has 'sentinel: Timestamp,DeviceName'
	run 1 events --store nowhere
	err_has 'nowhere cannot be opened: No such file'
	run 1 events --store "$REPO/README.md"
	err_has 'not a store of events'
	: >empty.db
	run 1 events --store empty.db
	err_has 'name another file'
}

# Needs a machine without the module, as every machine that builds is.
test_no_module() {
	local command
	if grep -qs '^pydetect ' /proc/modules; then
		echo 'skipped: the module is loaded'
		return
	fi
	for command in status mode 'mode block' 'mode block --for 1d' confirm rules \
		'rules set one block' monitor 'monitor --store db' events \
		'load rules' lock top 'top --once'; do
		# shellcheck disable=SC2086 # several arguments
		run 4 $command
		err_has 'insmod pydetect.ko'
	done
	run 1 doctor
	out_has 'the module is not loaded: nothing is judged'
	run 1 doctor --json
	result 'findings are JSON, with advice' python3 -c '
import json
found = json.load(open("out"))
assert found["failures"] >= 1
assert any(f["topic"] == "module" and f["severity"] == "failure" and
           f["advice"] for f in found["findings"])'
}

test_check() {
	run 0 check rules
	out_has '2 rules would be loaded, 0 refused'
	run 1 check bad.yml
	err_has 'bad.yml:'
	run 1 check empty
	err_has 'yml'
	run 1 check nowhere
	run 1 check rules bad.yml
	out_has '2 rules would be loaded, 1 refused'
	run 1 check --json rules bad.yml
	result 'JSON of check' python3 - out <<'EOF'
import json, sys
found = json.load(open(sys.argv[1]))
assert found['loaded'] == 2 and found['refused_rules'] == 1
entry, = found['refused']
assert entry['file'] == 'bad.yml' and entry['line'] == 5, entry
assert entry['id'].startswith('3333') and 'NoSuchField' in entry['reason']
assert found['image']['bytes'] > 0
EOF
}

test_image() {
	run 0 check rules --output image --serial 0
	run 0 check image
	out_has '2 rules would be loaded'
	run 0 dump image
	cp out dump
	run 0 dump rules
	result 'an image and its rules have the same listing' cmp out dump
	head -c 2000 image >truncated
	cp image other
	printf '\311' | dd of=other bs=1 seek=4 conv=notrunc status=none
	run 1 dump other
	err_has 'version 201 of the format'
	err_has 'compile the rules again'
	run 1 dump truncated
	scan 0 image <<<'{"Image":"/python3","CommandLine":"pty.spawn"}'
	out_has 1111
}

# serial IMAGE: the version of the policy, as dump tells it.
serial() {
	"$CTL" dump "$1" | sed -n 's/^ *policy version //p'
}

test_serial() {
	local before now
	run 0 check rules --output image --serial 18446744073709551615
	result 'the version that was asked for' \
		test "$(serial image)" = 18446744073709551615
	run 0 check image --output copy
	result 'an image keeps its version' cmp image copy
	run 0 check image --output copy --serial 7
	result 'an image gets another version' test "$(serial copy)" = 7
	before=$(date +%s)
	run 0 check rules --output image
	now=$(serial image)
	result 'the version is the time' \
		test "$now" -ge "$before" -a "$now" -le "$(date +%s)"
	SOURCE_DATE_EPOCH=1234 run 0 check rules --output image
	result 'the version is the time of the source' \
		test "$(serial image)" = 1234
	result 'rules have no version' test "$(serial rules)" = 0
	for now in -1 x 1x '' 18446744073709551616; do
		run 2 check rules --output image --serial "$now"
	done
	run 2 check rules --serial 5
}

# make_key NAME [OPTION...]: a key and its certificate.
make_key() {
	local name=$1
	shift
	openssl req -x509 -nodes -days 2 -subj "/CN=$name" -keyout "$name.key" \
		-out "$name.pem" "$@" 2>/dev/null
}

# signature_is_good FILE: by OpenSSL's own judgement, over the image.
signature_is_good() {
	openssl cms -verify -binary -inform DER -in "$1" -content image \
		-certfile ours.pem -CAfile ours.pem -purpose any \
		-out /dev/null 2>err
}

test_sign() {
	make_key ours -newkey rsa:2048
	make_key other -newkey rsa:2048
	make_key elliptic -newkey ec -pkeyopt ec_paramgen_curve:prime256v1
	make_key edwards -newkey ed25519
	run 0 check rules --output image --serial 12
	run 0 sign image --key ours.key --cert ours.pem
	out_has 'signed version 12: image.p7s'
	result 'the signature is good' signature_is_good image.p7s
	openssl cms -sign -binary -noattr -nocerts -md sha256 -in image \
		-signer ours.pem -inkey ours.key -outform DER -out openssl.p7s
	result "OpenSSL's own tool makes the same" cmp image.p7s openssl.p7s
	run 0 sign image --key ours.key --cert ours.pem -o named.p7s
	result 'the same once more' cmp image.p7s named.p7s
	openssl x509 -in ours.pem -outform DER -out ours.der
	openssl pkey -in ours.key -outform DER -out key.der
	run 0 sign image --key key.der --cert ours.der --output named.p7s
	result 'the same from DER' cmp image.p7s named.p7s
	run 0 sign image --key elliptic.key --cert elliptic.pem -o named.p7s
	printf x >>image
	result 'it is not good for another image' \
		test "$(signature_is_good image.p7s && echo good)" = ''
}

test_sign_refused() {
	run 0 check rules --output image --serial 12
	run 1 sign image --key other.key --cert ours.pem -o none
	err_has 'does not belong to the key'
	run 1 sign image --key edwards.key --cert edwards.pem -o none
	err_has 'RSA keys'
	run 1 sign image --key nowhere --cert ours.pem -o none
	err_has 'nowhere: error: cannot get a private key'
	run 1 sign image --key ours.pem --cert ours.pem -o none
	err_has 'cannot get a private key'
	run 1 sign image --key ours.key --cert other.key -o none
	err_has 'cannot get a certificate'
	run 1 sign rules/python.yml --key ours.key --cert ours.pem -o none
	err_has 'not a usable policy image'
	run 1 sign nowhere --key ours.key --cert ours.pem -o none
	err_has 'No such file'
	run 1 sign image --key ours.key --cert ours.pem -o no/where
	err_has 'cannot write'
	run 0 check rules --output image --serial 0
	run 1 sign image --key ours.key --cert ours.pem -o none
	err_has 'no version'
	err_has '--serial'
	result 'nothing was written' test ! -e none
}

# certificates FILE: how many the module would get.
certificates() {
	"$REPO/module/certificate.sh" "$@" 2>err |
		sed -n 's/^#define PYDETECT_CERTIFICATES //p'
}

test_certificate() {
	local number
	result 'no certificate' test "$(certificates)" = 0
	result 'one in PEM' test "$(certificates ours.pem)" = 1
	result 'one in DER' test "$(certificates ours.der)" = 1
	openssl x509 -in ours.pem -text >text.pem
	result 'one with text' test "$(certificates text.pem)" = 1
	cat ours.pem other.pem >two.pem
	result 'two' test "$(certificates two.pem)" = 2
	"$REPO/module/certificate.sh" two.pem >out
	result 'the bytes of the first' python3 - out ours.der <<'EOF'
import re, sys
text = open(sys.argv[1]).read().split('};')[0]
data = bytes(int(byte, 16) for byte in re.findall('0x(..)', text))
sys.exit(data != open(sys.argv[2], 'rb').read())
EOF
	cat ours.pem ours.key >both.pem
	for number in both.pem ours.key nowhere image /dev/null; do
		result "none in $number" test "$(certificates "$number")" = ''
		err_has 'certificate'
	done
	for number in 1 2 3 4 5 6 7 8 9; do
		cat ours.pem
	done >nine.pem
	result 'too many' test "$(certificates nine.pem)" = ''
	err_has 'at most 8'
}

test_scan() {
	scan 0 rules <<'EOF'
{"Image":"/usr/bin/python3","argv":["python3","-c","urllib; socket.socket"]}
{"id":"b","Image":"/bin/sh","CommandLine":"requests"}
{"id":"c","Image":"/bin/sh","CommandLine":"URLLIB"}
EOF
	out_is '{"id":1,"rules":["11111111-1111-4111-8111-111111111111","22222222-2222-4222-8222-222222222222"],"labels":["ReverseShell","DownloadExec","Second"],"verdict":"deny"}
{"id":"c","rules":["22222222-2222-4222-8222-222222222222"],"labels":["DownloadExec","Second"],"verdict":"report"}'

	scan 0 rules --all <<<'{"id":5,"CommandLine":"x"}'
	out_is '{"id":5,"rules":[],"labels":[],"verdict":"allow"}'

	echo '{"Image":"/python3","CommandLine":"pty.spawn"}' >events
	run 0 scan --rules rules --json events --mode report
	out_has '"verdict":"report"'
	run 0 scan --rules rules/python.yml --rules rules/urllib.yml events
	out_has '"verdict":"deny"'
	run 1 scan --rules rules nowhere
	err_has 'No such file'
	run 1 scan --rules rules --rules bad.yml events
	run 0 scan --rules rules --rules bad.yml --skip-unsupported events
	err_has 'left out 1 rule'
}

test_scan_malformed() {
	scan 1 rules <<'EOF'
nonsense
{"Image":"/python3","CommandLine":"pty.spawn"}
{"CommandLine":"a\u0000b"}
EOF
	out_has '"id":2'
	err_has 'standard input:1: not JSON'
	err_has 'standard input:3: CommandLine holds a NUL'
	err_has '2 lines could not be read'

	printf 'nonsense %d\n' {1..100} >events
	scan 1 rules <events
	result 'at most 20 complaints' test "$(wc -l <err)" = 21
	err_has '100 lines could not be read'
}

# A full disk is an error, not silence.
test_full_disk() {
	local status=0
	[[ -w /dev/full ]] || return 0
	"$CTL" --help >/dev/full 2>err || status=$?
	result 'a full disk is noticed' test "$status" = 1
	err_has 'could not be written'
}

test_corpus() {
	if [[ ! -d $SHARED/sigma ]]; then
		echo 'skipped: the Sigma corpus is not there'
		return
	fi
	run 0 scan --rules "$SHARED/sigma/rules" --all \
		--json "$SHARED/sigma/events.ndjson"
	result 'all verdicts of the corpus' python3 - \
		"$SHARED/sigma/verdicts.ndjson" out <<'EOF'
import json, sys
def read(path, key):
    records = map(json.loads, open(path))
    return {record['id']: sorted(record[key]) for record in records}
expected = read(sys.argv[1], 'hits')
found = read(sys.argv[2], 'rules')
wrong = [key for key in expected if expected[key] != found.get(key)]
print(len(wrong), 'events differ:', wrong[:10]) if wrong else None
sys.exit(bool(wrong))
EOF
}

make_rules
test_usage
test_monitor_usage
test_events
test_no_module
test_check
test_image
test_serial
test_sign
test_sign_refused
test_certificate
test_scan
test_scan_malformed
test_full_disk
test_corpus
summary
