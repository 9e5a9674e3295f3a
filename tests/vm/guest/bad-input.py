# SPDX-License-Identifier: GPL-2.0-only
"""Everything that has to be refused, and must leave the policy as it was."""

import ctypes
import json
import os
import random
import signal
import socket
import struct
import subprocess
import traceback

import netlink
from kit import (PROGRAMS, RULES, SHOW, Monitor, channel, check, ctl,
                 equal, finish, load, next_number, rule_ids, run, skip)
from netlink import Channel, Refused, u32, u64

MODULE = '/pydetect.ko'
HOME = '/tmp/bad/'
RULE = '''title: Test
id: 5d0a7f3e-0d3c-4d0e-8a4b-9a4c3a1d7bff
logsource:
    product: linux
    category: process_creation
detection:
    part:
        %s
    condition: part
level: low
'''

CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
CAP_NET_ADMIN, CAP_MAC_ADMIN, CAP_AUDIT_READ = 12, 33, 37
PR_SET_KEEPCAPS = 8
LINUX_CAPABILITY_VERSION_3 = 0x20080522
NETLINK_ADD_MEMBERSHIP = 1

# Every command, with attributes that it would take.
COMMANDS = {
    'STATUS': (netlink.STATUS, (), 0),
    'POLICY_BEGIN': (netlink.BEGIN, ((netlink.POLICY_SIZE, u32(4096)),), 0),
    'POLICY_CHUNK': (netlink.CHUNK, ((netlink.POLICY_OFFSET, u32(0)),
                                     (netlink.POLICY_DATA, b'x')), 0),
    'POLICY_COMMIT': (netlink.COMMIT, (), 0),
    'POLICY_ABORT': (netlink.ABORT, (), 0),
    'MODE': (netlink.MODE, ((netlink.MODE_VALUE, u32(0)),), 0),
    'LOCK': (netlink.LOCK, ((netlink.LOCK_VALUE,
                             u32(netlink.LOCK_FROZEN)),), 0),
    'CONFIRM': (netlink.CONFIRM, (), 0),
    'RULE_SET': (netlink.RULE_SET, ((netlink.RULE_SET_ID, b'x\0'),
                                    (netlink.RULE_SET_ACTION, u32(0))), 0),
    'RULES': (netlink.RULES, (), netlink.NLM_F_DUMP),
    'SUBSCRIBE': (netlink.SUBSCRIBE, (), 0),
    'UNSUBSCRIBE': (netlink.UNSUBSCRIBE, (), 0),
    'READERS': (netlink.READERS, (), netlink.NLM_F_DUMP),
}

# Of commands that have attributes which are not among those above.
MOST_ATTRIBUTES = {'SUBSCRIBE': 1, 'MODE': 6}


def state():
    """What must not change when something is refused."""
    status = channel().status()
    return (status[netlink.STATUS_MODE], status[netlink.STATUS_GENERATION],
            status[netlink.STATUS_CHECKSUM], channel().rules())


def outcome(function, *args, **options):
    """OK, or the name of the error."""
    try:
        function(*args, **options)
    except Refused as refused:
        return refused.name
    return 'OK'


def refused(name, error, function, *args, **options):
    """Refused with that error and a sentence or not, and nothing changed."""
    before = state()
    equal(name, outcome(function, *args, **options), error)
    equal(f'{name}: nothing changed', state(), before)


def in_child(function, *args):
    """What a function returns that a process of its own has run."""
    from_child, to_parent = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.write(to_parent, json.dumps(function(*args)).encode())
        except BaseException:
            os.write(to_parent, json.dumps(traceback.format_exc()).encode())
        os._exit(0)
    os.close(to_parent)
    with os.fdopen(from_child, 'rb') as stream:
        answer = stream.read()
    os.waitpid(child, 0)
    return json.loads(answer)


def check_tool_without_module():
    """Exit status 4, and a hint."""
    if not os.path.exists(MODULE):
        skip('the module is absent', 'it is built into this kernel')
        return
    run('rmmod', 'pydetect')
    for argv in (['status'], ['load', RULES + 'ways.yml'], ['mode', 'report'],
                 ['monitor'], ['rules']):
        done = run('pydetectctl', *argv)
        equal(f'no module: {argv[0]}', done.returncode, 4)
        check(f'no module: {argv[0]} says what to do', 'insmod' in done.stderr,
              done.stderr)
    equal('no module: check needs none',
          run('pydetectctl', 'check', RULES + 'ways.yml').returncode, 0)
    run('insmod', MODULE)


