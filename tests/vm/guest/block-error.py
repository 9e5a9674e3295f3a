# SPDX-License-Identifier: GPL-2.0-only
"""What becomes of starts that cannot be judged: as it is set.

A module of the tests makes reading arguments fail.
"""

import json
import os
import shutil

import netlink
from kit import (SHOW, Monitor, channel, ctl, equal, finish, load, mode, run)

FAIL = '/fail_walk.ko'


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
    finish()


main()
