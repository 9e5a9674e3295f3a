# SPDX-License-Identifier: GPL-2.0-only
"""What the kernel says to a program start, "pydetectctl scan" says, too.

Every case is made real, with its own user, directory, session and parent. What
the kernel said is compared with what the tool says to a record that is written
from the case, not from the event.
"""

import base64
import json
import os
import shutil

from kit import (RULES, SHOW, WAYS, Monitor, check, ctl, equal, finish, load,
                 mode, rule_ids)

HOME = '/root/agree/'
# Elsewhere, so that the rules are not about the parents themselves.
PARENT = '/root/parents/sshd'
PYTHON = os.path.realpath('/usr/bin/python3')
DENIED, FAILED = 126, 125
PASSWD = {0: 'root', 1000: 'user', 65534: 'nobody'}


class Case:
    """A program start, and all that rules may ask about it."""

    def __init__(self, *args, program='show', invoked=None, argv0='zero',
                 parent=None, cwd='/usr', uid=0, session=False):
        self.argv = [argv0, *args] if argv0 is not None else []
        self.image = HOME + program
        self.invoked = invoked or self.image
        self.parent = parent
        self.cwd = cwd
        self.uid = uid
        self.session = session
        self.logon_id = None

    def parent_argv(self):
        """The helper that is the parent, unless it is this process."""
        return [self.parent, 'vfork', self.invoked, *self.argv]

    def record(self, number):
        """The case as the tool wants to have it."""
        record = {
            'id': number, 'Image': self.image, 'Invoked': self.invoked,
            'argv': self.argv, 'CurrentDirectory': self.cwd,
            'ParentImage': PARENT if self.parent else PYTHON,
            'ParentCommandLine': (' '.join(self.parent_argv()) if self.parent
                                  else OWN_COMMAND),
        }
        if self.uid in PASSWD:
            record['User'] = PASSWD[self.uid]
        else:
            record['uid'] = self.uid
        if self.logon_id:
            record['LogonId'] = self.logon_id
        return json.dumps(record)


BURIED = 'print("there is buried text in here")'


def encoded(text):
    """In base64."""
    return base64.b64encode(text.encode()).decode()


CASES = (
    Case(argv0=''), Case(argv0='zero'), Case(''), Case('', ''),
    Case('x', argv0=''), Case('a', 'b'), Case('a', 'b', 'c'),
    Case('a', 'b', 'c', 'd'), Case('a', 'b', 'c', 'd', 'e'),
    Case(*'abcdefgh'),
    Case('x', program='Tool-a'), Case('x', program='tool-a'),
    Case('x', program='Tool-b'), Case('x', program='TOOL-B'),
    Case('x', invoked=HOME + 'alias'), Case('x', invoked='./alias', cwd='/root/agree'),
    Case('x', program='real/alias'), Case('x', invoked='../root/agree/show'),
    Case('alpha', 'beta'), Case('alphabet', 'BETA'), Case('ALPHA'),
    Case('beta alpha'), Case('alphabeta'), Case('al', 'pha', 'beta'),
    Case('axyz'), Case('xz'), Case('x', 'z'), Case('xyyz'),
    Case('100*'), Case('1000'), Case('what?'), Case('whatx'), Case('C:\\tmp'),
    Case('-c'), Case('-lc', 'x'), Case('-C'), Case('-c '), Case('a -c b'),
    Case('--opt=1'), Case('x--opt=1'), Case('x.PY'), Case('x.py'),
    Case('amidst', '--OPT=', '.PY'),
    Case('abc123'), Case('ABC1'), Case('abc'), Case('xabc123'), Case('abcd1'),
    Case('one', 'three'), Case('one  three'), Case('two', '', 'three'),
    Case('one', 'two', 'three'),
    Case('x', parent='sshd: user'), Case('from-parent', parent='sshd'),
    Case('from-parent'), Case('x', parent='from-parent', uid=1000),
    Case('-c', parent='FROM-PARENT', cwd='/tmp'),
    Case('x', cwd='/'), Case('x', cwd='/root/agree'),
    Case('x', cwd='/root/agree/real'), Case('x', cwd='/tmp'),
    Case('x', uid=1000), Case('x', uid=65534), Case('x', uid=1), Case('x', uid=4321),
    Case('x', session=True), Case('-c', session=True, uid=1000),
    Case('danger'), Case('danger', '--harmless'), Case('danger --harmless'),
    Case('one'), Case('two'), Case('one', 'two'), Case('hidden', 'one'),
    Case('two one'),
    Case('import os'), Case('import ossaudio'), Case('import', 'os'),
    Case('import os,sys'), Case('reimport os'), Case('os.exec('),
    Case('execl('), Case('myexec('), Case('/usr/bin/sh'), Case('/bin/shadow'),
    Case('reverse_tcp_rc4'), Case('reverse_tcps', 'x reverse_tcp'),
    Case('first'), Case('first', 'x'), Case('second', cwd='/tmp'),
    Case('second'),
    Case('the end'), Case('the', 'end'), Case('the end '),
    Case('x', argv0='the start'), Case('line', argv0='whole'),
    Case('lines', argv0='whole'), Case('grün'), Case('GRÜN'), Case('GRüN'),
    Case('gr\u00fc', 'n'),
    Case('buried text'), Case(encoded(BURIED)), Case('-c', f"x('{encoded(BURIED)}')"),
    Case(encoded(BURIED)[:20], encoded(BURIED)[20:]), Case(BURIED.encode().hex()),
    Case(encoded(f'exec("{encoded(BURIED)}")')), Case(encoded('there are buried texts in here')),
    Case(encoded(BURIED), 'excused'), Case(encoded(BURIED), encoded('it is excused, and by nobody else')),
    Case('p' * 4090, encoded(BURIED)), Case('.' * 4090 + encoded(BURIED)),
    Case('p' * 5000 + 'danger'), Case(*['p' * 4000] * 30, '-c'),
    Case(*[''] * 500, 'one'),
)


