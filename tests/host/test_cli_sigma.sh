#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Usage: test_cli_sigma.sh PYDETECTCTL
#
# What the tool says about rules: test, explain, the report of check, and the
# forms of records that scan reads.

set -euo pipefail

SUITE=cli_sigma
# shellcheck source-path=SCRIPTDIR source=cli_lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/cli_lib.sh"

# json NAME: a Python check of out, which is in the variable "out".
json() {
	result "$1" python3 -c '
import json, sys
out = [json.loads(line) for line in open("out")]
exec(sys.stdin.read())'
}

make_rules() {
	cat >tested.yml <<'RULE'
title: Shell
id: shell
logsource: {product: linux, category: process_creation}
detection:
  shell: {Image|endswith: [/bash, /sh]}
  code: {Args: '-c', CommandLine|re: 'ab+c'}
  filter: {ParentImage: /usr/sbin/cron}
  condition: shell and code and not filter
pydetect:
  tests:
    match:
      - [/bin/sh, -c, xabbc]
      - {Image: /usr/bin/bash, Args: [bash, -c, abc], ParentImage: /bin/su}
    nomatch:
      - [/bin/sh, -c, ac]
      - {Image: /bin/sh, Args: [sh, -c, abc], ParentImage: /usr/sbin/cron}
      - {CommandLine: sh -c abc}
RULE
	sed -e 's/^id: .*/id: wrong/' -e 's/xabbc/xac/' -e 's/-c, ac/-c, abc/' \
		tested.yml >wrong.yml
	cat >untested.yml <<'RULE'
title: Anything
id: anything
logsource: {product: linux, category: process_creation}
detection:
  any: {Image|contains: /}
  condition: any
RULE
}

test_test() {
	run 0 test --help
	out_has 'Usage: pydetectctl test'
	run 2 test
	run 0 test tested.yml
	out_is '5 tests of 1 rule passed, 0 failed; 0 rules without tests'
	run 0 test tested.yml untested.yml
	out_is '5 tests of 1 rule passed, 0 failed; 1 rule without tests'
	run 1 test wrong.yml
	out_is "wrong.yml:12:9: failed: rule 'Shell' should match this and does not
wrong.yml:15:9: failed: rule 'Shell' should not match this and does
3 tests of 1 rule passed, 2 failed; 0 rules without tests"
	run 1 test --json wrong.yml untested.yml
	json 'JSON of test' <<'EOF2'
assert out == [{"passed": 3, "failed": 2, "rules": 1, "rules_without_tests": 1,
    "refused_rules": 0, "failures": [
    {"file": "wrong.yml", "line": 12, "column": 9, "id": "wrong", "expected": "match"},
    {"file": "wrong.yml", "line": 15, "column": 9, "id": "wrong", "expected": "nomatch"}]}], out
EOF2
	run 0 check tested.yml --output image
	run 2 test image
	echo 'title: x' >bad.yml
	run 1 test tested.yml bad.yml
	out_has '1 refused'
	run 0 test "$REPO/rules"
	out_has ', 0 failed'
}

test_explain() {
	run 0 explain --help
	out_has 'Usage: pydetectctl explain'
	run 2 explain
	run 2 explain tested.yml
	run 2 explain tested.yml --
	run 2 explain tested.yml --event x -- sh
	run 2 explain a b c -- sh
	run 2 explain tested.yml --set NoSuchField=x -- sh
	err_has "no field 'NoSuchField'"
	run 1 explain tested.yml other -- sh
	err_has "no rule there has the id 'other'"

	run 0 explain tested.yml --set Image=/bin/bash --set Invoked=/bin/sh -- \
		bash -c xabbcx
	out_has 'Shell (shell, tested.yml:1) matches'
	out_has '  yes all of these:'
	out_has '  yes   shell: Image|endswith: /bash (2 values)'
	out_has 'Image matches */bash at byte 4: /bash'
	out_has 'Image as invoked matches */sh at byte 4: /sh'
	out_has 'Args matches -c at byte 5: -c'
	out_has 'CommandLine matches ab+c up to byte 13'
	out_has '  no      filter: ParentImage: /usr/sbin/cron'
	out_has 'there is no ParentImage'
	run 0 explain tested.yml --set ParentImage=/usr/sbin/cron -- /no/sh -c abc
	out_has 'does not match'
	out_has 'ParentImage matches /usr/sbin/cron at byte 0: /usr/sbin/cron'
	run 0 explain --rules tested.yml --rules untested.yml -- /no/ls
	out_has 'Anything (anything'
	out_lacks 'Shell (shell'
	run 0 explain --rules tested.yml --rules untested.yml -- ls-is-nowhere
	out_is 'none of 2 rules matches'
	run 0 explain --rules tested.yml --rules untested.yml shell -- ls-is-nowhere
	out_has 'Shell (shell, tested.yml:1) does not match'
}

