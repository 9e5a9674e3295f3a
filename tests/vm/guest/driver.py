# SPDX-License-Identifier: GPL-2.0-only
"""A Python parent that runs shell commands, as it is told on standard input.

Each line is JSON: a list of arguments to run, or a number of seconds to wait. To
each list it answers with a line: how the command ended, or "refused".
"""

import json
import subprocess
import sys
import time


def run(argv):
    """Run a command; how it ended."""
    try:
        return subprocess.run(argv, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL,
                              check=False).returncode
    except PermissionError:
        return 'refused'


def main():
    """Until standard input ends."""
    for line in sys.stdin:
        order = json.loads(line)
        if isinstance(order, list):
            print(run(order), flush=True)
        else:
            time.sleep(order)


main()
