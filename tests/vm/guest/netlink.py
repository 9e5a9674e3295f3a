# SPDX-License-Identifier: GPL-2.0-only
"""As much of generic netlink as it takes to send pydetect anything at all.

Nothing here keeps a caller from sending nonsense: that is what it is for.
"""

import errno
import os
import socket
import struct

NLMSG_ERROR = 2
NLMSG_DONE = 3
NLM_F_REQUEST = 0x01
NLM_F_ACK = 0x04
NLM_F_DUMP = 0x300
NLM_F_CAPPED = 0x100
NLM_F_ACK_TLVS = 0x200
NLMSGERR_ATTR_MSG = 1
SOL_NETLINK = 270
NETLINK_NO_ENOBUFS = 5
NETLINK_CAP_ACK = 10
NETLINK_EXT_ACK = 11
NETLINK_GENERIC = 16

GENL_ID_CTRL = 16
CTRL_CMD_GETFAMILY = 3
CTRL_ATTR_FAMILY_ID = 1
CTRL_ATTR_FAMILY_NAME = 2

STATUS, BEGIN, CHUNK, COMMIT, ABORT, MODE, RULES, SUBSCRIBE, UNSUBSCRIBE, \
    EVENT, LOST, WINDOWS, LOCK, CONFIRM, RULE_SET, READERS = range(1, 17)

POLICY_SIZE, POLICY_OFFSET, POLICY_DATA, POLICY_SIGNATURE = 1, 2, 3, 4
MODE_VALUE, MODE_CONFIRM_WITHIN, MODE_LASTS, MODE_FALLBACK_ABOVE, \
    MODE_ON_ERROR, MODE_TOOL = range(1, 7)
RULE_SET_ID, RULE_SET_ACTION = 1, 2
LOCK_VALUE = 1
LOCK_OPEN, LOCK_SIGNED, LOCK_FROZEN = 0, 1, 2
SIGNATURE_MAX = 8192
SUBSCRIBE_FROM = 1
STATUS_MODE, STATUS_GENERATION, STATUS_CHECKSUM = 3, 5, 8
STATUS_EXECS, STATUS_MATCHED, STATUS_DENIED, STATUS_ERRORS = 10, 11, 12, 13
STATUS_NEXT, STATUS_OLDEST, STATUS_READERS = 14, 15, 18
STATUS_LINEAGES_COMPLETE = 29
RULE_ID, RULE_MATCHED, RULE_DENIED = 2, 9, 10

EVENT_NUMBER = 2
LOST_FIRST, LOST_COUNT = 2, 3
LOST_KINDS = {'first': 2, 'count': 3, 'unstored': 4, 'overwritten': 5,
              'late': 6}

CHUNK_MAX = 16384
MODE_OFF, MODE_REPORT, MODE_BLOCK = 0, 1, 2


def u32(value):
    """A number as an attribute has it."""
    return struct.pack('=I', value)


def u64(value):
    """The same, twice as long."""
    return struct.pack('=Q', value)


def attribute(kind, data):
    """An attribute, with its padding."""
    return (struct.pack('=HH', 4 + len(data), kind) + data +
            bytes(-len(data) % 4))


def attributes(data):
    """Pairs of type and data, in order."""
    found = []
    while len(data) >= 4:
        length, kind = struct.unpack_from('=HH', data)
        found.append((kind & 0x3fff, data[4:length]))
        data = data[(length + 3) & ~3:]
    return found


def number(data):
    """The number in an attribute."""
    return int.from_bytes(data, 'little')


class Refused(Exception):
    """What a command was answered: a name from errno.h, and a sentence."""

    def __init__(self, error, sentence):
        super().__init__(f'{errno.errorcode.get(error, error)} {sentence}')
        self.name = errno.errorcode.get(error, str(error))
        self.sentence = sentence


class Channel:
    """A socket to the family."""

    def __init__(self, sock=None, family=None):
        self.socket = sock or socket.socket(socket.AF_NETLINK, socket.SOCK_RAW,
                                            NETLINK_GENERIC)
        self.socket.setsockopt(SOL_NETLINK, NETLINK_EXT_ACK, 1)
        self.socket.setsockopt(SOL_NETLINK, NETLINK_CAP_ACK, 1)
        self.socket.settimeout(60)
        self.version = 1
        self._sequence = 0
        self.family = family or self._find_family()

    def _find_family(self):
        found = self._request(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 0,
                              attribute(CTRL_ATTR_FAMILY_NAME, b'pydetect\0'))
        return number(dict(found[0][1])[CTRL_ATTR_FAMILY_ID])

    def close(self):
        """End it, and with it what belongs to it."""
        self.socket.close()

    def send(self, kind, command, flags, payload):
        """Send one message."""
        self._sequence += 1
        body = struct.pack('=BBH', command, self.version, 0) + payload
        self.socket.send(struct.pack('=IHHII', 16 + len(body), kind,
                                     NLM_F_REQUEST | flags, self._sequence,
                                     os.getpid()) + body)

    def receive(self):
        """The messages of one packet: type, flags, sequence and body."""
        packet = self.socket.recv(1 << 17)
        found = []
        while packet:
            length, kind, flags, sequence, _ = struct.unpack_from('=IHHII',
                                                                  packet)
            found.append((kind, flags, sequence, packet[16:length]))
            packet = packet[(length + 3) & ~3:]
        return found

    @staticmethod
    def _end(flags, body):
        error = -struct.unpack_from('=i', body)[0]
        if not error:
            return
        sentence = ''
        if flags & NLM_F_ACK_TLVS:
            # The request's header follows; the rest of it is capped.
            for kind, data in attributes(body[20:]):
                if kind == NLMSGERR_ATTR_MSG:
                    sentence = data.rstrip(b'\0').decode()
        raise Refused(error, sentence)

    def _request(self, kind, command, flags, payload):
        self.send(kind, command, flags | NLM_F_ACK, payload)
        answers = []
        while True:
            for answered, answer_flags, sequence, body in self.receive():
                if sequence != self._sequence:
                    continue
                if answered == NLMSG_ERROR:
                    self._end(answer_flags, body)
                    return answers
                if answered == NLMSG_DONE:
                    self._end(0, body)
                    return answers
                answers.append((body[0], attributes(body[4:])))

    def do(self, command, *pairs, flags=0):
        """Send a command with attributes; its answers, or Refused."""
        payload = b''.join(attribute(kind, data) for kind, data in pairs)
        return self._request(self.family, command, flags, payload)

    def status(self):
        """The attributes of the status."""
        return {kind: number(data)
                for kind, data in self.do(STATUS)[0][1] if kind > 2}

    def rules(self):
        """What each rule matched and denied, by its id."""
        found = {}
        for _, pairs in self.do(RULES, flags=NLM_F_DUMP):
            rule = dict(pairs)
            found[rule[RULE_ID].rstrip(b'\0').decode()] = (
                number(rule[RULE_MATCHED]), number(rule[RULE_DENIED]))
        return found

    def begin(self, size):
        """Begin an upload."""
        self.do(BEGIN, (POLICY_SIZE, u32(size)))

    def chunk(self, offset, data):
        """Send a part of an image."""
        self.do(CHUNK, (POLICY_OFFSET, u32(offset)), (POLICY_DATA, data))

    def fill(self, image, step=16384):
        """Send all of an image."""
        self.begin(len(image))
        for offset in range(0, len(image), step):
            self.chunk(offset, image[offset:offset + step])

    def upload(self, image):
        """Send an image, and put it in force."""
        self.fill(image)
        self.do(COMMIT)
