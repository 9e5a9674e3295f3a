# SPDX-License-Identifier: GPL-2.0-only
"""The module goes while programs start on every processor, match and are told.

UNLOAD_ROUNDS is how often. What the kernel has to say about it, the host looks
for in its log. Nothing is run for a round but system calls: on busy processors
the tools would take much longer than what is tested.
"""

import ctypes
import os
import re
import subprocess
import time

import netlink
from kit import (PROGRAMS, RULES, SHOW, SLOWNESS, check, ctl, equal, finish,
                 skip)

MODULE = '/pydetect.ko'
IMAGE = '/tmp/image'
ROUNDS = int(os.environ.get('UNLOAD_ROUNDS', '10'))
SYS_DELETE_MODULE, SYS_FINIT_MODULE = 176, 313

# The mode that has the most to do.
BLOCK = netlink.u32(netlink.MODE_BLOCK)

libc = ctypes.CDLL(None, use_errno=True)


def system_call(number, *args):
    """A system call that has to succeed."""
    if libc.syscall(number, *args):
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))


def insert():
    """Load the module."""
    with open(MODULE, 'rb') as module:
        system_call(SYS_FINIT_MODULE, module.fileno(), b'', 0)


def remove():
    """Unload it."""
    system_call(SYS_DELETE_MODULE, b'pydetect', os.O_NONBLOCK)


def wait_for_matches(channel):
    """Unloading is only worth something amid matches."""
    end = time.monotonic() + 10 * SLOWNESS
    while not channel.status()[netlink.STATUS_MATCHED]:
        if time.monotonic() > end:
            raise RuntimeError('the storm does not match')


def one_round(number, image):
    """From one load to the next; a reader may be there or not."""
    channel = netlink.Channel()
    channel.upload(image)
    channel.do(netlink.MODE, (netlink.MODE_VALUE, BLOCK))
    reader = netlink.Channel()
    if number % 3 == 0:
        reader.do(netlink.SUBSCRIBE)
    wait_for_matches(channel)
    if number % 2:
        channel.close()
    remove()
    channel.close()
    reader.close()
    insert()


def begin_storm(*options):
    """Starts of a program on every processor, until it is told to end.

    They take what time there is; a round would be minutes among equals.
    """
    return subprocess.Popen([PROGRAMS + 'storm', *options, '0', SHOW, '/x'],
                            stdout=subprocess.PIPE, text=True,
                            preexec_fn=lambda: os.nice(10))


def make_image():
    """The policy, compiled once."""
    ctl('check', '--output', IMAGE, RULES + 'storm.yml')
    with open(IMAGE, 'rb') as stream:
        return stream.read()


def main():
    """All rounds amid the same storms."""
    if not os.path.exists(MODULE):
        skip('unloading', 'pydetect is built into this kernel')
        finish()
    image = make_image()
    done = 0
    # Many starts, and such as sleep in the module.
    storms = [begin_storm(), begin_storm('-l')]
    try:
        for number in range(ROUNDS):
            one_round(number, image)
            done += 1
    finally:
        for storm in storms:
            storm.terminate()
        said = [storm.communicate()[0] for storm in storms]
    equal('rounds', done, ROUNDS)
    for name, text in zip(('awake', 'asleep'), said):
        check(f'every program started, {name}',
              re.fullmatch('started [1-9][0-9]* failed 0\n', text), text)
    finish()


main()
