# SPDX-License-Identifier: GPL-2.0-only
"""Mode block ends when it has to, and does not lock an administrator out."""

import concurrent.futures
import json
import os
import shutil
import signal
import subprocess
import time

import netlink
from kit import (PROGRAMS, RULES, SHOW, SLOWNESS, Monitor, channel, check, ctl,
                 equal, finish, forget_channel, load, mode, rule_ids, run,
                 skip)
from netlink import u32

MODULE = '/pydetect.ko'
BLOCKS, REPORTS, FEEDS, COUNTS = rule_ids('block.yml')
SHORT = SLOWNESS * 2


def start(mark='deny-mark', program=SHOW, **options):
    """Start a program; 0, or the name of what was in the way."""
    try:
        return run(program, mark, **options).returncode
    except PermissionError:
        return 'EPERM'


def status():
    """What the tool says of the module."""
    return json.loads(ctl('status', '--json'))


def about_mode():
    """Mode and why."""
    said = status()
    return said['mode'], said['mode_reason']


def wait_for_report():
    """Until mode block has ended; whether it did."""
    end = time.monotonic() + 20 * SLOWNESS
    while time.monotonic() < end:
        if channel().status()[netlink.STATUS_MODE] == netlink.MODE_REPORT:
            return True
        time.sleep(0.05)
    return False


def kernel_log():
    """The kernel's messages."""
    return run('dmesg').stdout


def check_unconfirmed():
    """Mode block that nobody confirms ends."""
    load('block.yml')
    said = run('pydetectctl', 'mode', 'block', '--confirm-within',
               f'{SHORT}s')
    equal('unconfirmed: set', (said.returncode, said.stdout), (0, 'block\n'))
    check('unconfirmed: it says what to do', 'pydetectctl confirm' in
          said.stderr, said.stderr)
    now = status()
    equal('unconfirmed: status', (now['mode'], now['unconfirmed'],
                                  now['mode_reason'],
                                  0 < now['confirm_seconds_left'] <= SHORT),
          ('block', True, 'command', True))
    check('unconfirmed: status, for people', 'unconfirmed: back to report in'
          in ctl('status'), ctl('status'))
    equal('unconfirmed: it denies', start(), 'EPERM')
    check('unconfirmed: it ends', wait_for_report(), 'it did not')
    equal('unconfirmed: why', about_mode(), ('report', 'unconfirmed'))
    equal('unconfirmed: nothing is denied', start(), 0)
    check('unconfirmed: the log says so', 'mode report, was block: it was not '
          'confirmed in time' in kernel_log(), kernel_log()[-300:])
    said = run('pydetectctl', 'confirm')
    equal('confirmed too late', (said.returncode, 'too late' in said.stderr),
          (1, True))


def check_confirmed():
    """What is confirmed stays."""
    ctl('mode', 'block', '--confirm-within', f'{SHORT}s')
    ctl('confirm')
    time.sleep(SHORT + 0.5)
    now = status()
    equal('confirmed: stays', (now['mode'], now['unconfirmed'], start()),
          ('block', False, 'EPERM'))
    equal('confirmed twice', run('pydetectctl', 'confirm').returncode, 1)
    ctl('mode', 'block', '--confirm-within', '1h')
    ctl('mode', 'block')
    equal('set again without a time', status()['unconfirmed'], False)
    mode('report')


def check_limited():
    """Mode block for a time ends with it, confirmed or not."""
    ctl('mode', 'block', '--for', f'{SHORT}s', '--confirm-within', '1m')
    ctl('confirm')
    equal('limited: it denies', start(), 'EPERM')
    equal('limited: status', 0 < status()['mode_seconds_left'] <= SHORT, True)
    check('limited: it ends', wait_for_report(), 'it did not')
    equal('limited: why', about_mode(), ('report', 'time-over'))


def check_killed():
    """The kernel keeps the clock, whatever becomes of who set it."""
    child = os.fork()
    if not child:
        netlink.Channel().do(
            netlink.MODE, (netlink.MODE_VALUE, u32(netlink.MODE_BLOCK)),
            (netlink.MODE_CONFIRM_WITHIN, u32(SHORT)))
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    equal('killed: it denies', start(), 'EPERM')
    check('killed: it ends', wait_for_report(), 'it did not')


