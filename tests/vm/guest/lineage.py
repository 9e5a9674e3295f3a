# SPDX-License-Identifier: GPL-2.0-only
"""Where a program start comes from, however that is hidden.

The scenario is itself a Python that ran before the policy was loaded: what
descends from nothing nearer descends from it.
"""

import json
import mmap
import os
import shutil
import struct
import subprocess
import time

from kit import (PROGRAMS, RULES, SHOW, SLOWNESS, WAYS, Monitor, check, ctl,
                 equal, finish, forget_channel, load_path, rule_ids, run, skip)

MARK = 'lineage-mark'
HOME = '/root/lineage/'
TRACKED = HOME + 'tracked'
PLAIN = HOME + 'plain'
POLICY = '/tmp/lineage.yml'
PYTHON = os.path.realpath('/usr/bin/python3')
LOADER = os.path.realpath('/lib64/ld-linux-x86-64.so.2')
MODULE = '/pydetect.ko'

(ANY, BY_TRACKED, BY_PYTHON_ID, PYTHON_ID, VARIABLES, PYTHON_PATH,
 BY_PYTHON) = rule_ids('lineage.yml')
# What holds of whatever the scenario starts by something that nobody asks for.
OURS = [ANY, BY_PYTHON_ID, BY_PYTHON]

# A Python that starts what it is given.
STARTS = 'import subprocess, sys; subprocess.run(sys.argv[1:], check=True)'
REPLACES = 'import os, sys; os.execv(sys.argv[1], sys.argv[1:])'

monitor = None


