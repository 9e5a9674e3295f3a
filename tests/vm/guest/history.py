# SPDX-License-Identifier: GPL-2.0-only
"""Events of the past: a monitor that goes on where it stopped, and what is
found in its store and in the module."""

import json
import os
import subprocess
import time

from kit import (PROGRAMS, SHOW, SLOWNESS, check, equal, finish,
                 forget_channel, load, next_number, run, skip)

MODULE = '/pydetect.ko'
STORE = '/tmp/events.db'
STATE = '/tmp/state'
OUTPUT = '/tmp/output'


def storm(count):
    """So many starts on each processor."""
    run(PROGRAMS + 'storm', str(count), SHOW, '/x')


class Background:
    """A monitor that goes on while the test does."""

    def __init__(self, *options):
        with open(OUTPUT, 'a', encoding='utf-8') as output:
            self.process = subprocess.Popen(
                ['pydetectctl', 'monitor', *options], stdout=output,
                stderr=subprocess.PIPE, text=True)
        said = self.process.stderr.readline()
        if said != 'listening\n':
            raise RuntimeError(f'monitor: {said}')

    def end(self, kill=False):
        """End it well, or at once."""
        if kill:
            self.process.kill()
        else:
            self.process.terminate()
        self.process.communicate()
        return self.process.returncode


def events(*options):
    """The records that "pydetectctl events" lists, and what it says."""
    done = run('pydetectctl', 'events', '--json', *options)
    if done.returncode:
        raise RuntimeError(f'events {options}: {done.stderr}')
    return [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def numbers(records):
    """Numbers of events; of a gap the first one and how many."""
    return [record['event']['sequence'] if 'sequence' in record['event'] else
            tuple(record['pydetect']['lost'].values()) for record in records]


def stored():
    """What is in the store, the oldest first."""
    return numbers(events('--store', STORE, '--oldest-first')[0])


def wait_for(last):
    """Until that event is in the store."""
    end = time.monotonic() + 30 * SLOWNESS
    while time.monotonic() < end:
        found, _ = events('--store', STORE, '--limit', '1')
        if found and numbers(found)[0] >= last:
            return
        time.sleep(0.1)
    raise RuntimeError(f'event {last} never came into the store')


def check_store():
    """Killed or ended, the next monitor goes on."""
    storm(20)
    monitor = Background('--store', STORE)
    wait_for(next_number() - 1)
    equal('a new store begins with the first there is', stored(),
          list(range(1, next_number())))
    equal('only its owner may read it', os.stat(STORE).st_mode & 0o777, 0o600)
    storm(20)
    monitor.end(kill=True)
    storm(20)
    monitor = Background('--store', STORE)
    wait_for(next_number() - 1)
    second = run('pydetectctl', 'monitor', '--store', STORE)
    check('there is one writer', second.returncode == 1 and
          'another pydetectctl' in second.stderr, second.stderr)
    equal('it ends well', monitor.end(), 0)
    storm(5)
    monitor = Background('--store', STORE, '--keep', '1h', '--keep-size', '1M')
    wait_for(next_number() - 1)
    monitor.end()
    equal('after a kill and an end nothing is missing, or there twice',
          stored(), list(range(1, next_number())))
    equal('a store alone prints nothing', os.path.getsize(OUTPUT), 0)


def check_ring():
    """Where there is no store, the module is asked."""
    wanted = list(range(1, next_number()))
    found, said = events('--oldest-first')
    equal('the module has the same', numbers(found), wanted)
    check('it says where from', 'from the module' in said, said)
    stored_events, _ = events('--store', STORE, '--oldest-first')
    for record in found + stored_events:
        del record['event']['created']
    check('they are the same to the byte', found == stored_events,
          'they differ')
    equal('the newest first', numbers(events('--limit', '3')[0]),
          wanted[:-4:-1])
    equal('since tomorrow', events('--since', '2100-01-01')[0], [])
    done = run('pydetectctl', 'events', '--no-fold')
    equal('a table', len(done.stdout.splitlines()), 1 + min(len(wanted), 100))
    rows = run('pydetectctl', 'events').stdout.splitlines()[1:]
    more = [int(row.split()[1]) for row in rows if row.startswith('    and ')]
    check('a table is folded', more, rows)
    equal('a table counts what it folds', len(rows) - len(more) + sum(more),
          min(len(wanted), 100))


def check_state():
    """Lines of JSON go on where they stopped, too."""
    monitor = Background('--json', '--state', STATE)
    storm(20)
    time.sleep(0.5 * SLOWNESS)
    monitor.end()
    storm(20)
    monitor = Background('--json', '--state', STATE)
    time.sleep(0.5 * SLOWNESS)
    monitor.end()
    with open(OUTPUT, encoding='utf-8') as output:
        found = [json.loads(line)['event']['sequence'] for line in output]
    equal('with a state nothing is missing, or there twice', found,
          list(range(1, next_number())))
    with open(STATE, 'w', encoding='utf-8') as state:
        state.write('nonsense\n')
    done = run('pydetectctl', 'monitor', '--json', '--state', STATE)
    check('a state that is none is refused', done.returncode == 1 and
          'remove it' in done.stderr, done.stderr)


def check_reload():
    """A module that is loaded again counts from 1; nothing is mixed up."""
    if not os.path.exists(MODULE):
        skip('loaded again', 'the module is built in')
        return
    before = stored()
    run('rmmod', 'pydetect')
    run('insmod', MODULE)
    forget_channel()
    load('storm.yml')
    storm(2)
    monitor = Background('--store', STORE)
    until = next_number()
    end = time.monotonic() + 30 * SLOWNESS
    while len(stored()) < len(before) + until - 1 and time.monotonic() < end:
        time.sleep(0.1)
    monitor.end()
    equal('a module loaded again', stored(), before + list(range(1, until)))


def main():
    """With one rule that matches every start."""
    load('storm.yml')
    check_store()
    check_ring()
    check_state()
    check_reload()
    finish()


main()
