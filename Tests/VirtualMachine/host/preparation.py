"""Kernel, first files and guest root of the virtual machine, built once and kept in a cache by what they are made from."""

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
SCRIPTS = HERE / "machine"


class Failure(Exception):
    """One line for people: what failed and what to do."""


def say(text):
    print(text, file=sys.stderr, flush=True)


def cache_folder():
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    folder = Path(base) / "capture-daemon-vm"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def key(*parts):
    """Twelve characters that say what something is made from: texts, and files by their content."""
    digest = hashlib.sha256()
    for part in parts:
        if isinstance(part, Path):
            with open(part, "rb") as file:
                for block in iter(lambda: file.read(1 << 20), b""):
                    digest.update(block)
        else:
            digest.update(str(part).encode())
        digest.update(b"\0")
    return digest.hexdigest()[:12]


@contextlib.contextmanager
def locked(name):
    """One builder at a time of each thing, however many runs there are."""
    with open(cache_folder() / f"{name}.lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def remove(path):
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def kept(name, build):
    """The file or folder `name` in the cache; made by `build(path)` where it is missing, and in its place only when whole."""
    path = cache_folder() / name
    with locked(name.split("-")[0]):
        if not path.exists():
            unfinished = cache_folder() / f"unfinished-{name}"
            remove(unfinished)
            build(unfinished)
            unfinished.rename(path)
            # What an older version of the same thing left behind is of no use any more.
            for other in cache_folder().glob(f"{name.split('-')[0]}-*"):
                if other != path:
                    remove(other)
    return path


def script(name, *arguments):
    result = subprocess.run([SCRIPTS / name, *map(str, arguments)], stdin=subprocess.DEVNULL)
    if result.returncode:
        raise Failure(f"{name} failed: see above")


class Preparation:
    """What a machine starts from. The kernel and the root are downloaded at the same time."""

    def __init__(self):
        root = f"root-{key(SCRIPTS / 'prepare-root')}.erofs"
        kernel = f"kernel-{key(SCRIPTS / 'prepare-kernel')}"
        # The two wait for a mirror most of their time, so they run side by side: a second process does the kernel.
        child = None
        if not (cache_folder() / root).exists() and not (cache_folder() / kernel).exists():
            child = subprocess.Popen([sys.executable, "-c", "from host.preparation import *; prepare_kernel()"], cwd=HERE)
        try:
            self.root = kept(root, lambda path: script("prepare-root", path))
        finally:
            if child:
                child.wait()
        self.kernel = prepare_kernel()
        first = [SCRIPTS / name for name in ("prepare-initrd", "guest-init", "guest-command")]
        self.initrd = kept(
            f"initrd-{key(self.kernel.name, *first)}.cpio", lambda path: script("prepare-initrd", self.kernel, path))


def prepare_kernel():
    return kept(f"kernel-{key(SCRIPTS / 'prepare-kernel')}", lambda path: script("prepare-kernel", path))
