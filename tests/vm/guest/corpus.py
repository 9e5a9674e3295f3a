# SPDX-License-Identifier: GPL-2.0-only
"""Recorded events made real: what the kernel says of them, and what scan says.

Every event gets a program at its path, a parent with its path and arguments, its
arguments and its directory, all below a root directory of their own. Rules and
events come from the Sigma corpus, if the host has it.
"""

import json
import os

from kit import (PROGRAMS, Monitor, check, ctl, equal, finish, load_path, mode,
                 skip)

CORPUS = '/test/corpus/'
ROOT = '/root/corpus'
STARTER = PROGRAMS + 'starter'
NOBODY_ASKS = '/starter'
WANTED = 600
FAILED = 125


def is_path(text):
    """Can there be a file of that name?"""
    return (text.startswith('/') and not text.endswith('/') and
            os.path.normpath(text) == text and
            all(len(part) < 200 for part in text.split('/')))


def can_be_real(event):
    """Is there everything that a process needs, and nothing it cannot have?"""
    return ('\0' not in json.dumps(event) and is_path(event.get('Image', '')) and
            is_path(event.get('ParentImage', NOBODY_ASKS)) and
            is_path(event.get('CurrentDirectory', '/x')) and
            event.get('User', 'root') == 'root' and 'LogonId' not in event and
            'CommandLine' in event and
            # Python gives no program an empty first argument.
            not event.get('ParentCommandLine', 'x').startswith(' '))


def put_program(path):
    """The program under a name; False if the name is in the way of others."""
    path = ROOT + path
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if not os.path.lexists(path):
            os.link(ROOT + NOBODY_ASKS, path)
    except OSError:
        return False
    return not os.path.isdir(path)


class Case:
    """One event, as it is made real."""

    def __init__(self, event):
        self.image = event['Image']
        self.argv = event['CommandLine'].split(' ')
        self.parent = event.get('ParentImage', NOBODY_ASKS)
        self.parent_argv = event.get('ParentCommandLine', 'starter').split(' ')
        self.cwd = event.get('CurrentDirectory', '/tmp')
        self.pid = None

    def prepare(self):
        """The files; False if they cannot be."""
        try:
            os.makedirs(ROOT + self.cwd, exist_ok=True)
        except OSError:
            return False
        return put_program(self.image) and put_program(self.parent)

    def record(self, number):
        """What the tool is told."""
        return json.dumps({
            'id': number, 'Image': self.image, 'Invoked': self.image,
            'argv': self.argv, 'ParentImage': self.parent,
            'ParentCommandLine': ' '.join(self.parent_argv),
            'CurrentDirectory': self.cwd, 'User': 'root',
        })

    def start(self):
        """The process, below the root; its exit status."""
        order, to_parent = os.pipe()
        from_parent, answer = os.pipe()
        child = os.fork()
        if not child:
            try:
                self.become(order, answer)
            finally:
                os._exit(FAILED)
        os.close(order)
        os.close(answer)
        with os.fdopen(to_parent, 'wb') as stream:
            stream.write(b''.join(text.encode() + b'\0'
                                  for text in [self.image, *self.argv]))
        with os.fdopen(from_parent, encoding='ascii') as stream:
            self.pid = int(stream.read() or 0)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    def become(self, order, answer):
        """The parent: never returns."""
        os.chroot(ROOT)
        os.chdir(self.cwd)
        os.dup2(order, 63)
        os.dup2(answer, 62)
        os.dup2(63, 3)
        os.dup2(62, 4)
        os.closerange(5, 64)
        # The program's name need not be its first argument.
        os.execve(self.parent, self.parent_argv, {})


def read_lines(name):
    """The objects of a file."""
    with open(CORPUS + name, encoding='utf-8') as stream:
        return [json.loads(line) for line in stream]


def choose():
    """Events that can be real: every rule's first hit, and some of all others."""
    hits = {line['id']: line['hits'] for line in read_lines('verdicts.ndjson')}
    events = list(filter(can_be_real, read_lines('events.ndjson')))
    step = len(events) // WANTED
    seen = set()
    chosen = []
    for place, event in enumerate(events):
        if place % step == 0 or not seen.issuperset(hits[event['id']]):
            chosen.append(event)
            seen.update(hits[event['id']])
    return [case for case in map(Case, chosen) if case.prepare()]


def scan(cases):
    """What the tool says to all of them, by number."""
    path = '/tmp/corpus.ndjson'
    with open(path, 'w', encoding='utf-8') as stream:
        for number, case in enumerate(cases):
            stream.write(case.record(number) + '\n')
    lines = ctl('scan', '--rules', CORPUS + 'rules', '--all', '--json',
                path).splitlines()
    return {answer['id']: answer['rules'] for answer in map(json.loads, lines)}


def main():
    """All of it, in mode report."""
    if not os.path.isdir(CORPUS + 'rules'):
        skip('the corpus', 'the host has none')
        finish()
        return
    os.makedirs(ROOT)
    with open(STARTER, 'rb') as source, open(ROOT + NOBODY_ASKS, 'wb') as copy:
        copy.write(source.read())
    os.chmod(ROOT + NOBODY_ASKS, 0o755)
    cases = choose()
    load_path(CORPUS + 'rules')
    mode('report')
    monitor = Monitor()
    codes = [case.start() for case in cases]
    events = {event.pid: event.rules for event in monitor.events()}
    monitor.stop()
    told = scan(cases)
    check('there are enough cases', len(cases) >= 500, f'{len(cases)}')
    equal('every program starts', [code for code in codes if code], [])
    different = [(case.record(number), events.get(case.pid, []), told[number])
                 for number, case in enumerate(cases)
                 if sorted(events.get(case.pid, [])) != sorted(told[number])]
    equal('kernel and scan agree', different[:5], [])
    matched = {rule for rules in told.values() for rule in rules}
    check('the rules make a difference', len(matched) >= 90,
          f'{len(matched)} of them matched')
    finish()


main()
