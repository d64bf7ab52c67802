"""What goes over loopback: every packet that holds a word, by the port that it goes to."""

import base64
import socket
import threading
from pathlib import Path


def shapes(word):
    """A secret as it is, and inside of base64 at each of the three places where it may begin."""
    found = [word.encode()]
    for skip in range(3):
        coded = base64.b64encode(b"\0" * skip + word.encode())
        found.append(coded[4 if skip else 0:-4])
    return found


class Capture:
    """Listens on `lo` from now on; needs the right to do so."""

    def __init__(self, words):
        self.words, self.ports, self.packets = words, {}, 0
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(3))
        self.socket.bind(("lo", 0))
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 << 20)
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        while True:
            packet = self.socket.recv(1 << 17)
            self.packets += 1
            if packet[0] >> 4 != 4 or packet[9] != 6:
                continue
            start = (packet[0] & 15) * 4
            port = int.from_bytes(packet[start + 2:start + 4], "big")
            if any(word in packet for word in self.words):
                self.ports[port] = self.ports.get(port, 0) + 1


def listening():
    """Every socket of this network that waits for others: (address as text, port)."""
    found = []
    for name, waits in (("tcp", "0A"), ("tcp6", "0A"), ("udp", "07"), ("udp6", "07")):
        for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]:
            words = line.split()
            address, port = words[1].split(":")
            if words[3] == waits:
                groups = [bytes.fromhex(address[at:at + 8])[::-1] for at in range(0, len(address), 8)]
                family = socket.AF_INET if len(groups) == 1 else socket.AF_INET6
                found.append((socket.inet_ntop(family, b"".join(groups)), int(port, 16)))
    return found
