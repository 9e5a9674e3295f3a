# SPDX-License-Identifier: GPL-2.0-only
"""What a program start looks like to rules, for every way to start one."""

import os
import shutil
import subprocess

from kit import (PROGRAMS, SHOW, WAYS, Monitor, check, equal, finish, load,
                 load_path, run)

MARK = 'way-mark'
HOME = '/root/ways/'
PYTHON = os.path.realpath('/usr/bin/python3')
LOADER = os.path.realpath('/lib64/ld-linux-x86-64.so.2')

monitor = None


def start(*argv, **options):
    """Start a program; the process id, and the events, but for WAYS itself."""
    with subprocess.Popen(argv, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, text=True,
                          **options) as process:
        said = process.communicate()[1]
    events = [event for event in monitor.events() if event.image != WAYS]
    if process.returncode:
        check(argv[1], False, f'status {process.returncode}: {said}')
    return process.pid, events


def seen(event):
    """What rules see of the file and the arguments."""
    return event.image, event.invoked, event.args, event.passes, event.deleted


def one(image, invoked, args, passes=1, deleted=False):
    """The same as it has to be; the command line follows from args."""
    return image, invoked, args, passes, deleted


def expect(name, argv, *wanted, **options):
    """Start a program, and check all of its passes. Returns the last."""
    pid, events = start(*argv, **options)
    equal(name, [seen(event) for event in events], list(wanted))
    equal(f'{name}: the process', {event.pid for event in events}, {pid})
    equal(f'{name}: the command line', [event.command for event in events],
          [' '.join(args) for _, _, args, _, _ in wanted])
    equal(f'{name}: the last component', [event.name for event in events],
          [image.rsplit('/', 1)[-1] for image, *_ in wanted])
    equal(f'{name}: the working directory',
          {event.directory for event in events}, {options.get('cwd', HOME)[:-1]})
    return events[-1] if events else None


def way(name, program, image, invoked, deleted=False, **options):
    """The same, for a way of the helper that starts in place."""
    return expect(name, [WAYS, name, program, 'zero', MARK],
                  one(image, invoked, ['zero', MARK], deleted=deleted),
                  cwd=HOME, **options)


def way_of_child(name):
    """The same, for a way that makes a process of its own."""
    pid, events = start(WAYS, name, SHOW, 'zero', MARK, cwd=HOME)
    equal(name, [seen(event) for event in events],
          [one(SHOW, SHOW, ['zero', MARK])])
    equal(f'{name}: the parent',
          [(event.parent_pid, event.parent_image, event.parent_command)
           for event in events],
          [(pid, WAYS, f'{WAYS} {name} {SHOW} zero {MARK}')])


def write_script(name, text):
    """An executable text file."""
    with open(HOME + name, 'w', encoding='utf-8') as stream:
        stream.write(text)
    os.chmod(HOME + name, 0o755)


def make_files():
    """Everything that is started below."""
    os.makedirs(HOME + 'jail')
    write_script('env-script', '#!/usr/bin/env python3\n')
    write_script('script', f'#!{SHOW} -x  two words\n')
    write_script('outer', f'#!{HOME}script\n')
    os.symlink('/usr/bin/python3', HOME + 'symlink')
    os.link(PYTHON, HOME + 'hardlink')
    shutil.copy(PYTHON, HOME + 'copy')
    os.symlink(HOME + 'copy', HOME + 'python3')
    shutil.copy(SHOW, HOME + 'gone')
    shutil.copy(SHOW, HOME + 'jail/show')


def check_scripts():
    """Every pass of a script is judged, and sees the arguments of that pass."""
    path = HOME + 'env-script'
    expect('env script', ['./env-script', MARK],
           one(path, './env-script', ['./env-script', MARK]),
           one('/usr/bin/env', '/usr/bin/env',
               ['/usr/bin/env', 'python3', './env-script', MARK], passes=2),
           one(PYTHON, '/usr/bin/python3', ['python3', './env-script', MARK]),
           cwd=HOME)
    path = HOME + 'script'
    expect('script', [path, MARK],
           one(path, path, [path, MARK]),
           one(SHOW, SHOW, [SHOW, '-x  two words', path, MARK], passes=2),
           cwd=HOME)
    outer = HOME + 'outer'
    expect('script run by a script', [outer, MARK],
           one(outer, outer, [outer, MARK]),
           one(path, path, [path, outer, MARK], passes=2),
           one(SHOW, SHOW, [SHOW, '-x  two words', path, outer, MARK],
               passes=2),
           cwd=HOME)


