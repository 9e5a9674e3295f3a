#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Usage: report.sh [PYDETECTCTL FILL_STORE]
#
# The page that `report` makes of a week, as a browser sees it. Leaves what it
# looks like on a phone and on a desk in build/test.

set -euo pipefail

BUILD=$(dirname -- "${BASH_SOURCE[0]}")/../../build
set -- "${1:-$BUILD/pydetectctl}" "${2:-$BUILD/tests/events/fill_store}"
FILL=$(readlink -f -- "$2")
# shellcheck disable=SC2034 # cli_lib.sh names the checks by it
SUITE=report
# shellcheck source-path=SCRIPTDIR source=../host/cli_lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/../host/cli_lib.sh"
export TZ=UTC
SHOTS=$REPO/build/test
NOW=$(date +%s)

# browser OPTION... PAGE: headless Chromium, its answer in the file out.
browser() {
	timeout 120 chromium --headless --no-sandbox --disable-gpu \
		--hide-scrollbars --allow-file-access-from-files \
		--user-data-dir="$WORK/profile" "$@" >out 2>err
}

# has COUNT TEXT: the page has it that often, as it stands there.
has() {
	result "$1 times in the page: $2" test "$(grep -oF -- "$2" page.html | wc -l)" = "$1"
}

make_page() {
	"$FILL" week.db "$NOW" 1800
	run 0 report --store week.db --output page.html
	result 'only the user may read it' test "$(stat -c %a page.html)" = 600
}

# Tags are closed as they were opened; nothing runs, and nothing is fetched.
test_source() {
	result 'well-formed, and stands by itself' \
		python3 "$REPO/tests/events/page_check.py" page.html
	has 1 "default-src 'none'; style-src 'unsafe-inline';"
	has 1 '&#60;script id=injected&#62;'
	has 1 '&#38;lt;b id=injected&#38;gt;'
	has 1 '\x1b]0;pwned\a\x1b[2J\r\n\x7f\u009b1m'
	has 1 'not utf-8: \xff\xfe \xc3( \xed\xa0\x80 \xf0\x9f'
	has 1 'bidi: \u202ehs.yalp\u202c \u2066 x \u200b y'
	has 1 '(131072 bytes)'
	result 'nothing but text' test "$(tr -d '\n' <page.html | LC_ALL=C tr -dc '\000-\037\177' | wc -c)" = 0
	result 'all of it UTF-8' iconv -f UTF-8 -t UTF-16 -o /dev/null page.html
	result 'small' test "$(stat -c %s page.html)" -lt 262144
}

# frame WIDTH: the page that wide, everything opened, and what that makes of it.
frame() {
	cat >frame.html <<END
<!DOCTYPE html><title>frame</title>
<iframe src="page.html" style="width:$1px;height:800px;border:0"></iframe>
<script>
onload = () => {
	const page = document.querySelector('iframe').contentDocument;
	const count = (what) => page.querySelectorAll(what).length;
	page.querySelectorAll('details').forEach((item) => item.open = true);
	document.body.append('wide=' + page.documentElement.scrollWidth,
		' title=' + page.title,
		' injected=' + count('#injected, script, img, form, body style'),
		' alerts=' + count('section > details'),
		' bursts=' + count('article svg[role=img]'),
		' marks=' + count('circle'),
		' denied=' + count('circle.denied'),
		' bars=' + (count('svg g rect') > 60));
};
</script>
END
	browser --virtual-time-budget=5000 --dump-dom "file://$WORK/frame.html"
}

# Two bursts: five commands were watched, of eight four were denied.
test_browser() {
	local width
	for width in 320 390 1280; do
		frame "$width"
		out_has "wide=$width "
	done
	out_has ' title=pydetect: web-1.example, '
	out_has ' injected=0 '
	out_has ' alerts=81 bursts=2 marks=13 denied=4 bars=true'
	# It can tell.
	frame 60
	out_lacks 'wide=60 '
	browser --dump-dom "file://$WORK/page.html"
	out_has 'threshold: 5'
	out_has '<span class="mark">pty.spawn</span>'
	out_has 'What would have been blocked'
	out_has '<dt>Events missing</dt><dd>40</dd>'
	out_has '<dt>Denied</dt><dd>6</dd>'
	out_has '<dt>Could not be judged</dt><dd>1</dd>'
}

# A window of less than 500 cannot be had: a frame in it can.
test_looks() {
	mkdir -p "$SHOTS"
	cat >phone.html <<'END'
<!DOCTYPE html><style>body{margin:0}iframe{border:0;display:block;width:390px;height:844px}</style>
<iframe src="page.html"></iframe>
END
	browser --window-size=390,844 --screenshot="$SHOTS/report-phone.png" \
		"file://$WORK/phone.html"
	browser --window-size=1280,1600 --screenshot="$SHOTS/report-desktop.png" \
		"file://$WORK/page.html"
	browser --window-size=1280,1600 --blink-settings=preferredColorScheme=0 \
		--screenshot="$SHOTS/report-night.png" "file://$WORK/page.html"
	result 'night is dark' test "$(cksum <"$SHOTS/report-night.png")" != \
		"$(cksum <"$SHOTS/report-desktop.png")"
}

# Ten times the events do not make ten times the page.
test_bounded() {
	"$FILL" many.db "$NOW" 20000
	run 0 report --store many.db --output many.html
	result 'as small with many events' test "$(stat -c %s many.html)" -lt 262144
}

test_usage() {
	run 0 report --help
	run 2 report --since nonsense
	run 2 report --since 1d --until 2d
	run 2 report stray
	run 1 report --store none.db
	run 1 report --store week.db --output /none/page.html
	run 0 report --store week.db --since 30m
	out_has 'Nothing was recorded in this time.'
	out_has '</html>'
}

make_page
test_source
test_browser
test_looks
test_bounded
test_usage
summary
