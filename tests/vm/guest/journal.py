# SPDX-License-Identifier: GPL-2.0-only
"""What "monitor --journal" hands to journald, whose place the test takes."""

import json
import os
import socket
import struct
import subprocess

from kit import SHOW, SLOWNESS, Monitor, equal, finish, load, next_number, run

SOCKET = '/run/systemd/journal/socket'
EVENT = '46cb22ae7d534847a4bd9fa185ecc2ab'
STRANGE = b'two\nlines \xff\x01'


def fields_of(data):
    """The fields of an entry, each with all its values."""
    found = {}
    while data:
        line, _, rest = data.partition(b'\n')
        name, equals, value = line.partition(b'=')
        if equals:
            data = rest
        else:
            length, = struct.unpack_from('<Q', rest)
            value, data = rest[8:8 + length], rest[9 + length:]
        found.setdefault(name.decode(), []).append(value)
    return found


class Journal:
    """Listens as journald does."""

    def __init__(self):
        os.makedirs(os.path.dirname(SOCKET), exist_ok=True)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(SOCKET)
        self._socket.settimeout(30 * SLOWNESS)

    def entry(self):
        """The next entry."""
        return fields_of(self._socket.recv(1 << 20))

    def close(self):
        """Go away, as journald never does."""
        self._socket.close()
        os.unlink(SOCKET)


def start_monitor(*options):
    """It says when no event can be missed any more."""
    monitor = subprocess.Popen(['pydetectctl', 'monitor', *options],
                               stderr=subprocess.PIPE, text=True)
    equal('it listens', monitor.stderr.readline(), 'listening\n')
    return monitor


def end_of(monitor):
    """How it ended, and what it said."""
    said = monitor.communicate(timeout=30 * SLOWNESS)[1]
    return monitor.returncode, said


def check_no_journal():
    """Nobody listens: that is said, and nothing is taken for delivered."""
    done = run('pydetectctl', 'monitor', '--journal')
    equal('no journal: exit code', done.returncode, 1)
    equal('no journal: what is said', done.stderr,
          f'pydetectctl: the journal takes nothing ({SOCKET}: '
          'No such file or directory); start systemd-journald\n')


def check_entry(name, entry, record, argument):
    """An entry has what the document has, and bytes as they are."""
    document = json.loads(entry['PYDETECT_JSON'][0])
    for one in document, record:
        del one['event']['created']
    equal(f'{name}: the document', document, record)
    for field, value in (
            ('MESSAGE_ID', EVENT), ('SYSLOG_IDENTIFIER', 'pydetect'),
            ('MESSAGE', record['message']),
            ('PYDETECT_NUMBER', str(record['event']['sequence'])),
            ('PYDETECT_EVENT_ID', record['event']['id']),
            ('PYDETECT_VERDICT', record['pydetect']['verdict']),
            ('PYDETECT_RULE_ID', record['rule']['id']),
            ('PYDETECT_LEVEL', record['log']['level']),
            ('PYDETECT_IMAGE', record['process']['executable']),
            ('PYDETECT_ENTITY_ID', record['process']['entity_id']),
            ('PYDETECT_PARENT_PID', str(record['process']['parent']['pid'])),
            ('PYDETECT_UID', '0')):
        equal(f'{name}: {field}', entry.get(field), [value.encode()])
    # Of a long one the middle is missing, in events as well.
    command = entry['PYDETECT_COMMAND_LINE'][0]
    start = SHOW.encode() + b' ' + argument[:100]
    equal(f'{name}: PYDETECT_COMMAND_LINE', command[:len(start)], start)
    if record['pydetect']['args_complete']:
        equal(f'{name}: all of it', len(command), len(SHOW) + 1 + len(argument))


def check_entries():
    """Bytes that need care, and arguments that are not told whole."""
    journal = Journal()
    events, monitor = Monitor(), start_monitor('--journal')
    for name, argument in ('strange', STRANGE), ('long', b'x' * 100000):
        subprocess.run([SHOW, argument], check=True)
        check_entry(name, journal.entry(), events.records()[0], argument)
    journal.close()
    subprocess.run([SHOW], check=True)
    code, said = end_of(monitor)
    equal('the journal goes away', (code, 'start systemd-journald' in said),
          (1, True))
    events.stop()


def check_both():
    """Beside the journal, lines on standard output where they are wanted."""
    journal, first = Journal(), next_number()
    monitor = subprocess.Popen(
        ['pydetectctl', 'monitor', '--journal', '--json', '--count', '1',
         '--from', str(first)], stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True)
    subprocess.run([SHOW, b'both'], check=True)
    printed = json.loads(monitor.communicate(timeout=30 * SLOWNESS)[0])
    equal('both: the same event', journal.entry()['PYDETECT_EVENT_ID'],
          [printed['event']['id'].encode()])
    journal.close()


load('storm.yml')
check_no_journal()
check_entries()
check_both()
finish()
