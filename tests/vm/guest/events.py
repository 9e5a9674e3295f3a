# SPDX-License-Identifier: GPL-2.0-only
"""Every event has a number, and every gap is told."""

import os
import re
import signal
import socket
import subprocess

import netlink
from kit import (PROGRAMS, SHOW, Event, Monitor, channel, check, equal, finish,
                 load, next_number, run)


def storm(count):
    """So many starts on each processor; how many there were."""
    done = run(PROGRAMS + 'storm', str(count), SHOW, '/' + 'x' * 700)
    started, failed = map(int, re.findall(r'\d+', done.stdout))
    equal('every start works', failed, 0)
    return started


def held():
    """The oldest number that is still held, and the next one."""
    status = channel().status()
    return status[netlink.STATUS_OLDEST], status[netlink.STATUS_NEXT]


def check_records(name, records, first, until):
    """In order, and together exactly the numbers there are. Returns gaps."""
    expected, gaps, wrong = first, [], []
    for record in records:
        gap = record['pydetect'].get('lost')
        number = gap['first'] if gap else record['event']['sequence']
        if number != expected:
            wrong.append((number, expected))
        expected = number + (gap['count'] if gap else 1)
        if gap:
            gaps.append((gap['first'], gap['count']))
    equal(f'{name}: in order and complete', (wrong, expected), ([], until))
    return gaps


class SmallReader(netlink.Channel):
    """A socket that hardly anything fits into, and that nobody reads yet."""

    def __init__(self):
        super().__init__()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
        self.socket.setsockopt(netlink.SOL_NETLINK, netlink.NETLINK_NO_ENOBUFS,
                               1)
        self.do(netlink.SUBSCRIBE)

    def records(self, until):
        """What has come, and comes while it is read, like a monitor's."""
        found, number = [], 0
        while number < until:
            for _, _, _, body in self.receive():
                pairs = dict(netlink.attributes(body[4:]))
                if body[0] == netlink.LOST:
                    first, count = (netlink.number(pairs[kind]) for kind in
                                    (netlink.LOST_FIRST, netlink.LOST_COUNT))
                    found.append({'pydetect': {
                        'lost': {'first': first, 'count': count}}})
                else:
                    first, count = netlink.number(
                        pairs[netlink.EVENT_NUMBER]), 1
                    found.append({'event': {'sequence': first},
                                  'pydetect': {}})
                number = first + count
        self.close()
        return found


def check_attentive():
    """A reader that keeps up gets everything."""
    monitor, first = Monitor(), next_number()
    count = storm(100)
    equal('numbers are given one by one', next_number(), first + count)
    gaps = check_records('attentive', monitor.records(), first, first + count)
    equal('attentive: nothing is lost', gaps, [])
    monitor.stop()


def check_stalled():
    """A reader that stands still is told exactly what it missed."""
    monitor, first = Monitor(), next_number()
    monitor.process.send_signal(signal.SIGSTOP)
    small = SmallReader()
    count = storm(500)
    equal('stalled: a start does not wait', next_number(), first + count)
    oldest, _ = held()
    monitor.process.send_signal(signal.SIGCONT)
    gaps = check_records('stalled', monitor.records(), first, first + count)
    monitor.stop()
    check('stalled: only what was not held any more was lost',
          all(start + length <= oldest for start, length in gaps),
          f'gaps {gaps}, oldest {oldest}')

    gaps = check_records('small buffer', small.records(first + count), first,
                         first + count)
    check('small buffer: some was lost, as it had to be here',
          gaps and oldest > first, f'gaps {gaps}, oldest {oldest}')
    check('small buffer: only what was not held any more',
          all(start + length <= oldest for start, length in gaps),
          f'gaps {gaps}, oldest {oldest}')


