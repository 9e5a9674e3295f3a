# SPDX-License-Identifier: GPL-2.0-only
"""A policy of ten thousand rules: it loads, is held, and matches what it should.

The rules are made from the Sigma corpus, if the host has it, and compiled there.
One of their files comes along, to know what some of them look for.
"""

import json
import os
import re
import shutil

from kit import SHOW, Monitor, check, ctl, equal, finish, mode, run, skip

MANY = '/test/many/'
IMAGE = MANY + 'policy.image'
# Rules are about /tmp.
HOME = '/opt/many'
RULES = 10000
BYTES = 16 << 20
# Rules that only look at the file.
SIMPLE = re.compile(r"^id: (\S+)$.*^detection:\n    selection:\n"
                    r"        Image\|endswith: '(/\w+)'\n"
                    r'    condition: selection$', re.M | re.S)


def simple_rules():
    """Ids of simple rules, and the ends of paths that they look for."""
    with open(MANY + 'rules.yml', encoding='utf-8') as stream:
        found = map(SIMPLE.search, stream.read().split('\n---\n'))
        return [match.groups() for match in found if match]


def put_program(end):
    """A program whose path ends like this."""
    path = HOME + end
    os.makedirs(os.path.dirname(path), exist_ok=True)
    shutil.copy(SHOW, path)
    return path


def scan(paths):
    """What the tool says to a start of each of them."""
    with open('/tmp/many.ndjson', 'w', encoding='utf-8') as stream:
        for path in paths:
            stream.write(json.dumps({
                'id': path, 'Image': path, 'Invoked': path, 'argv': [path],
                'ParentImage': os.readlink('/proc/self/exe'),
                'CurrentDirectory': os.getcwd(), 'User': 'root'}) + '\n')
    lines = ctl('scan', '--rules', IMAGE, '--all', '/tmp/many.ndjson')
    return {answer['id']: answer['rules']
            for answer in map(json.loads, lines.splitlines())}


def check_status():
    """The policy is there as a whole, and takes no more than it may."""
    policy = json.loads(ctl('status', '--json'))['policy']
    equal('all rules are loaded', policy['rules'], RULES)
    equal('status tells the memory of the policy', policy['bytes'],
          os.path.getsize(IMAGE))
    check('that is not too much', policy['bytes'] <= BYTES, policy['bytes'])


def check_starts(rules):
    """Programs that varied rules look for, and one that no rule does."""
    wanted = {put_program(end): rule for rule, end in rules}
    other = put_program('/nothing-looks-for-me')
    monitor = Monitor()
    for path in [*wanted, other]:
        equal(f'{path} starts', run(path).returncode, 0)
    events = {event.image: event.rules for event in monitor.events()}
    monitor.stop()
    told = scan([*wanted, other])
    for path, rule in wanted.items():
        check(f'{path} is reported with its rule',
              rule in events.get(path, []), events.get(path))
        equal(f'kernel and scan agree on {path}',
              sorted(events.get(path, [])), sorted(told[path]))
    check('another program is not reported', other not in events,
          events.get(other))


def main():
    """All of it, in mode report."""
    if not os.path.exists(IMAGE):
        skip('many rules', 'the host has no corpus to make them from')
        finish()
        return
    ctl('load', IMAGE)
    mode('report')
    check_status()
    rules = simple_rules()
    check('there are simple rules', len(rules) >= 4, rules)
    check_starts(rules[:4])
    ctl('load', IMAGE)
    check_status()
    finish()


main()