def check_fallback():
    """So many are denied within a minute, and not one more."""
    ctl('mode', 'block', '--fallback-above', '7')
    before = channel().status()[netlink.STATUS_DENIED]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: start(), range(40)))
    equal('fallback: denied', results.count('EPERM'), 7)
    equal('fallback: started', results.count(0), 33)
    equal('fallback: counted',
          channel().status()[netlink.STATUS_DENIED] - before, 7)
    equal('fallback: why', about_mode(), ('report', 'too-many-denials'))
    said = ctl('status')
    check('fallback: status, for people',
          'too many starts were denied' in said and
          'above 7 denials a minute (now 7)' in said, said)
    mode('block')
    equal('fallback: set again it counts afresh',
          [start() for _ in range(8)], ['EPERM'] * 7 + [0])
    done = run(PROGRAMS + 'storm', '20', SHOW, 'deny-mark')
    check('fallback: and nothing is denied afterwards',
          done.stdout.endswith('failed 0\n'), done.stdout)
    ctl('mode', '--fallback-above', '0')
    mode('block')
    equal('fallback: taken back', [start() for _ in range(9)], ['EPERM'] * 9)
    mode('report')


def check_fallback_storm():
    """The same from all processors at once, without Python in between."""
    ctl('mode', 'block', '--fallback-above', '10')
    done = run(PROGRAMS + 'storm', '100', SHOW, 'deny-mark')
    check('fallback in a storm', done.stdout.endswith(' failed 10\n'),
          done.stdout)
    ctl('mode', '--fallback-above', '0')


def actions():
    """What each rule does, by its id."""
    return {rule['id']: (rule['action'], rule.get('file_action'))
            for rule in json.loads(ctl('rules', '--json'))}


def refused_rule(name, wanted, *argv):
    """The tool refuses, and nothing changes."""
    before = actions()
    said = run('pydetectctl', 'rules', 'set', *argv)
    equal(f'{name}: status', said.returncode, wanted[0])
    check(f'{name}: says why', wanted[1] in said.stderr, said.stderr)
    equal(f'{name}: nothing changed', actions(), before)


def check_rules():
    """A rule does what it was set to."""
    load('block.yml')
    mode('block')
    equal('rules: as their files say',
          [start(mark) for mark in ('deny-mark', 'report-mark', 'count-mark')],
          ['EPERM', 0, 0])
    ctl('rules', 'set', BLOCKS, 'report')
    ctl('rules', 'set', REPORTS, 'block')
    ctl('rules', 'set', COUNTS, 'block')
    monitor = Monitor()
    equal('rules: set the other way round',
          [start(mark) for mark in ('deny-mark', 'report-mark', 'count-mark')],
          [0, 'EPERM', 'EPERM'])
    equal('rules: events say so',
          [(event.verdict, rule['action'], rule.get('file_action'))
           for event in monitor.events()
           for rule in event.record['pydetect']['rules']],
          [('report', 'report', 'block'), ('deny', 'block', 'report'),
           ('deny', 'block', 'report')])
    monitor.stop()
    equal('rules: the list says so', actions(),
          {BLOCKS: ('report', 'block'), REPORTS: ('block', 'report'),
           FEEDS: ('report', None), COUNTS: ('block', 'report')})
    check('rules: the list, for people', 'block*' in ctl('rules'),
          ctl('rules'))
    equal('rules: status says so', status()['policy']['overrides'], 3)
    load('block.yml')
    equal('rules: after loading them again', (start(), start('report-mark')),
          (0, 'EPERM'))
    refused_rule('no such rule', (1, 'no rule or correlation with this id'),
                 'nonsense', 'block')
    refused_rule('no such action', (2, 'not report, block or default'),
                 BLOCKS, 'deny')
    refused_rule('too little', (2, 'say which rule'), BLOCKS)
    refused_rule('a rule that only feeds', (1, 'set the correlation'), FEEDS,
                 'block')
    ctl('rules', 'set', BLOCKS, 'default')
    equal('rules: taken back', (start(), start('report-mark')),
          ('EPERM', 'EPERM'))
    load('nothing.yml')
    equal('rules: gone with their ids', status()['policy']['overrides'], 0)
    load('block.yml')
    equal('rules: and not back with them', start('report-mark'), 0)
    mode('report')


def in_shell(shell, line):
    """Have a shell that is open run a line; the status of that."""
    shell.stdin.write(line + '; echo "status $?"\n')
    shell.stdin.flush()
    while not (said := shell.stdout.readline()).startswith('status'):
        pass
    return int(said.split()[1])


