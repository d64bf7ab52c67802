"""A narrow, long line between a unit and its cloud: two network namespaces, `linkem.c` between them, and TLS at the cloud's end."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
# Eight bare TLS connections, handshakes and all, that share so many bytes: bytes a second.
YARDSTICK = """
import socket, ssl, sys, threading, time
address, port, ca, count = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
context = ssl.create_default_context(cafile=ca)
start = time.monotonic()
left, guard, ended = [count], threading.Lock(), []
def send():
    line = context.wrap_socket(socket.create_connection((address, port)), server_hostname=address)
    block, sent = bytes(1 << 16), 0
    while True:
        with guard:
            if left[0] <= 0: break
            left[0] -= len(block)
        line.sendall(block)
        sent += 1
    while sent > 0: sent -= len(line.recv(4096))
    ended.append(time.monotonic())
threads = [threading.Thread(target=send) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(count / (max(ended) - start))
"""


def build(name):
    """A program of one C file, built where nobody minds."""
    folder = Path(tempfile.gettempdir()) / f"capture-shims-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    program, source = folder / name, HERE / f"{name}.c"
    if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
        compiler = next(name for name in ("clang", "gcc", "cc") if shutil.which(name))
        subprocess.run([compiler, "-O2", "-o", program, source], check=True)
    return program


class Line:
    """`unit` and `cloud` are namespaces; the cloud's end is 10.77.0.2. Root."""

    address = "10.77.0.2"

    def __init__(self, folder, up=20, down=100, one_way_ms=20, queue_kb=200, loss_ppm=0):
        self.folder, self.running = Path(folder), []
        self.unit, self.cloud = f"unit-{os.getpid()}", f"cloud-{os.getpid()}"
        try:
            self._come_up([up, down, one_way_ms, queue_kb, loss_ppm])
        except BaseException:
            self.close()
            raise

    def _come_up(self, figures):
        for name in (self.unit, self.cloud):
            subprocess.run(["ip", "netns", "add", name], check=True)
        self.emulator = subprocess.Popen(
            [build("linkem"), self.unit, self.cloud, *(str(n) for n in figures)],
            stderr=subprocess.PIPE, text=True)
        self.running.append(self.emulator)
        while True:
            line = self.emulator.stderr.readline()
            if "link up" in line:
                break
            if not line:
                sys.exit("the line between the namespaces did not come up")
        self.certificate, self.key = self.folder / "line.pem", self.folder / "line.key"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", self.key,
             "-out", self.certificate, "-days", "2", "-subj", "/CN=line", "-addext", f"subjectAltName=IP:{self.address}"],
            check=True, capture_output=True)

    def at(self, side, words, **options):
        """A process at one end."""
        process = subprocess.Popen(["ip", "netns", "exec", side, *(str(word) for word in words)], **options)
        self.running.append(process)
        return process

    def encrypt(self, ports):
        """Listens at the cloud's end with TLS and passes on to loopback there: {port outside: port inside}."""
        pairs = [f"{outside}:{inside}" for outside, inside in ports.items()]
        process = self.at(
            self.cloud, [sys.executable, HERE / "tlsfront.py", self.address, self.certificate, self.key, *pairs],
            stdout=subprocess.PIPE, text=True)
        if "listening" not in process.stdout.readline():
            sys.exit("the TLS end did not come up")

    def achievable(self, port, count):
        """Bytes a second of eight bare connections to an end that swallows (`encrypt({port: 0})`)."""
        words = [sys.executable, "-c", YARDSTICK, self.address, port, self.certificate, count]
        return float(self.at(self.unit, words, stdout=subprocess.PIPE, text=True).communicate(timeout=300)[0])

    def close(self):
        for process in reversed(self.running):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(timeout=5)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
        time.sleep(0.2)
        for name in (self.unit, self.cloud):
            subprocess.run(["ip", "netns", "del", name], check=False, stderr=subprocess.DEVNULL)
