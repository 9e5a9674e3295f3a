# SPDX-License-Identifier: GPL-2.0-only
"""What the scenarios in Python share: checks, the control tool, its events."""

import base64
import ctypes
import errno
import json
import os
import subprocess
import sys
import time

import netlink

PROGRAMS = '/test/programs/'
RULES = '/test/rules/'
SHOW = PROGRAMS + 'show'
WAYS = PROGRAMS + 'ways'
RECEIVED = '/tmp/received/'

SYS_DELETE_MODULE = 176

SCENARIO = os.environ.get('SCENARIO', os.path.basename(sys.argv[0]))
# How much slower than a stock kernel the one under test is.
SLOWNESS = int(os.environ.get('SLOWNESS', '1'))

_failed = 0
_channels = []


def say(line):
    """Print a line at once, so that its place among others is right."""
    sys.stdout.write(line + '\n')
    sys.stdout.flush()


def check(name, good, why=''):
    """Print the result of one check."""
    global _failed
    if good:
        say(f'ok {SCENARIO}: {name}')
    else:
        _failed += 1
        say(f'not ok {SCENARIO}: {name}: {why}')
    return good


def equal(name, got, wanted):
    """Check that a value is what it has to be."""
    return check(name, got == wanted, f'got {got!r}, not {wanted!r}')


def skip(name, why):
    """Say that something could not be checked here."""
    say(f'skip {SCENARIO}: {name}: {why}')


def finish():
    """End the scenario. One that does not get here has failed."""
    sys.exit(3 if _failed else 0)


def run(*argv, **options):
    """Run a program to its end, and return what it said."""
    options.setdefault('stdin', subprocess.DEVNULL)
    return subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, errors='replace', check=False, **options)


def ctl(*argv):
    """Run pydetectctl, which has to succeed."""
    done = run('pydetectctl', *argv)
    if done.returncode:
        raise RuntimeError(f'pydetectctl {argv}: {done.returncode}: {done.stderr}')
    return done.stdout


def load_path(path):
    """Load rules, and wait until what ran before is followed."""
    ctl('load', path)
    end = time.monotonic() + 20 * SLOWNESS
    while not channel().status()[netlink.STATUS_LINEAGES_COMPLETE]:
        if time.monotonic() > end:
            raise RuntimeError('what ran before is looked at without end')
        time.sleep(0.02)


def load(name):
    """Load one of the rule files of the tests."""
    load_path(RULES + name)


def mode(name):
    """Set the mode."""
    ctl('mode', name)


def channel():
    """A socket to the module, always the same."""
    if not _channels:
        _channels.append(netlink.Channel())
    return _channels[0]


def forget_channel():
    """The module was loaded anew: it has another number."""
    while _channels:
        _channels.pop().close()


def next_number():
    """The number that the next event gets."""
    return channel().status()[netlink.STATUS_NEXT]


def judged():
    """How many passes of program starts were judged."""
    return channel().status()[netlink.STATUS_EXECS]


def counters():
    """How often each rule of the policy matched and denied, by its id."""
    return channel().rules()


def rule_ids(name):
    """The ids in a rule file, in order."""
    with open(RULES + name, encoding='utf-8') as stream:
        return [line.split()[1] for line in stream if line.startswith('id:')]


def received():
    """What each program got as arguments, by process id."""
    found = {}
    for name in os.listdir(RECEIVED):
        with open(RECEIVED + name, 'rb') as stream:
            found[int(name)] = stream.read()
    return found


def forget_received():
    """From here on programs tell what they received, starting afresh."""
    os.makedirs(RECEIVED, exist_ok=True)
    os.chmod(RECEIVED, 0o777)
    for name in os.listdir(RECEIVED):
        os.unlink(RECEIVED + name)


class Log:
    """The kernel's messages, from a moment on."""

    def __init__(self):
        self._mark = f'test mark {os.getpid()}.{time.monotonic_ns()}'
        with open('/dev/kmsg', 'w', encoding='utf-8') as kmsg:
            kmsg.write(f'<6>{self._mark}\n')

    def since(self):
        """What was said since then."""
        return run('dmesg').stdout.partition(self._mark)[2]


def delete_module(flags):
    """What the system call says to unloading pydetect: OK, or an error."""
    libc = ctypes.CDLL(None, use_errno=True)
    if not libc.syscall(SYS_DELETE_MODULE, b'pydetect', flags):
        return 'OK'
    return errno.errorcode[ctypes.get_errno()]


def status():
    """What "pydetectctl status" says."""
    return json.loads(ctl('status', '--json'))


class Event:
    """An event, with the members that tests look at as attributes."""

    def __init__(self, record):
        process, own = record['process'], record['pydetect']
        parent = process.get('parent', {})
        self.record = record
        self.number = record['event']['sequence']
        self.error = record.get('error', {}).get('code')
        self.pid = process['pid']
        self.thread = process['thread']['id']
        self.image = process.get('executable')
        self.name = process.get('name')
        self.directory = process.get('working_directory')
        self.command = process.get('command_line')
        self.args = process.get('args')
        self.arg_count = process.get('args_count')
        self.invoked = own.get('invoked')
        self.deleted = own.get('deleted', False)
        self.length = own.get('args_length')
        self.passes = own['pass']
        self.mode = own['mode']
        self.verdict = own['verdict']
        self.rules = [rule['id'] for rule in own['rules']]
        self.labels = own['labels']
        self.hits = own['hits']
        self.parent_pid = parent.get('pid')
        self.parent_image = parent.get('executable')
        self.parent_command = parent.get('command_line')

    def pieces(self):
        """What the event has of argv, as pairs of offset and bytes."""
        own = self.record['pydetect']
        if not own['args_complete']:
            return [(piece['offset'], base64.b64decode(piece['base64']))
                    for piece in own['pieces']]
        if 'command_line_base64' in own:
            return [(0, base64.b64decode(own['command_line_base64']))]
        return [(0, '\0'.join(self.args).encode())]


class Monitor:
    """A running "pydetectctl monitor", and what it has printed."""

    def __init__(self, *options):
        self._path = f'/tmp/monitor.{os.getpid()}.{time.monotonic_ns()}'
        with open(self._path, 'w', encoding='utf-8') as output:
            self.process = subprocess.Popen(
                ['pydetectctl', 'monitor', '--json', *options],
                stdout=output, stderr=subprocess.PIPE, text=True)
        said = self.process.stderr.readline()
        if said != 'listening\n':
            raise RuntimeError(f'monitor: {said}')
        self._input = open(self._path, encoding='utf-8')
        self._next = next_number()
        self._rest = ''

    def take(self):
        """The records that it has printed since they were last asked for."""
        self._rest += self._input.read()
        lines = self._rest.split('\n')
        self._rest = lines.pop()
        return [json.loads(line) for line in lines]

    def records(self, until=None, limit=30):
        """All records up to the newest event there is, or up to a number."""
        until = until or next_number()
        end = time.monotonic() + limit * SLOWNESS
        found = []
        while self._next < until:
            new = self.take()
            for record in new:
                lost = record['pydetect'].get('lost')
                self._next = (lost['first'] + lost['count'] if lost else
                              record['event']['sequence'] + 1)
            found += new
            if time.monotonic() > end:
                raise RuntimeError(f'event {self._next} of {until} never came')
            if not new:
                time.sleep(0.02)
        return found

    def events(self):
        """All events up to the newest there is; none may be lost."""
        return [Event(record) for record in self.records()]

    def stop(self):
        """End it."""
        self.process.terminate()
        self.process.communicate()
        self._input.close()
        os.unlink(self._path)
