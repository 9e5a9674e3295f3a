#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Usage: QEMU=qemu-one-thread.sh vm.sh ...
#
# The emulator with all processors in one thread, which take turns. Other
# accelerators than tcg stay as they are.

set -euo pipefail

accelerator=()
[[ " $* " != *' pc,accel=tcg '* ]] || accelerator=(-accel 'tcg,thread=single')
exec qemu-system-x86_64 ${accelerator[@]+"${accelerator[@]}"} \
	"${@/#pc,accel=tcg/pc}"