def check_tool_as_user():
    """Exit status 3, and a hint, whatever the one capability is."""
    before = state()
    load_rules = ['load', RULES + 'ways.yml']
    for who, capability, argv, wanted in (
            ('nobody', '-', ['status'], 3),
            ('nobody', '-', load_rules, 3),
            ('nobody', '-', ['mode', 'off'], 3),
            ('nobody', '-', ['mode'], 3),
            ('nobody', '-', ['monitor', '--count', '1'], 3),
            ('nobody', '-', ['rules'], 3),
            ('CAP_NET_ADMIN', CAP_NET_ADMIN, ['status'], 3),
            ('CAP_NET_ADMIN', CAP_NET_ADMIN, ['mode', 'off'], 3),
            ('CAP_NET_ADMIN', CAP_NET_ADMIN, ['confirm'], 3),
            ('CAP_NET_ADMIN', CAP_NET_ADMIN, ['rules', 'set', 'x', 'block'],
             3),
            ('CAP_NET_ADMIN', CAP_NET_ADMIN, ['monitor', '--count', '1'], 3),
            ('CAP_AUDIT_READ', CAP_AUDIT_READ, ['status'], 0),
            ('CAP_AUDIT_READ', CAP_AUDIT_READ, ['rules'], 0),
            ('CAP_AUDIT_READ', CAP_AUDIT_READ, ['mode', 'off'], 3),
            ('CAP_AUDIT_READ', CAP_AUDIT_READ, ['confirm'], 3),
            ('CAP_AUDIT_READ', CAP_AUDIT_READ, ['rules', 'set', 'x', 'block'],
             3),
            ('CAP_AUDIT_READ', CAP_AUDIT_READ, load_rules, 3),
            ('CAP_MAC_ADMIN', CAP_MAC_ADMIN, ['mode', 'report'], 0)):
        done = run(PROGRAMS + 'as', '1000', str(capability), 'pydetectctl',
                   *argv)
        equal(f'{who}: {" ".join(argv)}', done.returncode, wanted)
        if wanted:
            check(f'{who}: {" ".join(argv)} says why',
                  'not permitted' in done.stderr, done.stderr)
    equal('users: nothing changed', state(), before)


def check_rule_files():
    """The place of what is wrong, and a load that is all or nothing."""
    os.makedirs(HOME)
    good = RULES + 'ways.yml'
    for name, text, place, word in (
            ('broken YAML', 'title: [a\nid: b\n', '2:', ''),
            ('a tab', 'title: a\ndetection:\n\tpart: x\n', '3:1', ''),
            ('unknown field', RULE % 'Imge: x', '8:9', 'Imge'),
            ('unknown modifier', RULE % 'Image|ends: x', '8:15', 'ends'),
            ('what the kernel cannot do',
             RULE % "CommandLine|fieldref: Image", '8:21', 'fieldref'),
            ('a condition about nothing',
             (RULE % 'Image: x').replace('condition: part',
                                         'condition: prt'), '9:16', 'prt'),
            ('an empty file', '', '', 'no rules')):
        path = HOME + name.replace(' ', '-') + '.yml'
        with open(path, 'w', encoding='utf-8') as stream:
            stream.write(text)
        before = state()
        done = run('pydetectctl', 'load', *([good] if text else []), path)
        equal(f'{name}: exit status', done.returncode, 1)
        check(f'{name}: the place', f'{path}:{place}' in done.stderr,
              done.stderr)
        check(f'{name}: the word', word in done.stderr, done.stderr)
        if place:
            line = text.split('\n')[int(place.split(':')[0]) - 1].strip()
            check(f'{name}: the line', line in done.stderr, done.stderr)
        equal(f'{name}: nothing changed', state(), before)
    done = run('pydetectctl', 'load', '/nonexistent.yml')
    equal('no such file', (done.returncode,
                           '/nonexistent.yml' in done.stderr), (1, True))


def make_image(name):
    """A policy image, compiled from a rule file."""
    ctl('check', '--output', HOME + 'image', RULES + name)
    with open(HOME + 'image', 'rb') as stream:
        return stream.read()


