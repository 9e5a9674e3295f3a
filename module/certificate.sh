#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Usage: certificate.sh [FILE]
#
# Prints certificate.h: the certificates in FILE as C. FILE holds one in DER or
# any number in PEM; without FILE there are none. Whatever else is in FILE is
# left out, but a private key beside them is refused: it has no business here.
# There are at most 8, which is as many as pydetectctl shows.

set -eu

fail() {
	echo "certificate.sh: $*" >&2
	exit 1
}

# The certificates one by one, as NUMBER.der in the current directory.
split() {
	if ! grep -q -e '-----BEGIN' "$1"; then
		openssl x509 -inform DER -in "$1" -outform DER -out 0.der
		return
	fi
	! grep -q -e '-----BEGIN.*PRIVATE KEY-----' "$1" ||
		fail "there is a private key in $1"
	awk '/-----BEGIN CERTIFICATE-----/ { file = count++ ".pem" }
	     file { print >file }
	     /-----END CERTIFICATE-----/ { close(file); file = "" }' "$1"
	for pem in *.pem; do
		[ -e "$pem" ] || fail "there is no certificate in $1"
		openssl x509 -in "$pem" -outform DER -out "${pem%.pem}.der"
	done
}

bytes() {
	od -An -v -tx1 "$1" | sed 's/ \([0-9a-f]*\)/ 0x\1,/g; s/^ /\t/'
}

# In the order of the file.
print_all() {
	count=0
	while [ -e "$count.der" ]; do
		printf 'static const u8 certificate_%s[] __initconst = {\n' \
			"$count"
		bytes "$count.der"
		printf '};\n\n'
		count=$((count + 1))
	done
	[ "$count" -le 8 ] || fail "$count certificates; at most 8 are possible"
	printf '#define PYDETECT_CERTIFICATES %s\n\n' "$count"
	[ "$count" -gt 0 ] || return 0
	printf 'static const struct certificate certificates[] __initconst = {\n'
	for number in $(seq 0 $((count - 1))); do
		printf '\t{ certificate_%s, sizeof(certificate_%s) },\n' \
			"$number" "$number"
	done
	printf '};\n'
}

file=${1:-}
if [ -n "$file" ]; then
	command -v openssl >/dev/null ||
		fail 'openssl is missing; run scripts/setup.sh build'
	[ -r "$file" ] || fail "cannot read $file"
	file=$(readlink -f -- "$file")
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
[ -z "$file" ] || split "$file"
printf '/* Written by certificate.sh: change that, not this. */\n\n'
print_all
