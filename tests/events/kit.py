# SPDX-License-Identifier: GPL-2.0-only
"""What the parts of these tests share."""

import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
CTL = ROOT / 'build/pydetectctl'
STORE_TOOL = ROOT / 'build/tests/events/store_tool'

_counts = {True: 0, False: 0}


def check(name, good, detail=''):
    """Counts a check, and tells it."""
    _counts[bool(good)] += 1
    print('ok' if good else 'not ok', name + ('' if good else f': {detail}'),
          flush=True)


def equal(name, found, wanted):
    """Counts a check that two values are equal."""
    check(name, found == wanted, f'{found!r}, not {wanted!r}')


def finish(part):
    """Tells how many checks there were, and ends the program."""
    print(f'{part}: {_counts[True]} passed, {_counts[False]} failed')
    sys.exit(bool(_counts[False]))
