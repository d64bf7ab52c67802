"""A disk with a write cache that a power cut empties, for QEMU to read and write over NBD; and what every cut would have left.

What was written lies in the cache until the machine says FLUSH. A cut keeps what was flushed, and of the rest nothing or any part of it, as
real disks do. Everything is written down in its order, with marks of the test in between, so that each state in which the
disk may have been found can be made again afterwards.
"""

import random
import socket
import struct
import subprocess
import threading

BLOCK = 512
_MAGIC, _OPTION, _REPLY = 0x4E42444D41474943, 0x49484156454F5054, 0x3E889045565A9
_GO, _ABORT = 7, 2
_UNKNOWN = 0x80000001
_READ, _WRITE, _DISC, _FLUSH = range(4)


class Disk:
    """`size` bytes as ext4. `lies`: it says that it has flushed, and has not: a disk against which nobody can help."""

    def __init__(self, path, size, lies=False):
        with open(path, "wb") as file:
            file.truncate(size)
        # Whole at once, so that nothing is left to be done in the background while something else is looked at.
        subprocess.run(
            ["mke2fs", "-q", "-F", "-t", "ext4", "-E", "lazy_itable_init=0,lazy_journal_init=0", path], check=True)
        self.kept = bytearray(path.read_bytes())
        self.size, self.lies = size, lies
        self.seen = bytearray(self.kept)
        self.waiting, self.story = [], []
        self.flushes = 0
        # How many more writes the power lasts, and what happens then; None: for ever.
        self._lasts, self._gone = None, None
        self._lock = threading.Lock()

    def mark(self, text):
        """A promise of the software, at this place of the story."""
        with self._lock:
            self.story.append(("mark", text))

    def arm(self, writes, gone):
        """The power lasts for so many writes more; then `gone` is called, and nothing is written or answered any more."""
        with self._lock:
            self._lasts, self._gone = writes, gone

    def cut(self, dice, share):
        """The power is back: what was not flushed is gone, but for about this share of it. How many writes are lost."""
        with self._lock:
            self._lasts, self._gone, lost = None, None, 0
            for offset, data in self.waiting:
                if dice.random() < share:
                    self.kept[offset:offset + len(data)] = data
                else:
                    lost += 1
            self.waiting = []
            self.seen = bytearray(self.kept)
            self.story = []
            return lost

    def write_to(self, path):
        with self._lock:
            path.write_bytes(self.seen)

    def serve(self, path):
        """Listens on a socket; one machine after the other."""
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(path))
        listener.listen()

        def loop():
            while True:
                connection, _ = listener.accept()
                try:
                    _Conversation(self, connection).go()
                except (ConnectionError, OSError):
                    pass  # A machine that was killed says nothing.
                finally:
                    connection.close()

        threading.Thread(target=loop, daemon=True).start()

    # What the machine does

    def read(self, offset, count):
        with self._lock:
            return bytes(self.seen[offset:offset + count])

    def write(self, offset, data):
        with self._lock:
            self._spend(1)
            self.seen[offset:offset + len(data)] = data
            self.waiting.append((offset, data))
            self.story.append(("write", offset, data))

    def flush(self):
        with self._lock:
            self._spend(0)
            self.flushes += 1
            if self.lies:
                return
            for offset, data in self.waiting:
                self.kept[offset:offset + len(data)] = data
            self.waiting = []
            self.story.append(("flush",))

    def _spend(self, writes):
        if self._lasts is None:
            return
        self._lasts -= writes
        if self._lasts <= 0:
            self._gone()
            raise ConnectionError("the power is gone")


class _Conversation:
    """The NBD protocol, as far as QEMU speaks it: one export, read, write, flush."""

    def __init__(self, disk, connection):
        self.disk, self.connection = disk, connection

    def go(self):
        self.connection.sendall(struct.pack(">QQH", _MAGIC, _OPTION, 1))
        self._take(4)
        if self._agree():
            while self._answer():
                pass

    def _agree(self):
        while True:
            _, option, length = struct.unpack(">QII", self._take(16))
            self._take(length)
            if option == _GO:
                # Flags: has flags, knows flush.
                self._reply(option, 3, struct.pack(">HQH", 0, self.disk.size, 1 | 4))
                self._reply(option, 1)
                return True
            self._reply(option, 1 if option == _ABORT else _UNKNOWN)
            if option == _ABORT:
                return False

    def _reply(self, option, kind, data=b""):
        self.connection.sendall(struct.pack(">QIII", _REPLY, option, kind, len(data)) + data)

    def _answer(self):
        _, _, kind, cookie, offset, length = struct.unpack(">IHHQQI", self._take(28))
        data, error = b"", 0
        if kind == _WRITE:
            self.disk.write(offset, self._take(length))
        elif kind == _READ:
            data = self.disk.read(offset, length)
        elif kind == _FLUSH:
            self.disk.flush()
        elif kind == _DISC:
            return False
        else:
            error = 22
        self.connection.sendall(struct.pack(">IIQ", 0x67446698, error, cookie) + data)
        return True

    def _take(self, count):
        parts = []
        while count:
            part = self.connection.recv(min(count, 1 << 20))
            if not part:
                raise ConnectionError("hung up")
            parts.append(part)
            count -= len(part)
        return b"".join(parts)


def states(start, story, subsets, dice):
    """Every state that a cut may have left: after each flush, and so many random parts of what was written since. Yields a name, the
    bytes (to be looked at at once), and the marks that were made by then."""
    flushed, epoch, marks, begun = bytearray(start), [], [], False
    for number, entry in enumerate(story):
        if entry[0] == "mark":
            begun = True
            marks.append(entry[1])
        elif entry[0] == "write":
            epoch.append(entry[1:])
        else:
            for part in range(subsets if epoch and begun else 0):
                some = bytearray(flushed)
                for offset, data in epoch:
                    if dice.random() < 0.5:
                        some[offset:offset + len(data)] = data
                yield f"entry {number}, part {part}", some, list(marks)
            for offset, data in epoch:
                flushed[offset:offset + len(data)] = data
            epoch = []
            if begun:
                yield f"entry {number}, flushed", flushed, list(marks)


def look(image, folder):
    """Lets ext4 settle what it finds, holds the result against its own rules, and takes the files out, without root. What is wrong."""
    settled = subprocess.run(["e2fsck", "-p", image], capture_output=True, text=True)
    if settled.returncode & ~1:
        return [f"e2fsck cannot settle it: {settled.stdout.strip()[-200:]}"]
    strict = subprocess.run(["e2fsck", "-fn", image], capture_output=True, text=True)
    if strict.returncode:
        return [f"e2fsck finds it damaged: {strict.stdout.strip()[-200:]}"]
    folder.mkdir()
    taken = subprocess.run(["debugfs", "-R", f"rdump / {folder}", image], capture_output=True, text=True)
    if "rdump:" in taken.stderr:
        return [f"debugfs: {taken.stderr.strip()[-200:]}"]
    return []


def dice(seed):
    return random.Random(seed)
