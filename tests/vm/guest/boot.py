# SPDX-License-Identifier: GPL-2.0-only
"""What the kernel was booted with wins: pydetect.mode=report."""

import os
import shutil

from kit import SHOW, ctl, equal, finish, forget_channel, load, run, status

MODULE = '/pydetect.ko'


def load_as_installed():
    """By modprobe, which is who looks at the kernel's parameters."""
    release = os.uname().release
    place = f'/lib/modules/{release}/extra'
    os.makedirs(place, exist_ok=True)
    shutil.copy(MODULE, place)
    os.symlink('/usr/bin/kmod', '/tmp/depmod')
    forget_channel()
    run('rmmod', 'pydetect')
    run('/tmp/depmod', release)
    equal('modprobe', run('modprobe', 'pydetect').returncode, 0)


def main():
    """No command raises the mode."""
    with open('/proc/cmdline', encoding='ascii') as stream:
        equal('the parameter', 'pydetect.mode=report' in stream.read(), True)
    if os.path.exists(MODULE):
        load_as_installed()
    now = status()
    equal('the limit', (now['mode'], now['mode_max']), ('report', 'report'))
    load('everything.yml')
    said = run('pydetectctl', 'mode', 'block')
    equal('block is refused', (said.returncode, 'mode=report' in said.stderr),
          (3, True))
    equal('nothing is denied', run(SHOW, 'deny-mark').returncode, 0)
    ctl('mode', 'off')
    equal('lower is fine', status()['mode'], 'off')
    finish()


main()
