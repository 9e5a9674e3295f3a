# SPDX-License-Identifier: GPL-2.0-only
"""What "pydetectctl top" shows, as text and on a screen."""

import json
import os
import re
import socket
import subprocess
import termios
import time

import netlink
from kit import (PROGRAMS, RULES, SHOW, SLOWNESS, channel, check, ctl,
                 delete_module, equal, finish, run, skip, status)
from screen import Program

SHIPPED = '/test/shipped/python_shell_burst.yml'
SHELL = '/usr/bin/dash'
COMMANDS = ['grep x /etc/hosts', 'find /etc/apt', 'curl -h']
RULE = 'The program that tests start'
LIMIT = 20 * SLOWNESS

# What an attacker would like the terminal to do.
HOSTILE = '/\x1b]0;pwned\x07\x1b[2J\x1b[H\x1b[31mEVIL\udc9b31m\n\x84\u202e'
SHOWN = r'/\\x1b]0;pwned\\a'
WHOLE = SHOWN + r'\\x1b\[2J\\x1b\[H\\x1b\[31mEVIL\\x9b31m\\n'


def storm(count):
    """So many starts on each processor; how many there were."""
    done = run(PROGRAMS + 'storm', str(count), SHOW, '/' + 'x' * 700)
    return int(re.findall(r'\d+', done.stdout)[0])


class Once:
    """A "top --once" that has begun to look."""

    def __init__(self, seconds):
        readers = channel().status()[netlink.STATUS_READERS]
        self.process = subprocess.Popen(
            ['pydetectctl', 'top', '--once', '--interval', f'{seconds}s'],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)
        end = time.monotonic() + LIMIT
        while channel().status()[netlink.STATUS_READERS] == readers:
            if time.monotonic() > end:
                raise RuntimeError('top does not begin')
            time.sleep(0.02)

    def text(self):
        """What it printed in the end."""
        output, self.error = self.process.communicate()
        return output


def numbers(text, pattern):
    """The numbers at the beginning of the first line that matches."""
    for line in text.splitlines():
        if re.search(pattern, line):
            return [int(number) for number in
                    re.match(r'[\d ]*', line).group().split()]
    return None


def drop(text, name):
    """New and all of what was lost in some way."""
    found = re.search(rf' {name} +(\d+) +(\d+)$', text, re.MULTILINE)
    return found and tuple(map(int, found.groups()))


