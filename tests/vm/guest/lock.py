# SPDX-License-Identifier: GPL-2.0-only
"""Signed policies, and the lock: what is refused, and what still goes.

The module has a certificate. The host has signed policies, with our tool and
with OpenSSL's, and other things that are not good signatures.
"""

import ctypes
import os
import re
import shutil
import time

from kit import (PROGRAMS, RULES, SHOW, Log, check, ctl, delete_module, equal,
                 finish, mode, rule_ids, run, skip, status)

IMAGES = '/test/lock/'
MODULE = '/pydetect.ko'
SWITCH = '/proc/sys/kernel/ftrace_enabled'
# A module was unloaded by force.
TAINT_FORCED_RMMOD = 1 << 3

SYS_ADD_KEY, SYS_KEYCTL = 248, 250
REVOKE, CHOWN, SETPERM, CLEAR, LINK, UNLINK = 3, 4, 5, 7, 8, 9
SET_TIMEOUT, INVALIDATE, RESTRICT = 15, 21, 29
SESSION_KEYRING = -3

libc = ctypes.CDLL(None, use_errno=True)


def state():
    """What must not change when something is refused."""
    now = status()
    return now['mode'], now['policy'], now['lock']


def refused(name, code, sentence, *argv):
    """The tool fails, says why, the log does too, and nothing changed.

    The kernel does not let itself be made to log without end.
    """
    time.sleep(0.7)
    before, log = state(), Log()
    done = run('pydetectctl', *argv)
    equal(f'{name}: refused', done.returncode, code)
    check(f'{name}: says why', sentence in done.stderr, done.stderr)
    check(f'{name}: logged, with who asked',
          re.search(f'pydetect: refused: .*{re.escape(sentence)}.* '
                    r'\(asked by process \d+, pydetectctl, of user 0\)',
                    log.since()), log.since())
    equal(f'{name}: nothing changed', state(), before)


def load_good(name, serial, *options):
    """A signed policy, of that version."""
    before = status()['policy']['generation']
    said = ctl('load', IMAGES + name, *options)
    now = status()['policy']
    equal(f'{name}: loaded, and said to be signed',
          (now['generation'], now['serial'], now['signed']),
          (before + 1, serial, True))
    check(f'{name}: the tool says so', f'signed version {serial}' in said, said)


def altered(name, suffix, offset):
    """A copy of a file in which one byte is another one, beside its partner."""
    source = IMAGES + name
    target = f'/tmp/altered{suffix}'
    with open(source + suffix, 'rb') as stream:
        data = bytearray(stream.read())
    data[offset] ^= 1
    for part in ('', '.p7s'):
        shutil.copy(source + part, '/tmp/altered' + part)
    with open(target, 'wb') as stream:
        stream.write(data)
    return '/tmp/altered'


def bad_signatures():
    """What is refused with or without a lock: name, sentence, arguments."""
    other = 'not by a certificate'
    changed = 'does not fit'
    none = 'not a detached PKCS#7'
    image = IMAGES + '300.image'
    with open('/tmp/garbage', 'wb') as stream:
        stream.write(os.urandom(500))
    # The size of the header is near its beginning, strings are at the end.
    return (
        ('another key', other, image, '--signature', IMAGES + 'other.p7s'),
        ('another key, with its certificate', other, image, '--signature',
         IMAGES + 'other-cert.p7s'),
        ('the signature of another version', changed, image, '--signature',
         IMAGES + '200.image.p7s'),
        ('no signature at all', none, image, '--signature', '/tmp/garbage'),
        ('a signature with the image in it', none, image, '--signature',
         IMAGES + 'attached.p7s'),
        ('an altered signature', changed, altered('300.image', '.p7s', -1)))


def check_open():
    """Before the lock a signature is a matter of taste, but not a bad one."""
    now = status()['lock']
    equal('not locked', (now['state'], now['locked']), ('open', False))
    check('the certificate is named', len(now['certificates']) == 1 and
          'pydetect tests, ours' in now['certificates'][0], f'{now}')
    check('status names it, too', 'pydetect tests, ours' in ctl('status'))
    ctl('load', RULES + 'nothing.yml')
    equal('unsigned rules', status()['policy']['signed'], False)
    load_good('300.image', 300)
    ctl('load', IMAGES + 'unsigned.image')
    equal('an unsigned image', status()['policy']['signed'], False)
    for name, sentence, *argv in bad_signatures():
        refused(f'open: {name}', 1, sentence, 'load', *argv)
    load_good('200.image', 200)
    load_good('100.image', 100)
    load_good('200.image', 200)


