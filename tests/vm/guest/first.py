# SPDX-License-Identifier: GPL-2.0-only
"""The first process is never denied: what pid1.sh saw before it was init.

That this runs at all shows that process 1 could start init, which the policy in
force then denied to everybody else.
"""

from kit import equal, finish

SAID = '/vm/first'
CANNOT_EXECUTE = 126


def main():
    """Only the other process was denied, and nothing else went wrong."""
    with open(SAID, encoding='utf-8') as stream:
        equal('denied to another, not to the first', stream.read(),
              f'another process: {CANNOT_EXECUTE}\n')
    finish()


main()
