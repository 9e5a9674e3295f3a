# SPDX-License-Identifier: GPL-2.0-only
"""The rules that deny, tried on real starts: attacks fail, harmless ones start.

Every start gets a program at the path of its interpreter below a root directory
of its own, and is made with its arguments and environment. What the kernel does
has to be what scan says of it, whatever that is; and of every family of attacks
nearly all have to be denied.
"""

import collections
import json
import os

from kit import SHOW, Monitor, check, ctl, equal, finish, load_path, mode, run

STARTS = '/test/starts.ndjson'
BLOCK = '/test/shipped/block'
ROOT = '/root/oneliners'
PROGRAM = '/program'
SHARE = 0.9
FAILED = 125
DENIED = 126


def put(path):
    """The program under a name."""
    path = ROOT + path
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if not os.path.lexists(path):
        os.link(ROOT + PROGRAM, path)


def invoked(start):
    """The path that is started: a link to the file where it is another one."""
    path = start.get('Invoked', start['Image'])
    if not path.startswith('/'):
        path = '/usr/bin/' + path
    if path != start['Image'] and not os.path.lexists(ROOT + path):
        os.makedirs(os.path.dirname(ROOT + path), exist_ok=True)
        os.symlink(start['Image'], ROOT + path)
    return path


def environment(start):
    """As execve() wants it."""
    return dict(text.partition('=')[::2] for text in start.get('Env', []))


def outcome(start):
    """What becomes of the start, made below the root."""
    put(start['Image'])
    path = invoked(start)
    child = os.fork()
    if not child:
        status = FAILED
        try:
            os.chroot(ROOT)
            os.chdir('/')
            os.execve(path, start['argv'], environment(start))
        except PermissionError:
            status = DENIED
        finally:
            os._exit(status)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return {0: 'started', DENIED: 'denied'}.get(status, status)


def said(path):
    """What scan says of all of them, by id."""
    lines = ctl('scan', '--rules', BLOCK, '--all', '--json', path)
    verdicts = map(json.loads, lines.splitlines())
    return {line['id']: 'denied' if line['verdict'] == 'deny' else 'started'
            for line in verdicts}


def family(start):
    """attack-reverse-001-formatted -> attack-reverse"""
    return '-'.join(start['id'].split('-')[:2])


def check_families(starts, outcomes):
    """Nearly all attacks of each family were denied, nothing harmless was."""
    denied = collections.Counter(family(start) for start in starts
                                 if outcomes[start['id']] == 'denied')
    total = collections.Counter(map(family, starts))
    for name in sorted(total):
        if name.startswith('benign'):
            equal(f'{name}: {total[name]} starts', denied[name], 0)
        else:
            check(f'{name}: {denied[name]} of {total[name]} denied',
                  denied[name] >= SHARE * total[name], 'too few')


def check_mounted(start):
    """A file that is mounted by itself goes by the name of its place."""
    path = '/mounted/python3'
    os.makedirs(ROOT + os.path.dirname(path))
    with open(ROOT + path, 'wb'):
        pass
    run('mount', '--bind', SHOW, ROOT + path)
    equal('a file mounted by itself', outcome(
        {**start, 'Image': path, 'Invoked': path}), 'denied')
    run('umount', ROOT + path)


def main():
    """All of them, in mode block; the events of the denials are told."""
    with open(STARTS, encoding='utf-8') as stream:
        starts = [json.loads(line) for line in stream]
    os.makedirs(ROOT)
    with open(SHOW, 'rb') as source, \
            open(ROOT + PROGRAM, 'wb') as copy:
        copy.write(source.read())
    os.chmod(ROOT + PROGRAM, 0o755)
    wanted = said(STARTS)
    load_path(BLOCK)
    monitor = Monitor()
    mode('block')
    outcomes = {start['id']: outcome(start) for start in starts}
    check_mounted(starts[0])
    mode('report')
    wrong = {name: got for name, got in outcomes.items()
             if got != wanted[name]}
    equal(f'{len(starts)} starts: the kernel does what scan says', wrong, {})
    equal('every denial is an event',
          sum(event.verdict == 'deny' for event in monitor.events()),
          1 + sum(got == 'denied' for got in outcomes.values()))
    check_families(starts, outcomes)
    monitor.stop()
    finish()


main()