def repair(path):
    """Give an image that was altered the checksum of what is in it."""
    with open(path, 'rb') as stream:
        data = bytearray(stream.read())
    first = second = 0
    for at in range(0, len(data), 4):
        if at not in (16, 20):
            first += int.from_bytes(data[at:at + 4], 'little')
            first = (first & 0xffffffff) + (first >> 32)
        second += first
        second = (second & 0xffffffff) + (second >> 32)
    data[16:24] = (second << 32 | first & 0xffffffff).to_bytes(8, 'little')
    with open(path, 'wb') as stream:
        stream.write(data)


def check_altered_image():
    """One letter of a title, with the checksum repaired: a usable image."""
    with open(IMAGES + '400.image', 'rb') as stream:
        at = stream.read().rindex(b'The program')
    path = altered('400.image', '', at)
    repair(path)
    equal('the altered image is a usable one',
          run('pydetectctl', 'check', path).returncode, 0)
    refused('an altered image', 1, 'does not fit', 'load', path)


def cannot_lock(name, sentence):
    """It is too early for a lock, and the tool says why."""
    done = run('pydetectctl', 'lock')
    equal(f'open: lock, {name}: refused, says why, nothing is locked',
          (done.returncode, sentence in done.stderr,
           status()['lock']['locked']), (1, True, False))


def check_pending():
    """Nothing may be left that ends mode block, nor rules set by hand."""
    rule = rule_ids('storm.yml')[0]
    ends = 'mode block may end by itself'
    for name, argv in (('to be confirmed', ('--confirm-within', '1h')),
                       ('for a time', ('--for', '1h')),
                       ('up to a limit', ('--fallback-above', '5'))):
        ctl('mode', 'block', *argv)
        cannot_lock(name, ends)
        ctl('mode', 'block', '--fallback-above', '0')
    ctl('rules', 'set', rule, 'report')
    cannot_lock('a rule set by hand', 'rules were set by hand')
    ctl('rules', 'set', rule, 'default')
    ctl('mode', '--on-error', 'deny')


def check_settings():
    """What would weaken mode block."""
    rule = rule_ids('storm.yml')[0]
    for name in ('report', 'default'):
        refused(f'rules set {name}', 3, 'rules can only be set to block',
                'rules', 'set', rule, name)
    for argv in (('block', '--for', '1h'), ('block', '--confirm-within', '1h'),
                 ('--fallback-above', '5')):
        refused(f'mode {" ".join(argv)}', 3, 'nothing may end mode block',
                'mode', *argv)
    refused('on_error', 3, 'what cannot be judged stays denied', 'mode',
            '--on-error', 'allow')


def check_tool():
    """The control tool is denied as any other program is."""
    load_good('550.image', 550)
    mode('block')
    try:
        outcome = run('pydetectctl', 'windows').returncode
    except PermissionError:
        outcome = 'EPERM'
    equal('the tool is not exempt', outcome, 'EPERM')


def check_lock():
    """It says what it means, and a second time is no error."""
    mode('block')
    log = Log()
    for _ in range(2):
        said = ctl('lock')
        for words in ('until the next boot', 'cannot be unloaded',
                      'block, and cannot be lowered', 'above 300'):
            check(f'lock says: {words}', words in said, said)
    check('the log tells of it', 'pydetect: locked until the next boot' in
          log.since(), log.since())
    now = status()['lock']
    equal('locked', (now['state'], now['locked'], now['highest_serial']),
          ('signed', True, 300))
    check('status says so', 'only signed policies above version 300' in
          ctl('status'))


def check_mode():
    """No way down."""
    for name in ('report', 'off'):
        refused(f'mode {name}', 3, 'the mode cannot be lowered', 'mode', name)
    mode('block')
    equal('the mode', status()['mode'], 'block')


def check_policies():
    """Only what is signed, and newer."""
    refused('unsigned rules', 3, 'needs a signature', 'load',
            RULES + 'nothing.yml')
    refused('an unsigned image', 3, 'needs a signature', 'load',
            IMAGES + 'unsigned.image')
    for name, sentence, *argv in bad_signatures():
        refused(name, 1, sentence, 'load', *argv)
    for name in ('100.image', '200.image', '0.image', 'twin.image'):
        refused(f'an older policy, {name}', 3, 'older than one', 'load',
                IMAGES + name)
    # Of that version, but another one is in force.
    refused('the newest, which is not in force', 3, 'had this version', 'load',
            IMAGES + '300.image')
    check_altered_image()
    load_good('400.image', 400)
    load_good('400.image', 400)
    refused('the one before', 3, 'older than one', 'load', IMAGES + '300.image')
    load_good('500.image', 500)
    equal('the highest version', status()['lock']['highest_serial'], 500)
    before = status()['execs']['matched']
    run(SHOW, 'way-mark', '/')
    equal('it is judged by', status()['execs']['matched'], before + 1)


