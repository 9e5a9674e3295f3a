# SPDX-License-Identifier: GPL-2.0-only
"""The doctor finds what is wrong, in a kernel."""

import json
import os
import shutil

from kit import (Monitor, check, ctl, equal, finish, load, mode, run,
                 status)

ETC = '/etc/pydetect'


def examine(tool='pydetectctl', **options):
    """What it finds: exit code, and severity and text by topic."""
    done = run(tool, 'doctor', '--json', **options)
    found = {}
    for finding in json.loads(done.stdout)['findings']:
        found.setdefault(finding['topic'], []).append(
            (finding['severity'], finding['text'], finding.get('advice', '')))
    return done.returncode, found


def expect(name, topic, severity, words, **options):
    """One finding on that topic is that bad and has these words."""
    code, found = examine(**options)
    check(f'{name}: found', any(bad == severity and words in text
                                for bad, text, _ in found.get(topic, [])),
          f'{found.get(topic)}')
    if severity in ('warning', 'failure'):
        equal(f'{name}: exit code', code, 1)


def is_builtin():
    """Without a module that could be missing."""
    return status()['hook'] == 'lsm'


def check_healthy():
    """With rules, a reader and good permissions there is nothing to say."""
    load('storm.yml')
    mode('report')
    shutil.rmtree(ETC, ignore_errors=True)
    os.makedirs(ETC + '/rules.d', 0o755)
    monitor = Monitor()
    code, found = examine()
    bad = [finding for topic in found.values() for finding in topic
           if finding[0] in ('warning', 'failure')]
    equal('healthy', (code, bad), (0, []))
    check('healthy: a start was tried', any(
        'one was tried' in text for _, text, _ in found['hook']), found)
    done = run('pydetectctl', 'doctor')
    check('healthy: for people', '0 failures, 0 warnings' in done.stdout,
          done.stdout)
    monitor.stop()


def check_module():
    """Each thing that can be wrong with its state."""
    expect('no reader', 'events', 'warning', 'nobody listens')
    mode('off')
    expect('mode off', 'mode', 'warning', 'mode is off')
    ctl('mode', 'block', '--confirm-within', '1h')
    expect('unconfirmed', 'mode', 'warning', 'unless it is confirmed')
    mode('report')
    expect('open', 'lock', 'note', 'not locked')


def check_tool():
    """Which file is spared by rules."""
    mode('report')
    expect('spared', 'tool', 'ok', 'no rule can deny this')
    shutil.copy('/usr/bin/pydetectctl', '/tmp/copy')
    expect('copy', 'tool', 'note', 'not the one that last set',
           tool='/tmp/copy')
    os.chmod('/tmp/copy', 0o777)
    expect('writable copy', 'tool', 'warning', 'mode 0777', tool='/tmp/copy')


def check_files():
    """Rules that anybody can write, and that are newer than the policy."""
    load('storm.yml')
    rule = ETC + '/rules.d/new.yml'
    with open(rule, 'w', encoding='utf-8') as stream:
        stream.write('title: x\n')
    expect('newer rules', 'policy', 'warning', 'changed after')
    os.chmod(rule, 0o666)
    expect('anybody writes', 'files', 'failure', f'{rule} can be changed by '
           'anybody')
    os.chmod(rule, 0o644)
    os.chown(rule, 1000, 0)
    expect('a user owns', 'files', 'failure', 'user 1000')
    shutil.rmtree(ETC)


def check_unprivileged():
    """Who may not ask is told so."""
    expect('unprivileged', 'module', 'failure', 'does not tell its state',
           user=1000, group=1000, extra_groups=[])


def check_gone():
    """Without the module."""
    if is_builtin():
        return
    equal('unloaded', run('rmmod', 'pydetect').returncode, 0)
    expect('gone', 'module', 'failure', 'not loaded')
    equal('loaded', run('insmod', '/pydetect.ko').returncode, 0)
    expect('fresh', 'policy', 'failure', 'no policy')


def main():
    """From health to death."""
    check_healthy()
    check_module()
    check_tool()
    check_files()
    check_unprivileged()
    check_gone()
    finish()


main()