def make_burst():
    """A Python process that has begun a burst, and goes on to live."""
    parent = subprocess.Popen(['python3', '/test/driver.py'], text=True,
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    for command in COMMANDS:
        parent.stdin.write(json.dumps([SHELL, '-c', command]) + '\n')
        parent.stdin.flush()
        parent.stdout.readline()
    return parent


def lose_some():
    """A reader that reads nothing until some is gone."""
    small = netlink.Channel()
    small.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
    small.socket.setsockopt(netlink.SOL_NETLINK, netlink.NETLINK_NO_ENOBUFS, 1)
    small.do(netlink.SUBSCRIBE)
    first = channel().status()[netlink.STATUS_NEXT]
    while channel().status()[netlink.STATUS_OLDEST] <= first:
        storm(100)
    before = status()['events']['lost']
    while status()['events']['lost'] == before:
        small.receive()
    small.close()


def check_once():
    """A burst's window, what a rule matched and what was lost, as text."""
    parent = make_burst()
    top = Once(4 * SLOWNESS)
    count = storm(20)
    text = top.text()
    equal('once: exit code', (top.process.returncode, top.error), (0, ''))
    check('once: the window of a burst',
          re.search(r'^ +3 of 5 +\[######\.\.\.\.\] +60 s  Many Shell Commands',
                    text, re.MULTILINE), text)
    check('once: its parent and its newest value',
          re.search(rf'ParentProcessGuid pid {parent.pid}, '
                    rf'newest {SHELL} -c {COMMANDS[-1]}$', text, re.MULTILINE),
          text)
    found = numbers(text, rf' report +{RULE}$')
    total = channel().rules()['5d0a7f3e-0d3c-4d0e-8a4b-9a4c3a1d7b09']
    equal('once: what a rule matched', found, [count, count, *total])
    equal('once: what is lost', drop(text, 'readers'),
          (0, status()['events']['lost']))
    check('once: alerts', re.search(rf'REPORT info +{RULE} and 1 more', text), text)
    check('once: neither colours nor bytes beyond ASCII',
          re.fullmatch(r'[\n -~]*', text), text)
    parent.communicate()


def check_lost():
    """What was lost while it looks is new."""
    before = status()['events']['lost']
    program = Program(['pydetectctl', 'top', '--interval', '1s'], 80, 24)
    check('lost: draws', program.wait_for(r'^ q quit ', LIMIT),
          program.screen.lines())
    lose_some()
    lost = status()['events']['lost']
    check('lost: there is something to show', lost > before, lost)
    check('lost: what is new, and all',
          program.wait_for(rf' readers +{lost - before} +{lost}$', LIMIT),
          program.screen.lines())
    program.press('r')
    check('lost: key r', program.wait_for(rf' readers +0 +{lost}$', LIMIT),
          program.screen.lines())
    program.press('q')
    equal('lost: ends', program.wait(), 0)


def ends_with_keys(lines):
    """What is drawn for the size before has its last line elsewhere."""
    return lines[-1].startswith(' q quit')


def check_screen():
    """It draws, follows the size and the keys, and gives the terminal back."""
    program = Program(['pydetectctl', 'top', '--interval', '1s'], 80, 24)
    check('screen: draws', program.wait_for(r'^ q quit ', LIMIT) and
          re.match(r'^ pydetect  guest  ', program.screen.lines()[0]),
          program.screen.lines())
    run(SHOW, HOSTILE)
    check('screen: an alert comes', program.wait_for(SHOWN, LIMIT),
          program.screen.lines())
    program.resize(130, 40)
    check('screen: larger', program.wait_until(ends_with_keys, LIMIT),
          program.screen.lines())
    check('screen: wider', program.wait_for(WHOLE, LIMIT) and
          max(map(len, program.screen.lines())) > 80, program.screen.lines())
    program.resize(30, 5)
    check('screen: tiny', program.wait_until(ends_with_keys, LIMIT),
          program.screen.lines())
    program.resize(80, 24)
    for key, pattern in (('s', 'RULES by hits of 1 min'),
                         ('h', 'sort the rules by new hits'), ('h', 'WINDOWS'),
                         ('p', 'PAUSED')):
        program.press(key)
        check(f'screen: key {key}', program.wait_for(pattern, LIMIT),
              program.screen.lines())
    program.press('q')
    equal('screen: q ends it', program.wait(), 0)
    check_harmless('screen', program)


def check_harmless(name, program):
    """Nothing but what ncurses says itself, and the terminal as it was."""
    check(f'{name}: no byte of an attacker',
          not re.search(rb'\x1b\]|\x07|\x9b|\x1b\[31mE|[\x80-\xff]',
                        program.raw), program.raw)
    check(f'{name}: back to what was on it',
          re.search(rb'\x1b\[\?1049l(?!.*\x1b\[\?1049h)', program.raw,
                    re.DOTALL), program.raw[-80:])
    check(f'{name}: the cursor is back',
          program.raw.rindex(b'\x1b[?25h') > program.raw.rindex(b'\x1b[?25l'),
          program.raw[-80:])


def unload(_):
    """Take the module away."""
    equal('unload: works', delete_module(os.O_NONBLOCK), 'OK')


def check_end(name, end, code):
    """However it ends, the terminal is as it was."""
    program = Program(['pydetectctl', 'top'], 80, 24)
    check(f'{name}: draws', program.wait_for(r'^ q quit ', LIMIT),
          program.screen.lines())
    end(program)
    equal(f'{name}: exit code', program.wait(), code)
    equal(f'{name}: the terminal works as before',
          termios.tcgetattr(program.master), program.modes)
    check_harmless(name, program)
    return program.raw


def check_ends():
    """By key, by signal, and because the module is gone."""
    check_end('q', lambda program: program.press('q'), 0)
    check_end('ctrl c', lambda program: program.press('\x03'), 0)
    check_end('SIGTERM', lambda program: os.kill(program.pid, 15), 0)
    if not os.path.exists('/pydetect.ko'):
        skip('unload', 'it is built in')
        return
    raw = check_end('unload', unload, 4)
    check('unload: says so', b'the module was unloaded' in raw, raw[-200:])


def main():
    """With the shipped correlations and a rule that matches a lot."""
    ctl('load', SHIPPED, RULES + 'storm.yml')
    check_once()
    check_lost()
    check_screen()
    check_ends()
    finish()


main()