def check_tool_images(image):
    """The tool proves an image before it sends it."""
    for name, damaged in (('half', image[:len(image) // 2 & ~7]),
                          ('flipped', bytes([*image[:200], image[200] ^ 1,
                                             *image[201:]]))):
        with open(HOME + name, 'wb') as stream:
            stream.write(damaged)
        before = state()
        done = run('pydetectctl', 'load', HOME + name)
        equal(f'image file, {name}', done.returncode, 1)
        equal(f'image file, {name}: nothing changed', state(), before)


def commit_of(image):
    """What the module says to an image."""
    uploader = Channel(family=channel().family)
    result = outcome(uploader.upload, image)
    uploader.close()
    return result


def flip(image, at, bits):
    """The image with other bits in one byte."""
    return image[:at] + bytes([image[at] ^ bits]) + image[at + 1:]


def seal(image):
    """The image with a checksum that fits."""
    words = list(struct.unpack(f'={len(image) // 4}I', image))
    words[4:6] = 0, 0
    low = high = 0
    for word in words:
        low += word
        low = (low & 0xffffffff) + (low >> 32)
        high += low
        high = (high & 0xffffffff) + (high >> 32)
    return image[:16] + struct.pack('=II', low & 0xffffffff,
                                    high & 0xffffffff) + image[24:]


def check_damaged_images(image):
    """Any change of any byte is refused."""
    before = state()
    equal('the seal of the tests is that of the tool', seal(image), image)
    accepted = [at for at in [*range(176), *range(176, len(image), 5)]
                if commit_of(flip(image, at, 1 << at % 8)) != 'EINVAL']
    equal('a flipped byte is refused', accepted, [])
    accepted = [size for size in [*range(1, 200, 7),
                                  *range(200, len(image), 97)]
                if commit_of(image[:size]) != 'EINVAL']
    equal('a truncated image is refused', accepted, [])
    equal('an image with more behind it is refused',
          commit_of(image + bytes(8)), 'EINVAL')
    equal('damaged images: nothing changed', state(), before)


def check_sealed_images(image):
    """Who can write an image can also seal it: refused, or without harm."""
    random.seed(1)
    counts = {'OK': 0, 'EINVAL': 0}
    failures = 0
    for _ in range(250):
        result = commit_of(seal(flip(image, random.randrange(24, len(image)),
                                     random.randrange(1, 256))))
        counts[result] = counts.get(result, 0) + 1
        if result == 'OK':
            failures += run(SHOW, 'way-mark', '').returncode != 0
    equal('sealed images: refused or accepted', set(counts),
          {'OK', 'EINVAL'})
    check('sealed images: both happen', all(counts.values()), f'{counts}')
    equal('sealed images: programs start under all of them', failures, 0)


def check_attributes():
    """An attribute that a command does not know is never passed over."""
    for name, (command, pairs, flags) in COMMANDS.items():
        known = MOST_ATTRIBUTES.get(name, max(dict(pairs), default=0))
        for kind in (0, known + 1, 77, 0x3fff):
            refused(f'{name} with attribute {kind}', 'EINVAL', channel().do,
                    command, *pairs, (kind, u32(0)), flags=flags)
    for name, command, pairs in (
            ('BEGIN without a size', netlink.BEGIN, ()),
            ('BEGIN with a short size', netlink.BEGIN, ((1, b'xx'),)),
            ('BEGIN with a long size', netlink.BEGIN, ((1, u64(4096)),)),
            ('CHUNK without an offset', netlink.CHUNK, ((3, b'x'),)),
            ('CHUNK without data', netlink.CHUNK, ((2, u32(0)),)),
            ('MODE without a mode', netlink.MODE, ()),
            ('MODE with half a mode', netlink.MODE, ((1, b'xx'),)),
            ('LOCK without a value', netlink.LOCK, ()),
            ('LOCK with half a value', netlink.LOCK, ((1, b'xx'),)),
            ('MODE report for a time', netlink.MODE,
             ((1, u32(1)), (netlink.MODE_LASTS, u32(9)))),
            ('MODE off unless confirmed', netlink.MODE,
             ((1, u32(0)), (netlink.MODE_CONFIRM_WITHIN, u32(9)))),
            ('MODE of no name for a time', netlink.MODE,
             ((netlink.MODE_LASTS, u32(9)),)),
            ('RULE_SET without an id', netlink.RULE_SET, ((2, u32(0)),)),
            ('RULE_SET without an action', netlink.RULE_SET, ((1, b'x\0'),)),
            ('RULE_SET with an id that is too long', netlink.RULE_SET,
             ((1, b'x' * 5000 + b'\0'), (2, u32(0)))),
            ('RULE_SET with an id that does not end', netlink.RULE_SET,
             ((1, b'x'), (2, u32(0)))),
            ('SUBSCRIBE with half a number', netlink.SUBSCRIBE,
             ((1, u32(1)),))):
        refused(name, 'EINVAL', channel().do, command, *pairs)
    for name, command, pairs in (
            ('a mode that there is not', netlink.MODE, ((1, u32(3)),)),
            ('no time to confirm', netlink.MODE, ((1, u32(2)), (2, u32(0)))),
            ('block for no time', netlink.MODE, ((1, u32(2)), (3, u32(0)))),
            ('block for years', netlink.MODE,
             ((1, u32(2)), (3, u32(366 * 86400 + 1)))),
            ('a limit without any', netlink.MODE, ((4, u32(10001)),)),
            ('an answer to errors that there is not', netlink.MODE,
             ((5, u32(2)),)),
            ('an action that there is not', netlink.RULE_SET,
             ((1, b'x\0'), (2, u32(3)))),
            ('a tool that is no flag', netlink.MODE,
             ((1, u32(0)), (netlink.MODE_TOOL, u32(1))))):
        refused(name, 'ERANGE', channel().do, command, *pairs)
    refused('a rule that there is not', 'ESRCH', channel().do,
            netlink.RULE_SET, (1, b'x\0'), (2, u32(0)))
    refused('nothing to confirm', 'ENODATA', channel().do, netlink.CONFIRM)
    for value in (netlink.LOCK_OPEN, netlink.LOCK_FROZEN + 1):
        refused(f'a lock that there is not: {value}', 'ERANGE', channel().do,
                netlink.LOCK, (netlink.LOCK_VALUE, u32(value)))
    for size in (0, netlink.SIGNATURE_MAX + 1):
        refused(f'a signature of {size} bytes', 'ERANGE', channel().do,
                netlink.COMMIT, (netlink.POLICY_SIGNATURE, bytes(size)))


def check_messages():
    """Commands that there are not, and messages that are none."""
    for name, command, flags in (
            ('command 0', 0, 0), ('EVENT', netlink.EVENT, 0),
            ('LOST', netlink.LOST, 0), ('command 12', 12, 0),
            ('command 255', 255, 0), ('RULES without dump', netlink.RULES, 0),
            ('READERS without dump', netlink.READERS, 0),
            ('STATUS as dump', netlink.STATUS, netlink.NLM_F_DUMP)):
        refused(name, 'ENOTSUP', channel().do, command, flags=flags)

    def send(payload):
        channel()._request(channel().family, netlink.STATUS, 0, payload)
    refused('bytes that are no attribute', 'EINVAL', send, b'xyz')
    refused('an attribute beyond the message', 'EINVAL', send,
            struct.pack('=HH', 400, 1) + b'xxxx')


def check_upload_steps(image):
    """Only one order of commands makes a policy."""
    one = Channel()
    for name, command in (('COMMIT', one.do), ('ABORT', one.do)):
        refused(f'{name} without BEGIN', 'ENODATA', command,
                getattr(netlink, name))
    refused('CHUNK without BEGIN', 'ENODATA', one.chunk, 0, b'x')
    for size in (0, (64 << 20) + 1, 0xffffffff):
        refused(f'BEGIN of {size} bytes', 'EINVAL', one.begin, size)
        refused(f'BEGIN of {size} bytes begins nothing', 'ENODATA', one.do,
                netlink.COMMIT)

    one.begin(len(image))
    refused('CHUNK out of order', 'EINVAL', one.chunk, 8, b'x' * 8)
    one.chunk(0, image[:800])
    refused('CHUNK twice', 'EINVAL', one.chunk, 0, image[:800])
    refused('CHUNK with a gap', 'EINVAL', one.chunk, 801, image[801:])
    refused('CHUNK beyond the size', 'EINVAL', one.chunk, 800,
            image[800:] + b'x')
    refused('CHUNK far away', 'EINVAL', one.chunk, 0xffffffff, b'x' * 8)
    one.chunk(800, image[800:])
    refused('CHUNK behind the end', 'EINVAL', one.chunk, len(image), b'x')
    equal('wrong chunks do no harm', outcome(one.do, netlink.COMMIT), 'OK')
    refused('COMMIT twice', 'ENODATA', one.do, netlink.COMMIT)

    one.begin(1 << 20)
    one.chunk(0, bytes(netlink.CHUNK_MAX))
    refused('CHUNK larger than allowed', 'ERANGE', one.chunk,
            netlink.CHUNK_MAX, bytes(netlink.CHUNK_MAX + 1))
    refused('CHUNK of nothing', 'ERANGE', one.chunk, netlink.CHUNK_MAX, b'')
    refused('COMMIT before the end', 'ENODATA', one.do, netlink.COMMIT)
    refused('and then it is gone', 'ENODATA', one.do, netlink.ABORT)

    one.begin(len(image))
    one.chunk(0, image[:800])
    equal('ABORT', outcome(one.do, netlink.ABORT), 'OK')
    refused('COMMIT after ABORT', 'ENODATA', one.do, netlink.COMMIT)
    one.begin(64 << 20)
    one.chunk(0, b'something else')
    equal('BEGIN twice starts afresh', outcome(one.upload, image), 'OK')
    one.close()


def check_two_uploads(image):
    """The first one owns the place until it is done or gone."""
    one, two = Channel(), Channel()
    one.begin(len(image))
    one.chunk(0, image[:800])
    refused('a second BEGIN', 'EBUSY', two.begin, len(image))
    for name in ('POLICY_CHUNK', 'POLICY_COMMIT', 'POLICY_ABORT'):
        command, pairs, _ = COMMANDS[name]
        refused(f'{name} of the second', 'ENODATA', two.do, command, *pairs)
    done = run('pydetectctl', 'load', RULES + 'ways.yml')
    equal('the tool is told', (done.returncode, 'try again' in done.stderr),
          (1, True))
    one.chunk(800, image[800:])
    equal('the first goes on', outcome(one.do, netlink.COMMIT), 'OK')
    equal('and then the second', outcome(two.upload, image), 'OK')

    two.begin(len(image))
    two.close()
    equal('a socket that is gone frees the place',
          outcome(one.upload, image), 'OK')

    def die_amid():
        three = Channel()
        three.begin(len(image))
        three.chunk(0, image[:800])
        os.kill(os.getpid(), signal.SIGKILL)
    child = os.fork()
    if not child:
        die_amid()
    os.waitpid(child, 0)
    equal('so does a process that is gone', outcome(one.upload, image), 'OK')
    one.close()


def readers():
    """How many there are."""
    return channel().status()[netlink.STATUS_READERS]


def check_readers():
    """Readers come and go, at most 16 of them."""
    load('storm.yml')
    equal('no readers', readers(), 0)
    refused('UNSUBSCRIBE of no reader', 'ENOENT', channel().do,
            netlink.UNSUBSCRIBE)
    sockets = [Channel() for _ in range(17)]
    results = [outcome(one.do, netlink.SUBSCRIBE) for one in sockets]
    equal('the 17th reader', results, ['OK'] * 16 + ['ENOSPC'])
    equal('the 17th reader, by the tool',
          run('pydetectctl', 'monitor', '--count', '1').returncode, 1)
    equal('a reader may subscribe again',
          outcome(sockets[0].do, netlink.SUBSCRIBE), 'OK')
    equal('16 readers', readers(), 16)
    sockets[1].do(netlink.UNSUBSCRIBE)
    equal('a place that is free again',
          outcome(sockets[16].do, netlink.SUBSCRIBE), 'OK')
    run(SHOW, '/x')
    for one in [sockets[0], *sockets[2:]]:
        one.receive()
    sockets[1].socket.setblocking(False)
    equal('no events for who has left', nothing(sockets[1]), True)
    for one in sockets:
        one.close()
    equal('no readers again', readers(), 0)


def nothing(one):
    """Is there nothing to read?"""
    try:
        one.receive()
    except BlockingIOError:
        return True
    return False


def check_killed_reader():
    """A reader that goes away amid events takes nothing along."""
    with subprocess.Popen([PROGRAMS + 'storm', '300', SHOW, '/x'],
                          stdout=subprocess.PIPE, text=True) as storm:
        for _ in range(5):
            before = next_number()
            monitor = Monitor()
            monitor.records(until=before + 10)
            monitor.process.kill()
            monitor.stop()
        said = storm.communicate()[0]
    check('killed readers: every program started', 'failed 0' in said, said)
    equal('killed readers are gone', readers(), 0)
    monitor = Monitor()
    run(SHOW, '/x')
    equal('a new one reads on', len(monitor.events()), 1)
    monitor.stop()


def every_command(one):
    """What a socket gets for each command."""
    return {name: outcome(one.do, command, *pairs, flags=flags)
            for name, (command, pairs, flags) in COMMANDS.items()}


def drop():
    """Become somebody without any rights."""
    os.setgroups([])
    os.setgid(1000)
    os.setuid(1000)


def with_new_socket(prepare):
    """Each command, on a socket made after something else."""
    prepare()
    return every_command(Channel())


def with_old_socket(prepare):
    """Each command, on a socket made before something else."""
    one = Channel()
    prepare()
    return every_command(one)


def passed_socket():
    """Each command, by root, on a socket that somebody else has opened."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    child = os.fork()
    if not child:
        drop()
        one = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW,
                            netlink.NETLINK_GENERIC)
        one.bind((0, 0))
        socket.send_fds(theirs, [b'x'], [one.fileno()])
        os._exit(0)
    os.waitpid(child, 0)
    handle = socket.recv_fds(ours, 1, 1)[1][0]
    return every_command(Channel(socket.socket(fileno=handle)))


def unshare(flags):
    """Leave namespaces for new ones."""
    if ctypes.CDLL(None, use_errno=True).unshare(flags):
        raise OSError(ctypes.get_errno(), 'unshare')


def become_container_root():
    """All capabilities, in a user namespace of one's own."""
    drop()
    unshare(CLONE_NEWUSER)


def keep_net_admin():
    """Become somebody with that one capability."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
    drop()
    data = struct.pack('=6I', 1 << CAP_NET_ADMIN, 1 << CAP_NET_ADMIN, 0, 0, 0,
                       0)
    if libc.capset(struct.pack('=Ii', LINUX_CAPABILITY_VERSION_3, 0), data):
        raise OSError(ctypes.get_errno(), 'capset')


def listen_unsubscribed(prepare):
    """Does a socket of somebody without rights hear of a program start?"""
    prepare()
    one = Channel()
    for group in range(1, 33):
        try:
            one.socket.setsockopt(netlink.SOL_NETLINK,
                                  NETLINK_ADD_MEMBERSHIP, group)
        except OSError:
            pass
    one.socket.setblocking(False)
    subprocess.run([SHOW, '/x'], check=True)
    one.socket.setblocking(True)
    one.socket.settimeout(0.5)
    try:
        while True:
            for kind, _, _, _ in one.receive():
                if kind == one.family:
                    return 'something'
    except TimeoutError:
        return 'nothing'


def check_rights():
    """Rights count in the first user namespace, of opener and of sender."""
    nobody = {name: 'EPERM' for name in COMMANDS}
    before = state()
    equal('nobody', in_child(with_new_socket, drop), nobody)
    equal('nobody, with a socket of root', in_child(with_old_socket, drop),
          nobody)
    equal('root, with a socket of nobody', in_child(passed_socket), nobody)
    equal('root of a user namespace',
          in_child(with_new_socket, become_container_root), nobody)
    equal('root turned root of a user namespace',
          in_child(with_old_socket, lambda: unshare(CLONE_NEWUSER)), nobody)
    equal('CAP_NET_ADMIN', in_child(with_new_socket, keep_net_admin), nobody)
    for name, prepare in (('nobody', drop), ('CAP_NET_ADMIN', keep_net_admin),
                          ('root of a user namespace',
                           become_container_root)):
        equal(f'{name} hears nothing', in_child(listen_unsubscribed, prepare),
              'nothing')
    equal('rights: the policy is the same', state()[:3], before[:3])
    equal('rights: nobody reads', readers(), 0)


def check_network_namespace():
    """There is no family in any other network namespace."""
    def resolve():
        unshare(CLONE_NEWNET)
        return outcome(Channel)

    def tool():
        unshare(CLONE_NEWNET)
        return run('pydetectctl', 'status').returncode
    equal('another network namespace', in_child(resolve), 'ENOENT')
    equal('another network namespace: the tool', in_child(tool), 4)


def main():
    """Everything, with a policy whose counters are not zero."""
    check_tool_without_module()
    load('storm.yml')
    run(SHOW, '/x')
    run(SHOW, '/x')
    started, followed = rule_ids('storm.yml')
    equal('the policy counts', channel().rules(),
          {started: (2, 0), followed: (0, 0)})
    check_tool_as_user()
    check_rule_files()
    image = make_image('ways.yml')
    check_tool_images(image)
    check_damaged_images(image)
    check_attributes()
    check_messages()
    equal('the policy is still in force, and has counted on',
          (run(SHOW, '/x').returncode, channel().rules()),
          (0, {started: (3, 0), followed: (0, 0)}))
    check_upload_steps(image)
    check_two_uploads(image)
    check_readers()
    check_killed_reader()
    check_rights()
    check_network_namespace()
    check_sealed_images(image)
    finish()


main()
