# SPDX-License-Identifier: GPL-2.0-only
"""Module and tool of different versions say so, and what to do.

The host has built tools that differ in one thing each from the one that belongs
to the module.
"""

import netlink
from kit import (RULES, channel, check, ctl, equal, finish, load, run, status)

OTHER = '/test/other/'


def version():
    """What the module calls itself."""
    with open('/sys/module/pydetect/version', encoding='utf-8') as stream:
        return stream.read().strip()


def refused(name, code, words, *argv):
    """A tool of another version fails, and names both versions."""
    before = status()['policy'], status()['mode']
    done = run(OTHER + name, *argv)
    name = f'{name}, {argv[0]}'
    equal(f'{name}: fails', done.returncode, code)
    for word in (words, f'the module is pydetect {version()}, this is '
                 f'pydetectctl 9.9.9',
                 f'use the pydetectctl of version {version()}'):
        check(f'{name}: says {word}', word in done.stderr, done.stderr)
    equal(f'{name}: nothing changed', (status()['policy'], status()['mode']),
          before)


def check_tools():
    """Whatever is not understood."""
    load('storm.yml')
    ctl('mode', 'block', '--confirm-within', '1h')
    refused('protocol', 1, 'speaks version 1 of the protocol', 'status')
    refused('newer', 1, 'the module does not know this command', 'confirm')
    refused('newer', 1, 'nknown attribute', 'monitor', '--from', '1')
    refused('newer', 1, 'another version of the format', 'load',
            RULES + 'storm.yml')


def check_harmless():
    """What is understood goes on working."""
    done = run(OTHER + 'newer', 'status')
    equal('another tool: what is understood works',
          (done.returncode, done.stderr), (0, ''))
    done = run('pydetectctl', 'confirm')
    equal('this tool: nothing is said of versions',
          (done.returncode, done.stderr), (0, ''))
    done = run('pydetectctl', 'confirm')
    check('this tool: nor where something else is wrong',
          done.returncode == 1 and 'of version' not in done.stderr, done.stderr)


def check_doctor():
    """The doctor tells."""
    done = run(OTHER + 'newer', 'doctor')
    check('doctor: tells of other versions', 'this is pydetectctl 9.9.9' in
          done.stdout and 'both packages' in done.stdout, done.stdout)
    done = run(OTHER + 'protocol', 'doctor')
    check('doctor: tells of another protocol', 'does not tell its state: the '
          'module speaks version 1' in done.stdout, done.stdout)


def check_module():
    """The module refuses what speaks another version, whoever sends it."""
    one = netlink.Channel()
    before = channel().status()[netlink.STATUS_MODE]
    for one.version in (0, 2, 255):
        for command, flags in ((netlink.STATUS, 0),
                               (netlink.RULES, netlink.NLM_F_DUMP),
                               (netlink.MODE, 0)):
            pairs = ([(netlink.MODE_VALUE, netlink.u32(netlink.MODE_OFF))]
                     if command == netlink.MODE else [])
            try:
                one.do(command, *pairs, flags=flags)
                said = netlink.Refused(0, 'taken')
            except netlink.Refused as error:
                said = error
            name = f'version {one.version}, command {command}'
            equal(f'{name}: refused', said.name, 'EPROTO')
            # 6.1 hands no sentence on from the start of a dump.
            check(f'{name}: says why', flags or f'this is pydetect '
                  f'{version()}, which speaks version 1' in said.sentence,
                  said.sentence)
    equal('the mode stays', channel().status()[netlink.STATUS_MODE], before)
    one.close()


def main():
    """Tools first, then what no tool sends."""
    check_tools()
    check_harmless()
    check_doctor()
    check_module()
    finish()


main()
