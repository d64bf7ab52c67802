"""One virtual machine: Debian's kernel in an emulated computer, one command inside, its lines as they come."""

import os
import re
import subprocess
import threading
import time
from pathlib import Path

from .preparation import Failure, say

# A kernel that has not come to its first process by then is started anew, twice at most. That is safe: nothing had begun.
BOOT_SECONDS = float(os.environ.get("VM_BOOT_LIMIT", "40"))
# An emulated processor that waits for another one for ever: no fault of the kernel, and none of the product.
LOCKED_UP = re.compile(r"soft lockup|hard LOCKUP|rcu: INFO: rcu_\w+ (self-)?detected stall")
# What a healthy kernel never says.
TROUBLE = re.compile(r"Kernel panic|BUG:|Oops:|WARNING: CPU|general protection fault|INFO: task .* blocked|rcu: INFO")


class LockUp(Failure):
    """The emulation got stuck in the middle."""


class Machine:
    """`results` is shared with the machine; what is written there stays. Everything else in it lives in memory."""

    def __init__(self, preparation, product: Path, results: Path, systemd=False, memory=1536):
        self.results = results
        self.console = results / "console"
        # While it runs: whoever pulls its plug needs it.
        self.process = None
        kernel_line = [
            "console=ttyS0 loglevel=6 panic=-1 oops=panic mitigations=off audit=0 apparmor=0 no_timer_check",
            # tsc=reliable: an emulated TSC is the host's and the same on each processor, but the kernel believes otherwise
            # and would read an emulated timer for each look at the clock.
            "tsc=reliable cryptomgr.notests random.trust_cpu=on net.ifnames=0",
        ]
        if systemd:
            kernel_line.append("vm.systemd systemd.show_status=0 systemd.log_target=kmsg")
        self.command = [
            # TCG everywhere: hardware help is not there in a machine that is virtual itself, and two ways are one too many.
            "qemu-system-x86_64", "-accel", "tcg,thread=multi,tb-size=256", "-cpu", "max", "-M", "q35",
            "-smp", str(min(2, os.cpu_count() or 1)), "-m", str(memory),
            "-nodefaults", "-no-user-config", "-no-reboot", "-display", "none", "-monitor", "none",
            "-kernel", str(preparation.kernel / "vmlinux"), "-initrd", str(preparation.initrd),
            "-append", " ".join(kernel_line), "-serial", f"file:{self.console}",
            *disk("root", preparation.root), *disk("product", product),
            "-fsdev", f"local,id=results,path={results},security_model=none,multidevs=remap",
            "-device", "virtio-9p-pci,fsdev=results,mount_tag=results",
            "-device", "virtio-serial-pci,max_ports=4",
            # Not `stdio`: without anything to read it counts as hung up.
            "-chardev", "file,id=out,path=/dev/stdout", "-device", "virtserialport,chardev=out,nr=1,name=out",
            "-chardev", f"file,id=events,path={results / 'events'}", "-device", "virtserialport,chardev=events,nr=2,name=events",
        ]

    def run(self, command: str, limit: float, each_line):
        """Runs `command` inside; calls `each_line` with every line it prints. Raises where it did not end by itself."""
        (self.results / "command").write_text(command + "\n")
        for attempt in range(3):
            if self._attempt(limit, each_line):
                break
            say(f"the machine did not come up (attempt {attempt + 1}): {self._last_of_console()}")
        else:
            raise Failure("the machine did not come up in three attempts: its console is in " + str(self.console))
        status = re.findall(r"^rc (\d+)", self._events(), re.M)
        if not status:
            raise Failure(f"the machine died: {self._last_of_console()}")
        return int(status[-1])

    def trouble(self):
        """What the guest's kernel said that no healthy one says."""
        text = self.console.read_text(errors="replace") if self.console.exists() else ""
        return [line for line in text.splitlines() if TROUBLE.search(line)][:3]

    def _attempt(self, limit, each_line):
        """False when it never came to the command."""
        (self.results / "events").write_text("")
        error = self.results / "qemu"
        with open(error, "w") as log:
            process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True, errors="replace")
        self.process = process
        reader = threading.Thread(target=lambda: [each_line(line.rstrip("\r\n")) for line in process.stdout], daemon=True)
        reader.start()
        began = time.monotonic()
        try:
            while True:
                try:
                    process.wait(timeout=0.2)
                    break
                except subprocess.TimeoutExpired:
                    pass
                lasted = time.monotonic() - began
                events = self._events()
                if "start" not in events and lasted > (3 if "init" in events else 1) * BOOT_SECONDS:
                    return False
                if LOCKED_UP.search(self.console.read_text(errors="replace") if self.console.exists() else ""):
                    raise LockUp("the emulated machine has locked up")
                if lasted > limit:
                    raise Failure(f"the machine was stopped after {limit:.0f} s: {self._last_of_console()}")
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
            reader.join(timeout=5)
        if process.returncode and "start" not in self._events():
            raise Failure("qemu: " + error.read_text().strip()[-400:])
        return "start" in self._events()

    def _events(self):
        return (self.results / "events").read_text(errors="replace")

    def _last_of_console(self):
        lines = self.console.read_text(errors="replace").splitlines() if self.console.exists() else []
        return " | ".join(lines[-3:])[-400:] or "its console is empty"


def disk(name, path):
    return ["-drive", f"file={path},format=raw,if=none,id={name},readonly=on,file.locking=off",
            "-device", f"virtio-blk-pci,drive={name}"]