def check_names():
    """A link is resolved, another name of the same file is not."""
    for name, image in (('symlink', PYTHON), ('hardlink', HOME + 'hardlink'),
                        ('copy', HOME + 'copy'), ('python3', HOME + 'copy')):
        argv = [HOME + name, '-V', MARK]
        expect(name, argv, one(image, HOME + name, argv), cwd=HOME)
    expect('relative path', ['./show', MARK],
           one(SHOW, './show', ['./show', MARK]), cwd=PROGRAMS)
    expect('search in PATH', ['show', MARK],
           one(SHOW, SHOW, ['show', MARK]),
           cwd=HOME, env={'PATH': f'/nonexistent:{PROGRAMS[:-1]}'})
    argv = [LOADER, '/usr/bin/python3', '-V', MARK]
    expect('dynamic loader', argv, one(LOADER, LOADER, argv), cwd=HOME)


def check_calls():
    """All the calls that start a program pass through the hook."""
    way('exec', SHOW, SHOW, SHOW)
    for name in ('fork', 'vfork', 'spawn'):
        way_of_child(name)
    way('fd', SHOW, SHOW, '/proc/self/fd/9')
    way('execveat', SHOW, SHOW, '/dev/fd/9')
    way('directory', SHOW, SHOW, '/dev/fd/9/show')
    way('memfd', SHOW, '/memfd:secret', '/dev/fd/9', deleted=True)
    way('deleted', HOME + 'gone', HOME + 'gone', '/dev/fd/9', deleted=True)


def check_thread():
    """A thread's exec is the process's; its leader goes on as the program."""
    event = way('thread', SHOW, SHOW, SHOW)
    check('thread: the thread is told', event and event.thread != event.pid,
          f'thread {event and event.thread}')


def check_chroot():
    """Paths are those that the process itself knows."""
    pid, events = start(WAYS, 'chroot', '/show', 'zero', MARK,
                        cwd=HOME + 'jail')
    equal('chroot', [(event.pid, *seen(event), event.directory)
                     for event in events],
          [(pid, *one('/show', '/show', ['zero', MARK]), '/')])


def check_32_bit():
    """The compatible system call, and a program of 32 bits."""
    program = PROGRAMS + 'show32'
    way('exec', program, program, program)
    program = PROGRAMS + 'ways32'
    pid, events = start(program, 'exec', SHOW, 'zero', MARK)
    equal('32-bit execve', [(event.pid, event.image, event.args)
                            for event in events],
          [(pid, program, [program, 'exec', SHOW, 'zero', MARK]),
           (pid, SHOW, ['zero', MARK])])


def check_no_argv():
    """The kernel makes an empty argv[0] of none at all."""
    way_events = start(WAYS, 'nothing', SHOW)[1]
    equal('no argv', [(event.args, event.arg_count, event.command,
                       event.length) for event in way_events],
          [([''], 1, '', 0)])


# What detection A makes of each: the resolved name and the invoked one count,
# and nothing else can. A program under a name of its own is out of its scope.
SHIPPED = (
    ('/usr/bin/python3', True),
    (PYTHON, True),
    (HOME + 'symlink', True),
    (HOME + 'python3', True),
    (HOME + 'hardlink', False),
    (HOME + 'copy', False),
)


def check_shipped_rule():
    """Which names of Python the shipped rule is about."""
    load_path('/test/shipped')
    for program, wanted in SHIPPED:
        done = run(program, '-V', 'import os')
        equal(f'detection A, {program}',
              (done.returncode, len(monitor.events())), (0, int(wanted)))
    for name, wanted in (('fd', 1), ('execveat', 1), ('memfd', 0)):
        done = run(WAYS, name, '/usr/bin/python3', 'python3', '-V', 'import os')
        equal(f'detection A, {name}',
              (done.returncode, len(monitor.events())), (0, wanted))
    run(HOME + 'env-script', 'import os')
    equal('detection A, env script',
          [(event.image, event.passes) for event in monitor.events()],
          [(PYTHON, 1)])


def main():
    """Everything, with one reader."""
    global monitor
    make_files()
    load('ways.yml')
    monitor = Monitor()
    check_scripts()
    check_names()
    check_calls()
    check_thread()
    check_chroot()
    check_32_bit()
    check_no_argv()
    check_shipped_rule()
    monitor.stop()
    finish()


main()
