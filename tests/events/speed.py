#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A million events are searched in time.

The only test that measures time, because it is time that was promised. The
median counts: other programs run on the machine as well.
"""

import os
import statistics
import subprocess
import tempfile
import time

from kit import CTL, STORE_TOOL, check, equal, finish

EVENTS = int(os.environ.get('EVENTS', '1000000'))
SECONDS = 0.2
RUNS = 5

# All of them lie within a day, which is the worst case for --since 24h.
CASES = {
    'all': ((), 100),
    'of a frequent rule': (('--rule', 'common-rule'), 100),
    'of a rare rule': (('--rule', 'rare'), 100),
    'of a rare rule, without a limit': (
        ('--rule', 'rare', '--limit', '0'), EVENTS // 1000),
    'of no rule': (('--rule', 'none'), 0),
    'with a frequent label': (('--label', 'ReverseShell'), 100),
    'with a rare label': (('--label', 'CodeExec'), 100),
    'of a frequent user': (('--user', '0'), 100),
    'of a rare user': (('--user', '4242'), 100),
    'of a low level': (('--level', 'low'), 100),
    'of a level that there is not': (('--level', 'critical'), 0),
    'with a verdict that there is not': (('--verdict', 'deny'), 0),
    'of a parent': (('--parent', '402'), 100),
    'of a parent that there is not': (('--parent', '/usr/bin/none'), 0),
    'oldest first': (('--oldest-first', '--limit', '50'), 50),
    'as JSON': (('--json', '--limit', '100'), 100),
}


def ask(store, options):
    """Seconds until the answer is there, and its lines."""
    start = time.monotonic()
    done = subprocess.run(
        [CTL, 'events', '--no-fold', '--since', '24h', '--store', store,
         *options],
        check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return time.monotonic() - start, done.stdout.splitlines()


def check_case(store, name, options, wanted):
    """The right number of events, in time."""
    times = []
    for _ in range(RUNS):
        seconds, lines = ask(store, options)
        times.append(seconds)
    equal(f'events {name}: how many', len(lines) - ('--json' not in options),
          wanted)
    told = ' '.join(f'{seconds:.3f}' for seconds in times)
    check(f'events {name}: {told} s', statistics.median(times) <= SECONDS,
          f'more than {SECONDS} s')


def main():
    """Every way to ask, of one store."""
    with tempfile.TemporaryDirectory() as directory:
        store = directory + '/events.db'
        start = time.monotonic()
        subprocess.run([STORE_TOOL, 'fill', store, str(EVENTS), '86000'],
                       check=True)
        print(f'{EVENTS} events written in {time.monotonic() - start:.0f} s, '
              f'{os.path.getsize(store) >> 20} MiB')
        for name, (options, wanted) in CASES.items():
            check_case(store, name, options, wanted)
    finish('speed')


main()