test_explain_decoded() {
	cat >decoded.yml <<'RULE'
title: Hidden
id: hidden
logsource: {product: linux, category: process_creation}
detection:
  text: {CommandLine|contains: buried text}
  excuse: {CommandLine|contains: excused}
  condition: text and not excuse
pydetect: {decode: true}
RULE
	run 0 explain decoded.yml -- /no/x Zm9yIHRoYXQgdGhlcmUgaXMgYSBidXJpZWQgdGV4dA== YW5kIHRoaXMgb25lIGlzIGV4Y3VzZWQgYXMgd2VsbA==
	out_has 'Hidden (hidden, decoded.yml:1) matches'
	out_has 'CommandLine, decoded matches *buried text*'
	run 0 explain decoded.yml -- /no/x 'buried text'
	out_has 'CommandLine matches *buried text* at byte'
	run 0 explain decoded.yml -- /no/x Zm9yIHRoYXQgdGhlcmUgaXMgYSBidXJpZWQgdGV4dA== excused
	out_has 'does not match'
	sed 's/decode: true/decode: false/' decoded.yml >plain.yml
	run 0 explain plain.yml -- /no/x Zm9yIHRoYXQgdGhlcmUgaXMgYSBidXJpZWQgdGV4dA==
	out_has 'does not match'
}

test_explain_event() {
	cat >events <<'EVENTS'
{"id":"one","Image":"/bin/sh","argv":["sh","-c","abc"]}
{"id":"two","Image":"/bin/ls"}
EVENTS
	run 0 explain tested.yml --event events --json
	json 'JSON of explain' <<'EOF2'
one, = out
assert one["event"] == "one" and one["id"] == "shell" and one["matched"]
assert one["fields"]["CommandLine"] == "sh -c abc", one["fields"]
tree = one["condition"]
assert tree["kind"] == "and" and tree["holds"] and len(tree["children"]) == 3
shell, code, no_filter = tree["children"]
assert shell["name"] == "shell" and shell["kind"] == "match"
assert shell["hits"] == [{"field": "Image", "line": 5, "column": 35,
    "end": 7, "offset": 4, "text": "/sh"}], shell
assert [leaf["holds"] for leaf in code["children"]] == [True, True]
assert no_filter["kind"] == "not" and not no_filter["children"][0]["holds"]
EOF2
	run 0 explain tested.yml --event events --all --json
	json 'all events' <<<'assert [e["matched"] for e in out] == [True, False]'
	echo nonsense >nonsense
	run 1 explain tested.yml --event nonsense
	err_has 'nonsense:1: not JSON'
	run 1 explain tested.yml --event /dev/null
	err_has 'no program start in it'
}

test_report() {
	run 1 check --json tested.yml bad.yml
	json 'JSON of check' <<'EOF2'
one, = out
assert list(one)[:2] == ["loaded", "refused"]
assert one["loaded"] == 1 and one["refused_rules"] == 1
assert one["strings"] == 5 and one["states"] > 0 and one["bytes"] > 0
refused, = one["refused"]
assert refused["file"] == "bad.yml" and refused["line"] == 1 and refused["id"]
assert len(one["errors"]) > 1
assert one["cost"]["rules_by_stage"]["file"] == 1
assert one["cost"]["automata_by_field"]["CommandLine"] == 1
EOF2
	run 0 check tested.yml
	out_has '5 strings'
	out_has '1 rules (100 %) are dismissed by the file that is started'
	run 0 check "$REPO/rules"
	out_has ' 0 warnings'
	echo '# nothing' >comment.yml
	run 1 check comment.yml
	err_has 'there are no rules here'
}

