"""An independent witness of what the drivers delivered: the kernel's own trace of every buffer that was dequeued.

The tracepoint v4l2:v4l2_dqbuf fires in the kernel's ioctl dispatch, above every driver, after the driver has answered. So it
sees exactly what the daemon was given, and the daemon has no part in it.
"""

import os
import re
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

TRACING = Path("/sys/kernel/tracing")
EVENT = re.compile(
    r"^.{16}-\d+\s.*?([\d.]+): v4l2_dqbuf: minor = (\d+), index = \d+, type = (\w+), bytesused = (\d+), flags = ([^,]*), "
    r".*sequence = (\d+)")


@dataclass
class Tally:
    """What one camera's driver handed out."""

    frames: int = 0
    # Numbers left out between two frames of a stream, modulo 2^32, and not handed out later either.
    gaps: int = 0
    # Frames that a later one overtook: uvcvideo completes buffers out of order when the machine is very busy.
    late: int = 0
    # Times the count went back: the stream began anew.
    restarts: int = 0
    errors: int = 0
    last_sequence: int | None = None
    last_at: float = 0.0
    first_at: float = 0.0
    longest_pause: float = 0.0
    last_bytes: int = 0

    def note(self, at, sequence, flags, size):
        if self.last_sequence is not None:
            step = (sequence - self.last_sequence) & 0xFFFFFFFF
            self.longest_pause = max(self.longest_pause, at - self.last_at)
            if 0 < step < 1 << 31:
                self.gaps += step - 1
            elif 0 < (-step & 0xFFFFFFFF) < 8 and sequence >= 8:
                # Not a stream that began anew: that counts from 0.
                self.late += 1
                self.gaps -= 1
                sequence = self.last_sequence
            else:
                self.restarts += 1
        else:
            self.first_at = at
        self.frames += 1
        self.errors += "ERROR" in flags.split("|")
        self.last_sequence, self.last_at, self.last_bytes = sequence, at, size

    def copy(self):
        return replace(self)


class Witness:
    """Reads the trace; knows cameras by the minor numbers that their nodes have at that moment."""

    def __init__(self, cameras):
        self.cameras = cameras
        self.tallies = {camera.position: Tally() for camera in cameras}
        self.minors = {}
        self.rest = b""
        # The tracepoint is part of the module that every camera driver stands on.
        subprocess.run(["modprobe", "videodev"], check=True)
        if not (TRACING / "events").exists():
            os.system("mount -t tracefs tracefs /sys/kernel/tracing")
        self.write("tracing_on", "0")
        self.write("trace", "")
        # The clock of V4L2's timestamps, and room for minutes.
        self.write("trace_clock", "mono")
        self.write("buffer_size_kb", "8192")
        # Once and for all: switching a tracepoint patches the running kernel, on all processors at once, which now and then locks
        # up an emulated machine. For the same reason without names of processes, which are further tracepoints.
        self.write("options/record-cmd", "0")
        if (TRACING / "events/v4l2/v4l2_dqbuf/enable").read_text().strip() == "0":
            self.write("events/v4l2/v4l2_dqbuf/enable", "1")
        self.write("tracing_on", "1")
        self.pipe = os.open(TRACING / "trace_pipe", os.O_RDONLY | os.O_NONBLOCK)

    def write(self, name, text):
        (TRACING / name).write_text(text)

    def look(self):
        """Takes in what has happened since the last look. To be called before a node's number changes hands."""
        for camera in self.cameras:
            minor = camera.minor
            if minor is not None:
                self.minors[minor] = camera.position
        self.drain()

    def drain(self):
        """Takes in what has happened, with nodes as they were at the last look."""
        while True:
            try:
                block = os.read(self.pipe, 1 << 16)
            except BlockingIOError:
                return
            if not block:
                return
            self.rest += block
            *lines, self.rest = self.rest.split(b"\n")
            for line in lines:
                self.note(line.decode(errors="replace"))

    def note(self, line):
        event = EVENT.match(line)
        # A USB camera's second node carries metadata, no frames.
        if not event or not event[3].startswith("VIDEO_CAPTURE"):
            return
        position = self.minors.get(int(event[2]))
        if position:
            self.tallies[position].note(float(event[1]), int(event[6]), event[5], int(event[4]))

    def tally(self, position):
        self.look()
        return self.tallies[position].copy()

    def forget_pauses(self):
        self.look()
        for tally in self.tallies.values():
            tally.longest_pause = 0.0

    def close(self):
        self.write("tracing_on", "0")
        os.close(self.pipe)
