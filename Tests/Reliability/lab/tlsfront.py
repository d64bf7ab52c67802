"""Ends TLS and passes bytes on: `tlsfront ADDRESS CERTIFICATE KEY OUTSIDE:INSIDE ...`; INSIDE 0 swallows what comes, for measuring a line."""

import socket
import ssl
import sys
import threading

ADDRESS, CERTIFICATE, KEY = sys.argv[1:4]


def pump(source, target):
    try:
        while data := source.recv(1 << 16):
            target.sendall(data)
    except OSError:
        pass
    for end in (source, target):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def swallow(outer):
    """Answers each 64 KiB with a byte, so that the sender knows what has arrived."""
    count = 0
    while data := outer.recv(1 << 16):
        count += len(data)
        while count >= 1 << 16:
            count -= 1 << 16
            outer.sendall(b".")


def serve(raw, context, inside):
    try:
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        outer = context.wrap_socket(raw, server_side=True)
        if inside == 0:
            return swallow(outer)
        inner = socket.create_connection(("127.0.0.1", inside))
        inner.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except OSError:
        return raw.close()
    threading.Thread(target=pump, args=(inner, outer), daemon=True).start()
    pump(outer, inner)


def listen(outside, inside):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE, KEY)
    server = socket.create_server((ADDRESS, outside), backlog=64)

    def accept():
        while True:
            raw, _ = server.accept()
            threading.Thread(target=serve, args=(raw, context, inside), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()


for pair in sys.argv[4:]:
    listen(*(int(port) for port in pair.split(":")))
print("listening", flush=True)
threading.Event().wait()
