"""The file system of `lossfs.c`, mounted, with its levers."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SOURCE = Path(__file__).with_name("lossfs.c")


class Lossy:
    """A folder of which a cut takes what was not synced."""

    def __init__(self, mount):
        self.mount = mount
        mount.mkdir()
        self.process = subprocess.Popen([_program(), "-f", "-s", mount], stderr=subprocess.PIPE, text=True)
        end = time.monotonic() + 10
        while not os.path.ismount(mount):
            if self.process.poll() is not None or time.monotonic() > end:
                sys.exit(f"lossfs is not mounted: {self.process.stderr.read() if self.process.poll() is not None else 'no answer'}")
            time.sleep(0.02)

    @staticmethod
    def missing():
        """Why it cannot be had here; None: it can."""
        if not os.access("/dev/fuse", os.R_OK | os.W_OK):
            return "/dev/fuse cannot be opened"
        if subprocess.run(["pkg-config", "--exists", "fuse3"]).returncode:
            return "libfuse3-dev is not installed"
        if not shutil.which("fusermount3"):
            return "fuse3 is not installed"
        return None

    def calls(self):
        """Calls so far that changed something."""
        return int(os.getxattr(self.mount, "user.count"))

    def arm(self, call):
        """The power goes at this call from now."""
        os.setxattr(self.mount, "user.arm", str(call).encode())

    def cut(self, kept):
        """The power comes back; `nothing` or the `names` of what was not synced have lasted."""
        os.setxattr(self.mount, "user.cut", kept.encode())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        subprocess.run(["fusermount3", "-u", self.mount], check=True)
        self.process.wait()


def _program():
    folder = Path(tempfile.gettempdir()) / f"capture-shims-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    program = folder / "lossfs"
    if not program.exists() or program.stat().st_mtime < SOURCE.stat().st_mtime:
        flags = subprocess.run(["pkg-config", "--cflags", "--libs", "fuse3"], capture_output=True, text=True, check=True).stdout.split()
        compiler = next(name for name in ("gcc", "clang", "cc") if shutil.which(name))
        subprocess.run([compiler, "-O1", "-o", program, SOURCE, *flags], check=True)
    return program
