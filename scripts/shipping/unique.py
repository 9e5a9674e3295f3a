#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Usage: unique.py [FILE]...

Prints each document of the files, or of standard input, once. RELP sends again
what it is not sure of, so a document may come twice; event.id tells. Parts of
lines, which a collector that was killed leaves, are passed over: what they were
part of was sent again. Says on standard error how many of both there were.
"""

import fileinput
import json
import sys


def document_id(line):
    """None where the line is not a whole document."""
    try:
        return json.loads(line)['event']['id']
    except (ValueError, LookupError, TypeError):
        return None


def main():
    """Reads and prints bytes, whatever the locale."""
    seen, repeated, parts = set(), 0, 0
    for line in fileinput.input(mode='rb'):
        if not line.strip():
            continue
        found = document_id(line)
        if found is None:
            parts += 1
        elif found in seen:
            repeated += 1
        else:
            seen.add(found)
            sys.stdout.buffer.write(line)
    print(f'unique.py: {len(seen)} documents, {repeated} of them again, '
          f'{parts} parts of lines', file=sys.stderr)


if __name__ == '__main__':
    if sys.argv[1:2] in (['-h'], ['--help']):
        print(__doc__.strip())
    else:
        main()
