"""The unit's programs in an emulated computer with a disk of their own: Debian's kernel, ext4, a network card to the stand-in cloud, and a power
switch. Stands on the machine of Tests/VirtualMachine."""

import shutil
import subprocess
import sys
import threading
from pathlib import Path

from .site import BIN, TOP, shim

sys.path.insert(0, str(TOP / "Tests" / "VirtualMachine"))
from host.machine import LockUp, Machine  # noqa: E402
from host.preparation import Failure, Preparation  # noqa: E402
from host.product import libraries  # noqa: E402

HERE = Path(__file__).resolve().parent
# What Tests/VirtualMachine builds its machine with.
NEEDED = ("qemu-system-x86_64", "mkfs.erofs", "busybox", "mmdebstrap")

def missing():
    """A program that is not installed, without which nothing here runs."""
    return next((name for name in NEEDED if shutil.which(name) is None), None)


class Emulated:
    """`disk` is what the machine calls /dev/vdc; it outlives every machine."""

    def __init__(self, folder, disk):
        self.preparation = Preparation()
        self.folder, self.disk = folder, disk
        # Name and text of what lies in /results when the machine starts.
        self.files = {}
        self.product = _product(folder)
        self.socket = folder / "disk.socket"
        disk.serve(self.socket)
        self.results = folder / "machine"

    def run(self, arguments, each_line, writes=None, limit=300):
        """One life of the machine, with `unit.py` as all it does. `writes`: of so many after the line `LISTED` the power goes. True when
        it went."""
        for _ in range(3):
            shutil.rmtree(self.results, ignore_errors=True)
            self.results.mkdir()
            for name, text in self.files.items():
                (self.results / name).write_text(text)
            machine = Machine(self.preparation, self.product, self.results, memory=768)
            machine.command += [
                "-drive", f"file=nbd:unix:{self.socket},format=raw,if=none,id=disk,cache=writeback",
                "-device", "virtio-blk-pci,drive=disk",
                # The machine reaches this computer's loopback as 10.0.2.2.
                "-netdev", "user,id=net", "-device", "virtio-net-pci,netdev=net"]
            gone = threading.Event()

            def pull():
                gone.set()
                machine.process.kill()

            def line(text):
                each_line(text)
                if text == "LISTED" and writes:
                    self.disk.arm(writes, pull)

            try:
                status = machine.run(f"exec python3 -B /opt/lane/unit.py {arguments}", limit, line)
            except LockUp:
                # The emulation got stuck, which is nobody's fault: as good as a cut.
                if writes:
                    return True
                continue
            except Failure:
                if gone.is_set():
                    return True
                raise
            if status:
                raise Failure(f"unit.py ends with {status}: {self._console()}")
            return False
        raise Failure("three machines locked up")

    def _console(self):
        return " | ".join((self.results / "console").read_text(errors="replace").splitlines()[-3:])


def _product(folder):
    """Programs, their libraries and `unit.py` as one read-only image, in the place where the machine looks for it."""
    tree = folder / "product"
    for name in ("bin", "lib", "guest"):
        (tree / name).mkdir(parents=True)
    programs = [BIN / "capture-daemon", BIN / "outbox-probe"]
    for program in programs:
        subprocess.run(["strip", "--strip-debug", "-o", tree / "bin" / program.name, program], check=True)
    for name, path in libraries(programs).items():
        shutil.copy2(path, tree / "lib" / name)
    for library in ("nosyncshim",):
        shutil.copy2(shim(library), tree / "lib" / f"{library}.so")
    shutil.copy2(HERE / "unit.py", tree / "unit.py")
    image = folder / "product.erofs"
    subprocess.run(["mkfs.erofs", "-T0", "-x-1", "--all-root", image, tree], check=True, stdout=subprocess.DEVNULL)
    shutil.rmtree(tree)
    return image
