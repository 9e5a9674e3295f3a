#!/usr/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# Stands before the real first process of the machine: a policy that denies
# that program is in force when this, process 1, starts it. The scenario "first"
# looks at what is written here.

export PATH=/usr/sbin:/usr/bin:/sbin:/bin
SAID=/vm/first

say() {
	echo "$*" >>$SAID
}

busybox mount -t proc proc /proc
busybox mount -t devtmpfs devtmpfs /dev
[ ! -e /pydetect.ko ] || insmod /pydetect.ko || say 'no module'
pydetectctl load /test/rules/first.yml >/dev/null 2>>$SAID
pydetectctl mode block >/dev/null 2>>$SAID
(exec /init) 2>/dev/null
say "another process: $?"
busybox umount /dev
# Denied, it would end, and the machine with it.
exec /init
