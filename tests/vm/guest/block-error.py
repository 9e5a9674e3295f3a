# SPDX-License-Identifier: GPL-2.0-only
"""What becomes of starts that cannot be judged: as it is set.

A module of the tests makes reading arguments fail; where the kernel can have
allocations fail, those of pydetect do.
"""

import json
import os
import shutil

import netlink
from kit import (SHOW, Monitor, channel, ctl, equal, finish, load, mode, run,
                 skip)

FAIL = '/fail_walk.ko'
# Large allocations come from the second one.
FAILING = ['/sys/kernel/debug/failslab/', '/sys/kernel/debug/fail_page_alloc/']
SECTIONS = '/sys/module/pydetect/sections/'


def start(program=SHOW, mark='a'):
    """Start a program; 0, or the name of what was in the way."""
    try:
        return run(program, mark).returncode
    except PermissionError:
        return 'EPERM'


def counted():
    """How many starts could not be judged, and how many were denied."""
    status = channel().status()
    return status[netlink.STATUS_ERRORS], status[netlink.STATUS_DENIED]


def check_start(name, monitor, outcome, verdict):
    """A start that cannot be judged: its outcome, its event, the counters."""
    monitor.events()
    errors, denied = counted()
    equal(f'{name}: outcome', start(), outcome)
    equal(f'{name}: the event',
          [(event.image, event.error, event.verdict, event.rules)
           for event in monitor.events()],
          [(SHOW, 'EFAULT', verdict, [])])
    equal(f'{name}: counted', counted(),
          (errors + 1, denied + (outcome == 'EPERM')))


def check_exempt(monitor):
    """The control tool starts all the same, a copy of it does not."""
    os.makedirs('/root/other')
    shutil.copy('/usr/bin/pydetectctl', '/root/other/pydetectctl')
    monitor.events()
    equal('exempt: the tool', start('pydetectctl', 'mode'), 0)
    equal('exempt: the event',
          [(event.error, event.verdict,
            event.record['pydetect'].get('exempt'))
           for event in monitor.events()],
          [('EFAULT', 'allow', True)])
    equal('exempt: a copy is not', start('/root/other/pydetectctl', 'mode'),
          'EPERM')


def check_fallback():
    """Denials because of errors are denials."""
    ctl('mode', 'block', '--fallback-above', '3', '--on-error', 'deny')
    equal('fallback', [start() for _ in range(5)], ['EPERM'] * 3 + [0] * 2)
    equal('fallback: why', json.loads(ctl('status', '--json'))['mode_reason'],
          'too-many-denials')
    ctl('mode', '--fallback-above', '0')


def fail_allocations():
    """Have those fail that pydetect makes for processes that ask for it."""
    with open(SECTIONS + '.text', encoding='ascii') as stream:
        begin = int(stream.read(), 16)
    with open('/sys/module/pydetect/coresize', encoding='ascii') as stream:
        end = begin + int(stream.read())
    for name, value in {'task-filter': 'Y', 'probability': 100, 'interval': 1,
                        'times': -1, 'verbose': 0, 'ignore-gfp-wait': 'N',
                        'stacktrace-depth': 32, 'require-start': begin,
                        'require-end': end}.items():
        for place in FAILING:
            with open(place + name, 'w', encoding='ascii') as stream:
                stream.write(str(value))


def start_without_memory():
    """Start a program on the processor that has no memory kept ready."""
    child = os.fork()
    if not child:
        status = 125
        try:
            os.sched_setaffinity(0, {1})
            with open('/proc/self/make-it-fail', 'w', encoding='ascii') as flag:
                flag.write('1')
            os.execv(SHOW, [SHOW, 'a'])
        except PermissionError:
            status = 126
        finally:
            os._exit(status)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return 'EPERM' if status == 126 else status


def check_memory():
    """A start that there is no memory to judge for: counted, and as it is set.

    Memory is kept ready for each processor, by its first start under a policy:
    so the policy is new each time, and no other start is on that processor.
    """
    if not os.path.exists(FAILING[0] + 'require-start'):
        skip('no memory', 'this kernel cannot have allocations fail')
        return
    if not os.path.exists(SECTIONS):
        skip('no memory', 'pydetect is built into this kernel')
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {0})
    fail_allocations()
    for setting, outcome in (('allow', 0), ('deny', 'EPERM')):
        ctl('mode', '--on-error', setting)
        for name, wanted in (('report', 0), ('block', outcome)):
            mode(name)
            load('error.yml')
            errors, denied = counted()
            equal(f'no memory: {name}, {setting}', start_without_memory(),
                  wanted)
            equal(f'no memory: {name}, {setting}: counted', counted(),
                  (errors + 1, denied + (wanted == 'EPERM')))
            equal(f'no memory: {name}, {setting}: with memory again', start(),
                  0)
    ctl('mode', '--on-error', 'allow')
    os.sched_setaffinity(0, before)


def main():
    """Each setting, in each mode."""
    load('error.yml')
    monitor = Monitor()
    equal('the module of the tests', run('insmod', FAIL).returncode, 0)
    check_start('report, allow', monitor, 0, 'allow')
    ctl('mode', 'block')
    check_start('block, allow', monitor, 0, 'allow')
    ctl('mode', '--on-error', 'deny')
    check_start('block, deny', monitor, 'EPERM', 'deny')
    check_exempt(monitor)
    mode('report')
    check_start('report, deny', monitor, 0, 'allow')
    check_fallback()
    mode('block')
    check_start('block, deny, again', monitor, 'EPERM', 'deny')
    ctl('mode', '--on-error', 'allow')
    check_start('block, allow, again', monitor, 0, 'allow')
    equal('its end', run('rmmod', 'fail_walk').returncode, 0)
    equal('without it rules are asked', (start(), start(mark='deny-mark')),
          (0, 'EPERM'))
    mode('report')
    monitor.stop()
    check_memory()
    mode('report')
    finish()


main()