test_audit() {
	cat >log <<'LOG'
----
type=SYSCALL msg=audit(1700000000.100:41): arch=c000003e syscall=59 success=yes exit=0 a0=55 a1=66 ppid=1 pid=100 uid=1000 tty=pts0 ses=3 comm="bash" exe="/usr/bin/bash" key="exec" UID="alice"
type=EXECVE msg=audit(1700000000.100:41): argc=2 a0="bash" a1="-i"
type=CWD msg=audit(1700000000.100:41): cwd="/home/alice"
type=PATH msg=audit(1700000000.100:41): item=0 name="/bin/bash" inode=1
type=PATH msg=audit(1700000000.100:41): item=1 name="/lib/ld.so" inode=2
type=PROCTITLE msg=audit(1700000000.100:41): proctitle=62617368002D69
type=SYSCALL msg=audit(1700000000.200:42): success=yes ppid=100 pid=101 uid=0 ses=4294967295 exe=2F62696E2F73206820 key=(null)
type=EXECVE msg=audit(1700000000.200:42): argc=3 a0="sh" a1="-c" a2_len=20 a2[0]=6162
type=SYSCALL msg=audit(1700000000.300:43): success=no ppid=100 pid=102 exe="/bin/bash"
type=EXECVE msg=audit(1700000000.200:42): a2[1]=2063
type=EXECVE msg=audit(1700000000.300:43): argc=1 a0="x"
type=CWD msg=audit(1700000000.200:42):  cwd="/"
LOG
	run 0 explain untested.yml --event log --all --json
	json 'log of auditd' <<'EOF2'
first, second = out
assert first["event"] == "1700000000.100:41"
assert first["fields"] == {"Image": "/usr/bin/bash", "Invoked": "/bin/bash",
    "ImageName": "bash", "InvokedName": "bash", "User": "alice", "LogonId": "3", "ArgCount": "2",
    "CurrentDirectory": "/home/alice", "CommandLine": "bash -i",
    "uid": 1000}, first["fields"]
assert second["event"] == "1700000000.200:42"
assert second["fields"] == {"Image": "/bin/s h ", "ImageName": "s h ",
    "LogonId": "4294967295", "ArgCount": "3", "ParentImage": "/usr/bin/bash",
    "ParentImageName": "bash", "CurrentDirectory": "/",
    "CommandLine": "sh -c ab c", "ParentCommandLine": "bash -i",
    "uid": 0}, second["fields"]
EOF2
	run 0 scan --rules untested.yml log
	json 'scan of a log' <<<'assert len(out) == 2 and out[0]["rules"] == ["anything"]'
	run 0 scan --rules untested.yml --format audit log
	run 1 scan --rules untested.yml --format ndjson log
	run 2 scan --rules untested.yml --format nonsense log
	printf 'type=SYSCALL garbage\n' >log
	run 1 scan --rules untested.yml log
	err_has 'not a record of auditd'
}

test_ecs() {
	cat >records <<'RECORDS'
{"@timestamp":"t1","process":{"executable":"/bin/sh","args":["sh","-c","abc"],"working_directory":"/tmp","parent":{"executable":"/bin/su","command_line":"su x"}},"user":{"name":"root","id":"0"},"event":{"type":["start"]}}
{"@timestamp":"t2","process.executable":"/bin/sh","process.command_line":"sh -c abc","event.type":"start"}
{"@timestamp":"t3","process":{"executable":"/bin/sh"},"event":{"type":["end"]}}
{"@timestamp":"t4","file":{"path":"/x"}}
{"@timestamp":"t5","process":{"executable":"/bin/sh"},"event":{"action":"fork"}}
{"@timestamp":"t6","Image":"/bin/sh"}
RECORDS
	run 0 explain untested.yml --event records --all --json
	json 'ECS' <<'EOF2'
assert [e.get("event") for e in out] == ["t1", "t2", None]
assert out[0]["fields"] == {"Image": "/bin/sh", "ImageName": "sh",
    "User": "root", "ArgCount": "3", "ParentImage": "/bin/su",
    "ParentImageName": "su", "CurrentDirectory": "/tmp",
    "CommandLine": "sh -c abc", "ParentCommandLine": "su x", "uid": 0}, out[0]
assert out[1]["fields"]["CommandLine"] == "sh -c abc"
EOF2
	run 0 scan --rules tested.yml --format ecs records
	json 'ECS through scan' <<<'assert [e["id"] for e in out] == ["t1"]'
	echo '{"process":{"executable":1}}' >records
	run 1 scan --rules tested.yml records
	err_has 'process.executable is not a string'
}

