# SPDX-License-Identifier: GPL-2.0-only
"""A parent that hides does not keep its children from being judged."""

from kit import (PROGRAMS, SHOW, Monitor, equal, finish, load, mode,
                 rule_ids, run)

PARENT = PROGRAMS + 'parent'
MARKED, BY_FILE, BY_ARGUMENTS = rule_ids('parent.yml')
REFUSED = 126

# Kind of parent, and what rules know of it.
KINDS = {
    'plain': [MARKED, BY_FILE, BY_ARGUMENTS],
    'leaderless': [MARKED, BY_FILE, BY_ARGUMENTS],
    'unmapped': [MARKED, BY_FILE],
    'huge': [MARKED, BY_FILE],
}


def start(kind):
    """Start a program by such a parent; how that ended."""
    return run(PARENT, kind, 'parent-mark', SHOW, 'parent-test').returncode


def check_kind(monitor, kind, rules):
    """The rules that can hold do, and the start can be denied."""
    mode('report')
    equal(f'{kind}: starts in mode report', start(kind), 0)
    events = monitor.events()
    equal(f'{kind}: what holds', [event.rules for event in events], [rules])
    equal(f'{kind}: the parent', [event.parent_image for event in events],
          [PARENT])
    equal(f'{kind}: no error', [event.error for event in events], [None])
    mode('block')
    equal(f'{kind}: is refused in mode block', start(kind), REFUSED)
    equal(f'{kind}: and reported',
          [(event.verdict, event.rules) for event in monitor.events()],
          [('deny', rules)])
    return events


def main():
    """Every kind of parent."""
    load('parent.yml')
    monitor = Monitor()
    for kind, rules in KINDS.items():
        check_kind(monitor, kind, rules)
    monitor.stop()
    finish()


main()
