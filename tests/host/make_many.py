#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Usage: make_many.py DIRECTORY NUMBER OUTPUT

Writes NUMBER rules into the directory OUTPUT, made from the rule files below
DIRECTORY in turn, each round into one file. The first round is the files as
they are; in every further one the ids are new and the strings of the detections
differ, so that next to nothing is shared.
"""
import pathlib
import random
import re
import sys
import uuid

# A line: indent and dash, field and modifiers, value.
LINE = re.compile(r"^(\s+(?:- )?)([A-Za-z_0-9|]+:(?:\s+|$))?(.*)$")
LETTERS = 'abcdefghijklmnopqrstuvwxyz'


def vary(value, dice):
    """Another text of the same kind: two of its words get other letters."""
    words = [word for word in re.finditer(r'[A-Za-z]{2,}', value)
             if value[max(0, word.start() - 1)] != '\\']
    for word in sorted(dice.sample(words, min(2, len(words))),
                       key=lambda word: -word.start()):
        at = dice.randrange(word.start(), word.end())
        value = value[:at] + dice.choice(LETTERS) * 2 + value[at + 1:]
    return value


def may_vary(dash, key, value):
    """Is this a value, and one that stays valid when letters change?"""
    if not value or value[0] in '#&*{[' or value == 'null':
        return False
    if key:
        return not key.startswith('condition') and '|re' not in key
    return dash.endswith('- ')


def varied(text, number):
    """The rule @text with a new id and other strings."""
    dice = random.Random(number)
    lines, within = [], False
    for line in text.splitlines():
        if line and line[0] not in ' #-':
            within = line.startswith('detection:')
        if line.startswith('id:'):
            line = 'id: ' + str(uuid.UUID(int=dice.getrandbits(128), version=4))
        found = LINE.match(line)
        if within and found and may_vary(*found.groups()):
            line = ''.join((found[1], found[2] or '', vary(found[3], dice)))
        lines.append(line)
    return '\n'.join(lines) + '\n'


def main():
    directory, number = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    output = pathlib.Path(sys.argv[3])
    texts = [path.read_text() for path in sorted(directory.rglob('*.yml'))]
    output.mkdir(parents=True, exist_ok=True)
    for first in range(0, number, len(texts)):
        numbers = range(first, min(first + len(texts), number))
        rules = (varied(texts[n - first], n) if first else texts[n]
                 for n in numbers)
        path = output / f'round-{first // len(texts):04}.yml'
        path.write_text('---\n' + '---\n'.join(rules))


main()