def make_files():
    """The programs, under all their names."""
    for name in (HOME + 'real', os.path.dirname(PARENT)):
        os.makedirs(name)
    for name in ('show', 'Tool-a', 'tool-a', 'Tool-b', 'TOOL-B', 'real/alias'):
        shutil.copy(SHOW, HOME + name)
    os.symlink('show', HOME + 'alias')
    shutil.copy(WAYS, PARENT)
    # Other users come by.
    os.chmod('/root', 0o755)


def become(case):
    """Everything about the new process but the program."""
    os.chdir(case.cwd)
    if case.session:
        with open('/proc/self/loginuid', 'w', encoding='ascii') as stream:
            stream.write('0')
    if case.uid:
        os.setgid(case.uid)
        os.setuid(case.uid)


def start_child(case, report):
    """The new process: never returns."""
    try:
        become(case)
        with open('/proc/self/sessionid', encoding='ascii') as stream:
            os.write(report, stream.read().encode())
        if case.parent:
            os.execve(PARENT, case.parent_argv(), {})
        # In place, as os.execve() would, but that wants a better argv[0].
        os.execve(WAYS, [WAYS, 'exec', case.invoked, *case.argv], {})
    finally:
        os._exit(FAILED)


def start(case, monitor):
    """Make a case real; the kernel's answer, in the words of the tool."""
    from_child, to_parent = os.pipe()
    child = os.fork()
    if not child:
        os.dup2(os.open('/dev/null', os.O_WRONLY), 2)
        start_child(case, to_parent)
    os.close(to_parent)
    with os.fdopen(from_child, encoding='ascii') as stream:
        session = stream.read()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if session not in ('', str(0xffffffff)):
        case.logon_id = session
    events = [event for event in monitor.events() if event.image == case.image
              and child in (event.pid, event.parent_pid)]
    answer = {'rules': [], 'labels': [], 'verdict': 'allow'}
    if events:
        answer = {'rules': events[0].rules, 'labels': events[0].labels,
                  'verdict': events[0].verdict}
    answer['denied'] = code == DENIED
    answer['more'] = (len(events) > 1 or code not in (0, DENIED) or
                      any(event.error for event in events))
    return answer


def scan(cases):
    """What the tool says to all of them, by number."""
    path = '/tmp/cases.ndjson'
    with open(path, 'w', encoding='utf-8') as stream:
        for number, case in enumerate(cases):
            stream.write(case.record(number) + '\n')
    lines = ctl('scan', '--rules', RULES + 'agree.yml', '--all', '--json',
                path).splitlines()
    return {answer.pop('id'): answer for answer in map(json.loads, lines)}


def compare(cases, real, told):
    """Case by case."""
    for number, case in enumerate(cases):
        wanted = told[number]
        wanted['denied'] = wanted['verdict'] == 'deny'
        wanted['more'] = False
        where = '' if case.uid == 0 else f' as {case.uid}'
        name = f'{case.image} {case.argv}'[:90] + where
        equal(f'{number}, {name}', real[number], wanted)


def check_coverage(real):
    """Rules that match always or never would make the rest worth nothing."""
    for rule in rule_ids('agree.yml'):
        matched = sum(rule in answer['rules'] for answer in real)
        check(f'rule {rule} makes a difference', 0 < matched < len(real),
              f'it matched {matched} of {len(real)}')


def main():
    """All cases, in mode block."""
    make_files()
    load('agree.yml')
    mode('block')
    monitor = Monitor()
    real = [start(case, monitor) for case in CASES]
    monitor.stop()
    check('there are enough cases', len(CASES) >= 60, f'{len(CASES)}')
    compare(CASES, real, scan(CASES))
    check_coverage(real)
    finish()


with open('/proc/self/cmdline', encoding='utf-8') as own:
    OWN_COMMAND = own.read().rstrip('\0').replace('\0', ' ')
main()
