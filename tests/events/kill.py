#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A store whose writer is killed at any moment misses nothing acknowledged."""

import os
import random
import sqlite3
import subprocess
import tempfile
import time

from kit import STORE_TOOL, check, equal, finish

KILLS = 100


def write_and_kill(store, seconds):
    """The last number that the writer acknowledged, 0: it came to none."""
    with subprocess.Popen([STORE_TOOL, 'append', store],
                          stdout=subprocess.PIPE) as writer:
        time.sleep(seconds)
        writer.kill()
        lines = writer.stdout.read().split(b'\n')
    # What is behind the last newline was not said in full.
    return int(lines[-2]) if len(lines) > 1 else 0


def covered(database):
    """Ranges of numbers that are there, or known to be missing, joined."""
    rows = database.execute(
        'SELECT number, 1 FROM event UNION ALL SELECT first, count FROM gap'
        ' ORDER BY 1')
    end, broken = 1, []
    for first, count in rows:
        if first != end:
            broken.append((end, first))
        end = first + count
    return end, broken


def look(path, acknowledged):
    """What is wrong with the store, and the number that comes next in it."""
    with sqlite3.connect(f'file:{path}?mode=ro', uri=True) as database:
        intact = database.execute('PRAGMA integrity_check').fetchall()
        end, broken = covered(database)
        said = database.execute('SELECT max(next) FROM boot').fetchone()[0]
        orphans = database.execute(
            'SELECT count(*) FROM event_rule WHERE event NOT IN'
            ' (SELECT id FROM event)').fetchone()[0]
        rules = database.execute('SELECT count(*) FROM event_rule').fetchone()
        events = database.execute('SELECT count(*) FROM event').fetchone()
    wrong = []
    if intact != [('ok',)]:
        wrong.append(f'integrity_check: {intact}')
    if broken:
        wrong.append(f'missing: {broken}')
    if end < acknowledged:
        wrong.append(f'ends at {end}, acknowledged was {acknowledged}')
    if said != end:
        wrong.append(f'says that {said} comes next, not {end}')
    if orphans or rules != events:
        wrong.append('events without their rules')
    return wrong, end


def main():
    """Kill a hundred times, at moments from the first on."""
    random.seed(int(os.environ.get('SEED', '6')))
    wrong, useful, ends, acknowledged = [], 0, [], 0
    with tempfile.TemporaryDirectory() as directory:
        store = directory + '/events.db'
        for _ in range(KILLS):
            last = write_and_kill(store, random.uniform(0.001, 0.15))
            useful += last > acknowledged
            acknowledged = max(acknowledged, last)
            if os.path.exists(store) and acknowledged:
                found, end = look(store, acknowledged)
                wrong += found
                ends.append(end)
    equal(f'{KILLS} kills: the store is sound and misses nothing', wrong, [])
    check('most kills came while it was writing', useful > KILLS / 2,
          f'{useful} of {KILLS}')
    check('it went on where it stopped', ends == sorted(ends), ends)
    print(f'{acknowledged - 1} events were acknowledged')
    finish('kill')


main()
