# SPDX-License-Identifier: GPL-2.0-only
"""Usage: page_check.py PAGE

Is a page well-formed, without anything that runs or is fetched?
"""

import re
import sys
from html.parser import HTMLParser

VOID = {'meta', 'br'}
TAGS = VOID | set('''
    html head title style body header main footer section article h1 h2 h3 p
    span strong i code dl dt dd div ul li table thead tbody tr th td details
    summary svg g rect line circle text'''.split())
ATTRIBUTES = set('''
    lang charset http-equiv content name id class role aria-label
    aria-labelledby scope title style width height x y x1 x2 y1 y2 cx cy r dx
    text-anchor'''.split())


class Page(HTMLParser):
    """Collects what is wrong."""

    def __init__(self):
        super().__init__()
        self.open = []
        self.ids = set()
        self.wrong = []

    def expect(self, good, what):
        """Remember @what where it is not @good."""
        if not good:
            self.wrong.append(f'{self.getpos()}: {what}')

    def handle_starttag(self, tag, attrs):
        self.handle_startendtag(tag, attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        names = [name for name, _ in attrs]
        self.expect(tag in TAGS, f'<{tag}>')
        self.expect(len(set(names)) == len(names), f'<{tag}> says twice')
        self.expect(set(names) <= ATTRIBUTES, f'<{tag}> has {names}')
        for name, value in attrs:
            self.expect(name != 'style' or
                        re.fullmatch(r'width:[0-9.]+%', value), value)
            self.expect(name != 'id' or value not in self.ids, value)
            if name == 'id':
                self.ids.add(value)
            if name == 'aria-labelledby':
                self.expect(value, f'<{tag}> has no label')

    def handle_endtag(self, tag):
        self.expect(self.open and self.open.pop() == tag, f'</{tag}>')

    def handle_data(self, data):
        if self.open and self.open[-1] == 'style':
            self.expect('url(' not in data and '@import' not in data,
                        'the style sheet fetches something')


def main():
    """Check the page."""
    with open(sys.argv[1], encoding='utf-8') as stream:
        text = stream.read()
    page = Page()
    page.feed(text)
    page.close()
    page.expect(not page.open, f'never closed: {page.open}')
    page.expect(text.startswith('<!DOCTYPE html>'), 'no doctype')
    labels = set(re.findall(r'aria-labelledby="([^"]*)"', text))
    page.expect(labels <= page.ids, f'no such label: {labels - page.ids}')
    for wrong in page.wrong[:10]:
        print(wrong)
    return bool(page.wrong)


if __name__ == '__main__':
    sys.exit(main())
