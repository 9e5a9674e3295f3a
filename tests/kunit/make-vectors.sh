#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Usage: make-vectors.sh
#
# Writes vectors.h for the unit tests in the kernel: the rules that are shipped
# and small.yml, compiled, and the execs of execs.ndjson with what the tool
# (build/pydetectctl; "make ctl" builds it) says of them. The id of an exec says
# what is expected of one of the policies, and it is an error if the tool
# disagrees. The file is only written if it changes.

set -euo pipefail
cd "$(dirname -- "${BASH_SOURCE[0]}")/../.."
kunit=tests/kunit
ctl=build/pydetectctl
[[ -x $ctl ]] || {
	echo "${0##*/}: there is no $ctl; run: make ctl" >&2
	exit 1
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Beside the execs that are written down: a payload behind more than a page.
execs() {
	cat "$kunit/execs.ndjson"
	printf '{"id": "deny shipped: behind a page", "Image": "/bin/python3", '
	printf '"argv": ["python3", "-c", "#%04500d", "import subprocess;' 0
	printf 'subprocess.Popen(0)"]}\n'
}

execs >"$work/execs"
"$ctl" check --serial 1 --output "$work/shipped.image" rules >/dev/null
"$ctl" check --serial 1 --output "$work/small.image" "$kunit/small.yml" >/dev/null
for policy in shipped small; do
	"$ctl" scan --all --rules "$work/$policy.image" "$work/execs" \
		>"$work/$policy.results"
done

python3 - "$work" >"$work/vectors.h" <<'END'
import json, os, sys

POLICIES = ["shipped", "small"]
work = sys.argv[1]


def lines(name):
    with open(os.path.join(work, name), encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def text(value):
    """A C string: octal, so that no digit can be taken for part of it."""
    if value is None:
        return "NULL"
    if isinstance(value, str):
        value = value.encode()
    plain = set(range(0x20, 0x7F)) - set(b'"\\?')
    return '"' + "".join(chr(b) if b in plain else f"\\{b:03o}"
                         for b in value) + '"'


def image(name):
    with open(os.path.join(work, name + ".image"), "rb") as file:
        data = file.read()
    print(f"static const u8 {name}_image[] __aligned(8) = {{")
    for at in range(0, len(data), 16):
        print("\t" + " ".join(f"{b:#04x}," for b in data[at:at + 16]))
    print("};\n")


def expected(result):
    def words(of):
        return text("".join(word + " " for word in of))
    return (f"{{ PYDETECT_VERDICT_{result['verdict'].upper()}, "
            f"{words(result['rules'])}, {words(result['labels'])} }}")


def check(name, results):
    verdict, policy = name.split(":")[0].split()
    if results[policy]["verdict"] != verdict:
        sys.exit(f"{name}: {policy} says {results[policy]['verdict']}")


def vector(source, results):
    print("\t{")
    print(f"\t\t.name = {text(source['id'].replace(': ', ', '))},")
    for member, key in (("image", "Image"), ("invoked", "Invoked"),
                        ("parent_image", "ParentImage"),
                        ("parent_args", "ParentCommandLine"),
                        ("directory", "CurrentDirectory")):
        if key in source:
            print(f"\t\t.{member} = {text(source[key])},")
    if "argv" in source:
        memory = "".join(arg + "\0" for arg in source["argv"]).encode()
        # The environment, in which every rule would find something.
        memory += b"A=import os -c logrotate /bin/sh"
        print(f"\t\t.memory = {text(memory)},")
        print(f"\t\t.memory_bytes = {len(memory)},")
        print(f"\t\t.nr_args = {len(source['argv'])},")
    if "uid" in source:
        print("\t\t.has_uid = true,")
        print(f"\t\t.uid = {source['uid']},")
    print("\t\t.expected = {")
    for policy in POLICIES:
        print(f"\t\t\t{expected(results[policy])},")
    print("\t\t},\n\t},")


results = [lines(policy + ".results") for policy in POLICIES]
sources = lines("execs")
if any(len(part) != len(sources) for part in results):
    sys.exit("the tool did not answer for every exec")
print("/* Written by make-vectors.sh: change that, not this. */")
print('#include "vector.h"\n')
for policy in POLICIES:
    image(policy)
print("static const struct vector vectors[] = {")
for source, *each in zip(sources, *results):
    of = dict(zip(POLICIES, each))
    check(source["id"], of)
    vector(source, of)
print("};")
END

cmp -s "$work/vectors.h" "$kunit/vectors.h" ||
	cp "$work/vectors.h" "$kunit/vectors.h"
