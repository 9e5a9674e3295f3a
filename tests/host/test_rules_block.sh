#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Usage: test_rules_block.sh PYDETECTCTL
#
# What rules/block denies of one-liners: tests/vectors/oneliners.ndjson has
# starts whose id begins with "attack" and such whose id begins with "benign".
# None of the latter may be denied, and no fewer of the former than a share.
# Some of the attacks are known not to be recognised; they stay in the list, so
# that the share is an honest one.

set -euo pipefail

SUITE=rules_block
# shellcheck source-path=SCRIPTDIR source=cli_lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/cli_lib.sh"

RULES=$REPO/rules/block
STARTS=$REPO/tests/vectors/oneliners.ndjson
SHARE=95 # in percent

# denied KIND: how many of the starts of a kind were denied.
denied() {
	grep -c "^{\"id\":\"$1-.*\"verdict\":\"deny\"}" out || true
}

test_starts() {
	local attacks benign hits

	attacks=$(grep -c '^{"id": "attack-' "$STARTS")
	benign=$(grep -c '^{"id": "benign-' "$STARTS")
	result 'has 150 attacks' test "$attacks" -ge 150
	result 'has 150 benign starts' test "$benign" -ge 150

	run 0 scan --rules "$RULES" --all "$STARTS"
	hits=$(denied attack)
	echo "$SUITE: $hits of $attacks attacks denied"
	result "denies $SHARE % of attacks" \
		test "$((hits * 100))" -ge "$((attacks * SHARE))"
	hits=$(denied benign)
	grep '^{"id":"benign-.*"verdict":"deny"}' out >denied || true
	cp denied out
	result "denies none of $benign benign starts" test "$hits" = 0
}

# The same attacks, as the rules were not written from them.
test_variations() {
	local attacks hits

	python3 "$REPO/tests/host/vary.py" "$STARTS" >variations
	attacks=$(wc -l <variations)
	result 'has 5000 variations' test "$attacks" -ge 5000
	run 0 scan --rules "$RULES" --all variations
	hits=$(denied attack)
	echo "$SUITE: $hits of $attacks variations denied"
	result "denies $SHARE % of variations" \
		test "$((hits * 100))" -ge "$((attacks * SHARE))"
}

# In the mode that the module starts in nothing is denied.
test_report() {
	run 0 scan --rules "$RULES" --mode report "$STARTS"
	out_lacks '"verdict":"deny"'
	out_has '"verdict":"report"'
}

# Each rule denies, and brings examples of both kinds.
test_rules() {
	run 0 test "$RULES"
	out_has ', 0 failed; 0 rules without tests'
	result 'every rule has the action block' test \
		"$(cat "$RULES"/*.yml | grep -c '^title: ')" = \
		"$(cat "$RULES"/*.yml | grep -c '^    action: block$')"
	run 0 check "$RULES"
	out_has ' 0 warnings'
	out_has '(100 %) are dismissed by the file that is started'
}

# A day of somebody who builds software.
test_recorded() {
	[[ -r $SHARED/benign/exec.ndjson ]] || return 0
	run 0 scan --rules "$RULES" "$SHARED/benign/exec.ndjson"
	out_is ''
}

test_starts
test_variations
test_report
test_rules
test_recorded
summary