def build_id(path):
    """The GNU build id of a 64-bit file, in hexadecimal digits."""
    with open(path, 'rb') as stream:
        data = stream.read()
    start, = struct.unpack_from('<Q', data, 32)
    size, count = struct.unpack_from('<HH', data, 54)
    for i in range(count):
        kind, _, offset, _, _, length = struct.unpack_from(
            '<IIQQQQ', data, start + i * size)
        align = 8 if data[start + i * size + 48] == 8 else 4
        at = offset
        while kind == 4 and at + 12 <= offset + length:
            name, content, what = struct.unpack_from('<III', data, at)
            body = offset + -(-(at + 12 + name - offset) // align) * align
            if what == 3 and data[at + 12:at + 16] == b'GNU\0':
                return data[body:body + content].hex()
            at = offset + -(-(body + content - offset) // align) * align
    return None


def make_files():
    """All that is started below."""
    os.makedirs(HOME + 'broken')
    for name in ('tracked', 'plain'):
        shutil.copy(PROGRAMS + 'lineage', HOME + name)
    with open(HOME + 'broken/tracked', 'wb') as stream:
        stream.write(b'\x7fELF' + bytes(200))
    os.chmod(HOME + 'broken/tracked', 0o755)
    with open(HOME + 'tracked.sh', 'w', encoding='utf-8') as stream:
        stream.write('#!/bin/sh\n"$@"\nexit $?\n')
    os.chmod(HOME + 'tracked.sh', 0o755)
    os.symlink(PYTHON, HOME + 'symlink')
    os.link(PYTHON, HOME + 'hardlink')
    shutil.copy(PYTHON, HOME + 'copy')
    with open(RULES + 'lineage.yml', encoding='utf-8') as stream:
        text = stream.read()
    with open(POLICY, 'w', encoding='utf-8') as stream:
        stream.write(text.replace('BUILD_ID_OF_PYTHON', build_id(PYTHON)))


def start(*argv, **options):
    """Start a program; its process id, and the events that followed."""
    with subprocess.Popen(argv, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, text=True,
                          **options) as process:
        said = process.communicate()[1]
    if process.returncode:
        check(' '.join(argv[:2]), False,
              f'status {process.returncode}: {said}')
    return process.pid, monitor.events()


def shown(events):
    """The event of the program that tests start; there is one."""
    found = [event for event in events if event.image == SHOW]
    if len(found) != 1:
        raise RuntimeError(f'{len(found)} events of {SHOW}')
    return found[0]


def lineage(event):
    """Whom an event says that the start descends from."""
    own = event.record['pydetect'].get('lineage', {})
    return (own.get('pid'), own.get('executable'), own.get('command_line'),
            own.get('unverified', False))


def is_verified(event):
    """Does the event know the parent from the parent's own start?"""
    return 'unverified' not in event.record['pydetect']['parent']


def status():
    """What pydetectctl says of the processes that are followed."""
    return json.loads(ctl('status', '--json'))['lineage']


OURSELVES = (os.getpid(), PYTHON, None, True)


def check_way(how, verified):
    """One way to start a program; the parent may be known from its start."""
    pid, events = start(TRACKED, how, SHOW, MARK)
    event = shown(events)
    command = f'{TRACKED} {how} {SHOW} {MARK}'
    equal(f'{how}: what holds', event.rules, [ANY, BY_TRACKED])
    equal(f'{how}: the lineage', lineage(event),
          (pid, TRACKED, command, False))
    equal(f'{how}: the parent is verified', is_verified(event), verified)
    if verified:
        equal(f'{how}: the parent', (event.parent_image, event.parent_command),
              (TRACKED, command))
    return event


def check_ways():
    """No way to start a program hides where it comes from."""
    for how in ('fork', 'vfork', 'spawn', 'session', 'renamed', 'thread',
                'copy'):
        event = check_way(how, True)
        equal(f'{how}: the directory of the parent',
              event.record['process']['parent'].get('working_directory'),
              os.getcwd())
    event = check_way('exec', False)
    equal('exec: is its own ancestor', lineage(event)[0], event.pid)
    equal('orphan: is a child of init', check_way('orphan', False).parent_pid,
          1)
    equal('shell: is a child of the shell',
          os.path.basename(check_way('shell', False).parent_image),
          os.path.basename(os.path.realpath('/bin/sh')))


def check_failing():
    """An exec that fails changes nothing."""
    event = shown(start(PLAIN, 'failing', SHOW, MARK)[1])
    equal('failing: what holds', event.rules, OURS)
    equal('failing: the lineage', lineage(event), OURSELVES)
    pid, events = start(TRACKED, 'failing', SHOW, MARK)
    equal('failing: stays what it was', lineage(shown(events))[:2],
          (pid, TRACKED))


def without_ours(events):
    """Rules but for those that hold of all that we start."""
    return [[rule for rule in event.rules
             if rule not in (BY_PYTHON, BY_PYTHON_ID)] for event in events]


def check_names():
    """Names of Python, and of its file."""
    for name, argv, image, by_path in (
            ('symbolic link', [HOME + 'symlink'], PYTHON, True),
            ('hard link', [HOME + 'hardlink'], HOME + 'hardlink', False),
            ('copy', [HOME + 'copy'], HOME + 'copy', False),
            ('loader', [LOADER, PYTHON], LOADER, True)):
        for code, how in ((STARTS, 'starts'), (REPLACES, 'replaces itself')):
            pid, events = start(*argv, '-c', code, SHOW, MARK)
            event = shown(events)
            equal(f'{name} {how}: what holds', event.rules,
                  [ANY, BY_PYTHON_ID] + [BY_PYTHON] * by_path)
            equal(f'{name} {how}: the lineage', lineage(event)[:2],
                  (pid, image))
            equal(f'{name} {how}: Python itself',
                  without_ours([found for found in events
                                if found is not event]),
                  [[ANY, PYTHON_ID] + [PYTHON_PATH] * by_path])
    pid, events = start(WAYS, 'fd', PYTHON, 'zero', '-c', STARTS, SHOW, MARK)
    equal('descriptor: the lineage', lineage(shown(events))[:2], (pid, PYTHON))
    equal('descriptor: what holds', shown(events).rules, OURS)


def check_loader():
    """The program behind the dynamic loader, whatever stands before it."""
    for name, options in (
            ('plain', ['/usr/bin/python3']),
            ('with options', ['--inhibit-cache', '--argv0', 'zero',
                              '--library-path', '/usr/bin', PYTHON]),
            ('by a symbolic link', [HOME + 'symlink'])):
        events = start(LOADER, *options, '-c', 'pass', MARK)[1]
        equal(f'loader {name}', without_ours(events),
              [[ANY, PYTHON_ID, PYTHON_PATH]])
    # Not every loader takes these.
    run(LOADER, '--', PYTHON, '-c', 'pass', MARK)
    equal('loader with an end of options', without_ours(monitor.events()),
          [[ANY, PYTHON_ID, PYTHON_PATH]])
    run(LOADER, '--library-path', '/usr/bin', 'python3', '-c', 'pass', MARK)
    equal('loader with a mere name', without_ours(monitor.events()),
          [[ANY, PYTHON_PATH]])
    events = start(LOADER, '--argv0', PYTHON, '/usr/bin/env', 'true', MARK)[1]
    equal('loader: a value is no program', without_ours(events)[:1], [[ANY]])


def rules_of_loader(path):
    """What is found when a user has a file loaded."""
    run(PROGRAMS + 'as', '1000', '-', LOADER, path, '-c', 'pass', MARK)
    return without_ours([event for event in monitor.events()
                         if event.image == LOADER])


def check_unreadable():
    """Nobody has a file read that he may not read himself."""
    path = '/tmp/hidden'
    shutil.copy(PYTHON, path)
    os.chmod(path, 0o644)
    equal('loader: a file that the user may read', rules_of_loader(path),
          [[ANY, PYTHON_ID]])
    os.chmod(path, 0o600)
    equal('loader: a file that the user may not read', rules_of_loader(path),
          [[ANY]])
    equal('loader: a file of the kernel', rules_of_loader('/proc/self/environ'),
          [[ANY]])
    os.unlink(path)


def check_scripts():
    """A script can be asked for as well, and the nearest one counts."""
    pid, events = start(HOME + 'tracked.sh', SHOW, MARK)
    event = shown(events)
    equal('script: the lineage', lineage(event)[:3],
          (pid, HOME + 'tracked.sh', f'{HOME}tracked.sh {SHOW} {MARK}'))
    equal('script: is not what the parent runs', is_verified(event), False)
    pid, events = start(TRACKED, 'fork', HOME + 'tracked.sh', SHOW, MARK)
    event = shown(events)
    equal('nearest: the lineage', lineage(event)[:2],
          (event.parent_pid, HOME + 'tracked.sh'))


def check_environment():
    """Each variable by itself."""
    for name, env, wanted in (
            ('both', {'SECRET_MODULE': 'x', 'PLAIN': '1'}, [VARIABLES]),
            ('one', {'SECRET_MODULE': 'x'}, []),
            ('not at the beginning', {'A': 'SECRET_MODULE=', 'PLAIN': '1'}, []),
            ('longer', {'SECRET_MODULE': 'x', 'PLAIN': '11'}, []),
            ('none', {}, []),
            ('behind much else', {**{f'V{i}': 'x' * 1000 for i in range(90)},
                                  'SECRET_MODULE': 'x', 'PLAIN': '1'},
             [VARIABLES])):
        events = start(SHOW, MARK, env=env)[1]
        equal(f'environment, {name}', without_ours(events), [[ANY] + wanted])


def has_python_id(path):
    """Does a start of a file have the build id of Python?"""
    run(path, '-V', MARK)
    event, = [event for event in monitor.events() if event.image == path]
    return PYTHON_ID in event.rules


def check_rewritten():
    """The build id is that of what is in the file now."""
    disk, path = HOME + 'disk/', HOME + 'disk/program'
    os.makedirs(disk)
    if run('mount', '-o', 'loop', '/disk.img', disk).returncode:
        skip('a file on a disk', 'it cannot be mounted')
        return
    with open(PYTHON, 'rb') as stream:
        python = stream.read()
    with open(WAYS, 'rb') as stream:
        other = stream.read().ljust(len(python), b'\0')
    with open(path, 'wb') as stream:
        stream.write(python)
    os.chmod(path, 0o755)
    # What is older than three seconds may be remembered.
    time.sleep(4)
    for number in ('first', 'second', 'third'):
        equal(f'a file on a disk, {number} time', has_python_id(path), True)
    for name, content in (('another program', other), ('Python', python),
                          ('another program again', other)):
        with open(path, 'r+b') as stream:
            with mmap.mmap(stream.fileno(), len(python)) as memory:
                memory[:] = content
        equal(f'a file on a disk, {name} stored to its pages',
              has_python_id(path), content is python)
        time.sleep(4)
        for number in ('once', 'twice'):
            equal(f'a file on a disk, {name}, {number} more',
                  has_python_id(path), content is python)
    run('umount', disk)


def check_reuse():
    """A process id that is used again says nothing."""
    last = '/proc/sys/kernel/ns_last_pid'
    if not os.path.exists(last):
        skip('process id used again', f'no {last}')
        return
    for _ in range(20):
        pid = start(TRACKED, 'fork', SHOW)[0]
        with open(last, 'w', encoding='utf-8') as stream:
            stream.write(str(pid - 1))
        again, events = start(WAYS, 'fork', SHOW, MARK)
        if again == pid:
            event = shown([event for event in events if event.image == SHOW])
            equal('process id used again: the parent', event.parent_pid, pid)
            equal('process id used again: the lineage', lineage(event),
                  OURSELVES)
            return
    check('process id used again', False, 'it never was')


def begin_resident(*argv):
    """A program that runs before the policy is loaded, and then starts one."""
    return subprocess.Popen([*argv, '/bin/sh', '-c',
                             f'read x; {SHOW} {MARK}; exit $?'],
                            stdin=subprocess.PIPE)


def check_residents(residents):
    """What ran before the policy was loaded is followed as well."""
    for name, resident, image in residents:
        resident.communicate(b'\n')
        event = shown(monitor.events())
        equal(f'{name} that ran before: the lineage', lineage(event),
              (resident.pid, image, None, True))


def check_end():
    """Nobody is followed longer than there is reason to."""
    before = status()
    for _ in range(20):
        start(TRACKED, 'orphan', SHOW, MARK)
    end = time.monotonic() + 10 * SLOWNESS
    while status()['followed'] > before['followed']:
        if time.monotonic() > end:
            break
        time.sleep(0.05)
    equal('entries go with their processes', status()['followed'],
          before['followed'])
    equal('nobody was lost', status()['lost'], 0)


def check_cap():
    """More processes than there is room for."""
    if not os.path.exists(MODULE):
        skip('no room', 'pydetect is built into this kernel')
        return
    run('rmmod', 'pydetect')
    run('insmod', MODULE, 'lineages_max=60')
    forget_channel()
    load_path(POLICY)
    equal('the limit', status()['max'], 60)
    run(TRACKED, 'many', SHOW, '100')
    check('no room: counted', status()['lost'] > 0, str(status()))
    check('no room: no more than that', status()['followed'] <= 60,
          str(status()))
    done = Monitor()
    run(TRACKED, 'fork', SHOW, MARK)
    equal('room again', [lineage(event)[1] for event in done.events()
                         if event.image == SHOW], [TRACKED])
    done.stop()


def main():
    """Everything, with one reader."""
    global monitor
    make_files()
    residents = [('a parent', begin_resident(TRACKED, 'fork'), TRACKED),
                 ('a grandparent', begin_resident(TRACKED, 'copy'), TRACKED)]
    time.sleep(0.5 * SLOWNESS)
    load_path(POLICY)
    monitor = Monitor()
    check_residents(residents)
    check_ways()
    check_failing()
    check_names()
    check_loader()
    check_unreadable()
    check_scripts()
    check_environment()
    check_rewritten()
    check_reuse()
    check_end()
    monitor.stop()
    check_cap()
    finish()


main()
