# SPDX-License-Identifier: GPL-2.0-only
"""A sibling thread rewrites the arguments while the program is started."""

import re

from kit import (PROGRAMS, SHOW, SLOWNESS, Monitor, check, equal, finish,
                 forget_received, load, mode, received, rule_ids, run)

# Of each kind in mode report and in mode block. What "ends" looks for happens in
# one start of a hundred.
ROUNDS = {'bytes': (300, 150), 'ends': (150, 300)}
ANY, WORD = rule_ids('race.yml')


def race(kind, name):
    """Race in a mode; how many starts worked, and how many were refused."""
    forget_received()
    mode(name)
    rounds = ROUNDS[kind][name == 'block']
    done = run(PROGRAMS + 'race', kind, str(rounds), SHOW,
               timeout=100 * SLOWNESS)
    started, refused, failed = map(int, re.findall(r'\d+', done.stdout))
    return started, refused, failed


def differs(event, argv):
    """How an event is about other arguments than the program received."""
    if event.error:
        return f'error {event.error}'
    if event.length != len(argv) - 1:
        return f'length {event.length}, not {len(argv) - 1}'
    for at, data in event.pieces():
        if argv[at:at + len(data)] != data:
            return f'bytes from {at} on'
    if (WORD in event.rules) != (b'forbidden' in argv):
        return f'rules {event.rules}'
    return None


def check_report(kind):
    """Every event tells what its program received, and judged just that."""
    monitor = Monitor()
    started, _, failed = race(kind, 'report')
    got = received()
    events = {event.pid: event for event in monitor.events()}
    monitor.stop()
    equal(f'{kind}: programs that start', (len(got), set(events) >= set(got)),
          (started, True))
    wrong = [why for pid, argv in got.items() if pid in events
             if (why := differs(events[pid], argv))]
    equal(f'{kind}: events that differ', wrong, [])
    return len(set(got.values())), started, failed


def check_bytes():
    """The word comes and goes."""
    different, started, failed = check_report('bytes')
    check('bytes: it is a race', different > 30,
          f'only {different} different arguments')
    equal('bytes: no start fails', (started, failed),
          (ROUNDS['bytes'][0], 0))
    started, refused, failed = race('bytes', 'block')
    got = received().values()
    equal('bytes: no start fails in mode block', failed, 0)
    check('bytes: some are denied, some are not', started and refused,
          f'started {started}, denied {refused}')
    equal('bytes: programs that started with the word',
          sum(b'forbidden' in argv for argv in got), 0)


def check_ends():
    """The word is always there, only its end comes and goes."""
    different, started, _ = check_report('ends')
    check('ends: it is a race', different > 1, 'the end never went')
    started, refused, _ = race('ends', 'block')
    equal('ends: programs that started in mode block', started, 0)
    check('ends: starts are denied', refused, 'none was')


def main():
    """Both kinds, in both modes."""
    load('race.yml')
    check_bytes()
    check_ends()
    finish()


main()
