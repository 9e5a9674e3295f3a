#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""vary.py STARTS: the attacks among program starts, written in other ways.

Reads program starts as "pydetectctl scan" does, one JSON object a line, and
prints variations of those whose id begins with "attack" and that have Python
code behind -c: the same code in other spacing, with other quotes, imports,
options and names of the interpreter. What the rules were written from looks like
none of them; Python itself rewrites the code, so that it still means the same.
"""

import ast
import json
import re
import sys

# Options that take no value and may stand in one word with -c.
GLUED = re.compile(r'-[bBdEhiIOPqsSuvVx]*c')
INTERPRETERS = ['/usr/local/bin/python3.13', '/opt/venv/bin/python',
                '/usr/bin/Python3', '/home/user/.pyenv/versions/3.12.1/bin/python3.12',
                '/usr/bin/pypy3']


class Renamed(ast.NodeTransformer):
    """Every imported module gets another name."""

    def __init__(self):
        self._names = {}

    def visit_Import(self, node):
        """import a, b -> import a as m0, b as m1"""
        for alias in node.names:
            if '.' in alias.name:
                continue
            old = alias.asname or alias.name
            alias.asname = self._names.setdefault(old, f'm{len(self._names)}')
        return node

    def visit_Name(self, node):
        """What was imported before it is used."""
        node.id = self._names.get(node.id, node.id)
        return node


class Called(ast.NodeTransformer):
    """import a -> a = __import__('a')"""

    def visit_Import(self, node):
        """Only plain names: a.b means something else."""
        if any('.' in alias.name for alias in node.names):
            return node
        return [ast.Assign(
            [ast.Name(alias.asname or alias.name, ast.Store())],
            ast.Call(ast.Name('__import__', ast.Load()),
                     [ast.Constant(alias.name)], []), lineno=0)
            for alias in node.names]


class Apart(ast.NodeTransformer):
    """import a, b -> import a, import b on lines of their own"""

    def visit_Import(self, node):
        """As formatters do it."""
        return [ast.Import([alias]) for alias in node.names]


def rewrite(transformer):
    """A function that lets Python rewrite code."""
    def apply(code):
        tree = ast.parse(code)
        if transformer:
            tree = ast.fix_missing_locations(transformer().visit(tree))
        return ast.unparse(tree)
    return apply


def one_line(code):
    """Statements with ; in between, where they are simple ones."""
    tree = ast.parse(code)
    if any(hasattr(part, 'body') for part in tree.body):
        raise SyntaxError('compound')
    return ' ; '.join(map(ast.unparse, tree.body))


def tokens(space):
    """A function that puts space around commas, brackets and =."""
    def apply(code):
        parts = re.split(r'''("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')''', code)
        for place in range(0, len(parts), 2):
            parts[place] = re.sub(r'([,(=])(?=[^=])(?<![=!<>+*-]=)',
                                  rf'\1{space}', parts[place])
        code = ''.join(parts)
        ast.parse(code)
        return code
    return apply


def double_quotes(code):
    """Strings in double quotes, where Python itself takes single ones."""
    code = rewrite(None)(code)
    code = re.sub(r"'([^'\"\\\n]*)'", r'"\1"', code)
    ast.parse(code)
    return code


VARIATIONS = {
    'formatted': rewrite(None),
    'renamed': rewrite(Renamed),
    'called': rewrite(Called),
    'apart': rewrite(Apart),
    'line': one_line,
    'double': double_quotes,
    'spaced': tokens(' '),
    'tabbed': tokens(r'\t'),
}


def code_of(argv):
    """Where the code of -c is: number of the argument, offset within it."""
    for place, arg in enumerate(argv[1:], 1):
        match = GLUED.match(arg)
        if match and match.end() == len(arg) and place + 1 < len(argv):
            return place + 1, 0
        if match and match.end() < len(arg):
            return place, match.end()
    return None


def vary_code(start):
    """Other code, the rest as it was."""
    place, offset = code_of(start['argv'])
    code = start['argv'][place][offset:]
    for name, change in VARIATIONS.items():
        try:
            other = change(code)
        except (SyntaxError, ValueError):
            continue
        if other == code:
            continue
        argv = list(start['argv'])
        argv[place] = argv[place][:offset] + other
        yield name, {**start, 'argv': argv}


def vary_options(start):
    """Other options, the code as it was."""
    place, offset = code_of(start['argv'])
    argv = start['argv']
    code = argv[place][offset:]
    rest = argv[place + 1:]
    for name, options in {'glued': ['-c' + code], 'bundled': ['-Isuc', code],
                          'warned': ['-W', 'ignore', '-X', 'utf8', '-c', code],
                          'apart': ['-B', '-u', '-c' + code]}.items():
        yield 'options-' + name, {**start, 'argv': [argv[0], *options, *rest]}


def vary_interpreter(start):
    """Another Python, in other places."""
    for number, path in enumerate(INTERPRETERS):
        yield f'interpreter-{number}', {
            **start, 'Image': path, 'Invoked': path,
            'argv': [path.rpartition('/')[2], *start['argv'][1:]]}


def main():
    """Every variation of every attack, by a name of its own."""
    with open(sys.argv[1], encoding='utf-8') as stream:
        starts = [json.loads(line) for line in stream]
    for start in starts:
        if (not start['id'].startswith('attack') or
                'python' not in start['Image'] or not code_of(start['argv'])):
            continue
        for vary in vary_code, vary_options, vary_interpreter:
            for name, other in vary(start):
                other['id'] = f"{start['id']}-{name}"
                print(json.dumps(other))


main()
