# SPDX-License-Identifier: GPL-2.0-only
"""Arguments of every length, and what hides at their far end."""

import resource
import subprocess

from kit import (PROGRAMS, SHOW, Monitor, check, counters, equal, finish,
                 load, mode, rule_ids, run)

# One argument has at most this many bytes, its NUL included.
ARGUMENT_MAX = 128 << 10
PAGE = 4096

WORD, PAIR, WHOLE, TERM, JOINED, PARTS, EMPTY = rule_ids('long.yml')

monitor = None


def start(args):
    """Start the program; whether it was let, and the event, if there is one."""
    done = 'started'
    try:
        subprocess.run([SHOW, *args], check=True, env={})
    except PermissionError:
        done = 'denied'
    events = monitor.events()
    return done, events[0] if events else None


def expect_hit(name, args):
    """Denied, and the event tells exactly where it found what."""
    argv = '\0'.join([SHOW, *args])
    done, event = start(args)
    equal(f'{name}: denied', done, 'denied')
    if not check(f'{name}: an event', event, 'there is none'):
        return
    equal(f'{name}: verdict', (event.verdict, event.error), ('deny', None))
    equal(f'{name}: length', event.length, len(argv))
    equal(f'{name}: number of arguments', event.arg_count, 1 + len(args))
    equal(f'{name}: the place',
          [(hit['offset'], hit['length']) for hit in event.hits
           if hit['field'] == 'CommandLine'],
          [(argv.index('forbidden'), len('forbidden'))])
    pieces = event.pieces()
    check(f'{name}: what is shown of argv',
          all(argv[at:at + len(data)].encode() == data for at, data in pieces),
          'it differs from the arguments')
    check(f'{name}: the word is shown',
          any(b'forbidden' in data for _, data in pieces), 'it is not')


def check_long():
    """A word behind, in and in front of megabytes of something else."""
    padding = ['p' * 100000] * 22
    check('long: it is 2 MiB', sum(map(len, padding)) >= 2 << 20, 'it is not')
    expect_hit('at the end of 2 MiB', padding + ['an forbidden'])
    expect_hit('the last bytes of 2 MiB', padding + ['forbidden'])
    expect_hit('amid 2 MiB',
               padding[:11] + ['p' * 999 + 'forbidden'] + padding[11:])
    expect_hit('in front of 2 MiB', ['forbidden'] + padding)
    # The kernel takes 6 MiB at most, with the pointers.
    expect_hit('at the end of nearly 6 MiB',
               ['p' * (ARGUMENT_MAX - 1)] * 47 + ['forbidden'])
    expect_hit('behind 100,000 arguments', ['p'] * 100000 + ['forbidden'])
    largest = 'p' * (ARGUMENT_MAX - 1 - len('forbidden')) + 'forbidden'
    expect_hit('at the end of the largest argument', [largest])
    equal('nothing in 2 MiB', start(padding + ['forbidde'])[0], 'started')


# Arguments, and the rules that match them.
EDGES = (
    (['forbidden'], [WORD, PARTS]),
    (['xFORBIDDENx'], [WORD]),
    (['forbid', 'den'], []),
    (['forbid den'], []),
    (['first', 'second'], [PAIR]),
    (['first second'], [PAIR, PARTS]),
    (['first', '', 'second'], [EMPTY]),
    (['xfirst', 'secondx'], [PAIR]),
    (['firstsecond'], []),
    (['just-this'], [WHOLE]),
    (['x', 'just-this', 'x'], [WHOLE]),
    (['xjust-this'], []),
    (['just-thisx'], []),
    (['just-this '], []),
    (['just', '-this'], [PARTS]),
    (['lone term'], [TERM]),
    (['lone', 'term'], [TERM]),
    (['alone term'], []),
    (['lone terms'], []),
    (['lone terms', 'lone term'], [TERM]),
    (['-lone term-'], [TERM]),
    (['lone term', ''], [TERM, EMPTY]),
    (['', 'lone term'], [TERM, EMPTY]),
    ([''], [EMPTY]),
    ([''] * 5000, [EMPTY]),
    ([''] * 5000 + ['just-this'], [WHOLE, EMPTY]),
    (['x' * 5000] + [''] * 5000 + ['forbidden'], [WORD, PARTS, EMPTY]),
    ([], []),
)


def check_edges():
    """What is one argument, and what is two."""
    for args, rules in EDGES:
        name = f'{args}' if len(args) < 10 else f'{len(args)} arguments'
        done, event = start(args)
        blocking = [rule for rule in rules if rule != EMPTY]
        equal(f'edges, {name}',
              (done, event.rules if event else []),
              ('denied' if blocking else 'started', rules))


def check_sweep():
    """Across the edge of a page in every way: each start is denied by each."""
    count = PAGE + 64
    before = counters()
    done = run(PROGRAMS + 'sweep', str(count), SHOW, 'xforbiddenx', 'first',
               'second', 'just-this', 'lone term', 'joined beforehand',
               'abehind joined')
    after = counters()
    equal('edge of a page: every start is denied', done.stdout,
          f'started 0 refused {count} failed 0\n')
    equal('edge of a page: each rule, each time',
          {rule: after[rule][1] - before[rule][1] for rule in after},
          {WORD: count, PAIR: count, WHOLE: count, TERM: count, JOINED: 0,
           PARTS: 0, EMPTY: 0})


def main():
    """Everything, with one reader but for the sweep."""
    global monitor
    unlimited = resource.RLIM_INFINITY
    resource.setrlimit(resource.RLIMIT_STACK, (unlimited, unlimited))
    load('long.yml')
    mode('block')
    monitor = Monitor()
    check_long()
    check_edges()
    monitor.stop()
    check_sweep()
    finish()


main()