def check_everything():
    """A policy that denies everything can be undone from a shell."""
    shutil.copy('/usr/bin/pydetectctl', '/root/copy')
    shutil.copy('/usr/bin/pydetectctl', '/root/anyone')
    os.chmod('/root/anyone', 0o777)
    os.link('/usr/bin/pydetectctl', '/root/linked')
    ctl('load', RULES + 'everything.yml')
    with subprocess.Popen(['bash'], stdin=subprocess.PIPE, text=True,
                          stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT) as shell:
        said = run('pydetectctl', 'mode', 'block', '--for', '5m')
        equal('everything: no warning', said.stderr, '')
        for line, wanted in (
                (SHOW, 126), ('ls /', 126), ('/root/copy mode report', 126),
                ('LD_PRELOAD= /lib64/ld-linux-x86-64.so.2 '
                 '/usr/bin/pydetectctl mode report', 126),
                ('echo still here', 0), ('pydetectctl status', 0),
                ('/root/linked status', 0), ('ls /', 126),
                ('pydetectctl mode report', 0), (SHOW, 0)):
            equal(f'everything: {line}', in_shell(shell, line), wanted)
        shell.stdin.close()
        shell.wait()


def check_tool():
    """Only root's own file is exempt, and only for who may command."""
    mode('report')
    said = run('/root/anyone', 'mode', 'block')
    check('a tool that anyone can write is told', 'has to belong to root' in
          said.stderr, said.stderr)
    equal('and does not become it', start('status', '/root/anyone'), 'EPERM')
    equal('the one before stays it', ctl('mode'), 'block\n')
    child = os.fork()
    if not child:
        os.setgid(1000)
        os.setuid(1000)
        os._exit(start('status', '/usr/bin/pydetectctl') == 'EPERM')
    equal('nobody else may start it', os.waitstatus_to_exitcode(
        os.waitpid(child, 0)[1]), 1)
    ctl('load', RULES + 'everything.yml')
    monitor = Monitor()
    ctl('mode')
    told = [(event.image, event.verdict,
             event.record['pydetect'].get('exempt'))
            for event in monitor.events()]
    equal('the event tells', ('/usr/bin/pydetectctl', 'report', True) in told,
          True)
    mode('report')
    monitor.stop()


def insert(*parameters):
    """Load the module anew."""
    forget_channel()
    run('rmmod', 'pydetect')
    return run('insmod', MODULE, *parameters).returncode


def check_parameter():
    """What the module was loaded with wins."""
    if not os.path.exists(MODULE):
        skip('parameters', 'pydetect is built into this kernel')
        return
    for name in ('report', 'off'):
        equal(f'mode={name}', insert(f'mode={name}'), 0)
        load('everything.yml')
        said = run('pydetectctl', 'mode', 'block')
        equal(f'mode={name}: block is refused',
              (said.returncode, f'mode={name}' in said.stderr), (3, True))
        equal(f'mode={name}: nothing is denied', start(), 0)
        now = status()
        equal(f'mode={name}: status', (now['mode'], now['mode_max'],
                                       bool(now['execs']['judged'])),
              (name, name, name == 'report'))
    equal('mode=off: report is refused',
          run('pydetectctl', 'mode', 'report').returncode, 3)
    equal('twice: the lower one', insert('mode=off', 'mode=report'), 0)
    equal('twice: the lower one', status()['mode'], 'off')
    equal('mode=block is no limit', insert('mode=block') != 0, True)
    equal('on_error', insert('on_error=deny'), 0)
    equal('on_error', status()['on_error'], 'deny')
    load('block.yml')
    ctl('mode', 'block', '--for', '1s')
    equal('gone before its time', insert(), 0)
    time.sleep(1.5)
    equal('gone before its time', insert(), 0)
    equal('without', insert(), 0)
    equal('without', (status()['mode'], status()['mode_max'],
                      status()['on_error']), ('report', 'block', 'allow'))


def write(path, text):
    """Write a file of the kernel's."""
    with open(path, 'w', encoding='utf-8') as stream:
        stream.write(text)


def wait_for_event(monitor, wanted):
    """The first event that is as wanted."""
    end = time.monotonic() + 10 * SLOWNESS
    while time.monotonic() < end:
        for event in monitor.events():
            if wanted(event):
                return event
        time.sleep(0.05)
    return None