make_correlation() {
	cat >correlation.yml <<'RULE'
title: Looks
id: looks
name: looks
logsource: {product: linux, category: process_creation}
detection: {a: {Image: /bin/ls, Env: 'A=b'}, condition: a}
pydetect:
  action: block
  tests:
    match: [{Image: /bin/ls, Env: [X=y, A=b]}]
    nomatch: [{Image: /bin/ls, Env: [XA=b]}]
---
title: Looks around
id: around
correlation:
  type: value_count
  rules: [looks]
  group-by: [ParentProcessGuid, User]
  timespan: 1m
  condition: {gte: 2, field: CommandLine}
pydetect: {action: block}
RULE
	cat >starts <<'EVENTS'
{"id":"1","ts":10,"Image":"/bin/ls","argv":["ls","a"],"ppid":7,"uid":0,"Env":["A=b"]}
{"id":"2","ts":20,"Image":"/bin/ls","argv":["ls","b"],"ppid":8,"uid":0,"Env":["A=b"]}
{"id":"3","ts":30.5,"Image":"/bin/ls","argv":["ls","b"],"ppid":7,"uid":0,"Env":["A=b"]}
{"id":"4","ts":40,"Image":"/bin/ls","argv":["ls","c"],"ppid":7,"uid":0,"Env":["A=b"]}
{"id":"5","ts":41,"Image":"/bin/ls","argv":["ls","d"],"ppid":7,"Env":["A=b"]}
{"id":"6","Image":"/bin/ls","argv":["ls","e"],"ppid":7,"uid":0,"Env":["A=b"]}
{"id":"7","ts":99.5,"Image":"/bin/ls","argv":["ls","c"],"ppid":7,"uid":0,"Env":["A=b"]}
EVENTS
}

# What a correlation counts is silent; an alert is a line of its own, behind
# that of its event; denied is what holds, alert or not.
test_correlation() {
	run 0 scan --rules correlation.yml starts
	err_has '1 event without a time (ts) that correlations would count'
	json 'alerts' <<'EOF2'
assert out == [
    {"id": "3", "rules": [], "labels": [], "verdict": "deny"},
    {"id": "3", "correlation": "around", "ts": 30.5, "count": 2,
     "group": {"User": "0", "ParentProcessGuid": "7"},
     "values": ["ls a", "ls b"]},
    {"id": "4", "rules": [], "labels": [], "verdict": "deny"}], out
EOF2
	run 0 scan --rules correlation.yml --mode report --all starts
	json 'alerts in mode report' <<'EOF2'
assert [e.get("verdict") for e in out] == ["allow", "allow", "report", None,
    "allow", "allow", "allow", "allow"], out
EOF2
	run 0 check correlation.yml
	out_has '1 rules and 1 correlation would be loaded, 0 refused'
	run 0 check --json correlation.yml
	json 'correlations in JSON' <<<'assert out[0]["loaded"] == 1 and out[0]["correlations"] == 1'
	run 0 test correlation.yml
	out_is '2 tests of 1 rule passed, 0 failed; 0 rules without tests'
	run 0 dump correlation.yml
	out_has 'value_count of CommandLine from 2 within 60 s, 64 values kept'
	out_has 'grouped by User, ParentProcessGuid'
	out_has 'counts rule 0'
	out_has 'feeds C0'
	out_has 'silent'
	run 1 explain correlation.yml around -- ls
	err_has "'around' is a correlation"
	run 0 explain correlation.yml --event starts
	out_has 'Env matches A=b at byte 0: A=b'
	sed 's/\[looks\]/[lokos]/' correlation.yml >unlinked.yml
	run 1 check --json unlinked.yml
	json 'a correlation without its rule' <<'EOF2'
one, = out
assert one["loaded"] == 1 and one["correlations"] == 0
assert one["refused_rules"] == 1
refused, = one["refused"]
assert refused["id"] == "around" and refused["line"] == 16, refused
assert refused["hint"] == "did you mean 'looks'?"
EOF2
	# What a refused correlation counts does not begin to speak by itself.
	sed 's/value_count/value_sum/' correlation.yml >refused.yml
	run 1 scan --rules refused.yml starts
	run 0 scan --rules refused.yml --skip-unsupported starts
	out_is ''
	echo '{"ts":"never","Image":"/bin/ls"}' >never
	run 1 scan --rules correlation.yml never
	err_has 'ts is not a time'
}

