# SPDX-License-Identifier: GPL-2.0-only
"""Bursts of shell commands from a Python parent, by the shipped rules."""

import json
import subprocess

from kit import Monitor, check, ctl, equal, finish, load_path, mode

SHIPPED = '/test/shipped/python_shell_burst.yml'
RULES = '/tmp/burst.yml'
SHELL = '/usr/bin/dash'
TIMESPAN = 4

# Commands by their classes.
GREP, FIND, CURL, ENV, WGET, DISCOVERY, OTHER = (
    ('grep x /etc/hosts', 'grep y /etc/hosts'), ('find /etc/apt', 'find /x'),
    ('curl -h', 'curl -V'), ('env A=1 true', 'env B=1 true'),
    ('wget -h', 'wget -V'), ('whoami', 'uname -a', 'hostname'),
    ('true', 'echo a', 'echo b', 'echo c', 'echo d'))
FIVE_IN_FOUR = [GREP[0], GREP[1], FIND[0], DISCOVERY[0], OTHER[0]]


class Parent:
    """A Python process of its own that runs shell commands."""

    def __init__(self):
        self.process = subprocess.Popen(
            ['python3', '/test/driver.py'], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True)
        self.pid = self.process.pid

    def order(self, order):
        """Tell it something."""
        self.process.stdin.write(json.dumps(order) + '\n')
        self.process.stdin.flush()

    def shell(self, command, option='-c', shell=SHELL):
        """Let it run a shell command; how that ended."""
        self.order([shell, option, command])
        return self.process.stdout.readline().strip()

    def stop(self):
        """End it."""
        self.process.communicate()


def by_parent(*commands, option='-c'):
    """Let a new parent run commands; it, and how they ended."""
    parent = Parent()
    ended = [parent.shell(command, option) for command in commands]
    parent.stop()
    return parent, ended


def write_rules(action='report', timespan=None):
    """The shipped rules, with the correlations as wanted."""
    with open(SHIPPED, encoding='utf-8') as stream:
        text = stream.read()
    if timespan:
        text = text.replace('timespan: 60s', f'timespan: {timespan}s')
    with open(RULES, 'w', encoding='utf-8') as stream:
        stream.write(text.replace('action: report', f'action: {action}'))


def use_rules(**options):
    """Load them. Correlations that differ in what they mean begin afresh."""
    write_rules(**options)
    load_path(RULES)


def correlations(event):
    """The titles of the correlations in an event."""
    return [rule['title'] for rule in event.record['pydetect']['rules']
            if rule['correlation']]


def window_of(event, field):
    """The window in an event that counts values, by what it groups by."""
    for window in event.record['pydetect']['windows']:
        if field in window['group'] and 'values' in window:
            return window
    return None


def check_silent(monitor, name, *commands, option='-c'):
    """A parent that is not worth an alert."""
    by_parent(*commands, option=option)
    equal(f'{name}: no alert',
          [correlations(event) for event in monitor.events()], [])


def check_report(parent):
    """The burst is drawn, a mark for each command."""
    page = ctl('report', '--since', '1h')
    equal('report: a mark for each command', page.count('<circle'), 5)
    check('report: the parent', f'ParentProcessGuid pid {parent.pid}' in page,
          page[page.find('id="bursts"'):][:2000])
    check('report: the threshold', 'threshold: 5' in page, 'is missing')


def check_alert(monitor):
    """The fifth command makes the alert, and it tells everything."""
    parent, ended = by_parent(*FIVE_IN_FOUR)
    events = monitor.events()
    equal('five in four classes: all run', len(ended), 5)
    if not equal('five in four classes: one event', len(events), 1):
        return
    event = events[0]
    equal('the alert: by the parent, and by its lineage',
          len(correlations(event)), 2)
    equal('the alert: nothing but correlations',
          len(correlations(event)), len(event.rules))
    equal('the alert: at the fifth command', event.args,
          [SHELL, '-c', FIVE_IN_FOUR[4]])
    equal('the alert: verdict', event.verdict, 'report')
    window = window_of(event, 'ParentProcessGuid')
    equal('the alert: the command lines', window and window['values'],
          [f'{SHELL} -c {command}' for command in FIVE_IN_FOUR])
    equal('the alert: when each was seen, in order',
          window and (len(window['seen']), sorted(window['seen'])),
          (len(FIVE_IN_FOUR), window and window['seen']))
    check('the alert: seen from the first to the last',
          window and (window['seen'][0], window['seen'][-1]) ==
          (window['first'], window['last']), window)
    equal('the alert: both counts',
          sorted({window['count'] for window in
                  event.record['pydetect']['windows']}), [2, 4, 5])
    equal('the alert: the group', window and window['group'],
          {'ParentProcessGuid':
           event.record['process']['parent']['entity_id']})
    equal('the alert: the parent', event.parent_pid, parent.pid)
    check('the alert: the parent\'s directory',
          event.record['process']['parent'].get('working_directory'),
          'is missing')
    check('the alert: first before last', window and
          window['first'] < window['last'], window)
    check_report(parent)


