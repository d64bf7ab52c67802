"""A memory group: so much and no more, as systemd gives it to the daemon."""

import os
from pathlib import Path

ROOT = Path("/sys/fs/cgroup")


class MemoryGroup:
    """Of either generation of the kernel's interface; where neither may be used, it limits nothing and says so."""

    def __init__(self, limit):
        self.limit, self.folder = limit, None
        for parent, name in ((ROOT / "memory", "memory.limit_in_bytes"), (ROOT, "memory.max")):
            folder = parent / f"capture-reliability-{os.getpid()}"
            try:
                folder.mkdir()
                (folder / name).write_text(str(limit))
            except OSError:
                if folder.exists():
                    folder.rmdir()
                continue
            self.folder = folder
            break

    def join(self):
        """For the child, before it becomes the program."""
        if self.folder:
            (self.folder / "cgroup.procs").write_text(str(os.getpid()))

    def kills(self):
        """How often the kernel had to kill for memory."""
        for name in ("memory.oom_control", "memory.events"):
            path = self.folder / name if self.folder else None
            if path and path.exists():
                return sum(int(line.split()[1]) for line in path.read_text().splitlines() if line.startswith("oom_kill "))
        return 0

    def told(self):
        if not self.folder:
            return "no memory group to be had here"
        for name in ("memory.max_usage_in_bytes", "memory.peak"):
            if (self.folder / name).exists():
                peak = int((self.folder / name).read_text())
                return f"{peak >> 20} MiB with page cache at the peak of a memory group of {self.limit >> 20} MiB"
        return f"in a memory group of {self.limit >> 20} MiB"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.folder:
            self.folder.rmdir()