# The same in the forms of others, with times and processes as they have them.
test_correlation_forms() {
	cat >always.yml <<'RULE'
title: Any
id: any
logsource: {product: linux, category: process_creation}
detection: {a: {Image|contains: /}, condition: a}
---
title: Two
id: two
correlation: {type: event_count, rules: any, group-by: ParentProcessGuid, timespan: 2s, condition: {gte: 2}}
RULE
	cat >records <<'RECORDS'
{"@timestamp":"2026-01-01T00:00:00.000Z","process":{"executable":"/a","pid":3,"parent":{"entity_id":"x","pid":9}}}
{"@timestamp":"2026-01-01T00:00:01.000Z","process":{"executable":"/b","pid":4,"parent":{"entity_id":"y","pid":9}}}
{"@timestamp":"2026-01-01T00:00:01.500Z","process":{"executable":"/c","entity_id":"s","parent":{"entity_id":"x","pid":9}},"pydetect":{"pass":1}}
{"@timestamp":"2026-01-01T00:00:01.600Z","process":{"executable":"/d","entity_id":"t","parent":{"entity_id":"z","pid":9}},"pydetect":{"pass":1}}
{"@timestamp":"2026-01-01T00:00:01.700Z","process":{"executable":"/d","entity_id":"t","parent":{"entity_id":"z","pid":9}},"pydetect":{"pass":2}}
RECORDS
	run 0 scan --rules always.yml records
	json 'alert over ECS' <<'EOF2'
one, = out
assert one["correlation"] == "two" and one["group"] == {"ParentProcessGuid": "x"}, out
assert one["ts"] == 1767225601.5 and one["id"] == "2026-01-01T00:00:01.500Z"
EOF2
	for second in 0 1 2 4 6; do
		printf 'type=SYSCALL msg=audit(170000000%d.500:%d): success=yes ppid=5 pid=%d exe="/x"\n' \
			"$second" "$second" "$((second + 10))"
		printf 'type=EXECVE msg=audit(170000000%d.500:%d): argc=1 a0="x"\n' "$second" "$second"
		printf 'type=PROCTITLE msg=audit(170000000%d.500:%d): proctitle=78\n' "$second" "$second"
	done >log
	run 0 scan --rules always.yml log
	json 'alert over a log of auditd' <<'EOF2'
one, = out
assert one["ts"] == 1700000001.5 and one["group"] == {"ParentProcessGuid": "5"}, out
EOF2
}

# A bar on a terminal, and none elsewhere.
test_progress() {
	yes '{"Image":"/bin/ls","CommandLine":"ls -l"}' | head -n 600000 >long || true
	run 0 scan --rules tested.yml long
	result 'no bar without a terminal' test ! -s err
	if ! command -v script >/dev/null; then
		echo 'skipped: there is no script(1)'
		return
	fi
	script -qec "'$CTL' scan --rules tested.yml long" /dev/null >out 2>err </dev/null
	result 'a bar on a terminal' grep -q '%.*MB/s' out
}

# Every rule of the corpus and the parts of it agree with each other.
test_corpus() {
	if [[ ! -d $SHARED/sigma ]]; then
		echo 'skipped: the Sigma corpus is not there'
		return
	fi
	run 0 explain --rules "$SHARED/sigma/rules" --all --json \
		--event "$SHARED/sigma/events.ndjson"
	json 'the corpus explained' <<'EOF2'
assert len(out) > 5000 and all(e["matched"] and e["condition"]["holds"] for e in out)
EOF2
	run 0 check --json "$SHARED/sigma/rules"
	json '144 of 144' <<<'assert out[0]["loaded"] == 144 and out[0]["refused"] == []'
	python3 "$REPO/tests/host/make_many.py" "$SHARED/sigma/rules" 1000 many
	run 0 check --json many
	json '1000 rules' <<<'assert out[0]["loaded"] == 1000 and out[0]["refused"] == []'
}

make_rules
test_test
test_explain
test_explain_decoded
test_explain_event
test_report
test_audit
test_ecs
make_correlation
test_correlation
test_correlation_forms
test_progress
test_corpus
summary