def command_windows(parent):
    """The windows that count command lines of a parent."""
    return [window for window in json.loads(ctl('windows', '--json')) if
            f'-{parent.pid}-' in window['group'].get('ParentProcessGuid', '')
            and window['needed'] == 5]


def check_windows():
    """What is being counted can be looked at."""
    parent = Parent()
    for command in FIVE_IN_FOUR[:3]:
        parent.shell(command)
    windows = json.loads(ctl('windows', '--json'))
    mine = command_windows(parent)
    equal('windows: three of five', [window['count'] for window in mine], [3])
    fullness = [window['count'] / window['needed'] for window in windows]
    equal('windows: fullest first', fullness, sorted(fullness, reverse=True))
    check('windows: text', FIVE_IN_FOUR[0] in ctl('windows'), ctl('windows'))
    status = json.loads(ctl('status', '--json'))['windows']
    check('status: windows', status['count'] >= len(windows), status)
    parent.stop()


def check_reload(monitor):
    """Loading the same rules again does not interrupt a count."""
    parent = Parent()
    for command in FIVE_IN_FOUR[:3]:
        parent.shell(command)
    load_path(RULES)
    for command in FIVE_IN_FOUR[3:]:
        parent.shell(command)
    parent.stop()
    equal('reload: the burst is seen all the same',
          [len(correlations(event)) for event in monitor.events()], [2])


def check_sliding(monitor):
    """What is older than the timespan does not count any more."""
    use_rules(timespan=TIMESPAN)
    parent = Parent()
    for command in FIVE_IN_FOUR[:4]:
        parent.shell(command)
    parent.order(TIMESPAN + 0.5)
    parent.shell(FIVE_IN_FOUR[4])
    mine = command_windows(parent)
    parent.stop()
    equal('longer than the timespan: no alert', monitor.events(), [])
    equal('longer than the timespan: one is left',
          [(window['count'], window['values']) for window in mine],
          [(1, [f'{SHELL} -c {FIVE_IN_FOUR[4]}'])])


def check_block(monitor):
    """The command that completes a burst does not run, nor do later ones."""
    use_rules(action='block', timespan=2 * TIMESPAN)
    mode('block')
    parent = Parent()
    ended = [parent.shell(command) for command in FIVE_IN_FOUR]
    ended += [parent.shell('echo more'), parent.shell(FIVE_IN_FOUR[0])]
    equal('block: the fifth is refused, and those after it',
          [how == 'refused' for how in ended], [False] * 4 + [True] * 3)
    events = monitor.events()
    equal('block: every refusal is reported',
          [event.verdict for event in events], ['deny'] * 3)
    equal('block: by the correlations',
          {len(correlations(event)) for event in events}, {2})
    parent.order(2 * TIMESPAN + 0.5)
    equal('block: until it is over', parent.shell('echo again'), '0')
    parent.stop()
    mode('report')


def check_ansible(monitor):
    """Hundreds of commands of few classes, as ansible runs them."""
    parent = Parent()
    for number in range(100):
        parent.shell(f'echo {number} && sleep 0')
        parent.shell(f'echo {number}; uname -{number}')
        parent.shell(f'test -e /{number} || grep {number} /etc/hosts')
    parent.stop()
    equal('ansible: silent', monitor.events(), [])


def main():
    """All of it, in mode report but for one."""
    use_rules()
    monitor = Monitor()
    check_alert(monitor)
    check_silent(monitor, 'five in three classes', GREP[0], GREP[1], FIND[0],
                 FIND[1], OTHER[0])
    check_silent(monitor, 'four in four classes', GREP[0], FIND[0],
                 DISCOVERY[0], OTHER[0])
    check_silent(monitor, 'the same four again and again', GREP[0], FIND[0],
                 DISCOVERY[0], OTHER[0], GREP[0], FIND[0], OTHER[0])
    for option, alerts in (('-lc', 1), ('-cl', 1), ('-xc', 0)):
        by_parent(*FIVE_IN_FOUR, option=option)
        equal(f'{option}: alerts', len(monitor.events()), alerts)
    by_parent(*FIVE_IN_FOUR[:3])
    by_parent(*FIVE_IN_FOUR[3:])
    equal('two parents: no alert', monitor.events(), [])
    check_windows()
    check_reload(monitor)
    check_ansible(monitor)
    check_sliding(monitor)
    check_block(monitor)
    check('the monitor: still there', monitor.process.poll() is None)
    monitor.stop()
    finish()


main()
