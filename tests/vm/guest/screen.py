# SPDX-License-Identifier: GPL-2.0-only
"""A terminal for programs that draw: what they send, and what it looks like."""

import fcntl
import os
import pty
import re
import select
import struct
import termios
import time

# A control sequence; another escape sequence; one character.
TOKEN = re.compile(rb'\x1b\[([?>]?)([0-9;]*)([@-~])|\x1b[()][0-9A-Z]|\x1b[=>78]'
                   rb'|([\x00-\xff])', re.DOTALL)


class Screen:
    """As much of an xterm as ncurses makes use of for one."""

    def __init__(self, width, height):
        self.resize(width, height)

    def resize(self, width, height):
        """Blank, in another size."""
        self.width, self.height = width, height
        self.cells = [[' '] * width for _ in range(height)]
        self.row = self.column = 0
        self.top, self.bottom = 0, height
        self.last = ' '

    def lines(self):
        """What it looks like."""
        return [''.join(line).rstrip() for line in self.cells]

    def _move(self, row, column):
        self.row = max(0, min(row, self.height - 1))
        self.column = max(0, min(column, self.width - 1))

    def _put(self, character):
        if self.column < self.width:
            self.cells[self.row][self.column] = character
            self.column += 1
        self.last = character

    def _blank(self, row, start, end):
        for column in range(start, min(end, self.width)):
            self.cells[row][column] = ' '

    def _erase(self, whole):
        """Up to the end of the screen, or all of it."""
        self._blank(self.row, 0 if whole else self.column, self.width)
        for row in range(0 if whole else self.row + 1, self.height):
            self._blank(row, 0, self.width)

    def _erase_line(self, which):
        start = 0 if which else self.column
        self._blank(self.row, start,
                    self.column + 1 if which == 1 else self.width)

    def _shift(self, count, by):
        """Take characters out of the line, or put blanks into it."""
        line, at = self.cells[self.row], self.column
        blanks = [' '] * count
        if by == 'P':
            line[at:] = line[at + count:] + blanks
        else:
            line[at:] = (blanks + line[at:])[:self.width - at]
        del line[self.width:]

    def _scroll(self, count, by):
        """Rows from here on, or all within the margins, up or down."""
        start = self.row if by in 'ML' else self.top
        rows = self.cells[start:self.bottom]
        blank = [[' '] * self.width for _ in range(min(count, len(rows)))]
        if by in 'MS':
            rows = rows[len(blank):] + blank
        else:
            rows = blank + rows[:len(rows) - len(blank)]
        self.cells[start:self.bottom] = rows

    def _line_feed(self):
        if self.row + 1 == self.bottom:
            self._scroll(1, 'S')
        else:
            self._move(self.row + 1, self.column)

    def _control(self, numbers, final):
        first = numbers[0] if numbers else 0
        count = first or 1
        if final in 'Hf':
            self._move(count - 1, (numbers[1] if len(numbers) > 1 else 1) - 1)
        elif final in 'ABCD':
            rows = {'A': -count, 'B': count}.get(final, 0)
            columns = {'D': -count, 'C': count}.get(final, 0)
            self._move(self.row + rows, self.column + columns)
        elif final == 'G':
            self._move(self.row, count - 1)
        elif final == 'd':
            self._move(count - 1, self.column)
        elif final == 'J':
            self._erase(first == 2)
        elif final == 'K':
            self._erase_line(first)
        elif final == 'X':
            self._blank(self.row, self.column, self.column + count)
        elif final == 'b':
            for _ in range(count):
                self._put(self.last)
        elif final in 'P@':
            self._shift(count, final)
        elif final in 'MLST':
            self._scroll(count, final)
        elif final == 'r':
            self.top = count - 1
            self.bottom = numbers[1] if len(numbers) > 1 else self.height
            self._move(0, 0)
        elif final not in 'mlht':
            raise RuntimeError(f'what is {numbers}{final}?')

    def feed(self, data):
        """Show what a program sent; what was not complete yet."""
        at = 0
        while at < len(data):
            token = TOKEN.match(data, at)
            if not token or token.group(4) == b'\x1b':
                break
            at = token.end()
            if token.group(3):
                numbers = [int(number or 0) for number in
                           token.group(2).split(b';')]
                self._control(numbers, token.group(3).decode())
            elif token.group(4) == b'\r':
                self.column = 0
            elif token.group(4) == b'\n':
                self._line_feed()
            elif token.group(4) == b'\b':
                self._move(self.row, self.column - 1)
            elif token.group(4):
                self._put(token.group(4).decode('latin-1'))
        return data[at:]


class Program:
    """A program in a terminal of its own."""

    def __init__(self, argv, width, height, **environment):
        self.pid, self.master = pty.fork()
        if not self.pid:
            os.environ.update(environment, TERM='xterm')
            # Not before the terminal has its size.
            os.read(0, 1)
            os.execvp(argv[0], argv)
        self.screen = Screen(width, height)
        self.raw = b''
        self._rest = b''
        self.resize(width, height)
        self.modes = termios.tcgetattr(self.master)
        self.press('\n')

    def resize(self, width, height):
        """Another size."""
        fcntl.ioctl(self.master, termios.TIOCSWINSZ,
                    struct.pack('4H', height, width, 0, 0))
        self.screen.resize(width, height)

    def press(self, keys):
        """Type something."""
        os.write(self.master, keys.encode())

    def take(self):
        """Take what it has sent; false when it has ended."""
        if not select.select([self.master], [], [], 0.1)[0]:
            return True
        try:
            data = os.read(self.master, 1 << 16)
        except OSError:
            return False
        self.raw += data
        self._rest = self.screen.feed(self._rest + data)
        return bool(data)

    def wait_until(self, holds, limit):
        """Until something holds of the lines of the screen; whether it did."""
        end = time.monotonic() + limit
        while not holds(self.screen.lines()):
            if not self.take() or time.monotonic() > end:
                return False
        return True

    def wait_for(self, pattern, limit):
        """Until a line of the screen matches; whether one did."""
        return self.wait_until(
            lambda lines: any(re.search(pattern, line) for line in lines),
            limit)

    def wait(self):
        """Until it ends; its exit code, or what killed it, negative."""
        while self.take():
            pass
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