def check_helpers():
    """What the kernel starts itself is judged as well."""
    load('block.yml')
    mode('block')
    monitor = Monitor()
    for name, path, text, trigger in (
            ('core_pattern', '/proc/sys/kernel/core_pattern',
             f'|{SHOW} deny-mark', crash),
            ('modprobe', '/proc/sys/kernel/modprobe', '/root/modprobe',
             ask_for_module)):
        if not os.path.exists(path):
            skip(name, 'this kernel has none')
            continue
        with open(path, encoding='utf-8') as stream:
            before = stream.read()
        write(path, text)
        trigger()
        event = wait_for_event(monitor, lambda event: event.image == SHOW)
        write(path, before)
        check(f'{name}: is denied', event and event.verdict == 'deny',
              f'{event and event.record}')
        check(f'{name}: the parent is the kernel\'s', event and
              not event.parent_image, f'{event and event.record}')
    monitor.stop()
    mode('report')


def crash():
    """End a process with a dump of it."""
    child = os.fork()
    if not child:
        import resource
        limit = resource.RLIM_INFINITY
        resource.setrlimit(resource.RLIMIT_CORE, (limit, limit))
        signal.signal(signal.SIGSEGV, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGSEGV)
        os._exit(0)
    os.waitpid(child, 0)


def ask_for_module():
    """Have the kernel look for a module: a script that starts the program."""
    import socket
    write('/root/modprobe', f'#!{SHOW} deny-mark\n')
    os.chmod('/root/modprobe', 0o755)
    try:
        socket.socket(socket.AF_DECnet if hasattr(socket, 'AF_DECnet') else 12,
                      socket.SOCK_STREAM)
    except OSError:
        pass


def namespaces(pid='self'):
    """Numbers of the namespaces of pids and mounts."""
    return tuple(int(os.readlink(f'/proc/{pid}/ns/{kind}')[5:-1])
                 for kind in ('pid', 'mnt'))


def seen_in(event):
    """The same, and the control group, as an event tells."""
    own = event.record['pydetect']
    return (own.get('pid_namespace'), own.get('mount_namespace')), \
        own.get('cgroup')


def check_containers():
    """What is started in containers is judged, and told apart."""
    load('block.yml')
    mode('block')
    monitor = Monitor()
    start()
    equal('outside', seen_in(monitor.events()[0]), (namespaces(), '/'))
    group = '/sys/fs/cgroup/some.slice'
    os.makedirs(group, exist_ok=True)
    # User, mount, pid, network.
    code = f"""
import ctypes, os, subprocess
open('{group}/cgroup.procs', 'w').write(str(os.getpid()))
os.setgid(1000)
os.setuid(1000)
if ctypes.CDLL(None, use_errno=True).unshare(0x10000000 | 0x20000 |
                                             0x20000000 | 0x40000000):
    os._exit(3)
print(os.readlink('/proc/self/ns/mnt')[5:-1], flush=True)
try:
    subprocess.run(['{SHOW}', 'deny-mark'])
except PermissionError:
    os._exit(7)
"""
    done = run('python3', '-c', code)
    equal('container: it is denied', (done.returncode, done.stderr), (7, ''))
    events = monitor.events()
    told = [seen_in(event) for event in events if event.image == SHOW]
    equal('container: the event tells',
          [(str(numbers[1]), group) for numbers, group in told],
          [(done.stdout.strip(), '/some.slice')])
    check('container: namespaces of its own', told and
          not set(told[0][0]) & set(namespaces()), f'{told}')
    monitor.stop()
    mode('report')


def in_group(group):
    """Start a program in a control group."""
    child = os.fork()
    if not child:
        write(f'{group}/cgroup.procs', str(os.getpid()))
        os.execv(SHOW, [SHOW, 'deny-mark'])
    os.waitpid(child, 0)


def check_deep_group():
    """Of a group that is nested deeply, the event tells the one above it."""
    names = [f'/{depth}' for depth in range(70)]
    deepest = '/sys/fs/cgroup' + ''.join(names)
    os.makedirs(deepest)
    load('block.yml')
    monitor = Monitor()
    in_group(deepest)
    equal('a deep control group', [seen_in(event)[1] for event in
                                   monitor.events()], [''.join(names[:64])])
    monitor.stop()


def main():
    """All of it."""
    check_unconfirmed()
    check_confirmed()
    check_limited()
    check_killed()
    check_fallback()
    check_fallback_storm()
    check_rules()
    check_everything()
    check_tool()
    check_helpers()
    check_containers()
    check_deep_group()
    check_parameter()
    finish()


main()
