# SPDX-License-Identifier: GPL-2.0-only
"""More events than readers can take: each number is told to each of them once.

ALERTS is how many program starts there are in the flood, all of them alerts.
"""

import collections
import json
import os
import re
import signal
import socket
import subprocess
import threading
import time

import netlink
from kit import (PROGRAMS, SHOW, SLOWNESS, Log, check, ctl, equal, finish,
                 load, next_number, run, say, skip, status)

MODULE = '/pydetect.ko'
ALERTS = int(os.environ.get('ALERTS', '1200'))
CPUS = os.cpu_count()
LEGS = 4
PATIENCE = SLOWNESS * (60 + ALERTS // 100)
CAP_AUDIT_READ = 37
SEQUENCE = re.compile(rb'"sequence":([0-9]+)')


def storm(count):
    """Begin about so many starts, on all processors."""
    return subprocess.Popen([PROGRAMS + 'storm', str(max(1, count // CPUS)),
                             SHOW, '/' + 'x' * 700],
                            stdout=subprocess.PIPE, text=True)


def finished(started):
    """Wait for a storm; how many starts there were."""
    said = started.communicate()[0]
    counts = re.fullmatch('started ([0-9]+) failed 0\n', said)
    check('every program started', counts, said)
    return int(counts[1]) if counts else 0


class Account:
    """What a reader was told of, from a number on."""

    def __init__(self, first):
        self.first = self.next = first
        self.delivered = 0
        self.lost = collections.Counter()
        self.wrong = []

    def _expect(self, number, count):
        if number != self.next:
            self.wrong.append((number, self.next))
        self.next = number + count

    def event(self, number):
        """An event came."""
        self._expect(number, 1)
        self.delivered += 1

    def gap(self, lost):
        """Events will not come, for reasons that explain all of them."""
        reasons = {kind: lost.get(kind, 0)
                   for kind in ('unstored', 'overwritten', 'late')}
        if sum(reasons.values()) != lost['count']:
            self.wrong.append(lost)
        self._expect(lost['first'], lost['count'])
        self.lost.update(reasons)

    def balance(self, name, until):
        """Everything up to a number, once and in order."""
        say(f'note: {name}: {self.delivered} delivered, lost {dict(self.lost)}')
        equal(f'{name}: every number once, and in order',
              (self.wrong, self.next), ([], until))
        equal(f'{name}: emitted = delivered + lost',
              self.delivered + sum(self.lost.values()), until - self.first)


class MonitorReader:
    """A monitor behind a pipe, which is read as fast as it goes."""

    def __init__(self, account, *options, rights=()):
        self.account = account
        self.process = subprocess.Popen(
            [*rights, 'pydetectctl', 'monitor', '--json', *options],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        # Events may come before it says that it listens.
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()
        said = self.process.stderr.readline()
        if said != b'listening\n':
            raise RuntimeError(f'monitor: {said}')

    def _line(self, line):
        if b'"action":"lost"' in line:
            self.account.gap(json.loads(line)['pydetect']['lost'])
        else:
            self.account.event(int(SEQUENCE.search(line)[1]))

    def _read(self):
        # Without the end of a line it was not printed: it is asked for again.
        for line in self.process.stdout:
            if line.endswith(b'\n'):
                self._line(line)

    def send(self, number):
        """Send it a signal."""
        self.process.send_signal(number)

    def end(self, number=signal.SIGTERM):
        """End it, and take everything that it has printed."""
        self.process.send_signal(number)
        self._thread.join()
        self.process.wait()
        self.process.stdout.close()
        self.process.stderr.close()


def limited():
    """A monitor that may not enlarge its socket beyond the usual."""
    return (PROGRAMS + 'as', '1000', str(CAP_AUDIT_READ))


class SocketReader(netlink.Channel):
    """A socket that hardly anything fits into."""

    def __init__(self, account):
        super().__init__()
        self.account = account
        self.hurry = threading.Event()
        self._thread = None
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
        self.socket.setsockopt(netlink.SOL_NETLINK, netlink.NETLINK_NO_ENOBUFS,
                               1)
        self.do(netlink.SUBSCRIBE)

    def _message(self, body):
        pairs = dict(netlink.attributes(body[4:]))
        if body[0] == netlink.EVENT:
            self.account.event(netlink.number(pairs[netlink.EVENT_NUMBER]))
        else:
            self.account.gap({name: netlink.number(pairs[kind])
                              for name, kind in netlink.LOST_KINDS.items()})

    def _take(self):
        for _, _, _, body in self.receive():
            self._message(body)

    def drain(self, until):
        """Read up to a number."""
        while self.account.next < until:
            self._take()

    def _dawdle(self):
        while not self.hurry.wait(0.2):
            try:
                for _ in range(2):
                    self._take()
            except TimeoutError:
                pass

    def begin(self):
        """Read slowly from now on, a few at a time."""
        self.socket.settimeout(0.05)
        self._thread = threading.Thread(target=self._dawdle, daemon=True)
        self._thread.start()

    def end(self, until):
        """Read no longer slowly, and to the end."""
        self.hurry.set()
        self._thread.join()
        self.socket.settimeout(PATIENCE)
        self.drain(until)


def listed():
    """What the module says of each reader, by the number it waits for."""
    return [json.loads(line) for line in
            ctl('status', '--readers', '--json').splitlines()]


def lost_reasons():
    """What all readers have lost so far."""
    return collections.Counter(status()['events']['lost_reasons'])


def wait_for(account, until):
    """A reader in another thread has heard of everything."""
    end = time.monotonic() + PATIENCE
    while account.next < until:
        if time.monotonic() > end:
            raise RuntimeError(f'{account.next} of {until} never came')
        time.sleep(0.02)


def restart(reader, number):
    """Kill a reader at a number; who comes after it goes on by number."""
    while next_number() < number:
        time.sleep(0.02)
    reader.end(signal.SIGKILL)
    account = reader.account
    return MonitorReader(account, '--from', str(account.next),
                         rights=limited())


def flood(stopped, killed):
    """All legs, of which a reader sleeps through two; the restarted one."""
    emitted = 0
    for leg in range(LEGS):
        if leg == 0:
            stopped.send(signal.SIGSTOP)
        if leg == LEGS // 2:
            stopped.send(signal.SIGCONT)
        half = next_number() + ALERTS // LEGS // 2
        started = storm(ALERTS // LEGS)
        killed = restart(killed, half)
        emitted += finished(started)
    return emitted, killed


def compare(name, pid, account):
    """The module has counted for a reader what that has seen."""
    found = [one for one in listed() if one['pid'] == pid]
    equal(f'{name}: the module counts the same',
          [(one['first'], one['next'], one['behind'], one['delivered'],
            one['lost']) for one in found],
          [(account.first, account.next, 0, account.delivered,
            {kind: account.lost[kind]
             for kind in ('unstored', 'overwritten', 'late')})])


def check_flood():
    """Attentive, stopped, slow, and killed again and again."""
    first, before = next_number(), lost_reasons()
    accounts = {name: Account(first)
                for name in ('attentive', 'stopped', 'slow', 'killed')}
    attentive = MonitorReader(accounts['attentive'])
    stopped = MonitorReader(accounts['stopped'], rights=limited())
    slow = SocketReader(accounts['slow'])
    slow.begin()
    killed = MonitorReader(accounts['killed'], rights=limited())
    equal('four readers', len(listed()), 4)

    start = time.monotonic()
    emitted, killed = flood(stopped, killed)
    until = next_number()
    took = time.monotonic() - start
    say(f'note: {emitted} alerts in {took:.0f} s')
    equal('each start is one event', until, first + emitted)
    slow.end(until)
    for account in accounts.values():
        wait_for(account, until)

    for name, account in accounts.items():
        account.balance(name, until)
    if os.path.exists(MODULE):
        check('stopped: some was lost, as it had to be here',
              accounts['stopped'].lost['overwritten'],
              f'{accounts["stopped"].lost}')
    living = {'attentive': attentive.process.pid,
              'stopped': stopped.process.pid, 'slow': os.getpid()}
    for name, pid in living.items():
        compare(name, pid, accounts[name])

    # The killed one was told of losses that it had no time to print.
    lost = lost_reasons()
    lost.subtract(before)
    for name in living:
        lost.subtract(accounts[name].lost)
    check('all readers together have lost what each of them has',
          all(lost[kind] >= count
              for kind, count in accounts['killed'].lost.items()) and
          (sum(lost.values()) == 0 or accounts['killed'].lost['late'] or
           accounts['killed'].lost['overwritten']),
          f'{dict(lost)} beyond those that live')
    for reader in (attentive, stopped, killed):
        reader.end()
    slow.close()


def check_nobody_reads():
    """All sockets are full, and programs start as ever."""
    first = next_number()
    readers = [SocketReader(Account(first)) for _ in range(3)]
    count = finished(storm(ALERTS // LEGS))
    until = next_number()
    equal('nobody reads: each start is one event', until, first + count)
    found = listed()
    equal('nobody reads: all sockets are full',
          [one['full'] for one in found], [True] * 3)
    check('nobody reads: all are behind',
          all(one['next'] + one['behind'] == until and one['behind']
              for one in found), found)
    check('nobody reads: the text says so',
          ctl('status', '--readers').count(' full  python3') == 3,
          ctl('status', '--readers'))
    for number, reader in enumerate(readers):
        reader.drain(until)
        reader.account.balance(f'read only then, {number + 1}', until)
        reader.close()
    equal('nobody is left', listed(), [])


def check_subscribe_again():
    """A reader gets nothing twice, and may skip what it has not got yet."""
    first = next_number()
    reader = SocketReader(Account(first))
    finished(storm(CPUS * 2))
    until = next_number()
    reader.drain(until)
    reader.do(netlink.SUBSCRIBE, (netlink.SUBSCRIBE_FROM, netlink.u64(first)))
    finished(storm(CPUS * 2))
    reader.drain(next_number())
    reader.account.balance('subscribed again', next_number())
    reader.close()


def shrink_ring():
    """The smallest one there is; a smaller one, and no number, is refused."""
    if not os.path.exists(MODULE):
        skip('the size of the ring', 'the module is built into this kernel')
        return
    run('rmmod', 'pydetect')
    for bad in ('255', '262145', '4M', '-1'):
        log = Log()
        check(f'ring_kib={bad} is refused',
              run('insmod', MODULE, f'ring_kib={bad}').returncode, 'loaded')
        check(f'ring_kib={bad}: the log says what it can be',
              'it can be 256 to 262144' in log.since(), log.since())
    run('insmod', MODULE, 'ring_kib=256')
    equal('ring_kib=256: the limit', status()['events']['bytes_max'],
          256 << 10)


def check_ring():
    """It is full, and not more than that."""
    events = status()['events']
    check('the ring is used, and its limit held',
          events['bytes_max'] // 2 < events['bytes'] <= events['bytes_max'],
          events)
    check('the oldest ones had to go',
          1 < events['oldest'] < events['next'], events)


def main():
    """With one rule that matches every start."""
    shrink_ring()
    load('storm.yml')
    check_flood()
    if os.path.exists(MODULE):
        check_ring()
    check_nobody_reads()
    check_subscribe_again()
    finish()


main()
