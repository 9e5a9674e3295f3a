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
	for command in load check status mode confirm monitor scan rules dump; do
		run 0 "$command" --help
		out_has "Usage: pydetectctl $command"
		run 2 "$command" --nonsense
		err_has 'unrecognized option'
		result "--help names $command" grep -q "^  $command " help
	done
	for command in load check dump scan; do
		run 2 "$command"
	done
	run 2 status extra
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
	run 2 monitor --from 0
	run 2 monitor --count -1
	run 2 scan --rules rules one two
	run 2 scan --rules rules --mode off one
}

# Needs a machine without the module, as every machine that builds is.
test_no_module() {
	local command
	if grep -qs '^pydetect ' /proc/modules; then
		echo 'skipped: the module is loaded'
		return
	fi
	for command in status mode 'mode block' 'mode block --for 1d' confirm rules \
		'rules set one block' monitor 'load rules'; do
		# shellcheck disable=SC2086 # several arguments
		run 4 $command
		err_has 'insmod pydetect.ko'
	done
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
	run 0 check rules --output image
	run 0 check image
	out_has '2 rules would be loaded'
	run 0 dump image
	cp out dump
	run 0 dump rules
	result 'an image and its rules have the same listing' cmp out dump
	head -c 2000 image >truncated
	run 1 dump truncated
	scan 0 image <<<'{"Image":"/python3","CommandLine":"pty.spawn"}'
	out_has 1111
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
test_no_module
test_check
test_image
test_scan
test_scan_malformed
test_full_disk
test_corpus
summary
