# SPDX-License-Identifier: GPL-2.0-only
"""The lock of a module that has no certificate: nothing is replaced any more."""

import os

from kit import (RULES, check, ctl, delete_module, equal, finish, mode, run,
                 skip, status)

SIGNATURE = '/tmp/policy.p7s'
IMAGE = '/tmp/policy'


def refused(name, code, sentence, *argv):
    """The tool fails, says why, and nothing changed."""
    before = status()
    done = run('pydetectctl', *argv)
    equal(f'{name}: refused', done.returncode, code)
    check(f'{name}: says why', sentence in done.stderr, done.stderr)
    now = status()
    equal(f'{name}: nothing changed',
          (now['policy'], now['mode'], now['lock']),
          (before['policy'], before['mode'], before['lock']))


def check_before():
    """Without a certificate no signature is good."""
    equal('no certificate', status()['lock']['certificates'], [])
    check('status says so', 'no certificate was built' in ctl('status'))
    ctl('check', RULES + 'nothing.yml', '--output', IMAGE)
    with open(SIGNATURE, 'wb') as stream:
        stream.write(b'signature')
    refused('a signature', 1, 'no certificate was built', 'load', IMAGE)
    os.unlink(SIGNATURE)
    if not status()['policy']['generation']:
        refused('freezing nothing', 1, 'no policy that could be frozen',
                'lock', '--freeze')
    ctl('load', IMAGE)
    refused('a lock that nothing would open', 1, 'freeze it', 'lock')


def check_frozen():
    """Everything stays as it is, but for a mode that is higher."""
    said = ctl('lock', '--freeze')
    check('the lock says what it means', 'can be raised, and never lowered'
          in said and 'never replaced' in said, said)
    equal('status', status()['lock']['state'], 'frozen')
    refused('rules', 3, 'no policy is replaced', 'load', RULES + 'nothing.yml')
    refused('the same policy', 3, 'no policy is replaced', 'load', IMAGE)
    refused('a lower mode', 3, 'cannot be lowered', 'mode', 'off')
    mode('block')
    refused('the mode before', 3, 'cannot be lowered', 'mode', 'report')


def main():
    """In this order: there is no way back."""
    check_before()
    check_frozen()
    if os.path.exists('/pydetect.ko'):
        equal('unloading', delete_module(os.O_NONBLOCK), 'EAGAIN')
        equal('unloading by force', delete_module(os.O_NONBLOCK | os.O_TRUNC),
              'EAGAIN')
    else:
        skip('unloading', 'pydetect is built into this kernel')
    finish()


main()
