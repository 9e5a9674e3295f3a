#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Usage: test_docs.py PYDETECTCTL

Help, man pages, completion and the tool say the same.

What the tool takes is read from its source: the table of commands in main.c,
and the table that each command hands to getopt. Everything else is asked for
what it offers: help by running it, completion by completing, man pages by their
macros.
"""

import os
import re
import subprocess
import sys

REPO = os.path.realpath(os.path.join(os.path.dirname(__file__), '..', '..'))
MAN = os.path.join(REPO, 'ctl', 'man')
BASH = os.path.join(REPO, 'ctl', 'completion', 'pydetectctl.bash')
ZSH = os.path.join(REPO, 'ctl', 'completion', '_pydetectctl')

# Stand-ins for zsh's own functions print what they are given.
ZSH_STUBS = r'''
_arguments() { print -rl -- "${@}" }
_describe() { print -rl -- "${(@P)2}" }
_files() { }
compadd() { shift; print -rl -- "${@}" }
words=(pydetectctl "$@")
CURRENT=$(($# + 1))
complete() { source "$FILE" }
complete
'''

passed = 0
failed = 0


def check(name, good, why=''):
    """One check."""
    global passed, failed
    if good:
        passed += 1
    else:
        failed += 1
        print(f'not ok docs: {name}: {why}')


def same(name, got, wanted):
    """Both have the same members; the differences are named."""
    got, wanted = set(got), set(wanted)
    check(name, got == wanted,
          f'lacks {sorted(wanted - got)}, has {sorted(got - wanted)} in vain')


def read(*path):
    """A file of the repository."""
    with open(os.path.join(REPO, *path), encoding='utf-8') as stream:
        return stream.read()


def run(*argv, **options):
    """What a program prints; it has to succeed."""
    return subprocess.run(argv, check=True, stdout=subprocess.PIPE, text=True,
                          **options).stdout


def commands():
    """Names and summaries, as main.c has them."""
    table = read('ctl', 'main.c')
    table = table[table.index('commands[] = {'):]
    return dict(re.findall(r'\{\s*"([a-z]+)",\s*cmd_\w+,\s*"([^"]+)"',
                           table[:table.index('\n};')]))


def options(command):
    """What getopt is told: for each long option, whether it takes a value."""
    source = read('ctl', f'cmd_{command}.c')
    table = re.search(r'struct option options\[\] = \{(.*?)\n\};', source, re.S)
    if not table:
        return {}
    return {name: kind == 'required_argument' for name, kind in
            re.findall(r'\{\s*"([a-z-]+)",\s*(\w+),', table[1])}


def letters(command):
    """Short options, as getopt is told."""
    source = read('ctl', f'cmd_{command}.c')
    found = re.search(r'getopt_long\(\s*argc,\s*argv,\s*"([^"]*)"', source)
    return set(found[1].replace(':', '').replace('+', '')) if found else set()


def help_options(text):
    """What help lists: options with whether they take a value; letters."""
    found = re.findall(r'^ +(?:-(\w), )?--([a-z-]+)'
                       r'(?:( [A-Z][A-Z=]*| [a-z]+(?:\|[a-z]+)+)(?=\s)'
                       r'|(?=  |\n))', text, re.M)
    return ({name: bool(value) for _, name, value in found},
            {letter for letter, _, _ in found if letter})


def man_sections():
    """What pydetectctl(8) has for each command."""
    text = read('ctl', 'man', 'pydetectctl.8').replace('\\-', '-')
    text = text[text.index('.Sh COMMANDS'):]
    parts = re.split(r'^\.(Ss|Sh) (.*)\n', text, flags=re.M)
    return {name: body for kind, name, body in
            zip(parts[1::3], parts[2::3], parts[3::3]) if kind == 'Ss'}


def man_options(body):
    """What a section lists, like help_options()."""
    found = re.findall(r'^\.It (?:Fl (\w) , )?Fl Fl ([a-z-]+)( (?:Ar|Cm) .*)?$',
                       body, re.M)
    return ({name: bool(value) for _, name, value in found},
            {letter for letter, _, _ in found if letter})


def bash_completes(*words):
    """What bash would offer instead of the last of the words."""
    script = ('source "$0"; compopt() { :; }; COMP_WORDS=(pydetectctl "$@"); '
              'COMP_CWORD=$#; _pydetectctl; printf "%s\\n" "${COMPREPLY[@]}"')
    return run('bash', '-c', script, BASH, *words).split()


def zsh_completes(*words):
    """What zsh would be told to offer there: specifications."""
    return run('zsh', '-f', '-c', ZSH_STUBS, 'zsh', *words,
               env={**os.environ, 'FILE': ZSH}).split('\n')


def zsh_options(specifications):
    """Long options with whether they take a value."""
    found = {}
    for specification in specifications:
        option = re.match(r'(?:\([^)]*\))?\*?--([a-z-]+)\[[^]]*\](:?)',
                          specification)
        if option:
            found[option[1]] = option[2] == ':'
    return found


def check_command(tool, command, sections):
    """One command, everywhere."""
    wanted, short = options(command), letters(command)
    text = run(tool, command, '--help')
    check(f'{command}: help has a usage',
          text.startswith(f'Usage: pydetectctl {command}'), text[:60])
    listed, listed_short = help_options(text)
    same(f'{command}: help', listed.items(), wanted.items())
    same(f'{command}: letters in help', listed_short, short)

    # What all commands take is said once.
    del wanted['help']
    listed, listed_short = man_options(sections.get(command, ''))
    same(f'{command}: man page', listed.items(), wanted.items())
    same(f'{command}: letters in the man page', listed_short | {'h'}, short)

    same(f'{command}: bash', bash_completes(command, '--'),
         [f'--{name}' for name in [*wanted, 'help']])
    for name, takes in wanted.items():
        offers_options = '--help' in bash_completes(command, f'--{name}', '--')
        check(f'{command} --{name}: bash knows whether a value follows',
              offers_options != takes)
    found = zsh_options(zsh_completes(command, ''))
    same(f'{command}: zsh', found.items(),
         [*wanted.items(), ('help', False)])


def check_values(tool, sections):
    """Words that are offered are those of help and man page.

    Running them would set the mode of the machine that runs this.
    """
    for command, option in (('mode', '--on-error'), ('mode', '--for'),
                            ('mode', 'mode'), ('rules', '--sort'),
                            ('scan', '--format'), ('scan', '--mode'),
                            ('events', '--level'), ('events', '--verdict')):
        name = f'{command} {option}'
        words = [command] if option == command else [command, option]
        offered = bash_completes(*words, '')
        check(f'{name}: something is offered', offered)
        listed = re.findall(r'[a-z-]+', run(tool, command, '--help'))
        for word in offered:
            check(f'{name}: help has {word}', word in listed or
                  re.fullmatch(r'\d+[smhd]', word))
        listed = re.findall(r'[a-z-]+', ' '.join(re.findall(
            r'^\.(?:It|Op).* Cm (.*)$', sections[command], re.M)))
        for word in offered:
            check(f'{name}: the man page has {word}', word in listed or
                  re.fullmatch(r'\d+[smhd]', word))
        line = [spec for spec in zsh_completes(command, '')
                if re.search(rf'{option}[\[:]', spec)]
        check(f'{name}: zsh offers the same',
              line and line[0].endswith(f'({" ".join(offered)})'),
              (line, offered))


def check_commands(tool):
    """The table, and everything that repeats it."""
    table, sections = commands(), man_sections()
    check('there are commands', len(table) > 10, table)
    text = run(tool, '--help')
    listed = dict(re.findall(r'^  ([a-z]+) +(\S.*)$', text, re.M))
    same('help: commands and summaries', listed.items(), table.items())
    same('man page: commands', sections, table)
    same('bash: commands', bash_completes(''),
         [*table, '--help', '--version'])
    same('zsh: commands', {line.split(':')[0] for line in zsh_completes('')
                           if line}, [*table, '--help', '--version'])
    for command in table:
        check_command(tool, command, sections)
    check_values(tool, sections)


def words_of(text, macro):
    """Words that list items with that macro name."""
    found = set()
    for line in re.findall(rf'^\.It {macro} (.*)$', text, re.M):
        found.update(re.findall(r'[A-Za-z0-9_]+', line.split(' No ')[0]))
    return found


def section(text, name):
    """The part of a man page under that heading."""
    return re.search(rf'^\.Sh {name}\n(.*?)(?=^\.Sh |\Z)', text,
                     re.M | re.S)[1]


def check_rules():
    """Fields and modifiers in pydetect.rules(5) are those of the compiler."""
    text = read('ctl', 'man', 'pydetect.rules.5')
    known = re.search(r'known\[\] = \{(.*?)\};', read('ctl', 'rule_field.c'),
                      re.S)[1]
    same('fields', words_of(section(text, 'FIELD NAMES'), 'Ic'),
         re.findall(r'"(\w+)"', known))
    table = re.findall(r'\{ "(\w+)", MODIFIER_(\w+),',
                       read('ctl', 'rule_modifier.c'))
    part = section(text, 'MODIFIERS')
    same('modifiers', words_of(part, 'Ic') | flags_of(part),
         [name for name, kind in table if kind != 'REFUSED'])
    keys = re.search(r'keys\[\] = \{(.*?)\};', read('ctl', 'rule_extension.c'),
                     re.S)[1]
    listed = words_of(section(text, 'THE KEY pydetect'), 'Ic') - {'true'}
    same('keys of pydetect', listed, re.findall(r'"(\w+)"', keys))
    types = re.search(r'types\[.*?\] = \{(.*?)\};',
                      read('ctl', 'rule_correlation.c'), re.S)[1]
    check('types of correlations', all(
        re.search(rf'^\.Ic .*\b{name}\b', section(text, 'CORRELATIONS'), re.M)
        for name in re.findall(r'"(\w+)"', types)), types)


def flags_of(part):
    """Flags of "re", which stand in its description."""
    flags = part[part.index('.It Ic re\n'):]
    flags = flags[:flags.index('.It ', 4)]
    found = re.findall(r'^\.Ic (.*)$|^\(or$', flags, re.M)
    return set(re.findall(r'[a-z]+', ' '.join(found)))


def check_parameters():
    """pydetect(7) has every parameter of the module."""
    names = set()
    for name in os.listdir(os.path.join(REPO, 'module')):
        if name.endswith('.c'):
            names.update(re.findall(r'^MODULE_PARM_DESC\((\w+),',
                                    read('module', name), re.M))
    text = read('ctl', 'man', 'pydetect.7')
    same('parameters of the module',
         words_of(section(text, 'MODULE PARAMETERS'), 'Va'), names)


def check_pages():
    """Man pages have no mistakes, and refer to pages that there are."""
    pages = sorted(os.listdir(MAN))
    check('there are man pages', pages)
    for page in pages:
        done = subprocess.run(['mandoc', '-Tlint', '-Wwarning',
                               os.path.join(MAN, page)], check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True)
        check(f'{page}: mandoc', done.returncode == 0, done.stdout)
        for name, number in re.findall(r'^\.Xr (pydetect\S*) (\d)',
                                       read('ctl', 'man', page), re.M):
            check(f'{page}: refers to {name}({number})',
                  f'{name}.{number}' in pages)


def main():
    """Everything against everything."""
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    tool = os.path.realpath(sys.argv[1])
    check_commands(tool)
    check_rules()
    check_parameters()
    check_pages()
    print(f'docs: {passed} passed, {failed} failed')
    sys.exit(failed > 0)


main()
