#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Usage: flood.sh
#
# ALERTS (100,000) alerts as fast as an emulated machine can start programs, with
# readers that are stopped, slow, killed. Takes about ALERTS / 100 seconds.

set -euo pipefail
cd "$(dirname -- "${BASH_SOURCE[0]}")/../.."

export ALERTS=${ALERTS:-100000}
exec tests/vm/run.sh 6.12-cloud flood