def check_unload():
    """Neither asked for nor by force."""
    for name, flags in (('wanted', 0), ('wanted at once', os.O_NONBLOCK),
                        ('by force', os.O_TRUNC),
                        ('at once, by force', os.O_NONBLOCK | os.O_TRUNC)):
        equal(f'unloading, {name}', delete_module(flags), 'EAGAIN')
    for argv in (['rmmod', 'pydetect'], ['rmmod', '-f', 'pydetect']):
        done = run(*argv)
        check(f'{" ".join(argv)} fails', done.returncode, done.stderr)
    with open('/proc/sys/kernel/tainted', encoding='ascii') as stream:
        equal('nothing was forced', int(stream.read()) & TAINT_FORCED_RMMOD, 0)
    check('a second load is refused', run('insmod', MODULE).returncode)
    with open('/proc/modules', encoding='ascii') as stream:
        check('the module is there, and used by itself',
              re.search(r'^pydetect \d+ 1 pydetect, Live', stream.read(), re.M))


def check_switch():
    """Function tracing stays on."""
    try:
        with open(SWITCH, 'w', encoding='ascii') as stream:
            stream.write('0')
        outcome = 'OK'
    except OSError as error:
        outcome = os.strerror(error.errno)
    equal('kernel.ftrace_enabled=0', outcome, 'Device or resource busy')
    equal('the hook is there', status()['hook'], 'ftrace')


def key_ids():
    """Numbers of our keyring and of the certificate in it, as root sees them."""
    with open('/proc/keys', encoding='utf-8') as stream:
        lines = stream.read().splitlines()
    found = {}
    for line in lines:
        name = line.split(None, 8)[8]
        if name.startswith('.pydetect:'):
            found['keyring'] = int(line.split()[0], 16)
        elif 'pydetect tests, ours' in name:
            found['certificate'] = int(line.split()[0], 16)
    return found


def call(number, *args):
    """A system call's error, or OK."""
    values = [ctypes.c_long(value) if isinstance(value, int) else value
              for value in args]
    if libc.syscall(number, *values) >= 0:
        return 'OK'
    return os.strerror(ctypes.get_errno())


def check_keys():
    """Root can see which certificates count, and change nothing about it."""
    ids = key_ids()
    equal('keyring and certificate can be seen', sorted(ids),
          ['certificate', 'keyring'])
    keyring, certificate = ids['keyring'], ids['certificate']
    calls = {
        'add a key': (SYS_ADD_KEY, b'user', b'mine', b'x', 1, keyring),
        'link a key': (SYS_KEYCTL, LINK, SESSION_KEYRING, keyring),
        'clear it': (SYS_KEYCTL, CLEAR, keyring),
        'take the certificate out': (SYS_KEYCTL, UNLINK, certificate, keyring),
        'link the keyring': (SYS_KEYCTL, LINK, keyring, SESSION_KEYRING),
        'link the certificate': (SYS_KEYCTL, LINK, certificate,
                                 SESSION_KEYRING),
    }
    for name, number in (('keyring', keyring), ('certificate', certificate)):
        calls.update({
            f'revoke the {name}': (SYS_KEYCTL, REVOKE, number),
            f'own the {name}': (SYS_KEYCTL, CHOWN, number, 1000, -1),
            f'permit more on the {name}': (SYS_KEYCTL, SETPERM, number,
                                           0x3f3f3f3f),
            f'let the {name} expire': (SYS_KEYCTL, SET_TIMEOUT, number, 1),
            f'invalidate the {name}': (SYS_KEYCTL, INVALIDATE, number),
        })
    for name, arguments in calls.items():
        equal(f'root cannot {name}', call(*arguments), 'Permission denied')


def check_freeze():
    """The lock can be tightened, and then nothing is loaded any more."""
    said = ctl('lock', '--freeze')
    check('freezing says what it means', 'never replaced' in said, said)
    refused('frozen: a newer signed policy', 3, 'no policy is replaced', 'load',
            IMAGES + '600.image')
    said = ctl('lock')
    check('frozen it stays', 'never replaced' in said, said)


def main():
    """In this order: there is no way back."""
    if not os.path.exists(MODULE):
        skip('signed policies', 'no certificate is built into this kernel')
        finish()
    check_open()
    check_pending()
    check_lock()
    check_mode()
    check_settings()
    check_unload()
    check_switch()
    check_keys()
    check_policies()
    check_tool()
    check_freeze()
    check_unload()
    equal('programs start', run(PROGRAMS + 'ways', 'exec', '/usr/bin/busybox',
                                'echo', '42').stdout, '42\n')
    finish()


main()