# What a terminal or a parser might take amiss.
NASTY = (
    ['two\nlines\r\nand a tab\t'],
    [bytes(range(1, 128)), bytes(range(128, 256))],
    ['\x1b[2J\x1b]0;title\x07', '\x9b31m', '\u202egnp.exe', '\ufeff', '\u2028'],
    [b'\xff\xfe/\xc0\xaf\xed\xa0\x80\xf4\x90\x80\x80\xe2\x82'],
    ['"', "'", '\\', '\\u0000', '{"a":1}', '</script>', '%n%s'],
    [b'/' + b'\n\x1b\xff"' * ((128 << 10) // 4 - 1)],
    [],
)


def begin_text(count):
    """A monitor for people, of so many events."""
    text = subprocess.Popen(
        ['pydetectctl', 'monitor', '--verbose', '--count', str(count)],
        env={'LC_ALL': 'C.UTF-8'}, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE)
    text.stderr.readline()
    return text


def check_any_bytes():
    """Whatever the arguments: text stays text, and JSON has the exact bytes."""
    monitor, text = Monitor(), begin_text(len(NASTY))
    for args in NASTY:
        argv = [os.fsencode(arg) for arg in [SHOW, '/', *args]]
        subprocess.run(argv, check=True)
        wanted = b'\0'.join(argv)
        events = monitor.events()
        name = f'any bytes, {argv[-1][:12]}'
        if not equal(f'{name}: one event', len(events), 1):
            continue
        equal(f'{name}: length', events[0].length, len(wanted))
        pieces = events[0].pieces()
        check(f'{name}: the exact bytes come back',
              pieces and all(wanted[at:at + len(data)] == data
                             for at, data in pieces), pieces)
        if len(wanted) <= 1024:
            equal(f'{name}: all of them', pieces, [(0, wanted)])
    monitor.stop()
    printed = text.communicate()[0]
    equal('any bytes: a headline each',
          len(re.findall(rb'(?m)^[-0-9:. TZ+]+ REPORT ', printed)), len(NASTY))
    bad = sorted(set(re.findall(rb'[\0-\x09\x0b-\x1f\x7f]', printed)))
    equal('any bytes: no control byte reaches the terminal', bad, [])
    try:
        decoded = printed.decode()
    except UnicodeDecodeError as error:
        check('any bytes: the text is UTF-8', False, error)
        return
    equal('any bytes: nothing that moves text or ends lines',
          sorted({point for point in decoded
                  if point in '\x85\x9b\u2028\u2029\u202e\ufeff'}), [])


def replay(*options):
    """What a reader gets that ends by itself."""
    monitor = Monitor(*options)
    monitor.process.wait(60)
    records = monitor.take()
    monitor.stop()
    return records


def check_replay():
    """A reader may begin in the past."""
    oldest, until = held()
    numbers = [Event(record).number for record in
               replay('--from', str(oldest + 5), '--count', '20')]
    equal('from a number on', numbers, list(range(oldest + 5, oldest + 25)))
    numbers = [Event(record).number for record in
               replay('--from', str(until - 1), '--count', '1')]
    equal('from the last number on', numbers, [until - 1])
    records = replay('--from', '1', '--count', '2')
    gaps = check_records('from the beginning', records, 1, oldest + 2)
    equal('from the beginning: what is gone is told', gaps, [(1, oldest - 1)])
    equal('from the beginning: it was asked for too late',
          records[0]['pydetect']['lost'].get('late'), oldest - 1)


def check_two():
    """Readers do not disturb each other."""
    slow, first = Monitor(), next_number()
    quick = Monitor()
    slow.process.send_signal(signal.SIGSTOP)
    count = storm(100)
    gaps = check_records('quick one of two', quick.records(), first,
                         first + count)
    equal('quick one of two: nothing is lost', gaps, [])
    slow.process.send_signal(signal.SIGCONT)
    gaps = check_records('slow one of two', slow.records(), first,
                         first + count)
    equal('slow one of two: nothing is lost', gaps, [])
    slow.stop()
    quick.stop()


def main():
    """With one rule that matches every start."""
    load('storm.yml')
    check_attentive()
    check_stalled()
    check_replay()
    check_two()
    check_any_bytes()
    finish()


main()
